//! Which runs are shown: chosen by click, with Ctrl and Shift, or by keyboard, as lists on every desktop do.

use crate::model::Key;

/// More runs than this below each other can be neither read nor told apart.
pub const MAX_SHOWN: usize = 32;

/// The shown runs, and where in the list the keyboard is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The shown runs.
    pub shown: Vec<Key>,
    /// Where a stretch chosen with Shift begins.
    anchor: Option<Key>,
    /// Where the keyboard is.
    pub cursor: Option<Key>,
}

/// How a run in the list was pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// This one only.
    Only,
    /// This one too, or no longer.
    Toggle,
    /// Everything from the anchor to this one.
    Through,
    /// Move there, leave the rest.
    Move,
}

impl Pick {
    /// What a click or key with these modifiers means.
    #[must_use]
    pub fn of(modifiers: egui::Modifiers) -> Self {
        if modifiers.shift {
            Self::Through
        } else if modifiers.command {
            Self::Toggle
        } else {
            Self::Only
        }
    }
}

impl Selection {
    /// Shows exactly these.
    pub fn show(&mut self, runs: Vec<Key>) {
        let is_kept = |key: &Key| runs.contains(key);
        self.cursor = self.cursor.filter(is_kept).or(runs.first().copied());
        self.anchor = self.anchor.filter(is_kept).or(self.cursor);
        self.shown = runs;
    }

    /// Points at a run of the list; true when other runs are shown than before.
    pub fn pick(&mut self, list: &[Key], run: Key, pick: Pick) -> bool {
        let before = self.shown.clone();
        self.cursor = Some(run);
        match pick {
            Pick::Move => {}
            Pick::Only => {
                self.shown = vec![run];
                self.anchor = Some(run);
            }
            Pick::Toggle => {
                self.anchor = Some(run);
                if let Some(position) = self.shown.iter().position(|shown| *shown == run) {
                    // One run stays: an empty window teaches nothing.
                    if self.shown.len() > 1 {
                        self.shown.remove(position);
                    }
                } else {
                    self.shown.push(run);
                }
            }
            Pick::Through => {
                let place = |key: Key| list.iter().position(|listed| *listed == key);
                let here = place(run);
                let anchor = self.anchor.and_then(place).or(here);
                if let (Some(anchor), Some(here)) = (anchor, here) {
                    self.shown = list[anchor.min(here)..=anchor.max(here)].to_vec();
                }
            }
        }
        self.shown != before
    }

    /// The run so many rows further in the list, kept inside it.
    #[must_use]
    pub fn next(&self, list: &[Key], rows: isize) -> Option<Key> {
        let last = list.len().checked_sub(1)?;
        let here = self.cursor.and_then(|cursor| list.iter().position(|listed| *listed == cursor));
        let next = here.map_or(if rows < 0 { last } else { 0 }, |here| here.saturating_add_signed(rows).min(last));
        list.get(next).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Vec<Key> {
        ["a", "b", "c", "d", "e"].iter().map(|name| Key::of("run", &[name])).collect()
    }

    #[test]
    fn click_ctrl_click_and_shift_click() {
        let list = keys();
        let mut selection = Selection::default();
        assert!(selection.pick(&list, list[1], Pick::Only));
        assert!(selection.pick(&list, list[3], Pick::Toggle));
        assert_eq!(selection.shown, [list[1], list[3]]);
        assert!(selection.pick(&list, list[4], Pick::Through));
        assert_eq!(selection.shown, [list[3], list[4]]);
        assert!(selection.pick(&list, list[1], Pick::Through), "the anchor stays at the last click");
        assert_eq!(selection.shown, list[1..=3]);
    }

    #[test]
    fn one_run_stays_shown() {
        let list = keys();
        let mut selection = Selection::default();
        selection.pick(&list, list[0], Pick::Only);
        assert!(!selection.pick(&list, list[0], Pick::Toggle));
        assert_eq!(selection.shown, [list[0]]);
    }

    #[test]
    fn the_keyboard_stays_inside_the_list() {
        let list = keys();
        let mut selection = Selection::default();
        assert_eq!(selection.next(&list, 1), Some(list[0]));
        selection.pick(&list, list[4], Pick::Move);
        assert_eq!(selection.next(&list, 1), Some(list[4]));
        assert_eq!(selection.next(&list, -10), Some(list[0]));
        assert_eq!(selection.next(&[], 1), None);
    }

    #[test]
    fn showing_other_runs_moves_cursor_and_anchor_there() {
        let list = keys();
        let mut selection = Selection::default();
        selection.pick(&list, list[4], Pick::Only);
        selection.show(vec![list[0], list[1]]);
        assert!(selection.pick(&list, list[2], Pick::Through));
        assert_eq!(selection.shown, list[0..=2]);
    }
}
