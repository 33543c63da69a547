//! The report of one source: its facts, then every issue with its place, severity, effect, meaning and detail.

use egui::{Align, FontId, Grid, Rect, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo};

use super::marks;
use super::words::{self, Standing};
use crate::engine::queries::{SourceAnswer, format_title};
use crate::model::{Effect, Issue, time};
use crate::ui::badge;
use crate::ui::cells;
use crate::ui::command::Command;
use crate::ui::panels::Context;
use crate::ui::theme::{self, BODY_SIZE, HEADING_SIZE, Palette, SMALL_SIZE};

/// Height of an issue: its meaning above, its detail below, points.
const ISSUE_HEIGHT: f32 = 38.0;
/// Widths of the columns of an issue, points: place, severity, effect, records.
const PLACE_WIDTH: f32 = 96.0;
const SEVERITY_WIDTH: f32 = 82.0;
const EFFECT_WIDTH: f32 = 72.0;
const RECORDS_WIDTH: f32 = 84.0;

/// Draws the report into all the space there is.
pub fn report_ui(
    ui: &mut Ui,
    answer: &SourceAnswer,
    standing: Standing,
    effect: &mut Option<Effect>,
    context: &mut Context<'_>,
    palette: &Palette,
) {
    title_ui(ui, answer, standing, palette);
    facts_ui(ui, answer, standing, palette);
    ui.add_space(4.0);
    filter_ui(ui, answer, effect, context);
    issues_ui(ui, &answer.issues, *effect, palette);
}

fn title_ui(ui: &mut Ui, answer: &SourceAnswer, standing: Standing, palette: &Palette) {
    ui.horizontal(|ui| {
        let source = &answer.source.source;
        ui.label(theme::strong(format!("{} {}", words::kind(source.kind), words::name(source)), HEADING_SIZE));
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(14.0), Sense::hover());
        marks::standing(ui.painter(), rect.center(), standing, palette);
        ui.label(egui::RichText::new(standing.name()).color(marks::standing_colour(standing, palette)));
    });
}

fn facts_ui(ui: &mut Ui, answer: &SourceAnswer, standing: Standing, palette: &Palette) {
    let source = &answer.source.source;
    let mut facts: Vec<(&str, String)> = vec![
        ("Location", source.location.clone()),
        ("Format", format!("{} ({})", format_title(&source.format), source.format)),
        ("Kept", words::kept(&answer.source)),
        ("Read", time::format_local(source.read_at_nanos)),
        ("Times", words::zone(&source.zone)),
    ];
    if standing == Standing::Incomplete {
        facts.push(("State", standing.sentence(source.kind).to_owned()));
    }
    if let Some(cursor) = words::cursor(source) {
        facts.push(("Size", cursor));
    }
    if let Some(hash) = &source.content_hash {
        facts.push(("BLAKE3", words::hex(hash)));
    }
    // Two facts beside each other where there is room.
    let num_columns = if ui.available_width() > 1100.0 { 2 } else { 1 };
    let value_width = (ui.available_width() / if num_columns == 2 { 2.0 } else { 1.0 } - 90.0).max(80.0);
    Grid::new("facts").num_columns(num_columns * 2).spacing([10.0, 2.0]).show(ui, |ui| {
        for pair in facts.chunks(num_columns) {
            for (name, value) in pair {
                ui.label(egui::RichText::new(*name).color(palette.text_weak));
                let is_exact = matches!(*name, "Location" | "BLAKE3");
                let text = if is_exact { egui::RichText::new(value).monospace() } else { egui::RichText::new(value) };
                ui.scope(|ui| {
                    ui.set_max_width(value_width);
                    ui.add(egui::Label::new(text).truncate());
                });
            }
            ui.end_row();
        }
    });
}

fn filter_ui(ui: &mut Ui, answer: &SourceAnswer, effect: &mut Option<Effect>, context: &mut Context<'_>) {
    ui.horizontal_wrapped(|ui| {
        let all = words::num_records(&answer.issues, None);
        ui.selectable_value(effect, None, format!("All {}", words::figure(all)));
        for found in [Effect::Skipped, Effect::Repaired, Effect::Noticed] {
            let number = words::num_records(&answer.issues, Some(found));
            let text = format!("{} {}", capital(found.name()), words::figure(number));
            ui.add_enabled_ui(number > 0 || *effect == Some(found), |ui| {
                ui.selectable_value(effect, Some(found), text)
            });
        }
        ui.separator();
        if ui.button("Copy as text").on_hover_text("Puts this report on the clipboard, as far as it is shown").clicked()
        {
            context.commands.push(Command::Copy(words::report(answer, *effect)));
        }
        if !answer.runs.is_empty() {
            let text = if answer.runs.len() == 1 {
                "Show its run".to_owned()
            } else {
                format!("Show its {} runs", answer.runs.len())
            };
            if ui.button(text).clicked() {
                context.commands.push(Command::ShowRuns(answer.runs.clone()));
            }
        }
    });
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn issues_ui(ui: &mut Ui, issues: &[Issue], effect: Option<Effect>, palette: &Palette) {
    let shown: Vec<&Issue> = words::filtered(issues, effect).collect();
    if shown.is_empty() {
        let text = if issues.is_empty() {
            "Everything was kept as it was: nothing was repaired or skipped"
        } else {
            "Nothing of that sort"
        };
        ui.add_space(8.0);
        ui.label(egui::RichText::new(text).color(palette.text_weak));
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("issues").auto_shrink(false).show_rows(
        ui,
        ISSUE_HEIGHT,
        shown.len(),
        |ui, range| {
            for (place, issue) in shown.iter().enumerate().take(range.end).skip(range.start) {
                issue_ui(ui, place, issue, palette);
            }
        },
    );
}

fn issue_ui(ui: &mut Ui, place: usize, issue: &Issue, palette: &Palette) {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width() - 10.0, ISSUE_HEIGHT), Sense::click());
    let kind = issue.kind;
    let (severity, effect) = (kind.severity(), kind.effect());
    let records =
        if issue.num_records == 1 { String::new() } else { format!("{} records", words::figure(issue.num_records)) };
    response.widget_info(|| {
        let text = format!(
            "{}, {}, {}: {} {} {records}",
            issue.place,
            severity.name(),
            effect.name(),
            kind.sentence(),
            issue.detail
        );
        WidgetInfo::labeled(Role::Row, true, text.trim_end())
    });
    let painter = ui.painter();
    if response.hovered() || response.has_focus() {
        painter.rect_filled(rect, 3.0, palette.hovered);
    } else if place % 2 == 1 {
        painter.rect_filled(rect, 0.0, palette.canvas_stripe);
    }
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, palette.line));
    let mut row = rect.shrink2(Vec2::new(6.0, 2.0));
    // What has no detail stands in the middle of its row.
    let line = |cell: Rect| if issue.detail.is_empty() { cell } else { top_half(cell) };
    let font = theme::font(BODY_SIZE);
    let place_cell = line(cells::take_left(&mut row, PLACE_WIDTH));
    cells::text(ui, place_cell, issue.place.to_string(), FontId::monospace(SMALL_SIZE), palette.text, Align::Min);
    let mut cell = line(cells::take_left(&mut row, SEVERITY_WIDTH));
    let mark = cells::take_left(&mut cell, 16.0);
    badge::paint_severity(painter, palette, egui::pos2(mark.left() + 6.0, mark.center().y), 11.0, severity);
    cells::text(ui, cell, severity.name(), font.clone(), palette.severity(severity), Align::Min);
    let cell = line(cells::take_left(&mut row, EFFECT_WIDTH));
    cells::text(ui, cell, effect.name(), font.clone(), palette.text, Align::Min);
    if !records.is_empty() {
        let cell = line(cells::take_right(&mut row, RECORDS_WIDTH));
        cells::text(ui, cell, records.as_str(), font.clone(), palette.text, Align::Max);
    }
    cells::text(ui, line(row), kind.sentence(), font, palette.text_strong, Align::Min);
    let below = Rect::from_min_max(egui::pos2(row.left(), row.center().y), row.max);
    cells::text(ui, below, issue.detail.as_str(), FontId::monospace(SMALL_SIZE), palette.text_weak, Align::Min);
    response.on_hover_text_at_pointer(format!("{}\n{}", kind.sentence(), issue.detail));
}

fn top_half(cell: Rect) -> Rect {
    Rect::from_min_max(cell.min, egui::pos2(cell.right(), cell.center().y))
}
