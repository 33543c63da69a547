//! reelbench, the performance workbench for AI and video pipelines.
pub mod analysis;
pub mod ingest;
pub mod model;
