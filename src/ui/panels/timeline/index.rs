//! The spans of a run by lane, so that a frame costs as much as there are pixels and not as there are spans.
//!
//! Within a lane spans follow each other, so the visible ones are found by bisection, and those that begin in one
//! pixel column and are narrower than it are drawn as one piece: running totals give its count, its busy time and
//! how many in it failed, and a coarse table of maxima gives its longest span, whose colour it takes. Nothing
//! disappears: a piece always has at least a pixel, and says on hovering what it stands for.

use crate::engine::queries::{TimelineAnswer, TimelineSpan};
use crate::model::Outcome;

/// The spans of one lane, by start.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// Places in the answer's list.
    places: Vec<u32>,
    /// Running totals, one more than places: busy nanoseconds, failed and interrupted spans before a position.
    totals: Vec<Totals>,
    /// For each block of [`BLOCK`] positions the position of its longest span.
    longest: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    busy_nanos: i64,
    num_failed: u32,
    num_interrupted: u32,
}

const BLOCK: usize = 64;

/// All lanes of a run.
#[derive(Clone, Debug, Default)]
pub struct RunIndex {
    /// Lane 0 is on top.
    pub lanes: Vec<Lane>,
}

/// What one mark on the screen stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// One span, at this place of the answer's list.
    One(u32),
    /// Several, each narrower than a pixel, that begin in one pixel column.
    Many(Merged),
}

/// Spans drawn as one mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The first one's place in the lane.
    pub first: usize,
    /// How many.
    pub count: usize,
    /// The longest one's place in the answer's list.
    pub longest: u32,
    /// The first one's start.
    pub start_nanos: i64,
    /// The last one's end.
    pub end_nanos: i64,
    /// Their durations in sum.
    pub busy_nanos: i64,
    /// How many of them failed.
    pub num_failed: u32,
    /// How many of them were interrupted.
    pub num_interrupted: u32,
}

impl RunIndex {
    /// Sorts a run's spans into its lanes.
    #[must_use]
    pub fn of(answer: &TimelineAnswer) -> Self {
        let mut lanes: Vec<Lane> = vec![Lane::default(); answer.num_lanes as usize];
        for (place, span) in (0_u32..).zip(&answer.spans) {
            if let Some(lane) = lanes.get_mut(span.lane as usize) {
                lane.places.push(place);
            }
        }
        for lane in &mut lanes {
            lane.sum_up(&answer.spans);
        }
        Self { lanes }
    }
}

fn duration(span: &TimelineSpan) -> i64 {
    span.end_nanos.saturating_sub(span.start_nanos)
}

impl Lane {
    fn sum_up(&mut self, spans: &[TimelineSpan]) {
        let mut total = Totals::default();
        self.totals = Vec::with_capacity(self.places.len() + 1);
        self.totals.push(total);
        for (position, &place) in self.places.iter().enumerate() {
            let span = &spans[place as usize];
            total.busy_nanos = total.busy_nanos.saturating_add(duration(span));
            total.num_failed += u32::from(span.outcome == Outcome::Failed);
            total.num_interrupted += u32::from(span.outcome == Outcome::Interrupted);
            self.totals.push(total);
            if position.is_multiple_of(BLOCK) {
                self.longest.push(position as u32);
            } else if let Some(longest) = self.longest.last_mut()
                && duration(span) > duration(&spans[self.places[*longest as usize] as usize])
            {
                *longest = position as u32;
            }
        }
    }

    /// Its spans' places in the answer's list, by start.
    #[must_use]
    pub fn places(&self) -> &[u32] {
        &self.places
    }

    /// Where in the lane a span lies that the answer lists at `place`.
    #[must_use]
    pub fn position(&self, place: u32) -> Option<usize> {
        self.places.binary_search(&place).ok()
    }

    /// The position of the longest span among `first..end`.
    fn longest(&self, spans: &[TimelineSpan], first: usize, end: usize) -> usize {
        let mut best = first;
        let mut look_at = |position: usize| {
            if duration(&spans[self.places[position] as usize]) > duration(&spans[self.places[best] as usize]) {
                best = position;
            }
        };
        let mut position = first;
        while position < end {
            if position.is_multiple_of(BLOCK) && position + BLOCK <= end {
                look_at(self.longest[position / BLOCK] as usize);
                position += BLOCK;
            } else {
                look_at(position);
                position += 1;
            }
        }
        best
    }

    /// Hands out the pieces that lie in a window, from left to right. `column_nanos` is how long a pixel lasts: columns
    /// stand at its multiples, so that pieces keep together what they hold while the window moves.
    pub fn visit(&self, spans: &[TimelineSpan], window: (i64, i64), column_nanos: i64, mut draw: impl FnMut(Piece)) {
        let column_nanos = column_nanos.max(1);
        let span_at = |position: usize| &spans[self.places[position] as usize];
        let mut at = self.places.partition_point(|&place| spans[place as usize].end_nanos < window.0);
        while at < self.places.len() && span_at(at).start_nanos <= window.1 {
            let span = span_at(at);
            if duration(span) >= column_nanos {
                draw(Piece::One(self.places[at]));
                at += 1;
                continue;
            }
            let column = span.start_nanos.div_euclid(column_nanos).saturating_add(1);
            let end_of_column = column.saturating_mul(column_nanos);
            let begins_in_column = |&place: &u32| spans[place as usize].start_nanos < end_of_column;
            // Columns mostly hold few spans: double the step until past its end, then bisect.
            let mut step = 1;
            while at + step < self.places.len() && begins_in_column(&self.places[at + step]) {
                step *= 2;
            }
            let far = (at + step).min(self.places.len());
            let mut next = at + self.places[at..far].partition_point(begins_in_column);
            if duration(span_at(next - 1)) >= column_nanos {
                next -= 1;
            }
            if next == at + 1 {
                draw(Piece::One(self.places[at]));
            } else {
                draw(Piece::Many(self.merged(spans, at, next)));
            }
            at = next;
        }
    }

    fn merged(&self, spans: &[TimelineSpan], first: usize, end: usize) -> Merged {
        let (before, after) = (self.totals[first], self.totals[end]);
        Merged {
            first,
            count: end - first,
            longest: self.places[self.longest(spans, first, end)],
            start_nanos: spans[self.places[first] as usize].start_nanos,
            end_nanos: spans[self.places[end - 1] as usize].end_nanos,
            busy_nanos: after.busy_nanos.saturating_sub(before.busy_nanos),
            num_failed: after.num_failed - before.num_failed,
            num_interrupted: after.num_interrupted - before.num_interrupted,
        }
    }

    /// The piece nearest to a moment, if one is within `reach_nanos` of it.
    #[must_use]
    pub fn nearest(&self, spans: &[TimelineSpan], at_nanos: i64, reach_nanos: i64, column_nanos: i64) -> Option<Piece> {
        let column_nanos = column_nanos.max(1);
        let from = at_nanos.saturating_sub(reach_nanos).div_euclid(column_nanos).saturating_mul(column_nanos);
        let mut nearest: Option<(i64, Piece)> = None;
        self.visit(spans, (from, at_nanos.saturating_add(reach_nanos)), column_nanos, |piece| {
            let (start, end) = match piece {
                Piece::One(place) => (spans[place as usize].start_nanos, spans[place as usize].end_nanos),
                Piece::Many(merged) => (merged.start_nanos, merged.end_nanos),
            };
            let distance = (start.saturating_sub(at_nanos)).max(at_nanos.saturating_sub(end)).max(0);
            if distance <= reach_nanos && nearest.is_none_or(|(least, _)| distance < least) {
                nearest = Some((distance, piece));
            }
        });
        nearest.map(|(_, piece)| piece)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn pieces(bars: &[(i64, i64)], window: (i64, i64), column_nanos: i64) -> Vec<(usize, i64)> {
        let answer = fixture::answer(&bars.iter().map(|&(start, end)| ("s", start, end, None)).collect::<Vec<_>>());
        let index = RunIndex::of(&answer);
        let mut found = Vec::new();
        index.lanes[0].visit(&answer.spans, window, column_nanos, |piece| {
            found.push(match piece {
                Piece::One(place) => (1, duration(&answer.spans[place as usize])),
                Piece::Many(merged) => (merged.count, merged.busy_nanos),
            });
        });
        found
    }

    #[test]
    fn wide_spans_stand_alone_and_slivers_are_merged_by_column() {
        let bars = [(0, 50), (50, 51), (52, 53), (54, 55), (100, 101), (150, 300)];
        assert_eq!(pieces(&bars, (0, 300), 10), [(1, 50), (3, 3), (1, 1), (1, 150)]);
        assert_eq!(pieces(&bars, (0, 300), 1), [(1, 50), (1, 1), (1, 1), (1, 1), (1, 1), (1, 150)]);
    }

    #[test]
    fn a_wide_span_that_begins_among_slivers_is_kept_out() {
        assert_eq!(pieces(&[(0, 1), (2, 3), (4, 400)], (0, 400), 10), [(2, 2), (1, 396)]);
    }

    #[test]
    fn only_the_window_is_visited() {
        let bars: Vec<(i64, i64)> = (0..1000).map(|at| (at * 10, at * 10 + 5)).collect();
        assert_eq!(pieces(&bars, (100, 120), 1).len(), 3);
        assert_eq!(pieces(&bars, (9_996, 20_000), 1).len(), 0);
    }

    #[test]
    fn nothing_disappears_at_any_zoom() {
        let bars: Vec<(i64, i64)> = (0..5000).map(|at| (at * 7, at * 7 + 1 + at % 6)).collect();
        let busy: i64 = bars.iter().map(|(start, end)| end - start).sum();
        for column_nanos in [1, 3, 10, 100, 5_000, 100_000] {
            let found = pieces(&bars, (0, 40_000), column_nanos);
            assert_eq!(found.iter().map(|(count, _)| count).sum::<usize>(), bars.len(), "column {column_nanos}");
            assert_eq!(found.iter().map(|(_, busy)| busy).sum::<i64>(), busy, "column {column_nanos}");
            assert!(found.len() <= 2 * 40_000 / column_nanos as usize + 2, "column {column_nanos}");
        }
    }

    #[test]
    fn a_merged_piece_takes_after_its_longest_span() {
        let mut bars: Vec<(&str, i64, i64, Option<u32>)> =
            (0..500).map(|at| ("a", at * 10, at * 10 + 1, None)).collect();
        bars[333].2 += 5;
        let answer = fixture::answer(&bars);
        let index = RunIndex::of(&answer);
        for (first, end) in [(0, 500), (300, 400), (333, 334), (320, 340), (64, 384)] {
            assert_eq!(index.lanes[0].merged(&answer.spans, first, end).longest, 333);
        }
    }

    #[test]
    fn the_nearest_piece_is_found_within_reach() {
        let answer = fixture::answer(&[("a", 0, 10, None), ("b", 20, 30, None)]);
        let lane = &RunIndex::of(&answer).lanes[0];
        assert_eq!(lane.nearest(&answer.spans, 12, 3, 1), Some(Piece::One(0)));
        assert_eq!(lane.nearest(&answer.spans, 18, 3, 1), Some(Piece::One(1)));
        assert_eq!(lane.nearest(&answer.spans, 15, 3, 1), None);
    }
}
