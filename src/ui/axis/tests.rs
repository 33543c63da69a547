//! Tests of the axes: round, in order, in the window, never overlapping; and how they read.

use jiff::tz::TimeZone;

use super::time::elapsed_label;
use super::*;
use crate::model::Unit;
use crate::model::time::{MILLI_NANOS, SECOND_NANOS};

/// A font whose every character is 6 points wide.
#[expect(clippy::cast_precision_loss, reason = "a label")]
fn text_width(text: &str) -> f32 {
    text.chars().count() as f32 * 6.0
}

fn labels(axis: &TimeAxis, window: (i64, i64), width: f32) -> Vec<String> {
    time_ticks(axis, window, width, text_width)
        .into_iter()
        .map(|tick| tick.day.map_or(tick.label.clone(), |day| format!("{day} {}", tick.label)))
        .collect()
}

fn elapsed(window: (i64, i64), width: f32) -> Vec<String> {
    labels(&TimeAxis::Elapsed { origin_nanos: 0 }, window, width)
}

fn zone(name: &str) -> TimeAxis {
    TimeAxis::Clock { zone: TimeZone::get(name).unwrap() }
}

fn nanos(text: &str) -> i64 {
    crate::model::time::parse_iso(text).unwrap().nanos
}

#[test]
fn elapsed_axes_read_naturally() {
    assert_eq!(elapsed((0, SECOND_NANOS), 400.0), ["0 s", "200 ms", "400 ms", "600 ms", "800 ms", "1.0 s"]);
    assert_eq!(elapsed((0, 90 * SECOND_NANOS), 300.0), ["0 s", "15 s", "30 s", "45 s", "1:00", "1:15", "1:30"]);
    assert_eq!(elapsed((0, 9), 300.0), ["0 s", "2 ns", "4 ns", "6 ns", "8 ns"]);
    assert_eq!(elapsed((0, 3 * 3600 * SECOND_NANOS), 300.0), ["0 s", "1:00:00", "2:00:00", "3:00:00"]);
    assert_eq!(elapsed((61 * SECOND_NANOS, 62 * SECOND_NANOS), 200.0), ["1:01.0", "1:01.5", "1:02.0"]);
    assert_eq!(elapsed((-SECOND_NANOS, SECOND_NANOS), 300.0), ["−1.0 s", "−500 ms", "0 s", "500 ms", "1.0 s"]);
}

#[test]
fn elapsed_labels_are_as_exact_as_the_step() {
    for (elapsed, step, label) in [
        (1_500 * MILLI_NANOS, 500 * MILLI_NANOS, "1.5 s"),
        (250_000, 50_000, "250 µs"),
        (1_250_000, 250_000, "1.25 ms"),
        (90 * SECOND_NANOS, 30 * SECOND_NANOS, "1:30"),
        (3_750 * SECOND_NANOS, 30 * SECOND_NANOS, "1:02:30"),
        (2 * 86_400 * SECOND_NANOS, 86_400 * SECOND_NANOS, "2 d"),
        (2 * 86_400 * SECOND_NANOS + 21_600 * SECOND_NANOS, 21_600 * SECOND_NANOS, "2 d 06:00"),
        (12 * SECOND_NANOS + 345_678, 1, "12.000345678 s"),
    ] {
        assert_eq!(elapsed_label(elapsed, step), label);
    }
}

#[test]
fn clock_axes_say_the_day_where_it_begins() {
    let utc = TimeAxis::Clock { zone: TimeZone::UTC };
    let window = (nanos("2026-11-20T23:59:30Z"), nanos("2026-11-21T00:00:30Z"));
    assert_eq!(
        labels(&utc, window, 400.0),
        ["2026-11-20 23:59:30", "23:59:45", "2026-11-21 00:00:00", "00:00:15", "00:00:30"]
    );
    let start = nanos("2026-11-20T12:03:04Z");
    let window = (start, start + 500 * MILLI_NANOS);
    assert_eq!(labels(&utc, window, 300.0), ["2026-11-20 12:03:04.0", "12:03:04.2", "12:03:04.4"]);
}

#[test]
fn clock_axes_follow_the_zone() {
    let shanghai = zone("Asia/Shanghai");
    let window = (nanos("2026-11-20T12:00:00Z"), nanos("2026-11-21T00:00:00Z"));
    assert_eq!(
        labels(&shanghai, window, 420.0),
        ["2026-11-20 20:00", "22:00", "2026-11-21 00:00", "02:00", "04:00", "06:00", "08:00"]
    );
    // Clocks go forward at 02:00 and back at 03:00: still in order, every tick once.
    for day in ["2026-03-29", "2026-10-25"] {
        let start = nanos(&format!("{day}T00:00:00+01:00"));
        let ticks = time_ticks(&zone("Europe/Berlin"), (start, start + 6 * 3600 * SECOND_NANOS), 900.0, text_width);
        assert!(ticks.is_sorted_by(|one, next| one.at_nanos < next.at_nanos), "{ticks:?}");
        assert!(ticks.len() >= 5, "{ticks:?}");
    }
}

#[test]
fn long_windows_have_calendar_ticks() {
    let utc = TimeAxis::Clock { zone: TimeZone::UTC };
    let window = (nanos("2025-11-15T00:00:00Z"), nanos("2026-03-15T00:00:00Z"));
    assert_eq!(labels(&utc, window, 300.0), ["Dec", "2026 Jan", "Feb", "Mar"]);
    let window = (nanos("2001-06-01T00:00:00Z"), nanos("2026-01-01T00:00:00Z"));
    assert_eq!(labels(&utc, window, 300.0), ["2005", "2010", "2015", "2020", "2025"]);
}

#[test]
fn time_labels_never_overlap_at_any_span_and_width() {
    let origin = nanos("2026-11-20T22:27:11.936199Z");
    let axes = [
        TimeAxis::Elapsed { origin_nanos: origin },
        TimeAxis::Elapsed { origin_nanos: 0 },
        TimeAxis::Clock { zone: TimeZone::UTC },
        zone("America/New_York"),
    ];
    for axis in &axes {
        for power in 0..18 {
            for digit in [1, 3, 7] {
                let span = digit * 10_i64.pow(power);
                for width in [40.0, 130.0, 700.0, 2500.0] {
                    let window = (origin - span / 3, origin - span / 3 + span);
                    let ticks = time_ticks(axis, window, width, text_width);
                    let per_nano = f64::from(width) / span as f64;
                    for pair in ticks.windows(2) {
                        let distance = (pair[1].at_nanos - pair[0].at_nanos) as f64 * per_nano;
                        let room = f64::from(text_width(&pair[0].label) + text_width(&pair[1].label)) / 2.0;
                        assert!(distance >= room + f64::from(LABEL_GAP) - 1e-6, "{axis:?} {span} {width}: {pair:?}");
                    }
                    assert!(ticks.iter().all(|tick| (window.0..=window.1).contains(&tick.at_nanos)));
                    if width >= 700.0 {
                        assert!(ticks.len() >= 2, "{axis:?} {span} ns in {width}: {ticks:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn windows_at_the_ends_of_time_do_no_harm() {
    for axis in [TimeAxis::Elapsed { origin_nanos: i64::MIN }, TimeAxis::Clock { zone: TimeZone::UTC }] {
        for window in [(i64::MIN, i64::MAX), (i64::MAX - 5, i64::MAX), (i64::MIN, i64::MIN + 5), (5, 5), (7, 2)] {
            let ticks = time_ticks(&axis, window, 500.0, text_width);
            assert!(ticks.len() < 200);
        }
    }
}

fn values(unit: &Unit, range: (f64, f64), height: f32) -> Vec<String> {
    value_ticks(unit, range, height, 25.0).into_iter().map(|tick| tick.label).collect()
}

#[test]
fn value_axes_speak_the_unit() {
    assert_eq!(values(&Unit::BYTES, (0.0, 2.1e9), 110.0), ["0.0 GB", "0.5 GB", "1.0 GB", "1.5 GB", "2.0 GB"]);
    assert_eq!(values(&Unit::PERCENT, (0.0, 100.0), 75.0), ["0 %", "50 %", "100 %"]);
    assert_eq!(values(&Unit::SECONDS, (0.0, 130.0), 100.0), ["0 s", "1 m 00 s", "2 m 00 s"]);
    assert_eq!(values(&Unit::SECONDS, (0.0, 0.0032), 100.0), ["0 ms", "1 ms", "2 ms", "3 ms"]);
    assert_eq!(values(&Unit::FRAMES_PER_SECOND, (0.0, 31.0), 100.0), ["0 fps", "10 fps", "20 fps", "30 fps"]);
    assert_eq!(values(&Unit::THREADS, (0.0, 2.0), 400.0), ["0", "1", "2"]);
    assert_eq!(values(&Unit::RATIO, (0.0, 0.3), 80.0), ["0.0", "0.1", "0.2", "0.3"]);
    assert_eq!(values(&Unit::CELSIUS, (-10.0, 20.0), 80.0), ["-10 °C", "0 °C", "10 °C", "20 °C"]);
}

#[test]
fn ranges_without_sense_have_no_ticks() {
    for range in [(f64::NAN, 1.0), (0.0, f64::INFINITY), (3.0, 3.0), (5.0, 1.0), (-f64::MAX, f64::MAX)] {
        assert!(values(&Unit::BYTES, range, 100.0).is_empty(), "{range:?}");
    }
    assert!(values(&Unit::COUNT, (1e300, 1.000_000_000_000_001e300), 100.0).len() < 100);
}

#[test]
fn ranges_show_what_they_must() {
    assert_eq!(nice_range(&Unit::PERCENT, 3.0, 40.0), (0.0, 105.0));
    assert_eq!(nice_range(&Unit::BYTES, 0.0, 0.0), (0.0, 1.0));
    assert_eq!(nice_range(&Unit::BYTES, 5.0, f64::NAN), (0.0, 1.0));
    let (low, high) = nice_range(&Unit::PERCENT_OF_CORE, 10.0, 390.0);
    assert!(low == 0.0 && high > 390.0 && high < 430.0);
}
