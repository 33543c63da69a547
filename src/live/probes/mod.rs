//! Probes.
pub mod gpu;
