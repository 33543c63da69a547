//! The label form: sets, changes and removes labels of the shown runs.

use std::collections::BTreeMap;

use egui::{Button, Key as KeyName, RichText, TextEdit, Ui};

use super::command::Command;
use super::theme::{self, Palette};
use crate::engine::queries::RunsAnswer;
use crate::model::{Edit, Key};

/// An open label form.
#[derive(Default)]
pub struct LabelForm {
    name: String,
    value: String,
    is_old: bool,
}

/// The labels of these runs: each with its value, `None` where the runs differ.
fn labels_of(answer: &RunsAnswer, runs: &[Key]) -> BTreeMap<String, Option<String>> {
    let mut labels: BTreeMap<String, Option<String>> = BTreeMap::new();
    let chosen = || answer.runs.iter().filter(|run| runs.contains(&run.run.key));
    for (name, value) in chosen().flat_map(|run| &run.run.labels) {
        labels
            .entry(name.clone())
            .and_modify(|known| {
                if known.as_ref() != Some(value) {
                    *known = None;
                }
            })
            .or_insert_with(|| Some(value.clone()));
    }
    for (name, value) in &mut labels {
        if chosen().any(|run| !run.run.labels.contains_key(name)) {
            *value = None;
        }
    }
    labels
}

impl LabelForm {
    /// Draws it; true when it is done.
    pub fn ui(&mut self, ui: &mut Ui, answer: &RunsAnswer, runs: &[Key], commands: &mut Vec<Command>) -> bool {
        let palette = Palette::of(ui.ctx());
        ui.set_width(380.0);
        let whose = match runs {
            [run] => answer.runs.iter().find(|known| known.run.key == *run).map_or_else(String::new, |run| run.title()),
            runs => format!("{} runs", runs.len()),
        };
        ui.label(theme::strong(format!("Labels of {whose}"), theme::HEADING_SIZE).color(palette.text_strong));
        ui.add_space(4.0);
        let labels = labels_of(answer, runs);
        if labels.is_empty() {
            ui.weak("None yet");
        }
        for (name, value) in &labels {
            ui.horizontal(|ui| {
                ui.monospace(name);
                ui.label(RichText::new(value.as_deref().unwrap_or("(differs)")).color(palette.text_weak));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if named(ui.small_button("Remove"), &format!("Remove label {name}")).clicked() {
                        commands.extend(edits(runs, name, None));
                    }
                    if named(ui.small_button("Change"), &format!("Change label {name}")).clicked() {
                        self.name.clone_from(name);
                        self.value = value.clone().unwrap_or_default();
                    }
                });
            });
        }
        ui.add_space(8.0);
        let mut is_asked = false;
        ui.horizontal(|ui| {
            let field = TextEdit::singleline(&mut self.name).hint_text("name").desired_width(120.0).char_limit(100);
            let name = ui.add(field).accessible_name("Label name");
            if !std::mem::replace(&mut self.is_old, true) {
                name.request_focus();
            }
            ui.label("=");
            let field = TextEdit::singleline(&mut self.value).hint_text("value").desired_width(140.0).char_limit(1000);
            let value = ui.add(field).accessible_name("Label value");
            let has_ended = name.lost_focus() || value.lost_focus();
            is_asked = has_ended && ui.input(|input| input.key_pressed(KeyName::Enter));
            is_asked |= ui.add_enabled(!self.name.trim().is_empty(), Button::new("Set")).clicked();
        });
        if is_asked && !self.name.trim().is_empty() {
            commands.extend(edits(runs, self.name.trim(), Some(self.value.trim())));
            self.name.clear();
            self.value.clear();
            self.is_old = false;
        }
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            ui.label(RichText::new("Ctrl+Z takes an edit back").small().color(palette.text_weak));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.button("Done").clicked()).inner
        })
        .inner
    }
}

fn named(response: egui::Response, name: &str) -> egui::Response {
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    response
}

fn edits(runs: &[Key], name: &str, value: Option<&str>) -> Vec<Command> {
    runs.iter()
        .map(|run| Command::Edit(Edit::SetLabel { run: *run, name: name.to_owned(), value: value.map(str::to_owned) }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::queries::RunSummary;
    use crate::model::Run;

    fn run(name: &str, labels: &[(&str, &str)]) -> RunSummary {
        let mut run = Run::new(Key::of("run", &[name]));
        run.labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        RunSummary { run, num_spans: 0, num_failed_spans: 0, last_nanos: None }
    }

    #[test]
    fn labels_of_several_runs_say_where_they_differ() {
        let runs = vec![
            run("a", &[("branch", "main"), ("gpu", "yes")]),
            run("b", &[("branch", "main")]),
            run("c", &[("branch", "x")]),
        ];
        let keys: Vec<Key> = runs.iter().map(|run| run.run.key).collect();
        let answer = RunsAnswer { runs, ..RunsAnswer::default() };
        let labels = labels_of(&answer, &keys[..2]);
        assert_eq!(labels["branch"].as_deref(), Some("main"));
        assert_eq!(labels["gpu"], None);
        assert_eq!(labels_of(&answer, &keys)["branch"], None);
    }
}
