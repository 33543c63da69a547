//! The run clock: wall-clock time taken once and carried on by a steady clock that processes share.

use std::time::{SystemTime, UNIX_EPOCH};

/// The environment variable by which a recording hands its clock to its stages.
pub const CLOCK_VARIABLE: &str = "REELBENCH_CLOCK";

/// A clock that reads nanoseconds UTC and never goes back: a wall-clock anchor plus steady time since.
///
/// On Linux the steady part is the boot clock, which all processes share and which goes on while the
/// machine sleeps, so stages of one recording that hold the same anchor agree to the nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    utc_nanos: i64,
    steady_nanos: i64,
}

impl Clock {
    /// A clock anchored at this moment.
    #[must_use]
    pub fn start() -> Self {
        let steady_nanos = steady_nanos();
        Self { utc_nanos: utc_nanos(), steady_nanos }
    }

    /// The clock of the recording this process runs under, if any, else one anchored now.
    #[must_use]
    pub fn inherit() -> Self {
        std::env::var(CLOCK_VARIABLE).ok().and_then(|text| Self::parse(&text)).unwrap_or_else(Self::start)
    }

    /// Now, nanoseconds UTC.
    #[must_use]
    pub fn now_nanos(&self) -> i64 {
        self.utc_nanos.saturating_add(steady_nanos().saturating_sub(self.steady_nanos))
    }

    /// The anchor as text, for [`CLOCK_VARIABLE`].
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{},{}", self.utc_nanos, self.steady_nanos)
    }

    /// Reads what [`Clock::to_text`] wrote. `None` where processes do not share a steady clock.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if !cfg!(unix) {
            return None;
        }
        let (utc, steady) = text.split_once(',')?;
        Some(Self { utc_nanos: utc.parse().ok()?, steady_nanos: steady.parse().ok()? })
    }
}

/// Nanoseconds since the Unix epoch as the system's clock has them; it may step.
#[must_use]
pub fn utc_nanos() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    let now = SystemTime::now();
    nanos_since_epoch(now)
}

/// A file time or other system time, nanoseconds since the Unix epoch.
#[must_use]
pub fn nanos_since_epoch(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(duration) => i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX),
        Err(error) => i64::try_from(error.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

/// Nanoseconds of a clock that is never set.
#[cfg(unix)]
pub(crate) fn steady_nanos() -> i64 {
    use rustix::time::ClockId;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const STEADY: ClockId = ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const STEADY: ClockId = ClockId::Monotonic;
    timespec_nanos(rustix::time::clock_gettime(STEADY))
}

/// Nanoseconds of a clock that is never set.
#[cfg(not(unix))]
fn steady_nanos() -> i64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let start = START.get_or_init(std::time::Instant::now);
    i64::try_from(start.elapsed().as_nanos()).unwrap_or(i64::MAX)
}

/// CPU time this process has used so far, all threads, nanoseconds; `None` where the system does not say.
#[must_use]
pub fn own_cpu_nanos() -> Option<i64> {
    #[cfg(unix)]
    {
        Some(timespec_nanos(rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime)))
    }
    #[cfg(not(unix))]
    {
        None
    }
}

#[cfg(unix)]
fn timespec_nanos(time: rustix::time::Timespec) -> i64 {
    #[cfg_attr(target_pointer_width = "64", expect(clippy::useless_conversion, reason = "narrower on 32-bit systems"))]
    let (secs, nanos) = (i64::try_from(time.tv_sec).unwrap_or(0), i64::try_from(time.tv_nsec).unwrap_or(0));
    secs.saturating_mul(1_000_000_000).saturating_add(nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handed_on_clock_reads_the_same_time() {
        let clock = Clock::start();
        assert!((clock.now_nanos() - utc_nanos()).abs() < 1_000_000_000);
        let before = clock.now_nanos();
        if let Some(handed) = Clock::parse(&clock.to_text()) {
            let between = handed.now_nanos();
            assert!(before <= between && between <= clock.now_nanos());
        }
        assert_eq!(Clock::parse("yesterday"), None);
    }

    #[test]
    fn a_clock_step_does_not_reach_the_run_clock() {
        let now = Clock::start();
        let stepped = Clock { utc_nanos: now.utc_nanos - 3_600_000_000_000, ..now };
        let first = stepped.now_nanos();
        assert!(stepped.now_nanos() >= first);
    }
}
