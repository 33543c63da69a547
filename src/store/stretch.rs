//! A stretch: samples of one series in order of time, how two of them merge, and what a chunk says of one.

use crate::model::{SeriesKind, Values};

/// Samples in order of time; those that share a moment keep the order in which they came.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// When.
    pub times: Vec<i64>,
    /// What; as many as times.
    pub values: Values,
}

/// What merging brought samples into stored ones gave.
#[derive(Debug, PartialEq)]
pub struct Merged {
    /// Both, without duplicates.
    pub all: Stretch,
    /// The brought ones that were not there.
    pub new: Stretch,
    /// How many were there exactly so.
    pub num_duplicates: u64,
    /// Moments that have another value already: moment, stored value, brought value.
    pub conflicts: Vec<(i64, f64, f64)>,
}

/// What a chunk row says of its samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Finite values.
    pub num_finite: usize,
    /// The smallest finite value.
    pub min: Option<f64>,
    /// The largest finite value.
    pub max: Option<f64>,
    /// The sum of the finite values.
    pub sum: f64,
}

impl Stretch {
    /// A stretch without samples, of the type of `values`.
    pub fn empty_like(values: &Values) -> Self {
        let values = match values {
            Values::Integer(_) => Values::Integer(Vec::new()),
            Values::Real(_) => Values::Real(Vec::new()),
        };
        Self { times: Vec::new(), values }
    }

    /// Sorts samples as they came. Extra times or values without a partner are left out.
    pub fn from_unsorted(times: &[i64], values: &Values) -> Self {
        let len = times.len().min(values.len());
        let mut stretch = Self { times: times[..len].to_vec(), values: slice(values, 0, len) };
        if !stretch.times.is_sorted() {
            let mut order: Vec<usize> = (0..len).collect();
            order.sort_by_key(|&index| times[index]);
            stretch.times = order.iter().map(|&index| times[index]).collect();
            stretch.values = match values {
                Values::Integer(values) => Values::Integer(order.iter().map(|&index| values[index]).collect()),
                Values::Real(values) => Values::Real(order.iter().map(|&index| values[index]).collect()),
            };
        }
        stretch
    }

    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The samples from index `from` to before `to`.
    pub fn part(&self, from: usize, to: usize) -> Self {
        Self { times: self.times[from..to].to_vec(), values: slice(&self.values, from, to) }
    }

    /// The value at an index, as a plot reads it.
    pub fn real(&self, index: usize) -> f64 {
        match &self.values {
            Values::Integer(values) => as_real(values[index]),
            Values::Real(values) => values[index],
        }
    }

    /// Appends what follows it in time.
    pub fn append(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        self.times.extend(other.times);
        match (&mut self.values, other.values) {
            (Values::Integer(values), Values::Integer(more)) => values.extend(more),
            (Values::Real(values), more) => values.extend(into_reals(more)),
            (values, Values::Real(more)) => {
                let mut reals = into_reals(std::mem::replace(values, Values::Real(Vec::new())));
                reals.extend(more);
                *values = Values::Real(reals);
            }
        }
    }

    /// Where to cut so that no piece is longer than `most` and no moment is torn apart: the ends of the pieces.
    pub fn cuts(&self, most: usize) -> Vec<usize> {
        let mut cuts = Vec::new();
        let mut start = 0;
        while self.len() - start > most {
            let mut cut = start + most;
            while cut > start && self.times[cut - 1] == self.times[cut] {
                cut -= 1;
            }
            if cut == start {
                // One moment alone is longer than a piece should be: it stays whole.
                cut = start + self.times[start..].partition_point(|&time| time == self.times[start]);
            }
            cuts.push(cut);
            start = cut;
        }
        if start < self.len() {
            cuts.push(self.len());
        }
        cuts
    }

    /// Merges brought samples into these. A series has one value a moment and the first one stands; only raw
    /// observations may share a moment, and of equal ones the larger number wins.
    pub fn merge(self, brought: Self, kind: SeriesKind) -> Merged {
        match (self.values, brought.values) {
            (Values::Integer(stored), Values::Integer(values)) => merge_typed(
                (&self.times, &stored),
                (&brought.times, &values),
                kind,
                |value| *value,
                |value| as_real(*value),
                Values::Integer,
            ),
            // A series that mixes whole and other numbers is kept as reals where the two meet.
            (stored, values) => {
                let (stored, values) = (into_reals(stored), into_reals(values));
                merge_typed(
                    (&self.times, &stored),
                    (&brought.times, &values),
                    kind,
                    |value| value.to_bits(),
                    |value| *value,
                    Values::Real,
                )
            }
        }
    }

    /// Takes out what `brought` holds twice itself; for raw observations nothing is.
    pub fn without_repeats(self, kind: SeriesKind) -> Merged {
        if kind == SeriesKind::Raw || self.times.windows(2).all(|pair| pair[0] < pair[1]) {
            let new = self.clone();
            return Merged { all: self, new, num_duplicates: 0, conflicts: Vec::new() };
        }
        Self::empty_like(&self.values).merge(self, kind)
    }

    /// What the chunk row says.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary { num_finite: 0, min: None, max: None, sum: 0.0 };
        for index in 0..self.len() {
            let value = self.real(index);
            if value.is_finite() {
                summary.num_finite += 1;
                summary.min = Some(summary.min.map_or(value, |min| min.min(value)));
                summary.max = Some(summary.max.map_or(value, |max| max.max(value)));
                summary.sum += value;
            }
        }
        summary
    }

    /// The median spacing of consecutive moments; `None` for fewer than two samples.
    pub fn spacing_nanos(&self) -> Option<i64> {
        let mut spacings: Vec<i64> = self.times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
        if spacings.is_empty() {
            return None;
        }
        let middle = spacings.len() / 2;
        Some(*spacings.select_nth_unstable(middle).1)
    }
}

fn merge_typed<T: Copy, I: PartialEq>(
    (stored_times, stored): (&[i64], &[T]),
    (times, values): (&[i64], &[T]),
    kind: SeriesKind,
    identity: impl Fn(&T) -> I,
    real: impl Fn(&T) -> f64,
    wrap: impl Fn(Vec<T>) -> Values,
) -> Merged {
    let mut all = (Vec::with_capacity(stored.len() + values.len()), Vec::with_capacity(stored.len() + values.len()));
    let mut new = (Vec::new(), Vec::new());
    let (mut num_duplicates, mut conflicts) = (0, Vec::new());
    let (mut at, mut from) = (0, 0);
    while from < times.len() {
        let time = times[from];
        while at < stored.len() && stored_times[at] < time {
            all.0.push(stored_times[at]);
            all.1.push(stored[at]);
            at += 1;
        }
        let group_begin = all.1.len();
        while at < stored.len() && stored_times[at] == time {
            all.0.push(time);
            all.1.push(stored[at]);
            at += 1;
        }
        let to = from + times[from..].partition_point(|&other| other == time);
        let mut is_matched = vec![false; all.1.len() - group_begin];
        for value in &values[from..to] {
            if kind == SeriesKind::Raw {
                // Each stored observation answers for one equal brought one.
                let partner = (0..is_matched.len())
                    .find(|&index| !is_matched[index] && identity(&all.1[group_begin + index]) == identity(value));
                if let Some(index) = partner {
                    is_matched[index] = true;
                    num_duplicates += 1;
                    continue;
                }
            } else if let Some(first) = all.1.get(group_begin) {
                if identity(first) == identity(value) {
                    num_duplicates += 1;
                } else {
                    conflicts.push((time, real(first), real(value)));
                }
                continue;
            }
            for list in [&mut all, &mut new] {
                list.0.push(time);
                list.1.push(*value);
            }
        }
        from = to;
    }
    all.0.extend_from_slice(&stored_times[at..]);
    all.1.extend_from_slice(&stored[at..]);
    Merged {
        all: Stretch { times: all.0, values: wrap(all.1) },
        new: Stretch { times: new.0, values: wrap(new.1) },
        num_duplicates,
        conflicts,
    }
}

fn slice(values: &Values, from: usize, to: usize) -> Values {
    match values {
        Values::Integer(values) => Values::Integer(values[from..to].to_vec()),
        Values::Real(values) => Values::Real(values[from..to].to_vec()),
    }
}

/// Values as reals; whole numbers beyond 2^53 are rounded.
pub fn into_reals(values: Values) -> Vec<f64> {
    match values {
        Values::Integer(values) => values.into_iter().map(as_real).collect(),
        Values::Real(values) => values,
    }
}

#[expect(clippy::cast_precision_loss, reason = "what a plot shows has 53 bits")]
fn as_real(value: i64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(samples: &[(i64, i64)]) -> Stretch {
        let (times, values): (Vec<i64>, Vec<i64>) = samples.iter().copied().unzip();
        Stretch::from_unsorted(&times, &Values::Integer(values))
    }

    fn check_merge(
        kind: SeriesKind,
        stored: &[(i64, i64)],
        brought: &[(i64, i64)],
        all: &[(i64, i64)],
        counts: (u64, usize),
    ) {
        let merged = stretch(stored).merge(stretch(brought), kind);
        assert_eq!(merged.all, stretch(all));
        assert_eq!((merged.num_duplicates, merged.conflicts.len()), counts);
        assert_eq!(merged.new.len(), all.len() - stored.len());
    }

    #[test]
    fn a_level_has_one_value_a_moment() {
        let gauge = SeriesKind::Gauge;
        check_merge(gauge, &[(1, 10), (3, 30)], &[(2, 20), (4, 40)], &[(1, 10), (2, 20), (3, 30), (4, 40)], (0, 0));
        check_merge(gauge, &[(1, 10)], &[(1, 10), (1, 11)], &[(1, 10)], (1, 1));
        check_merge(gauge, &[], &[(1, 10), (1, 10), (1, 12)], &[(1, 10)], (1, 1));
    }

    #[test]
    fn raw_observations_may_share_a_moment() {
        let raw = SeriesKind::Raw;
        check_merge(raw, &[(1, 5), (1, 5)], &[(1, 5), (1, 6)], &[(1, 5), (1, 5), (1, 6)], (1, 0));
        check_merge(raw, &[(1, 5)], &[(1, 5), (1, 5)], &[(1, 5), (1, 5)], (1, 0));
    }

    #[test]
    fn bits_decide_what_is_the_same() {
        let reals = |values: &[f64]| Stretch { times: vec![1; values.len()], values: Values::Real(values.to_vec()) };
        let merged = reals(&[f64::NAN]).merge(reals(&[f64::NAN]), SeriesKind::Gauge);
        assert_eq!((merged.num_duplicates, merged.conflicts.len()), (1, 0));
        let merged = reals(&[0.0]).merge(reals(&[-0.0]), SeriesKind::Gauge);
        assert_eq!((merged.num_duplicates, merged.conflicts.len()), (0, 1));
    }

    #[test]
    fn whole_numbers_become_reals_where_they_meet_reals() {
        let mut all = stretch(&[(1, 1)]);
        all.append(Stretch { times: vec![2], values: Values::Real(vec![0.5]) });
        assert_eq!(all.values, Values::Real(vec![1.0, 0.5]));
    }

    #[test]
    fn a_moment_is_never_cut_apart() {
        let samples: Vec<(i64, i64)> = (0..10).map(|index| (index / 4, index)).collect();
        assert_eq!(stretch(&samples).cuts(5), [4, 8, 10]);
        assert_eq!(stretch(&samples).cuts(3), [4, 8, 10]);
        assert_eq!(stretch(&samples).cuts(10), [10]);
        assert_eq!(stretch(&[]).cuts(3), [] as [usize; 0]);
    }
}
