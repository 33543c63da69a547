//! Chunks: how samples come to lie in the file, in whatever order they arrive.
//!
//! A series is a row of chunks that do not overlap in time. Brought samples that fall between chunks make new ones,
//! those that fall into a chunk are merged with it. Small chunks (a live source writes a few samples at a time) are
//! merged as a log-structured tree does: eight neighbours of about one size become one of the next, up to 65,536
//! samples, so every sample is packed a handful of times whatever the size of the writes. From 4,096 samples on a
//! chunk is folded into the pyramid; readers fold the few smaller ones themselves.

use rusqlite::{Connection, Row, params};

use super::columns::{signed_size, size};
use super::pyramid::{self, Ladder};
use super::stretch::{Merged, Stretch};
use super::{StoreError, pack};
use crate::model::{SeriesKind, Values};

/// Samples in a full chunk.
pub const FULL: usize = 65_536;
/// From this size on a chunk is folded into the pyramid.
pub const FOLD_FROM: usize = 4096;
/// So many neighbours of one size are merged.
const FAN_IN: usize = 8;
/// Neighbours looked at on each side: as many as there can be of all sizes together.
const MAX_NEIGHBOURS: usize = 48;
/// The only chunk format so far.
const FORMAT: i64 = 1;

/// What the writer has to know of a series to add samples to it.
#[derive(Clone, Debug)]
pub struct SeriesState {
    /// Its row.
    pub id: i64,
    /// How its values are to be read.
    pub kind: SeriesKind,
    /// Its pyramid, once it has one.
    pub ladder: Option<Ladder>,
    /// The median spacing in its largest chunk so far, and how many samples that has.
    pub spacing: (Option<i64>, usize),
}

/// What inserting gave.
#[derive(Debug, Default, PartialEq)]
pub struct Inserted {
    /// Samples added.
    pub num_new: u64,
    /// Samples that were there exactly so.
    pub num_duplicates: u64,
    /// Moments that have another value: moment, stored value, brought value.
    pub conflicts: Vec<(i64, f64, f64)>,
}

/// A chunk without its samples.
#[derive(Clone, Copy, Debug)]
pub struct ChunkRow {
    /// Its row.
    pub id: i64,
    /// Its first moment.
    pub start_nanos: i64,
    /// Its last moment.
    pub end_nanos: i64,
    /// Its samples.
    pub num_samples: usize,
    /// Whether the pyramid has them.
    pub in_rollup: bool,
}

impl ChunkRow {
    /// Reads a row of id, start, end, number of samples and whether it is in the pyramid.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            start_nanos: row.get(1)?,
            end_nanos: row.get(2)?,
            // More than can be is as wrong as that; sums of such stay small.
            num_samples: size(row, 3)?.min(pack::MAX_NUMBERS + 1),
            in_rollup: row.get(4)?,
        })
    }

    /// Whether it is large enough to be left alone.
    fn is_full(&self) -> bool {
        self.num_samples >= FULL / 2
    }

    /// The size class: chunks of one class differ by less than the fan-in.
    fn tier(&self) -> u32 {
        self.num_samples.max(1).ilog(FAN_IN)
    }
}

/// Adds samples to a series. `series` is brought up to date, also in the file.
pub fn insert(
    connection: &Connection,
    series: &mut SeriesState,
    at_nanos: &[i64],
    values: &Values,
) -> Result<Inserted, StoreError> {
    let Merged { new: brought, num_duplicates, conflicts, .. } =
        Stretch::from_unsorted(at_nanos, values).without_repeats(series.kind);
    let mut inserted = Inserted { num_new: 0, num_duplicates, conflicts };
    let (Some(&first), Some(&last)) = (brought.times.first(), brought.times.last()) else {
        return Ok(inserted);
    };
    let mut touched = Vec::new();
    let mut from = 0;
    for chunk in overlapping(connection, series.id, (first, last))? {
        let begin = from + brought.times[from..].partition_point(|&time| time < chunk.start_nanos);
        let end = begin + brought.times[begin..].partition_point(|&time| time <= chunk.end_nanos);
        let between = brought.part(from, begin);
        inserted.num_new += between.len() as u64;
        touched.extend(write(connection, series, &between, FULL, &Fold::All)?);
        from = end;
        if begin == end {
            continue;
        }
        let merged = load(connection, chunk.id)?.merge(brought.part(begin, end), series.kind);
        inserted.num_duplicates += merged.num_duplicates;
        inserted.conflicts.extend(merged.conflicts);
        if merged.new.is_empty() {
            continue;
        }
        inserted.num_new += merged.new.len() as u64;
        remove(connection, chunk.id)?;
        let fold = if chunk.in_rollup { Fold::Only(merged.new) } else { Fold::All };
        // Halved rather than filled, so that the next late samples find room.
        let most = merged.all.len().div_ceil(merged.all.len().div_ceil(FULL));
        touched.extend(write(connection, series, &merged.all, most, &fold)?);
    }
    let after = brought.part(from, brought.len());
    inserted.num_new += after.len() as u64;
    touched.extend(write(connection, series, &after, FULL, &Fold::All)?);
    for at_nanos in touched {
        merge_neighbours(connection, series, at_nanos)?;
    }
    Ok(inserted)
}

/// The chunks that share a moment with a window, in order of time.
pub fn overlapping(connection: &Connection, series_id: i64, window: (i64, i64)) -> Result<Vec<ChunkRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, start_nanos, end_nanos, num_samples, in_rollup FROM chunk
         WHERE series_id = ?1 AND start_nanos <= ?2 ORDER BY start_nanos DESC",
    )?;
    let mut rows = statement.query(params![series_id, window.1])?;
    let mut chunks = Vec::new();
    while let Some(row) = rows.next()? {
        let chunk = ChunkRow::read(row)?;
        // They do not overlap each other, so all before this one end before it, too.
        if chunk.end_nanos < window.0 {
            break;
        }
        chunks.push(chunk);
    }
    chunks.reverse();
    Ok(chunks)
}

/// The chunks in a window that the pyramid has not, in order of time: few and small.
pub fn loose(connection: &Connection, series_id: i64, window: (i64, i64)) -> Result<Vec<ChunkRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, start_nanos, end_nanos, num_samples, in_rollup FROM chunk
         WHERE series_id = ?1 AND in_rollup = 0 AND start_nanos <= ?3 AND end_nanos >= ?2 ORDER BY start_nanos",
    )?;
    let mut rows = statement.query(params![series_id, window.0, window.1])?;
    let mut chunks = Vec::new();
    while let Some(row) = rows.next()? {
        chunks.push(ChunkRow::read(row)?);
    }
    Ok(chunks)
}

/// The last chunk that begins before a moment.
pub fn last_before(connection: &Connection, series_id: i64, at_nanos: i64) -> Result<Option<ChunkRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, start_nanos, end_nanos, num_samples, in_rollup FROM chunk
         WHERE series_id = ?1 AND start_nanos < ?2 ORDER BY start_nanos DESC LIMIT 1",
    )?;
    let mut rows = statement.query(params![series_id, at_nanos])?;
    Ok(rows.next()?.map(ChunkRow::read).transpose()?)
}

/// The samples of a chunk.
pub fn load(connection: &Connection, chunk_id: i64) -> Result<Stretch, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT num_samples, value_type, format, packed_times, packed_values FROM chunk WHERE id = ?1",
    )?;
    statement.query_row([chunk_id], |row| {
        let (len, value_type, format): (usize, String, i64) = (size(row, 0)?, row.get(1)?, row.get(2)?);
        let (times, values) = (row.get_ref(3)?.as_blob()?, row.get_ref(4)?.as_blob()?);
        Ok(unpack(len, &value_type, format, times, values))
    })?
}

fn unpack(len: usize, value_type: &str, format: i64, times: &[u8], values: &[u8]) -> Result<Stretch, StoreError> {
    if format != FORMAT {
        return Err(StoreError::damaged(format!("a chunk has the unknown format {format}")));
    }
    let stretch = Stretch { times: pack::unpack(times, len)?, values: pack::unpack_values(value_type, values, len)? };
    if !stretch.times.is_sorted() {
        return Err(StoreError::damaged("the samples of a chunk are not in order of time".to_owned()));
    }
    Ok(stretch)
}

fn remove(connection: &Connection, chunk_id: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM chunk WHERE id = ?1")?.execute([chunk_id])?;
    Ok(())
}

/// What of a written stretch the pyramid has not seen.
#[derive(Debug)]
enum Fold {
    /// Nothing of it was folded before: it is folded if it is large enough.
    All,
    /// Some of it was folded, so the rest has to be.
    Only(Stretch),
}

/// Writes a stretch as chunks of at most `most` samples; the first moments of those that may have to be merged.
fn write(
    connection: &Connection,
    series: &mut SeriesState,
    stretch: &Stretch,
    most: usize,
    fold: &Fold,
) -> Result<Vec<i64>, StoreError> {
    let (Some(&first), Some(&last)) = (stretch.times.first(), stretch.times.last()) else {
        return Ok(Vec::new());
    };
    let (in_rollup, unfolded) = match fold {
        Fold::All => (stretch.len() >= FOLD_FROM, stretch),
        Fold::Only(unfolded) => (true, unfolded),
    };
    let mut small = Vec::new();
    let mut begin = 0;
    for end in stretch.cuts(most) {
        let piece = stretch.part(begin, end);
        begin = end;
        if piece.len() < FULL / 2 {
            small.push(piece.times[0]);
        }
        write_chunk(connection, series, &piece, in_rollup)?;
    }
    if in_rollup && !unfolded.is_empty() {
        let extent = extent(connection, series.id)?.unwrap_or((first, last));
        let ladder = pyramid::fold(connection, series.id, series.ladder, unfolded, extent)?;
        if series.ladder != Some(ladder) {
            series.ladder = Some(ladder);
            connection
                .prepare_cached("UPDATE series SET rollup_base = ?2, rollup_top = ?3 WHERE id = ?1")?
                .execute(params![series.id, ladder.base, ladder.top])?;
        }
    }
    Ok(small)
}

fn write_chunk(
    connection: &Connection,
    series: &mut SeriesState,
    piece: &Stretch,
    in_rollup: bool,
) -> Result<(), StoreError> {
    let summary = piece.summary();
    let last = piece.len() - 1;
    connection
        .prepare_cached(
            "INSERT INTO chunk (series_id, start_nanos, end_nanos, num_samples, num_finite, min, max, sum, first, last,
               value_type, in_rollup, format, packed_times, packed_values)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            series.id,
            piece.times[0],
            piece.times[last],
            signed_size(piece.len()),
            signed_size(summary.num_finite),
            summary.min,
            summary.max,
            summary.sum,
            piece.real(0),
            piece.real(last),
            pack::value_type(&piece.values),
            in_rollup,
            FORMAT,
            pack::pack(&piece.times)?,
            pack::pack_values(&piece.values)?,
        ])?;
    if piece.len() >= series.spacing.1.max(2) {
        let spacing = (piece.spacing_nanos(), piece.len());
        if spacing != series.spacing {
            series.spacing = spacing;
            connection
                .prepare_cached("UPDATE series SET spacing_nanos = ?2, spacing_num_samples = ?3 WHERE id = ?1")?
                .execute(params![series.id, spacing.0, signed_size(spacing.1)])?;
        }
    }
    Ok(())
}

/// The first and last moment of a series.
pub fn extent(connection: &Connection, series_id: i64) -> Result<Option<(i64, i64)>, StoreError> {
    let moment = |sql: &str| -> Result<Option<i64>, StoreError> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([series_id])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    };
    let start = moment("SELECT start_nanos FROM chunk WHERE series_id = ?1 ORDER BY start_nanos LIMIT 1")?;
    let end = moment("SELECT end_nanos FROM chunk WHERE series_id = ?1 ORDER BY start_nanos DESC LIMIT 1")?;
    Ok(start.zip(end))
}

/// Merges the chunk that begins at `at_nanos` with neighbours of its size until there are too few of them.
fn merge_neighbours(connection: &Connection, series: &mut SeriesState, at_nanos: i64) -> Result<(), StoreError> {
    let mut at_nanos = at_nanos;
    loop {
        let (chunks, at) = neighbours(connection, series.id, at_nanos)?;
        let Some(group) = group_to_merge(&chunks, at) else { return Ok(()) };
        let mut all = Stretch::empty_like(&Values::Integer(Vec::new()));
        let mut unfolded = all.clone();
        for chunk in group {
            let stretch = load(connection, chunk.id)?;
            remove(connection, chunk.id)?;
            if !chunk.in_rollup {
                unfolded.append(stretch.clone());
            }
            all.append(stretch);
        }
        let is_folded = group.iter().any(|chunk| chunk.in_rollup);
        let fold = if is_folded { Fold::Only(unfolded) } else { Fold::All };
        // Full chunks first and what is left over last, so that a growing series never packs a full chunk again.
        let Some(&last) = write(connection, series, &all, FULL, &fold)?.last() else { return Ok(()) };
        at_nanos = last;
    }
}

/// The chunks around the one that begins at a moment, and where among them that one is.
fn neighbours(connection: &Connection, series_id: i64, at_nanos: i64) -> Result<(Vec<ChunkRow>, usize), StoreError> {
    let list = |sql: &str| -> Result<Vec<ChunkRow>, StoreError> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![series_id, at_nanos, signed_size(MAX_NEIGHBOURS)])?;
        let mut chunks = Vec::new();
        while let Some(row) = rows.next()? {
            chunks.push(ChunkRow::read(row)?);
        }
        Ok(chunks)
    };
    let mut chunks = list(
        "SELECT id, start_nanos, end_nanos, num_samples, in_rollup FROM chunk
         WHERE series_id = ?1 AND start_nanos <= ?2 ORDER BY start_nanos DESC LIMIT ?3",
    )?;
    chunks.reverse();
    let at = chunks.len().saturating_sub(1);
    chunks.extend(list(
        "SELECT id, start_nanos, end_nanos, num_samples, in_rollup FROM chunk
         WHERE series_id = ?1 AND start_nanos > ?2 ORDER BY start_nanos LIMIT ?3",
    )?);
    Ok((chunks, at))
}

/// The run of chunks around `at`, none larger than a size class, that is long enough to merge.
fn group_to_merge(chunks: &[ChunkRow], at: usize) -> Option<&[ChunkRow]> {
    let own = chunks.get(at).filter(|chunk| !chunk.is_full())?;
    for tier in own.tier()..=FULL.ilog(FAN_IN) {
        let fits = |chunk: &&ChunkRow| chunk.tier() <= tier && !chunk.is_full();
        let before = chunks[..at].iter().rev().take_while(fits).count();
        let after = chunks[at + 1..].iter().take_while(fits).count();
        let group = &chunks[at - before..=at + after];
        let num_samples: usize = group.iter().map(|chunk| chunk.num_samples).sum();
        if group.len() >= FAN_IN || (group.len() > 1 && num_samples >= FULL) {
            return Some(group);
        }
    }
    None
}

/// The first `most` samples of a window, both ends included; `None` if there is none.
pub fn samples(
    connection: &Connection,
    series_id: i64,
    window: (i64, i64),
    most: usize,
) -> Result<Option<Stretch>, StoreError> {
    let mut found: Option<Stretch> = None;
    for chunk in overlapping(connection, series_id, window)? {
        let num_found = found.as_ref().map_or(0, Stretch::len);
        if num_found >= most {
            break;
        }
        let stretch = load(connection, chunk.id)?;
        let begin = stretch.times.partition_point(|&time| time < window.0);
        let end = stretch.times.partition_point(|&time| time <= window.1);
        let part = stretch.part(begin, end.min(begin + (most - num_found)));
        match &mut found {
            Some(found) => found.append(part),
            None => found = Some(part),
        }
    }
    Ok(found.filter(|found| !found.is_empty()))
}

#[cfg(test)]
pub(in crate::store) mod tests;
