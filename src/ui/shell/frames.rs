//! From the shown runs to what the tabs look at: each run's stretch of time, its name, and whether it is followed.

use crate::engine::queries::{RunSummary, RunsAnswer};
use crate::model::{Clock, Key, Outcome, time};
use crate::ui::apart::Apart;
use crate::ui::view::{History, RunFrame, View};

/// How much of the end of a live run is followed at first.
pub const FOLLOW_NANOS: i64 = 60 * time::SECOND_NANOS;

/// Puts the shown runs, in the order of the list, into the view.
pub(super) fn keep(view: &mut View, answer: &RunsAnswer, shown: &[Key]) {
    let runs: Vec<&RunSummary> = answer.runs.iter().filter(|run| shown.contains(&run.run.key)).collect();
    let apart = Apart::of(runs.iter().copied());
    let frames: Vec<RunFrame> = runs.iter().map(|run| frame(run, &runs, &apart)).collect();
    if frames == view.frames {
        return;
    }
    let is_in = |frames: &[RunFrame], run: Key| frames.iter().any(|frame| frame.run == run);
    let are_others = !view.frames.iter().any(|frame| is_in(&frames, frame.run));
    let is_running = |frames: &[RunFrame]| frames.iter().any(|frame| frame.outcome == Outcome::Running);
    if are_others {
        // Other runs altogether: where one was looking means nothing for them.
        view.window = None;
        view.history = History::default();
        view.select_range(None);
        view.cursor_nanos = None;
        view.follow_nanos = is_running(&frames).then_some(FOLLOW_NANOS);
    } else if view.follow_nanos.is_some() && is_running(&view.frames) && !is_running(&frames) {
        // The live run ended: all of it is shown.
        view.follow_nanos = None;
        view.window = None;
    }
    view.span = view.span.filter(|(run, _)| is_in(&frames, *run));
    view.frames = frames;
}

fn frame(run: &RunSummary, shown: &[&RunSummary], apart: &Apart) -> RunFrame {
    let (origin_nanos, end_nanos) = run.bounds().unwrap_or_default();
    let title = run.title();
    let apart = what_is_apart(run, &title, shown, apart);
    RunFrame {
        run: run.run.key,
        title: if apart.is_empty() { title } else { format!("{title} · {apart}") },
        apart,
        origin_nanos,
        end_nanos,
        clock: run.run.clock,
        outcome: run.run.outcome,
    }
}

/// What tells a run from others shown of the same title: labels, else its start or key. Empty where there are none.
fn what_is_apart(run: &RunSummary, title: &str, shown: &[&RunSummary], apart: &Apart) -> String {
    let words = apart.words(run);
    let mut others = shown.iter().filter(|other| other.run.key != run.run.key && other.title() == title).peekable();
    if others.peek().is_none() {
        return String::new();
    }
    if !words.is_empty() && others.all(|other| apart.words(other) != words) {
        return words;
    }
    match (run.run.clock, run.run.start_nanos) {
        (Clock::Utc, Some(start)) => time::strftime_local(start, "%b %-d, %H:%M:%S"),
        _ => run.run.key.short(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Run;

    fn run(name: &str, start: i64, end: Option<i64>, outcome: Outcome) -> RunSummary {
        let mut run = Run::new(Key::of("run", &[name]));
        run.video_id = Some("clip".to_owned());
        run.start_nanos = Some(start);
        run.end_nanos = end;
        run.outcome = outcome;
        RunSummary { run, num_spans: 0, num_failed_spans: 0, last_nanos: Some(start + 5_000_000) }
    }

    fn answer(runs: Vec<RunSummary>) -> RunsAnswer {
        RunsAnswer { num_runs: runs.len(), runs, ..RunsAnswer::default() }
    }

    #[test]
    fn runs_of_one_name_are_told_apart() {
        let answer = answer(vec![
            run("a", 1_000_000_000, Some(2_000_000_000), Outcome::Succeeded),
            run("b", 9_000_000_000, Some(9_500_000_000), Outcome::Failed),
        ]);
        let keys: Vec<Key> = answer.runs.iter().map(|run| run.run.key).collect();
        let mut view = View::default();
        keep(&mut view, &answer, &keys);
        assert_ne!(view.frames[0].title, view.frames[1].title);
        keep(&mut view, &answer, &keys[..1]);
        assert_eq!(view.frames[0].title, "clip");
    }

    #[test]
    fn other_runs_are_shown_whole_and_more_runs_keep_the_window() {
        let answer = answer(vec![
            run("a", 0, Some(2_000_000_000), Outcome::Succeeded),
            run("b", 0, Some(3_000_000_000), Outcome::Succeeded),
        ]);
        let keys: Vec<Key> = answer.runs.iter().map(|run| run.run.key).collect();
        let mut view = View::default();
        keep(&mut view, &answer, &keys[..1]);
        view.show((10, 1_000_000));
        keep(&mut view, &answer, &keys);
        assert_eq!(view.window, Some((10, 1_000_000)));
        keep(&mut view, &answer, &keys[1..]);
        assert_eq!(view.window, Some((10, 1_000_000)), "b was there already");
        keep(&mut view, &answer, &keys[..1]);
        assert_eq!(view.window, None);
    }

    #[test]
    fn a_live_run_is_followed_until_it_ends() {
        let mut live = answer(vec![run("a", 0, None, Outcome::Running)]);
        let keys = [live.runs[0].run.key];
        let mut view = View::default();
        keep(&mut view, &live, &keys);
        assert_eq!(view.follow_nanos, Some(FOLLOW_NANOS));
        assert_eq!(view.frames[0].end_nanos, 5_000_000);
        live.runs[0].run.outcome = Outcome::Succeeded;
        keep(&mut view, &live, &keys);
        assert_eq!(view.follow_nanos, None);
    }
}
