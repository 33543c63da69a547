//! reelbench, the performance workbench for AI and video pipelines.

pub mod analysis;
pub mod cli;
pub mod engine;
pub mod ingest;
pub mod live;
pub mod model;
pub mod report;
pub mod store;
#[cfg(feature = "gui")]
pub mod ui;
