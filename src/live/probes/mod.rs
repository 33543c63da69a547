//! Probes: what can be sampled of the machine, one file each, one line in the list here.

pub mod gpu;
pub mod host;
pub mod processes;
pub mod track;

use crate::model::Batch;
use track::Scope;

/// Reads one part of the machine. A reading that cannot be had is absent, and its absence says why.
pub trait Probe: Send {
    /// What it reads: `host`, `processes`, `gpu`.
    fn name(&self) -> &'static str;

    /// Adds one sample of everything it reads, taken now, to `out`. Never waits.
    fn sample(&mut self, at_nanos: i64, out: &mut Batch);
}

/// The probes that need nothing but the machine: the host, and its GPUs. Processes are a probe of their own
/// ([`processes::ProcessesProbe`]), because they need to know whose tree.
#[must_use]
pub fn machine(scope: &Scope, tree: &processes::SharedPids) -> Vec<Box<dyn Probe>> {
    vec![Box::new(host::HostProbe::new(scope)), Box::new(gpu::GpuProbe::new(scope, gpu::open(), tree.clone()))]
}
