//! The workspace file: schema, one writer, readers, packed series and their pyramid.
//!
//! A workspace is one SQLite file. A process that changes it has one [`Writer`]; whoever asks has a [`Reader`].
//! Everything that is brought in a [`crate::model::Batch`] is an upsert by natural key, so bringing it again adds
//! nothing, and it commits together with how far its source was read, so that a crash neither loses nor repeats.
//!
//! | file | what it is |
//! |---|---|
//! | `migrations/` | the schema, readable with sqlite3 |
//! | `open`, `migrate`, `presence`, `lock` | how a file is opened, checked, upgraded and shared |
//! | `intake`, `runs`, `spans`, `usages`, `series`, `sources`, `notes`, `journal` | facts as rows |
//! | `stretch`, `pack`, `chunks`, `pyramid`, `thin` | samples: merged, packed, laid out, summed up, drawn |

mod answer;
mod backup;
mod chunks;
mod columns;
mod error;
mod intake;
mod journal;
mod json;
mod lock;
mod migrate;
mod notes;
mod open;
mod pack;
mod presence;
mod pyramid;
mod reader;
mod runs;
mod series;
mod sources;
mod spans;
mod stretch;
mod thin;
mod usages;
mod writer;

pub use answer::{RunRow, SeriesRow, SourceRow, Totals, Written};
pub use error::StoreError;
pub use presence::is_open_here;
pub use reader::{Interrupter, Reader};
pub use writer::Writer;
