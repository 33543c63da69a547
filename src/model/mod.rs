//! Facts and units that every floor speaks: runs, spans, series, usage, issues. No IO, no clock, no SQL.

pub mod batch;
pub mod edit;
pub mod host;
pub mod issue;
pub mod key;
pub mod run;
pub mod series;
pub mod source;
pub mod span;
pub mod time;
pub mod unit;
pub mod usage;
pub mod value;

pub use batch::{Absence, Batch, Note};
pub use edit::Edit;
pub use host::Host;
pub use issue::{Effect, Issue, IssueKind, IssueLog, Place, Severity};
pub use key::Key;
pub use run::{Clock, Media, Outcome, Recorder, Run};
pub use series::{Bucket, Samples, Series, SeriesKind, Thinned, Values};
pub use source::{Cursor, Source, SourceKind, Zone};
pub use span::{Measurement, Span, SpanKind, Stat};
pub use unit::Unit;
pub use usage::{Cost, Quantity, Usage, UsageUnit};
pub use value::{Attributes, Value};
