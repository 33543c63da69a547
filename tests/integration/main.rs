//! The integration tests, in one binary, because each further one would link everything again.
#![expect(clippy::expect_used, reason = "in a test the panic is the report")]

mod acceptance;
mod packaging;
mod tidy;
