//! What the Sources tab says of a source: its name, kept counts, state and zone, and its report as text.

use std::fmt::Write as _;

use crate::engine::StateKind;
use crate::engine::queries::{SourceAnswer, SourceRow, format_title};
use crate::model::unit::group_thousands;
use crate::model::{Effect, Issue, Source, SourceKind, Zone, time};

/// What a source is called: a file by its name, a recording by its command without the folder of its program.
#[must_use]
pub fn name(source: &Source) -> &str {
    let location = source.location.trim_end_matches(['/', '\\']);
    let is_command = source.kind == SourceKind::Recording;
    let head = if is_command { location.split(' ').next().unwrap_or_default() } else { location };
    let start = head.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
    match location.get(start..) {
        Some(name) if !name.is_empty() => name,
        _ => &source.location,
    }
}

/// The word for how a source came in.
#[must_use]
pub fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Import => "Import",
        SourceKind::Attachment => "Attachment",
        SourceKind::Recording => "Recording",
    }
}

/// How a source stands, in a word, and whether that needs a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Followed now.
    Followed(StateKind),
    /// Read to its end.
    Complete,
    /// Not read to its end, and not being read.
    Incomplete,
}

impl Standing {
    /// How a source stands, given how its attachment stands if it is followed.
    #[must_use]
    pub fn of(source: &Source, followed: Option<StateKind>) -> Self {
        match followed {
            Some(state) if state != StateKind::Off => Self::Followed(state),
            _ if source.is_complete => Self::Complete,
            _ => Self::Incomplete,
        }
    }

    /// The word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Followed(state) => state.name(),
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
        }
    }

    /// What it means.
    #[must_use]
    pub fn sentence(self, kind: SourceKind) -> &'static str {
        match (self, kind) {
            (Self::Followed(_), _) => "It is followed now",
            (Self::Complete, _) => "It was read to its end",
            (Self::Incomplete, SourceKind::Import) => "It was not read to its end; import it again to go on",
            (Self::Incomplete, SourceKind::Attachment) => {
                "Following stopped before its end; follow it again to go on where it stopped"
            }
            (Self::Incomplete, SourceKind::Recording) => "The recorder did not end it: it still runs or was killed",
        }
    }
}

/// What is known of the zone of its times, as a sentence.
#[must_use]
pub fn zone(zone: &Zone) -> String {
    match zone {
        Zone::Utc => "Times carry their zone or are epoch times".to_owned(),
        Zone::Unknown => "Local times without a zone, read as UTC; import with --zone to place them".to_owned(),
        Zone::Named(zone) => format!("Local times, placed in {zone}"),
        Zone::Elapsed => "No times, only durations: its runs stand on an elapsed axis".to_owned(),
    }
}

/// `12 345 spans`, `1 run`.
#[must_use]
pub fn count(number: u64, one: &str) -> String {
    let many = match one {
        "series" => "series".to_owned(),
        one => format!("{one}s"),
    };
    format!("{} {}", figure(number), if number == 1 { one } else { &many })
}

/// A count with thin spaces between thousands.
#[must_use]
pub fn figure(number: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    group_thousands(number as f64)
}

/// What was kept of a source: `1 run, 7 spans, 3 400 samples; 12 were there already`.
#[must_use]
pub fn kept(row: &SourceRow) -> String {
    let parts: Vec<String> = [
        (row.num_runs, "run"),
        (row.num_new_spans, "span"),
        (row.num_new_series, "series"),
        (row.num_new_samples, "sample"),
        (row.num_new_usages, "usage"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, one)| count(number, one))
    .collect();
    let mut text = if parts.is_empty() { "nothing new".to_owned() } else { parts.join(", ") };
    if row.num_changed_spans > 0 {
        let _ = write!(text, "; {} completed", count(row.num_changed_spans, "span"));
    }
    if row.num_duplicates > 0 {
        let verb = if row.num_duplicates == 1 { "was" } else { "were" };
        let _ = write!(text, "; {} {verb} there already", figure(row.num_duplicates));
    }
    text
}

/// How far a source was read: `12.3 kB of 45 kB`.
#[must_use]
pub fn cursor(source: &Source) -> Option<String> {
    let bytes = |number: u64| {
        #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
        crate::model::Unit::BYTES.format(number as f64)
    };
    let size = source.size_bytes.and_then(|size| u64::try_from(size).ok());
    match (&source.cursor, size) {
        (Some(cursor), Some(size)) if cursor.offset_bytes < size => {
            Some(format!("{} of {} read", bytes(cursor.offset_bytes), bytes(size)))
        }
        (Some(cursor), _) => Some(format!("{} read", bytes(cursor.offset_bytes))),
        (None, Some(size)) => Some(bytes(size)),
        (None, None) => None,
    }
}

/// The issues that a filter lets through.
pub fn filtered(issues: &[Issue], effect: Option<Effect>) -> impl Iterator<Item = &Issue> {
    issues.iter().filter(move |issue| effect.is_none_or(|effect| issue.kind.effect() == effect))
}

/// How many records had an effect.
#[must_use]
pub fn num_records(issues: &[Issue], effect: Option<Effect>) -> u64 {
    filtered(issues, effect).map(|issue| issue.num_records).sum()
}

/// The whole report as text, for the clipboard: facts first, then a line an issue.
#[must_use]
pub fn report(answer: &SourceAnswer, effect: Option<Effect>) -> String {
    let SourceAnswer { source: row, issues, .. } = answer;
    let source = &row.source;
    let mut text = format!("{}: {}\n", kind(source.kind), source.location);
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name}: {value}");
    };
    line("Format", format_title(&source.format));
    line("Read", &time::format_utc(source.read_at_nanos));
    line("State", if source.is_complete { "complete" } else { "incomplete" });
    line("Kept", &kept(row));
    line("Repaired", &figure(row.num_repaired));
    line("Skipped", &figure(row.num_skipped));
    line("Noticed", &figure(row.num_noticed));
    line("Times", &zone(&source.zone));
    if let Some(cursor) = cursor(source) {
        line("Size", &cursor);
    }
    if let Some(hash) = &source.content_hash {
        line("BLAKE3", &hex(hash));
    }
    for issue in filtered(issues, effect) {
        let _ = writeln!(
            text,
            "{}\t{}\t{}\t{}\t{}{}",
            issue.place,
            issue.kind.severity().name(),
            issue.kind.effect().name(),
            issue.kind.sentence(),
            issue.detail,
            if issue.num_records > 1 { format!("\t{} records", figure(issue.num_records)) } else { String::new() },
        );
    }
    text
}

/// A hash as hex digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cursor, IssueKind, Key, Place};

    fn source(kind: SourceKind, location: &str) -> Source {
        Source {
            key: Key::of("source", &[location]),
            kind,
            format: "metrics_jsonl".to_owned(),
            location: location.to_owned(),
            content_hash: None,
            size_bytes: None,
            cursor: None,
            zone: Zone::Utc,
            read_at_nanos: 0,
            is_complete: true,
        }
    }

    fn row(source: Source) -> SourceRow {
        SourceRow {
            source,
            num_runs: 1,
            num_new_runs: 1,
            num_new_spans: 7,
            num_changed_spans: 0,
            num_new_series: 0,
            num_new_samples: 3400,
            num_new_usages: 1,
            num_duplicates: 12,
            num_repaired: 0,
            num_skipped: 2,
            num_noticed: 0,
        }
    }

    #[test]
    fn files_are_called_by_their_name_and_recordings_by_their_command() {
        for (kind, location, expected) in [
            (SourceKind::Import, "/data/a/metrics.jsonl", "metrics.jsonl"),
            (SourceKind::Import, r"C:\data\metrics.jsonl", "metrics.jsonl"),
            (SourceKind::Recording, "sh /opt/run.sh", "sh /opt/run.sh"),
            (SourceKind::Recording, "/opt/bin/run.sh -o /tmp/a.mp4", "run.sh -o /tmp/a.mp4"),
            (SourceKind::Attachment, "process 1234 (ffmpeg)", "process 1234 (ffmpeg)"),
            (SourceKind::Import, "/", "/"),
        ] {
            assert_eq!(name(&source(kind, location)), expected);
        }
    }

    #[test]
    fn what_was_kept_is_a_sentence() {
        assert_eq!(
            kept(&row(source(SourceKind::Import, "a"))),
            "1 run, 7 spans, 3\u{2009}400 samples, 1 usage; 12 were there already"
        );
    }

    #[test]
    fn an_ended_attachment_says_whether_it_was_read_to_its_end() {
        let mut source = source(SourceKind::Attachment, "a");
        assert_eq!(Standing::of(&source, Some(StateKind::Off)), Standing::Complete);
        source.is_complete = false;
        assert_eq!(Standing::of(&source, None).name(), "incomplete");
        assert_eq!(Standing::of(&source, Some(StateKind::Stalled)).name(), "stalled");
    }

    #[test]
    fn how_far_it_was_read() {
        let mut source = source(SourceKind::Attachment, "a");
        assert_eq!(cursor(&source), None);
        source.size_bytes = Some(2000);
        assert_eq!(cursor(&source).as_deref(), Some("2 kB"));
        source.cursor = Some(Cursor { offset_bytes: 500, head_hash: [0; 32], head_bytes: 0 });
        assert_eq!(cursor(&source).as_deref(), Some("500 B of 2 kB read"));
    }

    #[test]
    fn the_report_lists_what_the_filter_lets_through() {
        let issue = |kind, line| Issue { kind, place: Place::Line(line), detail: "{oops".to_owned(), num_records: 1 };
        let issues = vec![issue(IssueKind::BadJson, 3), issue(IssueKind::NoFinalNewline, 9)];
        let answer = SourceAnswer { source: row(source(SourceKind::Import, "/a/b.jsonl")), issues, runs: Vec::new() };
        let text = report(&answer, Some(Effect::Skipped));
        assert!(text.starts_with("Import: /a/b.jsonl\n"), "{text}");
        assert!(text.contains("line 3\terror\tskipped\t") && !text.contains("line 9"), "{text}");
        assert_eq!(num_records(&answer.issues, None), 2);
    }
}
