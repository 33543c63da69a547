//! Figures read off a thinned curve: the value at a moment, and least, mean and most over the visible stretch.

use crate::model::{Bucket, Thinned};

/// What the values table says of one curve.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// The value at the cursor, or the last one in sight; `None` in a gap and outside the series.
    pub at: Option<f64>,
    /// Over the visible stretch; `None` where it holds no finite value.
    pub window: Option<WindowFigures>,
}

/// Least, mean and most over a stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindowFigures {
    /// The smallest value.
    pub min: f64,
    /// The mean of the samples.
    pub mean: f64,
    /// The largest value.
    pub max: f64,
}

/// Reads a curve over `visible`, at `cursor_nanos` or else at the end of what is in sight; all on the series' own clock.
#[must_use]
pub fn read(thinned: &Thinned, visible: (i64, i64), cursor_nanos: Option<i64>) -> Reading {
    let seen = in_sight(thinned, visible);
    let at = match cursor_nanos {
        Some(at_nanos) => value_at(thinned, at_nanos),
        None => seen.iter().rev().find(|bucket| bucket.count > 0).map(typical),
    };
    Reading { at, window: figures(seen).or_else(|| figures(around(thinned, visible))) }
}

/// The two buckets between which a stretch without any lies, where the curve crosses it: they are no further apart than a
/// gap. Without them a plot that is zoomed in between two samples would look as if nothing had been measured.
fn around(thinned: &Thinned, (start, end): (i64, i64)) -> &[Bucket] {
    let after = thinned.buckets.partition_point(|bucket| bucket.at_nanos <= start);
    let pair = after.checked_sub(1).and_then(|before| thinned.buckets.get(before..=after)).unwrap_or_default();
    match pair {
        [before, next] if next.at_nanos >= end => {
            let silence_nanos = next.at_nanos.saturating_sub(end_of(thinned, before));
            if thinned.gap_nanos == 0 || silence_nanos <= thinned.gap_nanos { pair } else { &[] }
        }
        _ => &[],
    }
}

/// Least, mean and most over a stretch.
#[must_use]
pub fn over(thinned: &Thinned, stretch: (i64, i64)) -> Option<WindowFigures> {
    figures(in_sight(thinned, stretch))
}

/// The buckets that reach into a stretch.
#[must_use]
pub fn in_sight(thinned: &Thinned, (start, end): (i64, i64)) -> &[Bucket] {
    let first = thinned.buckets.partition_point(|bucket| end_of(thinned, bucket) < start);
    let last = thinned.buckets.partition_point(|bucket| bucket.at_nanos <= end);
    thinned.buckets.get(first..last).unwrap_or_default()
}

/// The value at a moment: of the sample before it, or the mean of the bucket it falls into. `None` in a gap.
#[must_use]
pub fn value_at(thinned: &Thinned, at_nanos: i64) -> Option<f64> {
    let after = thinned.buckets.partition_point(|bucket| bucket.at_nanos <= at_nanos);
    let bucket = thinned.buckets.get(after.checked_sub(1)?)?;
    let silence_nanos = at_nanos.saturating_sub(end_of(thinned, bucket));
    let is_last = after == thinned.buckets.len();
    let is_within = match thinned.gap_nanos {
        0 => !is_last || silence_nanos <= 0,
        gap_nanos => silence_nanos <= gap_nanos,
    };
    (bucket.count > 0 && is_within).then(|| typical(bucket))
}

fn end_of(thinned: &Thinned, bucket: &Bucket) -> i64 {
    bucket.at_nanos.saturating_add(thinned.bucket_nanos.saturating_sub(1).max(0))
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn typical(bucket: &Bucket) -> f64 {
    if bucket.count == 1 { bucket.last } else { bucket.sum / bucket.count as f64 }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn figures(buckets: &[Bucket]) -> Option<WindowFigures> {
    let (mut count, mut sum, mut min, mut max) = (0_u64, 0.0, f64::INFINITY, f64::NEG_INFINITY);
    for bucket in buckets.iter().filter(|bucket| bucket.count > 0) {
        count += bucket.count;
        sum += bucket.sum;
        min = min.min(bucket.min);
        max = max.max(bucket.max);
    }
    (count > 0).then(|| WindowFigures { min, mean: sum / count as f64, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(at_nanos: i64, count: u64, min: f64, max: f64, mean: f64) -> Bucket {
        #[expect(clippy::cast_precision_loss, reason = "single digits")]
        let sum = mean * count as f64;
        Bucket { at_nanos, count, min, max, sum, last: max }
    }

    fn raw(points: &[(i64, f64)]) -> Thinned {
        let buckets =
            points.iter().map(|&(at, value)| bucket(at, u64::from(value.is_finite()), value, value, value)).collect();
        Thinned { buckets, bucket_nanos: 0, gap_nanos: 15 }
    }

    #[test]
    fn between_two_samples_the_curve_has_values_and_in_a_gap_none() {
        let thinned = raw(&[(0, 1.0), (10, 2.0), (60, 4.0)]);
        let window = |visible| read(&thinned, visible, None).window.map(|figures| (figures.min, figures.max));
        assert_eq!(window((3, 5)), Some((1.0, 2.0)));
        assert_eq!(window((30, 40)), None);
        assert_eq!(window((70, 80)), None);
    }

    #[test]
    fn the_sample_before_the_cursor_counts() {
        let thinned = raw(&[(0, 1.0), (10, 2.0), (20, 3.0), (60, 4.0)]);
        assert_eq!(value_at(&thinned, 12), Some(2.0));
        assert_eq!(value_at(&thinned, 20), Some(3.0));
        assert_eq!(value_at(&thinned, 35), Some(3.0));
        assert_eq!(value_at(&thinned, 40), None, "a gap has no value");
        assert_eq!(value_at(&thinned, -1), None);
        assert_eq!(value_at(&thinned, 90), None, "the series is over");
    }

    #[test]
    fn a_break_has_no_value() {
        assert_eq!(value_at(&raw(&[(0, 1.0), (10, f64::NAN)]), 11), None);
    }

    #[test]
    fn the_window_counts_samples_not_buckets() {
        let thinned = Thinned {
            buckets: vec![bucket(0, 1, 9.0, 9.0, 9.0), bucket(16, 3, 1.0, 5.0, 2.0), bucket(32, 1, 6.0, 6.0, 6.0)],
            bucket_nanos: 16,
            gap_nanos: 32,
        };
        let reading = read(&thinned, (17, 40), None);
        assert_eq!(reading.window, Some(WindowFigures { min: 1.0, mean: 3.0, max: 6.0 }));
        assert_eq!(reading.at, Some(6.0));
        assert_eq!(read(&thinned, (17, 40), Some(20)).at, Some(2.0));
        assert_eq!(read(&thinned, (100, 200), None), Reading::default());
    }
}
