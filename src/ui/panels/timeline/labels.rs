//! The labels of a run: shown, set, changed and removed, each as an edit that can be taken back.

use std::collections::BTreeMap;

use egui::{TextEdit, Ui};

use crate::model::{Edit, Key};
use crate::ui::command::Command;
use crate::ui::icon::{Icon, icon_button_ui};

/// What is being typed and not set yet.
#[derive(Default)]
pub struct Draft {
    run: Option<Key>,
    name: String,
    value: String,
}

/// Draws the labels and the fields for another one.
pub fn labels_ui(
    ui: &mut Ui,
    draft: &mut Draft,
    run: Key,
    labels: &BTreeMap<String, String>,
    read_only: Option<&str>,
    commands: &mut Vec<Command>,
) {
    if draft.run != Some(run) {
        *draft = Draft { run: Some(run), ..Draft::default() };
    }
    for (name, value) in labels {
        ui.horizontal(|ui| {
            let text = format!("{name} = {value}");
            let chip = ui.add_enabled(read_only.is_none(), egui::Button::new(text).truncate());
            if chip.on_hover_text("Change this label").clicked() {
                draft.name.clone_from(name);
                draft.value.clone_from(value);
            }
            if read_only.is_none() && icon_button_ui(ui, Icon::Close, &format!("Remove label {name}")).clicked() {
                commands.push(Command::Edit(Edit::SetLabel { run, name: name.clone(), value: None }));
            }
        });
    }
    if let Some(why) = read_only {
        ui.label(egui::RichText::new(format!("Labels cannot be set: {why}")).weak());
        return;
    }
    ui.horizontal(|ui| {
        let width = ((ui.available_width() - 110.0) / 2.0).max(48.0);
        let name = ui.add(TextEdit::singleline(&mut draft.name).desired_width(width).hint_text("Label name"));
        let value = ui.add(TextEdit::singleline(&mut draft.value).desired_width(width).hint_text("Label value"));
        let is_entered =
            (name.lost_focus() || value.lost_focus()) && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let is_there = !draft.name.trim().is_empty();
        let is_clicked = ui.add_enabled(is_there, egui::Button::new("Set label")).clicked();
        if is_there && (is_clicked || is_entered) {
            let name = draft.name.trim().to_owned();
            let value = Some(draft.value.trim().to_owned());
            commands.push(Command::Edit(Edit::SetLabel { run, name, value }));
            draft.name.clear();
            draft.value.clear();
        }
    });
}
