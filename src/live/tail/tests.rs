//! Tests of the tail: the ways files are rotated, and lines that come in pieces.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use super::*;

struct Folder {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        Self { folder, path }
    }

    fn append(&self, text: &str) {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn tail(&self) -> Tail {
        Tail::new(&self.path, None)
    }
}

fn text(tail: &mut Tail) -> (String, Option<Break>) {
    let look = tail.look().unwrap();
    (format!("{}{}", String::from_utf8(look.rest).unwrap(), String::from_utf8(look.bytes).unwrap()), look.break_)
}

fn same(text: &str) -> (String, Option<Break>) {
    (text.to_owned(), None)
}

#[test]
fn every_cut_of_the_lines_gives_the_same_lines() {
    let whole = "first\nsecond \u{4e2d}\n\nlast\n";
    for cut in 0..whole.len() {
        let folder = Folder::new();
        let mut tail = folder.tail();
        let mut seen = Vec::new();
        for piece in [&whole.as_bytes()[..cut], &whole.as_bytes()[cut..]] {
            let mut file = OpenOptions::new().create(true).append(true).open(&folder.path).unwrap();
            file.write_all(piece).unwrap();
            let look = tail.look().unwrap();
            assert!(look.bytes.is_empty() || look.bytes.ends_with(b"\n"));
            seen.extend(look.bytes);
        }
        assert_eq!(seen, whole.as_bytes(), "cut at {cut}");
    }
}

#[test]
fn a_line_being_written_is_pending() {
    let folder = Folder::new();
    let mut tail = folder.tail();
    assert!(!tail.look().unwrap().is_present);
    folder.append("one\ntw");
    let look = tail.look().unwrap();
    assert_eq!((look.bytes.as_slice(), look.num_pending_bytes, look.is_present), (&b"one\n"[..], 2, true));
    assert_eq!(text(&mut tail), same(""));
    folder.append("o\n");
    assert_eq!(text(&mut tail), same("two\n"));
    folder.append("no end");
    assert_eq!(text(&mut tail), same(""));
    assert_eq!(tail.take_pending().unwrap(), b"no end");
    assert_eq!(tail.take_pending().unwrap(), b"");
}

#[test]
fn renamed_and_made_anew_loses_nothing() {
    let folder = Folder::new();
    let mut tail = folder.tail();
    for round in 0..20 {
        folder.append(&format!("{round} a\n"));
        assert!(text(&mut tail).0.ends_with(&format!("{round} a\n")));
        // Written after the last look, before the rename, and by the old writer after it.
        let mut old = OpenOptions::new().append(true).open(&folder.path).unwrap();
        old.write_all(format!("{round} b\n").as_bytes()).unwrap();
        fs::rename(&folder.path, folder.folder.path().join(format!("a.{round}"))).unwrap();
        old.write_all(format!("{round} c\n").as_bytes()).unwrap();
        if round % 2 == 0 {
            let look = tail.look().unwrap();
            assert_eq!((look.is_present, look.bytes), (false, format!("{round} b\n{round} c\n").into_bytes()));
            folder.append(&format!("{round} d\n"));
            assert_eq!(text(&mut tail), (format!("{round} d\n"), Some(Break::Replaced)));
        } else {
            folder.append(&format!("{round} d\n"));
            assert_eq!(text(&mut tail), (format!("{round} b\n{round} c\n{round} d\n"), Some(Break::Replaced)));
        }
    }
}

#[test]
fn copied_and_cut_is_noticed_even_when_it_grew_past_the_old_end() {
    let folder = Folder::new();
    let mut tail = folder.tail();
    // The same first bytes, as a header that every file has.
    let header = format!("{}\n", "h".repeat(2000));
    folder.append(&header);
    folder.append("old line\n");
    text(&mut tail);
    fs::copy(&folder.path, folder.folder.path().join("copy")).unwrap();
    OpenOptions::new().write(true).open(&folder.path).unwrap().set_len(0).unwrap();
    folder.append(&format!("{header}new line\nnewer line\n"));
    assert_eq!(text(&mut tail), (format!("{header}new line\nnewer line\n"), Some(Break::Replaced)));
}

#[test]
fn cut_and_written_again_begins_anew() {
    let folder = Folder::new();
    let mut tail = folder.tail();
    folder.append("one\ntwo\n");
    text(&mut tail);
    fs::write(&folder.path, "x\n").unwrap();
    assert_eq!(text(&mut tail), ("x\n".to_owned(), Some(Break::Truncated)));
    fs::write(&folder.path, "").unwrap();
    assert_eq!(text(&mut tail), (String::new(), Some(Break::Truncated)));
    assert_eq!(text(&mut tail), same(""));
}

#[test]
fn deleted_and_made_anew_begins_anew() {
    let folder = Folder::new();
    let mut tail = folder.tail();
    for round in 0..20 {
        // The same content: only that it is another file tells it apart.
        folder.append("same line\n");
        let (text, break_) = text(&mut tail);
        assert_eq!((text.as_str(), break_), ("same line\n", (round > 0).then_some(Break::Replaced)));
        fs::remove_file(&folder.path).unwrap();
    }
    assert!(!tail.look().unwrap().is_present);
}

#[cfg(unix)]
#[test]
fn a_link_turned_to_another_file_begins_anew() {
    let folder = Folder::new();
    let targets = [folder.folder.path().join("one"), folder.folder.path().join("two")];
    fs::write(&targets[0], "one\n").unwrap();
    fs::write(&targets[1], "two\n").unwrap();
    std::os::unix::fs::symlink(&targets[0], &folder.path).unwrap();
    let mut tail = folder.tail();
    assert_eq!(text(&mut tail), same("one\n"));
    let next = folder.folder.path().join("next");
    std::os::unix::fs::symlink(&targets[1], &next).unwrap();
    fs::rename(&next, &folder.path).unwrap();
    assert_eq!(text(&mut tail), ("two\n".to_owned(), Some(Break::Replaced)));
}

#[test]
fn reading_goes_on_where_a_cursor_says() {
    let folder = Folder::new();
    folder.append("one\ntwo\nthr");
    let mut tail = folder.tail();
    text(&mut tail);
    let cursor = tail.cursor().unwrap();
    assert_eq!(cursor.offset_bytes, 8);
    folder.append("ee\n");
    let mut resumed = Tail::new(&folder.path, Some(cursor.clone()));
    assert_eq!(text(&mut resumed), same("three\n"));
    fs::write(&folder.path, "other\nfile\n").unwrap();
    let mut replaced = Tail::new(&folder.path, Some(cursor.clone()));
    assert_eq!(text(&mut replaced), ("other\nfile\n".to_owned(), Some(Break::Replaced)));
    fs::write(&folder.path, "one\n").unwrap();
    let mut cut = Tail::new(&folder.path, Some(cursor));
    assert_eq!(text(&mut cut).1, Some(Break::Replaced));
}

#[test]
fn a_line_without_end_does_not_fill_memory() {
    let folder = Folder::new();
    let mut tail = folder.tail();
    let block = "x".repeat(1024 * 1024);
    for _ in 0..10 {
        folder.append(&block);
    }
    folder.append("\nnext\n");
    let mut seen = Vec::new();
    loop {
        let look = tail.look().unwrap();
        assert!(look.bytes.len() <= MAX_LOOK_BYTES);
        seen.extend(look.bytes);
        if !look.has_more {
            break;
        }
    }
    assert_eq!(seen.len(), 10 * 1024 * 1024 + 6);
}
