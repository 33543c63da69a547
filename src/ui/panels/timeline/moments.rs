//! How moments and shares of time are written.

use jiff::tz::TimeZone;

use crate::model::Clock;
use crate::model::time::strftime_local;
use crate::ui::time_plot;
use crate::ui::view::RunFrame;

/// A moment since the start of its run, to the millisecond.
#[must_use]
pub fn elapsed(nanos: i64) -> String {
    time_plot::elapsed(nanos, 3)
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
