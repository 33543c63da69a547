//! Cuts comma-separated text into rows of cells: quotes, quoted line ends, CRLF; one row in memory.

use super::MAX_RECORD_BYTES;

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// Its cells, without the quotes around them.
    pub cells: &'a [String],
    /// The line it begins on, from 1.
    pub line: u64,
    /// Whether some bytes of it were not UTF-8 and were replaced.
    pub is_repaired: bool,
    /// Whether it was longer than the limit: the rest of it is missing.
    pub is_too_long: bool,
    /// Whether a line end followed.
    pub has_end: bool,
    /// Whether the source ends inside a quoted cell.
    pub is_truncated: bool,
}

/// A push parser of rows.
#[derive(Clone, Debug)]
pub struct RowCutter {
    cells: Vec<String>,
    cell: Vec<u8>,
    line: u64,
    first_line: u64,
    num_bytes: usize,
    quoting: Quoting,
    is_repaired: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoting {
    /// At the beginning of a cell.
    Start,
    Bare,
    Quoted,
    /// After a quote inside a quoted cell: its end, or the first of two that mean one.
    Ending,
}

impl Default for RowCutter {
    fn default() -> Self {
        Self {
            cells: Vec::new(),
            cell: Vec::new(),
            line: 1,
            first_line: 1,
            num_bytes: 0,
            quoting: Quoting::Start,
            is_repaired: false,
        }
    }
}

impl RowCutter {
    /// Reads the next bytes, cut anywhere, and hands out every row that ends in them. Empty lines are no rows.
    pub fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Row<'_>)) {
        for &byte in bytes {
            match (self.quoting, byte) {
                (Quoting::Start, b'"') => self.quoting = Quoting::Quoted,
                (Quoting::Quoted, b'"') => self.quoting = Quoting::Ending,
                (Quoting::Ending, b'"') => {
                    self.quoting = Quoting::Quoted;
                    self.push(b'"');
                }
                (Quoting::Quoted, byte) => {
                    self.line += u64::from(byte == b'\n');
                    self.push(byte);
                }
                (_, b',') => self.end_cell(),
                (_, b'\n') => {
                    self.end_row(true, &mut take);
                    self.line += 1;
                    self.first_line = self.line;
                }
                (_, byte) => {
                    self.quoting = if self.quoting == Quoting::Start { Quoting::Bare } else { self.quoting };
                    self.push(byte);
                }
            }
        }
    }

    /// The source has ended: hands out the last row if it had no line end.
    pub fn finish(&mut self, mut take: impl FnMut(Row<'_>)) {
        self.end_row(false, &mut take);
        *self = Self::default();
    }

    fn push(&mut self, byte: u8) {
        self.num_bytes += 1;
        if self.num_bytes <= MAX_RECORD_BYTES {
            self.cell.push(byte);
        }
    }

    fn end_cell(&mut self) {
        self.num_bytes += 1;
        self.quoting = Quoting::Start;
        let text = String::from_utf8_lossy(&self.cell);
        self.is_repaired |= matches!(text, std::borrow::Cow::Owned(_));
        if self.num_bytes <= MAX_RECORD_BYTES {
            self.cells.push(text.into_owned());
        }
        self.cell.clear();
    }

    fn end_row(&mut self, has_end: bool, take: &mut impl FnMut(Row<'_>)) {
        let is_truncated = self.quoting == Quoting::Quoted;
        if self.cell.last() == Some(&b'\r') && !is_truncated {
            self.cell.pop();
        }
        if !self.cells.is_empty() || !self.cell.is_empty() {
            let is_too_long = self.num_bytes > MAX_RECORD_BYTES;
            self.end_cell();
            take(Row {
                cells: &self.cells,
                line: self.first_line,
                is_repaired: self.is_repaired,
                is_too_long,
                has_end,
                is_truncated,
            });
        }
        self.cells.clear();
        self.cell.clear();
        self.num_bytes = 0;
        self.quoting = Quoting::Start;
        self.is_repaired = false;
    }
}

#[cfg(test)]
mod tests {
    use super::RowCutter;

    fn cut(pieces: &[&[u8]]) -> Vec<(Vec<String>, u64, bool, bool)> {
        let mut rows = Vec::new();
        let mut cutter = RowCutter::default();
        let mut take = |row: super::Row<'_>| rows.push((row.cells.to_vec(), row.line, row.has_end, row.is_truncated));
        for piece in pieces {
            cutter.feed(piece, &mut take);
        }
        cutter.finish(&mut take);
        rows
    }

    #[test]
    fn rows_are_cut_wherever_the_pieces_are() {
        let text = "a,b,\"c \"\"d\"\"\r\ne\"\r\n\n1,,\"\"\nlast";
        let whole = cut(&[text.as_bytes()]);
        let row = |cells: &[&str], line, has_end| {
            (cells.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>(), line, has_end, false)
        };
        assert_eq!(
            whole,
            [row(&["a", "b", "c \"d\"\r\ne"], 1, true), row(&["1", "", ""], 4, true), row(&["last"], 5, false)]
        );
        for at in 0..text.len() {
            assert_eq!(cut(&[&text.as_bytes()[..at], &text.as_bytes()[at..]]), whole, "cut at {at}");
        }
        assert!(cut(&[b"a,\"b"])[0].3);
    }
}
