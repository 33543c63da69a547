//! The table of sources: a row each, columns that give way when the tab is narrow.

use egui::{Align, Rect, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo};

use super::marks;
use super::words::{self, Standing};
use crate::engine::queries::{SourceRow, format_title};
use crate::model::{Key, time};
use crate::ui::cells;
use crate::ui::theme::{self, BODY_SIZE, Palette, ROW_HEIGHT, SMALL_SIZE};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Kind,
    Name,
    Format,
    Read,
    Runs,
    Spans,
    Series,
    Samples,
    Usages,
    Repaired,
    Skipped,
    Noticed,
    State,
}

/// How a column is laid out.
struct Layout {
    column: Column,
    title: &'static str,
    tooltip: &'static str,
    width: f32,
    align: Align,
    /// Columns of a higher rank give way first when there is no room.
    rank: u8,
}

/// The least room for names, points.
const NAME_WIDTH: f32 = 150.0;
/// Space between cells, points.
const GAP: f32 = 8.0;

#[rustfmt::skip]
const COLUMNS: &[Layout] = &[
    Layout { column: Column::Kind, title: "Kind", tooltip: "How it came in", width: 100.0, align: Align::Min, rank: 0 },
    Layout { column: Column::Name, title: "Name", tooltip: "The file, the followed thing or the recorded command", width: 0.0, align: Align::Min, rank: 0 },
    Layout { column: Column::Format, title: "Format", tooltip: "What read it", width: 190.0, align: Align::Min, rank: 8 },
    Layout { column: Column::Read, title: "Read", tooltip: "When it was last read", width: 108.0, align: Align::Min, rank: 6 },
    Layout { column: Column::Runs, title: "Runs", tooltip: "Runs it said something of", width: 42.0, align: Align::Max, rank: 2 },
    Layout { column: Column::Spans, title: "Spans", tooltip: "Spans it made known", width: 56.0, align: Align::Max, rank: 3 },
    Layout { column: Column::Series, title: "Series", tooltip: "Series it made known", width: 50.0, align: Align::Max, rank: 5 },
    Layout { column: Column::Samples, title: "Samples", tooltip: "Samples it made known", width: 78.0, align: Align::Max, rank: 4 },
    Layout { column: Column::Usages, title: "Usages", tooltip: "Billable quantities it made known", width: 54.0, align: Align::Max, rank: 7 },
    Layout { column: Column::Repaired, title: "Repaired", tooltip: "Records kept after a repair", width: 60.0, align: Align::Max, rank: 1 },
    Layout { column: Column::Skipped, title: "Skipped", tooltip: "Records not kept", width: 56.0, align: Align::Max, rank: 0 },
    Layout { column: Column::Noticed, title: "Noticed", tooltip: "Records kept as they were, with something worth knowing", width: 56.0, align: Align::Max, rank: 2 },
    Layout { column: Column::State, title: "State", tooltip: "Whether it was read to its end", width: 104.0, align: Align::Min, rank: 0 },
];

/// The columns that fit, with their widths; names take what is left.
fn fitting(width: f32) -> Vec<(&'static Layout, f32)> {
    let mut rank = u8::MAX;
    loop {
        let shown: Vec<&Layout> = COLUMNS.iter().filter(|layout| layout.rank <= rank).collect();
        let used: f32 = shown.iter().map(|layout| layout.width + GAP).sum();
        if used + NAME_WIDTH <= width || rank == 0 {
            let rest = (width - used).max(60.0);
            return shown
                .into_iter()
                .map(|layout| (layout, if layout.column == Column::Name { rest } else { layout.width }))
                .collect();
        }
        rank = COLUMNS.iter().map(|layout| layout.rank).filter(|found| *found < rank).max().unwrap_or(0);
    }
}

/// Draws the table into all the space there is. Clicking a row chooses it, clicking it again lets it go; whether that
/// happened.
pub fn table_ui(
    ui: &mut Ui,
    rows: &[SourceRow],
    chosen: &mut Option<Key>,
    standing: impl Fn(&SourceRow) -> Standing,
    palette: &Palette,
) -> bool {
    let before = *chosen;
    let columns = fitting(ui.available_width() - 12.0);
    headings_ui(ui, &columns, palette);
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("sources").auto_shrink(false).show_rows(ui, ROW_HEIGHT, rows.len(), |ui, range| {
        for (place, row) in rows.iter().enumerate().take(range.end).skip(range.start) {
            row_ui(ui, place, row, chosen, standing(row), &columns, palette);
        }
    });
    *chosen != before
}

fn headings_ui(ui: &mut Ui, columns: &[(&Layout, f32)], palette: &Palette) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW_HEIGHT), Sense::hover());
    let mut rest = rect;
    rest.min.x += 6.0;
    for (layout, width) in columns {
        let cell = inner(layout, cells::take_left(&mut rest, *width));
        cells::text(ui, cell, layout.title, theme::font(SMALL_SIZE), palette.text_weak, layout.align);
        let response = ui.interact(cell, ui.scope_id().with(("heading", layout.title)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, layout.title));
        response.on_hover_text(layout.tooltip);
        cells::take_left(&mut rest, GAP);
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, palette.line_strong));
}

fn row_ui(
    ui: &mut Ui,
    place: usize,
    row: &SourceRow,
    chosen: &mut Option<Key>,
    standing: Standing,
    columns: &[(&Layout, f32)],
    palette: &Palette,
) {
    let source = &row.source;
    let is_chosen = *chosen == Some(source.key);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW_HEIGHT), Sense::hover());
    // Named by its source, so that the keyboard stays on it when a report opens or another source comes in.
    let response = ui.interact(rect, ui.scope_id().with(source.key), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Row, ui.is_enabled(), is_chosen, spoken(row, standing)));
    if response.clicked() {
        *chosen = if is_chosen { None } else { Some(source.key) };
    }
    let painter = ui.painter();
    let ink = if is_chosen { palette.selected_text } else { palette.text };
    if is_chosen {
        painter.rect_filled(rect, 3.0, palette.selected);
    } else if response.hovered() {
        painter.rect_filled(rect, 3.0, palette.hovered);
    } else if place % 2 == 1 {
        painter.rect_filled(rect, 0.0, palette.canvas_stripe);
    }
    if response.has_focus() {
        painter.rect_stroke(rect, 3.0, Stroke::new(1.5, palette.accent), egui::StrokeKind::Inside);
    }
    let mut rest = rect;
    rest.min.x += 6.0;
    for (layout, width) in columns {
        let cell = inner(layout, cells::take_left(&mut rest, *width));
        cell_ui(ui, cell, layout, row, standing, ink, is_chosen, palette);
        cells::take_left(&mut rest, GAP);
    }
    response.on_hover_text_at_pointer(format!("{}\n{}", source.location, standing.sentence(source.kind)));
}

/// The state stands after columns of figures: a little away from them.
fn inner(layout: &Layout, mut cell: Rect) -> Rect {
    if layout.column == Column::State {
        cells::take_left(&mut cell, 10.0);
    }
    cell
}

#[expect(clippy::too_many_arguments, reason = "one cell: where, what and how")]
fn cell_ui(
    ui: &Ui,
    cell: Rect,
    layout: &Layout,
    row: &SourceRow,
    standing: Standing,
    ink: egui::Color32,
    is_chosen: bool,
    palette: &Palette,
) {
    let source = &row.source;
    let weak = if is_chosen { ink } else { palette.text_weak };
    let font = theme::font(BODY_SIZE);
    let small = theme::font(SMALL_SIZE);
    let words = |cell: Rect, text: &str, colour| cells::text(ui, cell, text, font.clone(), colour, Align::Min);
    let count = |number: u64, colour| {
        // Nothing is a dash: a column of zeros hides the figures that matter.
        let (text, colour) = if number == 0 { ("–".to_owned(), weak) } else { (words::figure(number), colour) };
        cells::text(ui, cell, text, font.clone(), colour, Align::Max);
    };
    let marked = |mut cell: Rect| {
        let mark = cells::take_left(&mut cell, 18.0);
        (egui::pos2(mark.left() + 6.0, mark.center().y), cell)
    };
    let severe = |colour| if is_chosen { ink } else { colour };
    match layout.column {
        Column::Kind => {
            let (at, cell) = marked(cell);
            marks::kind(ui.painter(), at, source.kind, weak);
            words(cell, words::kind(source.kind), ink);
        }
        Column::Name => cells::text(ui, cell, words::name(source), theme::strong_font(BODY_SIZE), ink, Align::Min),
        Column::Format => words(cell, format_title(&source.format), weak),
        Column::Read => cells::text(
            ui,
            cell,
            time::strftime_local(source.read_at_nanos, "%b %-d, %H:%M:%S"),
            small,
            weak,
            Align::Min,
        ),
        Column::Runs => count(row.num_runs, ink),
        Column::Spans => count(row.num_new_spans, ink),
        Column::Series => count(row.num_new_series, ink),
        Column::Samples => count(row.num_new_samples, ink),
        Column::Usages => count(row.num_new_usages, ink),
        Column::Repaired => count(row.num_repaired, ink),
        Column::Skipped => count(row.num_skipped, severe(palette.failed)),
        Column::Noticed => count(row.num_noticed, ink),
        Column::State => {
            let (at, cell) = marked(cell);
            marks::standing(ui.painter(), at, standing, palette);
            words(cell, standing.name(), severe(marks::standing_colour(standing, palette)));
        }
    }
}

/// What a screen reader says of a row.
fn spoken(row: &SourceRow, standing: Standing) -> String {
    let source = &row.source;
    format!(
        "{} {}, {}: {}; {} repaired, {} skipped, {} noticed; {}",
        words::kind(source.kind),
        words::name(source),
        format_title(&source.format),
        words::kept(row),
        row.num_repaired,
        row.num_skipped,
        row.num_noticed,
        standing.name(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(width: f32) -> Vec<&'static str> {
        fitting(width).into_iter().map(|(layout, _)| layout.title).collect()
    }

    #[test]
    fn columns_give_way_and_the_rest_fits() {
        assert_eq!(titles(2000.0).len(), COLUMNS.len());
        assert_eq!(titles(100.0), ["Kind", "Name", "Skipped", "State"]);
        assert!(!titles(1000.0).contains(&"Format"));
        for width in [500.0, 700.0, 900.0, 1200.0, 2000.0] {
            let used: f32 = fitting(width).iter().map(|(_, width)| width + GAP).sum();
            assert!(used <= width + 0.1, "{used} of {width}");
        }
    }
}
