//! A path typed or pasted: the way in that works on every desktop, with or without a file dialog.

use std::path::PathBuf;

use egui::{Button, Key as KeyName, RichText, TextEdit, Ui};

use super::command::Command;
use super::theme::{self, Palette};

/// What the path is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To open a workspace or import a file.
    Open,
    /// To start a new workspace there.
    New,
    /// To follow a file.
    Follow,
    /// To put a copy of the workspace there.
    Backup,
}

impl Purpose {
    fn title(self) -> &'static str {
        match self {
            Self::Open => "Open a workspace, or import files or a folder",
            Self::New => "Start a new workspace in this file",
            Self::Follow => "Follow this file while a program writes it",
            Self::Backup => "Copy the workspace into this file",
        }
    }

    fn button(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::New => "Start",
            Self::Follow => "Follow",
            Self::Backup => "Copy",
        }
    }

    fn command(self, mut paths: Vec<PathBuf>) -> Option<Command> {
        Some(match self {
            Self::Open if !paths.is_empty() => Command::OpenFiles(paths),
            Self::Open => return None,
            Self::New => Command::OpenWorkspace(with_ending(paths.pop()?)),
            Self::Follow => Command::AttachFile(paths.pop()?),
            Self::Backup => Command::BackUpTo(with_ending(paths.pop()?)),
        })
    }
}

/// The path with the workspace ending where it has none.
#[must_use]
pub fn with_ending(path: PathBuf) -> PathBuf {
    if path.extension().is_some() { path } else { path.with_extension(crate::engine::workspace::EXTENSION) }
}

/// An open prompt.
pub struct Prompt {
    purpose: Purpose,
    text: String,
    why: Option<String>,
    is_old: bool,
}

impl Prompt {
    /// An empty one; `why` says why it came instead of a dialog.
    #[must_use]
    pub fn new(purpose: Purpose, why: Option<String>) -> Self {
        Self { purpose, text: String::new(), why, is_old: false }
    }

    /// Draws it; true when it is done.
    pub fn ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) -> bool {
        let palette = Palette::of(ui.ctx());
        ui.set_width(520.0_f32.min(ui.ctx().content_rect().width() - 48.0));
        ui.label(theme::strong(self.purpose.title(), theme::HEADING_SIZE).color(palette.text_strong));
        if let Some(why) = &self.why {
            ui.label(RichText::new(why).color(palette.text_weak));
        }
        ui.add_space(4.0);
        let field = TextEdit::singleline(&mut self.text)
            .hint_text("Type or paste a path")
            .margin(egui::Margin::symmetric(8, 5))
            .desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name("Path");
        if !std::mem::replace(&mut self.is_old, true) {
            response.request_focus();
        }
        let is_entered = response.lost_focus() && ui.input(|input| input.key_pressed(KeyName::Enter));
        ui.add_space(8.0);
        let paths = paths_in(&self.text);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let is_asked =
                ui.add_enabled(!paths.is_empty(), Button::new(self.purpose.button())).clicked() || is_entered;
            let is_cancelled = ui.button("Cancel").clicked();
            match self.purpose.command(paths).filter(|_| is_asked) {
                Some(command) => {
                    commands.push(command);
                    true
                }
                None => is_cancelled,
            }
        })
        .inner
    }
}

/// The paths in a pasted text: one a line, plain, quoted, or as `file://` addresses as file managers copy them.
#[must_use]
pub fn paths_in(text: &str) -> Vec<PathBuf> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).filter_map(path_in).collect()
}

fn path_in(line: &str) -> Option<PathBuf> {
    let quotes = ['"', '\''];
    let line = line.strip_prefix(quotes).and_then(|line| line.strip_suffix(quotes)).unwrap_or(line);
    if let Some(address) = line.strip_prefix("file://") {
        let path = &address[address.find('/')?..];
        return Some(PathBuf::from(without_escapes(path)));
    }
    if let Some(rest) = line.strip_prefix("~/") {
        return Some(directories::UserDirs::new()?.home_dir().join(rest));
    }
    Some(PathBuf::from(line))
}

/// `%20` and its like as the bytes they stand for.
fn without_escapes(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit(high).zip(digit(low)).map(|(high, low)| high * 16 + low)
            }
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a pasted text is meant as paths: every line of it is absolute, from home, or an address of a file.
#[must_use]
pub fn looks_like_paths(text: &str) -> bool {
    let paths = paths_in(text);
    text.len() < 65_536 && !paths.is_empty() && paths.iter().all(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_paths_are_read_as_file_managers_write_them() {
        let text = "/a/b.jsonl\n\"/c d/e.csv\"\nfile:///home/x/%E8%A7%86%20a.json\r\nfile://host/f\n\n";
        let expected = ["/a/b.jsonl", "/c d/e.csv", "/home/x/视 a.json", "/f"].map(PathBuf::from);
        assert_eq!(paths_in(text), expected);
        assert!(looks_like_paths(text));
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in ["", "hello", "relative/path", "/a\nand words"] {
            assert!(!looks_like_paths(text), "{text}");
        }
        assert_eq!(without_escapes("100%"), "100%");
        assert_eq!(without_escapes("%zz%4"), "%zz%4");
    }

    #[test]
    fn a_new_workspace_gets_its_ending() {
        assert_eq!(with_ending(PathBuf::from("/a/b")), PathBuf::from("/a/b.reelbench"));
        assert_eq!(with_ending(PathBuf::from("/a/b.db")), PathBuf::from("/a/b.db"));
    }
}
