//! The inline form that attaches to a running process: its id, or words of its command line.

use egui::{Key, TextEdit, Ui};

use crate::ui::command::Command;
use crate::ui::panels::Context;
use crate::ui::theme::Palette;

/// The form; closed at first.
#[derive(Default)]
pub struct Form {
    is_open: bool,
    wants_focus: bool,
    text: String,
}

impl Form {
    /// Whether it is shown.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Opens it, and moves to it if it is open already.
    pub fn open(&mut self) {
        self.is_open = true;
        self.wants_focus = true;
    }

    /// Opens or closes it.
    pub fn toggle(&mut self) {
        self.is_open = !self.is_open;
        self.wants_focus = self.is_open;
    }

    /// Draws it if it is open. Enter attaches, Escape closes.
    pub fn form_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, palette: &Palette) {
        if !self.is_open {
            return;
        }
        if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape)) {
            self.is_open = false;
            return;
        }
        let mut is_sent = false;
        ui.horizontal_wrapped(|ui| {
            let label = ui.label("Process");
            let field =
                TextEdit::singleline(&mut self.text).hint_text("id, or words of its command line").desired_width(280.0);
            let response = ui.add(field).labelled_by(label.id);
            if std::mem::take(&mut self.wants_focus) {
                response.request_focus();
            }
            is_sent = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            is_sent |= ui.add_enabled(wanted(&self.text).is_some(), egui::Button::new("Attach")).clicked();
            if ui.button("Cancel").clicked() {
                self.is_open = false;
            }
            ui.label(egui::RichText::new(meaning(&self.text)).color(palette.text_weak));
        });
        if let Some(wanted) = wanted(&self.text).filter(|_| is_sent) {
            context.commands.push(Command::AttachProcess(wanted.to_owned()));
            self.text.clear();
            self.is_open = false;
        }
    }
}

fn wanted(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

/// How what was typed is understood.
fn meaning(text: &str) -> String {
    match wanted(text) {
        None => "It and everything it starts are sampled five times a second".to_owned(),
        Some(id) if id.bytes().all(|byte| byte.is_ascii_digit()) => format!("the process with id {id}"),
        Some(words) => format!("the process whose command line has “{words}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_explained() {
        assert_eq!(meaning(" 42 "), "the process with id 42");
        assert_eq!(meaning("ffmpeg -i"), "the process whose command line has “ffmpeg -i”");
        assert_eq!(wanted("  "), None);
    }
}
