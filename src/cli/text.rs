//! Text for a terminal: harmless whatever a file put into a name, and in columns whatever script it is in.

use std::io::{BufWriter, ErrorKind, Write as _};
use std::sync::OnceLock;

use serde::Serialize;
use serde_json::ser::Formatter;
use unicode_width::UnicodeWidthStr as _;

/// Text from data, safe to print: control characters are shown as escapes, so that no file can move the cursor, set
/// the clipboard or turn the line around.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|letter| if is_hostile(letter) { letter.escape_default().to_string() } else { letter.to_string() })
        .collect()
}

/// Whether a terminal does something at a character instead of showing it: controls, line and paragraph separators,
/// and those that turn the direction of writing. All of them lie in the Basic Multilingual Plane.
fn is_hostile(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// JSON in which every character that is hostile to a terminal is an escape; a parser reads the same text.
struct SafeText;

impl Formatter for SafeText {
    fn write_string_fragment<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> std::io::Result<()> {
        let mut rest = fragment;
        while let Some((at, letter)) = rest.char_indices().find(|&(_, letter)| is_hostile(letter)) {
            write!(writer, "{}\\u{:04x}", &rest[..at], u32::from(letter))?;
            rest = &rest[at + letter.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

/// What came between this program and its output, if anything did.
static OUTPUT_ERROR: OnceLock<String> = OnceLock::new();

/// Prints a line; a closed pipe is not an error, a full disk is one that [`output_error`] tells.
pub(super) fn say(line: &str) {
    say_bytes(format!("{line}\n").as_bytes());
}

/// Prints bytes that are text already, line ends included.
pub(super) fn say_bytes(bytes: &[u8]) {
    let mut output = std::io::stdout().lock();
    note(output.write_all(bytes).and_then(|()| output.flush()));
}

fn note(printed: std::io::Result<()>) {
    if let Err(error) = printed
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _ = OUTPUT_ERROR.set(error.to_string());
    }
}

/// Why not all that was to be printed was, if so.
pub(super) fn output_error() -> Option<&'static str> {
    OUTPUT_ERROR.get().map(String::as_str)
}

/// Prints a value as JSON on a line of its own, part by part: it may be large.
pub(super) fn say_json(json: &impl Serialize) {
    let mut output = BufWriter::new(std::io::stdout().lock());
    let mut serializer = serde_json::Serializer::with_formatter(&mut output, SafeText);
    let result = json.serialize(&mut serializer).map_err(std::io::Error::from);
    note(result.and_then(|()| output.write_all(b"\n")).and_then(|()| output.flush()));
}

/// Tells what went wrong.
pub(super) fn complain(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "reelbench: {}", sentence.lines().map(clean).collect::<Vec<_>>().join("\n"));
}

/// A table with a heading; columns as wide as their widest cell, numbers to the right.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    right: Vec<bool>,
}

impl Table {
    /// A table with these headings; those that begin with `>` head columns of numbers.
    pub(super) fn new(headings: &[&str]) -> Self {
        let right = headings.iter().map(|heading| heading.starts_with('>')).collect();
        Self { rows: vec![headings.iter().map(|heading| heading.trim_start_matches('>').to_owned()).collect()], right }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| clean(&cell)).collect());
    }

    pub(super) fn print(&self) {
        let widths: Vec<usize> = (0..self.right.len())
            .map(|column| self.rows.iter().map(|row| row.get(column).map_or(0, |cell| cell.width())).max().unwrap_or(0))
            .collect();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, &width), &is_right) in row.iter().zip(&widths).zip(&self.right) {
                let padding = " ".repeat(width.saturating_sub(cell.width()));
                if is_right {
                    line += &padding;
                    line += cell;
                } else {
                    line += cell;
                    line += &padding;
                }
                line += "  ";
            }
            say(line.trim_end());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn a_name_cannot_drive_the_terminal() {
        assert_eq!(clean("a\u{1b}]52;c;eA==\u{7}"), "a\\u{1b}]52;c;eA==\\u{7}");
        assert_eq!(clean("\u{202e}gpj.exe"), "\\u{202e}gpj.exe");
        assert_eq!(clean("视频 é"), "视频 é");
        assert_eq!(clean("a\u{9b}2J\u{2028}\u{61c}"), "a\\u{9b}2J\\u{2028}\\u{61c}");
    }

    #[test]
    fn json_is_safe_and_says_the_same() {
        let text = "\u{1b}[2J \u{9b}2J \u{202e}gpj \u{7f} \"视频\\\n";
        let json = serde_json::json!({ text: [text] });
        let mut written = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut written, super::SafeText);
        serde::Serialize::serialize(&json, &mut serializer).expect("written");
        let written = String::from_utf8(written).expect("UTF-8");
        assert!(!written.contains(super::is_hostile), "{written}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).expect("JSON"), json);
    }
}
