//! The reader that formats made of JSON objects share: cuts, reads, tells what was repaired, and hands out objects.

use crate::model::{Batch, IssueKind, Place};

use super::findings::{Findings, clip_bytes};
use super::json::{self, Object};
use super::records::{Piece, Record, RecordCutter};
use super::{Confidence, Head, Ingest};

/// What a format does with its objects.
pub trait Objects: Send {
    /// Turns one object into facts.
    fn object(&mut self, object: &Object, place: Place, findings: &mut Findings, out: &mut Batch);
    /// The source has ended: what can be said only of the whole.
    fn finish(&mut self, findings: &mut Findings, out: &mut Batch);
}

/// A reader of JSON objects of one format.
#[derive(Debug, Default)]
pub struct JsonRecords<O> {
    cutter: RecordCutter,
    findings: Findings,
    objects: O,
}

impl<O: Objects> JsonRecords<O> {
    /// A reader at the beginning of a source.
    pub fn new(objects: O) -> Self {
        Self { cutter: RecordCutter::default(), findings: Findings::default(), objects }
    }
}

impl<O: Objects> Ingest for JsonRecords<O> {
    fn feed(&mut self, bytes: &[u8], out: &mut Batch) {
        let Self { cutter, findings, objects } = self;
        cutter.feed(bytes, |record| {
            if let Some(object) = read_record(record, findings) {
                objects.object(&object, Place::Line(record.line), findings, out);
            }
        });
        findings.flush(out);
    }

    fn finish(&mut self, out: &mut Batch) {
        let Self { cutter, findings, objects } = self;
        cutter.finish(|record| {
            if let Some(object) = read_record(record, findings) {
                objects.object(&object, Place::Line(record.line), findings, out);
            }
        });
        objects.finish(findings, out);
        findings.finish(out);
    }
}

/// The object of a record, or `None` with the reason told.
fn read_record(record: Record<'_>, findings: &mut Findings) -> Option<Object> {
    let place = Place::Line(record.line);
    match record.piece {
        Piece::Whole => {}
        Piece::Further => findings.add(IssueKind::ConcatenatedObjects, place, ""),
        Piece::TooLong => findings.add(IssueKind::LongLine, place, clip_bytes(record.bytes)),
        Piece::Truncated => findings.add(IssueKind::TruncatedTail, place, clip_bytes(record.bytes)),
        Piece::ByteOrderMark => findings.add(IssueKind::ByteOrderMark, place, ""),
        Piece::NoFinalNewline => findings.add(IssueKind::NoFinalNewline, place, ""),
    }
    if !matches!(record.piece, Piece::Whole | Piece::Further) {
        return None;
    }
    read_object(record.bytes, place, findings)
}

/// Reads bytes as a JSON object, telling repairs; `None` with the reason told if they are not one.
pub fn read_object(bytes: &[u8], place: Place, findings: &mut Findings) -> Option<Object> {
    match json::read(bytes) {
        Ok(read) => {
            for repair in read.repairs {
                findings.add(repair, place, "");
            }
            match read.value {
                serde_json::Value::Object(object) => Some(object),
                _ => {
                    findings.add(IssueKind::UnknownRecord, place, format!("not an object: {}", clip_bytes(bytes)));
                    None
                }
            }
        }
        Err(why) => {
            findings.add(IssueKind::BadJson, place, format!("{why}: {}", clip_bytes(bytes)));
            None
        }
    }
}

/// Judges a file by the first of its objects that can be read.
pub fn sniff_objects(head: &Head<'_>, judge: impl Fn(&Object) -> Confidence) -> Confidence {
    const MAX_OBJECTS: usize = 8;
    let mut findings = Findings::default();
    let mut best = Confidence::No;
    let mut num_objects = 0;
    let mut take = |record: Record<'_>| {
        if num_objects < MAX_OBJECTS
            && let Some(object) = read_record(record, &mut findings)
        {
            num_objects += 1;
            best = best.max(judge(&object));
        }
    };
    let mut cutter = RecordCutter::default();
    cutter.feed(head.bytes, &mut take);
    cutter.finish(&mut take);
    best
}
