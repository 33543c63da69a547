//! The stages of a recording: their lines in the spool become spans, measurements, series and usages.

use std::collections::BTreeMap;

use crate::ingest::ffmpeg_progress::{BlockParser, ProgressSeries};
use crate::ingest::findings::Findings;
use crate::ingest::json_records::read_object;
use crate::ingest::lines::LineCutter;
use crate::ingest::metrics_jsonl::{Placement, Untimed, read_phase};
use crate::ingest::{MAX_RECORD_BYTES, findings};
use crate::live::child::Exit;
use crate::live::probes::processes::tree::Tree;
use crate::live::probes::processes::usage::Usage;
use crate::live::probes::track::real;
use crate::live::secs;
use crate::live::spool::{End, Event, Line, Progress, Start};
use crate::model::{Batch, IssueKind, Key, Media, Outcome, Place, Span, SpanKind, Stat, Unit, Zone};

/// The stages seen so far.
pub struct Stages {
    run: Key,
    lines: LineCutter,
    findings: Findings,
    open: BTreeMap<Key, Stage>,
    is_spool_lost: bool,
    is_stop_expected: bool,
    media: Media,
}

struct Stage {
    span: Span,
    pid: Option<u32>,
    usage: Usage,
    progress: Option<(BlockParser, ProgressSeries)>,
}

impl Stages {
    /// No stage yet.
    #[must_use]
    pub fn new(run: Key) -> Self {
        Self {
            run,
            lines: LineCutter::new(MAX_RECORD_BYTES),
            findings: Findings::default(),
            open: BTreeMap::new(),
            is_spool_lost: false,
            is_stop_expected: false,
            media: Media::default(),
        }
    }

    /// Reads lines that stages and scripts wrote; `at_nanos` is when they were seen.
    pub fn feed(&mut self, bytes: &[u8], at_nanos: i64, out: &mut Batch) {
        let mut lines = std::mem::replace(&mut self.lines, LineCutter::new(0));
        lines.feed(bytes, |line| {
            let place = Place::Line(line.number);
            if line.is_too_long {
                self.findings.add(IssueKind::LongLine, place, findings::clip_bytes(line.bytes));
            } else if !line.bytes.trim_ascii().is_empty() {
                self.read_line(line.bytes, line.number, at_nanos, out);
            }
        });
        self.lines = lines;
        self.findings.flush(out);
    }

    fn read_line(&mut self, bytes: &[u8], number: u64, at_nanos: i64, out: &mut Batch) {
        let place = Place::Line(number);
        if let Ok(line) = serde_json::from_slice::<Line>(bytes) {
            match line.event {
                Event::Start(start) => self.start(&start, place, out),
                Event::Ffmpeg(progress) => self.progress(&progress, out),
                Event::End(end) => self.end(&end, place, out),
            }
            return;
        }
        // Not one of ours: a record that a script wrote itself.
        let Some(object) = read_object(bytes, place, &mut self.findings) else { return };
        let placement = Placement {
            run: self.run,
            parent: None,
            position: number,
            untimed: Untimed::EndsAt(at_nanos),
            zone: &Zone::Utc,
        };
        if let Some(phase) = read_phase(&object, &placement, place, &mut self.findings) {
            let media = &mut self.media;
            media.duration_secs = media.duration_secs.or(phase.media.duration_secs);
            media.size_bytes = media.size_bytes.or(phase.media.size_bytes);
            phase.put(out);
        }
    }

    fn start(&mut self, start: &Start, place: Place, out: &mut Batch) {
        let Some(key) = Key::from_hex(&start.span) else {
            self.findings.add(IssueKind::BadValue, place, format!("span: {}", start.span));
            return;
        };
        let kind = SpanKind::from_name(&start.kind).unwrap_or(SpanKind::Stage);
        let mut span = Span::new(key, self.run, kind, start.name.clone(), start.at_nanos);
        span.parent = start.parent.as_deref().and_then(Key::from_hex);
        span.number = start.number;
        span.provider.clone_from(&start.provider);
        span.model.clone_from(&start.model);
        span.outcome = Outcome::Running;
        span.attributes.insert("process.command_line".to_owned(), super::facts::shell_words(&start.command).into());
        out.spans.push(span.clone());
        self.open.insert(key, Stage { span, pid: start.pid, usage: Usage::default(), progress: None });
    }

    fn progress(&mut self, progress: &Progress, out: &mut Batch) {
        let Some(stage) = Key::from_hex(&progress.span).and_then(|key| self.open.get_mut(&key)) else { return };
        let (run, span) = (self.run, stage.span.key);
        let (parser, series) =
            stage.progress.get_or_insert_with(|| (BlockParser::default(), ProgressSeries::new(run, span)));
        parser.feed(progress.text.as_bytes(), |block| series.add(&block, progress.at_nanos, out));
        parser.findings().flush(out);
    }

    fn end(&mut self, end: &End, place: Place, out: &mut Batch) {
        let Some(mut stage) = Key::from_hex(&end.span).and_then(|key| self.open.remove(&key)) else {
            self.findings.add(
                IssueKind::UnknownRecord,
                place,
                format!("the end of a stage that did not begin: {}", end.span),
            );
            return;
        };
        let exit = Exit { code: end.exit_code, signal: end.signal, at_nanos: end.at_nanos, usage: None };
        let error = end.error.clone().or_else(|| exit.error());
        let span = &mut stage.span;
        span.end_nanos = Some(end.at_nanos.max(span.start_nanos));
        span.outcome = match error {
            Some(_) if self.is_stop_expected => Outcome::Interrupted,
            _ if end.is_interrupted || (end.error.is_none() && exit.is_stopped_from_outside()) => Outcome::Interrupted,
            Some(_) => Outcome::Failed,
            None => Outcome::Succeeded,
        };
        span.error = error;
        if let Some(code) = end.exit_code {
            span.attributes.insert("process.exit.code".to_owned(), i64::from(code).into());
        }
        stage.measure(Some(end));
        out.spans.push(stage.span);
    }

    /// Adds one tick's sample of the processes of every open stage.
    pub fn measure(&mut self, tree: &Tree, at_nanos: i64) {
        for stage in self.open.values_mut() {
            if let Some(pid) = stage.pid {
                stage.usage.add(tree.below(pid), at_nanos);
            }
        }
    }

    /// The run has ended: closes the stages that did not say so.
    pub fn close(&mut self, at_nanos: i64, out: &mut Batch) {
        for (_, mut stage) in std::mem::take(&mut self.open) {
            stage.span.end_nanos = Some(at_nanos.max(stage.span.start_nanos));
            stage.span.outcome = Outcome::Interrupted;
            stage.span.error = Some("the run ended before the stage said that it ended".to_owned());
            stage.measure(None);
            out.spans.push(stage.span);
        }
        std::mem::take(&mut self.findings).finish(out);
    }

    /// Somebody asked the run to stop: stages that fail from now on were interrupted.
    pub fn expect_stop(&mut self) {
        self.is_stop_expected = true;
    }

    /// The processes around the commands of open stages.
    #[must_use]
    pub fn wrappers(&self, tree: &Tree) -> Vec<u32> {
        let commands: Vec<u32> = self.open.values().filter_map(|stage| stage.pid).collect();
        let of_commands = tree.members().filter(|member| commands.contains(&member.reading.pid));
        of_commands.map(|member| member.reading.parent).collect()
    }

    /// What scripts said of the video.
    #[must_use]
    pub fn media(&self) -> &Media {
        &self.media
    }

    /// Tells once that stages can no longer be read; the sampling goes on.
    pub fn report_lost_spool(&mut self, error: &std::io::Error, out: &mut Batch) {
        if !self.is_spool_lost {
            self.is_spool_lost = true;
            let detail = format!("the file of stage events cannot be read any more: {error}");
            self.findings.add(IssueKind::SourceTruncated, Place::Whole, detail);
            self.findings.flush(out);
        }
    }
}

impl Stage {
    /// Writes what is known of the stage as a whole: exact figures from its end, sampled ones for the rest.
    fn measure(&mut self, end: Option<&End>) {
        let Self { span, usage, progress, .. } = self;
        let elapsed_secs = secs(span.end_nanos.unwrap_or(span.start_nanos) - span.start_nanos);
        let exact_cpu = end.and_then(|end| Some((end.user_nanos?, end.system_nanos?)));
        if let Some((user_nanos, system_nanos)) = exact_cpu {
            span.measure("process.cpu.time.user", Stat::Sum, Unit::SECONDS, secs(user_nanos));
            span.measure("process.cpu.time.system", Stat::Sum, Unit::SECONDS, secs(system_nanos));
        }
        let exact_cpu_secs = exact_cpu.map(|(user_nanos, system_nanos)| secs(user_nanos + system_nanos));
        if let Some(cpu_secs) = exact_cpu_secs.or(usage.cpu_nanos().map(|nanos| real(nanos) / 1e9)) {
            span.measure("process.cpu.time", Stat::Sum, Unit::SECONDS, cpu_secs);
            if elapsed_secs > 0.0 {
                let percent = 100.0 * cpu_secs / elapsed_secs;
                span.measure("process.cpu.utilization", Stat::Mean, Unit::PERCENT_OF_CORE, percent);
            }
        }
        if let Some(percent) = usage.peak_cpu_percent() {
            span.measure("process.cpu.utilization", Stat::Peak, Unit::PERCENT_OF_CORE, percent);
        }
        // One process alone may have held more than all of them did at any tick.
        let largest_bytes = end.and_then(|end| end.max_rss_bytes).map(|bytes| real(bytes.unsigned_abs()));
        let sampled_bytes = usage.peak_rss_bytes().map(real);
        if let Some(bytes) = largest_bytes.into_iter().chain(sampled_bytes).reduce(f64::max) {
            span.measure("process.memory.usage", Stat::Peak, Unit::BYTES, bytes);
        }
        if let Some(bytes) = usage.mean_rss_bytes() {
            span.measure("process.memory.usage", Stat::Mean, Unit::BYTES, bytes);
        }
        if let Some(bytes) = largest_bytes {
            span.measure("process.memory.max_rss", Stat::Peak, Unit::BYTES, bytes);
        }
        let exact_io = end.and_then(|end| Some((end.read_bytes?.unsigned_abs(), end.written_bytes?.unsigned_abs())));
        if let Some((read_bytes, written_bytes)) = exact_io.or(usage.io().map(|io| (io.read_bytes, io.written_bytes))) {
            span.measure("process.disk.io.read", Stat::Sum, Unit::BYTES, real(read_bytes));
            span.measure("process.disk.io.write", Stat::Sum, Unit::BYTES, real(written_bytes));
        }
        if let Some((_, series)) = progress {
            series.measure(span);
        }
    }
}
