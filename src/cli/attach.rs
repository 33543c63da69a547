//! `reelbench attach`: follows a growing file or a running process until it ends, Ctrl-C, or a time limit.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::args::AttachArgs;
use super::text::{clean, complain, say, say_json};
use super::{DONE, UNREACHABLE, opening};
use crate::engine::attachments::{AttachRequest, StateKind, Target, Wanted};
use crate::engine::{Access, Event, Failure};

/// How often the state is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

pub(super) fn run(args: &AttachArgs, workspace: Option<PathBuf>) -> Result<u8, Failure> {
    let engine = opening::open(workspace, "reelbench attach", Access::Edit)?;
    let target = match (&args.file, args.pid, &args.process) {
        (Some(file), ..) => Target::File {
            path: std::path::absolute(file).unwrap_or_else(|_| file.clone()),
            format: args.format.clone(),
        },
        (None, Some(pid), _) => Target::Process { wanted: Wanted::Pid(pid) },
        (None, None, Some(text)) => Target::Process { wanted: Wanted::Pattern(text.clone()) },
        (None, None, None) => {
            return Err(Failure::Refused("Say what to follow: a file, --pid or --process".to_owned()));
        }
    };
    let id = engine.attach(&AttachRequest {
        target,
        pipeline: args.pipeline.clone(),
        interval_nanos: args.interval,
        goes_on: args.again,
    })?;
    let is_interrupted = Arc::new(AtomicBool::new(false));
    let on_interrupt = Arc::clone(&is_interrupted);
    opening::on_interrupt(move || on_interrupt.store(true, Ordering::Relaxed))?;
    let deadline = args.limit.map(|nanos| Instant::now() + Duration::from_nanos(nanos.unsigned_abs()));
    let mut shown = None;
    let mut is_detaching = false;
    let mut has_failed = false;
    loop {
        for event in engine.take_events() {
            if let Event::Notice(notice) = event {
                has_failed |= notice.severity == crate::model::Severity::Error;
                complain(&notice.text);
            }
        }
        let Some(status) = engine.attachments().into_iter().find(|status| status.id == id) else { break };
        let state = (status.state, status.reason.clone());
        if shown.as_ref() != Some(&state) {
            if args.json {
                say_json(&serde_json::json!({
                    "version": 1,
                    "name": status.name,
                    "state": status.state.name(),
                    "reason": status.reason,
                    "run": status.run.map(|run| run.to_hex()),
                }));
            } else {
                say(&clean(&format!("{}: {}, {}", status.name, status.state.name(), status.reason)));
            }
            shown = Some(state);
        }
        if status.state == StateKind::Off {
            break;
        }
        let is_over =
            is_interrupted.load(Ordering::Relaxed) || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if is_over && !is_detaching {
            is_detaching = true;
            engine.detach(id);
        }
        std::thread::park_timeout(LOOK_EVERY);
    }
    engine.close();
    Ok(if has_failed { UNREACHABLE } else { DONE })
}
