//! How moments and stretches of time are written: elapsed, or by the clock of a run.

use jiff::tz::TimeZone;

use crate::model::Clock;
use crate::model::time::{format_duration, strftime_local};
use crate::ui::axis::TimeAxis;
use crate::ui::view::{RunFrame, View};

/// The axis of the shown runs, and what has to be added to elapsed time to get its moments.
/// By the clock only if the first run, which stands on top, has one.
#[must_use]
pub fn axis(view: &View) -> (TimeAxis, i64) {
    match view.frames.first() {
        Some(frame) if view.is_clock_axis && frame.clock != Clock::Elapsed => {
            let zone = if frame.clock == Clock::Utc { TimeZone::system() } else { TimeZone::UTC };
            (TimeAxis::Clock { zone }, frame.origin_nanos)
        }
        _ => (TimeAxis::Elapsed { origin_nanos: 0 }, 0),
    }
}

/// An elapsed moment as it stands beside the cursor.
#[must_use]
pub fn elapsed(nanos: i64) -> String {
    format_duration(nanos)
}

/// A moment of a run's own clock with its day; `None` for a run that has only durations.
#[must_use]
pub fn clock(frame: &RunFrame, at_nanos: i64) -> Option<String> {
    match frame.clock {
        Clock::Utc => Some(strftime_local(at_nanos, "%Y-%m-%d %H:%M:%S%.3f")),
        Clock::Local => {
            let timestamp = jiff::Timestamp::from_nanosecond(i128::from(at_nanos)).ok()?;
            let civil = timestamp.to_zoned(TimeZone::UTC);
            Some(format!("{} (zone unknown)", civil.strftime("%Y-%m-%d %H:%M:%S%.3f")))
        }
        Clock::Elapsed => None,
    }
}

/// The same moment as the axis counts it.
#[must_use]
pub fn on_axis(view: &View, elapsed_nanos: i64) -> String {
    match view.frames.first() {
        Some(frame) if view.is_clock_axis && frame.clock != Clock::Elapsed => {
            let at = frame.to_clock(elapsed_nanos);
            match frame.clock {
                Clock::Utc => strftime_local(at, "%H:%M:%S%.3f"),
                Clock::Local | Clock::Elapsed => jiff::Timestamp::from_nanosecond(i128::from(at)).map_or_else(
                    |_| elapsed(elapsed_nanos),
                    |timestamp| timestamp.to_zoned(TimeZone::UTC).strftime("%H:%M:%S%.3f").to_string(),
                ),
            }
        }
        _ => elapsed(elapsed_nanos),
    }
}

/// A part of a whole in percent, as rough as it is useful.
#[must_use]
pub fn share(part: i64, whole: i64) -> String {
    let percent = part as f64 * 100.0 / whole.max(1) as f64;
    format!("{} %", crate::model::unit::significant((percent * 10.0).round() / 10.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rough() {
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!(share(0, 0), "0 %");
    }
}
