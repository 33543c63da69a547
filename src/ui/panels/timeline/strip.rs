//! CPU, memory and GPU of the shown runs below the lanes, on the same time axis.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, FontId, Painter, Rect, pos2, vec2};

use super::scale::Scale as TimeScale;
use crate::engine::queries::{PlotAnswer, PlotQuery, SeriesAnswer, SeriesEntry, SeriesQuery};
use crate::engine::{Engine, Slot};
use crate::model::{Key, Unit};
use crate::ui::axis::nice_range;
use crate::ui::envelope::{Curves, Figure, Pen, Scale};
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::view::View;

/// Height of a row, points.
pub const ROW_HEIGHT: f32 = 46.0;
/// Height of a row that only says why it is empty, points.
const EMPTY_HEIGHT: f32 = 20.0;
/// Height of the words above a curve, points.
const CAPTION: f32 = 15.0;

/// One row of the strip: the first of these metrics that any shown run has.
struct Kind {
    title: &'static str,
    absence: &'static str,
    metrics: &'static [&'static str],
}

const KINDS: [Kind; 3] = [
    Kind { title: "CPU", absence: "cpu", metrics: &["process.cpu.utilization", "system.cpu.utilization"] },
    Kind { title: "Memory", absence: "memory", metrics: &["process.memory.usage", "system.memory.usage"] },
    Kind { title: "GPU", absence: "gpu", metrics: &["hw.gpu.utilization"] },
];

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is called.
    pub title: String,
    /// The unit of its values.
    pub unit: Unit,
    /// Each curve: the place of its run, its series, whether its rate is drawn.
    pub curves: Vec<(usize, Key, bool)>,
    /// Why there is none.
    pub absence: Option<String>,
}

/// The strip with its curves.
#[derive(Default)]
pub struct Strip {
    series: Slot<SeriesQuery>,
    slots: BTreeMap<(Key, bool), Slot<PlotQuery>>,
    rows: Vec<Row>,
    answer: Option<Arc<SeriesAnswer>>,
    curves: Curves,
}

impl Strip {
    /// Asks which series there are; the rows to show.
    pub fn update(&mut self, engine: &Engine, view: &View) {
        let query = SeriesQuery { runs: view.frames.iter().map(|frame| frame.run).collect() };
        let reply = self.series.ask(engine, &query);
        let answer = reply.answer();
        let is_same = match (&self.answer, answer) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (None, None) => true,
            _ => false,
        };
        if !is_same {
            self.rows = answer.map(|answer| rows(answer, &query.runs)).unwrap_or_default();
            self.answer = answer.cloned();
            let rows = &self.rows;
            let is_shown =
                |key: &(Key, bool)| rows.iter().any(|row| row.curves.iter().any(|curve| (curve.1, curve.2) == *key));
            self.slots.retain(|key, _| is_shown(key));
        }
    }

    /// How high it wants to be with plots so much higher than they have to be, points.
    #[must_use]
    pub fn height(&self, growth: f32) -> f32 {
        self.rows.iter().map(|row| height(row, growth)).sum()
    }

    /// How many of its rows draw curves.
    #[must_use]
    pub fn num_plots(&self) -> usize {
        self.rows.iter().filter(|row| !row.curves.is_empty()).count()
    }

    /// Draws the rows into a rectangle as wide as the lanes.
    #[expect(clippy::too_many_arguments, reason = "where, on which axis, from what and in which colours")]
    pub fn paint(
        &mut self,
        painter: &Painter,
        rect: Rect,
        growth: f32,
        time: &TimeScale,
        engine: &Engine,
        view: &View,
        palette: &Palette,
    ) {
        self.curves.begin();
        let mut top = rect.top();
        let mut captions = Vec::new();
        for row in &self.rows {
            let area = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), height(row, growth)));
            top = area.bottom();
            painter.hline(rect.x_range(), area.top(), (1.0, palette.line));
            let plot = Rect::from_x_y_ranges(time.x_range(), area.top() + CAPTION..=area.bottom() - 2.0);
            let answers: Vec<_> = row
                .curves
                .iter()
                .filter_map(|&(run, series, is_rate)| {
                    let frame = view.frames.get(run)?;
                    let window = (frame.to_clock(time.window.0), frame.to_clock(time.window.1));
                    let query = PlotQuery::around(series, window, rect.width() as usize, is_rate);
                    let slot = self.slots.entry((series, is_rate)).or_default();
                    Some((run, window, slot.ask(engine, &query).answer().cloned()?))
                })
                .collect();
            let extent = values_in(&answers);
            let range = extent.map(|(min, max)| nice_range(&row.unit, min, max));
            for (run, window, answer) in &answers {
                let Some(values) = range else { continue };
                let scale = Scale { rect: plot, window: *window, values, pixels_per_point: painter.pixels_per_point() };
                let figure = if answers.len() == 1 { Figure::Area } else { Figure::Line };
                self.curves.add(&answer.thinned, &scale, &Pen::new(palette.series(*run), figure));
            }
            captions.push((area, caption(row, extent, &answers, view, palette)));
        }
        painter.add(self.curves.shape());
        for (area, words) in captions {
            let mut job =
                LayoutJob { wrap: TextWrapping::truncate_at_width(area.width() - 12.0), ..LayoutJob::default() };
            for (text, colour) in words {
                job.append(&text, 0.0, TextFormat::simple(FontId::proportional(SMALL_SIZE), colour));
            }
            painter.galley(area.left_top() + vec2(6.0, 2.0), painter.layout_job(job), palette.text_weak);
        }
    }

    /// Whether there is any curve in it.
    #[must_use]
    pub fn has_curves(&self) -> bool {
        self.rows.iter().any(|row| !row.curves.is_empty())
    }

    /// What a screen reader says of it.
    #[must_use]
    pub fn spoken(&self) -> String {
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|row| match &row.absence {
                Some(absence) => format!("{}: N/A, because {absence}", row.title),
                None => format!("{}, {} curves", row.title, row.curves.len()),
            })
            .collect();
        rows.join("; ")
    }
}

fn height(row: &Row, growth: f32) -> f32 {
    if row.curves.is_empty() { EMPTY_HEIGHT } else { ROW_HEIGHT + growth }
}

type Answered = (usize, (i64, i64), Arc<PlotAnswer>);

/// The smallest and largest value in sight.
fn values_in(answers: &[Answered]) -> Option<(f64, f64)> {
    let mut range: Option<(f64, f64)> = None;
    for (_, window, answer) in answers {
        let first = answer.thinned.buckets.partition_point(|bucket| bucket.at_nanos < window.0);
        let end = answer.thinned.buckets.partition_point(|bucket| bucket.at_nanos <= window.1);
        for bucket in answer.thinned.buckets[first..end].iter().filter(|bucket| bucket.count > 0) {
            let (min, max) = range.unwrap_or((bucket.min, bucket.max));
            range = Some((min.min(bucket.min), max.max(bucket.max)));
        }
    }
    range
}

/// The words above a row: its name, and its values at the cursor, each in the colour of its curve, or its range in sight.
fn caption(
    row: &Row,
    extent: Option<(f64, f64)>,
    answers: &[Answered],
    view: &View,
    palette: &Palette,
) -> Vec<(String, Color32)> {
    if let Some(absence) = &row.absence {
        return vec![(format!("{}: N/A, because {absence}", row.title), palette.text_weak)];
    }
    let mut words = vec![(row.title.clone(), palette.text)];
    let value = |(run, _, answer): &Answered| {
        let at = view.frames.get(*run)?.to_clock(view.cursor_nanos?);
        let value = row.unit.format(value_at(answer, at)?);
        Some((format!("   {value}"), if answers.len() == 1 { palette.text_strong } else { palette.series(*run) }))
    };
    let at_cursor: Vec<(String, Color32)> = answers.iter().filter_map(value).collect();
    match (at_cursor.is_empty(), extent) {
        (false, _) => words.extend(at_cursor),
        (true, Some((_, high))) => words.push((format!("   up to {}", row.unit.format(high)), palette.text_weak)),
        (true, None) => words.push(("   nothing measured in sight".to_owned(), palette.text_weak)),
    }
    words
}

/// The mean of the bucket that holds a moment; `None` in a gap.
fn value_at(answer: &PlotAnswer, at_nanos: i64) -> Option<f64> {
    let thinned = &answer.thinned;
    let after = thinned.buckets.partition_point(|bucket| bucket.at_nanos <= at_nanos);
    let bucket = thinned.buckets.get(after.checked_sub(1)?)?;
    let reach = thinned.gap_nanos.max(thinned.bucket_nanos);
    let is_near = at_nanos.saturating_sub(bucket.at_nanos) <= reach;
    (is_near && bucket.count > 0).then(|| bucket.sum / bucket.count as f64)
}

fn rows(answer: &SeriesAnswer, runs: &[Key]) -> Vec<Row> {
    let rows = each_row(answer, runs);
    let [first, others @ ..] = rows.as_slice() else { return rows };
    let is_same = |row: &Row| row.absence.is_some() && row.absence == first.absence;
    if !rows.iter().all(is_same) {
        return rows;
    }
    // One line says as much as three that give the same reason.
    let titles: Vec<&str> = std::iter::once(first).chain(others).map(|row| row.title.as_str()).collect();
    vec![Row { title: titles.join(", "), ..first.clone() }]
}

fn each_row(answer: &SeriesAnswer, runs: &[Key]) -> Vec<Row> {
    KINDS
        .iter()
        .map(|kind| {
            let with_metric = |metric: &str| {
                answer.groups.iter().find(|group| group.series.iter().any(|entry| is_shown(entry, metric)))
            };
            let Some((metric, group)) = kind.metrics.iter().find_map(|metric| Some((*metric, with_metric(metric)?)))
            else {
                let said = answer.absences.iter().find(|absence| absence.metric.contains(kind.absence));
                let absence = said.map_or_else(|| "nothing measured it".to_owned(), |absence| absence.reason.clone());
                return Row {
                    title: kind.title.to_owned(),
                    unit: Unit::RATIO,
                    curves: Vec::new(),
                    absence: Some(absence),
                };
            };
            let curves = group
                .series
                .iter()
                .filter(|entry| is_shown(entry, metric))
                .filter_map(|entry| {
                    let run = runs.iter().position(|run| Some(*run) == entry.row.series.run)?;
                    Some((run, entry.row.series.key, entry.is_rate))
                })
                .collect();
            Row { title: group.title.clone(), unit: group.unit.clone(), curves, absence: None }
        })
        .collect()
}

fn is_shown(entry: &SeriesEntry, metric: &str) -> bool {
    let series = &entry.row.series;
    let is_used = series.labels.get("state").is_none_or(|state| state == "used");
    let is_general =
        series.labels.get("task").or_else(|| series.labels.get("hw.gpu.task")).is_none_or(|task| task == "general");
    series.name == metric && entry.is_main && is_used && is_general && entry.row.num_samples > 0
}
