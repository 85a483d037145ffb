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
    /// It is of an older one; 0 has nothing in it.
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
    for (version, step) in (1_i32..).zip(STEPS).filter(|(version, _)| *version > from) {
        let step_of_its_own = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step_of_its_own.execute_batch(step)?;
        step_of_its_own.execute("UPDATE meta SET version = ?", [version])?;
        step_of_its_own.pragma_update(None, "application_id", APPLICATION)?;
        step_of_its_own.pragma_update(None, "user_version", version)?;
        step_of_its_own.commit()?;
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
    if found == Found::Current {
        check::small(db)?;
    }
    Ok(found)
}
