//! reelbench, the performance workbench for AI and video pipelines: one crate, one binary, and this map of them.
//!
//! # Floors
//!
//! A module imports only from floors below its own; `tests/integration/tidy.rs` enforces this table, the one owner
//! of each outside crate, a first line in every file that says what it is for, and the ceilings on size.
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 0 | [`model`] | facts and units: runs, spans, series, usage, issues; no IO, no clock, no SQL |
//! | 1 | [`analysis`] | pure figures from facts: summaries, rates, lanes, idle gaps |
//! | 1 | [`store`] | the workspace file: schema, one writer, readers, packed series under a pyramid |
//! | 1 | [`ingest`] | bytes to facts: one file a format |
//! | 2 | [`live`] | the running world to facts: probes, attachments, recordings |
//! | 3 | [`engine`] | the one door: questions, jobs, events, revisions, undo |
//! | 4 | [`report`] | what the engine answered as JSON |
#![cfg_attr(
    feature = "gui",
    doc = "| 4 | [`ui`] | everything that draws: the tabs, the shell around them, the off-screen rasteriser |"
)]
#![cfg_attr(feature = "gui", doc = "| 5 | [`app`] | the window: `logic()` carries out commands, `ui()` only draws |")]
//! | 5 | [`cli`] | the headless half: one file a subcommand |
//!
//! # How data flows
//!
//! ```text
//! file / stream / probe -> ingest, live -> Batch -> engine's writer thread -> workspace (SQLite) -> revision
//! panel / subcommand    -> engine query -> reader + analysis -> plain answer -> drawn, printed, exported
//! ```
//!
//! # Where to add a thing
//!
//! | to add | touch |
//! |---|---|
//! | a tab | its file in `ui/panels/`, its line in `ui/panels/mod.rs` |
//! | a format | its file in `ingest/`, its line in [`ingest::IMPORTERS`], a folder in `tests/fixtures/` |
//! | a probe or attachment | its file in `live/probes/` or `live/attachments/`, its line in the list there |
//! | a question | its file in `engine/queries/` |
//! | a subcommand | its file in `cli/`, its line in `cli/args.rs` and `cli/mod.rs` |
//! | a command of the window | its line in `ui/command.rs`, its arm in `app/apply.rs` |
//! | a kind of import issue | its line in [`model::issue`] |
//! | a change of the schema | the next numbered file in `store/migrations/` |
//!
//! # Decisions that shape the rest
//!
//! - Facts carry natural keys ([`model::Key`]): importing anything twice changes nothing, and two files that describe
//!   one run agree on it without asking each other.
//! - Time is `i64` nanoseconds, read from text without a float; money is exact decimal; what is unknown is absent.
//! - A workspace is one SQLite file that any tool can open; rows and the checkpoint of their source commit together.
//! - Nobody who draws waits: a panel asks its [`engine::Slot`] every frame and gets at once what there is.

pub mod analysis;
#[cfg(feature = "gui")]
pub mod app;
pub mod cli;
pub mod engine;
pub mod ingest;
pub mod live;
pub mod model;
pub mod report;
pub mod store;
#[cfg(feature = "gui")]
pub mod ui;
