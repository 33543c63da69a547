//! This host's fingerprint: what a run must share with another before the two may be compared.

use std::path::Path;

use sysinfo::System;

use super::alive;
use super::probes::gpu;
use crate::model::Host;

/// Asks the system what this machine is. Takes some milliseconds, the first time longer where there is a GPU.
#[must_use]
pub fn fingerprint() -> Host {
    let (mut cpu, mut num_cpus, mut memory_bytes) = (String::new(), 0, 0);
    if let Ok(mut system) = System::new() {
        system.refresh_cpu_list(sysinfo::CpuRefreshKind::nothing());
        system.refresh_memory();
        cpu = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).unwrap_or_default();
        num_cpus = u32::try_from(system.cpus().len()).unwrap_or(u32::MAX);
        memory_bytes = system.total_memory();
    }
    if cpu.is_empty() {
        cpu = System::cpu_arch();
    }
    Host {
        hostname: alive::hostname().to_owned(),
        os: System::long_os_version().unwrap_or_else(|_| std::env::consts::OS.to_owned()),
        cpu,
        num_cpus,
        memory_bytes,
        gpus: gpu::open().and_then(|mut source| source.names()).unwrap_or_default(),
        gpu_driver: gpu::nvml::driver_version().ok(),
    }
}

/// Free bytes of the disk a folder lies on, for this user.
#[must_use]
pub fn free_bytes(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(folder).ok()?;
        disk.f_bavail.checked_mul(disk.f_frsize)
    }
    #[cfg(not(unix))]
    {
        let folder = folder.canonicalize().ok()?;
        let disks = sysinfo::Disks::new_with_refreshed_list().ok()?;
        let holding = disks.iter().filter(|disk| folder.starts_with(disk.mount_point()));
        holding.max_by_key(|disk| disk.mount_point().as_os_str().len()).map(sysinfo::Disk::available_space)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_host_is_known() {
        let host = fingerprint();
        assert!(!host.hostname.is_empty() && !host.os.is_empty() && !host.cpu.is_empty(), "{host:?}");
        assert!(host.num_cpus > 0 && host.memory_bytes > 0, "{host:?}");
        assert!(free_bytes(Path::new(".")).is_some());
        assert_eq!(free_bytes(Path::new("/no/such/folder")), None);
    }
}
