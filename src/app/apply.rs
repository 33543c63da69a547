//! The one match that carries commands out.

use egui::{Context, ViewportCommand};

use super::window::Window;
use super::{dialogs, opening};
use crate::engine::attachments::{AttachRequest, Target, Wanted};
use crate::engine::{Engine, Failure, demo};
use crate::model::Severity;
use crate::ui::command::{Action, Command};
use crate::ui::label::LabelForm;
use crate::ui::palette::Palette;
use crate::ui::prompt::Purpose;
use crate::ui::shell::{FOLLOW_NANOS, Overlay};
use crate::ui::theme::Theme;

/// How much one key press moves the visible stretch.
const PAN_PART: f64 = 0.2;
/// How much one key press zooms in.
const ZOOM_FACTOR: f64 = 0.75;

/// Carries a command out.
pub fn apply(window: &mut Window, ctx: &Context, command: Command) {
    match command {
        Command::Do(action) => act(window, ctx, action),
        Command::OpenFiles(paths) => window.inbox.sort(paths),
        Command::OpenWorkspace(path) => opening::open(window, path),
        Command::ShowRuns(runs) => window.shell.show_runs(runs),
        Command::Edit(edit) => with_engine(window, |engine| engine.edit(edit)),
        Command::BackUpTo(path) => with_engine(window, |engine| tell(engine, engine.start_backup(path))),
        Command::CancelJob(job) => with_engine(window, |engine| engine.cancel(job)),
        Command::AttachFile(path) => attach(window, Target::File { path, format: None }),
        Command::AttachProcess(text) => attach(window, Target::Process { wanted: wanted(&text) }),
        Command::Detach(attachment) => {
            let inbox = window.inbox.clone();
            with_engine(window, |engine| {
                let engine = engine.clone();
                inbox.spawn(move || engine.detach(attachment));
            });
        }
        Command::ShowTab(name) => window.shell.show_tab(name),
        Command::Copy(text) => ctx.copy_text(text),
        Command::SetTheme(theme) => window.shell.settings_mut().theme = theme,
    }
}

fn act(window: &mut Window, ctx: &Context, action: Action) {
    let shell = &mut window.shell;
    match action {
        Action::Open | Action::Import => ask(window, Purpose::Open),
        Action::NewWorkspace => ask(window, Purpose::New),
        Action::Attach => ask(window, Purpose::Follow),
        Action::AttachProcess => shell.ask_tabs(action),
        Action::Backup => ask(window, Purpose::Backup),
        Action::OpenDemo => match demo::path() {
            Ok(path) => opening::open(window, path),
            Err(failure) => shell.tell(Severity::Error, failure.to_string()),
        },
        Action::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
        Action::Undo => with_engine(window, Engine::undo),
        Action::Redo => with_engine(window, Engine::redo),
        Action::Palette => shell.open(Overlay::Palette(Palette::default())),
        Action::Shortcuts => shell.open(Overlay::Shortcuts),
        Action::Notices => shell.open(Overlay::Notices),
        Action::LabelRuns => shell.open(Overlay::Labels(LabelForm::default())),
        Action::CopyRunKeys => {
            let keys: Vec<String> = shell.shown_runs().iter().map(|run| run.to_hex()).collect();
            ctx.copy_text(keys.join(" "));
            let text = if keys.len() == 1 {
                "The run's key is on the clipboard"
            } else {
                "The runs' keys are on the clipboard"
            };
            shell.tell(Severity::Notice, text);
        }
        Action::Fit
        | Action::Find
        | Action::WriteNote
        | Action::ClearSelection
        | Action::NextSpan
        | Action::PreviousSpan
        | Action::SpanAbove
        | Action::SpanBelow
        | Action::RangeOfSpan
        | Action::GrowRange
        | Action::ShrinkRange => shell.ask_tabs(action),
        Action::FindRun => shell.find_run(),
        Action::ZoomIn => zoom(window, ZOOM_FACTOR),
        Action::ZoomOut => zoom(window, 1.0 / ZOOM_FACTOR),
        Action::PanLeft => shell.view.pan(-PAN_PART),
        Action::PanRight => shell.view.pan(PAN_PART),
        Action::ViewBack => shell.view.go_back(),
        Action::ViewForward => shell.view.go_forward(),
        Action::ToggleClock => shell.view.is_clock_axis ^= true,
        Action::ToggleIdle => shell.view.is_idle_shown ^= true,
        Action::ToggleFollow => {
            shell.view.follow_nanos = if shell.view.follow_nanos.is_some() { None } else { Some(FOLLOW_NANOS) };
        }
        Action::TogglePause => with_engine(window, |engine| engine.set_paused(!engine.is_paused())),
        Action::NextTheme => {
            let themes = Theme::ALL;
            let settings = shell.settings_mut();
            let here = themes.iter().position(|theme| *theme == settings.theme).unwrap_or_default();
            settings.theme = themes[(here + 1) % themes.len()];
        }
        Action::UiLarger => shell.settings_mut().zoom_by(1),
        Action::UiSmaller => shell.settings_mut().zoom_by(-1),
        Action::UiNormal => shell.settings_mut().zoom = 1.0,
        Action::ToggleSideBar => shell.settings_mut().is_side_bar_shown ^= true,
        Action::ResetLayout => shell.reset_layout(),
    }
}

fn zoom(window: &mut Window, factor: f64) {
    let view = &mut window.shell.view;
    let (start, end) = view.visible();
    let middle = start.midpoint(end);
    let around = view.cursor_nanos.filter(|cursor| (start..=end).contains(cursor)).unwrap_or(middle);
    view.zoom(around, factor);
}

fn ask(window: &Window, purpose: Purpose) {
    let recent = window.shell.engine().and_then(|engine| engine.path().parent());
    dialogs::ask(&window.inbox, purpose, recent.map(std::path::Path::to_owned));
}

fn with_engine(window: &Window, body: impl FnOnce(&Engine)) {
    if let Some(engine) = window.shell.engine() {
        body(engine);
    }
}

/// A failure to start something is told like any other.
fn tell<T>(engine: &Engine, result: Result<T, Failure>) {
    if let Err(failure) = result {
        engine.notify(Severity::Error, failure.to_string());
    }
}

/// Following starts on another thread: finding the process or file may take a while.
fn attach(window: &Window, target: Target) {
    let inbox = window.inbox.clone();
    with_engine(window, |engine| {
        let engine = engine.clone();
        inbox.spawn(move || tell(&engine, engine.attach(&AttachRequest::to(target))));
    });
}

/// A process by its id, or by words of its command line.
fn wanted(text: &str) -> Wanted {
    let text = text.trim();
    text.parse().map_or_else(|_| Wanted::Pattern(text.to_owned()), Wanted::Pid)
}
