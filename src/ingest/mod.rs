//! Bytes become facts: the importer framework, and the list of formats.
//!
//! `sniff` looks only at a file's first bytes; exactly one importer then reads all of it. An importer is a push
//! parser: it is fed bytes as they come, from a file or from the growing end of one, and adds what it
//! understood to a [`Batch`].
//!
//! Promises, kept by every importer and tested for each of them:
//! - a bad row costs that row: it is counted as an [`Issue`](crate::model::Issue), reading goes on, nothing panics;
//! - the same bytes cut into other pieces give the same facts;
//! - memory is bounded by a constant and one record, whatever the size of the file;
//! - the same record read twice, from this or a sibling file, gets the same keys.
//!
//! To add a format: its file here, one line in [`IMPORTERS`], one folder under `tests/fixtures/`.

pub mod csv;
pub mod document;
pub mod enhancer;
pub mod facts;
pub mod ffmpeg_progress;
pub mod findings;
pub mod json;
pub mod json_records;
pub mod lines;
pub mod metrics_jsonl;
pub mod mojibake;
pub mod moment;
pub mod open_runs;
pub mod records;
pub mod videolingo;
pub mod videolingo_pipeline;
pub mod videolingo_stages;

use crate::model::{Batch, Key, Zone};

/// How many first bytes of a file `sniff` gets to see.
pub const HEAD_BYTES: usize = 64 * 1024;

/// The longest record that is read, bytes; a longer one is skipped and counted.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

/// The formats, by priority: of two that are equally sure, the first one reads the file.
pub static IMPORTERS: &[&dyn Importer] = &[
    &videolingo_stages::VideolingoStages,
    &videolingo_pipeline::VideolingoPipeline,
    &metrics_jsonl::MetricsJsonl,
    &enhancer::Enhancer,
    &ffmpeg_progress::FfmpegProgress,
];

/// A file format: recognises its files and makes readers for them.
pub trait Importer: Sync {
    /// The name that is stored and typed: `metrics_jsonl`.
    fn name(&self) -> &'static str;
    /// The name people read: `Phase metrics (JSON Lines)`.
    fn title(&self) -> &'static str;
    /// How sure it is that the file is of this format, from its first bytes.
    fn sniff(&self, head: &Head<'_>) -> Confidence;
    /// A reader at the beginning of a source.
    fn reader(&self, context: Context) -> Box<dyn Ingest>;
}

/// A push parser of one source.
pub trait Ingest: Send {
    /// Reads the next bytes, cut anywhere; adds what became known to `out`, issues too.
    fn feed(&mut self, bytes: &[u8], out: &mut Batch);
    /// The source has ended: adds what was waiting for more, and what can be said only of the whole.
    fn finish(&mut self, out: &mut Batch);
}

/// The beginning of a file.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The first [`HEAD_BYTES`] bytes, or all there are.
    pub bytes: &'a [u8],
    /// The file's name without its folder.
    pub file_name: &'a str,
    /// Whether `bytes` is the whole file.
    pub is_whole: bool,
}

/// How sure an importer is that a file is of its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Not this format.
    No,
    /// Nothing speaks against it.
    Possible,
    /// Some of its marks are there.
    Likely,
    /// Its own keys are there.
    Certain,
}

/// What a reader knows of its source beside the bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// The path or address, for names and messages.
    pub location: String,
    /// The zone of local times that carry none, where somebody said it.
    pub zone: Zone,
    /// The source's key: what makes the runs of files that name no run of their own.
    pub content_key: Key,
    /// When the file was last written, nanoseconds UTC, where known.
    pub file_mtime_nanos: Option<i64>,
}

/// The importer that is most sure of a file; `None` if none knows it.
#[must_use]
pub fn sniff(head: &Head<'_>) -> Option<&'static dyn Importer> {
    let mut best = (Confidence::No, None);
    for &importer in IMPORTERS {
        let confidence = importer.sniff(head);
        if confidence > best.0 {
            best = (confidence, Some(importer));
        }
    }
    best.1
}

/// The importer of that name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Importer> {
    IMPORTERS.iter().copied().find(|importer| importer.name() == name)
}
