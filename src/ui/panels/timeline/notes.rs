//! Notes about a run or span: read, written, changed and removed, each as an edit that can be taken back.

use std::collections::BTreeMap;

use egui::{RichText, TextEdit, Ui};

use crate::engine;
use crate::model::time::format_local;
use crate::model::{Edit, Key, Note};
use crate::ui::command::Command;
use crate::ui::icon::{Icon, icon_button_ui};
use crate::ui::theme::{Palette, SMALL_SIZE};

/// What is being written and not saved yet. It stays while other spans are looked at.
#[derive(Default)]
pub struct Drafts {
    new: BTreeMap<About, String>,
    changed: BTreeMap<Key, String>,
    /// Whether a field for a new note is to have the keyboard: one on a span, or one on a run.
    wanted: Option<bool>,
}

impl Drafts {
    /// Moves to the field for a new note as soon as it is drawn.
    pub fn want(&mut self, is_on_span: bool) {
        self.wanted = Some(is_on_span);
    }
}

/// A run, or a span of it.
pub type About = (Key, Option<Key>);

/// Draws the notes and the field for a new one. `read_only` says why nothing can be written here.
pub fn notes_ui<'a>(
    ui: &mut Ui,
    drafts: &mut Drafts,
    about: About,
    notes: impl Iterator<Item = &'a Note>,
    read_only: Option<&str>,
    commands: &mut Vec<Command>,
) {
    for note in notes {
        match drafts.changed.get_mut(&note.key) {
            Some(text) => {
                let is_saved = draft_ui(ui, text, "Save note", "Change note", false);
                let is_left = ui.small_button("Cancel").clicked();
                if is_saved {
                    let changed = Note { text: text.trim().to_owned(), ..note.clone() };
                    commands.push(Command::Edit(Edit::SetNote { key: note.key, note: Some(changed) }));
                }
                if is_saved || is_left {
                    drafts.changed.remove(&note.key);
                }
            }
            None => note_ui(ui, drafts, note, read_only, commands),
        }
    }
    if let Some(why) = read_only {
        ui.label(RichText::new(format!("Notes cannot be written: {why}")).weak());
        return;
    }
    let is_wanted = drafts.wanted.take_if(|is_on_span| *is_on_span == about.1.is_some()).is_some();
    let text = drafts.new.entry(about).or_default();
    if draft_ui(ui, text, "Add note", "New note", is_wanted) {
        let at_nanos = engine::utc_nanos();
        let (run, span) = about;
        let key = Key::of("note", &[&run.to_hex(), &span.map(Key::to_hex).unwrap_or_default(), &at_nanos.to_string()]);
        let note = Note { key, run, span, text: text.trim().to_owned(), at_nanos };
        commands.push(Command::Edit(Edit::SetNote { key, note: Some(note) }));
        text.clear();
    }
}

fn note_ui(ui: &mut Ui, drafts: &mut Drafts, note: &Note, read_only: Option<&str>, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui.ctx());
    egui::Frame::new().fill(palette.canvas_stripe).inner_margin(6).corner_radius(4).show(ui, |ui| {
        ui.add(egui::Label::new(&note.text).wrap().selectable(true));
        ui.horizontal(|ui| {
            ui.label(RichText::new(format_local(note.at_nanos)).size(SMALL_SIZE).color(palette.text_weak));
            if read_only.is_some() {
                return;
            }
            if icon_button_ui(ui, Icon::Note, "Change this note").clicked() {
                drafts.changed.insert(note.key, note.text.clone());
            }
            if icon_button_ui(ui, Icon::Close, "Remove this note").clicked() {
                commands.push(Command::Edit(Edit::SetNote { key: note.key, note: None }));
            }
        });
    });
}

/// A field and its button. True when it is to be saved: by the button or Ctrl+Enter.
fn draft_ui(ui: &mut Ui, text: &mut String, button: &str, name: &str, is_wanted: bool) -> bool {
    let field = TextEdit::multiline(text).desired_rows(2).desired_width(f32::INFINITY).hint_text("Write a note…");
    let response = ui.add(field);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::MultilineTextInput, true, name));
    if is_wanted {
        response.request_focus();
        response.scroll_to_me(None);
    }
    let enter = egui::KeyboardShortcut::new(egui::Modifiers::COMMAND, egui::Key::Enter);
    let is_entered = response.has_focus() && ui.input_mut(|input| input.consume_shortcut(&enter));
    let is_there = !text.trim().is_empty();
    let is_clicked = ui.add_enabled(is_there, egui::Button::new(button)).clicked();
    is_there && (is_clicked || is_entered)
}
