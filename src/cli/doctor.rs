//! `reelbench doctor`: what this machine has of what reelbench needs.

use std::path::PathBuf;

use super::args::DoctorArgs;
use super::text::{Table, say_json};
use super::{DONE, FAILED, opening};
use crate::engine::doctor::{self, State};
use crate::engine::{Failure, workspace};

pub(super) fn run(args: &DoctorArgs, workspace: Option<PathBuf>) -> Result<u8, Failure> {
    let path = opening::path_or_default(workspace)?;
    let findings = doctor::examine(&path, workspace::last_renderer().as_deref());
    let mut table = Table::new(&["what", "state", "detail"]);
    for finding in &findings {
        if args.json {
            say_json(&serde_json::json!({
                "version": 1,
                "name": finding.name,
                "state": finding.state.name(),
                "detail": finding.detail,
            }));
        }
        table.row([finding.name.clone(), finding.state.name().to_owned(), finding.detail.clone()]);
    }
    if !args.json {
        table.print();
    }
    Ok(if findings.iter().any(|finding| finding.state == State::Missing) { FAILED } else { DONE })
}
