//! The questions that can be asked, one file each: the question, its plain answer, how it is answered.

mod idle;
mod notes;
mod plot;
mod range;
mod run;
mod runs;
mod series;
mod sources;
mod span;
mod timeline;
mod workspace;

pub use idle::{IdleAnswer, IdleGap, IdleQuery};
pub use notes::{NotesAnswer, NotesQuery};
pub use plot::{PlotAnswer, PlotQuery};
pub use range::{RangeAnswer, RangeQuery, RangeRow, RunRange, Summary};
pub use run::{RunAnswer, RunQuery};
pub use runs::{PipelineHistory, RunFilter, RunSort, RunSummary, RunsAnswer, RunsQuery};
pub use series::{SeriesAnswer, SeriesEntry, SeriesQuery, UnitGroup};
pub use sources::{SourceAnswer, SourceQuery, SourcesAnswer, SourcesQuery, format_title, formats};
pub use span::{SpanAnswer, SpanQuery};
pub use timeline::{TimelineAnswer, TimelineQuery, TimelineSpan};
pub use workspace::{WorkspaceAnswer, WorkspaceQuery};

pub use crate::store::{SeriesRow, SourceRow};

use super::Failure;
use crate::store::Reader;

/// A question: asked by a [`Slot`](super::Slot) every frame or once by the headless half.
pub trait Query: Clone + PartialEq + Send + 'static {
    /// The plain answer.
    type Answer: Send + Sync + 'static;

    /// What it is about. A stale answer is shown only for the same subject, and a running query is
    /// interrupted only for another.
    fn subject(&self) -> u64 {
        0
    }

    /// Answers it.
    ///
    /// # Errors
    /// The store's sentence.
    fn run(&self, reader: &Reader) -> Result<Self::Answer, Failure>;
}

/// A subject from whatever tells subjects apart.
fn subject_of(parts: &impl std::hash::Hash) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(parts)
}
