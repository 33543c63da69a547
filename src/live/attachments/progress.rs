//! FFmpeg's progress followed live: every block has the moment it arrived, so the run stands on the clock.

use super::Unfinished;
use crate::ingest::facts::file_stem;
use crate::ingest::ffmpeg_progress::{Block, BlockParser, DEFAULT_PERIOD_NANOS, ProgressSeries, WallClock};
use crate::live::alive;
use crate::model::time::MILLI_NANOS;
use crate::model::{Batch, IssueKind, Key, Outcome, Place, Run, Span, SpanKind};

/// The least time between two blocks, so that each keeps a moment of its own.
const MIN_STEP_NANOS: i64 = MILLI_NANOS;

/// One progress file being followed: several commands may write it one after the other.
pub(super) struct ProgressFollower {
    location: String,
    pipeline: Option<String>,
    parser: BlockParser,
    command: Option<Command>,
    num_blocks: u64,
    has_ended: bool,
}

struct Command {
    run: Run,
    span: Span,
    series: ProgressSeries,
    last_nanos: i64,
    is_announced: bool,
}

impl ProgressFollower {
    pub fn new(location: &str, pipeline: Option<String>) -> Self {
        Self {
            location: location.to_owned(),
            pipeline,
            parser: BlockParser::default(),
            command: None,
            num_blocks: 0,
            has_ended: false,
        }
    }

    /// A follower that goes on after what was read before, with the command that had not ended then, if one had not.
    pub fn resumed(location: &str, pipeline: Option<String>, unfinished: Option<Unfinished>) -> Self {
        let mut follower = Self::new(location, pipeline);
        follower.has_ended = unfinished.is_none();
        follower.command = unfinished.map(Command::resumed);
        follower
    }

    /// Reads what just arrived.
    pub fn feed(&mut self, bytes: &[u8], now_nanos: i64, out: &mut Batch) {
        let blocks = self.parse(bytes, out);
        let mut late = i64::try_from(blocks.len()).unwrap_or(i64::MAX);
        for block in blocks {
            late -= 1;
            // Several at once were written at FFmpeg's own pace while nobody looked.
            self.add(&block, now_nanos.saturating_sub(late.saturating_mul(DEFAULT_PERIOD_NANOS)), out);
        }
    }

    /// Reads what was in the file before it was followed; `written_nanos` is when the last of it was written.
    /// When the earlier blocks came is worked out backwards from there.
    pub fn feed_backlog(&mut self, bytes: &[u8], written_nanos: i64, out: &mut Batch) {
        let blocks = self.parse(bytes, out);
        let num_blocks = blocks.len();
        let mut moments = Vec::with_capacity(num_blocks);
        let mut until_nanos = written_nanos;
        // Of several commands in one file, each is taken to have ended when the next began.
        for command in blocks.split_inclusive(|block| block.is_end).rev() {
            let mut wall = WallClock::default();
            let mut elapsed_nanos = Vec::with_capacity(command.len());
            for block in command {
                wall.add(block.clone(), |_, at_nanos| elapsed_nanos.push(at_nanos));
            }
            wall.finish(|_, at_nanos| elapsed_nanos.push(at_nanos));
            let last_nanos = elapsed_nanos.last().copied().unwrap_or(0);
            moments.extend(elapsed_nanos.iter().rev().map(|nanos| until_nanos - last_nanos + nanos));
            until_nanos -= last_nanos;
        }
        for (block, at_nanos) in blocks.iter().zip(moments.into_iter().rev()) {
            self.add(block, at_nanos, out);
        }
        if num_blocks > 1 {
            let detail = "blocks written before the file was followed, from FFmpeg's averages";
            let findings = self.parser.findings();
            for _ in 0..num_blocks {
                findings.sum(IssueKind::EstimatedTimes, Place::Whole, detail);
            }
        }
    }

    fn parse(&mut self, bytes: &[u8], out: &mut Batch) -> Vec<Block> {
        let mut blocks = Vec::new();
        self.parser.feed(bytes, |block| blocks.push(block));
        self.parser.findings().flush(out);
        self.num_blocks += blocks.len() as u64;
        blocks
    }

    fn add(&mut self, block: &Block, at_nanos: i64, out: &mut Batch) {
        let command = self.command.get_or_insert_with(|| Command::new(&self.location, self.pipeline.clone(), at_nanos));
        if !command.is_announced {
            command.is_announced = true;
            out.runs.push(command.run.clone());
            out.spans.push(command.span.clone());
        }
        let at_nanos = at_nanos.max(command.last_nanos);
        command.last_nanos = at_nanos.saturating_add(MIN_STEP_NANOS);
        command.series.add(block, at_nanos, out);
        if block.is_end {
            self.end(at_nanos, Outcome::Succeeded, None, out);
        }
    }

    /// Whether a command is writing the file.
    pub fn is_running(&self) -> bool {
        self.command.is_some()
    }

    /// Whether the last command that was followed has said that it ended.
    pub fn has_ended(&self) -> bool {
        self.has_ended && self.command.is_none()
    }

    /// Nothing more comes of what was read so far.
    pub fn finish(&mut self, now_nanos: i64, reason: &str, out: &mut Batch) {
        // Only a part of a block is left: of it nothing is certain.
        self.parser.finish(|_| {});
        // A command that was not heard of again since it was resumed ended when it was last heard of.
        let heard = self.command.as_ref().filter(|command| !command.is_announced);
        let at_nanos = heard.map_or(now_nanos, |command| command.last_nanos);
        self.end(at_nanos, Outcome::Interrupted, Some(reason), out);
        std::mem::take(self.parser.findings()).finish(out);
    }

    fn end(&mut self, at_nanos: i64, outcome: Outcome, error: Option<&str>, out: &mut Batch) {
        let Some(Command { mut run, mut span, series, .. }) = self.command.take() else { return };
        self.has_ended = true;
        series.measure(&mut span);
        span.end_nanos = Some(at_nanos);
        run.end_nanos = Some(at_nanos);
        (span.outcome, run.outcome) = (outcome, outcome);
        span.error = error.map(str::to_owned);
        run.error.clone_from(&span.error);
        out.runs.push(run);
        out.spans.push(span);
    }
}

impl Command {
    fn new(location: &str, pipeline: Option<String>, at_nanos: i64) -> Self {
        let name = file_stem(location);
        let mut run = Run::new(Key::of("followed ffmpeg", &[alive::hostname(), location, &at_nanos.to_string()]));
        run.pipeline = Some(pipeline.unwrap_or_else(|| "ffmpeg".to_owned()));
        run.start_nanos = Some(at_nanos);
        run.outcome = Outcome::Running;
        run.recorder = Some(alive::own_recorder());
        run.attributes.insert("progress_file".to_owned(), location.into());
        let mut span =
            Span::new(Key::of("ffmpeg span", &[&run.key.to_hex()]), run.key, SpanKind::Stage, name, at_nanos);
        span.outcome = Outcome::Running;
        let series = ProgressSeries::new(run.key, span.key);
        Self { run, span, series, last_nanos: at_nanos, is_announced: false }
    }

    fn resumed(unfinished: Unfinished) -> Self {
        let Unfinished { mut run, mut span, last_nanos } = unfinished;
        (run.outcome, span.outcome) = (Outcome::Running, Outcome::Running);
        (run.end_nanos, span.end_nanos) = (None, None);
        (run.error, span.error) = (None, None);
        run.recorder = Some(alive::own_recorder());
        span.measurements.clear();
        let series = ProgressSeries::new(run.key, span.key);
        Self { run, span, series, last_nanos: last_nanos.saturating_add(MIN_STEP_NANOS), is_announced: false }
    }
}
