//! `reelbench record`: runs a command and records it until it ends.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::args::RecordArgs;
use super::text::{complain, say_json};
use super::{DONE, INTERRUPTED, USAGE, opening};
use crate::engine::record::RecordingOptions;
use crate::engine::{Access, Event, Failure};

pub(super) fn run(args: RecordArgs, workspace: Option<PathBuf>) -> Result<u8, Failure> {
    let engine = opening::open(workspace, "reelbench record", Access::Edit)?;
    let is_interrupted = Arc::new(AtomicBool::new(false));
    let on_interrupt = Arc::clone(&is_interrupted);
    opening::on_interrupt(move || on_interrupt.store(true, Ordering::Relaxed))?;
    let options = RecordingOptions {
        pipeline: args.pipeline,
        video_id: args.video_id,
        labels: args.label.into_iter().collect(),
        command: args.command,
        interval_nanos: args.interval,
    };
    let result = engine.record(options, &is_interrupted);
    for event in engine.take_events() {
        if let Event::Notice(notice) = event {
            complain(&notice.text);
        }
    }
    let recorded = result?;
    let is_interrupted = is_interrupted.load(Ordering::Relaxed);
    if let Some(failure) = recorded.failure {
        complain(&format!("not all of the run could be stored: {failure}"));
        // The command's own failure comes first; one that did well must not hide that its recording is not whole.
        return Ok(match code(recorded.exit_code, is_interrupted) {
            DONE => super::code_of(&failure),
            code => code,
        });
    }
    let workspace = engine.path().display().to_string();
    engine.close();
    if args.json {
        say_json(&serde_json::json!({ "version": 1, "run": recorded.run.to_hex(), "exit_code": recorded.exit_code }));
    } else {
        // On standard error, because standard output is the command's.
        complain(&format!("recorded run {} in {workspace}", recorded.run.short()));
    }
    Ok(code(recorded.exit_code, is_interrupted))
}

/// The command's code as this program's. An interrupted command that says nothing of it still counts as interrupted.
pub(super) fn code(exit_code: i32, is_interrupted: bool) -> u8 {
    match u8::try_from(exit_code) {
        Ok(0) if is_interrupted => INTERRUPTED,
        Ok(code) => code,
        Err(_) => USAGE,
    }
}
