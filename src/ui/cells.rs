//! Text painted into the cells of hand-drawn rows: cut to its width, aligned, never over its neighbour.

use egui::{Align, Color32, FontId, Pos2, Rect, TextWrapMode, Ui, WidgetText};

/// Paints one line of text into a cell, in the middle of its height. Too long a text ends in `…`.
pub fn text(ui: &Ui, cell: Rect, text: impl Into<WidgetText>, font: FontId, colour: Color32, align: Align) {
    let galley = text.into().into_galley(ui, Some(TextWrapMode::Truncate), cell.width().max(0.0), font);
    let left = match align {
        Align::Min => cell.left(),
        Align::Center => cell.center().x - galley.size().x / 2.0,
        Align::Max => cell.right() - galley.size().x,
    };
    let at = Pos2::new(left, cell.center().y - galley.size().y / 2.0);
    ui.painter().galley_with_override_text_color(at, galley, colour);
}

/// Takes a cell of that width off the left of a row.
pub fn take_left(row: &mut Rect, width: f32) -> Rect {
    let cell = Rect::from_min_max(row.min, Pos2::new(row.left() + width, row.bottom()));
    row.min.x += width;
    cell
}

/// Takes a cell of that width off the right of a row.
pub fn take_right(row: &mut Rect, width: f32) -> Rect {
    let cell = Rect::from_min_max(Pos2::new(row.right() - width, row.top()), row.max);
    row.max.x -= width;
    cell
}
