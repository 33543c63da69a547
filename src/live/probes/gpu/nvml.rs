//! NVIDIA's management library (NVML), loaded when first asked for and kept; its absence is a normal state.

use std::sync::OnceLock;

use nvml_wrapper::Nvml;
use nvml_wrapper::enum_wrappers::device::TemperatureSensor;
use nvml_wrapper::enums::device::UsedGpuMemory;
use nvml_wrapper::error::NvmlError;

use super::{Figure, GpuReading, GpuSource};

/// The library, loaded once for the whole program; or why it is not there.
fn library() -> &'static Figure<Nvml> {
    static LIBRARY: OnceLock<Figure<Nvml>> = OnceLock::new();
    LIBRARY.get_or_init(|| Nvml::init().map_err(|error| reason(&error)))
}

/// The driver's version, where there is one.
///
/// # Errors
/// A clause that follows “N/A, because”.
pub fn driver_version() -> Figure<String> {
    library().as_ref().map_err(Clone::clone)?.sys_driver_version().map_err(|error| reason(&error))
}

/// GPU readings from NVML.
pub struct NvmlSource {
    nvml: &'static Nvml,
}

impl NvmlSource {
    /// The library's readings.
    ///
    /// # Errors
    /// A clause that follows “N/A, because”.
    pub fn open() -> Figure<Self> {
        library().as_ref().map(|nvml| Self { nvml }).map_err(Clone::clone)
    }
}

impl GpuSource for NvmlSource {
    fn names(&mut self) -> Figure<Vec<String>> {
        let num_devices = self.nvml.device_count().map_err(|error| reason(&error))?;
        let name = |index| match self.nvml.device_by_index(index).and_then(|device| device.name()) {
            Ok(name) => name,
            Err(error) => format!("unknown: {}", reason(&error)),
        };
        Ok((0..num_devices).map(name).collect())
    }

    fn read(&mut self, index: usize) -> GpuReading {
        let device =
            u32::try_from(index).map_err(|_| NvmlError::InvalidArg).and_then(|index| self.nvml.device_by_index(index));
        let device = match device {
            Ok(device) => device,
            Err(error) => return unreadable(&reason(&error)),
        };
        // In MIG mode the whole device has no such counters, and NVML says only “not supported”.
        let is_mig = device.mig_mode().is_ok_and(|mode| mode.current == 1);
        let why = |error: NvmlError| match error {
            NvmlError::NotSupported | NvmlError::InvalidArg | NvmlError::NoPermission if is_mig => {
                "the GPU is split into instances (MIG), and in that mode the driver hides it".to_owned()
            }
            error => reason(&error),
        };
        let memory = device.memory_info().map_err(why);
        // A process may have both a compute and a graphics context; the larger figure covers both.
        let graphics = device.running_graphics_processes().unwrap_or_default();
        let processes = device.running_compute_processes().map_err(why).map(|compute| {
            let mut held: Vec<(u32, Option<u64>)> = Vec::new();
            for process in compute.into_iter().chain(graphics) {
                let bytes = match process.used_gpu_memory {
                    UsedGpuMemory::Used(bytes) => Some(bytes),
                    UsedGpuMemory::Unavailable => None,
                };
                match held.iter_mut().find(|(pid, _)| *pid == process.pid) {
                    Some((_, known)) => *known = (*known).max(bytes),
                    None => held.push((process.pid, bytes)),
                }
            }
            held
        });
        GpuReading {
            utilization_percent: device.utilization_rates().map(|rates| u64::from(rates.gpu)).map_err(why),
            encoder_percent: device.encoder_utilization().map(|encoder| u64::from(encoder.utilization)).map_err(why),
            decoder_percent: device.decoder_utilization().map(|decoder| u64::from(decoder.utilization)).map_err(why),
            memory_used_bytes: memory.as_ref().map(|memory| memory.used).map_err(Clone::clone),
            memory_total_bytes: memory.map(|memory| memory.total),
            power_milliwatts: device.power_usage().map(u64::from).map_err(why),
            temperature_celsius: device.temperature(TemperatureSensor::Gpu).map(u64::from).map_err(why),
            processes,
        }
    }
}

/// A reading without a figure.
fn unreadable(reason: &str) -> GpuReading {
    let no_figure = || Err(reason.to_owned());
    GpuReading {
        utilization_percent: no_figure(),
        encoder_percent: no_figure(),
        decoder_percent: no_figure(),
        memory_used_bytes: no_figure(),
        memory_total_bytes: no_figure(),
        power_milliwatts: no_figure(),
        temperature_celsius: no_figure(),
        processes: Err(reason.to_owned()),
    }
}

/// NVML's error as a clause that follows “N/A, because”.
fn reason(error: &NvmlError) -> String {
    match error {
        NvmlError::LibloadingError(_) | NvmlError::LibraryNotFound => {
            "NVIDIA's management library (libnvidia-ml.so.1, nvml.dll) is not installed; it comes with the driver"
                .to_owned()
        }
        NvmlError::DriverNotLoaded => "the NVIDIA driver is not loaded".to_owned(),
        NvmlError::LibRmVersionMismatch => {
            "the NVIDIA driver was updated while running and no longer fits its library; restart the machine".to_owned()
        }
        NvmlError::NoPermission => "the NVIDIA driver does not allow it for this user".to_owned(),
        NvmlError::NotSupported => "this GPU does not offer it".to_owned(),
        NvmlError::GpuLost => "the GPU does not answer any more; it fell off the bus".to_owned(),
        NvmlError::FailedToLoadSymbol(_) | NvmlError::FunctionNotFound => {
            "the installed NVIDIA driver is too old to offer it".to_owned()
        }
        error => format!("the NVIDIA driver says: {error}"),
    }
}
