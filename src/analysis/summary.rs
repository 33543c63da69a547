//! Summaries of a sample: count, sum, mean, extremes and percentiles.

/// A sample in seven figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many values.
    pub count: usize,
    /// Their sum.
    pub sum: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
}

impl Summary {
    /// Summarises the finite values; `None` when there is none.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.retain(|value| value.is_finite());
        values.sort_unstable_by(f64::total_cmp);
        let (&min, &max) = (values.first()?, values.last()?);
        let sum = values.iter().sum();
        Some(Self { count: values.len(), sum, min, max, p50: percentile(&values, 0.5), p95: percentile(&values, 0.95) })
    }

    /// The mean.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    pub fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }
}

/// The percentile by linear interpolation between closest ranks (Hyndman and Fan's type 7, the default of R and NumPy,
/// so that a user who checks with either gets the same figure). `sorted` must be sorted; NaN for an empty one.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks within a slice"
)]
pub fn percentile(sorted: &[f64], fraction: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let rank = fraction.clamp(0.0, 1.0) * last as f64;
    let below = rank.floor() as usize;
    let above = (below + 1).min(last);
    let part = rank - below as f64;
    sorted[below] + (sorted[above] - sorted[below]) * part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_agree_with_numpy() {
        let Some(summary) = Summary::of(vec![4.0, 1.0, 3.0, 2.0, f64::NAN]) else { unreachable!() };
        assert_eq!((summary.count, summary.sum, summary.min, summary.max), (4, 10.0, 1.0, 4.0));
        assert!((summary.p50 - 2.5).abs() < 1e-12);
        assert!((summary.p95 - 3.85).abs() < 1e-12);
        assert!((summary.mean() - 2.5).abs() < 1e-12);
    }

    #[test]
    fn nothing_has_no_summary() {
        assert_eq!(Summary::of(vec![f64::NAN]), None);
        assert!(percentile(&[], 0.5).is_nan());
    }
}
