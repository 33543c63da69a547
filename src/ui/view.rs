//! What is being looked at: the chosen runs, the visible stretch of time, the cursor, the selection. Shared by all tabs,
//! so that they zoom, pan and point together.
//!
//! Runs are aligned by their starts: every time here is *elapsed* nanoseconds since the start of the run it is
//! applied to, and [`RunFrame`] turns it into a run's own clock.

use std::collections::BTreeSet;

use super::command::Action;
use super::theme::StageColours;
use crate::model::{Clock, Key, Outcome};

/// The shared state of looking.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The runs shown, first is on top. Kept up to date by the shell from the selection in the side bar.
    pub frames: Vec<RunFrame>,
    /// The visible stretch, elapsed nanoseconds; `None` shows everything.
    pub window: Option<(i64, i64)>,
    /// Stretches seen before, for going back, and those gone back from.
    pub history: History,
    /// Where the pointer is, elapsed nanoseconds: drawn by every tab.
    pub cursor_nanos: Option<i64>,
    /// The selected stretch of time, elapsed nanoseconds.
    pub range: Option<(i64, i64)>,
    /// The lanes that the selected stretch is limited to, by run, from the first to before the second: what a box was
    /// drawn around. Empty is all of them.
    pub boxed: Vec<(Key, (u32, u32))>,
    /// The selected span and its run.
    pub span: Option<(Key, Key)>,
    /// Whether axes show the clock instead of elapsed time.
    pub is_clock_axis: bool,
    /// Follow the last stretch of a live run, this long; `None` stays where it is.
    pub follow_nanos: Option<i64>,
    /// What is searched for on the timeline.
    pub search: String,
    /// Whether idle gaps are marked.
    pub is_idle_shown: bool,
    /// The colour of every stage name met so far: the same in every run and tab.
    pub colours: StageColours,
    /// Legend entries hidden in plots, as `plot title/legend`, or of one run as `plot title/series`.
    pub hidden_series: BTreeSet<String>,
    /// What was asked for since the last frame that only a tab can carry out: it knows its lanes and its search
    /// field. A tab [takes](Self::take) what it carries out; what nobody took is forgotten after the frame.
    pub asked: Vec<Action>,
}

/// A chosen run and the stretch it spans on its own clock.
#[derive(Clone, Debug, PartialEq)]
pub struct RunFrame {
    /// The run.
    pub run: Key,
    /// What it is called; where others shown are called the same, with what tells them apart.
    pub title: String,
    /// That alone: `slow`. Empty where no other is called the same.
    pub apart: String,
    /// Its start on its own clock, nanoseconds: elapsed 0.
    pub origin_nanos: i64,
    /// Its last moment on its own clock, nanoseconds.
    pub end_nanos: i64,
    /// What its clock means: only UTC and local runs have a clock axis.
    pub clock: Clock,
    /// How it ended, or that it runs.
    pub outcome: Outcome,
}

impl RunFrame {
    /// Elapsed time on the run's own clock.
    #[must_use]
    pub fn to_clock(&self, elapsed_nanos: i64) -> i64 {
        self.origin_nanos.saturating_add(elapsed_nanos)
    }

    /// A moment of the run's own clock as elapsed time.
    #[must_use]
    pub fn to_elapsed(&self, at_nanos: i64) -> i64 {
        at_nanos.saturating_sub(self.origin_nanos)
    }
}

/// Visible stretches to go back and forward to.
#[derive(Clone, Debug, Default)]
pub struct History {
    back: Vec<Option<(i64, i64)>>,
    forward: Vec<Option<(i64, i64)>>,
}

const MAX_HISTORY: usize = 100;
/// Nothing is shown closer than this: a microsecond across the window.
const MIN_WINDOW_NANOS: i64 = 1_000;

impl View {
    /// Everything there is: from 0 to the end of the longest run.
    #[must_use]
    pub fn full_window(&self) -> (i64, i64) {
        let longest = self.frames.iter().map(|frame| frame.end_nanos.saturating_sub(frame.origin_nanos)).max();
        (0, longest.unwrap_or(0).max(MIN_WINDOW_NANOS))
    }

    /// The visible stretch: the end of a live run when it is followed, the chosen window, or everything.
    #[must_use]
    pub fn visible(&self) -> (i64, i64) {
        let full = self.full_window();
        if let Some(follow_nanos) = self.follow_nanos {
            // A run that is younger than that is shown from its start.
            return (full.1.saturating_sub(follow_nanos).max(full.0), full.1);
        }
        self.window.unwrap_or(full)
    }

    /// Shows a stretch; where it was before can be gone back to. Following ends.
    pub fn show(&mut self, window: (i64, i64)) {
        self.history.back.push(self.window);
        if self.history.back.len() > MAX_HISTORY {
            self.history.back.remove(0);
        }
        self.history.forward.clear();
        self.move_to(window);
    }

    /// The same without a mark to go back to: for every step of a drag or a wheel.
    pub fn move_to(&mut self, (start, end): (i64, i64)) {
        self.follow_nanos = None;
        let end = end.max(start.saturating_add(MIN_WINDOW_NANOS));
        self.window = Some((start, end));
    }

    /// Selects a stretch of time of everything, or none.
    pub fn select_range(&mut self, range: Option<(i64, i64)>) {
        self.range = range;
        self.boxed.clear();
    }

    /// Shows everything.
    pub fn fit(&mut self) {
        self.history.back.push(self.window);
        self.history.forward.clear();
        self.follow_nanos = None;
        self.window = None;
    }

    /// Zooms around a moment: factors below 1 come closer. No further out than three times everything.
    pub fn zoom(&mut self, around_nanos: i64, factor: f64) {
        let (start, end) = self.visible();
        let full = self.full_window();
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a pixel is far coarser")]
        let scaled = |distance: i64| (distance as f64 * factor) as i64;
        let start = around_nanos.saturating_sub(scaled(around_nanos.saturating_sub(start)));
        let end = around_nanos.saturating_add(scaled(end.saturating_sub(around_nanos)));
        if end.saturating_sub(start) <= full.1.saturating_mul(3) {
            self.move_to((start, end));
        }
    }

    /// Moves by a part of the visible stretch: 0.1 is a tenth to the right. Some of the runs stays in sight.
    pub fn pan(&mut self, part: f64) {
        let (start, end) = self.visible();
        let full = self.full_window();
        let width = end.saturating_sub(start);
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a pixel is far coarser")]
        let by = (width as f64 * part) as i64;
        let start =
            start.saturating_add(by).clamp(full.0.saturating_sub(width / 2), full.1.saturating_sub(width / 2).max(0));
        self.move_to((start, start.saturating_add(width)));
    }

    /// Goes back to the stretch shown before.
    pub fn go_back(&mut self) {
        if let Some(window) = self.history.back.pop() {
            self.history.forward.push(self.window);
            self.window = window;
            self.follow_nanos = None;
        }
    }

    /// Goes forward again.
    pub fn go_forward(&mut self) {
        if let Some(window) = self.history.forward.pop() {
            self.history.back.push(self.window);
            self.window = window;
            self.follow_nanos = None;
        }
    }

    /// Whether this was asked for; the first who takes it carries it out.
    pub fn take(&mut self, action: Action) -> bool {
        let position = self.asked.iter().position(|asked| *asked == action);
        position.map(|position| self.asked.remove(position)).is_some()
    }

    /// The frame of a run.
    #[must_use]
    pub fn frame(&self, run: Key) -> Option<&RunFrame> {
        self.frames.iter().find(|frame| frame.run == run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> View {
        let frame = RunFrame {
            run: Key::of("run", &["a"]),
            title: "a".to_owned(),
            apart: String::new(),
            origin_nanos: 1_000,
            end_nanos: 1_001_000,
            clock: Clock::Utc,
            outcome: Outcome::Succeeded,
        };
        View { frames: vec![frame], ..View::default() }
    }

    #[test]
    fn zoom_keeps_the_moment_under_the_pointer() {
        let mut view = view();
        view.zoom(250_000, 0.5);
        assert_eq!(view.visible(), (125_000, 625_000));
    }

    #[test]
    fn going_back_and_forward_meet() {
        let mut view = view();
        view.show((10_000, 20_000));
        view.show((12_000, 14_000));
        view.go_back();
        assert_eq!(view.visible(), (10_000, 20_000));
        view.go_back();
        assert_eq!(view.visible(), (0, 1_000_000));
        view.go_forward();
        assert_eq!(view.visible(), (10_000, 20_000));
    }

    #[test]
    fn following_shows_the_end_until_moved() {
        let mut view = view();
        view.follow_nanos = Some(100_000);
        assert_eq!(view.visible(), (900_000, 1_000_000));
        view.pan(-0.5);
        assert_eq!(view.visible(), (850_000, 950_000));
        view.follow_nanos = Some(60_000_000);
        assert_eq!(view.visible(), (0, 1_000_000), "there is nothing before the start");
    }
}
