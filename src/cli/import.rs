//! `reelbench import`: reads files into the workspace and prints the report of each.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::args::ImportArgs;
use super::text::{clean, complain, say, say_json};
use super::{BAD_DATA, DONE, INTERRUPTED, UNREACHABLE, opening};
use crate::engine::import::{Unread, nothing_below};
use crate::engine::jobs::Progress;
use crate::engine::{Access, Engine, Failure, ImportReport, ImportRequest};
use crate::model::Effect;
use crate::report::json;

/// How many issues of a file are printed; `--json` and the Sources tab have all of them.
const MAX_ISSUES_PRINTED: usize = 10;

pub(super) fn run(args: &ImportArgs, workspace: Option<PathBuf>) -> Result<u8, Failure> {
    let request = |path: &PathBuf| ImportRequest {
        path: path.clone(),
        format: args.format.clone(),
        zone: args.zone.clone(),
        is_from_folder: false,
    };
    // Before a workspace is made for nothing.
    ImportRequest { format: args.format.clone(), zone: args.zone.clone(), ..ImportRequest::default() }.check()?;
    let engine = opening::open(workspace, "reelbench import", Access::Edit)?;
    if let Some(reason) = engine.read_only() {
        return Err(Failure::ReadOnly { path: engine.path().to_owned(), reason: reason.to_owned() });
    }
    let progress = Progress::default();
    let on_interrupt = progress.clone();
    opening::on_interrupt(move || on_interrupt.cancel())?;
    let mut code = DONE;
    let mut num_passed_over = 0_u64;
    'named: for named in args.files.iter().map(request) {
        let mut has_found = false;
        for request in named.each_file() {
            let report = import(&engine, &request, &progress)?;
            if args.json {
                say_json(&json::import_report(&report));
            } else if report.is_passed_over {
                num_passed_over += 1;
            } else {
                print(&report);
            }
            has_found |= !report.is_passed_over;
            if report.is_cancelled {
                code = INTERRUPTED;
                break 'named;
            }
            code = code.max(match report.failure {
                Some(Unread::Unreachable(_)) => UNREACHABLE,
                Some(Unread::Unknown(_)) if !report.is_passed_over => BAD_DATA,
                _ => DONE,
            });
        }
        if !has_found {
            complain(&nothing_below(&named));
            code = code.max(BAD_DATA);
        }
    }
    if num_passed_over > 0 {
        say(&format!("{num_passed_over} other files in the folders are of no known format and were passed over"));
    }
    engine.close();
    Ok(code)
}

/// Imports one file, with a progress bar on a terminal.
fn import(engine: &Engine, request: &ImportRequest, progress: &Progress) -> Result<ImportReport, Failure> {
    let Some(bar) = progress_bar(request) else { return engine.import(request, progress) };
    let report = std::thread::scope(|scope| {
        let importing = scope.spawn(|| engine.import(request, progress));
        while !importing.is_finished() {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
            bar.set_position((progress.fraction() * 1000.0) as u64);
            std::thread::park_timeout(Duration::from_millis(50));
        }
        importing
            .join()
            .unwrap_or_else(|_| Err(Failure::Refused("The importer broke down; please report the file.".to_owned())))
    });
    bar.finish_and_clear();
    report
}

fn progress_bar(request: &ImportRequest) -> Option<ProgressBar> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    let bar = ProgressBar::new(1000);
    let name = request.path.file_name().map_or_else(String::new, |name| clean(&name.to_string_lossy()));
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent} %") {
        bar.set_style(style);
    }
    bar.set_message(name);
    Some(bar)
}

fn print(report: &ImportReport) {
    if let Some(failure) = &report.failure {
        complain(&failure.to_string());
        return;
    }
    say(&clean(&format!("{} ({})", report.sentence(), report.format.unwrap_or("unknown"))));
    for issue in report.issues.iter().take(MAX_ISSUES_PRINTED) {
        let detail = if issue.detail.is_empty() { String::new() } else { format!(" [{}]", issue.detail) };
        say(&clean(&format!("  {}, {}: {}{detail}", issue.place, issue.kind.effect().name(), issue.kind.sentence())));
    }
    if report.issues.len() > MAX_ISSUES_PRINTED {
        say(&format!("  … {} more; --json and the Sources tab show all", report.issues.len() - MAX_ISSUES_PRINTED));
    }
    let counts = [Effect::Repaired, Effect::Skipped, Effect::Noticed]
        .map(|effect| format!("{} {}", report.count(effect), effect.name()));
    if !report.issues.is_empty() {
        say(&format!("  {}", counts.join(", ")));
    }
}
