//! Units: a UCUM code on every number that is stored, and the words and scales people read it in.

use std::borrow::Cow;
use std::fmt;

/// A UCUM unit code as OpenTelemetry writes it: `s`, `By`, `1`, `%`, `{frame}/s`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit(pub Cow<'static, str>);

impl Unit {
    /// Seconds.
    pub const SECONDS: Self = Self(Cow::Borrowed("s"));
    /// Bytes.
    pub const BYTES: Self = Self(Cow::Borrowed("By"));
    /// Bytes a second.
    pub const BYTES_PER_SECOND: Self = Self(Cow::Borrowed("By/s"));
    /// Bits a second.
    pub const BITS_PER_SECOND: Self = Self(Cow::Borrowed("bit/s"));
    /// A ratio, 0 to 1.
    pub const RATIO: Self = Self(Cow::Borrowed("1"));
    /// Percent of the whole: of all cores, of all memory, of a GPU.
    pub const PERCENT: Self = Self(Cow::Borrowed("%"));
    /// Percent of one processor core: a process on four cores reaches 400.
    pub const PERCENT_OF_CORE: Self = Self(Cow::Borrowed("%{core}"));
    /// Watts.
    pub const WATTS: Self = Self(Cow::Borrowed("W"));
    /// Degrees Celsius.
    pub const CELSIUS: Self = Self(Cow::Borrowed("Cel"));
    /// Frames.
    pub const FRAMES: Self = Self(Cow::Borrowed("{frame}"));
    /// Frames a second.
    pub const FRAMES_PER_SECOND: Self = Self(Cow::Borrowed("{frame}/s"));
    /// Media time over wall time: 2 is twice as fast as playback.
    pub const TIMES: Self = Self(Cow::Borrowed("{x}"));
    /// Threads.
    pub const THREADS: Self = Self(Cow::Borrowed("{thread}"));
    /// Processes.
    pub const PROCESSES: Self = Self(Cow::Borrowed("{process}"));
    /// A bare count, where nobody said of what.
    pub const COUNT: Self = Self(Cow::Borrowed("{count}"));

    /// A unit from its code.
    #[must_use]
    pub fn new(code: impl Into<String>) -> Self {
        Self(Cow::Owned(code.into()))
    }

    /// The UCUM code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }

    /// What an axis or heading says: `percent of one core`, `bytes`.
    #[must_use]
    pub fn words(&self) -> &str {
        match self.code() {
            "s" => "seconds",
            "By" => "bytes",
            "By/s" => "bytes per second",
            "bit/s" => "bits per second",
            "1" => "ratio",
            "%" => "percent",
            "%{core}" => "percent of one core",
            "W" => "watts",
            "Cel" => "degrees Celsius",
            "{frame}/s" => "frames per second",
            "{x}" => "times playback speed",
            code => code.strip_prefix('{').and_then(|code| code.strip_suffix('}')).unwrap_or(code),
        }
    }

    /// A value as people read it: `1.2 GB`, `85 %`, `2 m 05 s`. Absent and non-finite values are words.
    #[must_use]
    pub fn format(&self, value: f64) -> String {
        if value.is_nan() {
            return "not a number".to_owned();
        }
        if value.is_infinite() {
            return if value > 0.0 { "infinite".to_owned() } else { "minus infinite".to_owned() };
        }
        match self.code() {
            "s" => super::time::format_duration_secs(value),
            "By" => scaled(value, "B"),
            "By/s" => scaled(value, "B/s"),
            "bit/s" => scaled(value, "bit/s"),
            "1" => significant(value),
            "%" => format!("{} %", significant(value)),
            "%{core}" => format!("{} % of a core", significant(value)),
            "W" => format!("{} W", significant(value)),
            "Cel" => format!("{} °C", significant(value)),
            "{frame}" => format!("{} frames", significant(value)),
            "{frame}/s" => format!("{} fps", significant(value)),
            "{x}" => format!("{}×", significant(value)),
            "{count}" | "" => significant(value),
            code => {
                let name = code.strip_prefix('{').and_then(|code| code.strip_suffix('}'));
                match name {
                    Some(name) if (value - 1.0).abs() < f64::EPSILON => format!("1 {name}"),
                    Some(name) => format!("{} {}", significant(value), plural(name)),
                    None => format!("{} {code}", significant(value)),
                }
            }
        }
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn plural(name: &str) -> String {
    if name.ends_with("ss") { format!("{name}es") } else { format!("{name}s") }
}

/// Decimal (SI) multiples, three significant digits: `1.23 GB`.
fn scaled(value: f64, unit: &str) -> String {
    const PREFIXES: [&str; 6] = ["", "k", "M", "G", "T", "P"];
    let mut scaled = value;
    let mut prefix = 0;
    while scaled.abs() >= 999.5 && prefix + 1 < PREFIXES.len() {
        scaled /= 1000.0;
        prefix += 1;
    }
    if prefix == 0 {
        return format!("{} {unit}", significant(value));
    }
    format!("{} {}{unit}", three_digits(scaled), PREFIXES[prefix])
}

/// Three significant digits below 1000, all whole digits above, grouped by thin spaces.
#[must_use]
pub fn significant(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e15).contains(&size) {
        return format!("{value:.2e}");
    }
    if size >= 999.5 {
        return group_thousands(value.round());
    }
    three_digits(value)
}

fn three_digits(value: f64) -> String {
    let size = value.abs();
    let decimals = if size >= 99.95 {
        0
    } else if size >= 9.995 {
        1
    } else if size >= 0.9995 {
        2
    } else if size >= 0.09995 {
        3
    } else if size >= 0.009_995 {
        4
    } else {
        6
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A whole number with a thin space between thousands.
#[must_use]
pub fn group_thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::with_capacity(digits.len() + 8);
    if value < 0.0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Unit;

    fn check(unit: &Unit, value: f64, text: &str) {
        assert_eq!(unit.format(value), text);
    }

    #[test]
    fn values_read_naturally() {
        check(&Unit::BYTES, 0.0, "0 B");
        check(&Unit::BYTES, 999.0, "999 B");
        check(&Unit::BYTES, 1_234_567.0, "1.23 MB");
        check(&Unit::BYTES, 999_999.0, "1 MB");
        check(&Unit::PERCENT, 85.0, "85 %");
        check(&Unit::PERCENT_OF_CORE, 187.25, "187 % of a core");
        check(&Unit::new("{thread}"), 12.0, "12 threads");
        check(&Unit::new("{process}"), 2.0, "2 processes");
        check(&Unit::COUNT, 12_345.0, "12\u{2009}345");
        check(&Unit::SECONDS, f64::NAN, "not a number");
        check(&Unit::TIMES, 0.581, "0.581×");
    }
}
