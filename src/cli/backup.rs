//! `reelbench backup`: a consistent copy of the workspace while others use it.

use std::path::PathBuf;

use super::args::BackupArgs;
use super::text::{say, say_json};
use super::{DONE, opening};
use crate::engine::jobs::Progress;
use crate::engine::{Access, Failure};

pub(super) fn run(args: &BackupArgs, workspace: Option<PathBuf>) -> Result<u8, Failure> {
    let path = opening::path_or_default(workspace)?;
    if !path.exists() {
        return Err(Failure::Refused(format!("There is no workspace at {} to back up", path.display())));
    }
    let engine = opening::open(Some(path), "reelbench backup", Access::Edit)?;
    let progress = Progress::default();
    let on_interrupt = progress.clone();
    opening::on_interrupt(move || on_interrupt.cancel())?;
    engine.backup(args.to.clone(), progress)?;
    engine.close();
    let size_bytes = std::fs::metadata(&args.to).map_or(0, |metadata| metadata.len());
    if args.json {
        say_json(&serde_json::json!({ "version": 1, "file": args.to.to_string_lossy(), "size_bytes": size_bytes }));
    } else {
        say(&format!("Backed up to {} ({size_bytes} bytes)", args.to.display()));
    }
    Ok(DONE)
}
