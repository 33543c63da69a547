//! Cuts one large JSON document into its members, and a named array in it into its elements, without holding it.
//!
//! Of `{"stats": {…}, "history": [a, b, …]}` with `history` named, the pieces are `stats`, `a`, `b` and so on. A document
//! that is itself an array is cut into its elements. Memory is one piece.

use super::MAX_RECORD_BYTES;

/// A piece of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The member it is, or whose array it is an element of; empty in a document that is an array.
    pub name: &'a str,
    /// Whether it is an element of an array.
    pub is_element: bool,
    /// Its bytes, JSON of their own.
    pub bytes: &'a [u8],
    /// Where it begins in the source, bytes from 0.
    pub offset_bytes: u64,
    /// Whether it was longer than the limit: `bytes` then holds only its beginning.
    pub is_too_long: bool,
    /// Whether the source ends in it.
    pub is_truncated: bool,
}

/// A push parser of one document.
#[derive(Clone, Debug)]
pub struct DocumentCutter {
    /// The array whose elements are wanted one by one.
    cut_array: &'static str,
    text: Vec<u8>,
    offset_bytes: u64,
    first_offset_bytes: u64,
    depth: u32,
    level: Level,
    name: Option<String>,
    is_in_string: bool,
    is_escaped: bool,
    is_too_long: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Outside,
    Members,
    Elements,
    /// Elements of the named array, inside the document's object.
    InnerElements,
}

impl Level {
    /// The depth at which its pieces stand.
    fn depth(self) -> u32 {
        match self {
            Self::Outside => 0,
            Self::Members | Self::Elements => 1,
            Self::InnerElements => 2,
        }
    }
}

impl DocumentCutter {
    /// A cutter of documents that hold the named array.
    #[must_use]
    pub fn new(cut_array: &'static str) -> Self {
        Self {
            cut_array,
            text: Vec::new(),
            offset_bytes: 0,
            first_offset_bytes: 0,
            depth: 0,
            level: Level::Outside,
            name: None,
            is_in_string: false,
            is_escaped: false,
            is_too_long: false,
        }
    }

    /// Reads the next bytes, cut anywhere, and hands out every piece that ends in them.
    pub fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Piece<'_>)) {
        for &byte in bytes {
            self.step(byte, &mut take);
            self.offset_bytes += 1;
        }
    }

    /// The source has ended: hands out what was still open.
    pub fn finish(&mut self, mut take: impl FnMut(Piece<'_>)) {
        let is_inside = self.depth > self.level.depth() || self.is_in_string;
        if self.level != Level::Outside && !is_inside {
            // The last piece may be complete though the document is not; a number may have lost digits.
            let is_closed = self.text.trim_ascii().last().is_some_and(|byte| matches!(byte, b'}' | b']' | b'"'));
            if is_closed && (self.name.is_some() || self.level != Level::Members) {
                self.cut(&mut take);
            }
        }
        if self.level != Level::Outside || !self.text.is_empty() {
            let name = self.name.as_deref().unwrap_or_default();
            let offset_bytes = if self.text.is_empty() { self.offset_bytes } else { self.first_offset_bytes };
            let is_element = self.level != Level::Members;
            let bytes = self.text.trim_ascii();
            take(Piece { name, is_element, bytes, offset_bytes, is_too_long: false, is_truncated: true });
        }
        *self = Self::new(self.cut_array);
    }

    fn step(&mut self, byte: u8, take: &mut impl FnMut(Piece<'_>)) {
        if self.is_in_string {
            // A string never holds a bare line end: what follows is not part of it.
            self.is_in_string = (self.is_escaped || byte != b'"') && byte != b'\n';
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            self.push(byte);
            return;
        }
        let is_between = self.depth == self.level.depth();
        match byte {
            b'{' | b'[' if self.level == Level::Outside => {
                self.tell_rubbish(take);
                self.level = if byte == b'{' { Level::Members } else { Level::Elements };
                self.depth = 1;
            }
            b'[' if self.level == Level::Members
                && is_between
                && self.text.is_empty()
                && self.name.as_deref() == Some(self.cut_array) =>
            {
                self.level = Level::InnerElements;
                self.depth = 2;
            }
            b'{' | b'[' => {
                self.depth += 1;
                self.push(byte);
            }
            b'}' | b']' if is_between && self.level != Level::Outside => {
                self.cut(take);
                self.level = match self.level {
                    Level::InnerElements => Level::Members,
                    _ => Level::Outside,
                };
                self.depth = self.level.depth();
                self.name = None;
            }
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                self.push(byte);
            }
            b',' if is_between && self.level != Level::Outside => self.cut(take),
            b':' if is_between && self.level == Level::Members && self.name.is_none() => {
                let name = serde_json::from_slice(self.text.trim_ascii());
                self.name = Some(name.unwrap_or_else(|_| String::from_utf8_lossy(&self.text).into_owned()));
                self.text.clear();
            }
            _ => {
                self.is_in_string = byte == b'"';
                self.push(byte);
            }
        }
    }

    /// Hands out what stands before a document or between two, as an element that cannot be read.
    fn tell_rubbish(&mut self, take: &mut impl FnMut(Piece<'_>)) {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let bytes = self.text.trim_ascii();
        if !bytes.is_empty() && bytes != MARK {
            let (offset_bytes, is_too_long) = (self.first_offset_bytes, self.is_too_long);
            take(Piece { name: "", is_element: true, bytes, offset_bytes, is_too_long, is_truncated: false });
        }
        self.text.clear();
        self.is_too_long = false;
    }

    fn push(&mut self, byte: u8) {
        if self.text.is_empty() {
            if byte.is_ascii_whitespace() {
                return;
            }
            self.first_offset_bytes = self.offset_bytes;
        }
        if self.text.len() < MAX_RECORD_BYTES {
            self.text.push(byte);
        } else {
            self.is_too_long = true;
        }
    }

    fn cut(&mut self, take: &mut impl FnMut(Piece<'_>)) {
        if self.level != Level::Outside && !self.text.is_empty() {
            take(Piece {
                name: self.name.as_deref().unwrap_or_default(),
                is_element: self.level != Level::Members,
                bytes: self.text.trim_ascii(),
                offset_bytes: self.first_offset_bytes,
                is_too_long: self.is_too_long,
                is_truncated: false,
            });
        }
        if self.level == Level::Members {
            self.name = None;
        }
        self.text.clear();
        self.is_too_long = false;
        self.is_escaped = false;
    }
}

#[cfg(test)]
mod tests {
    use super::DocumentCutter;

    fn cut(pieces: &[&[u8]]) -> Vec<String> {
        let mut texts = Vec::new();
        let mut cutter = DocumentCutter::new("history");
        let mut take = |piece: super::Piece<'_>| {
            let mark = if piece.is_truncated { "…" } else { "" };
            let kind = if piece.is_element { "[]" } else { "" };
            let text = String::from_utf8_lossy(piece.bytes);
            texts.push(format!("{}{kind}@{}: {text}{mark}", piece.name, piece.offset_bytes));
        };
        for piece in pieces {
            cutter.feed(piece, &mut take);
        }
        cutter.finish(&mut take);
        texts
    }

    fn check(text: &str, expected: &[&str]) {
        let whole = cut(&[text.as_bytes()]);
        assert_eq!(whole, expected, "{text}");
        for at in 0..text.len() {
            assert_eq!(cut(&[&text.as_bytes()[..at], &text.as_bytes()[at..]]), whole, "{text} cut at {at}");
        }
    }

    #[test]
    fn documents_are_cut_into_members_and_elements() {
        check(
            r#"{"at": "x,]", "stats": {"a": [1]}, "history": [{"b": "}"}, 2], "n": 5}"#,
            &[r#"at@7: "x,]""#, r#"stats@23: {"a": [1]}"#, r#"history[]@47: {"b": "}"}"#, "history[]@59: 2", "n@68: 5"],
        );
        check("\u{feff}[{}, {}]", &["[]@4: {}", "[]@8: {}"]);
        check("[1] x, y [2]", &["[]@1: 1", "[]@4: x, y", "[]@10: 2"]);
        check(r#"{"history": {"not": "an array"}}"#, &[r#"history@12: {"not": "an array"}"#]);
    }

    #[test]
    fn a_document_cut_short_keeps_what_was_whole() {
        check(r#"{"history": [{"a": 1}, {"b": "#, &[r#"history[]@13: {"a": 1}"#, r#"history[]@23: {"b":…"#]);
        check(r#"{"history": [{"a": 1}"#, &[r#"history[]@13: {"a": 1}"#, "history[]@21: …"]);
        check(r#"{"n": 12"#, &["n@6: 12…"]);
        check("", &[]);
        check("rubbish", &["[]@0: rubbish…"]);
    }
}
