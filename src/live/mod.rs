//! The running world as batches.
pub mod alive;
pub mod attachments;
pub mod clock;
pub mod host;
pub mod own;
pub mod probes;
pub mod recording;
