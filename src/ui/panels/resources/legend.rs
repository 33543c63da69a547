//! The legend of a plot, which is also its values table: a row a curve with its value at the cursor and least, mean and most in sight.

use egui::{Align, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2};

use super::reading::{Reading, WindowFigures};
use super::stack::{Curve, Plot, short_value};
use crate::ui::cells;
use crate::ui::envelope::Pen;
use crate::ui::theme::{self, BODY_SIZE, Palette, SMALL_SIZE};
use crate::ui::view::View;

/// Height of a row, points.
pub const ROW_HEIGHT: f32 = 18.0;
/// Width of a column of figures, points.
const FIGURE_WIDTH: f32 = 63.0;
/// Width of the line that shows how a curve is drawn, points.
const SWATCH_WIDTH: f32 = 22.0;
/// Space right of the last figure, points: scroll bars float there.
const MARGIN: f32 = 10.0;
/// Space between two columns, points.
const GAP: f32 = 8.0;
/// The columns of figures from left to right, after the one at the cursor.
const WINDOW_COLUMNS: [&str; 3] = ["min", "mean", "max"];

/// One row: a curve with what is read off it.
pub struct Entry<'a> {
    /// The curve.
    pub curve: &'a Curve,
    /// What it is called in full, its run included where there are several.
    pub name: String,
    /// How it is drawn.
    pub pen: Pen,
    /// What is read off it: at the cursor, and over the selected range or else what is in sight.
    pub reading: Reading,
    /// Its extremes in sight, for the value axis.
    pub seen: Option<WindowFigures>,
    /// Whether it is hidden.
    pub is_hidden: bool,
}

/// Draws the headings of the columns: which moment and which stretch the figures are of.
pub fn headings(ui: &Ui, rect: Rect, at: &str, stretch: &str, palette: &Palette) {
    let mut row = Rect::from_min_max(pos2(rect.left(), rect.bottom() - ROW_HEIGHT), rect.max);
    cells::take_right(&mut row, MARGIN);
    for title in WINDOW_COLUMNS.into_iter().rev() {
        let cell = cells::take_right(&mut row, FIGURE_WIDTH);
        cells::text(ui, cell, title, theme::font(SMALL_SIZE), palette.text_weak, Align::Max);
    }
    // The moment is longer than a figure and may reach over the names.
    cells::text(ui, row, at, theme::font(SMALL_SIZE), palette.text_weak, Align::Max);
    let above = Rect::from_min_max(pos2(row.right() + GAP, rect.top()), pos2(rect.right() - MARGIN, row.top()));
    if above.height() >= ROW_HEIGHT {
        let line = Rect::from_min_max(pos2(above.left(), above.bottom() - ROW_HEIGHT), above.max);
        cells::text(ui, line, stretch, theme::font(SMALL_SIZE), palette.text_weak, Align::Max);
    }
}

/// Draws the rows into all the width there is.
pub fn rows_ui(ui: &mut Ui, plot: &Plot, entries: &[Entry<'_>], view: &mut View, palette: &Palette) {
    ui.spacing_mut().item_spacing.y = 0.0;
    for entry in entries {
        row_ui(ui, plot, entry, view, palette);
    }
}

fn row_ui(ui: &mut Ui, plot: &Plot, entry: &Entry<'_>, view: &mut View, palette: &Palette) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW_HEIGHT), Sense::hover());
    // Named by its series, so that the keyboard stays on it whatever comes or goes above.
    let response = ui.interact(rect, ui.scope_id().with(entry.curve.series), Sense::click());
    response
        .widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), !entry.is_hidden, spoken(plot, entry)));
    let curve = entry.curve;
    if response.double_clicked() || (response.clicked() && ui.input(|input| input.modifiers.command)) {
        plot.isolate(view, curve);
    } else if response.clicked() {
        plot.toggle(view, curve);
    }
    response.context_menu(|ui| {
        if ui.button(if entry.is_hidden { "Show" } else { "Hide" }).clicked() {
            plot.toggle(view, curve);
        }
        if ui.button("Show only this, or all").clicked() {
            plot.isolate(view, curve);
        }
        if ui.button("Show all").clicked() {
            plot.show_all(view);
        }
    });
    if ui.is_rect_visible(rect) {
        paint(ui, rect, plot, entry, response.hovered() || response.has_focus(), palette);
        if response.has_focus() {
            ui.painter().rect_stroke(rect, 2.0, Stroke::new(1.5, palette.accent), egui::StrokeKind::Inside);
        }
    }
    response.on_hover_text_at_pointer(format!(
        "{}\nClick hides or shows it; Ctrl or double click shows only it",
        entry.name
    ));
}

fn paint(ui: &Ui, rect: Rect, plot: &Plot, entry: &Entry<'_>, is_hot: bool, palette: &Palette) {
    let painter = ui.painter();
    if is_hot {
        painter.rect_filled(rect, 3.0, palette.hovered);
    }
    let mut row = rect;
    let swatch = cells::take_left(&mut row, SWATCH_WIDTH).shrink2(Vec2::new(4.0, 0.0));
    let ink = if entry.is_hidden { palette.text_weak } else { palette.text };
    if entry.is_hidden {
        // Hidden is said by shape too: an empty box, and the name struck out.
        let mark = Rect::from_center_size(swatch.center(), Vec2::splat(8.0));
        painter.rect_stroke(mark, 1.0, Stroke::new(1.0, palette.text_weak), egui::StrokeKind::Inside);
    } else {
        let y = painter.round_to_pixel_center(swatch.center().y);
        let stroke = Stroke::new(entry.pen.width + 1.0, entry.pen.colour);
        if entry.pen.is_dashed {
            painter.extend(egui::Shape::dashed_line(
                &[pos2(swatch.left(), y), pos2(swatch.right(), y)],
                stroke,
                4.0,
                2.0,
            ));
        } else {
            painter.hline(swatch.x_range(), y, stroke);
        }
    }
    cells::take_right(&mut row, MARGIN);
    let font = theme::font(SMALL_SIZE);
    let window = entry.reading.window.filter(|_| !entry.is_hidden);
    for value in
        [window.map(|figures| figures.max), window.map(|figures| figures.mean), window.map(|figures| figures.min)]
    {
        let cell = cells::take_right(&mut row, FIGURE_WIDTH);
        let text = value.map_or_else(|| "–".to_owned(), |value| short_value(&plot.unit, value));
        cells::text(ui, cell, text, font.clone(), palette.text_weak, Align::Max);
    }
    let cell = cells::take_right(&mut row, FIGURE_WIDTH);
    let at = entry.reading.at.filter(|_| !entry.is_hidden);
    let text = at.map_or_else(|| "–".to_owned(), |value| short_value(&plot.unit, value));
    cells::text(ui, cell, text, theme::font(BODY_SIZE), palette.text_strong, Align::Max);
    let name = egui::RichText::new(&entry.name);
    let name = if entry.is_hidden { name.strikethrough() } else { name };
    cells::text(ui, row, name, theme::font(BODY_SIZE - 0.5), ink, Align::Min);
}

/// What a screen reader says of a row.
fn spoken(plot: &Plot, entry: &Entry<'_>) -> String {
    if entry.is_hidden {
        return format!("{}, {}: hidden", plot.title, entry.name);
    }
    let at = entry.reading.at.map_or_else(|| "no value".to_owned(), |value| plot.unit.format(value));
    let window = entry.reading.window.map_or_else(String::new, |figures| {
        let [min, mean, max] = [figures.min, figures.mean, figures.max].map(|value| plot.unit.format(value));
        format!("; min {min}, mean {mean}, max {max}")
    });
    format!("{}, {}: {at}{window}", plot.title, entry.name)
}

/// The values of a plot as lines of a table for the clipboard: plot, curve, unit, at the cursor, min, mean, max.
#[must_use]
pub fn lines(plot: &Plot, entries: &[Entry<'_>]) -> String {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    entries
        .iter()
        .filter(|entry| !entry.is_hidden)
        .map(|entry| {
            let window = entry.reading.window;
            format!(
                "{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
                plot.title,
                entry.name,
                plot.unit.code(),
                number(entry.reading.at),
                number(window.map(|figures| figures.min)),
                number(window.map(|figures| figures.mean)),
                number(window.map(|figures| figures.max)),
            )
        })
        .collect()
}

/// The headings of [`lines`].
pub const LINE_HEADINGS: &str = "plot\tseries\tunit\tat\tmin\tmean\tmax\n";
