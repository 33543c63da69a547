//! Thinning answers what folding all samples one by one would.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::{SeriesKind, Values};
use crate::store::chunks::tests::workspace;
use crate::store::chunks::{SeriesState, insert};

fn subject(series: &SeriesState) -> Subject {
    Subject { series_id: series.id, ladder: series.ladder, period_nanos: series.spacing.0 }
}

/// Any stream of numbers from a seed, the same each time (Knuth's MMIX constants).
struct Stream(u64);

impl Stream {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// What any answer has to be, from the samples themselves.
fn check(samples: &BTreeMap<i64, f64>, window: (i64, i64), num_buckets: usize, thinned: &Thinned) {
    let width = thinned.bucket_nanos;
    assert!(thinned.buckets.len() <= num_buckets + 4, "{} for {num_buckets}", thinned.buckets.len());
    let position = |at_nanos: i64| if width == 0 { at_nanos } else { at_nanos.div_euclid(width) };
    let mut groups: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for (&at_nanos, &value) in samples {
        groups.entry(position(at_nanos)).or_default().push(value);
    }
    let (first, last) = (position(window.0), position(window.1));
    let before = groups.range(..first).next_back().map(|(position, _)| *position);
    let after = groups.range(last + 1..).next().map(|(position, _)| *position);
    let expected: Vec<(i64, &Vec<f64>)> = groups
        .range(before.unwrap_or(first)..=after.unwrap_or(last))
        .map(|(position, values)| (*position, values))
        .collect();
    assert_eq!(
        thinned.buckets.iter().map(|bucket| position(bucket.at_nanos)).collect::<Vec<_>>(),
        expected.iter().map(|(position, _)| *position).collect::<Vec<_>>()
    );
    for (bucket, (_, values)) in thinned.buckets.iter().zip(expected) {
        let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        assert_eq!(bucket.count, finite.len() as u64);
        if width > 0 {
            assert_eq!(bucket.at_nanos.rem_euclid(width), 0);
        }
        if let Some(last) = finite.last() {
            assert_eq!(bucket.min, finite.iter().copied().fold(f64::INFINITY, f64::min));
            assert_eq!(bucket.max, finite.iter().copied().fold(f64::NEG_INFINITY, f64::max));
            assert_eq!(bucket.last, *last);
            let sum: f64 = finite.iter().sum();
            assert!((bucket.sum - sum).abs() <= 1e-9 * sum.abs().max(1.0), "{} {sum}", bucket.sum);
        } else {
            assert!(bucket.min.is_nan() && bucket.max.is_nan() && bucket.last.is_nan());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn thinning_is_folding(
        seed in any::<u64>(),
        len in 0usize..14_000,
        spacing_nanos in prop_oneof![Just(1_000_000i64), Just(200_000_000), 1i64..5000],
        start_nanos in prop_oneof![Just(0i64), Just(1_795_213_263_000_000_000), Just(-3_000_000_000_000)],
        batch_len in 1usize..6000,
        num_buckets in prop_oneof![1usize..10, 100usize..3000],
    ) {
        let mut stream = Stream(seed);
        let (connection, mut series) = workspace(SeriesKind::Gauge);
        let mut at_nanos = start_nanos;
        let mut arrivals: Vec<(i64, f64)> = Vec::new();
        for _ in 0..len {
            at_nanos += spacing_nanos + stream.next(3) as i64;
            if stream.next(1000) == 0 {
                at_nanos += spacing_nanos * stream.next(5000) as i64;
            }
            let value = match stream.next(50) {
                0 => f64::NAN,
                1 => f64::INFINITY,
                n => f64::from(stream.next(1000) as u32) / 8.0 - n as f64,
            };
            arrivals.push((at_nanos, value));
        }
        // A tenth of the samples come late, in their own batches.
        let is_late: Vec<bool> = arrivals.iter().map(|_| stream.next(10) == 0).collect();
        let late: Vec<(i64, f64)> = arrivals.iter().zip(&is_late).filter(|(_, late)| **late).map(|(s, _)| *s).collect();
        let timely: Vec<(i64, f64)> = arrivals.iter().zip(&is_late).filter(|(_, late)| !**late).map(|(s, _)| *s).collect();
        for batch in timely.chunks(batch_len).chain(late.chunks(batch_len)) {
            let (times, values): (Vec<i64>, Vec<f64>) = batch.iter().copied().unzip();
            insert(&connection, &mut series, &times, &Values::Real(values)).unwrap();
        }
        let samples: BTreeMap<i64, f64> = arrivals.into_iter().collect();
        let span = (at_nanos - start_nanos).max(1);
        let mut windows = vec![(start_nanos - 10, at_nanos + 10), (at_nanos + 1, at_nanos + span), (start_nanos - span, start_nanos - 1)];
        for share in [2, 10, 100, 1000, 100_000] {
            let from = start_nanos + (stream.next(span as u64) as i64);
            windows.push((from, from + span / share));
        }
        for window in windows {
            let thinned = thin(&connection, subject(&series), window, num_buckets).unwrap();
            check(&samples, window, num_buckets, &thinned);
        }
    }
}

#[test]
fn one_spike_is_seen_at_every_zoom() {
    let (connection, mut series) = workspace(SeriesKind::Gauge);
    let times: Vec<i64> = (0..300_000).map(|index| index * 1_000_000).collect();
    let mut values = vec![50.0; times.len()];
    values[123_457] = 100.0;
    insert(&connection, &mut series, &times, &Values::Real(values)).unwrap();
    for share in [1, 3, 10, 100, 1000, 10_000] {
        let half = 300_000_000_000 / share / 2;
        let window = (123_457_000_000 - half, 123_457_000_000 + half);
        let thinned = thin(&connection, subject(&series), window, 500).unwrap();
        assert_eq!(thinned.buckets.iter().map(|bucket| bucket.max).fold(0.0, f64::max), 100.0, "1/{share}");
        assert_eq!(thinned.gap_nanos, 3_000_000);
    }
}

#[test]
fn the_whole_of_time_is_a_window() {
    let (connection, mut series) = workspace(SeriesKind::Gauge);
    let window = (i64::MIN, i64::MAX);
    assert_eq!(thin(&connection, subject(&series), window, 10).unwrap().buckets, []);
    insert(&connection, &mut series, &[i64::MIN, 0, i64::MAX], &Values::Integer(vec![1, 2, 3])).unwrap();
    assert_eq!(thin(&connection, subject(&series), window, 10).unwrap().buckets.len(), 3);
    assert_eq!(thin(&connection, subject(&series), window, 1).unwrap().buckets.len(), 3);
    assert_eq!(thin(&connection, subject(&series), (5, -5), 10).unwrap().buckets, []);
}
