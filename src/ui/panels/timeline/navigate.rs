//! Going from span to span by keyboard: along a lane, from match to match, and up and down between lanes and runs.

use super::index::RunIndex;
use super::search::Found;
use crate::engine::queries::TimelineAnswer;

/// One shown run as navigation needs it.
#[derive(Clone, Copy)]
pub struct Track<'a> {
    /// Its spans.
    pub answer: &'a TimelineAnswer,
    /// The same by lane.
    pub index: &'a RunIndex,
    /// Its start on its own clock, nanoseconds: runs are aligned by it.
    pub origin_nanos: i64,
    /// What the search found in it.
    pub found: Option<&'a Found>,
}

/// A span: the place of its track, and its own place in the answer's list.
pub type At = (usize, u32);

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Later in the lane, or the next match.
    Next,
    /// Earlier.
    Previous,
    /// To the parent, or the lane above.
    Above,
    /// To the first child, or the lane below.
    Below,
}

/// Where one step from a span leads; `None` where there is nothing that way. From no span, to the first at or after
/// `from_nanos` (elapsed): where one is looking.
#[must_use]
pub fn step(tracks: &[Track<'_>], at: Option<At>, way: Way, from_nanos: i64) -> Option<At> {
    let Some((track, place)) = at.filter(|(track, _)| *track < tracks.len()) else {
        return enter(tracks, from_nanos);
    };
    let here = tracks[track];
    let span = here.answer.spans.get(place as usize)?;
    let is_searching = tracks.iter().any(|track| track.found.is_some());
    match way {
        Way::Next | Way::Previous if is_searching => match_beside(tracks, (track, place), way == Way::Next),
        Way::Next | Way::Previous => {
            let lane = here.index.lanes.get(span.lane as usize)?;
            let position = lane.position(place)?;
            let beside = if way == Way::Next { position + 1 } else { position.checked_sub(1)? };
            Some((track, *lane.places().get(beside)?))
        }
        Way::Above if span.parent.is_some() && span.depth > 0 => Some((track, span.parent?)),
        Way::Above if span.lane > 0 => in_lane(here, span.lane - 1, span.start_nanos).map(|place| (track, place)),
        Way::Above => {
            let elapsed = span.start_nanos.saturating_sub(here.origin_nanos);
            (0..track).rev().find_map(|above| last_lane(tracks[above], elapsed).map(|place| (above, place)))
        }
        Way::Below => {
            let lanes = here.index.lanes.len() as u32;
            let below = (span.lane + 1..lanes).find_map(|lane| in_lane(here, lane, span.start_nanos));
            if let Some(place) = below {
                return Some((track, place));
            }
            let elapsed = span.start_nanos.saturating_sub(here.origin_nanos);
            (track + 1..tracks.len()).find_map(|below| first_lane(tracks[below], elapsed).map(|place| (below, place)))
        }
    }
}

/// The first span, or match, at or after a moment; else the very first one.
fn enter(tracks: &[Track<'_>], from_nanos: i64) -> Option<At> {
    let is_searching = tracks.iter().any(|track| track.found.is_some());
    let in_track = |track: &Track<'_>| {
        let from = track.origin_nanos.saturating_add(from_nanos);
        let starts_before = |&place: &u32| track.answer.spans[place as usize].start_nanos < from;
        let places = match track.found {
            Some(found) => found.places(),
            None if is_searching => &[],
            None => track.index.lanes.first()?.places(),
        };
        places.get(places.partition_point(starts_before)).or_else(|| places.first()).copied()
    };
    tracks.iter().enumerate().find_map(|(at, track)| in_track(track).map(|place| (at, place)))
}

fn match_beside(tracks: &[Track<'_>], (track, place): At, is_next: bool) -> Option<At> {
    let places = |track: usize| tracks[track].found.map_or(&[][..], Found::places);
    let here = places(track);
    if is_next {
        let next = here.get(here.partition_point(|&known| known <= place)).map(|&next| (track, next));
        next.or_else(|| (track + 1..tracks.len()).find_map(|after| places(after).first().map(|&first| (after, first))))
    } else {
        let before = here.partition_point(|&known| known < place);
        let previous = before.checked_sub(1).and_then(|at| here.get(at)).map(|&previous| (track, previous));
        previous.or_else(|| (0..track).rev().find_map(|before| places(before).last().map(|&last| (before, last))))
    }
}

/// The span of a lane that covers a moment, else the next one, else the last one before it.
fn in_lane(track: Track<'_>, lane: u32, at_nanos: i64) -> Option<u32> {
    let places = track.index.lanes.get(lane as usize)?.places();
    let next = places.partition_point(|&place| track.answer.spans[place as usize].end_nanos <= at_nanos);
    places.get(next).or_else(|| places.last()).copied()
}

fn first_lane(track: Track<'_>, elapsed_nanos: i64) -> Option<u32> {
    in_lane(track, 0, track.origin_nanos.saturating_add(elapsed_nanos))
}

fn last_lane(track: Track<'_>, elapsed_nanos: i64) -> Option<u32> {
    let lane = (track.index.lanes.len() as u32).checked_sub(1)?;
    in_lane(track, lane, track.origin_nanos.saturating_add(elapsed_nanos))
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::super::search::Search;
    use super::*;
    use std::sync::Arc;

    const STAGES: &[(&str, i64, i64, Option<u32>)] =
        &[("plan", 0, 10, None), ("call", 2, 4, Some(0)), ("call", 5, 9, Some(0)), ("encode", 10, 20, None)];

    fn check(search: &str, from: Option<At>, way: Way, expected: Option<At>) {
        let answers = [Arc::new(fixture::answer(STAGES)), Arc::new(fixture::answer(STAGES))];
        let indices = [RunIndex::of(&answers[0]), RunIndex::of(&answers[1])];
        let keys = ["a", "b"].map(|name| crate::model::Key::of("run", &[name]));
        let mut found = Search::default();
        found.update(search, (0..2).map(|at| (keys[at], &answers[at], &indices[at])));
        let tracks = [0, 1].map(|at| Track {
            answer: &answers[at],
            index: &indices[at],
            origin_nanos: 0,
            found: found.of(keys[at]),
        });
        assert_eq!(step(&tracks, from, way, 0), expected, "{search:?} {from:?} {way:?}");
    }

    #[test]
    fn next_and_previous_stay_in_the_lane() {
        check("", Some((0, 0)), Way::Next, Some((0, 3)));
        check("", Some((0, 1)), Way::Next, Some((0, 2)));
        check("", Some((0, 3)), Way::Next, None);
        check("", Some((0, 3)), Way::Previous, Some((0, 0)));
        check("", Some((0, 0)), Way::Previous, None);
    }

    #[test]
    fn with_a_search_they_go_from_match_to_match_through_all_runs() {
        check("call", Some((0, 1)), Way::Next, Some((0, 2)));
        check("call", Some((0, 2)), Way::Next, Some((1, 1)));
        check("call", Some((1, 1)), Way::Previous, Some((0, 2)));
        check("call", Some((0, 0)), Way::Next, Some((0, 1)));
        check("call", None, Way::Next, Some((0, 1)));
        check("nothing", None, Way::Next, None);
    }

    #[test]
    fn up_and_down_lead_through_nesting_and_runs() {
        check("", Some((0, 0)), Way::Below, Some((0, 1)));
        check("", Some((0, 2)), Way::Above, Some((0, 0)));
        check("", Some((0, 1)), Way::Below, Some((1, 0)));
        check("", Some((1, 0)), Way::Above, Some((0, 1)));
        check("", Some((0, 0)), Way::Above, None);
    }

    #[test]
    fn from_nowhere_the_first_span_in_sight_is_entered() {
        check("", None, Way::Next, Some((0, 0)));
        check("", None, Way::Above, Some((0, 0)));
    }
}
