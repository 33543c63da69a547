//! Searching spans by words of their name, kind and outcome.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::index::{Merged, RunIndex};
use crate::engine::queries::{TimelineAnswer, TimelineSpan};
use crate::model::{Key, Outcome, SpanKind};

/// What a search found in the shown runs. Spans are told apart by name, kind and outcome only, so matching costs as
/// many comparisons as there are names.
#[derive(Default)]
pub struct Search {
    words: Vec<String>,
    runs: BTreeMap<Key, Found>,
}

/// What was found in one run.
pub struct Found {
    answer: Arc<TimelineAnswer>,
    /// For each name, a bit for each kind and outcome.
    bits: Vec<u32>,
    /// Places of the matching spans, by start.
    places: Vec<u32>,
    /// For each lane, how many match before each position.
    totals: Vec<Vec<u32>>,
}

impl Search {
    /// Searches again where the text or a run has changed. Runs no longer shown are forgotten.
    pub fn update<'a>(&mut self, text: &str, runs: impl Iterator<Item = (Key, &'a Arc<TimelineAnswer>, &'a RunIndex)>) {
        let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        if words != self.words {
            self.runs.clear();
            self.words = words;
        }
        let mut before = std::mem::take(&mut self.runs);
        if !self.is_active() {
            return;
        }
        for (run, answer, index) in runs {
            let kept = before.remove(&run).filter(|found| Arc::ptr_eq(&found.answer, answer));
            self.runs.insert(run, kept.unwrap_or_else(|| Found::of(&self.words, answer, index)));
        }
    }

    /// Whether anything is searched for.
    #[must_use]
    pub fn is_active(&self) -> bool {
        !self.words.is_empty()
    }

    /// How many spans match in all runs.
    #[must_use]
    pub fn num_matches(&self) -> usize {
        self.runs.values().map(|found| found.places.len()).sum()
    }

    /// What was found in a run; `None` while nothing is searched for.
    #[must_use]
    pub fn of(&self, run: Key) -> Option<&Found> {
        self.runs.get(&run)
    }
}

fn bit(kind: SpanKind, outcome: Outcome) -> u32 {
    let kind = SpanKind::ALL.iter().position(|one| *one == kind).unwrap_or(0);
    let outcome = Outcome::ALL.iter().position(|one| *one == outcome).unwrap_or(0);
    1 << (kind * Outcome::ALL.len() + outcome)
}

impl Found {
    fn of(words: &[String], answer: &Arc<TimelineAnswer>, index: &RunIndex) -> Self {
        let bits: Vec<u32> = answer
            .names
            .iter()
            .map(|name| {
                let name = name.to_lowercase();
                let mut bits = 0;
                for kind in SpanKind::ALL {
                    for outcome in Outcome::ALL {
                        let kind_words = kind.name().replace('_', " ");
                        let says = |word: &String| {
                            name.contains(word) || kind_words.contains(word) || outcome.name().contains(word)
                        };
                        if words.iter().all(says) {
                            bits |= bit(kind, outcome);
                        }
                    }
                }
                bits
            })
            .collect();
        let mut found = Self { answer: Arc::clone(answer), bits, places: Vec::new(), totals: Vec::new() };
        found.places =
            (0_u32..).zip(&answer.spans).filter(|(_, span)| found.is_match(span)).map(|(place, _)| place).collect();
        found.totals = index
            .lanes
            .iter()
            .map(|lane| {
                let mut total = 0;
                let counts = lane.places().iter().map(|&place| {
                    total += u32::from(found.is_match(&answer.spans[place as usize]));
                    total
                });
                std::iter::once(0).chain(counts).collect()
            })
            .collect();
        found
    }

    /// Whether a span matches.
    #[must_use]
    pub fn is_match(&self, span: &TimelineSpan) -> bool {
        self.bits.get(span.name as usize).is_some_and(|bits| bits & bit(span.kind, span.outcome) != 0)
    }

    /// How many of the spans drawn as one match.
    #[must_use]
    pub fn num_in(&self, lane: u32, merged: &Merged) -> u32 {
        let totals = self.totals.get(lane as usize);
        let at = |position: usize| totals.and_then(|totals| totals.get(position)).copied().unwrap_or(0);
        at(merged.first + merged.count) - at(merged.first)
    }

    /// Places of the matching spans, by start.
    #[must_use]
    pub fn places(&self) -> &[u32] {
        &self.places
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn check(text: &str, num_matches: usize) {
        let mut answer =
            fixture::answer(&[("_2_asr", 0, 10, None), ("_4_1_summarize", 10, 20, None), ("ffmpeg Mux", 20, 30, None)]);
        answer.spans[2].outcome = Outcome::Failed;
        answer.spans[2].kind = SpanKind::ApiCall;
        let answer = Arc::new(answer);
        let index = RunIndex::of(&answer);
        let run = answer.run.run.key;
        let mut search = Search::default();
        search.update(text, std::iter::once((run, &answer, &index)));
        assert_eq!(search.num_matches(), num_matches, "{text:?}");
    }

    #[test]
    fn every_word_must_occur_in_name_kind_or_outcome() {
        check("asr", 1);
        check("  FFMPEG mux ", 1);
        check("succeeded", 2);
        check("failed ffmpeg", 1);
        check("api call", 1);
        check("failed asr", 0);
        check("", 0);
    }

    #[test]
    fn matches_are_counted_in_merged_pieces() {
        let bars: Vec<(&str, i64, i64, Option<u32>)> =
            (0..100).map(|at| (if at % 4 == 0 { "hit" } else { "miss" }, at * 10, at * 10 + 1, None)).collect();
        let answer = Arc::new(fixture::answer(&bars));
        let index = RunIndex::of(&answer);
        let mut search = Search::default();
        search.update("hit", std::iter::once((answer.run.run.key, &answer, &index)));
        let mut num_matches = 0;
        index.lanes[0].visit(&answer.spans, (0, 1000), 200, |piece| {
            if let (super::super::index::Piece::Many(merged), Some(found)) = (piece, search.of(answer.run.run.key)) {
                num_matches += found.num_in(0, &merged);
            }
        });
        assert_eq!(num_matches, 25);
    }
}
