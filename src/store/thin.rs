//! Thinning: a series as a plot draws it, at most about one bucket a pixel column, extremes always kept.
//!
//! The answer is cut at exact power-of-two edges, so that a plot that moves shows the same buckets, not shimmering
//! ones. Wide windows are read from the pyramid, narrow ones from the samples; the few chunks too small for the
//! pyramid are folded on the way. Where a window has no more samples than buckets, the samples themselves are the answer.

use rusqlite::{Connection, params};

use super::StoreError;
use super::chunks::{self, ChunkRow};
use super::pyramid::{self, Cell, Ladder};
use super::stretch::Stretch;
use crate::model::{Bucket, Thinned};

/// More samples than this are not read for one answer: the lowest level of the pyramid has to do.
const MAX_SAMPLES_READ: usize = 4_000_000;
/// A silence of so many periods is a gap.
const GAP_PERIODS: i64 = 3;

/// What thinning has to know of a series.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The series' row.
    pub series_id: i64,
    /// Its pyramid, if it has one yet.
    pub ladder: Option<Ladder>,
    /// Its own period or the median spacing of its samples.
    pub period_nanos: Option<i64>,
}

impl Subject {
    /// A silence longer than this is a gap.
    pub fn gap_nanos(&self) -> i64 {
        self.period_nanos.filter(|&period| period > 0).map_or(i64::MAX, |period| period.saturating_mul(GAP_PERIODS))
    }
}

/// Thins a series for a window, both ends included. `connection` has to be inside a read transaction.
pub fn thin(
    connection: &Connection,
    subject: Subject,
    window: (i64, i64),
    num_buckets: usize,
) -> Result<Thinned, StoreError> {
    let gap_nanos = subject.gap_nanos();
    let empty = Thinned { buckets: Vec::new(), bucket_nanos: 0, gap_nanos };
    if window.0 > window.1 {
        return Ok(empty);
    }
    let mut source = Source { connection, subject, decoded: Vec::new() };
    let num_buckets = num_buckets.max(1);
    let mut level = level_for(window, num_buckets);
    let ladder_level = subject.ladder.and_then(|ladder| ladder.best_below(level));
    if ladder_level.is_none() {
        let chunks = chunks::overlapping(connection, subject.series_id, window)?;
        let estimate = estimate(&chunks, window);
        if estimate <= num_buckets.saturating_mul(2)
            && let Some(buckets) = source.samples(window, num_buckets)?
        {
            return Ok(Thinned { buckets, bucket_nanos: 0, gap_nanos });
        }
        if estimate > MAX_SAMPLES_READ
            && let Some(ladder) = subject.ladder
        {
            level = level.max(ladder.base);
        }
    }
    let ladder_level = subject.ladder.and_then(|ladder| ladder.best_below(level));
    let (cells, num_inside) = source.cells(window, level, ladder_level)?;
    if num_inside <= num_buckets as u64
        && let Some(buckets) = source.samples(window, num_buckets)?
    {
        return Ok(Thinned { buckets, bucket_nanos: 0, gap_nanos });
    }
    let buckets = cells.into_iter().map(|cell| bucket(&cell, cell.position << level)).collect();
    Ok(Thinned { buckets, bucket_nanos: 1 << level, gap_nanos })
}

/// The level whose buckets are just wide enough that `num_buckets` of them cover the window.
fn level_for(window: (i64, i64), num_buckets: usize) -> u32 {
    let width = window.1.abs_diff(window.0).div_ceil(num_buckets as u64).max(1);
    width.checked_next_power_of_two().map_or(62, u64::trailing_zeros).min(62)
}

/// About how many samples of these chunks lie in the window, if they lie evenly.
fn estimate(chunks: &[ChunkRow], window: (i64, i64)) -> usize {
    let overlap = |chunk: &ChunkRow| {
        let (start, end) = (chunk.start_nanos.max(window.0), chunk.end_nanos.min(window.1));
        let whole = u128::from(chunk.end_nanos.abs_diff(chunk.start_nanos)) + 1;
        let inside = u128::from(end.abs_diff(start)) + 1;
        usize::try_from(chunk.num_samples as u128 * inside / whole).unwrap_or(usize::MAX).max(1)
    };
    chunks.iter().map(overlap).fold(0, usize::saturating_add)
}

fn bucket(cell: &Cell, at_nanos: i64) -> Bucket {
    Bucket { at_nanos, count: cell.count, min: cell.min, max: cell.max, sum: cell.sum, last: cell.last }
}

/// Reads cells and samples of one series; keeps what it unpacked for the length of one answer.
struct Source<'a> {
    connection: &'a Connection,
    subject: Subject,
    decoded: Vec<(i64, Stretch)>,
}

impl Source<'_> {
    /// The samples in the window as buckets of one, with a neighbour on each side; `None` if they are more than `most`.
    fn samples(&mut self, window: (i64, i64), most: usize) -> Result<Option<Vec<Bucket>>, StoreError> {
        let first = self.last_moment_before(window.0)?.unwrap_or(window.0);
        let last = self.first_moment_after(window.1)?.unwrap_or(window.1);
        let mut before = None;
        let mut buckets = Vec::new();
        let mut num_inside = 0;
        for chunk in chunks::overlapping(self.connection, self.subject.series_id, (first, last))? {
            let stretch = self.load(chunk)?;
            let begin = stretch.times.partition_point(|&time| time < first);
            for (index, &at_nanos) in stretch.times.iter().enumerate().skip(begin) {
                if at_nanos > last {
                    break;
                }
                let sample = bucket(&Cell::of(at_nanos, stretch.real(index), 0), at_nanos);
                if at_nanos < window.0 {
                    before = Some(sample);
                    continue;
                }
                let is_after = at_nanos > window.1;
                num_inside += usize::from(!is_after);
                if num_inside > most {
                    return Ok(None);
                }
                buckets.push(sample);
                if is_after {
                    break;
                }
            }
        }
        if let Some(before) = before {
            buckets.insert(0, before);
        }
        Ok(Some(buckets))
    }

    /// The buckets of the window at `level`, with the nearest one on each side, and how many samples lie inside.
    /// They are read from `ladder_level` of the pyramid and the chunks it has not, or from the samples alone.
    fn cells(
        &mut self,
        window: (i64, i64),
        level: u32,
        ladder_level: Option<u32>,
    ) -> Result<(Vec<Cell>, u64), StoreError> {
        let edges = (window.0 >> level << level, end_of(window.1 >> level, level));
        let before = self.position_before(edges.0, level, ladder_level)?;
        let after = self.position_after(edges.1, level, ladder_level)?;
        let range = (
            before.map_or(edges.0, |position| position << level),
            after.map_or(edges.1, |position| end_of(position, level)),
        );
        let mut cells = Vec::new();
        if let Some(from) = ladder_level {
            let stored =
                pyramid::read(self.connection, self.subject.series_id, from, (range.0 >> from, range.1 >> from))?;
            cells = pyramid::coarser(&stored, level - from);
        }
        let mut folded = Vec::new();
        for chunk in self.loose_chunks(range, ladder_level)? {
            let stretch = self.load(chunk)?;
            let begin = stretch.times.partition_point(|&time| time < range.0);
            let end = stretch.times.partition_point(|&time| time <= range.1);
            for index in begin..end {
                pyramid::push(&mut folded, Cell::of(stretch.times[index], stretch.real(index), level));
            }
        }
        let cells = if cells.is_empty() { folded } else { pyramid::merge(&cells, &folded) };
        let inside = (window.0 >> level)..=(window.1 >> level);
        let num_inside =
            cells.iter().filter(|cell| inside.contains(&cell.position)).map(|cell| cell.count.max(1)).sum();
        Ok((cells, num_inside))
    }

    /// The chunks in a range that have to be read: all of them, or those that the pyramid has not.
    fn loose_chunks(&self, range: (i64, i64), ladder_level: Option<u32>) -> Result<Vec<ChunkRow>, StoreError> {
        if ladder_level.is_none() {
            return chunks::overlapping(self.connection, self.subject.series_id, range);
        }
        chunks::loose(self.connection, self.subject.series_id, range)
    }

    /// The last position at `level` that holds a sample before a moment.
    fn position_before(
        &mut self,
        at_nanos: i64,
        level: u32,
        ladder_level: Option<u32>,
    ) -> Result<Option<i64>, StoreError> {
        if let (Some(chunk), Some(from)) = (self.chunk_before(at_nanos)?, ladder_level)
            && chunk.in_rollup
            && chunk.end_nanos >= at_nanos
        {
            let cell = pyramid::last_before(self.connection, self.subject.series_id, from, at_nanos >> from)?;
            return Ok(cell.map(|cell| cell.position >> (level - from)));
        }
        Ok(self.last_moment_before(at_nanos)?.map(|moment| moment >> level))
    }

    /// The first position at `level` that holds a sample after a moment.
    fn position_after(
        &mut self,
        at_nanos: i64,
        level: u32,
        ladder_level: Option<u32>,
    ) -> Result<Option<i64>, StoreError> {
        if let (Some(chunk), Some(from)) = (self.chunk_before(at_nanos.saturating_add(1))?, ladder_level)
            && chunk.in_rollup
            && chunk.end_nanos > at_nanos
        {
            let cell = pyramid::first_after(self.connection, self.subject.series_id, from, at_nanos >> from)?;
            return Ok(cell.map(|cell| cell.position >> (level - from)));
        }
        Ok(self.first_moment_after(at_nanos)?.map(|moment| moment >> level))
    }

    /// The moment of the last sample before a moment.
    fn last_moment_before(&mut self, at_nanos: i64) -> Result<Option<i64>, StoreError> {
        let Some(chunk) = self.chunk_before(at_nanos)? else { return Ok(None) };
        if chunk.end_nanos < at_nanos {
            return Ok(Some(chunk.end_nanos));
        }
        let stretch = self.load(chunk)?;
        let end = stretch.times.partition_point(|&time| time < at_nanos);
        Ok(end.checked_sub(1).map(|index| stretch.times[index]))
    }

    /// The moment of the first sample after a moment.
    fn first_moment_after(&mut self, at_nanos: i64) -> Result<Option<i64>, StoreError> {
        if let Some(chunk) = self.chunk_before(at_nanos.saturating_add(1))?
            && chunk.end_nanos > at_nanos
        {
            let stretch = self.load(chunk)?;
            let begin = stretch.times.partition_point(|&time| time <= at_nanos);
            return Ok(stretch.times.get(begin).copied());
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT start_nanos FROM chunk WHERE series_id = ?1 AND start_nanos > ?2 ORDER BY start_nanos LIMIT 1",
        )?;
        let mut rows = statement.query(params![self.subject.series_id, at_nanos])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    /// The last chunk that begins before a moment.
    fn chunk_before(&self, at_nanos: i64) -> Result<Option<ChunkRow>, StoreError> {
        chunks::last_before(self.connection, self.subject.series_id, at_nanos)
    }

    fn load(&mut self, chunk: ChunkRow) -> Result<&Stretch, StoreError> {
        let known = self.decoded.iter().position(|(id, _)| *id == chunk.id);
        let index = match known {
            Some(index) => index,
            None => {
                if self.decoded.len() >= 2 {
                    self.decoded.remove(0);
                }
                self.decoded.push((chunk.id, chunks::load(self.connection, chunk.id)?));
                self.decoded.len() - 1
            }
        };
        Ok(&self.decoded[index].1)
    }
}

/// The last moment of a bucket.
fn end_of(position: i64, level: u32) -> i64 {
    (position << level).saturating_add((1 << level) - 1)
}

#[cfg(test)]
mod tests;
