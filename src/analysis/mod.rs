//! Pure figures from facts: summaries, rates, idle gaps, lanes. Never reads a clock, a file or SQL.

pub mod idle;
pub mod lanes;
pub mod rate;
pub mod summary;
