//! Cuts bytes into lines, wherever the pieces they come in are cut.
//!
//! Only `\n` ends a line: text formats carry other control characters inside their values. A `\r` before it is
//! taken off. A line longer than the limit is passed over, and reading goes on at the next one.

/// A line without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its number, from 1.
    pub number: u64,
    /// Where it begins in the source, bytes from 0.
    pub offset_bytes: u64,
    /// Whether it was longer than the limit: `bytes` then holds only its beginning.
    pub is_too_long: bool,
    /// Whether a line end followed; `false` only for the last line of a source.
    pub has_end: bool,
}

/// A push parser of lines that holds at most one of them.
#[derive(Clone, Debug)]
pub struct LineCutter {
    waiting: Vec<u8>,
    limit_bytes: usize,
    number: u64,
    offset_bytes: u64,
    next_offset_bytes: u64,
    is_too_long: bool,
}

impl LineCutter {
    /// A cutter for lines of at most `limit_bytes`.
    #[must_use]
    pub fn new(limit_bytes: usize) -> Self {
        Self { waiting: Vec::new(), limit_bytes, number: 1, offset_bytes: 0, next_offset_bytes: 0, is_too_long: false }
    }

    /// Reads the next bytes and hands out every line that ends in them.
    pub fn feed(&mut self, mut bytes: &[u8], mut take: impl FnMut(Line<'_>)) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            let (piece, rest) = bytes.split_at(end);
            bytes = &rest[1..];
            self.next_offset_bytes += end as u64 + 1;
            if self.waiting.is_empty() && piece.len() <= self.limit_bytes && !self.is_too_long {
                take(self.line(piece, false, true));
            } else {
                self.wait(piece);
                take(self.line(&self.waiting, self.is_too_long, true));
            }
            self.waiting.clear();
            self.is_too_long = false;
            self.number += 1;
            self.offset_bytes = self.next_offset_bytes;
        }
        self.wait(bytes);
        self.next_offset_bytes += bytes.len() as u64;
    }

    /// The source has ended: hands out what follows the last line end, if anything does.
    pub fn finish(&mut self, mut take: impl FnMut(Line<'_>)) {
        if !self.waiting.is_empty() {
            take(self.line(&self.waiting, self.is_too_long, false));
            self.waiting.clear();
            self.is_too_long = false;
            self.number += 1;
            self.offset_bytes = self.next_offset_bytes;
        }
    }

    fn wait(&mut self, piece: &[u8]) {
        let room = self.limit_bytes.saturating_sub(self.waiting.len());
        if piece.len() > room {
            self.is_too_long = true;
        }
        self.waiting.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    fn line<'a>(&self, bytes: &'a [u8], is_too_long: bool, has_end: bool) -> Line<'a> {
        let bytes = if has_end && !is_too_long { bytes.strip_suffix(b"\r").unwrap_or(bytes) } else { bytes };
        Line { bytes, number: self.number, offset_bytes: self.offset_bytes, is_too_long, has_end }
    }
}

#[cfg(test)]
mod tests {
    use super::LineCutter;

    fn cut(pieces: &[&str], limit_bytes: usize) -> Vec<(String, u64, u64, bool, bool)> {
        let mut lines = Vec::new();
        let mut take = |line: super::Line<'_>| {
            let text = String::from_utf8_lossy(line.bytes).into_owned();
            lines.push((text, line.number, line.offset_bytes, line.is_too_long, line.has_end));
        };
        let mut cutter = LineCutter::new(limit_bytes);
        for piece in pieces {
            cutter.feed(piece.as_bytes(), &mut take);
        }
        cutter.finish(&mut take);
        lines
    }

    #[test]
    fn lines_carry_their_place() {
        let lines = cut(&["a\r\n\nb\u{1c}c\nlast"], 100);
        let expected = [("a", 1, 0, true), ("", 2, 3, true), ("b\u{1c}c", 3, 4, true), ("last", 4, 8, false)];
        assert_eq!(lines.len(), expected.len());
        for (line, (text, number, offset, has_end)) in lines.iter().zip(expected) {
            assert_eq!(*line, (text.to_owned(), number, offset, false, has_end));
        }
    }

    #[test]
    fn pieces_do_not_matter() {
        let text = "first\r\nsecond line\n\nrather long line\nend";
        let whole = cut(&[text], 12);
        for at in 0..text.len() {
            assert_eq!(cut(&[&text[..at], &text[at..]], 12), whole, "cut at {at}");
        }
        assert_eq!(whole[3], ("rather long ".to_owned(), 4, 20, true, true));
    }
}
