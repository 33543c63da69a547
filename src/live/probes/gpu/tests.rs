//! Tests of the GPU probe with made-up GPUs.

use super::*;
use crate::model::{Key, Values};

struct Made {
    names: Figure<Vec<String>>,
    reading: GpuReading,
}

impl GpuSource for Made {
    fn names(&mut self) -> Figure<Vec<String>> {
        self.names.clone()
    }

    fn read(&mut self, _index: usize) -> GpuReading {
        self.reading.clone()
    }
}

fn good() -> GpuReading {
    GpuReading {
        utilization_percent: Ok(87),
        encoder_percent: Ok(12),
        decoder_percent: Ok(0),
        memory_used_bytes: Ok(1_000_000),
        memory_total_bytes: Ok(48_000_000_000),
        power_milliwatts: Ok(144_970),
        temperature_celsius: Ok(63),
        processes: Ok(vec![(10, Some(600)), (11, Some(300)), (99, Some(50_000))]),
    }
}

fn sample(reading: GpuReading) -> Batch {
    let scope = Scope { run: Key::of("run", &["gpu test"]), interval_nanos: 1 };
    let tree = SharedPids::default();
    tree.set([10, 11].into_iter());
    let source = Made { names: Ok(vec!["NVIDIA L40S".to_owned()]), reading };
    let mut probe = GpuProbe::new(&scope, Ok(Box::new(source)), tree);
    let mut batch = Batch::default();
    probe.sample(7, &mut batch);
    batch
}

fn value(batch: &Batch, name: &str, task: Option<&str>) -> Option<f64> {
    let is_it = |series: &&crate::model::Series| {
        series.name == name && series.labels.get("hw.gpu.task").map(String::as_str) == task
    };
    let series = batch.series.iter().find(is_it)?.key;
    match &batch.samples.iter().find(|samples| samples.series == series)?.values {
        Values::Real(values) => values.first().copied(),
        Values::Integer(values) => values.first().map(|value| real(value.unsigned_abs())),
    }
}

#[test]
fn every_figure_becomes_a_series() {
    let batch = sample(good());
    assert_eq!(value(&batch, "hw.gpu.utilization", Some("general")), Some(87.0));
    assert_eq!(value(&batch, "hw.gpu.utilization", Some("encoder")), Some(12.0));
    assert_eq!(value(&batch, "hw.gpu.utilization", Some("decoder")), Some(0.0));
    assert_eq!(value(&batch, "hw.power", None), Some(144.97));
    assert_eq!(value(&batch, "process.gpu.memory.usage", None), Some(900.0));
    assert_eq!(batch.series[0].labels["hw.name"], "NVIDIA L40S");
    assert!(batch.absences.is_empty());
}

#[test]
fn values_that_stand_for_not_available_are_absent() {
    let huge = GpuReading {
        utilization_percent: Ok(u64::from(u32::MAX)),
        memory_used_bytes: Ok(u64::MAX),
        power_milliwatts: Ok(u64::from(u32::MAX)),
        temperature_celsius: Ok(255),
        processes: Ok(vec![(10, None), (99, Some(1))]),
        ..good()
    };
    let batch = sample(huge);
    assert_eq!(batch.samples.len(), 3, "{:?}", batch.samples);
    assert_eq!(batch.absences.len(), 5);
    assert!(batch.absences.iter().any(|absence| absence.metric.starts_with("process.gpu.memory.usage")));
}

#[test]
fn a_hidden_process_of_somebody_else_does_not_hide_ours() {
    let reading = GpuReading { processes: Ok(vec![(10, Some(600)), (99, None)]), ..good() };
    assert_eq!(value(&sample(reading), "process.gpu.memory.usage", None), Some(600.0));
}

#[test]
fn no_library_is_a_reason_and_no_zero() {
    let scope = Scope { run: Key::of("run", &["gpu test"]), interval_nanos: 1 };
    let made = |names| -> Figure<Box<dyn GpuSource>> { Ok(Box::new(Made { names, reading: good() })) };
    for source in [Err("no library".to_owned()), made(Ok(Vec::new())), made(Err("lost".to_owned()))] {
        let mut probe = GpuProbe::new(&scope, source, SharedPids::default());
        let mut batch = Batch::default();
        probe.sample(1, &mut batch);
        probe.sample(2, &mut batch);
        assert!(batch.samples.is_empty() && batch.series.is_empty());
        assert_eq!(batch.absences.len(), 1);
    }
}

#[test]
fn this_machine_says_what_it_has() {
    match open() {
        Ok(mut source) => assert!(source.names().is_ok()),
        Err(reason) => assert!(!reason.is_empty()),
    }
}
