//! What a panel shows when it has nothing to show: an icon, what is missing in a sentence, and what to do about it.

use egui::{Align, Button, Label, Layout, Rect, RichText, Sense, Ui, UiBuilder, Vec2, vec2};

use super::icon::Icon;
use super::theme::{self, GRID, HEADING_SIZE, Palette};

/// An empty panel.
#[derive(Clone, Copy, Debug)]
pub struct Empty<'a> {
    /// What the panel is about.
    pub icon: Icon,
    /// What is not there: “No runs yet”.
    pub title: &'a str,
    /// Why, and what would bring it: “Import a file or record a pipeline to see its stages here”.
    pub sentence: &'a str,
    /// Buttons; the first is the main one.
    pub actions: &'a [&'a str],
}

/// The widest the sentence gets, points.
const WIDTH: f32 = 380.0;

/// Draws it in the middle of what room there is. Returns which action was clicked.
pub fn empty_ui(ui: &mut Ui, empty: &Empty<'_>) -> Option<usize> {
    let palette = Palette::of(ui.ctx());
    let room = ui.available_rect_before_wrap();
    let height = if empty.actions.is_empty() { 112.0 } else { 152.0 };
    let size = vec2(WIDTH.min(room.width()), height);
    let top = (room.top() + (room.height() - height) * 0.42).max(room.top());
    let rect = Rect::from_min_size(egui::pos2(room.center().x - size.x / 2.0, top), size);
    let mut clicked = None;
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Center)), |ui| {
        let (icon, _) = ui.allocate_exact_size(Vec2::splat(40.0), Sense::empty());
        empty.icon.paint(ui.painter(), icon, palette.line_strong);
        ui.add_space(GRID);
        ui.add(Label::new(theme::strong(empty.title, HEADING_SIZE)).selectable(false));
        ui.add(Label::new(RichText::new(empty.sentence).color(palette.text_weak)).selectable(false).wrap());
        if empty.actions.is_empty() {
            return;
        }
        ui.add_space(GRID * 2.0);
        let widths = empty.actions.iter().map(|text| {
            let font = egui::TextStyle::Button.resolve(ui.style());
            ui.painter().layout_no_wrap((*text).to_owned(), font, palette.text).size().x
                + ui.spacing().button_padding.x * 2.0
        });
        let total: f32 = widths.sum();
        #[expect(clippy::cast_precision_loss, reason = "a few buttons")]
        let total = total + ui.spacing().item_spacing.x * (empty.actions.len() - 1) as f32;
        ui.allocate_ui_with_layout(
            vec2(total, ui.spacing().interact_size.y),
            Layout::left_to_right(Align::Center),
            |ui| {
                for (index, text) in empty.actions.iter().enumerate() {
                    let button = if index == 0 {
                        Button::new(RichText::new(*text).color(palette.accent_text)).fill(palette.accent)
                    } else {
                        Button::new(*text)
                    };
                    if ui.add(button).clicked() {
                        clicked = Some(index);
                    }
                }
            },
        );
    });
    clicked
}
