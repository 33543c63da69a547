//! Folds the buckets of a thinned series into pixel columns, and cuts it where it is silent or not a number.

use crate::model::{Bucket, Thinned};

use super::Scale;

/// What is drawn at one place: the fold of every bucket that falls into one pixel column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Column {
    /// Which pixel column, counted from the left of the plot; negative before it.
    index: i64,
    /// Where its samples lie: the moment itself of a single sample, the middle of the column of several.
    pub x: f32,
    /// Half the width of what it stands for, points.
    half: f32,
    /// Whether its buckets are at least as wide as a pixel.
    is_wide: bool,
    /// The smallest sample.
    pub min: f64,
    /// The largest sample.
    pub max: f64,
    /// Their mean.
    pub mean: f64,
    count: u64,
    sum: f64,
}

impl Column {
    /// Left and right of its band, points.
    pub fn sides(&self, scale: &Scale) -> (f32, f32) {
        // Wide buckets meet where they end; narrow ones are folded into whole pixel columns, which meet as well.
        if self.is_wide { (self.x - self.half, self.x + self.half) } else { self.pixel_sides(scale) }
    }

    /// Left and right of the pixel column it lies in, points.
    #[expect(clippy::cast_precision_loss, reason = "pixels of a screen")]
    pub fn pixel_sides(&self, scale: &Scale) -> (f32, f32) {
        let pixel = 1.0 / scale.pixels_per_point;
        let left = scale.rect.left() + self.index as f32 * pixel;
        (left, left + pixel)
    }
}

/// Columns without a break between them.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub columns: Vec<Column>,
}

/// Folds a series into runs, in place of those of the last time; unused ones are left empty.
pub(super) fn fold(thinned: &Thinned, scale: &Scale, runs: &mut Vec<Run>) {
    runs.iter_mut().for_each(|run| run.columns.clear());
    let mut num_runs = 0;
    let mut last: Option<&Bucket> = None;
    for bucket in &thinned.buckets {
        let is_number = bucket.count > 0 && bucket.min.is_finite() && bucket.max.is_finite();
        if !is_number {
            last = None;
            continue;
        }
        if last.is_none_or(|last| is_gap(last, bucket, thinned)) {
            num_runs += 1;
            if runs.len() < num_runs {
                runs.push(Run::default());
            }
        }
        last = Some(bucket);
        if let Some(run) = runs.get_mut(num_runs - 1) {
            push(&mut run.columns, column_of(bucket, thinned, scale));
        }
    }
}

/// Whether the silence between two buckets is longer than the series' own gap.
fn is_gap(last: &Bucket, next: &Bucket, thinned: &Thinned) -> bool {
    let last_end = last.at_nanos.saturating_add(thinned.bucket_nanos);
    thinned.gap_nanos > 0 && next.at_nanos.saturating_sub(last_end) > thinned.gap_nanos
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "places on a screen")]
fn column_of(bucket: &Bucket, thinned: &Thinned, scale: &Scale) -> Column {
    let start = scale.x(bucket.at_nanos);
    let end = scale.x(bucket.at_nanos.saturating_add(thinned.bucket_nanos));
    let (x, half) = (f32::midpoint(start, end), (end - start) / 2.0);
    let mean = bucket.sum / bucket.count as f64;
    let mean =
        if mean.is_finite() { mean.clamp(bucket.min, bucket.max) } else { f64::midpoint(bucket.min, bucket.max) };
    Column {
        index: ((x - scale.rect.left()) * scale.pixels_per_point).floor() as i64,
        x,
        half,
        is_wide: half * 2.0 * scale.pixels_per_point >= 1.0,
        min: bucket.min,
        max: bucket.max,
        mean,
        count: bucket.count,
        sum: bucket.sum,
    }
}

/// Adds a column, or folds it into the last one if it is the same.
#[expect(clippy::cast_precision_loss, reason = "a mean")]
fn push(columns: &mut Vec<Column>, column: Column) {
    let Some(last) = columns.last_mut().filter(|last| last.index == column.index) else {
        columns.push(column);
        return;
    };
    let (left, right) =
        ((last.x - last.half).min(column.x - column.half), (last.x + last.half).max(column.x + column.half));
    last.x = f32::midpoint(left, right);
    last.half = (right - left) / 2.0;
    last.min = last.min.min(column.min);
    last.max = last.max.max(column.max);
    last.count = last.count.saturating_add(column.count);
    last.sum += column.sum;
    let mean = last.sum / last.count as f64;
    last.mean = if mean.is_finite() { mean.clamp(last.min, last.max) } else { f64::midpoint(last.min, last.max) };
}
