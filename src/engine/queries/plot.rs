//! What a plot draws: one series thinned for a window, as its rate where it is a running total.

use super::{Query, subject_of};
use crate::engine::Failure;
use crate::model::{Key, Thinned};
use crate::store::Reader;

/// Asks for the curve of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlotQuery {
    /// The series.
    pub series: Key,
    /// First and last moment of what is to be drawn; use [`PlotQuery::around`] to ask for a margin.
    pub window: (i64, i64),
    /// How many buckets fill the window; about the pixels it is wide.
    pub num_buckets: usize,
    /// Whether to draw its rate: change over time of a running total.
    pub is_rate: bool,
}

impl PlotQuery {
    /// A query for three times the visible window, its edges on multiples of a power of two, so that panning a
    /// little and zooming a little ask the same question again.
    #[must_use]
    pub fn around(series: Key, visible: (i64, i64), num_pixels: usize, is_rate: bool) -> Self {
        let width = visible.1.saturating_sub(visible.0).max(1);
        let step = u64::try_from(width).unwrap_or(1).next_power_of_two();
        let step = i64::try_from(step).unwrap_or(i64::MAX / 8);
        let floor = |at: i64| at.div_euclid(step).saturating_mul(step);
        let window = (floor(visible.0).saturating_sub(step), floor(visible.1).saturating_add(step.saturating_mul(2)));
        // The window is up to four steps wide and a step up to two windows: buckets stay about a pixel wide.
        let num_steps = usize::try_from((window.1.saturating_sub(window.0)) / step).unwrap_or(4);
        Self { series, window, num_buckets: num_pixels.next_power_of_two() * num_steps, is_rate }
    }
}

/// The curve.
#[derive(Clone, Debug, PartialEq)]
pub struct PlotAnswer {
    /// The buckets to draw.
    pub thinned: Thinned,
    /// The window they cover.
    pub window: (i64, i64),
}

impl Query for PlotQuery {
    type Answer = PlotAnswer;

    fn subject(&self) -> u64 {
        subject_of(&(self.series, self.is_rate))
    }

    fn run(&self, reader: &Reader) -> Result<PlotAnswer, Failure> {
        let mut thinned = reader.thin(self.series, self.window, self.num_buckets.max(1))?;
        if self.is_rate {
            thinned = crate::analysis::rate::of_total(&thinned);
        }
        Ok(PlotAnswer { thinned, window: self.window })
    }
}
