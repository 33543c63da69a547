//! The Sources tab: every import, attachment and recording, what was kept of it, and its report line by line.
//!
//! Live sources stand on top with their state and why they are in it. Below them is a table of all sources; choosing
//! one shows its report: what was repaired, skipped or only noticed, where, and what to do about it.

mod attach;
mod live;
mod marks;
mod report;
mod table;
mod words;

use egui::{Panel as SidePanel, Ui};

use super::{Context, Panel};
use crate::engine::queries::{SourceQuery, SourceRow, SourcesQuery, formats};
use crate::engine::{AttachmentStatus, Reply, Slot, StateKind};
use crate::model::{Effect, Key};
use crate::ui::command::{Action, Command};
use crate::ui::theme::{self, BODY_SIZE, HEADING_SIZE, Palette, ROW_HEIGHT};

/// The Sources tab.
#[derive(Default)]
pub struct SourcesPanel {
    sources: Slot<SourcesQuery>,
    report: Slot<SourceQuery>,
    /// The chosen source; until a person chooses, the latest.
    chosen: Option<Key>,
    has_chosen: bool,
    /// Which issues of its report are shown; `None` shows all.
    effect: Option<Effect>,
    attach: attach::Form,
    /// Attachments that ended are listed until they are put away.
    put_away: Vec<crate::engine::AttachmentId>,
}

impl Panel for SourcesPanel {
    fn panel_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let margin = egui::Margin { left: 8, right: 4, top: 6, bottom: 0 };
        egui::Frame::new().inner_margin(margin).show(ui, |ui| self.content_ui(ui, context));
    }
}

impl SourcesPanel {
    fn content_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let palette = context.theme.palette();
        if context.view.take(Action::AttachProcess) {
            self.attach.open();
        }
        self.bar_ui(ui, context, palette);
        let mut attachments = context.engine.attachments();
        attachments.retain(|status| !self.put_away.contains(&status.id));
        live::live_ui(ui, &attachments, &mut self.put_away, context, palette);
        let answer = match self.sources.ask(context.engine, &SourcesQuery) {
            Reply::Stale(answer) | Reply::Fresh(answer) => answer,
            Reply::Loading => return message_ui(ui, "Loading…", palette),
            Reply::Failed(failure) => return message_ui(ui, &failure.to_string(), palette),
        };
        if answer.sources.is_empty() {
            if attachments.is_empty() {
                empty_ui(ui, context, palette);
            }
            return;
        }
        if !self.has_chosen {
            self.chosen = answer.sources.first().map(|row| row.source.key);
        }
        self.report_ui(ui, &answer.sources, &attachments, context, palette);
        self.has_chosen |=
            table::table_ui(ui, &answer.sources, &mut self.chosen, |row| standing(row, &attachments), palette);
    }

    fn bar_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, palette: &Palette) {
        ui.horizontal_wrapped(|ui| {
            buttons_ui(ui, context, &mut self.attach);
            if let Some(reason) = context.engine.read_only() {
                let text = format!("Nothing can be added here: {reason}");
                ui.label(egui::RichText::new(text).color(palette.interrupted));
            }
        });
        self.attach.form_ui(ui, context, palette);
        ui.add_space(2.0);
    }

    /// The report of the chosen source, below the table.
    fn report_ui(
        &mut self,
        ui: &mut Ui,
        sources: &[SourceRow],
        attachments: &[AttachmentStatus],
        context: &mut Context<'_>,
        palette: &'static Palette,
    ) {
        let chosen = self.chosen.and_then(|key| sources.iter().find(|row| row.source.key == key));
        let Some(row) = chosen else {
            self.chosen = None;
            return;
        };
        let height = ui.available_height();
        let standing = standing(row, attachments);
        SidePanel::bottom("report")
            .resizable(true)
            .default_size(report_height(height, sources.len()))
            .size_range(120.0..=(height - 90.0).max(121.0))
            .frame(egui::Frame::new().inner_margin(egui::Margin { left: 8, right: 0, top: 8, bottom: 0 }))
            .show(ui, |ui| {
                // As high as it was made, whatever the report has to say.
                ui.set_min_size(ui.available_size());
                let reply = self.report.ask(context.engine, &SourceQuery { source: row.source.key });
                match reply {
                    Reply::Stale(answer) | Reply::Fresh(answer) => {
                        report::report_ui(ui, &answer, standing, &mut self.effect, context, palette);
                    }
                    Reply::Loading => message_ui(ui, "Loading…", palette),
                    Reply::Failed(failure) => message_ui(ui, &failure.to_string(), palette),
                }
            });
    }
}

/// How high the report is at first: what the table leaves, and no less than half.
fn report_height(height: f32, num_sources: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "rows on a screen")]
    let table_height = (num_sources.max(6) + 2) as f32 * ROW_HEIGHT;
    (height - table_height).max(height * 0.5)
}

/// How a source stands, its attachment asked if it has one.
fn standing(row: &SourceRow, attachments: &[AttachmentStatus]) -> words::Standing {
    let followed = attachments.iter().filter(|status| status.source == Some(row.source.key)).map(|status| status.state);
    words::Standing::of(&row.source, followed.min_by_key(|state| *state == StateKind::Off))
}

fn buttons_ui(ui: &mut Ui, context: &mut Context<'_>, attach: &mut attach::Form) {
    let can_write = context.engine.read_only().is_none();
    ui.add_enabled_ui(can_write, |ui| {
        for action in [Action::Import, Action::Attach] {
            let Some(listed) = action.listed() else { continue };
            if ui.button(listed.text).on_hover_text(listed.tooltip).clicked() {
                context.commands.push(Command::Do(action));
            }
        }
        if let Some(listed) = Action::AttachProcess.listed() {
            let response = ui.add(egui::Button::new(listed.text).selected(attach.is_open()));
            if response.on_hover_text(listed.tooltip).clicked() {
                attach.toggle();
            }
        }
    });
}

fn message_ui(ui: &mut Ui, text: &str, palette: &Palette) {
    ui.add_space(12.0);
    ui.label(egui::RichText::new(text).color(palette.text_weak));
}

/// What stands here while there is nothing: how to bring something in, and what can be read.
fn empty_ui(ui: &mut Ui, context: &mut Context<'_>, palette: &Palette) {
    let space = (ui.available_height() * 0.16).clamp(12.0, 120.0);
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.vertical_centered(|ui| {
            ui.add_space(space);
            ui.label(theme::strong("Nothing has come in yet", HEADING_SIZE));
            ui.label(
                egui::RichText::new("Drop files or folders anywhere in this window, or record a run:")
                    .color(palette.text_weak),
            );
            ui.label(egui::RichText::new("reelbench record -- COMMAND").monospace().color(palette.text));
            ui.add_space(12.0);
            ui.label(theme::strong("Files that can be read and followed", BODY_SIZE));
            for (name, title) in formats() {
                ui.horizontal(|ui| {
                    let width = 460.0_f32.min(ui.available_width());
                    ui.add_space(((ui.available_width() - width) / 2.0).max(0.0));
                    ui.label(title);
                    ui.label(egui::RichText::new(name).monospace().color(palette.text_weak));
                });
            }
            ui.add_space(12.0);
            if ui.button("Open the demo").on_hover_text("Twelve recorded runs of a small pipeline").clicked() {
                context.commands.push(Command::Do(Action::OpenDemo));
            }
        });
    });
}
