//! Works out when each block of a saved progress file was written, because FFmpeg writes no timestamps.
//!
//! `fps` is a running average since the start, so `frame / fps` is the wall time since the start, exact to the two
//! decimals of `fps`. Where there are no frames or `fps` is still 0, `out_time / speed` is the same with three digits.
//! Blocks that have neither are spread evenly between their neighbours, and at the end by FFmpeg's default period.

use super::blocks::Block;
use super::series::DEFAULT_PERIOD_NANOS;

/// The least time between two blocks, so that each keeps a moment of its own.
const MIN_STEP_NANOS: i64 = 1_000_000;
/// The most blocks that wait for a later one that says when it was.
const MAX_WAITING: usize = 4096;

/// Gives each block its moment, in order.
#[derive(Clone, Debug, Default)]
pub struct WallClock {
    waiting: Vec<Block>,
    last_nanos: Option<i64>,
}

impl WallClock {
    /// Takes the next block; hands out those whose moment is now known.
    pub fn add(&mut self, block: Block, mut take: impl FnMut(Block, i64)) {
        match stated_nanos(&block) {
            Some(stated_nanos) => {
                self.spread(stated_nanos, &mut take);
                let at_nanos = self.next_nanos(stated_nanos);
                take(block, at_nanos);
            }
            None => {
                self.waiting.push(block);
                if self.waiting.len() >= MAX_WAITING {
                    self.finish(take);
                }
            }
        }
    }

    /// Forgets the waiting blocks, because a later one may still say when they were; how many there were.
    pub fn forget(&mut self) -> usize {
        std::mem::take(&mut self.waiting).len()
    }

    /// No further block will say when it was: hands out the waiting ones.
    pub fn finish(&mut self, mut take: impl FnMut(Block, i64)) {
        for block in std::mem::take(&mut self.waiting) {
            let at_nanos = self.last_nanos.map_or(0, |last| last.saturating_add(DEFAULT_PERIOD_NANOS));
            let at_nanos = self.next_nanos(at_nanos);
            take(block, at_nanos);
        }
    }

    /// Spreads the waiting blocks evenly up to a later moment. The first block of a file is written at once.
    fn spread(&mut self, until_nanos: i64, take: &mut impl FnMut(Block, i64)) {
        let num_steps = i64::try_from(self.waiting.len()).unwrap_or(i64::MAX) + i64::from(self.last_nanos.is_some());
        let (from_nanos, mut step) = self.last_nanos.map_or((0, 0), |last| (last, 1));
        for block in std::mem::take(&mut self.waiting) {
            let width_nanos = until_nanos.saturating_sub(from_nanos).max(0);
            let at_nanos = from_nanos.saturating_add(width_nanos / num_steps.max(1) * step);
            let at_nanos = self.next_nanos(at_nanos);
            take(block, at_nanos);
            step += 1;
        }
    }

    fn next_nanos(&mut self, at_nanos: i64) -> i64 {
        let at_nanos = match self.last_nanos {
            Some(last) => at_nanos.max(last.saturating_add(MIN_STEP_NANOS)),
            None => at_nanos.max(0),
        };
        self.last_nanos = Some(at_nanos);
        at_nanos
    }
}

/// The wall time since the start that a block's averages amount to.
fn stated_nanos(block: &Block) -> Option<i64> {
    let by = |amount: f64, rate: Option<f64>| {
        let secs = amount / rate.filter(|&rate| rate > 0.0)?;
        #[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
        (0.0..1e9).contains(&secs).then_some((secs * 1e9) as i64)
    };
    #[expect(clippy::cast_precision_loss, reason = "an estimate from rates of two or three digits")]
    let (frames, out_secs) =
        (block.frames.map(|count| count as f64), block.out_time_micros.map(|micros| micros as f64 / 1e6));
    frames.and_then(|frames| by(frames, block.fps)).or_else(|| by(out_secs.filter(|&secs| secs > 0.0)?, block.speed))
}

#[cfg(test)]
mod tests {
    use super::{Block, WallClock};

    fn check(blocks: &[(Option<i64>, f64, i64, f64)], millis: &[i64]) {
        let mut wall = WallClock::default();
        let mut moments = Vec::new();
        for &(frames, fps, out_time_micros, speed) in blocks {
            let block = Block {
                frames,
                fps: frames.map(|_| fps),
                out_time_micros: Some(out_time_micros),
                speed: Some(speed),
                ..Block::default()
            };
            wall.add(block, |_, at_nanos| moments.push(at_nanos / 1_000_000));
        }
        wall.finish(|_, at_nanos| moments.push(at_nanos / 1_000_000));
        assert_eq!(moments, millis, "{blocks:?}");
    }

    #[test]
    fn moments_come_from_averages_and_neighbours() {
        check(&[(Some(1), 0.0, 0, 0.0), (Some(22), 0.0, 0, 0.0), (Some(40), 40.0, 0, 0.0)], &[0, 500, 1000]);
        check(&[(None, 0.0, 23_220, 0.0), (None, 0.0, 30_000_000, 1000.0)], &[0, 30]);
        check(&[(Some(10), 10.0, 0, 0.0), (Some(11), 0.0, 0, 0.0), (Some(30), 10.0, 0, 0.0)], &[1000, 2000, 3000]);
        check(&[(Some(1), 0.0, 0, 0.0), (Some(2), 0.0, 0, 0.0)], &[0, 500]);
        check(&[(Some(10), 10.0, 0, 0.0), (Some(10), 20.0, 0, 0.0)], &[1000, 1001]);
    }
}
