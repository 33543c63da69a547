//! Ticks of value axes, in the units of what is measured.

use crate::model::Unit;
use crate::model::time::format_duration_secs;
use crate::model::unit::group_thousands;

/// A labelled place of a value axis.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueTick {
    /// The value.
    pub value: f64,
    /// What it is called: `1.5 GB`, `80 %`.
    pub label: String,
}

/// The longest axis there is room to label.
const MAX_TICKS: f64 = 64.0;

/// The ticks of a range drawn `height` points high, at least `spacing` points apart. An empty, upside-down or
/// non-finite range has none.
#[must_use]
pub fn value_ticks(unit: &Unit, range: (f64, f64), height: f32, spacing: f32) -> Vec<ValueTick> {
    let (low, high) = range;
    let span = high - low;
    if !span.is_finite() || span <= 0.0 || !low.is_finite() || height <= 0.0 || spacing <= 0.0 {
        return Vec::new();
    }
    let most = f64::from(height / spacing).clamp(1.0, MAX_TICKS);
    let step = step_of(unit, span / most, low.abs().max(high.abs()));
    // A tick that misses the end of the range by a rounding error is in it.
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    if last - first > MAX_TICKS || !step.is_normal() {
        return Vec::new();
    }
    let scale = Scale::of(unit, low.abs().max(high.abs()), step);
    let mut ticks = Vec::new();
    let mut index = first;
    while index <= last {
        let value = if index == 0.0 { 0.0 } else { index * step };
        ticks.push(ValueTick { value, label: scale.label(value) });
        index += 1.0;
    }
    ticks
}

/// A range that shows values well: from zero where they are all above it, percent past the whole, a little air above,
/// and never empty.
#[must_use]
pub fn nice_range(unit: &Unit, min: f64, max: f64) -> (f64, f64) {
    if !min.is_finite() || !max.is_finite() || min > max {
        return (0.0, 1.0);
    }
    let is_share = unit.code() == "%";
    if is_share && min >= 0.0 && max <= 100.0 {
        // A curve at the whole is still told from the border.
        return (0.0, 105.0);
    }
    let low = if unit.code() == "Cel" && min > 10.0 { (min - 5.0).max(0.0) } else { min.min(0.0) };
    let span = max - low;
    if span <= 0.0 {
        return (low, low + 1.0);
    }
    let air = span * 0.06;
    (if low < 0.0 { low - air } else { low }, max + air)
}

/// The smallest round step of at least that size.
fn step_of(unit: &Unit, least: f64, largest: f64) -> f64 {
    if unit.code() == "s" && largest >= 60.0 {
        const STEPS: [f64; 16] = [
            1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 21_600.0,
            43_200.0,
        ];
        if least > 0.5
            && let Some(step) = STEPS.into_iter().find(|step| *step >= least)
        {
            return step;
        }
        if least > 43_200.0 {
            return decimal_step(least / 86_400.0) * 86_400.0;
        }
    }
    let step = decimal_step(least);
    if is_counted(unit) { step.max(1.0) } else { step }
}

/// Whether a part of one makes no sense.
fn is_counted(unit: &Unit) -> bool {
    let code = unit.code();
    matches!(code, "By" | "") || (code.starts_with('{') && code.ends_with('}') && code != "{x}")
}

/// 1, 2 or 5 times a power of ten.
fn decimal_step(least: f64) -> f64 {
    let power = 10_f64.powi(exponent(least));
    let digit = [1.0, 2.0, 5.0, 10.0].into_iter().find(|digit| digit * power >= least * 0.999_999).unwrap_or(10.0);
    // Dividing by a whole power is exact where multiplying by 0.1 is not.
    let exponent = exponent(least);
    if exponent < 0 { digit / 10_f64.powi(-exponent) } else { digit * power }
}

#[expect(clippy::cast_possible_truncation, reason = "the exponent of an f64 is within 324")]
fn exponent(value: f64) -> i32 {
    value.log10().floor() as i32
}

/// One prefix and number of decimals for all labels of an axis.
struct Scale {
    divisor: f64,
    num_decimals: usize,
    suffix: String,
    is_duration: bool,
}

impl Scale {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 12 decimals")]
    fn of(unit: &Unit, largest: f64, step: f64) -> Self {
        let (divisor, suffix) = match unit.code() {
            "By" => prefixed(largest, "B"),
            "By/s" => prefixed(largest, "B/s"),
            "bit/s" => prefixed(largest, "bit/s"),
            "s" => seconds(largest),
            "%" | "%{core}" => (1.0, " %".to_owned()),
            "W" => (1.0, " W".to_owned()),
            "Cel" => (1.0, " °C".to_owned()),
            "{frame}/s" => (1.0, " fps".to_owned()),
            "{x}" => (1.0, "×".to_owned()),
            "1" | "" => (1.0, String::new()),
            code if code.starts_with('{') && code.ends_with('}') => (1.0, String::new()),
            code => (1.0, format!(" {code}")),
        };
        let num_decimals = (-(step / divisor).log10() - 1e-9).ceil().clamp(0.0, 12.0) as usize;
        Self { divisor, num_decimals, suffix, is_duration: unit.code() == "s" && largest >= 60.0 }
    }

    fn label(&self, value: f64) -> String {
        if self.is_duration {
            return format_duration_secs(value);
        }
        let scaled = value / self.divisor;
        if self.num_decimals == 0 && scaled.abs() >= 10_000.0 {
            return format!("{}{}", group_thousands(scaled), self.suffix);
        }
        format!("{scaled:.*}{}", self.num_decimals, self.suffix)
    }
}

fn prefixed(largest: f64, unit: &str) -> (f64, String) {
    let prefixes = ["", "k", "M", "G", "T", "P"];
    let mut divisor = 1.0;
    let mut index = 0;
    while largest / divisor >= 1000.0 && index + 1 < prefixes.len() {
        divisor *= 1000.0;
        index += 1;
    }
    (divisor, format!(" {}{unit}", prefixes[index]))
}

fn seconds(largest: f64) -> (f64, String) {
    let (divisor, suffix) = match largest {
        size if size < 1e-6 => (1e-9, " ns"),
        size if size < 1e-3 => (1e-6, " µs"),
        size if size < 1.0 => (1e-3, " ms"),
        _ => (1.0, " s"),
    };
    (divisor, suffix.to_owned())
}
