//! Import issues: what was repaired, noticed or skipped, where, and in a sentence for the person who has the file.
//!
//! Nothing is dropped silently. Every importer counts what it could not keep by kind; the first few of a
//! kind are kept with their place, the rest as a number, so that a broken gigabyte costs a report of a page.

/// How many issues of one kind keep their own place and detail; later ones are only counted.
pub const MAX_PLACES_PER_KIND: u64 = 200;

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Kept as it was; something about it is worth knowing.
    Noticed,
    /// Kept after a repair.
    Repaired,
    /// Not kept.
    Skipped,
}

impl Effect {
    /// The word reports use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Noticed => "noticed",
            Self::Repaired => "repaired",
            Self::Skipped => "skipped",
        }
    }
}

/// How much an issue matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Notice,
    /// Figures may be affected.
    Warning,
    /// Something is missing.
    Error,
}

impl Severity {
    /// The word reports use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The source as a whole.
    Whole,
    /// A line, counted from 1.
    Line(u64),
    /// A byte offset, counted from 0.
    Byte(u64),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole => f.write_str("whole file"),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Byte(offset) => write!(f, "byte {offset}"),
        }
    }
}

/// One issue of an import, or several of a kind beyond those that keep their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What kind.
    pub kind: IssueKind,
    /// Where.
    pub place: Place,
    /// What exactly: the field, the text, the value.
    pub detail: String,
    /// How many records it stands for.
    pub num_records: u64,
}

macro_rules! issue_kinds {
    ($($(#[$doc:meta])* $variant:ident, $name:literal, $effect:ident, $severity:ident, $sentence:literal;)*) => {
        /// The kinds of issue. One line each: name, effect, severity, the sentence for the user.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IssueKind { $($(#[$doc])* $variant,)* }

        impl IssueKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stored name.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// What happened to the record.
            #[must_use]
            pub fn effect(self) -> Effect { match self { $(Self::$variant => Effect::$effect,)* } }

            /// How much it matters.
            #[must_use]
            pub fn severity(self) -> Severity { match self { $(Self::$variant => Severity::$severity,)* } }

            /// What it means and what to do, for the person who has the file.
            #[must_use]
            pub fn sentence(self) -> &'static str { match self { $(Self::$variant => $sentence,)* } }
        }
    };
}

issue_kinds! {
    /// A line is not JSON.
    BadJson, "bad_json", Skipped, Error, "The record is not valid JSON and was skipped; compare the line with its neighbours.";
    /// A record is JSON but has not what this format needs.
    MissingField, "missing_field", Skipped, Error, "A field that this format needs is missing, so the record was skipped.";
    /// A field has a value of the wrong type.
    BadValue, "bad_value", Skipped, Warning, "The value is not of the expected type and was left out; the rest of the record is kept.";
    /// The last line has no end.
    TruncatedTail, "truncated_tail", Skipped, Warning, "The file ends in the middle of a record; import it again once it is complete.";
    /// The last line has no newline but is complete.
    NoFinalNewline, "no_final_newline", Noticed, Notice, "The last line has no line end; it is kept as it stands.";
    /// Bare NaN or Infinity.
    BareNonFinite, "bare_non_finite", Repaired, Notice, "NaN and Infinity are not JSON numbers; they were read as the values they mean.";
    /// A byte order mark.
    ByteOrderMark, "byte_order_mark", Repaired, Notice, "The file begins with a byte order mark, which was passed over.";
    /// Bytes that are not UTF-8.
    BadUtf8, "bad_utf8", Repaired, Warning, "Bytes that are not UTF-8 were replaced by the replacement character.";
    /// Text that was encoded twice.
    DoubleEncoded, "double_encoded", Repaired, Notice, "The text was encoded as UTF-8 twice; it was decoded once more.";
    /// A line longer than the limit.
    LongLine, "long_line", Skipped, Error, "The line is longer than the limit and was skipped; reading went on at the next line.";
    /// Several objects on a line.
    ConcatenatedObjects, "concatenated_objects", Repaired, Notice, "Several JSON objects stand on one line; each was read.";
    /// Local time without a zone.
    NaiveTime, "naive_time", Noticed, Warning, "Times have no zone and were read as UTC; say --zone to place them.";
    /// Local times whose zone their records' ids tell.
    ZoneFromIds, "zone_from_ids", Repaired, Notice, "Times have no zone; the ids beside them hold the same moments in UTC and say which zone it was.";
    /// No times at all.
    NoTimes, "no_times", Noticed, Warning, "There are no timestamps, only durations: the run is shown on an elapsed axis that starts at 0.";
    /// Times worked out from other fields.
    EstimatedTimes, "estimated_times", Repaired, Notice, "Moments were worked out from durations and rates, because the format writes no timestamps.";
    /// Sub-steps with durations but no times.
    AssumedOrder, "assumed_order", Noticed, Notice, "Sub-steps have durations but no times; they are drawn one after the other in the order written.";
    /// End before start.
    NegativeDuration, "negative_duration", Repaired, Warning, "The end is before the start; the span was kept with no length.";
    /// A duration that does not fit its start and end.
    DurationMismatch, "duration_mismatch", Noticed, Warning, "Stated durations and moments do not fit each other; what was not used to place the span stands among its attributes.";
    /// Durations rounded up to whole seconds by the writer's sampling thread.
    QuantisedDurations, "quantised_durations", Noticed, Warning, "All durations are just above whole seconds: the tool that wrote them rounds up to its sampling period.";
    /// A column that is always zero.
    ConstantZero, "constant_zero", Noticed, Warning, "The field is zero in every record; the tool that wrote it probably did not measure it.";
    /// The same record again.
    Duplicate, "duplicate", Noticed, Notice, "The record is already there, from this or another file; it was not added again.";
    /// The same key with another content.
    Conflict, "conflict", Skipped, Warning, "Another value is already stored for the same moment or key; the first one stands.";
    /// Two width and height orders.
    ResolutionOrder, "resolution_order", Noticed, Notice, "The resolution is written as height, width; it was read so.";
    /// A block cut short.
    OpenBlock, "open_block", Noticed, Warning, "The last block does not say that it ended: the program was stopped or is still running.";
    /// A value that means "not available".
    SentinelValue, "sentinel_value", Skipped, Notice, "The value means “not available” and was left out.";
    /// Unknown record in a known file.
    UnknownRecord, "unknown_record", Skipped, Warning, "The record is of a kind that this format does not know.";
    /// The source was truncated while followed.
    SourceTruncated, "source_truncated", Noticed, Warning, "The file became shorter while it was followed; reading began again at its start.";
    /// The source was replaced while followed.
    SourceReplaced, "source_replaced", Noticed, Warning, "Another file took the place of the one that was followed; reading began at its start.";
}

impl IssueKind {
    /// The kind of that stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// Collects issues while reading: the first of each kind with their place, all of them counted.
#[derive(Clone, Debug, Default)]
pub struct IssueLog {
    issues: Vec<Issue>,
    counts: std::collections::BTreeMap<IssueKind, u64>,
}

impl IssueLog {
    /// Notes one issue.
    pub fn add(&mut self, kind: IssueKind, place: Place, detail: impl Into<String>) {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count <= MAX_PLACES_PER_KIND {
            self.issues.push(Issue { kind, place, detail: detail.into(), num_records: 1 });
        }
    }

    /// How many of a kind were noted so far.
    #[must_use]
    pub fn count(&self, kind: IssueKind) -> u64 {
        self.counts.get(&kind).copied().unwrap_or(0)
    }

    /// The issues noted since the last call; call `finish` at the end for those only counted.
    #[must_use]
    pub fn take(&mut self) -> Vec<Issue> {
        std::mem::take(&mut self.issues)
    }

    /// What is left, and one issue for all those of a kind that were only counted.
    #[must_use]
    pub fn finish(mut self) -> Vec<Issue> {
        for (&kind, &count) in &self.counts {
            if count > MAX_PLACES_PER_KIND {
                let num_records = count - MAX_PLACES_PER_KIND;
                self.issues.push(Issue {
                    kind,
                    place: Place::Whole,
                    detail: format!("and {num_records} more"),
                    num_records,
                });
            }
        }
        self.issues
    }
}
