//! The shown runs with their spans: asked for, indexed once per answer, coloured by stage.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::Color32;

use super::index::RunIndex;
use crate::engine::queries::{IdleAnswer, IdleQuery, NotesAnswer, NotesQuery, TimelineAnswer, TimelineQuery};
use crate::engine::{Engine, Failure, Reply, Slot};
use crate::model::Key;
use crate::ui::theme::{StageColours, Theme};
use crate::ui::view::RunFrame;

/// What is known of one shown run.
pub struct Track {
    /// The run and its place in time.
    pub frame: RunFrame,
    /// What it is drawn from.
    pub content: Content,
    /// Its idle gaps, while they are shown.
    pub idle: Option<Arc<IdleAnswer>>,
    /// What people wrote about it and its spans.
    pub notes: Option<Arc<NotesAnswer>>,
}

/// What there is to draw of a run.
pub enum Content {
    /// Nothing yet.
    Loading,
    /// Why there is nothing.
    Failed(String),
    /// Its spans.
    Spans(Spans),
}

/// The spans of a run, ready to be drawn.
#[derive(Clone)]
pub struct Spans {
    /// The spans.
    pub answer: Arc<TimelineAnswer>,
    /// The same by lane.
    pub index: Arc<RunIndex>,
    /// A colour for each name.
    pub fills: Arc<[Color32]>,
    theme: Theme,
}

/// The shown runs.
#[derive(Default)]
pub struct Tracks {
    /// In the order they lie below each other.
    pub shown: Vec<Track>,
    spans: BTreeMap<Key, (Slot<TimelineQuery>, Option<Spans>)>,
    idle: BTreeMap<Key, Slot<IdleQuery>>,
    notes: BTreeMap<Key, Slot<NotesQuery>>,
}

impl Track {
    /// Its spans, if they are there.
    #[must_use]
    pub fn spans(&self) -> Option<&Spans> {
        match &self.content {
            Content::Spans(spans) => Some(spans),
            Content::Loading | Content::Failed(_) => None,
        }
    }
}

impl Tracks {
    /// Asks for what is shown, and lays it out as it comes.
    pub fn update(
        &mut self,
        engine: &Engine,
        frames: &[RunFrame],
        is_idle_shown: bool,
        colours: &mut StageColours,
        theme: Theme,
    ) {
        let mut spans_before = std::mem::take(&mut self.spans);
        let mut idle_before = std::mem::take(&mut self.idle);
        let mut notes_before = std::mem::take(&mut self.notes);
        self.shown.clear();
        for frame in frames {
            let run = frame.run;
            let (mut slot, before) = spans_before.remove(&run).unwrap_or_default();
            let content = match slot.ask(engine, &TimelineQuery { run }) {
                Reply::Fresh(answer) | Reply::Stale(answer) => Content::Spans(prepared(answer, before, colours, theme)),
                Reply::Loading => Content::Loading,
                Reply::Failed(failure) => Content::Failed(sentence(&failure)),
            };
            let idle = is_idle_shown.then(|| {
                let mut slot = idle_before.remove(&run).unwrap_or_default();
                let reply = slot.ask(engine, &IdleQuery { run });
                self.idle.insert(run, slot);
                reply.answer().cloned()
            });
            let mut notes_slot = notes_before.remove(&run).unwrap_or_default();
            let notes = notes_slot.ask(engine, &NotesQuery { run }).answer().cloned();
            self.notes.insert(run, notes_slot);
            let kept = match &content {
                Content::Spans(spans) => Some(spans.clone()),
                Content::Loading | Content::Failed(_) => None,
            };
            self.spans.insert(run, (slot, kept));
            self.shown.push(Track { frame: frame.clone(), content, idle: idle.flatten(), notes });
        }
    }

    /// How many lanes each shown run has.
    #[must_use]
    pub fn num_lanes(&self) -> Vec<u32> {
        self.shown.iter().map(|track| track.spans().map_or(0, |spans| spans.answer.num_lanes)).collect()
    }

    /// Where a span lies: the place of its run, and its own in that run's list. `hint` is where it lay before.
    #[must_use]
    pub fn find(&self, run: Key, span: Key, hint: Option<(usize, u32)>) -> Option<(usize, u32)> {
        let is_there = |(at, place): (usize, u32)| {
            let track = self.shown.get(at).filter(|track| track.frame.run == run);
            let known = track.and_then(Track::spans).and_then(|spans| spans.answer.spans.get(place as usize));
            known.is_some_and(|known| known.key == span)
        };
        if let Some(hint) = hint.filter(|hint| is_there(*hint)) {
            return Some(hint);
        }
        let at = self.shown.iter().position(|track| track.frame.run == run)?;
        let place = self.shown[at].spans()?.answer.spans.iter().position(|known| known.key == span)?;
        Some((at, place as u32))
    }
}

fn sentence(failure: &Failure) -> String {
    failure.to_string()
}

fn prepared(answer: Arc<TimelineAnswer>, before: Option<Spans>, colours: &mut StageColours, theme: Theme) -> Spans {
    if let Some(before) = before
        && Arc::ptr_eq(&before.answer, &answer)
    {
        if before.theme == theme {
            return before;
        }
        let fills = fills(&answer, colours, theme);
        return Spans { fills, theme, ..before };
    }
    colours.assign(answer.names.iter().map(String::as_str));
    let index = Arc::new(RunIndex::of(&answer));
    let fills = fills(&answer, colours, theme);
    Spans { answer, index, fills, theme }
}

fn fills(answer: &TimelineAnswer, colours: &StageColours, theme: Theme) -> Arc<[Color32]> {
    answer.names.iter().map(|name| colours.colour(theme.palette(), name)).collect()
}
