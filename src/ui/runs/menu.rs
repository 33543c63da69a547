//! What a click with the other button on a run offers.

use egui::Ui;

use crate::engine::Engine;
use crate::engine::queries::RunSummary;
use crate::ui::command::{Action, Command};
use crate::ui::selection::Selection;

/// Draws the menu of a run.
pub(super) fn menu_ui(
    ui: &mut Ui,
    engine: &Engine,
    run: &RunSummary,
    selection: &Selection,
    commands: &mut Vec<Command>,
) {
    let key = run.run.key;
    let is_shown = selection.shown.contains(&key);
    if ui.button("Show only this run").clicked() {
        commands.push(Command::ShowRuns(vec![key]));
        ui.close();
    }
    let text = if is_shown { "Hide this run" } else { "Show this run too" };
    if ui.add_enabled(!is_shown || selection.shown.len() > 1, egui::Button::new(text)).clicked() {
        let mut runs = selection.shown.clone();
        if is_shown {
            runs.retain(|shown| *shown != key);
        } else {
            runs.push(key);
        }
        commands.push(Command::ShowRuns(runs));
        ui.close();
    }
    ui.separator();
    let button = egui::Button::new("Label…");
    let can_edit = engine.read_only().is_none();
    let response = ui.add_enabled(can_edit, button).on_disabled_hover_text(engine.read_only().unwrap_or_default());
    if response.clicked() {
        if !is_shown {
            commands.push(Command::ShowRuns(vec![key]));
        }
        commands.push(Command::Do(Action::LabelRuns));
        ui.close();
    }
    ui.menu_button("Copy", |ui| {
        let video = run.run.video_id.clone();
        let command = format!("reelbench --workspace '{}' show {}", engine.path().display(), key.short());
        for (text, content) in [
            ("Key", Some(key.to_hex())),
            ("Title", Some(run.title())),
            ("Video id", video),
            ("Command that shows it", Some(command)),
        ] {
            if let Some(content) = content
                && ui.button(text).clicked()
            {
                commands.push(Command::Copy(content));
                ui.close();
            }
        }
    });
}
