//! What a person may change by hand. Every edit has an inverse, so undo and redo are one mechanism.

use super::{Key, Note};

/// One change made by a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Sets a run's label, or removes it.
    SetLabel {
        /// The run.
        run: Key,
        /// The label's name.
        name: String,
        /// Its new value; `None` removes it.
        value: Option<String>,
    },
    /// Writes a note, or removes it.
    SetNote {
        /// The note's key.
        key: Key,
        /// Its new content; `None` removes it.
        note: Option<Note>,
    },
}

impl Edit {
    /// What the undo menu calls it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::SetLabel { name, value: Some(_), .. } => format!("set label “{name}”"),
            Self::SetLabel { name, value: None, .. } => format!("remove label “{name}”"),
            Self::SetNote { note: Some(_), .. } => "write note".to_owned(),
            Self::SetNote { note: None, .. } => "remove note".to_owned(),
        }
    }
}
