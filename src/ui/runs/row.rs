//! A run in the side bar: how it ended, what it is called, how long it took and how that compares with before.

use egui::{Align2, FontId, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::engine::queries::{PipelineHistory, RunSummary};
use crate::model::{Clock, time};
use crate::ui::badge;
use crate::ui::sparkline::{self, Spark};
use crate::ui::theme::{self, BODY_SIZE, Palette, SMALL_SIZE};

/// Height of a row, points.
pub(super) const HEIGHT: f32 = 46.0;
/// Less room than this is not worth a word, points.
const MIN_APART_WIDTH: f32 = 34.0;
const SPARKLINE_WIDTH: f32 = 56.0;
/// The width of a bar with its gap where few are drawn, points.
const WIDEST_SPARK: f32 = 7.0;
/// As many bars as fit into the sparkline.
const MAX_SPARKS: usize = 19;

/// How a row stands in the list.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    /// Whether its run is shown.
    pub is_shown: bool,
    /// What tells it from runs of the same title.
    pub apart: &'a str,
    /// Whether its pipeline tells it from others.
    pub has_pipeline: bool,
    /// Whether the keyboard is there.
    pub has_cursor: bool,
}

/// When it began, to the second.
fn start_text(run: &RunSummary) -> String {
    match (run.run.clock, run.run.start_nanos) {
        (Clock::Elapsed, _) => "no clock".to_owned(),
        (_, None) => "no start".to_owned(),
        (Clock::Utc, Some(start)) => time::strftime_local(start, "%b %-d, %H:%M:%S"),
        (Clock::Local, Some(start)) => time::format_utc(start).chars().take(19).collect::<String>().replace('T', " "),
    }
}

/// The same in as few words as tell runs of a list apart.
fn short_start_text(run: &RunSummary) -> String {
    match (run.run.clock, run.run.start_nanos) {
        (Clock::Utc, Some(start)) => time::strftime_local(start, "%b %-d %H:%M"),
        _ => start_text(run).chars().take(16).collect(),
    }
}

fn duration_text(run: &RunSummary) -> String {
    match run.duration_nanos() {
        Some(nanos) => time::format_duration(nanos),
        None => "–".to_owned(),
    }
}

/// Draws a row; where it was clicked tells who draws the list.
pub(super) fn row_ui(ui: &mut Ui, run: &RunSummary, history: Option<&PipelineHistory>, look: Look<'_>) -> Response {
    let palette = Palette::of(ui.ctx());
    // The list as a whole takes the keyboard, not each of its rows.
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::CLICK);
    let title = run.title();
    response.widget_info(|| {
        WidgetInfo::selected(egui::Role::ListBoxOption, true, look.is_shown, spoken(run, &title, look.apart))
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let painter = ui.painter_at(rect);
    let inner = rect.shrink2(vec2(2.0, 1.0));
    if look.is_shown {
        painter.rect_filled(inner, 4.0, palette.selected);
        painter.rect_filled(Rect::from_min_size(inner.min, vec2(3.0, inner.height())), 1.0, palette.accent);
    } else if response.hovered() || response.context_menu_opened() {
        painter.rect_filled(inner, 4.0, palette.hovered);
    }
    if look.has_cursor {
        painter.rect_stroke(inner, 4.0, egui::Stroke::new(1.0, palette.accent), egui::StrokeKind::Inside);
    }
    let strong = if look.is_shown { palette.selected_text } else { palette.text_strong };
    let weak = if look.is_shown { palette.selected_text } else { palette.text_weak };
    let body = FontId::proportional(BODY_SIZE);
    let small = FontId::proportional(SMALL_SIZE);

    let left = inner.left() + 10.0;
    let right = inner.right() - 8.0;
    let first = inner.top() + 13.0;
    let second = inner.bottom() - 12.0;
    let colour = palette.outcome(run.run.outcome);
    badge::paint_outcome(&painter, palette, pos2(left + 6.0, first), 12.0, run.run.outcome);
    let duration = painter.text(pos2(right, first), Align2::RIGHT_CENTER, duration_text(run), body.clone(), strong);
    let room = duration.left() - 8.0;
    let end = text(&painter, pos2(left + 19.0, first), room, &title, &body, strong);
    // What tells it from its namesakes follows where a word of it fits.
    if room - end > MIN_APART_WIDTH {
        text(&painter, pos2(end + 7.0, first + 0.5), room, look.apart, &small, weak);
    }

    let mut end = right;
    if let Some((sparks, marked)) = history.and_then(|history| sparks_around(history, run)) {
        #[expect(clippy::cast_precision_loss, reason = "at most 19")]
        let width = (sparks.len() as f32 * WIDEST_SPARK).min(SPARKLINE_WIDTH);
        let area = Rect::from_min_max(pos2(right - width, second - 9.0), pos2(right, second + 7.0));
        sparkline::paint(&painter, palette, area, &sparks, marked);
        end = area.left() - 8.0;
    }
    let word = run.run.outcome.name();
    let word_color = if look.is_shown { palette.selected_text } else { colour };
    let word = painter.text(pos2(left + 19.0, second), Align2::LEFT_CENTER, word, small.clone(), word_color);
    let mut rest = format!("· {}", short_start_text(run));
    if look.has_pipeline && title != run.pipeline() {
        rest = format!("· {} {rest}", run.pipeline());
    }
    text(&painter, pos2(word.right() + 4.0, second), end, &rest, &small, weak);
    response.on_hover_ui(|ui| hover_ui(ui, run, &title))
}

/// The durations of as many runs around this one as fit, and which of them it is; `None` for a pipeline's only run.
fn sparks_around(history: &PipelineHistory, run: &RunSummary) -> Option<(Vec<Spark>, usize)> {
    let all = &history.durations;
    let here = all.iter().position(|(key, ..)| *key == run.run.key).filter(|_| all.len() > 1)?;
    let end = (here + MAX_SPARKS / 2).clamp(MAX_SPARKS.min(all.len()), all.len());
    let start = end.saturating_sub(MAX_SPARKS);
    let sparks = all[start..end].iter().map(|(_, secs, outcome)| Spark { value: *secs, outcome: *outcome });
    Some((sparks.collect(), here - start))
}

/// One line of text that ends with `…` where it is too long; where it ends.
fn text(painter: &egui::Painter, at: egui::Pos2, right: f32, text: &str, font: &FontId, colour: egui::Color32) -> f32 {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font.clone(), colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width((right - at.x).max(0.0));
    let galley = painter.layout_job(job);
    let (top, end) = (at.y - galley.size().y / 2.0, at.x + galley.size().x);
    painter.galley(pos2(at.x, top), galley, colour);
    end
}

/// What a screen reader says of a row.
fn spoken(run: &RunSummary, title: &str, apart: &str) -> String {
    let apart = if apart.is_empty() { String::new() } else { format!(", {apart}") };
    format!(
        "{title}{apart}, {}, {}, started {}, took {}",
        run.run.outcome.name(),
        run.pipeline(),
        start_text(run),
        duration_text(run)
    )
}

fn hover_ui(ui: &mut Ui, run: &RunSummary, title: &str) {
    let palette = Palette::of(ui.ctx());
    ui.set_max_width(360.0);
    ui.label(theme::strong(title, BODY_SIZE).color(palette.text_strong));
    egui::Grid::new("run").num_columns(2).show(ui, |ui| {
        let mut row = |name: &str, value: String| {
            ui.label(egui::RichText::new(name).color(palette.text_weak));
            ui.label(value);
            ui.end_row();
        };
        row("Outcome", run.run.outcome.name().to_owned());
        row("Pipeline", run.pipeline().to_owned());
        row("Started", start_text(run));
        row("Took", duration_text(run));
        let failed =
            if run.num_failed_spans > 0 { format!(", {} failed", run.num_failed_spans) } else { String::new() };
        row("Spans", format!("{}{failed}", run.num_spans));
        if let Some(host) = &run.run.host {
            row("Host", host.hostname.clone());
        }
        for (name, value) in &run.run.labels {
            row(name, value.clone());
        }
        row("Key", run.run.key.short());
    });
    if let Some(error) = &run.run.error {
        ui.colored_label(palette.failed, error);
    }
}
