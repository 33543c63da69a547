//! The workspace file: schema, one writer, readers, packed series and their pyramid.

mod answer;
mod error;
mod reader;
mod writer;

pub use answer::{RunRow, SeriesRow, SourceRow, Totals, Written};
pub use error::StoreError;
pub use reader::{Interrupter, Reader};
pub use writer::Writer;
