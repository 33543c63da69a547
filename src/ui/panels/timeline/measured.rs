//! What was measured of a span, in the words people use: a name, which figure of it, the value; exact names on hovering.

use std::borrow::Cow;

use egui::{Align, Label, Layout, RichText, Sense, Ui, WidgetInfo, vec2};

use crate::engine::queries::SeriesRow;
use crate::model::{Measurement, Stat};
use crate::ui::facts::heading_ui;
use crate::ui::theme::{self, BODY_SIZE, GRID, Palette, SMALL_SIZE};

/// Names that a metric is better known by.
const KNOWN: &[(&str, &str)] = &[
    ("process.cpu.time", "CPU time"),
    ("process.cpu.time.system", "CPU time in the kernel"),
    ("process.cpu.time.user", "CPU time in the program"),
    ("process.cpu.utilization", "CPU"),
    ("process.disk.io", "Disk"),
    ("process.disk.io.read", "Read from disk"),
    ("process.disk.io.write", "Written to disk"),
    ("process.memory.max_rss", "Largest single process"),
    ("process.memory.usage", "Memory"),
    ("process.thread.count", "Threads"),
    ("process.count", "Processes"),
    ("process.gpu.memory.usage", "GPU memory"),
    ("process.command_line", "Command"),
    ("process.exit.code", "Exit code"),
    ("process.working_directory", "Folder"),
    ("hw.gpu.utilization", "GPU"),
    ("hw.gpu.memory.usage", "GPU memory"),
    ("hw.power", "GPU power"),
    ("hw.temperature", "GPU temperature"),
    ("ffmpeg.bitrate", "Bitrate"),
    ("ffmpeg.dropped_frames", "Dropped frames"),
    ("ffmpeg.duplicated_frames", "Duplicated frames"),
    ("ffmpeg.fps", "Frame rate"),
    ("ffmpeg.frames", "Frames"),
    ("ffmpeg.out_time", "Output length"),
    ("ffmpeg.quantizer", "Quantizer"),
    ("ffmpeg.speed", "Encoding speed"),
    ("ffmpeg.total_size", "Output size"),
];

/// The words for a metric or an attribute: the usual ones, else its name as one says it.
#[must_use]
pub fn words(name: &str) -> Cow<'static, str> {
    if let Some((_, words)) = KNOWN.iter().find(|(known, _)| *known == name) {
        return Cow::Borrowed(words);
    }
    let spoken = name.replace(['.', '_'], " ");
    let mut letters = spoken.chars();
    Cow::Owned(letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect()))
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
