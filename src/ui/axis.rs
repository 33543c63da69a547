//! Ticks of axes: round moments and values, as dense as their labels allow and never on top of each other.

mod civil;
mod time;
mod value;

pub use time::{TimeAxis, TimeTick, time_ticks};
pub use value::{ValueTick, nice_range, value_ticks};

/// Least distance between two labels, points.
pub const LABEL_GAP: f32 = 20.0;

#[cfg(test)]
mod tests;
