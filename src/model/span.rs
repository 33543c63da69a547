//! A span: a stage, operation, API call or journey with a beginning and mostly an end.

use super::{Attributes, Key, Outcome, Unit};

/// One piece of work inside a run. Upserted by key; its parent may arrive later, its end may never come.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// What makes it this span. Unique in a workspace: two sources that describe one span agree on it.
    pub key: Key,
    /// The run it belongs to.
    pub run: Key,
    /// The span it is part of.
    pub parent: Option<Key>,
    /// What sort of work it is.
    pub kind: SpanKind,
    /// Its name, such as `_2_asr` or `phase4_assembly`.
    pub name: String,
    /// Its number in the pipeline, where stages are numbered.
    pub number: Option<i64>,
    /// First moment, nanoseconds on the run's clock.
    pub start_nanos: i64,
    /// Last moment; `None` while it is open.
    pub end_nanos: Option<i64>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it failed, in the words of the source.
    pub error: Option<String>,
    /// Who serves the call (`openai`), for API calls and billed work.
    pub provider: Option<String>,
    /// The model used (`gpt-4o`), likewise.
    pub model: Option<String>,
    /// Everything else the source said of it.
    pub attributes: Attributes,
    /// What was measured of it as a whole.
    pub measurements: Vec<Measurement>,
}

impl Span {
    /// An open span with nothing but its place in the run.
    #[must_use]
    pub fn new(key: Key, run: Key, kind: SpanKind, name: impl Into<String>, start_nanos: i64) -> Self {
        Self {
            key,
            run,
            parent: None,
            kind,
            name: name.into(),
            number: None,
            start_nanos,
            end_nanos: None,
            outcome: Outcome::Unknown,
            error: None,
            provider: None,
            model: None,
            attributes: Attributes::new(),
            measurements: Vec::new(),
        }
    }

    /// Adds a measurement of the whole span.
    pub fn measure(&mut self, name: &str, stat: Stat, unit: Unit, value: f64) {
        self.measurements.push(Measurement { name: name.to_owned(), stat, unit, value });
    }
}

/// What sort of work a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpanKind {
    /// A step of the pipeline.
    Stage,
    /// Work inside a stage.
    Operation,
    /// A call to a service, local or remote, usually billed.
    ApiCall,
    /// What a user went through, from first click to result.
    Journey,
}

impl SpanKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Stage, Self::Operation, Self::ApiCall, Self::Journey];

    /// The stored name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Operation => "operation",
            Self::ApiCall => "api_call",
            Self::Journey => "journey",
        }
    }

    /// The kind of that stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One figure about a whole span: `process.memory.usage`, peak, 1.2 GB.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// OpenTelemetry's name where there is one, else the source's own.
    pub name: String,
    /// Which figure of it.
    pub stat: Stat,
    /// Its unit.
    pub unit: Unit,
    /// Its value in that unit.
    pub value: f64,
}

/// Which figure of a metric a measurement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stat {
    /// The only or final value.
    Value,
    /// At the start of the span.
    Start,
    /// At its end.
    End,
    /// The largest seen.
    Peak,
    /// The average over the span.
    Mean,
    /// The total over the span.
    Sum,
}

impl Stat {
    /// Every figure.
    pub const ALL: [Self; 6] = [Self::Value, Self::Start, Self::End, Self::Peak, Self::Mean, Self::Sum];

    /// The stored name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Start => "start",
            Self::End => "end",
            Self::Peak => "peak",
            Self::Mean => "mean",
            Self::Sum => "sum",
        }
    }

    /// The figure of that stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stat| stat.name() == name)
    }
}
