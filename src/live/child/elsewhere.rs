//! Elsewhere the standard library is asked every few milliseconds.

use std::time::{Duration, Instant};

use super::ChildUsage;

#[derive(Debug)]
pub struct Before;

impl Before {
    pub fn take() -> Self {
        Self
    }

    pub fn usage_since(&self, _closing: Option<(i64, i64)>, _seen_rss_bytes: Option<i64>) -> Option<ChildUsage> {
        None
    }
}

pub fn spawn(command: &mut std::process::Command) -> std::io::Result<std::process::Child> {
    command.spawn()
}

pub fn closing_cpu(_pid: u32) -> Option<(i64, i64)> {
    None
}

pub fn own_peak_rss_bytes() -> Option<i64> {
    None
}

pub fn peak_rss_bytes(_pid: u32) -> Option<i64> {
    None
}

#[derive(Debug)]
pub struct Watch;

impl Watch {
    pub fn open(_child: &std::process::Child) -> Self {
        Self
    }

    pub fn has_ended(&self, child: &mut std::process::Child, timeout_nanos: i64) -> bool {
        const LOOK_EVERY: Duration = Duration::from_millis(5);
        let deadline = Instant::now() + Duration::from_nanos(timeout_nanos.unsigned_abs());
        loop {
            if !matches!(child.try_wait(), Ok(None)) {
                return true;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            std::thread::park_timeout(left.min(LOOK_EVERY));
        }
    }
}
