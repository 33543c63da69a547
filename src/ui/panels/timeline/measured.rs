//! What was measured of a span, in the words people use: a name, which figure of it, the value; exact names on hovering.

use std::borrow::Cow;

use egui::{Align, Label, Layout, RichText, Sense, Ui, WidgetInfo, vec2};

use crate::engine::queries::SeriesRow;
use crate::model::{Attributes, Measurement, Stat, Unit, Value};
use crate::ui::facts::{facts_ui, heading_ui};
use crate::ui::theme::{self, BODY_SIZE, GRID, Palette, SMALL_SIZE};

/// What a metric or an attribute is better known by.
struct Known {
    name: &'static str,
    words: &'static str,
    /// What an attribute of that name counts: attributes carry no unit.
    unit: Option<Unit>,
}

#[rustfmt::skip]
static KNOWN: &[Known] = &[
    Known { name: "process.cpu.time", words: "CPU time", unit: Some(Unit::SECONDS) },
    Known { name: "process.cpu.time.system", words: "CPU time in the kernel", unit: Some(Unit::SECONDS) },
    Known { name: "process.cpu.time.user", words: "CPU time in the program", unit: Some(Unit::SECONDS) },
    Known { name: "process.cpu.utilization", words: "CPU", unit: Some(Unit::PERCENT_OF_CORE) },
    Known { name: "process.disk.io", words: "Disk", unit: None },
    Known { name: "process.disk.io.read", words: "Read from disk", unit: Some(Unit::BYTES) },
    Known { name: "process.disk.io.write", words: "Written to disk", unit: Some(Unit::BYTES) },
    Known { name: "process.memory.max_rss", words: "Largest single process", unit: Some(Unit::BYTES) },
    Known { name: "process.memory.usage", words: "Memory", unit: Some(Unit::BYTES) },
    Known { name: "process.thread.count", words: "Threads", unit: None },
    Known { name: "process.count", words: "Processes", unit: None },
    Known { name: "process.gpu.memory.usage", words: "GPU memory", unit: None },
    Known { name: "process.command_line", words: "Command", unit: None },
    Known { name: "process.exit.code", words: "Exit code", unit: None },
    Known { name: "process.working_directory", words: "Folder", unit: None },
    Known { name: "hw.gpu.utilization", words: "GPU", unit: None },
    Known { name: "hw.gpu.memory.usage", words: "GPU memory", unit: None },
    Known { name: "hw.power", words: "GPU power", unit: None },
    Known { name: "hw.temperature", words: "GPU temperature", unit: None },
    Known { name: "ffmpeg.bitrate", words: "Bitrate", unit: None },
    Known { name: "ffmpeg.dropped_frames", words: "Dropped frames", unit: None },
    Known { name: "ffmpeg.duplicated_frames", words: "Duplicated frames", unit: None },
    Known { name: "ffmpeg.fps", words: "Frame rate", unit: None },
    Known { name: "ffmpeg.frames", words: "Frames", unit: None },
    Known { name: "ffmpeg.out_time", words: "Output length", unit: None },
    Known { name: "ffmpeg.quantizer", words: "Quantizer", unit: None },
    Known { name: "ffmpeg.speed", words: "Encoding speed", unit: None },
    Known { name: "ffmpeg.total_size", words: "Output size", unit: None },
    Known { name: "reelbench.recorder.cpu.time", words: "CPU time of the recorder", unit: Some(Unit::SECONDS) },
    Known { name: "reelbench.recorder.cpu.utilization", words: "CPU of the recorder", unit: Some(Unit::PERCENT_OF_CORE) },
    Known { name: "reelbench.recorder.interval", words: "Time between samples", unit: Some(Unit::SECONDS) },
    Known { name: "reelbench.recorder.memory", words: "Memory of the recorder", unit: Some(Unit::BYTES) },
    Known { name: "reelbench.recorder.tick.time", words: "Time to take a sample", unit: Some(Unit::SECONDS) },
    Known { name: "reelbench.recorder.ticks", words: "Samples taken", unit: None },
    Known { name: "reelbench.version", words: "Recorded by reelbench", unit: None },
];

/// The words for a metric or an attribute: the usual ones, else its name as one says it.
#[must_use]
pub fn words(name: &str) -> Cow<'static, str> {
    if let Some(known) = KNOWN.iter().find(|known| known.name == name) {
        return Cow::Borrowed(known.words);
    }
    let spoken = name.replace(['.', '_'], " ");
    let mut letters = spoken.chars();
    Cow::Owned(letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect()))
}

/// Draws attributes: text beside its name, below it the figures, those of known names with their unit.
pub fn attributes_ui(ui: &mut Ui, title: &str, attributes: &Attributes) {
    if attributes.is_empty() {
        return;
    }
    heading_ui(ui, title);
    let is_figure = |value: &Value| matches!(value, Value::Integer(_) | Value::Real(_));
    facts_ui(ui, title, |facts| {
        for (name, value) in attributes.iter().filter(|(_, value)| !is_figure(value)) {
            facts.code(&words(name), value.to_string());
        }
    });
    for (name, value) in attributes.iter().filter(|(_, value)| is_figure(value)) {
        // `process.memory.usage.peak` is the peak of `process.memory.usage`.
        let (metric, stat) = match name.rsplit_once('.') {
            Some((metric, stat @ ("peak" | "mean" | "max"))) => (metric, stat),
            _ => (name.as_str(), ""),
        };
        let unit = KNOWN.iter().find(|known| known.name == metric).and_then(|known| known.unit.as_ref());
        #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
        let figure = match (unit, value) {
            (Some(unit), Value::Integer(number)) => unit.format(*number as f64),
            (Some(unit), Value::Real(number)) => unit.format(*number),
            _ => value.to_string(),
        };
        figure_ui(ui, metric, stat, &figure);
    }
}

/// Draws the measurements of a span.
pub fn measurements_ui(ui: &mut Ui, measurements: &[Measurement]) {
    if measurements.is_empty() {
        return;
    }
    heading_ui(ui, "Measurements");
    for measurement in measurements {
        let stat = if measurement.stat == Stat::Value { "" } else { measurement.stat.name() };
        figure_ui(ui, &measurement.name, stat, &measurement.unit.format(measurement.value));
    }
}

/// Draws the range of each series of a span.
pub fn series_ui(ui: &mut Ui, series: &[SeriesRow]) {
    if series.is_empty() {
        return;
    }
    heading_ui(ui, "Series");
    for row in series {
        let range = match (row.min, row.max) {
            (Some(min), Some(max)) => format!("{} – {}", row.series.unit.format(min), row.series.unit.format(max)),
            _ => format!("{} samples", row.num_samples),
        };
        figure_ui(ui, &row.series.name, "", &range);
    }
}

/// A name, which figure of it, and the value at the right edge. Long names take a second line.
fn figure_ui(ui: &mut Ui, name: &str, stat: &str, value: &str) {
    let palette = Palette::of(ui.ctx());
    let width = ui.available_width();
    let value_galley = ui.painter().layout_no_wrap(value.to_owned(), theme::font(BODY_SIZE), palette.text);
    let room = (width - value_galley.size().x - GRID * 3.0).max(width * 0.35);
    let mut job = egui::text::LayoutJob { wrap: egui::text::TextWrapping::wrap_at_width(room), ..Default::default() };
    let format = |size, colour| egui::text::TextFormat::simple(theme::font(size), colour);
    job.append(&words(name), 0.0, format(BODY_SIZE, palette.text_weak));
    if !stat.is_empty() {
        job.append(stat, GRID * 1.5, format(SMALL_SIZE, palette.text_weak));
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let spoken = format!("{} {stat}: {value}", words(name));
        let response = ui
            .allocate_ui(vec2(room, 0.0), |ui| {
                ui.set_width(room);
                ui.add(Label::new(job).selectable(false).sense(Sense::HOVER))
            })
            .inner;
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        response.on_hover_text(format!("{name} {stat}").trim_end());
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            ui.add(Label::new(RichText::new(value).color(palette.text)).selectable(true).wrap());
        });
    });
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_read_naturally() {
        assert_eq!(words("process.memory.usage"), "Memory");
        assert_eq!(words("transcript_segments"), "Transcript segments");
        assert_eq!(words(""), "");
    }
}
