//! What people wrote about a run and its spans.

use super::{Query, subject_of};
use crate::engine::Failure;
use crate::model::{Key, Note};
use crate::store::Reader;

/// Asks for the notes of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotesQuery {
    /// The run.
    pub run: Key,
}

/// The notes of a run and its spans, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NotesAnswer {
    /// The notes.
    pub notes: Vec<Note>,
}

impl NotesAnswer {
    /// The notes about the run as a whole.
    pub fn of_run(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| note.span.is_none())
    }

    /// Whether anything was written about a span.
    #[must_use]
    pub fn has_span(&self, span: Key) -> bool {
        self.notes.iter().any(|note| note.span == Some(span))
    }
}

impl Query for NotesQuery {
    type Answer = NotesAnswer;

    fn subject(&self) -> u64 {
        subject_of(&self.run)
    }

    fn run(&self, reader: &Reader) -> Result<NotesAnswer, Failure> {
        let mut notes = reader.notes(self.run)?;
        notes.sort_by_key(|note| note.at_nanos);
        Ok(NotesAnswer { notes })
    }
}
