//! FFmpeg's `-progress` output: one run with one stage, its progress as series, its last block as measurements.
//!
//! The blocks themselves have no times. In a saved file [`WallClock`] works them out from running averages; a reader
//! of a live pipe knows when each block arrives and uses [`BlockParser`] and [`ProgressSeries`] directly.
//! `progress=end` is FFmpeg's own word that it came to its end; how it exited does not stand in the file.

mod blocks;
mod series;
mod wall;

pub use blocks::{Block, BlockParser};
pub use series::{DEFAULT_PERIOD_NANOS, ProgressSeries};
pub use wall::WallClock;

use crate::model::{Batch, Clock, IssueKind, Key, Outcome, Place, Run, Span, SpanKind};

use super::facts::{file_stem, put_run, put_span};
use super::{Confidence, Context, Head, Importer, Ingest};

/// The importer of FFmpeg progress files.
pub struct FfmpegProgress;

impl Importer for FfmpegProgress {
    fn name(&self) -> &'static str {
        "ffmpeg_progress"
    }

    fn title(&self) -> &'static str {
        "FFmpeg -progress"
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let mut num_blocks = 0;
        let mut parser = BlockParser::default();
        parser.feed(head.bytes, |block| {
            num_blocks +=
                usize::from(block.out_time_micros.is_some() || block.frames.is_some() || block.speed.is_some());
        });
        let begins_as_block = ["frame=", "bitrate=", "out_time", "fps="].iter().any(|key| {
            head.bytes
                .strip_prefix(b"\xef\xbb\xbf")
                .unwrap_or(head.bytes)
                .trim_ascii_start()
                .starts_with(key.as_bytes())
        });
        // The log on stderr begins with `frame=` too, but has all of it on one line.
        let is_block = begins_as_block && !head.bytes.split(|&byte| byte == b'\n').next().is_some_and(has_several_keys);
        match (num_blocks, is_block) {
            (1.., _) => Confidence::Certain,
            (0, true) if head.is_whole => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn reader(&self, context: Context) -> Box<dyn Ingest> {
        Box::new(Progress {
            context,
            parser: BlockParser::default(),
            wall: WallClock::default(),
            command: None,
            num_runs: 0,
        })
    }
}

fn has_several_keys(line: &[u8]) -> bool {
    line.iter().filter(|&&byte| byte == b'=').count() > 1
}

struct Progress {
    context: Context,
    parser: BlockParser,
    wall: WallClock,
    command: Option<Command>,
    num_runs: u64,
}

/// One FFmpeg command: a file that several of them appended to holds several.
struct Command {
    run: Run,
    span: Span,
    series: ProgressSeries,
    /// The last block read, placed in time or not yet.
    newest: Block,
    line: u64,
    num_blocks: u64,
}

impl Ingest for Progress {
    fn feed(&mut self, bytes: &[u8], out: &mut Batch) {
        // Line by line, so that what a block leads to is found before what later lines are found to be, however far the
        // bytes reach.
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let mut ended = None;
            self.parser.feed(line, |block| ended = Some(block));
            if let Some(block) = ended {
                self.block(block, out);
            }
        }
        self.parser.findings().flush(out);
    }

    fn finish(&mut self, out: &mut Batch) {
        let mut blocks = Vec::new();
        self.parser.finish(|block| blocks.push(block));
        for block in blocks {
            self.block(block, out);
        }
        self.end_open(out);
        self.parser.findings().finish(out);
    }
}

impl Progress {
    fn block(&mut self, block: Block, out: &mut Batch) {
        let is_end = block.is_end;
        if self.command.as_ref().is_some_and(|command| block.is_before(&command.newest)) {
            self.end_open(out);
        }
        if self.command.is_none() {
            self.num_runs += 1;
            self.wall = WallClock::default();
            let command = Command::new(&self.context, self.num_runs, block.line);
            put_run(&command.run, out);
            put_span(&command.span, out);
            self.command = Some(command);
        }
        let Some(command) = &mut self.command else { return };
        command.newest.clone_from(&block);
        self.wall.add(block, |block, at_nanos| command.add(&block, at_nanos, out));
        if is_end {
            self.place_waiting(out);
            if let Some(command) = self.command.take() {
                self.end(command, Outcome::Succeeded, out);
            }
        }
    }

    /// Ends a command that never said that it ended. Of its last blocks some may not say when they were: as the file
    /// may grow and a later block then say it, they are not placed by guess.
    fn end_open(&mut self, out: &mut Batch) {
        let num_forgotten = self.wall.forget();
        if let Some(mut command) = self.command.take() {
            let num_blocks = command.num_blocks + num_forgotten as u64;
            let mut detail = format!("{num_blocks} blocks, none with progress=end");
            if num_forgotten > 0 {
                detail += &format!("; the last {num_forgotten} do not say when they were and give no samples");
                command.series.reach(&command.newest);
            }
            self.parser.findings().add(IssueKind::OpenBlock, Place::Line(command.line), detail);
            self.end(command, Outcome::Interrupted, out);
        }
    }

    fn place_waiting(&mut self, out: &mut Batch) {
        if let Some(command) = &mut self.command {
            self.wall.finish(|block, at_nanos| command.add(&block, at_nanos, out));
        }
    }

    fn end(&mut self, mut command: Command, outcome: Outcome, out: &mut Batch) {
        command.series.measure(&mut command.span);
        command.span.outcome = outcome;
        command.run.outcome = outcome;
        if outcome == Outcome::Succeeded {
            command.span.end_nanos = command.run.end_nanos;
        }
        if command.num_blocks > 0 {
            let detail = "wall time of blocks, from frame / fps or out_time / speed";
            let place = Place::Line(command.line);
            self.parser.findings().sum_many(IssueKind::EstimatedTimes, place, detail, command.num_blocks);
        }
        put_run(&command.run, out);
        put_span(&command.span, out);
    }
}

impl Command {
    fn new(context: &Context, ordinal: u64, line: u64) -> Self {
        let name = file_stem(&context.location);
        let mut run = Run::new(Key::of("ffmpeg run", &[&context.content_key.to_hex(), &ordinal.to_string()]));
        run.pipeline = Some("ffmpeg".to_owned());
        run.clock = Clock::Elapsed;
        run.start_nanos = Some(0);
        run.end_nanos = Some(0);
        run.attributes.insert("progress_file".to_owned(), name.into());
        let span = Span::new(Key::of("ffmpeg span", &[&run.key.to_hex()]), run.key, SpanKind::Stage, name, 0);
        let series = ProgressSeries::new(run.key, span.key);
        Self { run, span, series, newest: Block::default(), line, num_blocks: 0 }
    }

    fn add(&mut self, block: &Block, at_nanos: i64, out: &mut Batch) {
        self.num_blocks += 1;
        self.run.end_nanos = self.run.end_nanos.max(Some(at_nanos));
        self.series.add(block, at_nanos, out);
    }
}
