//! Opening: the settings hold, foreign and broken files are refused unchanged, upgrades happen all or not at all.

use std::fs;

use super::*;
use crate::model::{Batch, Key, Run};
use crate::store::migrate::MIGRATIONS;
use crate::store::{Reader, Writer};

fn batch(name: &str) -> Batch {
    Batch { runs: vec![Run::new(Key::of("run", &[name]))], ..Batch::default() }
}

/// A closed workspace with one run.
fn workspace() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b%20ü?.reelbench");
    let mut writer = Writer::open(&path, "test").unwrap();
    writer.write(&batch("first"), None).unwrap();
    writer.close().unwrap();
    (folder, path)
}

fn setting(connection: &Connection, name: &str) -> String {
    let sql = format!("PRAGMA {name}");
    connection.query_row(&sql, [], |row| row.get_ref(0).map(|value| format!("{value:?}"))).unwrap()
}

#[test]
fn every_connection_has_the_settings_of_the_recipe() {
    let (_folder, path) = workspace();
    let writer = open_for_writing(&path).unwrap();
    let reader = open_for_reading(&path).unwrap();
    for connection in [&writer.connection, &reader.connection] {
        for (name, value) in [
            ("cell_size_check", 1),
            ("mmap_size", 0),
            ("foreign_keys", 1),
            ("trusted_schema", 0),
            ("busy_timeout", 5000),
        ] {
            assert_eq!(setting(connection, name), format!("Integer({value})"), "{name}");
        }
        assert!(connection.db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE).unwrap());
        assert_eq!(connection.limit(Limit::SQLITE_LIMIT_ATTACHED).unwrap(), 0);
        assert_eq!(setting(connection, "journal_mode"), format!("{:?}", rusqlite::types::ValueRef::Text(b"wal")));
    }
    assert_eq!(setting(&writer.connection, "synchronous"), "Integer(2)");
    assert_eq!(setting(&writer.connection, "journal_size_limit"), "Integer(67108864)");
    assert!(reader.connection.execute("DELETE FROM run", []).is_err(), "a reader cannot write");
}

#[test]
fn the_header_says_whose_it_is_before_anything_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.reelbench");
    let writer = Writer::open(&path, "test").unwrap();
    // As if the machine stopped now: the file without its log.
    let copy = folder.path().join("copy.reelbench");
    fs::copy(&path, &copy).unwrap();
    drop(writer);
    assert!(Writer::open(&copy, "test").is_ok());
}

#[test]
fn a_failed_upgrade_leaves_the_file_byte_for_byte() {
    let (_folder, path) = workspace();
    let bytes = fs::read(&path).unwrap();
    let fill = "CREATE TABLE more (a) STRICT; INSERT INTO run (key, clock, outcome, attributes)
      WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 50000)
      SELECT randomblob(16), 'utc', 'unknown', '{}' FROM n";
    let fill = fill.replace("more (a)", "more (a TEXT)");
    let next = [MIGRATIONS[0], fill.as_str(), "ALTER TABLE run DROP COLUMN no_such_column"];
    let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    let error = migrate::upgrade(&mut connection, &path, &next).unwrap_err();
    drop(connection);
    assert!(matches!(error, StoreError::Upgrade { from: 1, to: 3, .. }), "{error}");
    assert!(fs::read(&path).unwrap() == bytes, "the file changed");
    assert!(!side_file(&path, "-wal").exists());

    let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    migrate::upgrade(&mut connection, &path, &next[..2]).unwrap();
    drop(connection);
    let error = Reader::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 2, known: 1, .. }), "{error}");
}

#[test]
fn what_someone_else_put_into_the_schema_is_refused() {
    for (sql, what) in [
        ("CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run; END", "trigger “t”"),
        ("CREATE VIEW v AS SELECT * FROM run", "view “v”"),
        ("DROP INDEX run_by_video", "index “run_by_video” is missing"),
        ("ALTER TABLE note ADD COLUMN more TEXT", "table “note”"),
    ] {
        let (_folder, path) = workspace();
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        connection.execute_batch(sql).unwrap();
        drop(connection);
        let bytes = fs::read(&path).unwrap();
        for error in [Reader::open(&path).unwrap_err(), Writer::open(&path, "test").unwrap_err()] {
            let StoreError::NotOurs { why, .. } = &error else { panic!("{error:?}") };
            assert!(why.contains(what), "{why}");
        }
        assert!(fs::read(&path).unwrap() == bytes);
    }
}

#[test]
fn files_that_cannot_be_opened_in_place_are_viewed() {
    let (_folder, path) = workspace();
    let enter = || Presence::enter(&path, || Ok(())).unwrap();
    let runs = |opened: &Opened| -> i64 {
        assert!(opened.is_frozen);
        opened.connection.query_row("SELECT count(*) FROM run", [], |row| row.get(0)).unwrap()
    };
    let bytes = fs::read(&path).unwrap();
    assert_eq!(runs(&open_frozen(&path, enter()).unwrap()), 1);

    // With a log beside it that has more than the file.
    let mut writer = Writer::open(&path, "test").unwrap();
    writer.write(&batch("second"), None).unwrap();
    let other = tempfile::tempdir().unwrap();
    let copy = other.path().join("w.reelbench");
    fs::copy(&path, &copy).unwrap();
    fs::copy(side_file(&path, "-wal"), side_file(&copy, "-wal")).unwrap();
    drop(writer);
    let presence = Presence::enter(&copy, || Ok(())).unwrap();
    assert_eq!(runs(&open_frozen(&copy, presence).unwrap()), 2);
    assert!(fs::read(&copy).unwrap() == bytes, "the original is not touched");
}

#[test]
fn an_open_workspace_is_known_to_be_open() {
    let (_folder, path) = workspace();
    assert!(!is_open(&path));
    let reader = Reader::open(&path).unwrap();
    let second = Reader::open(&path).unwrap();
    drop(reader);
    assert!(is_open(&path));
    drop(second);
    assert!(!is_open(&path));
}

fn is_open(path: &Path) -> bool {
    crate::store::is_open_here(path)
}
