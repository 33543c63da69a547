//! The machine a run ran on: enough to know whether two runs may be compared.

/// A hardware fingerprint. Absent readings are `None`, never zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// The host's name.
    pub hostname: String,
    /// Operating system and version.
    pub os: String,
    /// Processor model.
    pub cpu: String,
    /// Logical processors.
    pub num_cpus: u32,
    /// Installed memory, bytes.
    pub memory_bytes: u64,
    /// Graphics processors, by name.
    pub gpus: Vec<String>,
    /// The NVIDIA driver's version.
    pub gpu_driver: Option<String>,
}
