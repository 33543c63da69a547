//! Which commands can be carried out now, what they are called now, and which keys ask for them.

use std::borrow::Cow;

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::command::{ACTIONS, Action, Command};
use super::panels::TABS;

/// What decides whether and how commands are listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Circumstances {
    /// Whether a workspace is open.
    pub is_open: bool,
    /// Why it cannot be changed, if so.
    pub read_only: Option<String>,
    /// Whether any run is shown.
    pub has_runs: bool,
    /// What undo would take back, in words.
    pub undo: Option<String>,
    /// What redo would do again, in words.
    pub redo: Option<String>,
    /// The toggles that are on.
    pub on: Vec<Action>,
}

/// Actions that are either on or off.
const TOGGLES: &[Action] =
    &[Action::ToggleClock, Action::ToggleIdle, Action::ToggleFollow, Action::TogglePause, Action::ToggleSideBar];

impl Circumstances {
    /// Why an action cannot be carried out now; `None` when it can.
    #[must_use]
    pub fn refusal(&self, action: Action) -> Option<&str> {
        use Action as A;
        let needs_runs = || (!self.has_runs).then_some("No run is shown");
        let needs_workspace = || (!self.is_open).then_some("No workspace is open");
        match action {
            A::Undo if self.undo.is_none() => Some("Nothing was edited"),
            A::Redo if self.redo.is_none() => Some("Nothing was taken back"),
            A::Undo | A::Redo => self.read_only.as_deref(),
            A::LabelRuns | A::WriteNote => needs_runs().or(self.read_only.as_deref()),
            A::Import | A::Attach | A::AttachProcess => needs_workspace().or(self.read_only.as_deref()),
            A::Backup | A::FindRun | A::TogglePause => needs_workspace(),
            A::Fit
            | A::ZoomIn
            | A::ZoomOut
            | A::PanLeft
            | A::PanRight
            | A::ViewBack
            | A::ViewForward
            | A::NextSpan
            | A::PreviousSpan
            | A::SpanAbove
            | A::SpanBelow
            | A::RangeOfSpan
            | A::GrowRange
            | A::ShrinkRange
            | A::Find
            | A::CopyRunKeys
            | A::ToggleFollow => needs_runs(),
            _ => None,
        }
    }

    /// Whether a toggle is on; `None` for what is no toggle.
    #[must_use]
    pub fn is_on(&self, action: Action) -> Option<bool> {
        TOGGLES.contains(&action).then(|| self.on.contains(&action))
    }

    /// What an action is called now: undo says what it takes back.
    #[must_use]
    pub fn text(&self, action: Action) -> Cow<'static, str> {
        let listed = action.listed().map_or("", |listed| listed.text);
        match (action, &self.undo, &self.redo) {
            (Action::Undo, Some(edit), _) | (Action::Redo, _, Some(edit)) => Cow::Owned(format!("{listed} {edit}")),
            _ => Cow::Borrowed(listed),
        }
    }
}

/// The shortcut of the tab at that place: Ctrl+1 for the first.
#[must_use]
pub fn tab_shortcut(index: usize) -> Option<KeyboardShortcut> {
    const DIGITS: [Key; 9] =
        [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
    DIGITS.get(index).map(|key| KeyboardShortcut::new(Modifiers::COMMAND, *key))
}

/// The keys of a shortcut as people of this platform write them.
#[must_use]
pub fn keys(ctx: &Context, shortcut: &KeyboardShortcut) -> String {
    const SIGNS: &[(Key, &str)] = &[
        (Key::Questionmark, "?"),
        (Key::Slash, "/"),
        (Key::Period, "."),
        (Key::Comma, ","),
        (Key::Plus, "+"),
        (Key::Minus, "-"),
        (Key::Equals, "="),
        (Key::Escape, "Esc"),
    ];
    let text = ctx.format_shortcut(shortcut);
    let sign = SIGNS.iter().find(|(key, _)| *key == shortcut.logical_key);
    let named = sign.and_then(|(key, sign)| text.strip_suffix(key.name()).map(|start| format!("{start}{sign}")));
    named.unwrap_or(text)
}

/// The commands that the keys pressed in this frame ask for. Call it after everything else has taken its keys.
pub fn take_shortcuts(ctx: &Context, circumstances: &Circumstances) -> Vec<Command> {
    let is_typing = ctx.text_edit_focused();
    let is_focused = ctx.memory(|memory| memory.focused().is_some());
    let mut commands = Vec::new();
    for (index, tab) in TABS.iter().enumerate() {
        if let Some(shortcut) = tab_shortcut(index)
            && ctx.input_mut(|input| input.consume_shortcut(&shortcut))
        {
            commands.push(Command::ShowTab(tab.name));
        }
    }
    // Those with more modifiers first: Ctrl+Shift+Z must not be taken as Ctrl+Z.
    let mut pairs: Vec<(Action, &KeyboardShortcut)> =
        ACTIONS.iter().flat_map(|listed| listed.shortcuts.iter().map(|shortcut| (listed.action, shortcut))).collect();
    pairs.sort_by_key(|(_, shortcut)| std::cmp::Reverse(num_modifiers(shortcut.modifiers)));
    for (action, shortcut) in pairs {
        if is_taken_by_focus(shortcut, is_typing, is_focused) {
            continue;
        }
        if ctx.input_mut(|input| is_pressed(input, shortcut)) && circumstances.refusal(action).is_none() {
            commands.push(Command::Do(action));
        }
    }
    commands
}

fn num_modifiers(modifiers: Modifiers) -> u8 {
    u8::from(modifiers.shift) + u8::from(modifiers.alt) + u8::from(modifiers.command || modifiers.ctrl)
}

/// Whether the widget with the keyboard means something of its own by these keys.
fn is_taken_by_focus(shortcut: &KeyboardShortcut, is_typing: bool, is_focused: bool) -> bool {
    let is_plain = num_modifiers(shortcut.modifiers) == 0;
    let edits_text =
        matches!(shortcut.logical_key, Key::Z | Key::Y | Key::C | Key::Backspace | Key::ArrowLeft | Key::ArrowRight);
    if is_typing {
        let is_function = matches!(shortcut.logical_key, Key::F1);
        return (!is_function && !shortcut.modifiers.command) || edits_text;
    }
    let moves_focus =
        matches!(shortcut.logical_key, Key::ArrowUp | Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight | Key::Space);
    is_focused && is_plain && moves_focus
}

/// Takes the key. `?` and `+` come with Shift on most keyboards and without on some: both are them.
fn is_pressed(input: &mut egui::InputState, shortcut: &KeyboardShortcut) -> bool {
    let is_sign = matches!(shortcut.logical_key, Key::Questionmark | Key::Plus | Key::Slash);
    if is_sign && input.consume_key(shortcut.modifiers.plus(Modifiers::SHIFT), shortcut.logical_key) {
        return true;
    }
    let is_exact = |modifiers: Modifiers| modifiers.matches_exact(shortcut.modifiers);
    let mut is_found = false;
    input.events.retain(|event| match event {
        egui::Event::Key { key, modifiers, pressed: true, .. }
            if *key == shortcut.logical_key && is_exact(*modifiers) =>
        {
            is_found = true;
            false
        }
        _ => true,
    });
    is_found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_asks_for_two_things() {
        let mut seen: Vec<KeyboardShortcut> = Vec::new();
        for shortcut in ACTIONS.iter().flat_map(|listed| listed.shortcuts) {
            assert!(!seen.contains(shortcut), "{shortcut:?} is listed twice");
            seen.push(*shortcut);
        }
    }

    #[test]
    fn every_action_is_listed_once_with_words() {
        for (index, listed) in ACTIONS.iter().enumerate() {
            assert!(!listed.text.is_empty() && !listed.tooltip.ends_with('.'), "{}", listed.text);
            assert!(!ACTIONS[..index].iter().any(|other| other.action == listed.action), "{} twice", listed.text);
        }
    }

    #[test]
    fn undo_says_what_it_takes_back() {
        let mut now = Circumstances { is_open: true, ..Circumstances::default() };
        assert_eq!(now.refusal(Action::Undo), Some("Nothing was edited"));
        now.undo = Some("set label “a”".to_owned());
        assert_eq!(now.refusal(Action::Undo), None);
        assert_eq!(now.text(Action::Undo), "Undo set label “a”");
        now.read_only = Some("it is on a read-only disk".to_owned());
        assert_eq!(now.refusal(Action::Undo), Some("it is on a read-only disk"));
    }

    #[test]
    fn typing_keeps_its_keys() {
        let plain = KeyboardShortcut::new(Modifiers::NONE, Key::F);
        let palette = KeyboardShortcut::new(Modifiers::COMMAND, Key::P);
        let undo = KeyboardShortcut::new(Modifiers::COMMAND, Key::Z);
        assert!(is_taken_by_focus(&plain, true, true));
        assert!(!is_taken_by_focus(&palette, true, true));
        assert!(is_taken_by_focus(&undo, true, true), "it is the text's own undo");
        assert!(!is_taken_by_focus(&plain, false, true));
        assert!(is_taken_by_focus(&KeyboardShortcut::new(Modifiers::NONE, Key::Space), false, true));
    }
}
