//! Moments and lengths of time as records write them, placed on one clock.

use serde_json::Value as Json;

use crate::model::time::{ParsedTime, parse_iso, parse_scaled, place_in_zone};
use crate::model::{Clock, Zone};

use super::json;

/// A moment of a record: an epoch number in seconds, milliseconds, microseconds or nanoseconds (told apart by its
/// size), or an ISO 8601 text.
#[must_use]
pub fn read(value: &Json) -> Option<ParsedTime> {
    if let Some(text) = json::number_text(value) {
        let size = text.parse::<f64>().ok()?.abs();
        // 1e11 seconds are the year 5138, 1e11 milliseconds are 1973.
        let scale = match size {
            size if size < 1e11 => 9,
            size if size < 1e14 => 6,
            size if size < 1e17 => 3,
            _ => 0,
        };
        return parse_scaled(text, scale).map(|nanos| ParsedTime { nanos, has_zone: true });
    }
    parse_iso(value.as_str()?)
}

/// Places a moment on the clock of the source: naive ones go into the zone that somebody named, if anybody did.
#[must_use]
pub fn place(moment: ParsedTime, zone: &Zone) -> (i64, Clock) {
    match zone {
        _ if moment.has_zone => (moment.nanos, Clock::Utc),
        Zone::Named(name) => match place_in_zone(moment.nanos, name) {
            Some(nanos) => (nanos, Clock::Utc),
            None => (moment.nanos, Clock::Local),
        },
        Zone::Utc | Zone::Unknown | Zone::Elapsed => (moment.nanos, Clock::Local),
    }
}

/// Seconds of a length of time, for measurements.
#[must_use]
pub fn secs(nanos: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact to a nanosecond up to 100 days")]
    let secs = nanos as f64 / 1e9;
    secs
}

#[cfg(test)]
mod tests {
    use super::{place, read};
    use crate::model::{Clock, Zone};

    #[test]
    fn moments_are_read_in_every_scale() {
        for text in ["1795213263.5", "1795213263500", "1795213263500000.0", "1795213263500000000", "\"1795213263.5\""] {
            let value = serde_json::from_str(text).expect("JSON");
            assert_eq!(read(&value).map(|moment| moment.nanos), Some(1_795_213_263_500_000_000), "{text}");
        }
        assert_eq!(read(&"nonsense".into()), None);
    }

    #[test]
    fn naive_moments_go_into_the_named_zone() {
        let naive = read(&"1970-01-01T02:00:00".into()).expect("a moment");
        assert_eq!(place(naive, &Zone::Unknown), (7_200_000_000_000, Clock::Local));
        assert_eq!(place(naive, &Zone::Named("+02:00".to_owned())), (0, Clock::Utc));
        assert_eq!(place(naive, &Zone::Named("Nowhere".to_owned())).1, Clock::Local);
    }
}
