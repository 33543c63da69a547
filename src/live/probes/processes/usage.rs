//! What was sampled of some processes over a time: peaks, means and totals of a stage or of a run.

use super::Io;
use super::tree::Member;
use crate::live::probes::track::{MIN_RATE_NANOS, real};

/// What was sampled of some processes over a time.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    last_nanos: Option<i64>,
    /// Up to when CPU time went into a rate, and how much came since.
    rated_nanos: Option<i64>,
    unrated_cpu_nanos: u64,
    peak_cpu_percent: Option<f64>,
    cpu_nanos: u64,
    peak_rss_bytes: Option<u64>,
    /// Memory times time, so that ticks that come late weigh what they stand for.
    rss_byte_secs: f64,
    rss_secs: f64,
    last_rss_bytes: u64,
    io: Io,
    has_io: bool,
}

impl Usage {
    /// Adds one tick's sample of the processes it is about.
    pub fn add<'a>(&mut self, members: impl Iterator<Item = &'a Member>, at_nanos: i64) {
        let (mut rss_bytes, mut num_members) = (None, 0);
        for member in members {
            num_members += 1;
            self.unrated_cpu_nanos += member.own_delta_nanos + member.late_delta_nanos;
            self.cpu_nanos += member.own_delta_nanos + member.late_delta_nanos;
            if !member.reading.is_zombie {
                rss_bytes = Some(rss_bytes.unwrap_or(0) + member.reading.rss_bytes);
            }
            self.has_io |= member.reading.io.is_ok();
            self.io.read_bytes += member.io_delta.read_bytes;
            self.io.written_bytes += member.io_delta.written_bytes;
        }
        if num_members == 0 {
            return;
        }
        self.peak_rss_bytes = self.peak_rss_bytes.max(rss_bytes);
        if let Some(last_nanos) = self.last_nanos
            && at_nanos > last_nanos
        {
            let elapsed_secs = real(last_nanos.abs_diff(at_nanos)) / 1e9;
            let mean_bytes = real(rss_bytes.unwrap_or(self.last_rss_bytes) + self.last_rss_bytes) / 2.0;
            self.rss_byte_secs += mean_bytes * elapsed_secs;
            self.rss_secs += elapsed_secs;
        }
        let rated_nanos = *self.rated_nanos.get_or_insert(at_nanos);
        if at_nanos - rated_nanos >= MIN_RATE_NANOS {
            let percent = 100.0 * real(self.unrated_cpu_nanos) / real(rated_nanos.abs_diff(at_nanos));
            self.peak_cpu_percent = Some(self.peak_cpu_percent.map_or(percent, |peak| peak.max(percent)));
            self.rated_nanos = Some(at_nanos);
        }
        if self.rated_nanos == Some(at_nanos) {
            self.unrated_cpu_nanos = 0;
        }
        self.last_rss_bytes = rss_bytes.unwrap_or(self.last_rss_bytes);
        self.last_nanos = Some(at_nanos);
    }

    /// CPU use on average over the time sampled, percent of one core.
    #[must_use]
    pub fn mean_cpu_percent(&self) -> Option<f64> {
        (self.rss_secs > 0.0).then(|| real(self.cpu_nanos) / 1e7 / self.rss_secs)
    }

    /// The highest CPU use between two ticks, percent of one core.
    #[must_use]
    pub fn peak_cpu_percent(&self) -> Option<f64> {
        self.peak_cpu_percent
    }

    /// The most memory at a tick, bytes.
    #[must_use]
    pub fn peak_rss_bytes(&self) -> Option<u64> {
        self.peak_rss_bytes
    }

    /// CPU time used, nanoseconds; `None` when nothing was sampled.
    #[must_use]
    pub fn cpu_nanos(&self) -> Option<u64> {
        self.last_nanos.map(|_| self.cpu_nanos)
    }

    /// Bytes moved to and from disks; `None` when no process's could be read.
    #[must_use]
    pub fn io(&self) -> Option<Io> {
        self.has_io.then_some(self.io)
    }

    /// The memory held on average over the time sampled, bytes.
    #[must_use]
    pub fn mean_rss_bytes(&self) -> Option<f64> {
        (self.rss_secs > 0.0).then(|| self.rss_byte_secs / self.rss_secs).or(self.peak_rss_bytes.map(real))
    }
}
