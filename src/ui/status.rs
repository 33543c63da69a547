//! The status bar: the workspace, what it holds and weighs, what runs in the background, what is followed, what this
//! window itself takes.

use egui::{Button, ProgressBar, RichText, Ui, WidgetInfo};

use super::command::{Action, Command};
use super::icon::{Icon, icon_ui};
use super::notices::Notices;
use super::theme::Palette;
use crate::engine::attachments::StateKind;
use crate::engine::queries::WorkspaceAnswer;
use crate::engine::{AttachmentStatus, Engine};
use crate::model::unit::{Unit, group_thousands};

/// How often the memory of this process is looked at, seconds: only when something is drawn anyway.
const MEMORY_SECS: f64 = 1.0;
/// How often progress of jobs is drawn, seconds.
const PROGRESS_SECS: f32 = 0.1;

/// The status bar's own state.
#[derive(Default)]
pub struct Status {
    memory_bytes: Option<u64>,
    memory_at_secs: Option<f64>,
}

impl Status {
    /// Draws it.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        engine: Option<&Engine>,
        workspace: Option<&WorkspaceAnswer>,
        notices: &Notices,
        commands: &mut Vec<Command>,
    ) {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            match engine {
                Some(engine) => {
                    workspace_ui(ui, engine, workspace);
                    live_ui(ui, engine, commands);
                    jobs_ui(ui, engine, commands);
                }
                None => drop(small(ui, "No workspace is open")),
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                self.memory_ui(ui);
                notices_ui(ui, notices, commands);
                if engine.is_some_and(Engine::is_paused) {
                    paused_ui(ui, commands);
                }
            });
        });
    }

    fn memory_ui(&mut self, ui: &mut Ui) {
        let now_secs = ui.input(|input| input.time);
        if self.memory_at_secs.is_none_or(|at_secs| now_secs - at_secs >= MEMORY_SECS) {
            self.memory_at_secs = Some(now_secs);
            self.memory_bytes = crate::engine::own_memory_bytes();
        }
        if let Some(bytes) = self.memory_bytes {
            small(ui, &format!("{} memory", size_text(bytes))).on_hover_text(format!(
                "Memory this window takes now; {} frames drawn",
                ui.ctx().cumulative_frame_nr()
            ));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn size_text(bytes: u64) -> String {
    Unit::BYTES.format(bytes as f64)
}

#[expect(clippy::cast_precision_loss, reason = "shown to people")]
fn count_text(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", group_thousands(count as f64), if count == 1 { one } else { many })
}

fn small(ui: &mut Ui, text: &str) -> egui::Response {
    let palette = Palette::of(ui.ctx());
    ui.label(RichText::new(text).small().color(palette.text_weak))
}

fn workspace_ui(ui: &mut Ui, engine: &Engine, workspace: Option<&WorkspaceAnswer>) {
    let palette = Palette::of(ui.ctx());
    let path = engine.path();
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    ui.label(RichText::new(name).small().color(palette.text)).on_hover_text(path.display().to_string());
    if let Some(why) = engine.read_only() {
        let text = RichText::new("Read only").small().color(palette.interrupted);
        ui.label(text).on_hover_text(format!("Nothing can be written here: {why}"));
    }
    if let Some(WorkspaceAnswer { totals, .. }) = workspace {
        small(ui, &size_text(totals.size_bytes)).on_hover_text("Size on disk, its log included");
        let counts = [
            count_text(totals.num_runs, "run", "runs"),
            count_text(totals.num_spans, "span", "spans"),
            count_text(totals.num_samples, "sample", "samples"),
        ];
        small(ui, &counts.join(" · ")).on_hover_text(format!(
            "{}, {}, {}",
            count_text(totals.num_series, "series", "series"),
            count_text(totals.num_usages, "usage", "usages"),
            count_text(totals.num_sources, "source", "sources")
        ));
    }
}

fn live_ui(ui: &mut Ui, engine: &Engine, commands: &mut Vec<Command>) {
    let attachments: Vec<AttachmentStatus> =
        engine.attachments().into_iter().filter(|status| status.state != StateKind::Off).collect();
    for status in &attachments {
        let state = status.state.name();
        icon_ui(ui, Icon::Live, Some(state_colour(ui, status.state)));
        let button = Button::new(RichText::new(format!("{} {state}", status.name)).small());
        let button = button.small().frame_when_inactive(false);
        let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
            ui.label(format!("{}: {}", status.name, status.reason));
            if ui.button("Stop following").clicked() {
                commands.push(Command::Detach(status.id));
                ui.close();
            }
        });
        response.on_hover_text(&status.reason);
    }
}

fn state_colour(ui: &Ui, state: StateKind) -> egui::Color32 {
    let palette = Palette::of(ui.ctx());
    match state {
        StateKind::Live => palette.running,
        StateKind::Connecting | StateKind::Off => palette.unknown,
        StateKind::Stalled => palette.interrupted,
        StateKind::Lost => palette.failed,
    }
}

fn jobs_ui(ui: &mut Ui, engine: &Engine, commands: &mut Vec<Command>) {
    for job in engine.jobs() {
        ui.ctx().request_repaint_after_secs(PROGRESS_SECS);
        small(ui, &job.title);
        let bar = ProgressBar::new(job.fraction).desired_width(90.0).desired_height(8.0);
        let response = ui.add(bar);
        response.widget_info(|| {
            WidgetInfo::labeled(
                egui::Role::ProgressIndicator,
                true,
                format!("{}: {:.0} %", job.title, job.fraction * 100.0),
            )
        });
        let text = if job.is_cancelling { "Stopping…" } else { "Cancel" };
        let response = ui.add_enabled(!job.is_cancelling, Button::new(RichText::new(text).small()).small());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Cancel {}", job.title)));
        if response.clicked() {
            commands.push(Command::CancelJob(job.id));
        }
    }
}

fn paused_ui(ui: &mut Ui, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui.ctx());
    icon_ui(ui, Icon::Pause, Some(palette.interrupted));
    let text = RichText::new("Paused").small().color(palette.interrupted);
    let button = Button::new(text).frame_when_inactive(false).small();
    let response = ui.add(button).on_hover_text("Go on with what arrived (Space)");
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "Paused, go on"));
    if response.clicked() {
        commands.push(Command::Do(Action::TogglePause));
    }
}

fn notices_ui(ui: &mut Ui, notices: &Notices, commands: &mut Vec<Command>) {
    let num_unread = notices.num_unread();
    let text = if num_unread == 0 { "Notices".to_owned() } else { format!("Notices · {num_unread}") };
    let button = Button::new(RichText::new(text).small()).frame_when_inactive(false).small();
    if ui.add(button).on_hover_text("Everything that was told since the window opened").clicked() {
        commands.push(Command::Do(Action::Notices));
    }
}
