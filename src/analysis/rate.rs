//! The rate of a running total, from its thinned form.

use crate::model::{Bucket, Thinned};

/// Change per second of a cumulative series: bytes read become bytes a second.
///
/// Each bucket's rate is what was added since the bucket before, over the time between them. A total that falls was
/// reset, and counts from zero there (Prometheus' rule for counters), so nothing negative is invented. The first
/// bucket has nothing before it and gives no rate; a gap breaks the curve as it breaks the total's.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "seconds between buckets")]
pub fn of_total(total: &Thinned) -> Thinned {
    let mut buckets = Vec::with_capacity(total.buckets.len());
    for pair in total.buckets.windows(2) {
        let [before, now] = pair else { continue };
        let nanos = now.at_nanos.saturating_sub(before.at_nanos);
        if nanos <= 0 {
            continue;
        }
        if now.count == 0
            || before.count == 0
            || (total.gap_nanos > 0 && nanos > total.gap_nanos.max(total.bucket_nanos * 2))
        {
            buckets.push(Bucket {
                at_nanos: now.at_nanos,
                count: 0,
                min: f64::NAN,
                max: f64::NAN,
                sum: 0.0,
                last: f64::NAN,
            });
            continue;
        }
        let added = if now.last >= before.last { now.last - before.last } else { now.last };
        let rate = added / (nanos as f64 / 1e9);
        buckets.push(Bucket { at_nanos: now.at_nanos, count: 1, min: rate, max: rate, sum: rate, last: rate });
    }
    Thinned { buckets, bucket_nanos: total.bucket_nanos, gap_nanos: total.gap_nanos }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(points: &[(i64, f64)]) -> Thinned {
        let buckets = points
            .iter()
            .map(|&(secs, value)| Bucket {
                at_nanos: secs * 1_000_000_000,
                count: 1,
                min: value,
                max: value,
                sum: value,
                last: value,
            })
            .collect();
        Thinned { buckets, bucket_nanos: 0, gap_nanos: 3_000_000_000 }
    }

    fn check(points: &[(i64, f64)], rates: &[f64]) {
        let found: Vec<f64> = of_total(&total(points)).buckets.iter().map(|bucket| bucket.last).collect();
        assert_eq!(format!("{found:?}"), format!("{rates:?}"));
    }

    #[test]
    fn totals_become_rates() {
        check(&[(0, 0.0), (1, 100.0), (3, 300.0)], &[100.0, 100.0]);
        check(&[(0, 500.0), (1, 20.0)], &[20.0]);
        check(&[(0, 0.0), (10, 100.0), (11, 110.0)], &[f64::NAN, 10.0]);
        check(&[(0, 1.0)], &[]);
    }
}
