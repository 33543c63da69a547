//! `reelbench backup`: a consistent copy of the workspace while others use it.

use std::path::PathBuf;

use super::args::BackupArgs;
use super::text::{clean, say, say_json};
use super::{DONE, opening};
use crate::engine::jobs::Progress;
use crate::engine::{Access, Failure};

pub(super) fn run(args: &BackupArgs, workspace: Option<PathBuf>) -> Result<u8, Failure> {
    let engine = opening::open(workspace, "reelbench backup", Access::View)?;
    let progress = Progress::default();
    let on_interrupt = progress.clone();
    opening::on_interrupt(move || on_interrupt.cancel())?;
    engine.backup(&args.to, &progress)?;
    engine.close();
    let size_bytes = std::fs::metadata(&args.to).map_or(0, |metadata| metadata.len());
    if args.json {
        say_json(&serde_json::json!({ "version": 1, "file": args.to.to_string_lossy(), "size_bytes": size_bytes }));
    } else {
        say(&clean(&format!("Backed up to {} ({size_bytes} bytes)", args.to.display())));
    }
    Ok(DONE)
}
