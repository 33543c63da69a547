//! Host readings where there is no `/proc`: through sysinfo.

use sysinfo::{Disks, Networks, System};

use super::{CpuTime, HostReading, HostSource, Memory, Traffic};

/// Reads the host through sysinfo.
pub struct PortableHost {
    system: Option<System>,
    disks: Option<Disks>,
    networks: Option<Networks>,
    cpus: Vec<CpuTime>,
}

impl PortableHost {
    /// Opens what the system offers.
    #[must_use]
    pub fn new() -> Self {
        Self {
            system: System::new().ok(),
            disks: Disks::new_with_refreshed_list().ok(),
            networks: Networks::new_with_refreshed_list().ok(),
            cpus: Vec::new(),
        }
    }
}

impl Default for PortableHost {
    fn default() -> Self {
        Self::new()
    }
}

impl HostSource for PortableHost {
    fn read(&mut self, reading: &mut HostReading) {
        if let Some(system) = &mut self.system {
            system.refresh_cpu_usage();
            system.refresh_memory();
            let usages =
                std::iter::once(system.global_cpu_usage()).chain(system.cpus().iter().map(sysinfo::Cpu::usage));
            for (index, percent) in usages.enumerate() {
                if self.cpus.len() == index {
                    self.cpus.push(CpuTime::default());
                }
                // Sysinfo gives shares of the time since it was last asked: they are summed up in hundredths of a percent.
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=10000")]
                let busy = (percent * 100.0).clamp(0.0, 10_000.0) as u64;
                self.cpus[index].busy += busy;
                self.cpus[index].total += 10_000;
            }
            reading.cpus.extend_from_slice(&self.cpus);
            if system.total_memory() > 0 {
                reading.memory =
                    Some(Memory { total_bytes: system.total_memory(), available_bytes: system.available_memory() });
            }
        } else {
            reading.failures.push(("system.cpu", "the system does not answer sysinfo".to_owned()));
        }
        if let Some(disks) = &mut self.disks {
            disks.refresh(true);
            for disk in disks.iter() {
                let (device, usage) = (disk.name().to_string_lossy().into_owned(), disk.usage());
                // One disk may be mounted several times.
                if reading.disks.iter().all(|known| known.device != device) {
                    reading.disks.push(Traffic {
                        device,
                        in_bytes: usage.total_read_bytes,
                        out_bytes: usage.total_written_bytes,
                    });
                }
            }
        }
        if let Some(networks) = &mut self.networks {
            networks.refresh(true);
            for (device, network) in networks.iter() {
                reading.networks.push(Traffic {
                    device: device.to_string_lossy().into_owned(),
                    in_bytes: network.total_received(),
                    out_bytes: network.total_transmitted(),
                });
            }
            reading.networks.sort_by(|a, b| a.device.cmp(&b.device));
        }
    }
}
