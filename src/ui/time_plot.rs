//! The pieces of every plot over time: grid and labels, stage bands behind, range and cursor in front, and how pointer and keys steer the view.
//!
//! A panel lays out its rectangles, asks for its curves and draws them between [`ground`] and [`marks`]; the moments of
//! all pieces are elapsed nanoseconds, as in the [`View`]. [`steer`] makes the same gestures do the same in every plot.

mod steer;

pub use steer::{Axis, steer};

use egui::{Color32, FontId, Painter, Pos2, Rect, Response, Stroke, StrokeKind, Ui, Vec2, pos2};
use jiff::tz::TimeZone;

use super::axis::{TimeAxis, TimeTick, ValueTick, time_ticks};
use super::envelope::Scale;
use super::theme::{self, Palette, SMALL_SIZE};
use super::view::View;
use crate::model::{Clock, time};

/// Height of a row of time labels, points.
pub const RULER_HEIGHT: f32 = 22.0;
/// Distance between labelled values, points.
pub const VALUE_SPACING: f32 = 26.0;

/// The font of axes.
#[must_use]
pub fn axis_font() -> FontId {
    theme::font(SMALL_SIZE)
}

/// A stretch of time laid behind curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Shade {
    /// First and last moment, elapsed nanoseconds.
    pub stretch: (i64, i64),
    /// Its colour, opaque; it is drawn faintly.
    pub colour: Color32,
}

/// The labelled moments of the visible stretch: on the clock of the first run, or elapsed.
#[must_use]
pub fn ticks(ui: &Ui, view: &View, width: f32) -> Vec<TimeTick> {
    let painter = ui.painter();
    let font = axis_font();
    let text_width = |text: &str| painter.layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER).size().x;
    let (start, end) = view.visible();
    let on_clock = view.frames.first().filter(|frame| view.is_clock_axis && frame.clock != Clock::Elapsed);
    let Some(frame) = on_clock else {
        return time_ticks(&TimeAxis::Elapsed { origin_nanos: 0 }, (start, end), width, text_width);
    };
    let zone = if frame.clock == Clock::Utc { TimeZone::system() } else { TimeZone::UTC };
    let window = (frame.to_clock(start), frame.to_clock(end));
    let mut ticks = time_ticks(&TimeAxis::Clock { zone }, window, width, text_width);
    for tick in &mut ticks {
        tick.at_nanos = frame.to_elapsed(tick.at_nanos);
    }
    ticks
}

/// A moment in words, as exact as a pixel of the visible stretch: `12.34 s`, `12:03:04.25`.
#[must_use]
pub fn moment(view: &View, at_nanos: i64) -> String {
    let (start, end) = view.visible();
    let width_nanos = end.saturating_sub(start).max(1);
    let on_clock = view.frames.first().filter(|frame| view.is_clock_axis && frame.clock != Clock::Elapsed);
    let num_decimals = match width_nanos {
        width if width >= 3600 * time::SECOND_NANOS => 0,
        width if width >= 60 * time::SECOND_NANOS => 1,
        width if width >= time::SECOND_NANOS => 3,
        width if width >= time::MILLI_NANOS => 6,
        _ => 9_usize,
    };
    match on_clock {
        Some(frame) => {
            let pattern = if num_decimals == 0 { "%H:%M:%S".to_owned() } else { format!("%H:%M:%S%.{num_decimals}f") };
            let at_nanos = frame.to_clock(at_nanos);
            if frame.clock == Clock::Utc {
                time::strftime_local(at_nanos, &pattern)
            } else {
                time::format_utc(at_nanos)
            }
        }
        None => elapsed(at_nanos, num_decimals),
    }
}

/// Elapsed time with so many decimals of a second: `12.340 s`, `1:02.5`, `2:01:02`.
#[must_use]
pub fn elapsed(at_nanos: i64, num_decimals: usize) -> String {
    let sign = if at_nanos < 0 { "−" } else { "" };
    let size = at_nanos.unsigned_abs();
    let second = time::SECOND_NANOS.unsigned_abs();
    let (secs, nanos) = (size / second, size % second);
    let digits = format!("{nanos:09}");
    let fraction = if num_decimals == 0 { String::new() } else { format!(".{}", &digits[..num_decimals.min(9)]) };
    match secs {
        0..60 => format!("{sign}{secs}{fraction} s"),
        60..3600 => format!("{sign}{}:{:02}{fraction}", secs / 60, secs % 60),
        _ => format!("{sign}{}:{:02}:{:02}{fraction}", secs / 3600, secs / 60 % 60, secs % 60),
    }
}

/// Draws a row of time labels over a stretch of the screen, and the cursor's moment as a flag among them.
pub fn ruler(painter: &Painter, scale: &Scale, ticks: &[TimeTick], view: &View, palette: &Palette) {
    let rect = scale.rect;
    let painter = &painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let flag = flag(painter, scale, view, palette);
    for tick in ticks {
        let x = scale.x(tick.at_nanos);
        painter.vline(x, rect.bottom() - 4.0..=rect.bottom(), Stroke::new(1.0, palette.line_strong));
        let text = tick.day.as_ref().map_or_else(|| tick.label.clone(), |day| format!("{day} {}", tick.label));
        let galley = painter.layout_no_wrap(text, axis_font(), palette.text_weak);
        // A label at the edge is moved inside rather than cut.
        let left = (x - galley.size().x / 2.0).clamp(rect.left(), (rect.right() - galley.size().x).max(rect.left()));
        let label = Rect::from_min_size(pos2(left, rect.bottom() - 5.0 - galley.size().y), galley.size());
        // A label that the flag would cover in part gives way to it.
        if flag.is_none_or(|flag| !flag.expand(3.0).intersects(label)) {
            painter.galley(label.min, galley, palette.text_weak);
        }
    }
}

/// Draws the ground of a plot: canvas, shades, grid lines at the labelled moments and values.
pub fn ground(
    painter: &Painter,
    scale: &Scale,
    shades: &[Shade],
    moments: &[TimeTick],
    values: &[ValueTick],
    palette: &Palette,
) {
    let rect = scale.rect;
    painter.rect_filled(rect, 0.0, palette.canvas);
    let inside = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    for shade in shades {
        let (left, right) = (scale.x(shade.stretch.0), scale.x(shade.stretch.1));
        if right < rect.left() || left > rect.right() {
            continue;
        }
        let area = Rect::from_x_y_ranges(left..=right, rect.y_range());
        inside.rect_filled(area, 0.0, shade.colour.gamma_multiply(if palette.is_dark { 0.07 } else { 0.10 }));
        inside.vline(left, rect.y_range(), Stroke::new(1.0, shade.colour.gamma_multiply(0.35)));
    }
    let line = Stroke::new(1.0, palette.grid_major);
    for tick in values {
        inside.hline(rect.x_range(), painter.round_to_pixel_center(scale.y(tick.value)), line);
    }
    for tick in moments {
        inside.vline(painter.round_to_pixel_center(scale.x(tick.at_nanos)), rect.y_range(), line);
    }
}

/// Draws the value labels left of a plot, those that would leave it moved inside.
pub fn value_labels(painter: &Painter, scale: &Scale, values: &[ValueTick], palette: &Palette) {
    for tick in values {
        let y = scale.y(tick.value);
        let galley = painter.layout_no_wrap(tick.label.clone(), axis_font(), palette.text_weak);
        let height = galley.size().y;
        let top = (y - height / 2.0).clamp(scale.rect.top() - 2.0, scale.rect.bottom() - height + 2.0);
        painter.galley(pos2(scale.rect.left() - 6.0 - galley.size().x, top), galley, palette.text_weak);
    }
}

/// Draws a level that values cannot pass: installed memory, all cores.
pub fn limit(painter: &Painter, scale: &Scale, value: f64, label: &str, palette: &Palette) {
    let (low, high) = scale.values;
    if !(low..=high).contains(&value) {
        return;
    }
    let y = painter.round_to_pixel_center(scale.y(value));
    let line = Stroke::new(1.0, palette.interrupted);
    painter.extend(egui::Shape::dashed_line(
        &[pos2(scale.rect.left(), y), pos2(scale.rect.right(), y)],
        line,
        6.0,
        4.0,
    ));
    let galley = painter.layout_no_wrap(label.to_owned(), axis_font(), palette.interrupted);
    let is_high = y - scale.rect.top() < galley.size().y + 4.0;
    let top = if is_high { y + 2.0 } else { y - galley.size().y - 2.0 };
    let rect = Rect::from_min_size(pos2(scale.rect.right() - galley.size().x - 6.0, top), galley.size());
    // Curves pass behind it.
    painter.rect_filled(rect.expand2(Vec2::new(3.0, 0.0)), 2.0, palette.canvas.gamma_multiply(0.8));
    painter.galley(rect.min, galley, palette.interrupted);
}

/// Draws what lies in front of curves: the selected range and the time cursor.
pub fn marks(painter: &Painter, scale: &Scale, view: &View, palette: &Palette) {
    let rect = scale.rect;
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    if let Some((start, end)) = view.range {
        let (left, right) = (scale.x(start.min(end)), scale.x(start.max(end)));
        painter.rect_filled(Rect::from_x_y_ranges(left..=right, rect.y_range()), 0.0, palette.range);
        for x in [left, right] {
            painter.vline(x, rect.y_range(), Stroke::new(1.0, palette.accent));
        }
    }
    if let Some(cursor_nanos) = view.cursor_nanos {
        let x = painter.round_to_pixel_center(scale.x(cursor_nanos));
        painter.vline(x, rect.y_range(), Stroke::new(1.0, palette.cursor.gamma_multiply(0.7)));
    }
}

/// Outlines a plot that has the keyboard.
pub fn focus_ring(painter: &Painter, rect: Rect, response: &Response, palette: &Palette) {
    if response.has_focus() {
        painter.rect_stroke(rect, 2.0, Stroke::new(2.0, palette.accent), StrokeKind::Inside);
    }
}

/// Draws the cursor's moment as a flag on a row of time labels; where it stands.
fn flag(painter: &Painter, scale: &Scale, view: &View, palette: &Palette) -> Option<Rect> {
    let cursor_nanos = view.cursor_nanos?;
    let x = scale.x(cursor_nanos);
    let rect = scale.rect;
    if !rect.x_range().contains(x) {
        return None;
    }
    let galley = painter.layout_no_wrap(moment(view, cursor_nanos), axis_font(), palette.accent_text);
    let size = galley.size() + Vec2::new(10.0, 4.0);
    let left = (x - size.x / 2.0).clamp(rect.left(), (rect.right() - size.x).max(rect.left()));
    let flag = Rect::from_min_size(Pos2::new(left, rect.bottom() - size.y - 1.0), size);
    painter.rect_filled(flag, 3.0, palette.accent);
    painter.galley(flag.min + Vec2::new(5.0, 2.0), galley, palette.accent_text);
    Some(flag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_as_exact_as_the_window() {
        for (nanos, decimals, text) in [
            (12_340_000_000, 1, "12.3 s"),
            (62_500_000_000, 1, "1:02.5"),
            (7_262_000_000_000, 0, "2:01:02"),
            (-1_500_000_000, 3, "−1.500 s"),
            (1_234_567, 9, "0.001234567 s"),
        ] {
            assert_eq!(elapsed(nanos, decimals), text);
        }
    }
}
