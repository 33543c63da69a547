//! A source: a file imported, a stream attached or a recording made, and how far it was read.

use super::Key;

/// Where facts came from. Written in the same transaction as the facts, so it always tells the truth about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// What makes it this source.
    pub key: Key,
    /// How it came in.
    pub kind: SourceKind,
    /// The importer or probe that read it: `metrics_jsonl`, `ffmpeg_progress`, `recorder`.
    pub format: String,
    /// The path, address or command line, for people.
    pub location: String,
    /// BLAKE3 of the whole content, once it was read to its end.
    pub content_hash: Option<[u8; 32]>,
    /// Bytes it had when last read.
    pub size_bytes: Option<i64>,
    /// How far it was read, for those that grow.
    pub cursor: Option<Cursor>,
    /// What is known of the zone of its times.
    pub zone: Zone,
    /// When it was last read, nanoseconds UTC.
    pub read_at_nanos: i64,
    /// Whether it was read to its end; a cancelled import was not.
    pub is_complete: bool,
}

/// How a source came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A file read once.
    Import,
    /// A stream followed while it grows.
    Attachment,
    /// A run recorded by reelbench.
    Recording,
}

impl SourceKind {
    /// The stored name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Attachment => "attachment",
            Self::Recording => "recording",
        }
    }

    /// The kind of that stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Import, Self::Attachment, Self::Recording].into_iter().find(|kind| kind.name() == name)
    }
}

/// How far a growing file was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Bytes read and stored.
    pub offset_bytes: u64,
    /// Hash of the file's first bytes, to notice that another file took its place.
    pub head_hash: [u8; 32],
    /// How many first bytes `head_hash` covers.
    pub head_bytes: u64,
}

/// What is known of the zone in which a source writes its times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// Times carry a zone or are epoch times.
    #[default]
    Utc,
    /// Local times without a zone; nobody said which.
    Unknown,
    /// Local times, and someone said which zone: an IANA name or a fixed offset such as `+02:00`.
    Named(String),
    /// The source has no times of its own, only durations.
    Elapsed,
}
