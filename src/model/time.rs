//! Time: nanoseconds UTC as `i64`, read from text without passing through a float.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// Nanoseconds in a second.
pub const SECOND_NANOS: i64 = 1_000_000_000;
/// Nanoseconds in a millisecond.
pub const MILLI_NANOS: i64 = 1_000_000;

/// Decimal text scaled by a power of ten, exactly: `("1795213263.1223452", 9)` are epoch seconds in nanoseconds.
/// Digits beyond the last are dropped. Exponents are understood (`1.5e9`).
///
/// # Errors
/// `None` for anything that is not a plain decimal number or does not fit 64 bits.
#[must_use]
pub fn parse_scaled(text: &str, scale: i32) -> Option<i64> {
    let text = text.trim();
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (is_negative, digits) = match mantissa.as_bytes().first()? {
        b'-' => (true, &mantissa[1..]),
        b'+' => (false, &mantissa[1..]),
        _ => (false, mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let shift = scale.checked_add(exponent)?;
    let mut value: i128 = 0;
    let point = i64::try_from(whole.len()).ok()?.checked_add(i64::from(shift))?;
    for (index, digit) in whole.bytes().chain(fraction.bytes()).enumerate() {
        if !digit.is_ascii_digit() {
            return None;
        }
        if i64::try_from(index).ok()? < point {
            value = value.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        }
    }
    let num_digits = i64::try_from(whole.len() + fraction.len()).ok()?;
    for _ in num_digits..point {
        if value == 0 {
            break;
        }
        value = value.checked_mul(10)?;
    }
    i64::try_from(if is_negative { -value } else { value }).ok()
}

/// Epoch seconds written as a decimal number, in nanoseconds.
#[must_use]
pub fn parse_epoch_secs(text: &str) -> Option<i64> {
    parse_scaled(text, 9)
}

/// A moment read from text, and whether the text said its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedTime {
    /// Nanoseconds UTC; of a naive text, as if it were UTC.
    pub nanos: i64,
    /// Whether the text carried `Z` or an offset.
    pub has_zone: bool,
}

/// An ISO 8601 or `YYYY-mm-dd HH:MM:SS[.f]` moment, with or without a zone.
#[must_use]
pub fn parse_iso(text: &str) -> Option<ParsedTime> {
    let text = text.trim();
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(ParsedTime { nanos: i64::try_from(timestamp.as_nanosecond()).ok()?, has_zone: true });
    }
    let civil = text.parse::<DateTime>().ok()?;
    let timestamp = Offset::UTC.to_timestamp(civil).ok()?;
    Some(ParsedTime { nanos: i64::try_from(timestamp.as_nanosecond()).ok()?, has_zone: false })
}

/// Moves a naive time, read as if it were UTC, into the zone it was written in
/// (an IANA name or an offset such as `+02:00`). `None` if there is no such zone.
#[must_use]
pub fn place_in_zone(naive_nanos: i64, zone: &str) -> Option<i64> {
    let civil = Offset::UTC.to_datetime(Timestamp::from_nanosecond(i128::from(naive_nanos)).ok()?);
    let zone = time_zone(zone)?;
    i64::try_from(civil.to_zoned(zone).ok()?.timestamp().as_nanosecond()).ok()
}

/// The zone of an IANA name or an offset such as `+02:00`.
fn time_zone(name: &str) -> Option<TimeZone> {
    let is_offset = name.starts_with(['+', '-']);
    if is_offset {
        let seconds = format!("2000-01-01T00:00:00{name}").parse::<Timestamp>().ok()?;
        let utc = "2000-01-01T00:00:00Z".parse::<Timestamp>().ok()?;
        let offset = utc.as_second() - seconds.as_second();
        return Some(Offset::from_seconds(i32::try_from(offset).ok()?).ok()?.to_time_zone());
    }
    TimeZone::get(name).ok()
}

/// `2026-11-20T22:27:11.936199Z`: UTC, with as many decimals as it needs.
#[must_use]
pub fn format_utc(nanos: i64) -> String {
    Timestamp::from_nanosecond(i128::from(nanos))
        .map_or_else(|_| format!("{nanos} ns"), |timestamp| timestamp.to_string())
}

/// `2026-11-20 22:27:11` in the system's zone: what lists show.
#[must_use]
pub fn format_local(nanos: i64) -> String {
    strftime_local(nanos, "%Y-%m-%d %H:%M:%S")
}

/// A moment in the system's zone, written by a `strftime` pattern (`%H:%M:%S%.3f`).
#[must_use]
pub fn strftime_local(nanos: i64, pattern: &str) -> String {
    let Ok(timestamp) = Timestamp::from_nanosecond(i128::from(nanos)) else {
        return format!("{nanos} ns");
    };
    timestamp.to_zoned(TimeZone::system()).strftime(pattern).to_string()
}

/// A length of time as people read it: `850 µs`, `12.3 s`, `2 m 05 s`, `1 h 02 m`.
#[must_use]
pub fn format_duration(nanos: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let secs = nanos as f64 / 1e9;
    format_duration_secs(secs)
}

/// The same, from seconds.
#[must_use]
pub fn format_duration_secs(secs: f64) -> String {
    let size = secs.abs();
    let sign = if secs < 0.0 { "-" } else { "" };
    let digits = super::unit::significant;
    if size == 0.0 {
        "0 s".to_owned()
    } else if size < 999.5e-9 {
        format!("{sign}{} ns", digits(size * 1e9))
    } else if size < 999.5e-6 {
        format!("{sign}{} µs", digits(size * 1e6))
    } else if size < 0.9995 {
        format!("{sign}{} ms", digits(size * 1e3))
    } else if size < 59.95 {
        format!("{sign}{} s", digits(size))
    } else if size < 3599.5 {
        #[expect(clippy::cast_possible_truncation, reason = "below 3600")]
        let whole = size.round() as i64;
        format!("{sign}{} m {:02} s", whole / 60, whole % 60)
    } else if size < 360_000.0 * 24.0 {
        #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
        let minutes = (size / 60.0).round() as i64;
        format!("{sign}{} h {:02} m", minutes / 60, minutes % 60)
    } else {
        format!("{sign}{} d", digits(size / 86_400.0))
    }
}

/// A duration such as `0.2s`, `500ms`, `2m`, as a person types it, in nanoseconds.
#[must_use]
pub fn parse_duration(text: &str) -> Option<i64> {
    let duration: SignedDuration = text.trim().parse().ok()?;
    i64::try_from(duration.as_nanos()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epoch_text_is_exact() {
        assert_eq!(parse_epoch_secs("1795213263.1223452"), Some(1_795_213_263_122_345_200));
        assert_eq!(parse_epoch_secs("1795213263"), Some(1_795_213_263_000_000_000));
        assert_eq!(parse_epoch_secs("-0.5"), Some(-500_000_000));
        assert_eq!(parse_epoch_secs("1.795213263e9"), Some(1_795_213_263_000_000_000));
        assert_eq!(parse_epoch_secs("1e30"), None);
        assert_eq!(parse_epoch_secs("nan"), None);
        assert_eq!(parse_epoch_secs(""), None);
        assert_eq!(parse_epoch_secs("."), None);
        assert_eq!(parse_scaled("1712195495406752.797", 3), Some(1_712_195_495_406_752_797));
        assert_eq!(parse_scaled("0e999999", 9), Some(0));
        assert_eq!(parse_scaled("123456789", -3), Some(123_456));
    }

    #[test]
    fn iso_says_whether_it_has_a_zone() {
        assert_eq!(parse_iso("1970-01-01T00:00:01Z"), Some(ParsedTime { nanos: SECOND_NANOS, has_zone: true }));
        assert_eq!(parse_iso("1970-01-01 00:00:01.5"), Some(ParsedTime { nanos: 1_500_000_000, has_zone: false }));
        assert_eq!(parse_iso("1970-01-01T01:00:01+01:00"), Some(ParsedTime { nanos: SECOND_NANOS, has_zone: true }));
        assert_eq!(parse_iso("yesterday"), None);
    }

    #[test]
    fn naive_times_move_into_a_zone() {
        assert_eq!(place_in_zone(7200 * SECOND_NANOS, "+02:00"), Some(0));
        assert_eq!(place_in_zone(0, "Nowhere/Atall"), None);
    }

    #[test]
    fn durations_read_naturally() {
        for (nanos, text) in [
            (0, "0 s"),
            (850_000, "850 µs"),
            (12_345_000_000, "12.3 s"),
            (125_000_000_000, "2 m 05 s"),
            (3_720_000_000_000, "1 h 02 m"),
            (-1_500_000, "-1.5 ms"),
        ] {
            assert_eq!(format_duration(nanos), text);
        }
    }
}
