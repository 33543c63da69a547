//! What lies in the selected stretch of time: a table with a row a stage, sorted by any column.

use egui::{Align, Grid, Label, Layout, RichText, ScrollArea, Ui};

use crate::engine::queries::{RangeAnswer, RangeQuery, RangeRow, RunRange};
use crate::engine::{Reply, Slot};
use crate::model::time::{format_duration, format_duration_secs};
use crate::ui::badge::key_ui;
use crate::ui::command::Command;
use crate::ui::facts::missing_ui;
use crate::ui::icon::{Icon, icon_button_ui};
use crate::ui::panels::Context;
use crate::ui::theme::{GRID, HEADING_SIZE, Palette, strong};
use crate::ui::time_plot;

/// The table with its question and order.
#[derive(Default)]
pub struct RangeTable {
    slot: Slot<RangeQuery>,
    order: Order,
}

/// A column, and whether its smallest stands on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    column: Column,
    is_ascending: bool,
}

impl Default for Order {
    fn default() -> Self {
        Self { column: Column::Sum, is_ascending: false }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Stage,
    Count,
    Sum,
    Mean,
    Min,
    Max,
    P50,
    P95,
}

impl Column {
    const ALL: [Self; 8] =
        [Self::Stage, Self::Count, Self::Sum, Self::Mean, Self::Min, Self::Max, Self::P50, Self::P95];

    fn title(self) -> &'static str {
        match self {
            Self::Stage => "Stage",
            Self::Count => "Count",
            Self::Sum => "Sum",
            Self::Mean => "Mean",
            Self::Min => "Min",
            Self::Max => "Max",
            Self::P50 => "p50",
            Self::P95 => "p95",
        }
    }

    fn tooltip(self) -> &'static str {
        match self {
            Self::Stage => "Sort by name",
            Self::Count => "How many spans touch the range",
            Self::Sum => "Time they spend in it, in sum",
            Self::Mean => "The same on average",
            Self::Min => "The shortest part of a span in the range",
            Self::Max => "The longest part of a span in the range",
            Self::P50 => "Half of the spans spend at most this long in it",
            Self::P95 => "Of twenty spans, nineteen spend at most this long in it",
        }
    }

    fn value(self, row: &RangeRow) -> f64 {
        match self {
            Self::Stage => 0.0,
            Self::Count => row.seconds.count as f64,
            Self::Sum => row.seconds.sum,
            Self::Mean => row.seconds.mean(),
            Self::Min => row.seconds.min,
            Self::Max => row.seconds.max,
            Self::P50 => row.seconds.p50,
            Self::P95 => row.seconds.p95,
        }
    }

    fn text(self, row: &RangeRow) -> String {
        match self {
            Self::Stage => row.name.clone(),
            Self::Count => row.seconds.count.to_string(),
            column => format_duration_secs(column.value(row)),
        }
    }
}

impl RangeTable {
    /// Draws the table of the selected range.
    pub fn table_ui(&mut self, ui: &mut Ui, range: (i64, i64), context: &mut Context<'_>) {
        let view = &context.view;
        let ranges = view.frames.iter().filter_map(|frame| {
            let boxed = view.boxed.iter().find(|(run, _)| *run == frame.run).map(|(_, lanes)| *lanes);
            // A box that was drawn elsewhere leaves this run out.
            let is_meant = view.boxed.is_empty() || boxed.is_some();
            let window = (frame.to_clock(range.0), frame.to_clock(range.1));
            is_meant.then_some(RunRange { run: frame.run, window, lanes: boxed })
        });
        let query = RangeQuery { ranges: ranges.collect() };
        let reply = self.slot.ask(context.engine, &query);
        let rows = reply.answer().map(|answer| sorted(answer, self.order)).unwrap_or_default();
        self.title_ui(ui, range, &rows, context);
        match &reply {
            Reply::Failed(failure) => drop(ui.label(failure.to_string())),
            Reply::Loading => drop(ui.label(RichText::new("Loading…").weak())),
            Reply::Fresh(_) | Reply::Stale(_) if rows.is_empty() => {
                missing_ui(ui, "no span touches this stretch of time");
            }
            Reply::Fresh(_) | Reply::Stale(_) => {
                ScrollArea::both()
                    .auto_shrink(false)
                    .id_salt("range table")
                    .show(ui, |ui| self.rows_ui(ui, &rows, context));
            }
        }
    }

    fn title_ui(&self, ui: &mut Ui, range: (i64, i64), rows: &[RangeRow], context: &mut Context<'_>) {
        ui.add_space(GRID);
        ui.horizontal(|ui| {
            let weak = Palette::of(ui.ctx()).text_weak;
            ui.label(strong(format!("Range of {}", format_duration(range.1.saturating_sub(range.0))), HEADING_SIZE));
            let (from, to) = (time_plot::moment(context.view, range.0), time_plot::moment(context.view, range.1));
            ui.label(RichText::new(format!("{from} – {to}")).color(weak));
            if !context.view.boxed.is_empty() {
                ui.label(RichText::new("only the lanes in the box").color(weak));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if icon_button_ui(ui, Icon::Close, "Forget the range").clicked() {
                    context.view.select_range(None);
                }
                if ui.button("Copy table").on_hover_text("Copy the rows, separated by tabs").clicked() {
                    context.commands.push(Command::Copy(copied(rows)));
                }
                if ui.button("Zoom to range").clicked() {
                    context.view.show(range);
                }
            });
        });
    }

    fn rows_ui(&mut self, ui: &mut Ui, rows: &[RangeRow], context: &mut Context<'_>) {
        let palette = Palette::of(ui.ctx());
        let longest = rows.iter().map(|row| row.seconds.sum).fold(0.0_f64, f64::max);
        Grid::new("range rows").num_columns(Column::ALL.len() + 1).striped(true).spacing([16.0, GRID]).show(ui, |ui| {
            for column in Column::ALL {
                let is_sorted = self.order.column == column;
                let arrow = match (is_sorted, self.order.is_ascending) {
                    (false, _) => "",
                    (true, true) => " ↑",
                    (true, false) => " ↓",
                };
                let title = RichText::new(format!("{}{arrow}", column.title())).color(palette.text_weak);
                let header = egui::Button::new(title).frame(false);
                let response = if column == Column::Stage {
                    ui.add(header)
                } else {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(header)).inner
                };
                if response.on_hover_text(column.tooltip()).clicked() {
                    let is_ascending = if is_sorted { !self.order.is_ascending } else { column == Column::Stage };
                    self.order = Order { column, is_ascending };
                }
            }
            ui.label("");
            ui.end_row();
            for row in rows {
                let colour = context.view.colours.colour(palette, &row.name);
                key_ui(ui, colour, &row.name);
                for column in &Column::ALL[1..] {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(Label::new(column.text(row))));
                }
                let (rect, _) = ui.allocate_exact_size(egui::vec2(120.0, 10.0), egui::Sense::hover());
                let part = (row.seconds.sum / longest.max(f64::MIN_POSITIVE)) as f32;
                ui.painter().rect_filled(rect.with_max_x(rect.left() + rect.width() * part), 2.0, colour);
                ui.end_row();
            }
        });
    }
}

fn sorted(answer: &RangeAnswer, order: Order) -> Vec<RangeRow> {
    let mut rows = answer.rows.clone();
    match order.column {
        Column::Stage => rows.sort_by(|a, b| a.name.cmp(&b.name)),
        column => rows.sort_by(|a, b| column.value(a).total_cmp(&column.value(b)).then_with(|| b.name.cmp(&a.name))),
    }
    if !order.is_ascending {
        rows.reverse();
    }
    rows
}

fn copied(rows: &[RangeRow]) -> String {
    let mut text = String::from("stage\tcount\tsum_s\tmean_s\tmin_s\tmax_s\tp50_s\tp95_s\n");
    for row in rows {
        text.push_str(&row.name);
        for column in &Column::ALL[1..] {
            text.push_str(&format!("\t{}", column.value(row)));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::queries::Summary;
    use crate::model::SpanKind;

    fn rows() -> RangeAnswer {
        let row = |name: &str, seconds: Vec<f64>| {
            Summary::of(seconds).map(|seconds| RangeRow { name: name.to_owned(), kind: SpanKind::Stage, seconds })
        };
        RangeAnswer {
            rows: [row("b", vec![5.0]), row("a", vec![1.0, 2.0]), row("c", vec![0.5])].into_iter().flatten().collect(),
        }
    }

    fn check(column: Column, is_ascending: bool, names: &str) {
        let sorted = sorted(&rows(), Order { column, is_ascending });
        assert_eq!(sorted.iter().map(|row| row.name.as_str()).collect::<String>(), names, "{column:?}");
    }

    #[test]
    fn every_column_sorts() {
        check(Column::Sum, false, "bac");
        check(Column::Stage, true, "abc");
        check(Column::Count, false, "abc");
        check(Column::Max, true, "cab");
    }

    #[test]
    fn a_copied_table_has_a_line_a_row() {
        let text = copied(&rows().rows);
        assert_eq!(text.lines().count(), 4);
        assert_eq!(text.lines().nth(1), Some("b\t1\t5\t5\t5\t5\t5\t5"));
    }
}
