//! What the timeline does when it is asked to: next span, fit, find, ranges; and choosing a span.

use super::TimelinePanel;
use super::navigate::{self, At, Way};
use crate::ui::command::Action;
use crate::ui::panels::Context;

impl TimelinePanel {
    /// Carries out what was asked for. True when the search field is to have the keyboard.
    pub(super) fn act(&mut self, context: &mut Context<'_>) -> bool {
        for (action, way) in [
            (Action::NextSpan, Way::Next),
            (Action::PreviousSpan, Way::Previous),
            (Action::SpanAbove, Way::Above),
            (Action::SpanBelow, Way::Below),
        ] {
            while context.view.take(action) {
                self.step(way, context);
            }
        }
        if context.view.take(Action::Fit) {
            self.fit(context);
        }
        if context.view.take(Action::RangeOfSpan) {
            let window = self.selected_window(context).unwrap_or(context.view.visible());
            context.view.select_range(Some(window));
        }
        for (action, sign) in [(Action::GrowRange, 1), (Action::ShrinkRange, -1)] {
            while context.view.take(action) {
                let (from, to) = context.view.visible();
                let step = to.saturating_sub(from) / 50;
                let (start, end) = context.view.range.unwrap_or((from, from));
                context.view.range = Some((start, end.saturating_add(step * sign).max(start)));
            }
        }
        if context.view.take(Action::ClearSelection) {
            context.view.select_range(None);
            context.view.span = None;
            self.open_run = None;
        }
        if context.view.take(Action::WriteNote) {
            if context.view.span.is_none() && self.open_run.is_none() {
                self.open_run = context.view.frames.first().map(|frame| frame.run);
            }
            self.details.want_note(context.view.span.is_some());
        }
        context.view.take(Action::Find)
    }

    /// One step from the selected span.
    fn step(&mut self, way: Way, context: &mut Context<'_>) {
        let mut places = Vec::new();
        let mut tracks = Vec::new();
        for (place, track) in self.tracks.shown.iter().enumerate() {
            if let Some(spans) = track.spans() {
                places.push(place);
                tracks.push(navigate::Track {
                    answer: &spans.answer,
                    index: &spans.index,
                    origin_nanos: track.frame.origin_nanos,
                    found: self.search.of(track.frame.run),
                });
            }
        }
        let from = self.selected.and_then(|(at, place)| Some((places.iter().position(|known| *known == at)?, place)));
        let stepped = navigate::step(&tracks, from, way, context.view.visible().0);
        if let Some((at, place)) = stepped.and_then(|(at, place)| Some((*places.get(at)?, place))) {
            self.select((at, place), context);
            self.reveal((at, place), context);
        }
    }

    /// Selects a span.
    pub(super) fn select(&mut self, at: At, context: &mut Context<'_>) {
        let Some(track) = self.tracks.shown.get(at.0) else { return };
        let Some(span) = track.spans().and_then(|spans| spans.answer.spans.get(at.1 as usize)) else { return };
        context.view.span = Some((track.frame.run, span.key));
        self.selected = Some(at);
    }

    /// Moves what is visible so that a span can be seen.
    fn reveal(&mut self, at: At, context: &mut Context<'_>) {
        self.lanes.reveal = Some(at);
        let Some((start, end)) = self.window_of(at) else { return };
        let (from, to) = context.view.visible();
        let is_in_sight = start < to && end > from && (start >= from || end <= to || end - start > to - from);
        if !is_in_sight {
            let width = to.saturating_sub(from).max(end.saturating_sub(start));
            let middle = start.saturating_add(end.saturating_sub(start) / 2);
            let first = middle.saturating_sub(width / 2);
            context.view.show((first, first.saturating_add(width)));
        }
    }

    /// The stretch of a span, elapsed nanoseconds.
    pub(super) fn window_of(&self, (at, place): At) -> Option<(i64, i64)> {
        let track = self.tracks.shown.get(at)?;
        let span = track.spans()?.answer.spans.get(place as usize)?;
        Some((track.frame.to_elapsed(span.start_nanos), track.frame.to_elapsed(span.end_nanos)))
    }

    fn selected_window(&self, context: &Context<'_>) -> Option<(i64, i64)> {
        context.view.span.and(self.selected).and_then(|at| self.window_of(at))
    }

    /// Shows the selected span, or the selected range; everything when that is shown already or nothing is selected.
    fn fit(&mut self, context: &mut Context<'_>) {
        let wanted = self.selected_window(context).or(context.view.range).map(with_air);
        match wanted {
            Some(window) if context.view.visible() != window => {
                context.view.show(window);
                self.lanes.reveal = self.selected;
            }
            _ => context.view.fit(),
        }
    }

    /// How far the selected span is among the matches, from 1.
    pub(super) fn at_match(&self) -> Option<usize> {
        let (at, place) = self.selected?;
        let mut before = 0;
        for (track_at, track) in self.tracks.shown.iter().enumerate() {
            let Some(found) = self.search.of(track.frame.run) else { continue };
            if track_at == at {
                return found.places().binary_search(&place).ok().map(|position| before + position + 1);
            }
            before += found.places().len();
        }
        None
    }
}

/// A stretch with a twentieth of air on both sides.
pub(super) fn with_air((start, end): (i64, i64)) -> (i64, i64) {
    let air = (end.saturating_sub(start) / 20).max(1_000);
    (start.saturating_sub(air), end.saturating_add(air))
}
