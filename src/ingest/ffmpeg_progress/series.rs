//! Turns progress blocks into series of a span, and the last of them into its measurements.

use std::collections::BTreeMap;

use crate::ingest::facts::counted;
use crate::model::{Attributes, Batch, Key, Samples, Series, SeriesKind, Span, Stat, Unit, Values};

use super::blocks::Block;

/// The period at which FFmpeg reports unless it is told otherwise.
pub const DEFAULT_PERIOD_NANOS: i64 = 500_000_000;

/// Writes the series of one FFmpeg command.
#[derive(Clone, Debug)]
pub struct ProgressSeries {
    run: Key,
    span: Key,
    /// The keys of the series described so far, by name and stream.
    keys: BTreeMap<(&'static str, String), Key>,
    last: Block,
}

enum Value {
    Whole(i64),
    Real(f64),
}

impl ProgressSeries {
    /// Series of that span of that run.
    #[must_use]
    pub fn new(run: Key, span: Key) -> Self {
        Self { run, span, keys: BTreeMap::new(), last: Block::default() }
    }

    /// The last block added.
    #[must_use]
    pub fn last(&self) -> &Block {
        &self.last
    }

    /// Takes note of a block whose moment is not known: it gives no samples, but it is how far the command came.
    pub fn reach(&mut self, block: &Block) {
        self.last.clone_from(block);
    }

    /// Adds a sample of every figure that the block has.
    pub fn add(&mut self, block: &Block, at_nanos: i64, out: &mut Batch) {
        use SeriesKind::{Cumulative, Gauge};
        use Value::{Real, Whole};
        #[expect(clippy::cast_precision_loss, reason = "exact up to 285 years of video")]
        let out_time_secs = block.out_time_micros.map(|micros| micros as f64 / 1e6);
        let figures = [
            ("ffmpeg.frames", Unit::FRAMES, Cumulative, block.frames.map(Whole)),
            ("ffmpeg.fps", Unit::FRAMES_PER_SECOND, Gauge, block.fps.map(Real)),
            ("ffmpeg.bitrate", Unit::BITS_PER_SECOND, Gauge, block.bits_per_second.map(Real)),
            ("ffmpeg.total_size", Unit::BYTES, Cumulative, block.total_size_bytes.map(Whole)),
            ("ffmpeg.out_time", Unit::SECONDS, Cumulative, out_time_secs.map(Real)),
            ("ffmpeg.duplicated_frames", Unit::FRAMES, Cumulative, block.duplicated_frames.map(Whole)),
            ("ffmpeg.dropped_frames", Unit::FRAMES, Cumulative, block.dropped_frames.map(Whole)),
            ("ffmpeg.speed", Unit::TIMES, Gauge, block.speed.map(Real)),
        ];
        for (name, unit, kind, value) in figures {
            if let Some(value) = value {
                self.sample(name, "", unit, kind, at_nanos, value, out);
            }
        }
        for (stream, quantizer) in &block.quantizers {
            // -1 stands for "no frame since".
            if *quantizer >= 0.0 {
                self.sample("ffmpeg.quantizer", stream, counted("{quantizer}"), Gauge, at_nanos, Real(*quantizer), out);
            }
        }
        self.last.clone_from(block);
    }

    /// Writes the last block's figures into the span as what the command achieved.
    pub fn measure(&self, span: &mut Span) {
        let Block { frames, fps, bits_per_second, total_size_bytes, out_time_micros, .. } = self.last;
        #[expect(clippy::cast_precision_loss, reason = "measurements are floats; exact up to 2^53")]
        let figures = [
            ("ffmpeg.frames", Stat::Value, Unit::FRAMES, frames.map(|count| count as f64)),
            ("ffmpeg.out_time", Stat::Value, Unit::SECONDS, out_time_micros.map(|micros| micros as f64 / 1e6)),
            ("ffmpeg.total_size", Stat::Value, Unit::BYTES, total_size_bytes.map(|bytes| bytes as f64)),
            ("ffmpeg.bitrate", Stat::Mean, Unit::BITS_PER_SECOND, bits_per_second),
            ("ffmpeg.fps", Stat::Mean, Unit::FRAMES_PER_SECOND, fps.filter(|&fps| fps > 0.0)),
            ("ffmpeg.speed", Stat::Mean, Unit::TIMES, self.last.speed.filter(|&speed| speed > 0.0)),
            (
                "ffmpeg.dropped_frames",
                Stat::Value,
                Unit::FRAMES,
                self.last.dropped_frames.filter(|_| frames.is_some()).map(|count| count as f64),
            ),
            (
                "ffmpeg.duplicated_frames",
                Stat::Value,
                Unit::FRAMES,
                self.last.duplicated_frames.filter(|_| frames.is_some()).map(|count| count as f64),
            ),
        ];
        for (name, stat, unit, value) in figures {
            if let Some(value) = value {
                span.measure(name, stat, unit, value);
            }
        }
        let others = self.last.others.iter().map(|(key, value)| (format!("ffmpeg.{key}"), value.as_str().into()));
        span.attributes.extend(others.collect::<Attributes>());
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of a sample")]
    fn sample(
        &mut self,
        name: &'static str,
        stream: &str,
        unit: Unit,
        kind: SeriesKind,
        at_nanos: i64,
        value: Value,
        out: &mut Batch,
    ) {
        let (run, span) = (self.run, self.span);
        let key = *self.keys.entry((name, stream.to_owned())).or_insert_with(|| {
            let key = Key::of("ffmpeg series", &[&span.to_hex(), name, stream]);
            let mut labels = BTreeMap::new();
            if !stream.is_empty() {
                labels.insert("stream".to_owned(), stream.replace('_', ":"));
            }
            let interval_nanos = Some(DEFAULT_PERIOD_NANOS);
            let name = name.to_owned();
            out.series.push(Series { key, run: Some(run), span: Some(span), name, labels, unit, kind, interval_nanos });
            key
        });
        let known = out.samples.iter_mut().rev().take(64).find(|samples| samples.series == key);
        match (known, value) {
            (Some(Samples { at_nanos: moments, values: Values::Integer(values), .. }), Value::Whole(value)) => {
                moments.push(at_nanos);
                values.push(value);
            }
            (Some(Samples { at_nanos: moments, values: Values::Real(values), .. }), Value::Real(value)) => {
                moments.push(at_nanos);
                values.push(value);
            }
            (_, value) => {
                let values = match value {
                    Value::Whole(value) => Values::Integer(vec![value]),
                    Value::Real(value) => Values::Real(vec![value]),
                };
                out.samples.push(Samples { series: key, at_nanos: vec![at_nanos], values });
            }
        }
    }
}
