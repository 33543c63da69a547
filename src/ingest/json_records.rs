//! The reader that formats made of JSON objects share: cuts, reads, tells what was repaired, and hands out objects.

use crate::model::{Batch, IssueKind, Place};

use super::document;
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

/// The members of an object whose end is missing, the last of them perhaps as an empty object.
fn beginning(bytes: &[u8]) -> Object {
    let mut object = Object::new();
    let mut take = |piece: document::Piece<'_>| {
        let value = match json::read(piece.bytes) {
            Ok(read) => read.value,
            Err(_) if piece.bytes.starts_with(b"{") => serde_json::Value::Object(Object::new()),
            Err(_) => serde_json::Value::Null,
        };
        if !piece.is_element {
            object.insert(piece.name.to_owned(), value);
        }
    };
    let mut cutter = document::DocumentCutter::new("");
    cutter.feed(bytes, &mut take);
    cutter.finish(&mut take);
    object
}

/// Judges a file by the first of its objects that can be read.
pub fn sniff_objects(head: &Head<'_>, judge: impl Fn(&Object) -> Confidence) -> Confidence {
    const MAX_OBJECTS: usize = 256;
    let mut findings = Findings::default();
    let mut best = Confidence::No;
    let mut num_objects = 0;
    let mut take = |record: Record<'_>| {
        if num_objects >= MAX_OBJECTS {
            return;
        }
        let object = match record.piece {
            // The first record is longer than the head: judged by the part of it that is there.
            Piece::Truncated if num_objects == 0 && !head.is_whole => Some(beginning(record.bytes)),
            _ => read_record(record, &mut findings),
        };
        if let Some(object) = object {
            num_objects += 1;
            best = best.max(judge(&object));
        }
    };
    let mut cutter = RecordCutter::default();
    cutter.feed(head.bytes, &mut take);
    cutter.finish(&mut take);
    best
}

#[cfg(test)]
mod tests {
    use super::{Confidence, Head, sniff_objects};

    #[test]
    fn a_record_longer_than_the_head_is_judged_by_its_beginning() {
        let check = |text: &str, is_whole: bool, expected: &[&str]| {
            let head = Head { bytes: text.as_bytes(), file_name: "x.jsonl", is_whole };
            let confidence = sniff_objects(&head, |object| {
                assert_eq!(object.keys().collect::<Vec<_>>(), expected, "{text}");
                Confidence::Certain
            });
            assert_eq!(confidence, if expected.is_empty() { Confidence::No } else { Confidence::Certain }, "{text}");
        };
        check(r#"{"phase": "p", "timestamp": 5, "note": "very lo"#, false, &["phase", "timestamp", "note"]);
        check(r#"{"phase": "p", "stages": {"a": {"b": 1}, "#, false, &["phase", "stages"]);
        check(r#"{"phase": "p", "timestamp": 5, "note": "very lo"#, true, &[]);
    }
}
