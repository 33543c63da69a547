//! The pieces and rows of one export, on their way into its run.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::ingest::Context;
use crate::ingest::csv::Row;
use crate::ingest::document::Piece;
use crate::ingest::facts::{put_run, stretch};
use crate::ingest::findings::{Findings, clip_bytes};
use crate::ingest::json::{self, Object};
use crate::ingest::json_records::read_object;
use crate::model::{Attributes, Batch, Clock, IssueKind, Key, Place, Run};

use super::column_names;
use super::operation::{Operation, read};

/// The most operations that are remembered to notice a second one of the same id.
const MAX_REMEMBERED: usize = 65_536;
/// The most operations of one id that are told apart by their order.
const MAX_SAME_ID: usize = 64;
/// The most attributes that a run takes from members of the document.
const MAX_ATTRIBUTES: usize = 64;

/// The operations of one source, on their way into its run.
pub(super) struct Operations {
    context: Context,
    run: Option<Run>,
    /// What is known of the run before its first operation.
    attributes: Attributes,
    /// By id: the operations that had it.
    ids: BTreeMap<String, Vec<Key>>,
}

impl Operations {
    pub(super) fn new(context: Context) -> Self {
        Self { context, run: None, attributes: Attributes::new(), ids: BTreeMap::new() }
    }

    pub(super) fn piece(&mut self, piece: Piece<'_>, findings: &mut Findings, out: &mut Batch) {
        let place = Place::Byte(piece.offset_bytes);
        if piece.is_truncated {
            findings.add(IssueKind::TruncatedTail, place, clip_bytes(piece.bytes));
        } else if piece.is_too_long {
            findings.add(IssueKind::LongLine, place, clip_bytes(piece.bytes));
        } else if piece.is_element {
            if let Some(object) = read_object(piece.bytes, place, findings) {
                self.object(&object, place, findings, out);
            }
        } else {
            self.member(piece, place, findings, out);
        }
    }

    /// A member of the document beside its history: kept with the run, one attribute for each of its own members.
    fn member(&mut self, piece: Piece<'_>, place: Place, findings: &mut Findings, out: &mut Batch) {
        let read = match json::read(piece.bytes) {
            Ok(read) => read,
            Err(why) => {
                findings.add(IssueKind::BadJson, place, format!("{}: {why}: {}", piece.name, clip_bytes(piece.bytes)));
                return;
            }
        };
        for repair in read.repairs {
            findings.add(repair, place, piece.name);
        }
        let prefix = piece.name;
        if prefix == "recent_activity" {
            let last = read.value.get("last_10_operations").and_then(Json::as_array);
            for object in last.into_iter().flatten().filter_map(Json::as_object) {
                self.object(object, place, findings, out);
            }
            return;
        }
        match &read.value {
            Json::Object(members) if prefix == "stats" || prefix == "summary" => {
                // Of an export, the last ten operations stand in its history too.
                for (name, value) in members.iter().filter(|(name, _)| *name != "recent_activity") {
                    self.keep(&format!("{prefix}.{name}"), value);
                }
            }
            value => self.keep(prefix, value),
        }
    }

    fn keep(&mut self, name: &str, value: &Json) {
        if self.attributes.len() < MAX_ATTRIBUTES
            && let Some(value) = json::attribute(value)
        {
            self.attributes.insert(name.to_owned(), value);
        }
    }

    pub(super) fn row(&mut self, row: Row<'_>, columns: &mut Vec<String>, findings: &mut Findings, out: &mut Batch) {
        let place = Place::Line(row.line);
        let text = || row.cells.join(",");
        if row.is_repaired {
            findings.add(IssueKind::BadUtf8, place, text());
        }
        if row.is_too_long {
            findings.add(IssueKind::LongLine, place, text());
            return;
        }
        if columns.is_empty() {
            if row.cells[0].starts_with('\u{feff}') {
                findings.add(IssueKind::ByteOrderMark, place, "");
            }
            columns.extend(column_names(row).map(str::to_owned));
            return;
        }
        if row.is_truncated || (!row.has_end && row.cells.len() < columns.len()) {
            findings.add(IssueKind::TruncatedTail, place, text());
            return;
        }
        if !row.has_end {
            findings.add(IssueKind::NoFinalNewline, place, "");
        }
        if row.cells.len() != columns.len() {
            let detail = format!("{} cells under {} columns: {}", row.cells.len(), columns.len(), text());
            findings.add(IssueKind::BadValue, place, detail);
        }
        let cells = columns.iter().zip(row.cells).filter(|(_, cell)| !cell.is_empty());
        let object = cells.map(|(name, cell)| (name.clone(), Json::String(cell.clone()))).collect();
        self.object(&object, place, findings, out);
    }

    fn object(&mut self, object: &Object, place: Place, findings: &mut Findings, out: &mut Batch) {
        if !object.contains_key("operation_type") {
            findings.add(IssueKind::UnknownRecord, place, "no operation_type");
            return;
        }
        let Some(operation) = read(object, &self.context.zone, place, findings) else { return };
        let Some(key) = self.key_of(&operation) else {
            findings.add(IssueKind::Duplicate, place, operation.id.unwrap_or(operation.span.name));
            return;
        };
        let run = self.run.get_or_insert_with(|| {
            let mut run = Run::new(Key::of("enhancer run", &[&key.to_hex()]));
            run.pipeline = Some("video-enhancer".to_owned());
            run.clock = operation.clock;
            run
        });
        // Local times that could not be placed say nothing about those that could.
        if operation.clock == Clock::Local {
            run.clock = Clock::Local;
        }
        stretch(run, operation.span.start_nanos, operation.span.end_nanos);
        run.attributes.append(&mut self.attributes);
        put_run(run, out);
        let mut span = operation.span;
        (span.key, span.run) = (key, run.key);
        out.spans.push(span);
    }

    /// The key of an operation; `None` if it is there already. Two that began in the same microsecond share an id
    /// and are told apart by their order, which is the same in both exports.
    fn key_of(&mut self, operation: &Operation) -> Option<Key> {
        let Some(id) = &operation.id else { return Some(operation.fingerprint) };
        let duration = Key::of("enhancer length", &[&duration_text(operation)]);
        if !self.ids.contains_key(id) && self.ids.len() >= MAX_REMEMBERED {
            return Some(Key::of("enhancer operation", &[id]));
        }
        let known = self.ids.entry(id.clone()).or_default();
        if known.contains(&duration) {
            return None;
        }
        if known.len() >= MAX_SAME_ID {
            return Some(operation.fingerprint);
        }
        known.push(duration);
        match known.len() {
            1 => Some(Key::of("enhancer operation", &[id])),
            ordinal => Some(Key::of("enhancer operation", &[id, &ordinal.to_string()])),
        }
    }

    pub(super) fn finish(&mut self, out: &mut Batch) {
        if self.attributes.is_empty() {
            return;
        }
        // Statistics without a single operation: the run is all that there is to tell of.
        let run = self.run.get_or_insert_with(|| {
            let mut run = Run::new(Key::of("enhancer run", &[&self.context.content_key.to_hex()]));
            run.pipeline = Some("video-enhancer".to_owned());
            run
        });
        run.attributes.append(&mut self.attributes);
        put_run(run, out);
    }
}

fn duration_text(operation: &Operation) -> String {
    let span = &operation.span;
    span.end_nanos.map_or_else(String::new, |end| end.saturating_sub(span.start_nanos).to_string())
}
