//! The window's content and what drives it, without the window system: `logic()` drains and applies, `ui()` only draws.

use std::path::PathBuf;

use egui::{Context, Ui, ViewportCommand};

use super::inbox::{Inbox, Letter};
use super::keeping::Keeper;
use super::{apply, opening};
use crate::engine::{Event, ImportReport, Wake};
use crate::model::{Effect, Severity};
use crate::ui::command::Command;
use crate::ui::prompt::{Prompt, Purpose};
use crate::ui::settings::Settings;
use crate::ui::shell::{Overlay, Parts, Shell, Surroundings};

/// As many imports at once have a notice each.
const MAX_NOTICES: usize = 3;

/// What the window opens with.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The workspace; `None` is the default one.
    pub workspace: Option<PathBuf>,
    /// Files to open or import.
    pub files: Vec<PathBuf>,
}

/// The shell with what carries its commands out.
pub struct Window {
    /// Draws everything.
    pub shell: Shell,
    pub(super) inbox: Inbox,
    keeper: Keeper,
    commands: Vec<Command>,
    /// Files to import as soon as the workspace that is being opened is there.
    pub(super) waiting_imports: Vec<PathBuf>,
    title: String,
}

impl Window {
    /// A window that draws when `wake` is called. Settings come from `keeper`; nothing is opened yet.
    #[must_use]
    pub fn new(wake: Wake, keeper: Keeper, settings: Settings, can_drop: bool) -> Self {
        let mut shell = Shell::new(None, settings);
        shell.surroundings = Surroundings { can_drop, ..Surroundings::default() };
        Self {
            shell,
            inbox: Inbox::new(wake),
            keeper,
            commands: Vec::new(),
            waiting_imports: Vec::new(),
            title: String::new(),
        }
    }

    /// Opens what the window is to start with.
    pub fn start(&mut self, start: Start) {
        opening::start(self, start);
    }

    /// Does what was asked for and takes what came. Draws nothing.
    pub fn logic(&mut self, ctx: &Context) {
        for command in std::mem::take(&mut self.commands) {
            apply::apply(self, ctx, command);
        }
        while let Some(letter) = self.inbox.take() {
            self.read(ctx, letter);
        }
        let events = self.shell.engine().map(crate::engine::Engine::take_events).unwrap_or_default();
        let mut reports = Vec::new();
        for event in events {
            match event {
                Event::Notice(notice) => self.shell.tell(notice.severity, notice.text),
                Event::Imported(report) => reports.push(*report),
            }
        }
        self.tell_reports(&reports);
        let zoom = self.shell.settings_mut().zoom;
        if (ctx.zoom_factor() - zoom).abs() > 1e-3 {
            ctx.set_zoom_factor(zoom);
        }
        self.keep_title(ctx);
        self.keep_settings(ctx);
    }

    /// Draws a frame.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.commands = self.shell.ui(ui, Parts::All);
        if !self.commands.is_empty() {
            ui.ctx().request_repaint();
        }
    }

    /// Ends: jobs stop, all that was acknowledged is durable, settings are kept.
    pub fn close(&mut self) {
        let settings = self.shell.settings();
        // There is nobody left to tell.
        let _ = self.keeper.save(&settings);
        if let Some(engine) = self.shell.replace_engine(None) {
            engine.close();
        }
    }

    fn read(&mut self, ctx: &Context, letter: Letter) {
        match letter {
            Letter::Command(command) => apply::apply(self, ctx, command),
            Letter::Sorted(sorted) => opening::take(self, sorted),
            Letter::Opened(path, opened) => opening::opened(self, &path, *opened),
            Letter::NoDialog(purpose) => {
                let why = "This desktop shows no file dialog (install xdg-desktop-portal or zenity)";
                self.shell.open(Overlay::Prompt(Prompt::new(purpose, Some(why.to_owned()))));
            }
            Letter::Tell(severity, text) => self.shell.tell(severity, text),
        }
    }

    /// Opens the prompt for a path, for a desktop without dialogs.
    pub fn prompt(&mut self, purpose: Purpose) {
        self.shell.open(Overlay::Prompt(Prompt::new(purpose, None)));
    }

    /// A notice for each import; of a whole folder one for all that went well.
    fn tell_reports(&mut self, reports: &[ImportReport]) {
        let severity_of = |report: &ImportReport| match &report.failure {
            Some(_) => Severity::Error,
            None if report.count(Effect::Skipped) > 0 => Severity::Warning,
            None => Severity::Notice,
        };
        let (well, others): (Vec<_>, Vec<_>) =
            reports.iter().partition(|report| severity_of(report) == Severity::Notice);
        if well.len() > MAX_NOTICES {
            let num_runs: u64 = well.iter().map(|report| report.written.num_new_runs).sum();
            self.shell.tell(
                Severity::Notice,
                format!(
                    "{} files were imported with {num_runs} new runs; the Sources tab has their reports",
                    well.len()
                ),
            );
        } else {
            well.iter().for_each(|report| self.shell.tell(Severity::Notice, report.sentence()));
        }
        for report in others {
            self.shell.tell(severity_of(report), report.sentence());
        }
    }

    fn keep_title(&mut self, ctx: &Context) {
        let name = self.shell.engine().and_then(|engine| engine.path().file_name());
        let title =
            name.map_or_else(|| "reelbench".to_owned(), |name| format!("{} – reelbench", name.to_string_lossy()));
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// Settings are written when nothing is held down: not at every step of a drag.
    fn keep_settings(&mut self, ctx: &Context) {
        let (is_held, rect) = ctx.input(|input| (input.pointer.any_down(), input.viewport().inner_rect));
        if is_held {
            return;
        }
        if let Some(rect) = rect {
            let zoom = ctx.zoom_factor();
            self.shell.settings_mut().window_size = Some((rect.width() * zoom, rect.height() * zoom));
        }
        let settings = self.shell.settings();
        if let Err(why) = self.keeper.save(&settings) {
            self.shell.tell(Severity::Warning, why);
        }
    }
}
