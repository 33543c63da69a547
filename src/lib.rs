//! reelbench, the performance workbench for AI and video pipelines.
pub mod model;
#[cfg(feature = "gui")]
pub mod ui;
