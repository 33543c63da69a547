//! Ticks of time axes: elapsed (`200 ms`, `1:30`) and by the clock (`12:03:04.250`), from nanoseconds to years.

use jiff::tz::TimeZone;

use super::LABEL_GAP;
use super::civil;
use crate::model::time::{MILLI_NANOS, SECOND_NANOS};

/// What the labels of a time axis count.
#[derive(Clone, Debug, PartialEq)]
pub enum TimeAxis {
    /// Time since a moment.
    Elapsed {
        /// The moment that is 0.
        origin_nanos: i64,
    },
    /// The clock on the wall of a zone; its moments are nanoseconds UTC.
    Clock {
        /// The zone: [`TimeZone::system`] for the window, [`TimeZone::UTC`] for runs whose zone nobody knows.
        zone: TimeZone,
    },
}

/// A labelled place of a time axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeTick {
    /// The moment.
    pub at_nanos: i64,
    /// What it is called: `1:30`, `12:03:04.250`.
    pub label: String,
    /// The day, where the axis begins and where a new day does: `2026-11-20`. Drawn below or before the label.
    pub day: Option<String>,
}

/// Seconds, minutes, hours and days, in their own steps.
const LONG_STEPS_SECS: [i64; 27] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000,
    864_000, 1_728_000, 4_320_000, 8_640_000, 17_280_000, 43_200_000, 86_400_000,
];

/// The steps between ticks, from one nanosecond up; the last ones are years.
pub(super) fn steps() -> impl Iterator<Item = i64> {
    let short = (0..9).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i64.pow(power)));
    let long = LONG_STEPS_SECS.into_iter().map(|secs| secs * SECOND_NANOS);
    let longest =
        [172_800_000, 432_000_000, 864_000_000, 1_728_000_000, 4_320_000_000].map(|secs: i64| secs * SECOND_NANOS);
    short.chain(long).chain(longest)
}

/// The ticks of a window drawn `width` points wide. `text_width` measures a label in points; the step is the smallest
/// round one whose labels stay [`LABEL_GAP`] apart. An empty or upside-down window has no ticks.
#[must_use]
pub fn time_ticks(
    axis: &TimeAxis,
    window: (i64, i64),
    width: f32,
    mut text_width: impl FnMut(&str) -> f32,
) -> Vec<TimeTick> {
    if window.1 <= window.0 || !width.is_finite() || width <= 0.0 {
        return Vec::new();
    }
    let points_per_nano = f64::from(width) / (i128::from(window.1) - i128::from(window.0)) as f64;
    match axis {
        TimeAxis::Elapsed { origin_nanos } => {
            for step in steps() {
                // Nothing shorter than this can be a label; it spares building thousands of them.
                if step as f64 * points_per_nano < f64::from(LABEL_GAP + 8.0) {
                    continue;
                }
                let ticks = elapsed_ticks(*origin_nanos, window, step);
                if is_roomy(&ticks, points_per_nano, &mut text_width) {
                    return ticks;
                }
            }
            Vec::new()
        }
        TimeAxis::Clock { zone } => {
            for step in civil::steps() {
                if step.shortest_nanos() as f64 * points_per_nano < f64::from(LABEL_GAP + 8.0) {
                    continue;
                }
                let ticks = civil::ticks(zone, window, step);
                if is_roomy(&ticks, points_per_nano, &mut text_width) {
                    return ticks;
                }
            }
            Vec::new()
        }
    }
}

/// Whether labels centred on their ticks, days included, keep their distance.
fn is_roomy(ticks: &[TimeTick], points_per_nano: f64, text_width: &mut impl FnMut(&str) -> f32) -> bool {
    let mut last: Option<(i64, f32)> = None;
    for tick in ticks {
        let width = text_width(&tick.label).max(tick.day.as_deref().map_or(0.0, &mut *text_width));
        if let Some((last_nanos, last_width)) = last {
            let distance = (i128::from(tick.at_nanos) - i128::from(last_nanos)) as f64 * points_per_nano;
            if distance < f64::from(f32::midpoint(last_width, width) + LABEL_GAP) {
                return false;
            }
        }
        last = Some((tick.at_nanos, width));
    }
    true
}

fn elapsed_ticks(origin: i64, window: (i64, i64), step: i64) -> Vec<TimeTick> {
    let (start, end) = (i128::from(window.0) - i128::from(origin), i128::from(window.1) - i128::from(origin));
    let step_wide = i128::from(step);
    let first = -(-start).div_euclid(step_wide);
    let last = end.div_euclid(step_wide);
    (first..=last)
        .filter_map(|index| {
            let elapsed = i64::try_from(index * step_wide).ok()?;
            let at_nanos = origin.checked_add(elapsed)?;
            Some(TimeTick { at_nanos, label: elapsed_label(elapsed, step), day: None })
        })
        .collect()
}

/// A time since the origin, as exact as the step needs: `0 s`, `200 ms`, `1.5 s`, `1:30`, `1:02:30`, `2 d 06:00`.
#[must_use]
pub(super) fn elapsed_label(elapsed: i64, step: i64) -> String {
    let sign = if elapsed < 0 { "−" } else { "" };
    let size = elapsed.unsigned_abs();
    let second = SECOND_NANOS.unsigned_abs();
    if size == 0 {
        return "0 s".to_owned();
    }
    if size < second {
        let (unit, nanos) = match size {
            0..1_000 => ("ns", 1),
            1_000..1_000_000 => ("µs", 1_000),
            _ => ("ms", MILLI_NANOS.unsigned_abs()),
        };
        return format!("{sign}{}{} {unit}", size / nanos, fraction(size % nanos, nanos));
    }
    let (secs, nanos) = (size / second, size % second);
    let digits = fraction_like(nanos, step);
    if secs < 60 {
        return format!("{sign}{secs}{digits} s");
    }
    let (days, hours, minutes, secs) = (secs / 86_400, secs / 3600 % 24, secs / 60 % 60, secs % 60);
    let is_whole_minute_step = step % (60 * SECOND_NANOS) == 0;
    match (days, hours) {
        (0, 0) => format!("{sign}{minutes}:{secs:02}{digits}"),
        (0, _) => format!("{sign}{hours}:{minutes:02}:{secs:02}{digits}"),
        (_, 0) if step % (86_400 * SECOND_NANOS) == 0 => format!("{sign}{days} d"),
        _ if is_whole_minute_step => format!("{sign}{days} d {hours:02}:{minutes:02}"),
        _ => format!("{sign}{days} d {hours:02}:{minutes:02}:{secs:02}{digits}"),
    }
}

/// `.25` of 250 of 1000, nothing of 0.
fn fraction(part: u64, whole: u64) -> String {
    if part == 0 {
        return String::new();
    }
    let num_digits = whole.ilog10() as usize;
    format!(".{part:0num_digits$}").trim_end_matches('0').to_owned()
}

/// The decimals of a second that a step needs, the same number on every tick.
pub(super) fn fraction_like(nanos: u64, step: i64) -> String {
    let mut num_digits = 9_u32;
    let mut unit = 1;
    while num_digits > 0 && step % (unit * 10) == 0 {
        num_digits -= 1;
        unit *= 10;
    }
    if num_digits == 0 {
        return String::new();
    }
    let digits = format!("{nanos:09}");
    format!(".{}", digits.get(..num_digits as usize).unwrap_or_default())
}
