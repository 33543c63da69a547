//! Headings, tables of facts, and what is said where a fact is missing.

use egui::{Grid, Label, Response, RichText, Ui, vec2};

use super::theme::{self, GRID, HEADING_SIZE, Palette};

/// The heading of a section, with air above it.
pub fn heading_ui(ui: &mut Ui, text: &str) -> Response {
    ui.add_space(GRID * 2.0);
    let response = ui.add(Label::new(theme::strong(text, HEADING_SIZE)).selectable(false).truncate());
    ui.add_space(GRID / 2.0);
    response
}

/// “N/A, because …”: why there is no figure. The reason is a clause without a full stop (“no NVIDIA driver was found”).
pub fn missing_ui(ui: &mut Ui, because: &str) -> Response {
    ui.add(Label::new(RichText::new(missing_text(because)).weak().italics()).wrap())
}

/// The same as text, for tables and exports.
#[must_use]
pub fn missing_text(because: &str) -> String {
    format!("N/A, because {because}")
}

/// A table of names and values, two columns, values to select and copy.
pub struct Facts<'a> {
    ui: &'a mut Ui,
}

/// Draws a table of facts. `salt` tells it from other tables in the same place.
pub fn facts_ui(ui: &mut Ui, salt: impl egui::AsIdSalt, add: impl FnOnce(&mut Facts<'_>)) {
    Grid::new(salt)
        .num_columns(2)
        .min_col_width(96.0)
        .min_row_height(GRID * 4.0)
        .spacing(vec2(GRID * 3.0, GRID))
        .show(ui, |ui| add(&mut Facts { ui }));
}

impl Facts<'_> {
    /// A fact in words or figures.
    pub fn text(&mut self, name: &str, value: impl Into<String>) {
        self.value(name, Label::new(value.into()).selectable(true));
    }

    /// A fact in a fixed-width font: paths, hashes, commands.
    pub fn code(&mut self, name: &str, value: impl Into<String>) {
        self.value(name, Label::new(RichText::new(value).monospace()).selectable(true));
    }

    /// A fact if it is there; nothing at all if not.
    pub fn maybe(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A fact that is missing, and why.
    pub fn missing(&mut self, name: &str, because: &str) {
        self.value(name, Label::new(RichText::new(missing_text(because)).weak().italics()));
    }

    fn value(&mut self, name: &str, label: Label) {
        self.name(name);
        // A column of its own, so that further lines are as close as lines of a text are.
        self.ui.vertical(|ui| ui.add(label.wrap()));
        self.ui.end_row();
    }

    fn name(&mut self, name: &str) {
        let colour = Palette::of(self.ui.ctx()).text_weak;
        self.ui.vertical(|ui| ui.add(Label::new(RichText::new(name).color(colour)).selectable(false).wrap()));
    }

    /// A fact drawn by the caller.
    pub fn row(&mut self, name: &str, add: impl FnOnce(&mut Ui)) {
        self.name(name);
        self.ui.horizontal_wrapped(add);
        self.ui.end_row();
    }
}
