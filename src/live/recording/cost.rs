//! What recording itself costs: measured like everything else and stored with the run.

use crate::live::clock::own_cpu_nanos;
use crate::live::probes::track::{Scope, Track};
use crate::live::secs;
use crate::model::{Attributes, Batch, Unit};

/// The recorder's own use since the recording began.
pub struct Cost {
    cpu_at_start_nanos: Option<i64>,
    started_nanos: Option<i64>,
    last_nanos: i64,
    num_ticks: i64,
    sum_nanos: i64,
    longest_nanos: i64,
    cpu_time: Track,
    tick_time: Track,
}

impl Cost {
    /// Nothing used yet.
    #[must_use]
    pub fn new(scope: &Scope) -> Self {
        Self {
            cpu_at_start_nanos: own_cpu_nanos(),
            started_nanos: None,
            last_nanos: 0,
            num_ticks: 0,
            sum_nanos: 0,
            longest_nanos: 0,
            cpu_time: Track::cumulative(scope, "reelbench.recorder.cpu.time", &[], Unit::SECONDS),
            tick_time: Track::gauge(scope, "reelbench.recorder.tick.time", &[], Unit::SECONDS),
        }
    }

    /// Counts a tick that took from one moment to another.
    pub fn count_tick(&mut self, from_nanos: i64, to_nanos: i64, out: &mut Batch) {
        let took_nanos = (to_nanos - from_nanos).max(0);
        self.started_nanos.get_or_insert(from_nanos);
        self.last_nanos = to_nanos;
        self.num_ticks += 1;
        self.sum_nanos += took_nanos;
        self.longest_nanos = self.longest_nanos.max(took_nanos);
        self.tick_time.push(from_nanos, secs(took_nanos), out);
        if let Some(cpu_nanos) = self.cpu_nanos() {
            self.cpu_time.push(from_nanos, secs(cpu_nanos), out);
        }
    }

    /// CPU time of the whole recorder since the start, the writing of the workspace included.
    fn cpu_nanos(&self) -> Option<i64> {
        Some(own_cpu_nanos()? - self.cpu_at_start_nanos?)
    }

    /// Writes it among the run's attributes.
    pub fn describe(&self, attributes: &mut Attributes) {
        let mut set =
            |name: &str, value: crate::model::Value| attributes.insert(format!("reelbench.recorder.{name}"), value);
        set("ticks", self.num_ticks.into());
        if self.num_ticks > 0 {
            #[expect(clippy::cast_precision_loss, reason = "a count of ticks")]
            set("tick.time.mean", (secs(self.sum_nanos) / self.num_ticks as f64).into());
            set("tick.time.max", secs(self.longest_nanos).into());
        }
        if let Some(cpu_nanos) = self.cpu_nanos() {
            set("cpu.time", secs(cpu_nanos).into());
            let elapsed_nanos = self.last_nanos - self.started_nanos.unwrap_or(self.last_nanos);
            if elapsed_nanos > 0 {
                set("cpu.utilization", (100.0 * secs(cpu_nanos) / secs(elapsed_nanos)).into());
            }
        }
        if let Some(bytes) = crate::live::child::own_peak_rss_bytes() {
            set("memory.peak", bytes.into());
        }
    }
}
