//! The file's versions: each one is a step from the one before, in a transaction of its own.
//!
//! A step is never changed once a release had it. What reads a file of an older version is the step alone; a newer file
//! is refused. A new kind of messages is a new version, too, because this one could not read its rows.

use rusqlite::{Connection, TransactionBehavior};

use super::check;
use super::fault::Fault;

/// `CmpO`: that a file is an outbox, and no other program's database (`PRAGMA application_id`).
pub(super) const APPLICATION: i32 = 0x436d_704f;

/// What makes version `n + 1` of version `n`.
const STEPS: [&str; 1] = [include_str!("v1.sql")];

/// The version that is written.
pub(super) const VERSION: i32 = 1;

/// What a file is that could be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It is of this version.
    Current,
    /// It is of an older one; 0 has nothing in it. The current one is here where it lacks its log.
    Older(i32),
}

/// Says what a file is, by its own word only.
pub(super) fn look(db: &Connection) -> Result<Found, Fault> {
    let application: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let has_meta = "SELECT count(*), sum(name IN ('message', 'lane', 'tally', 'meta')) FROM sqlite_schema";
    let (things, ours): (i64, Option<i64>) = db.query_row(has_meta, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if application == 0 && version == 0 && things == 0 {
        return Ok(Found::Older(0));
    }
    if application != APPLICATION {
        return Err(if ours == Some(4) {
            Fault::Damaged("its application ID is not an outbox's, and the rest is".to_owned())
        } else {
            Fault::Foreign(
                "this is a database of another program: name another path for the outbox. It was not touched"
                    .to_owned(),
            )
        });
    }
    let written: i32 = db
        .query_row("SELECT version FROM meta", [], |row| row.get(0))
        .map_err(|_| Fault::Damaged("it does not say which version it is of".to_owned()))?;
    if written != version {
        return Err(Fault::Damaged(format!("it says that it is of version {version}, and of version {written}")));
    }
    match version {
        VERSION => Ok(Found::Current),
        _ if version > VERSION => Err(newer(version)),
        _ if version >= 1 => Ok(Found::Older(version)),
        _ => Err(Fault::Damaged(format!("there is no version {version}"))),
    }
}

fn newer(version: i32) -> Fault {
    Fault::Newer(format!(
        "the file is of version {version}, written by a newer version of this program, which knows version {VERSION}: \
         install the newer one, or name another path for the outbox"
    ))
}

/// Sees that another process has not migrated the file meanwhile.
pub(super) fn still_current(db: &Connection) -> Result<(), Fault> {
    match super::row::one::<i32>(db, "PRAGMA user_version", [])? {
        Some(VERSION) => Ok(()),
        Some(version) if version > VERSION => Err(newer(version)),
        other => Err(Fault::Damaged(format!("it is no longer of a version that there is: {other:?}"))),
    }
}

/// Makes the current version of what is there. The lock is held alone.
pub(super) fn migrate(db: &mut Connection, from: i32) -> Result<(), Fault> {
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(Fault::System(
            "the file system cannot share a file between processes: put the outbox on a local disk".to_owned(),
            std::io::Error::other(format!("SQLite keeps the journal mode `{mode}`")),
        ));
    }
    apply(db, from, &STEPS)
}

/// Takes the steps that a version lacks, each in a transaction of its own.
fn apply(db: &mut Connection, from: i32, steps: &[&str]) -> Result<(), Fault> {
    for (version, step) in (1_i32..).zip(steps).filter(|(version, _)| *version > from) {
        let its_own = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        its_own.execute_batch(step)?;
        its_own.execute("UPDATE meta SET version = ?", [version])?;
        its_own.pragma_update(None, "application_id", APPLICATION)?;
        its_own.pragma_update(None, "user_version", version)?;
        its_own.commit()?;
    }
    Ok(())
}

/// The statements that make the current version, as SQLite remembers them.
pub(super) fn statements(db: &Connection) -> Result<Vec<(String, Option<String>)>, Fault> {
    let mut statement =
        db.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What [`statements`] are in a file that nothing has happened to.
pub(super) fn expected() -> Result<Vec<(String, Option<String>)>, Fault> {
    let mut db = Connection::open_in_memory()?;
    let making = db.transaction()?;
    for step in STEPS {
        making.execute_batch(step)?;
    }
    statements(&making)
}

/// Holds a file against what it should be, as far as that is cheap.
pub(super) fn inspect(db: &Connection) -> Result<Found, Fault> {
    let found = look(db)?;
    if found != Found::Current {
        return Ok(found);
    }
    check::small(db)?;
    // A tool that repaired or restored it may have left another mode.
    let mode: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    Ok(if mode == "wal" { found } else { Found::Older(VERSION) })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{APPLICATION, Found, STEPS, VERSION, apply, look, migrate};
    use crate::error::StoreErrorKind;
    use crate::store::conformance::{at, message};
    use crate::store::{Page, SqliteOptions, SqliteStore, State, Store};
    use crate::{Destination, MessageKind};

    /// What a version of the file was, written once when that version was made, and never again.
    const VERSION_1: &str = include_str!("fixtures/v1.sql");

    #[test]
    fn the_version_is_that_of_the_last_step() {
        assert_eq!(usize::try_from(VERSION), Ok(STEPS.len()));
    }

    #[tokio::test]
    async fn a_file_of_version_1_opens_with_all_that_is_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outbox.db");
        Connection::open(&path).and_then(|db| db.execute_batch(VERSION_1)).expect("a file of version 1");
        let opened = SqliteStore::open(&path, SqliteOptions::default()).expect("a store");
        assert_eq!((opened.created, opened.migrated_from, opened.salvage), (false, None, None));
        let kept = opened.store.list(Page { state: None, after: None, most: 9 }).await.expect("a list");
        let states: Vec<_> = kept.iter().map(|kept| kept.state).collect();
        assert_eq!(states, [State::Delivered, State::Dead, State::Queued, State::Queued, State::Queued]);
        assert_eq!(kept[1].answer.as_ref().and_then(|answer| answer.status), Some(400));
        assert_eq!(kept[2].next_attempt_at, Some(at(30)));
        assert_eq!(kept[3].envelope.coalesce.as_deref(), Some("production"));
        assert_eq!((kept[3].envelope.sequence, kept[3].envelope.accepted_at), (Some(7), at(0)));
        assert_eq!(
            kept[3].envelope.lane.destination,
            Destination("https://example.atlassian.net/gateway/api".to_owned())
        );
        opened.store.accept(vec![message(MessageKind::Metric, "late")]).await.expect("accepted");
        assert_eq!(opened.store.status(at(9)).await.expect("a status").queued, 4);
    }

    #[test]
    fn a_step_is_taken_whole_or_not_at_all() {
        let mut db = Connection::open_in_memory().expect("memory");
        apply(&mut db, 0, &STEPS).expect("version 1");
        let more = [STEPS[0], "CREATE TABLE second (a)", "CREATE TABLE third (a); CREATE TABLE second (a)"];
        apply(&mut db, 1, &more).expect_err("the third step cannot be taken");
        let version: i32 = db.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version");
        let tables = "SELECT sum(name = 'second'), sum(name = 'third') FROM sqlite_schema";
        let tables: (i64, i64) = db.query_row(tables, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("tables");
        assert_eq!((version, tables), (2, (1, 0)));
        let written: i32 = db.query_row("SELECT version FROM meta", [], |row| row.get(0)).expect("a version");
        assert_eq!(written, 2);
    }

    #[test]
    fn what_is_there_is_said_by_two_versions_and_an_id() {
        let mut db = Connection::open_in_memory().expect("memory");
        assert_eq!(look(&db).expect("nothing"), Found::Older(0));
        apply(&mut db, 0, &STEPS).expect("version 1");
        assert_eq!(look(&db).expect("it is ours"), Found::Current);
        for (sql, kind) in [
            (format!("PRAGMA user_version = {}", VERSION + 1), StoreErrorKind::Corrupt),
            (format!("UPDATE meta SET version = {}", VERSION + 1), StoreErrorKind::Newer),
            ("PRAGMA application_id = 7".to_owned(), StoreErrorKind::Corrupt),
            ("DROP TABLE lane".to_owned(), StoreErrorKind::Foreign),
            (format!("PRAGMA application_id = {APPLICATION}; DROP TABLE meta"), StoreErrorKind::Corrupt),
        ] {
            db.execute_batch(&sql).expect("a change");
            let fault = look(&db).expect_err("it is not as it was");
            assert_eq!(fault.at("outbox.db".as_ref()).kind(), kind, "{sql}");
        }
    }

    #[tokio::test]
    async fn a_newer_file_is_refused_and_not_touched() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outbox.db");
        let store = SqliteStore::open(&path, SqliteOptions::default()).expect("a store").store;
        store.accept(vec![message(MessageKind::Metric, "a")]).await.expect("accepted");
        let newer = "UPDATE meta SET version = 2; PRAGMA user_version = 2";
        Connection::open(&path).and_then(|db| db.execute_batch(newer)).expect("a newer file");
        // It is open, and another process of a newer version migrates it.
        let error = store.accept(vec![message(MessageKind::Metric, "b")]).await.expect_err("it is newer by now");
        assert_eq!(error.kind(), StoreErrorKind::Newer);
        store.finish();
        let error = SqliteStore::open(&path, SqliteOptions::default()).expect_err("it is newer");
        assert_eq!(error.kind(), StoreErrorKind::Newer);
        let text = error.to_string();
        let path = path.to_str().expect("a path without odd bytes");
        for part in [path, "of version 2", "knows version 1", "install the newer one"] {
            assert!(text.contains(part), "{text}");
        }
        let mut names: Vec<_> =
            std::fs::read_dir(folder.path()).expect("the folder").map(|one| one.expect("a file").file_name()).collect();
        names.sort();
        assert_eq!(names, ["outbox.db", "outbox.db-shm", "outbox.db-wal", "outbox.db.lock"]);
    }

    #[test]
    fn a_file_that_was_made_and_not_filled_is_filled() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outbox.db");
        // A process was killed after its first step.
        std::fs::write(&path, "").expect("a file");
        let opened = SqliteStore::open(&path, SqliteOptions::default()).expect("a store");
        assert!(opened.created);
        let opened = SqliteStore::open(&path, SqliteOptions::default()).expect("a store");
        assert!(!opened.created);
        let mut memory = Connection::open_in_memory().expect("memory");
        let fault = migrate(&mut memory, 0).expect_err("memory has no log");
        assert_eq!(fault.at("memory".as_ref()).kind(), StoreErrorKind::Unavailable);
    }
}
