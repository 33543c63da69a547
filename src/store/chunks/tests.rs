//! Chunks: samples in any order and any batch size come back once each, in chunks that do not overlap.

use proptest::prelude::*;

use super::*;
use crate::store::migrate::MIGRATIONS;

/// A workspace in memory with one series.
pub fn workspace(kind: SeriesKind) -> (Connection, SeriesState) {
    let connection = Connection::open_in_memory().unwrap();
    for migration in MIGRATIONS {
        connection.execute_batch(migration).unwrap();
    }
    connection
        .execute(
            "INSERT INTO series (id, key, name, labels, unit, kind) VALUES (1, randomblob(16), 'm', '{}', '1', ?1)",
            [kind.name()],
        )
        .unwrap();
    (connection, SeriesState { id: 1, kind, ladder: None, spacing: (None, 0) })
}

fn rows(connection: &Connection) -> Vec<ChunkRow> {
    overlapping(connection, 1, (i64::MIN, i64::MAX)).unwrap()
}

fn all(connection: &Connection) -> Stretch {
    samples(connection, 1, (i64::MIN, i64::MAX), usize::MAX)
        .unwrap()
        .unwrap_or_else(|| Stretch::empty_like(&Values::Integer(Vec::new())))
}

fn check_disjoint(connection: &Connection) {
    for pair in rows(connection).windows(2) {
        assert!(pair[0].end_nanos < pair[1].start_nanos, "{pair:?}");
    }
}

#[test]
fn appending_a_sample_at_a_time_leaves_few_chunks() {
    let (connection, mut series) = workspace(SeriesKind::Gauge);
    for index in 0..5000i64 {
        let inserted = insert(&connection, &mut series, &[index * 200], &Values::Integer(vec![index % 7])).unwrap();
        assert_eq!(inserted.num_new, 1);
    }
    let rows = rows(&connection);
    assert!(rows.len() < 40, "{}", rows.len());
    assert!(rows[0].in_rollup && rows[0].num_samples >= FOLD_FROM);
    assert_eq!(all(&connection).times, (0..5000).map(|index| index * 200).collect::<Vec<_>>());
    assert_eq!(series.spacing.0, Some(200));
    check_disjoint(&connection);
}

#[test]
fn a_large_batch_makes_full_chunks() {
    let (connection, mut series) = workspace(SeriesKind::Gauge);
    let times: Vec<i64> = (0..200_000).collect();
    insert(&connection, &mut series, &times, &Values::Real(vec![1.5; times.len()])).unwrap();
    let sizes: Vec<usize> = rows(&connection).iter().map(|chunk| chunk.num_samples).collect();
    assert_eq!(sizes, [FULL, FULL, FULL, 200_000 - 3 * FULL]);
    let again = insert(&connection, &mut series, &times, &Values::Real(vec![1.5; times.len()])).unwrap();
    assert_eq!((again.num_new, again.num_duplicates), (0, 200_000));
}

#[test]
fn streamed_batches_end_in_full_chunks() {
    let (connection, mut series) = workspace(SeriesKind::Gauge);
    for batch in 0..20i64 {
        let times: Vec<i64> = (batch * 10_000..(batch + 1) * 10_000).collect();
        insert(&connection, &mut series, &times, &Values::Integer(times.clone())).unwrap();
    }
    let rows = rows(&connection);
    assert!(rows.len() <= 10, "{rows:?}");
    assert!(rows.iter().filter(|chunk| chunk.num_samples == FULL).count() >= 2, "{rows:?}");
}

#[test]
fn another_value_for_a_moment_is_a_conflict_and_the_first_stands() {
    let (connection, mut series) = workspace(SeriesKind::Cumulative);
    insert(&connection, &mut series, &[1, 2, 3], &Values::Integer(vec![10, 20, 30])).unwrap();
    let inserted = insert(&connection, &mut series, &[2, 4], &Values::Integer(vec![21, 40])).unwrap();
    assert_eq!(inserted, Inserted { num_new: 1, num_duplicates: 0, conflicts: vec![(2, 20.0, 21.0)] });
    assert_eq!(all(&connection).values, Values::Integer(vec![10, 20, 30, 40]));
}

#[test]
fn the_same_moment_may_hold_more_observations_than_a_chunk() {
    let (connection, mut series) = workspace(SeriesKind::Raw);
    let len = FULL + 100;
    insert(&connection, &mut series, &vec![5; len], &Values::Integer((0..len as i64).collect())).unwrap();
    insert(&connection, &mut series, &[4, 5, 6], &Values::Integer(vec![0, -1, 0])).unwrap();
    assert_eq!(all(&connection).len(), len + 3);
    check_disjoint(&connection);
}

#[test]
fn the_ends_of_time_fit() {
    let (connection, mut series) = workspace(SeriesKind::Gauge);
    let times = [i64::MIN, -1, 0, i64::MAX];
    insert(&connection, &mut series, &times, &Values::Integer(vec![1, 2, 3, 4])).unwrap();
    let regular: Vec<i64> = (1..=5000).map(|index| index * 1_000_000).collect();
    insert(&connection, &mut series, &regular, &Values::Integer(vec![7; 5000])).unwrap();
    assert_eq!(all(&connection).len(), 5004);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_order_of_arrival_gives_the_same_series(
        brought in prop::collection::vec(prop::collection::vec((-2000i64..2000, 0i64..3), 0..400), 1..12),
        is_raw in any::<bool>(),
    ) {
        let kind = if is_raw { SeriesKind::Raw } else { SeriesKind::Gauge };
        let (connection, mut series) = workspace(kind);
        let mut expected = Stretch::empty_like(&Values::Integer(Vec::new()));
        let (mut num_new, mut num_other) = (0, 0);
        for batch in &brought {
            let (times, values): (Vec<i64>, Vec<i64>) = batch.iter().copied().unzip();
            let values = Values::Integer(values);
            let inserted = insert(&connection, &mut series, &times, &values).unwrap();
            num_new += inserted.num_new;
            num_other += inserted.num_duplicates + inserted.conflicts.len() as u64;
            expected = expected.merge(Stretch::from_unsorted(&times, &values), kind).all;
        }
        check_disjoint(&connection);
        prop_assert_eq!(num_new as usize, expected.len());
        prop_assert_eq!((num_new + num_other) as usize, brought.iter().map(Vec::len).sum::<usize>());
        let found = all(&connection);
        prop_assert_eq!(&found.times, &expected.times);
        prop_assert_eq!(found.values, expected.values);
    }
}
