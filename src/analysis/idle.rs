//! Finding idle gaps: time in which nothing that was measured did anything.
//!
//! A moment is busy when any measure is above its threshold: the least that a working stage shows, well above what an
//! idle host shows. Where a measure has no sample its last known value does not count: a gap in the samples is
//! unknown, not idle.

use crate::model::Thinned;

/// A stretch of time in which nothing was going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleGap {
    /// First moment.
    pub start_nanos: i64,
    /// Last moment.
    pub end_nanos: i64,
}

/// Shorter gaps are breathing, not idling.
pub const MIN_GAP_NANOS: i64 = 500_000_000;

/// A metric that tells work from idling.
pub struct Measure {
    /// The series' name.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Above this something works: in the series' unit, of a total in its unit a second.
    pub threshold: f64,
    /// Whether single devices are measured and none stands for all.
    pub is_per_device: bool,
}

/// The metrics looked at. Thresholds: a twentieth of a core (a process waiting in a loop shows a hundredth),
/// a twentieth of a GPU, and 64 kB a second on a network card (an idle desktop shows a few).
pub const MEASURES: &[Measure] = &[
    Measure { name: "process.cpu.utilization", title: "CPU of the processes", threshold: 5.0, is_per_device: false },
    Measure { name: "hw.gpu.utilization", title: "GPU", threshold: 5.0, is_per_device: true },
    Measure { name: "system.network.io", title: "network", threshold: 64_000.0, is_per_device: true },
];

/// One measured activity over time.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Above this it is busy.
    pub threshold: f64,
    /// Its values.
    pub thinned: Thinned,
}

/// Stretches within `bounds` in which at least one activity was measured and none was above its threshold.
#[must_use]
pub fn find(activities: &[Activity], bounds: (i64, i64)) -> Vec<IdleGap> {
    let mut busy = Vec::new();
    let mut known = Vec::new();
    for activity in activities {
        let thinned = &activity.thinned;
        let mut before: Option<i64> = None;
        for bucket in &thinned.buckets {
            let end = bucket.at_nanos.saturating_add(thinned.bucket_nanos);
            // A sample speaks for the time since the one before it, unless that is a gap.
            let start = match before {
                Some(before)
                    if bucket.at_nanos.saturating_sub(before) <= thinned.gap_nanos.max(thinned.bucket_nanos * 2) =>
                {
                    before
                }
                _ => bucket.at_nanos,
            };
            before = Some(bucket.at_nanos);
            if bucket.count == 0 {
                continue;
            }
            known.push((start, end));
            if bucket.max > activity.threshold {
                busy.push((start, end));
            }
        }
    }
    let mut gaps = Vec::new();
    for quiet in outside(&busy, bounds) {
        // What nobody measured is not idle.
        let mut at = quiet.start_nanos;
        for unknown in outside_exact(&known, (quiet.start_nanos, quiet.end_nanos)) {
            keep(&mut gaps, at, unknown.start_nanos);
            at = unknown.end_nanos;
        }
        keep(&mut gaps, at, quiet.end_nanos);
    }
    gaps
}

fn keep(gaps: &mut Vec<IdleGap>, start_nanos: i64, end_nanos: i64) {
    if end_nanos.saturating_sub(start_nanos) >= MIN_GAP_NANOS {
        gaps.push(IdleGap { start_nanos, end_nanos });
    }
}

/// Stretches within `bounds` that no interval covers and that are long enough to matter.
#[must_use]
pub fn outside(intervals: &[(i64, i64)], bounds: (i64, i64)) -> Vec<IdleGap> {
    let mut gaps = outside_exact(intervals, bounds);
    gaps.retain(|gap| gap.end_nanos - gap.start_nanos >= MIN_GAP_NANOS);
    gaps
}

fn outside_exact(intervals: &[(i64, i64)], (first, last): (i64, i64)) -> Vec<IdleGap> {
    let mut sorted = intervals.to_vec();
    sorted.sort_unstable();
    let mut gaps = Vec::new();
    let mut at = first;
    for (start, end) in sorted {
        if start.min(last) > at {
            gaps.push(IdleGap { start_nanos: at, end_nanos: start.min(last) });
        }
        at = at.max(end);
    }
    if last > at {
        gaps.push(IdleGap { start_nanos: at, end_nanos: last });
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Bucket;

    const SECOND: i64 = 1_000_000_000;

    fn activity(values: &[(i64, f64)]) -> Activity {
        let buckets = values
            .iter()
            .map(|&(secs, value)| Bucket {
                at_nanos: secs * SECOND,
                count: 1,
                min: value,
                max: value,
                sum: value,
                last: value,
            })
            .collect();
        Activity { threshold: 5.0, thinned: Thinned { buckets, bucket_nanos: 0, gap_nanos: 3 * SECOND } }
    }

    fn check(activities: &[Activity], bounds: (i64, i64), gaps: &[(i64, i64)]) {
        let found: Vec<(i64, i64)> = find(activities, (bounds.0 * SECOND, bounds.1 * SECOND))
            .iter()
            .map(|gap| (gap.start_nanos / SECOND, gap.end_nanos / SECOND))
            .collect();
        assert_eq!(found, gaps);
    }

    #[test]
    fn quiet_samples_are_a_gap() {
        check(&[activity(&[(0, 90.0), (1, 90.0), (2, 0.0), (3, 0.0), (4, 90.0)])], (0, 4), &[(1, 3)]);
    }

    #[test]
    fn one_busy_measure_is_enough() {
        check(&[activity(&[(0, 0.0), (1, 0.0), (2, 0.0)]), activity(&[(0, 50.0), (1, 50.0), (2, 50.0)])], (0, 2), &[]);
    }

    #[test]
    fn what_was_not_measured_is_not_idle() {
        check(&[activity(&[(0, 0.0), (1, 0.0), (100, 0.0), (101, 0.0)])], (0, 101), &[(0, 1), (100, 101)]);
    }

    #[test]
    fn without_measures_gaps_lie_between_spans() {
        let gaps = outside(&[(0, 10 * SECOND), (12 * SECOND, 20 * SECOND)], (0, 20 * SECOND));
        assert_eq!(gaps, [IdleGap { start_nanos: 10 * SECOND, end_nanos: 12 * SECOND }]);
    }
}
