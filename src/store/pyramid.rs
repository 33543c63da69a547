//! The pyramid: for each series, buckets at power-of-two widths with a factor of four from level to level, so that a
//! plot of any zoom reads about as many buckets as it has pixels, however many samples there are.
//!
//! Level *k* has buckets 2^k nanoseconds wide, aligned to the epoch. The lowest level holds 128 to 256 samples a
//! bucket (finer questions are answered from the samples themselves), the highest about 64 buckets in all. A bucket
//! is additive: folding in a late sample is the same as having had it from the start. That is why it remembers when
//! its last value was.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::columns::{signed_size, size};
use super::stretch::Stretch;
use super::{StoreError, pack};

/// Bucket positions in a stored block.
const BLOCK_BITS: u32 = 10;
/// Doublings between levels.
pub const STEP: u32 = 2;
/// The lowest level has at least this many samples a bucket.
const MIN_SAMPLES: i64 = 128;
/// A level above is made once the highest one has this many positions.
const MAX_TOP_POSITIONS: i64 = 64;
/// Twice 2^62 does not fit.
const MAX_LEVEL: u32 = 62;
/// The only block format so far.
const FORMAT: i64 = 1;

/// One bucket of a level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Its first moment divided by its width.
    pub position: i64,
    /// Finite samples in it; 0 where all are non-finite.
    pub count: u64,
    /// When the last finite sample was; of none, the last sample.
    pub last_at: i64,
    /// The smallest finite value.
    pub min: f64,
    /// The largest finite value.
    pub max: f64,
    /// The sum of the finite values.
    pub sum: f64,
    /// The last finite value.
    pub last: f64,
}

impl Cell {
    /// The bucket of a single sample.
    pub fn of(at_nanos: i64, value: f64, level: u32) -> Self {
        let position = at_nanos >> level;
        if value.is_finite() {
            Self { position, count: 1, last_at: at_nanos, min: value, max: value, sum: value, last: value }
        } else {
            Self { position, count: 0, last_at: at_nanos, min: f64::NAN, max: f64::NAN, sum: 0.0, last: f64::NAN }
        }
    }

    /// Folds another bucket of the same position in; of equal last moments the other's stands.
    pub fn fold(&mut self, other: &Self) {
        if (other.count > 0, other.last_at) >= (self.count > 0, self.last_at) {
            self.last_at = other.last_at;
            self.last = other.last;
        }
        self.count = self.count.saturating_add(other.count);
        // f64::min and max pass over the NaN of a bucket without finite samples.
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.sum += other.sum;
    }

    fn raised(mut self, by: u32) -> Self {
        self.position >>= by;
        self
    }
}

/// Levels that exist of a series' pyramid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// The lowest.
    pub base: u32,
    /// The highest.
    pub top: u32,
}

impl Ladder {
    /// The levels that a row says exist, if there can be such.
    pub fn new(base: u32, top: u32) -> Result<Self, StoreError> {
        if base <= top && top <= MAX_LEVEL && (top - base).is_multiple_of(STEP) {
            Ok(Self { base, top })
        } else {
            Err(StoreError::damaged(format!("a series claims rollup levels {base} to {top}")))
        }
    }

    /// The coarsest level whose buckets are not wider than 2^`level`.
    pub fn best_below(self, level: u32) -> Option<u32> {
        let steps = level.checked_sub(self.base)? / STEP;
        Some((self.base + steps * STEP).min(self.top))
    }
}

/// Adds a bucket to a list in order of position, folding it into the last one where that is the same.
pub fn push(cells: &mut Vec<Cell>, cell: Cell) {
    match cells.last_mut() {
        Some(last) if last.position == cell.position => last.fold(&cell),
        _ => cells.push(cell),
    }
}

/// The buckets of a stretch.
pub fn cells_of(stretch: &Stretch, level: u32) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (index, &at_nanos) in stretch.times.iter().enumerate() {
        push(&mut cells, Cell::of(at_nanos, stretch.real(index), level));
    }
    cells
}

/// The same buckets at a width 2^`by` times as large.
pub fn coarser(cells: &[Cell], by: u32) -> Vec<Cell> {
    let mut coarse = Vec::with_capacity(cells.len() / 2 + 1);
    for cell in cells {
        push(&mut coarse, cell.raised(by));
    }
    coarse
}

/// Two lists in order of position as one.
pub fn merge(left: &[Cell], right: &[Cell]) -> Vec<Cell> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if a.position <= b.position => left.next(),
            (Some(_), None) => left.next(),
            (_, Some(_)) => right.next(),
            (None, None) => return merged,
        };
        if let Some(cell) = next {
            push(&mut merged, *cell);
        }
    }
}

/// Folds new samples into a series' pyramid; makes it if there is none, and levels above while they are worth it.
/// `extent` is the series' first and last moment.
pub fn fold(
    connection: &Connection,
    series_id: i64,
    ladder: Option<Ladder>,
    stretch: &Stretch,
    extent: (i64, i64),
) -> Result<Ladder, StoreError> {
    let mut ladder = ladder.unwrap_or_else(|| {
        let base = base_level(stretch.spacing_nanos().unwrap_or(0));
        Ladder { base, top: base }
    });
    let mut cells = cells_of(stretch, ladder.base);
    let mut level = ladder.base;
    loop {
        add(connection, series_id, level, &cells)?;
        if level >= ladder.top {
            break;
        }
        cells = coarser(&cells, STEP);
        level += STEP;
    }
    while ladder.top + STEP <= MAX_LEVEL && (extent.1 >> ladder.top) - (extent.0 >> ladder.top) >= MAX_TOP_POSITIONS {
        let below = read(connection, series_id, ladder.top, (i64::MIN, i64::MAX))?;
        ladder.top += STEP;
        add(connection, series_id, ladder.top, &coarser(&below, STEP))?;
    }
    Ok(ladder)
}

/// The lowest level for samples so far apart.
fn base_level(spacing_nanos: i64) -> u32 {
    let width = spacing_nanos.clamp(1000, 1 << 50).saturating_mul(MIN_SAMPLES);
    (64 - (width - 1).leading_zeros()).min(MAX_LEVEL)
}

/// The buckets of a level whose positions lie in a range, both ends included.
pub fn read(
    connection: &Connection,
    series_id: i64,
    level: u32,
    positions: (i64, i64),
) -> Result<Vec<Cell>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT num_cells, format, cells FROM rollup WHERE series_id = ?1 AND level = ?2 AND block BETWEEN ?3 AND ?4 ORDER BY block",
    )?;
    let mut rows = statement.query(params![series_id, level, positions.0 >> BLOCK_BITS, positions.1 >> BLOCK_BITS])?;
    let mut cells = Vec::new();
    while let Some(row) = rows.next()? {
        cells.extend(unpack_block(row)?);
    }
    let begin = cells.partition_point(|cell| cell.position < positions.0);
    let end = cells.partition_point(|cell| cell.position <= positions.1);
    cells.truncate(end);
    cells.drain(..begin);
    Ok(cells)
}

/// The last bucket of a level before a position.
pub fn last_before(
    connection: &Connection,
    series_id: i64,
    level: u32,
    position: i64,
) -> Result<Option<Cell>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT num_cells, format, cells FROM rollup WHERE series_id = ?1 AND level = ?2 AND block <= ?3 ORDER BY block DESC LIMIT 2",
    )?;
    let mut rows = statement.query(params![series_id, level, position >> BLOCK_BITS])?;
    while let Some(row) = rows.next()? {
        if let Some(cell) = unpack_block(row)?.into_iter().rfind(|cell| cell.position < position) {
            return Ok(Some(cell));
        }
    }
    Ok(None)
}

/// The first bucket of a level after a position.
pub fn first_after(
    connection: &Connection,
    series_id: i64,
    level: u32,
    position: i64,
) -> Result<Option<Cell>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT num_cells, format, cells FROM rollup WHERE series_id = ?1 AND level = ?2 AND block >= ?3 ORDER BY block LIMIT 2",
    )?;
    let mut rows = statement.query(params![series_id, level, position >> BLOCK_BITS])?;
    while let Some(row) = rows.next()? {
        if let Some(cell) = unpack_block(row)?.into_iter().find(|cell| cell.position > position) {
            return Ok(Some(cell));
        }
    }
    Ok(None)
}

fn add(connection: &Connection, series_id: i64, level: u32, cells: &[Cell]) -> Result<(), StoreError> {
    for group in cells.chunk_by(|a, b| a.position >> BLOCK_BITS == b.position >> BLOCK_BITS) {
        let block = group[0].position >> BLOCK_BITS;
        let stored = connection
            .prepare_cached(
                "SELECT num_cells, format, cells FROM rollup WHERE series_id = ?1 AND level = ?2 AND block = ?3",
            )?
            .query_row(params![series_id, level, block], |row| Ok(unpack_block(row)))
            .optional()?
            .transpose()?
            .unwrap_or_default();
        let merged = merge(&stored, group);
        connection
            .prepare_cached("INSERT OR REPLACE INTO rollup (series_id, level, block, num_cells, format, cells) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![series_id, level, block, signed_size(merged.len()), FORMAT, pack_block(&merged)?])?;
    }
    Ok(())
}

fn pack_block(cells: &[Cell]) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    let column = |get: fn(&Cell) -> f64| cells.iter().map(get).collect::<Vec<f64>>();
    pack::append(&mut bytes, &cells.iter().map(|cell| cell.position).collect::<Vec<i64>>())?;
    pack::append(&mut bytes, &cells.iter().map(|cell| cell.count).collect::<Vec<u64>>())?;
    pack::append(&mut bytes, &cells.iter().map(|cell| cell.last_at).collect::<Vec<i64>>())?;
    for get in [|cell: &Cell| cell.min, |cell: &Cell| cell.max, |cell: &Cell| cell.sum, |cell: &Cell| cell.last] {
        pack::append(&mut bytes, &column(get))?;
    }
    Ok(bytes)
}

fn unpack_block(row: &rusqlite::Row<'_>) -> Result<Vec<Cell>, StoreError> {
    let format: i64 = row.get(1)?;
    if format != FORMAT {
        return Err(StoreError::damaged(format!("a rollup block has the unknown format {format}")));
    }
    let len = size(row, 0)?;
    if len > 1 << BLOCK_BITS {
        return Err(StoreError::damaged(format!("a rollup block claims to hold {len} buckets")));
    }
    let mut bytes = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
    let positions = pack::take::<i64>(&mut bytes, len)?;
    let counts = pack::take::<u64>(&mut bytes, len)?;
    let moments = pack::take::<i64>(&mut bytes, len)?;
    let [min, max, sum, last] = [(); 4].map(|()| pack::take::<f64>(&mut bytes, len));
    let (min, max, sum, last) = (min?, max?, sum?, last?);
    Ok((0..len)
        .map(|index| Cell {
            position: positions[index],
            count: counts[index],
            last_at: moments[index],
            min: min[index],
            max: max[index],
            sum: sum[index],
            last: last[index],
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_is_the_same_in_any_order() {
        let samples = [(1, 5.0), (2, f64::NAN), (3, -1.0), (4, f64::INFINITY)];
        let fold_all = |order: &[usize]| {
            let mut cells = order.iter().map(|&index| Cell::of(samples[index].0, samples[index].1, 10));
            let first = cells.next().unwrap();
            cells.fold(first, |mut sum, cell| {
                sum.fold(&cell);
                sum
            })
        };
        let cell = fold_all(&[0, 1, 2, 3]);
        assert_eq!((cell.count, cell.min, cell.max, cell.sum, cell.last, cell.last_at), (2, -1.0, 5.0, 4.0, -1.0, 3));
        for order in [[3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
            assert_eq!(fold_all(&order), cell);
        }
    }

    #[test]
    fn a_bucket_without_finite_samples_counts_none() {
        let mut cell = Cell::of(1, f64::NAN, 10);
        cell.fold(&Cell::of(2, f64::NEG_INFINITY, 10));
        assert_eq!((cell.count, cell.last_at), (0, 2));
        assert!(cell.min.is_nan() && cell.max.is_nan() && cell.last.is_nan());
    }

    #[test]
    fn the_lowest_level_has_128_to_256_samples_a_bucket() {
        for spacing_nanos in [1_000, 200_000_000, 1_000_000_000, 999_999_937] {
            let samples = (1i64 << base_level(spacing_nanos)) / spacing_nanos;
            assert!((128..=256).contains(&samples), "{spacing_nanos}: {samples}");
        }
        assert!(base_level(i64::MAX) <= MAX_LEVEL);
    }

    #[test]
    fn the_best_level_is_never_wider_than_asked() {
        let ladder = Ladder { base: 20, top: 24 };
        assert_eq!(
            [19, 20, 21, 22, 25, 40].map(|level| ladder.best_below(level)),
            [None, Some(20), Some(20), Some(22), Some(24), Some(24)]
        );
    }
}
