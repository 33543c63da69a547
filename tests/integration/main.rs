//! The integration tests, in one binary, because each further one would link everything again.
#![expect(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "in a test the panic is the report")]

mod acceptance;
mod engine;
mod headless;
mod ingest;
mod live;
mod packaging;
#[cfg(feature = "gui")]
mod panel;
#[cfg(feature = "gui")]
mod pictures;
mod record;
#[cfg(feature = "gui")]
mod resources;
#[cfg(feature = "gui")]
mod shell;
#[cfg(feature = "gui")]
mod sources;
mod store;
mod tidy;
#[cfg(feature = "gui")]
mod timeline;
