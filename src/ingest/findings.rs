//! What an importer has to say about a source: issues with their place, and notices counted for the whole of it.

use std::collections::BTreeMap;

use crate::model::{Batch, Issue, IssueKind, IssueLog, Place};

/// The longest detail of an issue, characters: a report is read by people.
const MAX_DETAIL_CHARS: usize = 200;

/// The most different sums that are kept; further ones are told one by one.
const MAX_SUMS: usize = 256;

/// Collects issues while a source is read.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    log: IssueLog,
    sums: BTreeMap<(IssueKind, String), (Place, u64)>,
}

impl Findings {
    /// Tells one issue with its place.
    pub fn add(&mut self, kind: IssueKind, place: Place, detail: impl Into<String>) {
        self.log.add(kind, place, clip(&detail.into()));
    }

    /// Counts something that is true of many records; told once, at the end, with the first place and the count.
    pub fn sum(&mut self, kind: IssueKind, place: Place, detail: &str) {
        self.sum_many(kind, place, detail, 1);
    }

    /// Counts it for several records at once.
    pub fn sum_many(&mut self, kind: IssueKind, place: Place, detail: &str, num_records: u64) {
        let detail = clip(detail);
        if let Some((_, count)) = self.sums.get_mut(&(kind, detail.clone())) {
            *count += num_records;
        } else if self.sums.len() < MAX_SUMS {
            self.sums.insert((kind, detail), (place, num_records));
        } else {
            self.log.add(kind, place, detail);
        }
    }

    /// Moves what was told since the last call into the batch.
    pub fn flush(&mut self, out: &mut Batch) {
        out.issues.extend(self.log.take());
    }

    /// Moves all that is left into the batch: the source has ended.
    pub fn finish(&mut self, out: &mut Batch) {
        out.issues.extend(std::mem::take(&mut self.log).finish());
        for ((kind, detail), (place, num_records)) in std::mem::take(&mut self.sums) {
            out.issues.push(Issue { kind, place, detail, num_records });
        }
    }
}

/// The beginning of a text, on one line, as a detail shows it.
#[must_use]
pub fn clip(text: &str) -> String {
    let line = text.trim();
    let mut clipped: String =
        line.chars().take(MAX_DETAIL_CHARS).map(|char| if char.is_control() { ' ' } else { char }).collect();
    if line.chars().nth(MAX_DETAIL_CHARS).is_some() {
        clipped.push('…');
    }
    clipped
}

/// The beginning of bytes that may not be text.
#[must_use]
pub fn clip_bytes(bytes: &[u8]) -> String {
    clip(&String::from_utf8_lossy(&bytes[..bytes.len().min(4 * MAX_DETAIL_CHARS)]))
}
