//! What the workspace holds and what undo would do: the status bar's question.

use super::Query;
use crate::engine::Failure;
use crate::model::Edit;
use crate::store::{Reader, Totals};

/// Asks what the workspace holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceQuery;

/// What it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkspaceAnswer {
    /// How much of everything.
    pub totals: Totals,
    /// What undo would take back.
    pub undo: Option<Edit>,
    /// What redo would do again.
    pub redo: Option<Edit>,
}

impl Query for WorkspaceQuery {
    type Answer = WorkspaceAnswer;

    fn run(&self, reader: &Reader) -> Result<WorkspaceAnswer, Failure> {
        let (undo, redo) = reader.undo_state()?;
        Ok(WorkspaceAnswer { totals: reader.totals()?, undo, redo })
    }
}
