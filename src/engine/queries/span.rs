//! Everything about one span: what the details panel shows.

use super::{Query, subject_of};
use crate::engine::Failure;
use crate::model::{Key, Note, Span, Usage};
use crate::store::{Reader, SeriesRow};

/// Asks for one span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanQuery {
    /// The span.
    pub span: Key,
}

/// One span in full.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanAnswer {
    /// The span with its measurements and attributes.
    pub span: Span,
    /// The names of the spans it lies in, outermost first.
    pub path: Vec<String>,
    /// What it consumed by itself; the spans in it have their own.
    pub usages: Vec<Usage>,
    /// Series that belong to it.
    pub series: Vec<SeriesRow>,
    /// What people wrote about it.
    pub notes: Vec<Note>,
}

impl Query for SpanQuery {
    type Answer = SpanAnswer;

    fn subject(&self) -> u64 {
        subject_of(&self.span)
    }

    fn run(&self, reader: &Reader) -> Result<SpanAnswer, Failure> {
        let found = reader.span(self.span)?;
        let span = found
            .ok_or_else(|| Failure::Refused(format!("There is no span {} in this workspace.", self.span.short())))?;
        let mut path = Vec::new();
        let mut above = span.parent;
        while let Some(parent) = above.take()
            && path.len() < 64
            && let Some(parent) = reader.span(parent)?
        {
            path.insert(0, parent.name);
            above = parent.parent;
        }
        let of_run = reader.usages(span.run)?;
        let usages = of_run.into_iter().filter(|usage| usage.span == Some(self.span)).collect();
        let series = reader.series(span.run)?.into_iter().filter(|row| row.series.span == Some(self.span)).collect();
        let notes = reader.notes(span.run)?.into_iter().filter(|note| note.span == Some(self.span)).collect();
        Ok(SpanAnswer { span, path, usages, series, notes })
    }
}
