//! The running world as batches: what probes sample, what attachments follow, what a recording and its stages report.
//!
//! # Why
//! A figure is only worth storing if taking it did not change it and if nobody has to guess when it was
//! taken. So this floor reads kernel counters through handles that stay open (tens of microseconds a tick),
//! never waits for what it measures, and lets the work itself say when it began and ended: a stage stamps
//! its own bounds, the sampler only fills the time between.
//!
//! # Terms
//! - **probe**: reads one part of the machine and adds samples to a batch; one file each in [`probes`].
//! - **attachment**: follows something that somebody else runs, a growing file or a process; one file each in [`attachments`].
//! - **recording**: starts a command and follows it to its end ([`recording`]); its **stages** are commands run
//!   by `reelbench stage` ([`stage`]), which report through the **spool**, a file of JSON lines that all of them append to.
//! - **run clock**: wall-clock time taken once, carried on by a steady clock that every process of a recording
//!   shares, so that a step of the system's clock can neither tear a run nor turn a duration negative ([`clock`]).
//!
//! # Promises
//! - What cannot be read is absent with a reason, never zero.
//! - The first reading of a rate is dropped: it has no before.
//! - Nothing here opens the workspace or keeps a thread of its own; the engine drives it and writes what it yields.

pub mod alive;
pub mod attachments;
pub mod child;
pub mod clock;
pub mod host;
pub mod own;
pub mod probes;
pub mod recording;
pub mod spool;
pub mod stage;
pub mod stop;
pub mod tail;
pub mod watch;

/// Nanoseconds in seconds, as figures that people read.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "durations of runs stay below 2^53 nanoseconds, 104 days")]
pub(crate) fn secs(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}
