//! A track: one series being sampled, described once and then fed.

use std::collections::BTreeMap;

use crate::model::{Absence, Batch, Key, Samples, Series, SeriesKind, Unit, Values};

/// The shortest time over which a rate is worked out. The kernel counts CPU time in hundredths of a second: over less,
/// one of them more or less would be a spike that never was.
pub const MIN_RATE_NANOS: i64 = 50_000_000;

/// Whose series are sampled, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The run.
    pub run: Key,
    /// The sampling period, nanoseconds.
    pub interval_nanos: i64,
}

impl Scope {
    /// A series of this scope.
    #[must_use]
    pub fn series(&self, name: &str, labels: &[(&str, &str)], unit: Unit, kind: SeriesKind) -> Series {
        let labels: BTreeMap<String, String> =
            labels.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        Series {
            key: series_key(self.run, None, name, &labels),
            run: Some(self.run),
            span: None,
            name: name.to_owned(),
            labels,
            unit,
            kind,
            interval_nanos: Some(self.interval_nanos),
        }
    }
}

/// The key of a sampled series: its run, its span, its name and its labels.
#[must_use]
pub fn series_key(run: Key, span: Option<Key>, name: &str, labels: &BTreeMap<String, String>) -> Key {
    let run = run.to_hex();
    let span = span.map(Key::to_hex).unwrap_or_default();
    let mut parts = vec![run.as_str(), span.as_str(), name];
    for (name, value) in labels {
        parts.push(name);
        parts.push(value);
    }
    Key::of("live series", &parts)
}

/// A series and whether it was described yet.
#[derive(Clone, Debug)]
pub struct Track {
    series: Series,
    is_described: bool,
}

impl Track {
    /// A track of a series nobody heard of yet.
    #[must_use]
    pub fn new(series: Series) -> Self {
        Self { series, is_described: false }
    }

    /// A gauge.
    #[must_use]
    pub fn gauge(scope: &Scope, name: &str, labels: &[(&str, &str)], unit: Unit) -> Self {
        Self::new(scope.series(name, labels, unit, SeriesKind::Gauge))
    }

    /// A running total.
    #[must_use]
    pub fn cumulative(scope: &Scope, name: &str, labels: &[(&str, &str)], unit: Unit) -> Self {
        Self::new(scope.series(name, labels, unit, SeriesKind::Cumulative))
    }

    /// Adds a sample; the first one brings the series' description along.
    pub fn push(&mut self, at_nanos: i64, value: f64, out: &mut Batch) {
        self.push_values(at_nanos, Values::Real(vec![value]), out);
    }

    /// Adds a whole number, kept exact.
    pub fn push_whole(&mut self, at_nanos: i64, value: u64, out: &mut Batch) {
        self.push_values(at_nanos, Values::Integer(vec![i64::try_from(value).unwrap_or(i64::MAX)]), out);
    }

    fn push_values(&mut self, at_nanos: i64, values: Values, out: &mut Batch) {
        if !self.is_described {
            self.is_described = true;
            out.series.push(self.series.clone());
        }
        out.samples.push(Samples { series: self.series.key, at_nanos: vec![at_nanos], values });
    }
}

/// What could not be read so far; each reason is reported once.
#[derive(Clone, Debug)]
pub struct Absences {
    run: Key,
    reported: BTreeMap<String, String>,
}

impl Absences {
    /// None so far.
    #[must_use]
    pub fn new(scope: &Scope) -> Self {
        Self { run: scope.run, reported: BTreeMap::new() }
    }

    /// Reports that a metric cannot be read, unless the same reason was given before.
    pub fn report(&mut self, metric: &str, reason: &str, out: &mut Batch) {
        if self.reported.get(metric).is_some_and(|known| known == reason) {
            return;
        }
        self.reported.insert(metric.to_owned(), reason.to_owned());
        out.absences.push(Absence { run: self.run, metric: metric.to_owned(), reason: reason.to_owned() });
    }
}

/// An unsigned counter or size as a real number; exact below 2^53.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "sizes and nanoseconds of a run stay below 2^53")]
pub fn real(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_described_once() {
        let scope = Scope { run: Key::of("run", &["x"]), interval_nanos: 200_000_000 };
        let mut track = Track::gauge(&scope, "system.cpu.utilization", &[("cpu", "0")], Unit::PERCENT);
        let mut batch = Batch::default();
        track.push(1, 2.0, &mut batch);
        track.push(2, 3.0, &mut batch);
        assert_eq!(batch.series.len(), 1);
        assert_eq!(batch.samples.len(), 2);
        assert_eq!(batch.samples[1].series, batch.series[0].key);
    }

    #[test]
    fn a_reason_is_given_once_until_it_changes() {
        let scope = Scope { run: Key::of("run", &["x"]), interval_nanos: 1 };
        let mut absences = Absences::new(&scope);
        let mut batch = Batch::default();
        for reason in ["no driver", "no driver", "lost"] {
            absences.report("gpu", reason, &mut batch);
        }
        assert_eq!(batch.absences.len(), 2);
    }
}
