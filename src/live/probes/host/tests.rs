//! Tests of the host probe: the kernel's text, and what becomes of readings.

use super::*;
use crate::model::{Key, Values};

struct Replay(Vec<HostReading>);

impl HostSource for Replay {
    fn read(&mut self, reading: &mut HostReading) {
        if !self.0.is_empty() {
            *reading = self.0.remove(0);
        }
    }
}

fn scope() -> Scope {
    Scope { run: Key::of("run", &["host test"]), interval_nanos: 200_000_000 }
}

fn values(batch: &Batch, name: &str) -> Vec<f64> {
    let keys: Vec<Key> = batch.series.iter().filter(|series| series.name == name).map(|series| series.key).collect();
    let samples = batch.samples.iter().filter(|samples| keys.contains(&samples.series));
    samples
        .flat_map(|samples| match &samples.values {
            Values::Real(values) => values.clone(),
            Values::Integer(values) => values.iter().map(|&value| real(value.unsigned_abs())).collect(),
        })
        .collect()
}

#[test]
fn the_first_cpu_reading_is_dropped() {
    let reading = |busy, total| HostReading { cpus: vec![CpuTime { busy, total }], ..HostReading::default() };
    let source = Replay(vec![reading(10, 100), reading(35, 150), reading(35, 150), reading(5, 20), reading(10, 30)]);
    let mut probe = HostProbe::with_source(&scope(), Box::new(source));
    let mut batch = Batch::default();
    for tick in 0..5 {
        probe.sample(tick * 200_000_000, &mut batch);
    }
    // Nothing for the first, for no time passed, and for a counter that began anew.
    assert_eq!(values(&batch, "system.cpu.utilization"), [50.0, 50.0]);
}

#[test]
fn what_fails_is_absent_with_its_reason() {
    let failing =
        HostReading { failures: vec![("system.disk.io", "no such file".to_owned())], ..HostReading::default() };
    let mut probe = HostProbe::with_source(&scope(), Box::new(Replay(vec![failing.clone(), failing])));
    let mut batch = Batch::default();
    probe.sample(0, &mut batch);
    probe.sample(1, &mut batch);
    assert!(batch.samples.is_empty());
    assert_eq!(batch.absences.len(), 1);
    assert_eq!(batch.absences[0].reason, "no such file");
}

#[test]
fn devices_may_come_in_another_order() {
    let traffic = |device: &str, in_bytes| Traffic { device: device.to_owned(), in_bytes, out_bytes: 0 };
    let reading = |disks| HostReading { disks, ..HostReading::default() };
    let source = Replay(vec![
        reading(vec![traffic("a", 1), traffic("b", 10)]),
        reading(vec![traffic("b", 20), traffic("a", 2)]),
    ]);
    let mut probe = HostProbe::with_source(&scope(), Box::new(source));
    let mut batch = Batch::default();
    probe.sample(0, &mut batch);
    probe.sample(1, &mut batch);
    assert_eq!(batch.series.len(), 4);
    let read_of_a = batch
        .series
        .iter()
        .find(|series| series.labels["device"] == "a" && series.labels["direction"] == "read")
        .unwrap();
    let samples: Vec<_> =
        batch.samples.iter().filter(|samples| samples.series == read_of_a.key).map(|samples| &samples.values).collect();
    assert_eq!(samples, [&Values::Integer(vec![1]), &Values::Integer(vec![2])]);
}

#[cfg(target_os = "linux")]
mod text {
    use super::super::kernel::{KernelHost, parse_diskstats, parse_meminfo, parse_net_dev, parse_stat};
    use super::*;

    #[test]
    fn stat_leaves_idle_waiting_and_guest_out() {
        let mut cpus = Vec::new();
        parse_stat(b"cpu  10 1 5 100 7 1 2 3 4 5\ncpu0 10 1 5 100 7 1 2 3 4 5\nintr 99 1 2\nctxt 5\n", &mut cpus);
        assert_eq!(cpus, [CpuTime { busy: 22, total: 129 }; 2]);
    }

    #[test]
    fn stat_of_an_old_kernel_has_fewer_columns() {
        let mut cpus = Vec::new();
        parse_stat(b"cpu 10 1 5 100\n", &mut cpus);
        assert_eq!(cpus, [CpuTime { busy: 16, total: 116 }]);
        parse_stat(b"", &mut cpus);
        assert_eq!(cpus.len(), 1);
    }

    #[test]
    fn meminfo_is_in_kibibytes() {
        let memory = parse_meminfo(b"MemTotal:       16 kB\nMemFree:  1 kB\nMemAvailable:  8 kB\n").unwrap();
        assert_eq!(memory, Memory { total_bytes: 16_384, available_bytes: 8_192 });
        assert_eq!(parse_meminfo(b"MemTotal: 16 kB\n"), None);
    }

    #[test]
    fn sectors_are_512_bytes() {
        let mut disks = Vec::new();
        let text = b" 254       0 vda 10 0 100 5 20 0 200 9 0 1 2\n 254 1 vda1 1 0 1 0 1 0 1 0 0 0 0\nbroken\n";
        parse_diskstats(text, |name| name == "vda", &mut disks);
        assert_eq!(disks, [Traffic { device: "vda".to_owned(), in_bytes: 51_200, out_bytes: 102_400 }]);
    }

    #[test]
    fn interfaces_may_stick_to_their_numbers() {
        let mut networks = Vec::new();
        let text =
            b"Inter-|\n face |\n  eth0:123 1 0 0 0 0 0 0 456 2 0 0 0 0 0 0\n    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n";
        parse_net_dev(text, |name| name != "lo", &mut networks);
        assert_eq!(networks, [Traffic { device: "eth0".to_owned(), in_bytes: 123, out_bytes: 456 }]);
    }

    #[test]
    fn this_machine_answers() {
        let mut reading = HostReading::default();
        KernelHost::open().unwrap().read(&mut reading);
        assert!(reading.cpus.len() >= 2, "{reading:?}");
        assert!(reading.memory.unwrap().total_bytes > reading.memory.unwrap().available_bytes);
        let mut portable = HostReading::default();
        portable::PortableHost::new().read(&mut portable);
        assert_eq!(portable.cpus.len(), reading.cpus.len());
        assert_eq!(portable.memory.unwrap().total_bytes / 1_000_000, reading.memory.unwrap().total_bytes / 1_000_000);
    }
}
