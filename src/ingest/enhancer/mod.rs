//! The video-enhancement service's exports: JSON with all its records, CSV, and the answer of its statistics endpoint.
//!
//! The service knows operations, not videos, so an export is one run: what one service did while it was watched. Two
//! exports of the same service share operations and so become the same run; the JSON and the CSV of an operation agree
//! in its id, start and length, so that either may come first.

mod export;
mod operation;

use crate::model::{Batch, Place};

use super::csv::{Row, RowCutter};
use super::document::{DocumentCutter, Piece};
use super::findings::Findings;
use super::json_records::read_object;
use super::{Confidence, Context, Head, Importer, Ingest};
use export::Operations;

/// The array that holds all records of a JSON export.
const HISTORY: &str = "metrics_history";
/// The columns by which the CSV is known.
const COLUMNS: [&str; 4] = ["operation_id", "operation_type", "strategy", "start_time"];
/// The most members that are looked at to recognise a document.
const MAX_MEMBERS: usize = 64;

/// The importer of the service's exports.
pub struct Enhancer;

impl Importer for Enhancer {
    fn name(&self) -> &'static str {
        "enhancer"
    }

    fn title(&self) -> &'static str {
        "Video enhancer performance export (JSON or CSV)"
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if is_json(head.bytes) == Some(true) { sniff_json(head) } else { sniff_csv(head) }
    }

    fn reader(&self, context: Context) -> Box<dyn Ingest> {
        Box::new(Exports {
            shape: Shape::Unknown(Vec::new()),
            operations: Operations::new(context),
            findings: Findings::default(),
        })
    }
}

/// Whether bytes begin as JSON; `None` if nothing but space and byte order mark has come yet.
fn is_json(bytes: &[u8]) -> Option<bool> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xef | 0xbb | 0xbf))?;
    Some(matches!(first, b'{' | b'['))
}

fn sniff_json(head: &Head<'_>) -> Confidence {
    let mut findings = Findings::default();
    let mut names: Vec<String> = Vec::new();
    let mut has_operation = false;
    let mut take = |piece: Piece<'_>| {
        if piece.is_element {
            if !has_operation && !piece.is_truncated {
                has_operation = read_object(piece.bytes, Place::Whole, &mut findings)
                    .is_some_and(|object| operation::is_operation(&object));
            }
        } else if names.len() < MAX_MEMBERS {
            names.push(piece.name.to_owned());
        }
    };
    let mut cutter = DocumentCutter::new(HISTORY);
    cutter.feed(head.bytes, &mut take);
    cutter.finish(&mut take);
    let has = |name: &str| names.iter().any(|known| known == name);
    if has_operation || (has("by_operation_type") && has("summary")) || (has("export_timestamp") && has("stats")) {
        Confidence::Certain
    } else {
        Confidence::No
    }
}

fn sniff_csv(head: &Head<'_>) -> Confidence {
    let mut confidence = Confidence::No;
    let mut is_first = true;
    RowCutter::default().feed(head.bytes, |row| {
        if std::mem::take(&mut is_first) && COLUMNS.iter().all(|column| column_names(row).any(|name| name == *column)) {
            confidence = Confidence::Certain;
        }
    });
    confidence
}

fn column_names<'a>(row: Row<'a>) -> impl Iterator<Item = &'a str> {
    row.cells.iter().map(|name| name.trim_start_matches('\u{feff}').trim())
}

struct Exports {
    shape: Shape,
    operations: Operations,
    findings: Findings,
}

enum Shape {
    /// Only space so far, kept for offsets.
    Unknown(Vec<u8>),
    Json(DocumentCutter),
    Csv(RowCutter, Vec<String>),
}

impl Ingest for Exports {
    fn feed(&mut self, bytes: &[u8], out: &mut Batch) {
        let mut joined;
        let mut bytes = bytes;
        if let Shape::Unknown(waiting) = &mut self.shape {
            joined = std::mem::take(waiting);
            joined.extend_from_slice(bytes);
            self.shape = match is_json(&joined) {
                Some(true) => Shape::Json(DocumentCutter::new(HISTORY)),
                Some(false) => Shape::Csv(RowCutter::default(), Vec::new()),
                // A file of a megabyte of space is no export; its rows are empty.
                None if joined.len() > super::MAX_RECORD_BYTES => Shape::Csv(RowCutter::default(), Vec::new()),
                None => Shape::Unknown(std::mem::take(&mut joined)),
            };
            bytes = &joined;
        }
        let Self { shape, operations, findings } = self;
        match shape {
            Shape::Unknown(_) => {}
            Shape::Json(cutter) => cutter.feed(bytes, |piece| operations.piece(piece, findings, out)),
            Shape::Csv(cutter, columns) => cutter.feed(bytes, |row| operations.row(row, columns, findings, out)),
        }
        findings.flush(out);
    }

    fn finish(&mut self, out: &mut Batch) {
        let Self { shape, operations, findings } = self;
        match shape {
            Shape::Unknown(_) => {}
            Shape::Json(cutter) => cutter.finish(|piece| operations.piece(piece, findings, out)),
            Shape::Csv(cutter, columns) => cutter.finish(|row| operations.row(row, columns, findings, out)),
        }
        operations.finish(out);
        findings.finish(out);
    }
}
