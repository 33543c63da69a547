//! Cuts a stream into JSON records: one to a line, several to a line, one over many lines, or the elements of an array.
//!
//! A record ends where its last bracket closes. Writers of JSON lines never begin a line inside a record, so an
//! object that begins in the first column ends a record that was still open: what a crash left half written costs
//! only itself. Pretty-printed documents, whose first line is a lone bracket, are exempt from that.

use super::MAX_RECORD_BYTES;

/// The text of one record and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The line it begins on, from 1.
    pub line: u64,
    /// What kind of piece it is.
    pub piece: Piece,
}

/// What kind of piece was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A record.
    Whole,
    /// A record that is not the first on its line.
    Further,
    /// A record longer than the limit; the bytes are its beginning.
    TooLong,
    /// A record that the source ends in.
    Truncated,
    /// Not a record: the source begins with a byte order mark.
    ByteOrderMark,
    /// Not a record: the last record stands on a line without an end.
    NoFinalNewline,
}

/// A push parser of records that holds at most one of them.
#[derive(Clone, Debug)]
pub struct RecordCutter {
    text: Vec<u8>,
    line: u64,
    first_line: u64,
    depth: u32,
    /// The depth at which records stand: 1 inside an array of records.
    base: u32,
    is_in_string: bool,
    is_escaped: bool,
    is_too_long: bool,
    is_pretty: bool,
    is_line_start: bool,
    num_on_line: u64,
    num_bytes: u64,
}

impl Default for RecordCutter {
    fn default() -> Self {
        Self {
            text: Vec::new(),
            line: 1,
            first_line: 1,
            depth: 0,
            base: 0,
            is_in_string: false,
            is_escaped: false,
            is_too_long: false,
            is_pretty: false,
            is_line_start: true,
            num_on_line: 0,
            num_bytes: 0,
        }
    }
}

impl RecordCutter {
    /// Reads the next bytes and hands out every record that ends in them.
    pub fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Record<'_>)) {
        for &byte in bytes {
            self.step(byte, &mut take);
            self.num_bytes += 1;
        }
    }

    /// The source has ended: hands out what was still open.
    pub fn finish(&mut self, mut take: impl FnMut(Record<'_>)) {
        let line = self.line;
        if self.depth > self.base || self.is_in_string {
            take(Record { bytes: &self.text, line: self.first_line, piece: Piece::Truncated });
        } else if !self.text.is_empty() {
            self.cut(&mut take);
        } else if self.base > 0 {
            take(Record { bytes: b"[", line, piece: Piece::Truncated });
        } else if self.num_on_line > 0 && line > 1 && self.first_line == line {
            take(Record { bytes: b"", line, piece: Piece::NoFinalNewline });
        }
        *self = Self::default();
    }

    fn step(&mut self, byte: u8, take: &mut impl FnMut(Record<'_>)) {
        if self.num_bytes < 3 && self.skips_mark(byte, take) {
            return;
        }
        if byte == b'\n' {
            self.end_line(take);
            return;
        }
        let is_line_start = std::mem::replace(&mut self.is_line_start, false);
        if is_line_start && byte == b'{' && self.depth > self.base && !self.is_pretty {
            self.cut(take);
            self.num_on_line = 0;
        }
        if self.is_in_string {
            self.is_in_string = self.is_escaped || byte != b'"';
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            self.push(byte);
            return;
        }
        match byte {
            b'[' if self.depth == 0 && self.text.is_empty() => {
                self.base = 1;
                self.depth = 1;
            }
            b']' if self.base == 1 && self.depth == 1 => {
                self.cut(take);
                self.base = 0;
                self.depth = 0;
            }
            b',' if self.depth == self.base => {
                self.cut(take);
            }
            b'{' | b'[' => {
                self.depth += 1;
                self.push(byte);
            }
            b'}' | b']' if self.depth > self.base => {
                self.depth -= 1;
                self.push(byte);
                if self.depth == self.base {
                    self.cut(take);
                }
            }
            _ => {
                self.is_in_string = byte == b'"';
                self.push(byte);
            }
        }
    }

    /// Passes over a byte order mark. The source may be cut inside it, so its bytes are judged one by one.
    fn skips_mark(&mut self, byte: u8, take: &mut impl FnMut(Record<'_>)) -> bool {
        const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
        let index = usize::try_from(self.num_bytes).unwrap_or(0);
        let is_mark = byte == MARK[index] && self.text.len() == index;
        if is_mark && index == 2 {
            self.text.clear();
            take(Record { bytes: b"", line: 1, piece: Piece::ByteOrderMark });
            return true;
        }
        if is_mark {
            self.text.push(byte);
        }
        is_mark
    }

    fn end_line(&mut self, take: &mut impl FnMut(Record<'_>)) {
        if self.depth <= self.base || self.is_in_string || (self.is_too_long && self.first_line == self.line) {
            // A record never holds a bare line end inside a string: it is broken, and the next line is not.
            if self.base == 0 || self.is_in_string {
                self.cut(take);
            }
        } else {
            let is_first_line = self.first_line == self.line;
            self.is_pretty |= is_first_line && matches!(self.text.trim_ascii(), b"{" | b"[");
            self.push(b'\n');
        }
        self.line += 1;
        self.num_on_line = 0;
        self.is_line_start = true;
    }

    fn push(&mut self, byte: u8) {
        if self.text.is_empty() {
            if byte.is_ascii_whitespace() {
                return;
            }
            self.first_line = self.line;
        }
        if self.text.len() < MAX_RECORD_BYTES {
            self.text.push(byte);
        } else {
            self.is_too_long = true;
        }
    }

    fn cut(&mut self, take: &mut impl FnMut(Record<'_>)) {
        let piece = match (self.is_too_long, self.num_on_line) {
            (true, _) => Piece::TooLong,
            (false, 1..) if self.base == 0 => Piece::Further,
            (false, _) => Piece::Whole,
        };
        if !self.text.is_empty() {
            take(Record { bytes: self.text.trim_ascii(), line: self.first_line, piece });
            self.num_on_line += 1;
        }
        self.text.clear();
        self.depth = self.base;
        self.is_in_string = false;
        self.is_escaped = false;
        self.is_too_long = false;
        self.is_pretty = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, RecordCutter};

    fn cut(pieces: &[&[u8]]) -> Vec<(String, u64, Piece)> {
        let mut records = Vec::new();
        let mut cutter = RecordCutter::default();
        let mut take = |record: super::Record<'_>| {
            records.push((String::from_utf8_lossy(record.bytes).into_owned(), record.line, record.piece));
        };
        for piece in pieces {
            cutter.feed(piece, &mut take);
        }
        cutter.finish(&mut take);
        records
    }

    fn check(text: &str, expected: &[(&str, u64, Piece)]) {
        let whole = cut(&[text.as_bytes()]);
        let expected: Vec<_> = expected.iter().map(|&(text, line, piece)| (text.to_owned(), line, piece)).collect();
        assert_eq!(whole, expected, "{text:?}");
        for at in 0..text.len() {
            assert_eq!(cut(&[&text.as_bytes()[..at], &text.as_bytes()[at..]]), whole, "{text:?} cut at {at}");
        }
    }

    #[test]
    fn lines() {
        check(
            "{\"a\":1}\r\n\n {\"b\":\"}\\\"{\"}\n",
            &[(r#"{"a":1}"#, 1, Piece::Whole), (r#"{"b":"}\"{"}"#, 3, Piece::Whole)],
        );
        check("{}\n{}", &[("{}", 1, Piece::Whole), ("{}", 2, Piece::Whole), ("", 2, Piece::NoFinalNewline)]);
        check("\u{feff}{}", &[("", 1, Piece::ByteOrderMark), ("{}", 1, Piece::Whole)]);
    }

    #[test]
    fn several_on_a_line_and_rubbish_between() {
        check(
            "{}{} x\n17\n",
            &[("{}", 1, Piece::Whole), ("{}", 1, Piece::Further), ("x", 1, Piece::Further), ("17", 2, Piece::Whole)],
        );
        check("{},\n{},\n", &[("{}", 1, Piece::Whole), ("{}", 2, Piece::Whole)]);
    }

    #[test]
    fn documents_over_many_lines_and_arrays() {
        check("{\n\"a\": [\n{\n\"b\": 1\n}\n]\n}\n", &[("{\n\"a\": [\n{\n\"b\": 1\n}\n]\n}", 1, Piece::Whole)]);
        check(
            "[\n{\"a\": 1},\n{\"a\": [2,\n3]}\n]\n",
            &[("{\"a\": 1}", 2, Piece::Whole), ("{\"a\": [2,\n3]}", 3, Piece::Whole)],
        );
    }

    #[test]
    fn a_half_written_line_costs_itself() {
        check("{\"a\": [1\n{\"b\":2}\n", &[("{\"a\": [1", 1, Piece::Whole), ("{\"b\":2}", 2, Piece::Whole)]);
        check("{\"a\": \"x\n{\"b\":2}\n", &[("{\"a\": \"x", 1, Piece::Whole), ("{\"b\":2}", 2, Piece::Whole)]);
        check("{}\n{\"a\": ", &[("{}", 1, Piece::Whole), ("{\"a\": ", 2, Piece::Truncated)]);
        check("[{}", &[("{}", 1, Piece::Whole), ("[", 1, Piece::Truncated)]);
    }

    #[test]
    fn a_too_long_line_is_passed_over() {
        let mut text = vec![b'{'; 1];
        text.extend(std::iter::repeat_n(b'7', super::MAX_RECORD_BYTES + 10));
        text.extend(b"\n{}\n");
        let records = cut(&[&text]);
        assert_eq!(records.iter().map(|record| record.2).collect::<Vec<_>>(), [Piece::TooLong, Piece::Whole]);
    }
}
