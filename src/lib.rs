//! reelbench, the performance workbench for AI and video pipelines.
pub mod ingest;
pub mod model;
pub mod store;
