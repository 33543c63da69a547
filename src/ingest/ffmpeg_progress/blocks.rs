//! Cuts FFmpeg's `-progress` output into blocks of `key=value` lines, each ended by `progress=continue` or `progress=end`.
//!
//! Traps: `out_time_ms` is in microseconds, as `out_time_us` is; values are padded (`speed=  25x`), may be `N/A` or
//! have an exponent (`3.33e+04x`); `kbits` are 1000 bits; audio has neither `frame` nor `fps`; every video output
//! stream has its own `stream_<file>_<stream>_q`.

use crate::ingest::findings::{Findings, clip_bytes};
use crate::ingest::lines::{Line, LineCutter};
use crate::model::time::parse_scaled;
use crate::model::{IssueKind, Place};

/// The longest line; FFmpeg's are below 40 bytes.
const MAX_LINE_BYTES: usize = 4096;
/// The most quantizer lines and unknown keys of a block that are kept.
const MAX_KEYS: usize = 256;

/// One progress report. What is absent or `N/A` is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// The line it begins on.
    pub line: u64,
    /// Frames written so far.
    pub frames: Option<i64>,
    /// Frames a second since the start; 0 in the first second.
    pub fps: Option<f64>,
    /// Bits a second of the output so far.
    pub bits_per_second: Option<f64>,
    /// Bytes written so far.
    pub total_size_bytes: Option<i64>,
    /// Media time written so far, microseconds.
    pub out_time_micros: Option<i64>,
    /// Frames duplicated so far.
    pub duplicated_frames: Option<i64>,
    /// Frames dropped so far.
    pub dropped_frames: Option<i64>,
    /// Media time over wall time since the start.
    pub speed: Option<f64>,
    /// The last quantizer of each video output, by `<file>_<stream>`.
    pub quantizers: Vec<(String, f64)>,
    /// Keys that are not known, as written.
    pub others: Vec<(String, String)>,
    /// Whether it is the last one: `progress=end`.
    pub is_end: bool,
}

impl Block {
    /// Whether it cannot follow `other` in one command's output: what only grows has become less.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        match (self.frames, other.frames) {
            (Some(frames), Some(earlier)) => frames < earlier,
            _ => self.out_time_micros < other.out_time_micros && self.out_time_micros.is_some(),
        }
    }
}

/// A push parser of blocks, for files and for pipes whose reader knows when each block came.
#[derive(Clone, Debug)]
pub struct BlockParser {
    lines: LineCutter,
    block: Block,
    num_keys: u64,
    findings: Findings,
}

impl Default for BlockParser {
    fn default() -> Self {
        Self {
            lines: LineCutter::new(MAX_LINE_BYTES),
            block: Block::default(),
            num_keys: 0,
            findings: Findings::default(),
        }
    }
}

impl BlockParser {
    /// Reads the next bytes, cut anywhere, and hands out every block that ends in them.
    pub fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Block)) {
        let Self { lines, block, num_keys, findings } = self;
        lines.feed(bytes, |line| read_line(line, block, num_keys, findings, &mut take));
    }

    /// The output has ended: reads the last line if it had no end, and tells of a block that was cut short.
    pub fn finish(&mut self, mut take: impl FnMut(Block)) {
        let Self { lines, block, num_keys, findings } = self;
        lines.finish(|line| {
            // Without its line end only `progress=end` is known to be whole: of a number, digits may be missing.
            if line.bytes.trim_ascii() == b"progress=end" {
                read_line(line, block, num_keys, findings, &mut take);
            } else {
                findings.add(IssueKind::TruncatedTail, Place::Line(line.number), clip_bytes(line.bytes));
            }
        });
        if *num_keys > 0 {
            let detail = format!("{num_keys} keys of a block without its progress line");
            findings.add(IssueKind::TruncatedTail, Place::Line(block.line), detail);
        }
        *block = Block::default();
        *num_keys = 0;
    }

    /// What was found wrong so far, to be passed on.
    pub fn findings(&mut self) -> &mut Findings {
        &mut self.findings
    }
}

fn read_line(
    line: Line<'_>,
    block: &mut Block,
    num_keys: &mut u64,
    findings: &mut Findings,
    take: &mut impl FnMut(Block),
) {
    let place = Place::Line(line.number);
    if line.is_too_long {
        findings.add(IssueKind::LongLine, place, clip_bytes(line.bytes));
        return;
    }
    let bytes = match line.bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) if line.number == 1 => {
            findings.add(IssueKind::ByteOrderMark, place, "");
            rest
        }
        _ => line.bytes,
    };
    let text = bytes.trim_ascii();
    if text.is_empty() {
        return;
    }
    let Some((key, value)) = std::str::from_utf8(text).ok().and_then(|text| text.split_once('=')) else {
        findings.add(IssueKind::UnknownRecord, place, clip_bytes(text));
        return;
    };
    let (key, value) = (key.trim(), value.trim());
    if *num_keys == 0 {
        block.line = line.number;
    }
    if key == "progress" {
        block.is_end = match value {
            "end" => true,
            "continue" => false,
            _ => {
                findings.add(IssueKind::BadValue, place, format!("progress={value}"));
                false
            }
        };
        *num_keys = 0;
        take(std::mem::take(block));
        return;
    }
    *num_keys += 1;
    if value != "N/A" && !read_key(key, value, block) {
        findings.add(IssueKind::BadValue, place, clip_bytes(text));
    }
}

/// Reads one key into the block; `false` if its value is not what it should be.
fn read_key(key: &str, value: &str, block: &mut Block) -> bool {
    fn set<T>(target: &mut Option<T>, value: Option<T>) -> bool {
        if value.is_some() {
            *target = value;
            return true;
        }
        false
    }
    match key {
        "frame" => set(&mut block.frames, value.parse().ok()),
        "fps" => set(&mut block.fps, real(value)),
        "bitrate" => set(&mut block.bits_per_second, bits_per_second(value)),
        "total_size" => set(&mut block.total_size_bytes, value.parse().ok()),
        // Both are microseconds; the name of the second is a mistake that FFmpeg keeps for compatibility.
        "out_time_us" | "out_time_ms" => set(&mut block.out_time_micros, value.parse().ok()),
        "out_time" => block.out_time_micros.is_some() || set(&mut block.out_time_micros, clock_micros(value)),
        "dup_frames" => set(&mut block.duplicated_frames, value.parse().ok()),
        "drop_frames" => set(&mut block.dropped_frames, value.parse().ok()),
        "speed" => set(&mut block.speed, value.strip_suffix('x').and_then(|number| real(number.trim()))),
        _ => {
            let stream = key.strip_prefix("stream_").and_then(|key| key.strip_suffix("_q"));
            match stream {
                Some(stream) => {
                    let Some(quantizer) = real(value) else { return false };
                    if let Some((_, known)) = block.quantizers.iter_mut().find(|(known, _)| known == stream) {
                        *known = quantizer;
                    } else if block.quantizers.len() < MAX_KEYS {
                        block.quantizers.push((stream.to_owned(), quantizer));
                    }
                    true
                }
                None => {
                    if block.others.len() < MAX_KEYS {
                        block.others.push((key.to_owned(), value.to_owned()));
                    }
                    true
                }
            }
        }
    }
}

fn real(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

fn bits_per_second(text: &str) -> Option<f64> {
    let kilobits = text.strip_suffix("kbits/s")?.trim();
    #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 bits a second")]
    let bits = parse_scaled(kilobits, 3)? as f64;
    Some(bits)
}

/// `[-]HH:MM:SS.ffffff` in microseconds.
fn clock_micros(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let mut parts = text.splitn(3, ':');
    let hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let micros = parse_scaled(parts.next()?, 6)?;
    let secs = hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?;
    secs.checked_mul(1_000_000)?.checked_add(micros)?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::{Block, BlockParser};

    fn blocks(text: &str) -> (Vec<Block>, usize) {
        let mut blocks = Vec::new();
        let mut parser = BlockParser::default();
        parser.feed(text.as_bytes(), |block| blocks.push(block));
        parser.finish(|block| blocks.push(block));
        let mut out = crate::model::Batch::default();
        parser.findings().finish(&mut out);
        (blocks, out.issues.len())
    }

    #[test]
    fn padded_absent_and_huge_values_are_read() {
        let (blocks, num_issues) = blocks(
            "frame=20\nfps=0.00\nstream_0_0_q=27.3\nstream_0_1_q=-1.0\nbitrate= 178.7kbits/s\ntotal_size=40197\n\
             out_time_us=900000\nout_time_ms=900000\nout_time=00:00:00.900000\ndup_frames=0\ndrop_frames=2\n\
             speed=3.33e+04x\nprogress=continue\r\nbitrate=N/A\nout_time=-00:00:01.5\nspeed=N/A\nprogress=end",
        );
        assert_eq!(num_issues, 0);
        let first = Block {
            line: 1,
            frames: Some(20),
            fps: Some(0.0),
            bits_per_second: Some(178_700.0),
            total_size_bytes: Some(40_197),
            out_time_micros: Some(900_000),
            duplicated_frames: Some(0),
            dropped_frames: Some(2),
            speed: Some(33_300.0),
            quantizers: vec![("0_0".to_owned(), 27.3), ("0_1".to_owned(), -1.0)],
            others: Vec::new(),
            is_end: false,
        };
        let last = Block { line: 14, out_time_micros: Some(-1_500_000), is_end: true, ..Block::default() };
        assert_eq!(blocks, [first, last]);
    }

    #[test]
    fn what_is_cut_short_is_told_and_not_guessed() {
        let (found, num_issues) = blocks("frame=1\nprogress=continue\nframe=2\nfps=1");
        assert_eq!((found.len(), num_issues), (1, 2));
        let (found, num_issues) = blocks("frame=1\nprogress=continue\nframe=x\nrubbish\nprogress=en");
        assert_eq!((found.len(), num_issues), (1, 4));
    }
}
