//! What is left of a damaged file: it is moved aside and kept, and what can be read of it goes into a new one.
//!
//! The lock is held alone all along, so that nobody opens the file meanwhile. A process that dies here leaves the damaged
//! file's new name in the lock file, and whoever opens the outbox next goes on.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::Utc;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, ffi};
use uuid::Uuid;

use super::fault::Fault;
use super::file::{self, File, Site};
use super::header;
use super::restore::{Copied, restore, restore_ways};
use super::schema;
use crate::envelope::MessageId;

/// The files that belong together, the one that says that there is an outbox last.
pub(super) const PARTS: [&str; 3] = ["-wal", "-shm", ""];
/// How many rows are written at a time.
const AT_ONCE: usize = 1_000;
/// Up to how many places are tried one by one between those that are known.
const LARGEST_GAP: i64 = 10_000_000;
/// How many places are tried behind the last one that is known.
const BEYOND: i64 = 1_000;

/// What became of a damaged file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Salvage {
    /// Where the damaged file is kept. Nothing removes it.
    pub damaged: PathBuf,
    /// How the damage showed.
    pub reason: String,
    /// How many messages were read, and are in the new file.
    pub salvaged: u64,
    /// Messages of which the damaged file knows no more than the ID. There may have been others, and none are named where the process
    /// that salvaged it died before it could tell.
    pub lost: Vec<MessageId>,
}

/// Whether a salvage was begun, and not finished.
pub(super) fn is_begun(lock: &mut fs::File) -> Result<bool, Fault> {
    let length = lock.metadata().map_err(|error| Fault::System("its lock cannot be read".to_owned(), error))?.len();
    Ok(length > 0)
}

/// Replaces a damaged file.
pub(super) fn replace(site: &Site, patience: Duration, lock: &mut fs::File, reason: &str) -> Result<Salvage, Fault> {
    let time = Utc::now().format("%Y%m%dT%H%M%SZ");
    let mut suffix = format!(".damaged-{time}");
    let mut number = 1;
    while site.beside(&suffix).exists() {
        number += 1;
        suffix = format!(".damaged-{time}-{number}");
    }
    note(lock, &suffix)?;
    finish(site, patience, lock, reason)
}

/// Writes what is under way, so that it survives the process.
fn note(lock: &mut fs::File, suffix: &str) -> Result<(), Fault> {
    let written = lock
        .set_len(0)
        .and_then(|()| lock.rewind())
        .and_then(|()| lock.write_all(suffix.as_bytes()))
        .and_then(|()| lock.sync_all());
    written.map_err(|error| {
        Fault::System("the file is damaged, and its lock cannot be written: make room on the disk".to_owned(), error)
    })
}

/// Goes on with a salvage that was noted.
pub(super) fn finish(site: &Site, patience: Duration, lock: &mut fs::File, reason: &str) -> Result<Salvage, Fault> {
    let failed = |what: &str, error| Fault::System(format!("the file is damaged, and {what}"), error);
    let mut suffix = String::new();
    lock.rewind()
        .and_then(|()| lock.read_to_string(&mut suffix))
        .map_err(|error| failed("its lock cannot be read", error))?;
    if !suffix.starts_with(".damaged-") || suffix.contains(['/', '\\']) {
        return Err(Fault::Foreign(format!(
            "its lock {} says something else than which file is to be salvaged: see what it is, and empty it",
            site.beside(".lock").display()
        )));
    }
    let damaged = site.beside(&suffix);
    let is_rebuilt = damaged.exists() && site.main.exists();
    let copied = if is_rebuilt {
        // The old file was moved, so that this one is the new one. Others may have written to it since: it is not made again.
        Copied::default()
    } else {
        move_aside(site, &suffix, &damaged)?;
        rebuild(site, &damaged, patience)?
    };
    site.sync_folder()?;
    note(lock, "")?;
    let copied = if is_rebuilt { Copied { salvaged: count(site, patience)?, ..copied } } else { copied };
    let salvage = Salvage { damaged, reason: reason.to_owned(), salvaged: copied.salvaged, lost: copied.lost };
    tracing::error!(
        outbox = %site.main.display(),
        kept_as = %salvage.damaged.display(),
        salvaged = salvage.salvaged,
        known_lost = salvage.lost.len(),
        reason,
        "the outbox was damaged: what could be read of it is in a new one"
    );
    Ok(salvage)
}

/// Gives the parts of the damaged file their new names, unless that was done before.
fn move_aside(site: &Site, suffix: &str, damaged: &Path) -> Result<(), Fault> {
    if damaged.exists() {
        return Ok(());
    }
    for part in PARTS {
        let from = site.beside(part);
        if from.exists() {
            fs::rename(&from, site.beside(&format!("{suffix}{part}"))).map_err(|error| {
                let advice = "end what has it open";
                Fault::System(
                    format!("the file is damaged, and cannot be moved to {}: {advice}", damaged.display()),
                    error,
                )
            })?;
        }
    }
    site.sync_folder()
}

/// How many messages a new file has whose salvage nobody told of.
fn count(site: &Site, patience: Duration) -> Result<u64, Fault> {
    let new = File::connect(&site.main, patience)?;
    let count: i64 = new.db.query_row("SELECT count(*) FROM message", [], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Makes the new file under another name, and gives it its own when all is in it.
fn rebuild(site: &Site, damaged: &Path, patience: Duration) -> Result<Copied, Fault> {
    let failed = |what: &str, error| {
        Fault::System(format!("it is damaged and kept as {}, and {what}: make room", damaged.display()), error)
    };
    let new = site.beside(".salvaged");
    for part in ["", "-wal", "-shm", "-journal"] {
        let rest = site.beside(&format!(".salvaged{part}"));
        if rest.exists() {
            fs::remove_file(&rest)
                .map_err(|error| failed("the rest of an earlier salvage cannot be removed", error))?;
        }
    }
    file::create(&new)?;
    file::give_to_owner_of(damaged, &new)
        .map_err(|error| failed("the new file cannot be given the same owner and rights", error))?;
    let mut file = File::connect(&new, patience)?;
    schema::migrate(&mut file.db, 0)?;
    let copied = copy(damaged, site, &mut file.db, patience)?;
    // All into the file itself: its log would not find it under its new name.
    file.db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    if !file.empty_log()? {
        return Err(Fault::Busy("the new file of a salvage is in use by somebody else".to_owned()));
    }
    file.db.close().map_err(|(_, error)| error)?;
    fs::rename(&new, &site.main).map_err(|error| failed("the new file cannot be given its name", error))?;
    Ok(copied)
}

/// Copies what can be read.
fn copy(damaged: &Path, site: &Site, new: &mut Connection, patience: Duration) -> Result<Copied, Fault> {
    let mended = header::mended(damaged, site)?;
    let readable = mended.as_deref().unwrap_or(damaged);
    let mut copied = Copied::default();
    // What is wrong with the file is no error: it is what the salvage is for. What is wrong with the machine is one, or an
    // outbox that is only out of reach would become an empty one; the next one to open it goes on.
    let old = match tolerant(readable, patience) {
        Ok(old) => Some(old),
        Err(error) if is_of_the_machine(&error) => return Err(error.into()),
        Err(_) => None,
    };
    if let Some(old) = old {
        let Known { places, ids, index_is_whole } = known(&old)?;
        copied.index_is_broken = !index_is_whole;
        for some in places.into_iter().collect::<Vec<_>>().chunks(AT_ONCE) {
            let step = new.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for place in some {
                restore(&old, &step, *place, &mut copied)?;
            }
            step.commit()?;
        }
        restore_ways(&old, new)?;
        for id in ids {
            let is_there = super::row::one::<i64>(new, "SELECT 1 FROM message WHERE id = ?", [id])?.is_some();
            if !is_there {
                copied.lost.push(MessageId(Uuid::from_bytes(id)));
            }
        }
        copied.lost.sort_unstable();
        copied.lost.dedup();
    }
    if let Some(mended) = mended {
        for part in PARTS {
            let mut name = mended.clone().into_os_string();
            name.push(part);
            // Only a copy, and removed by the next salvage at the latest.
            let _ = fs::remove_file(name);
        }
    }
    Ok(copied)
}

/// Opens a damaged file for reading, without a look at whether it is whole.
fn tolerant(path: &Path, patience: Duration) -> rusqlite::Result<Connection> {
    // It is written as little as any other: only the memory that processes share is.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let old = Connection::open_with_flags(path, flags)?;
    old.busy_timeout(patience)?;
    old.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // So that a file that is too short for what it says of itself is read as far as it goes.
    old.pragma_update(None, "writable_schema", true)?;
    old.pragma_update(None, "query_only", true)?;
    Ok(old)
}

/// What a damaged file tells of what it had.
struct Known {
    /// The places that may have a message.
    places: BTreeSet<i64>,
    ids: BTreeSet<[u8; 16]>,
    /// Whether the index of IDs is whole.
    index_is_whole: bool,
}

/// A scan ends at the first page that is broken, so that there is one from either end of the table and of each index, and
/// each place of the gap is tried for itself.
fn known(old: &Connection) -> Result<Known, Fault> {
    let mut places = BTreeSet::new();
    let mut ids = BTreeSet::new();
    let mut trouble = None;
    let mut scan = |sql: &str, has_id: bool| -> (Option<i64>, bool) {
        let mut last = None;
        let mut scan = || -> rusqlite::Result<()> {
            let mut statement = old.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let Ok(place) = row.get::<_, i64>(0) {
                    last = Some(place);
                    places.insert(place);
                }
                if has_id && let Ok(id) = row.get(1) {
                    ids.insert(id);
                }
            }
            Ok(())
        };
        let ended = scan();
        let whole = ended.is_ok();
        if let Err(error) = ended
            && is_of_the_machine(&error)
        {
            trouble.get_or_insert(error);
        }
        (last, whole)
    };
    let mut index_is_whole = true;
    for order in ["", "DESC"] {
        let by_id = format!("SELECT place, id FROM message INDEXED BY message_id ORDER BY id {order}");
        index_is_whole &= scan(&by_id, true).1;
        scan(
            &format!("SELECT place, id FROM message INDEXED BY message_state ORDER BY state {order}, id {order}"),
            true,
        );
        scan(
            &format!("SELECT place FROM message INDEXED BY message_lane WHERE lane IS NOT NULL ORDER BY lane {order}"),
            false,
        );
    }
    let (first, whole) = scan("SELECT place FROM message NOT INDEXED ORDER BY place", false);
    if !whole && !index_is_whole {
        let (last, _) = scan("SELECT place FROM message NOT INDEXED ORDER BY place DESC", false);
        let begin = first.unwrap_or(0);
        let end = last.into_iter().chain(places.last().copied()).max().unwrap_or(begin).min(begin + LARGEST_GAP);
        places.extend(begin..=end.max(begin + BEYOND));
    }
    match trouble {
        Some(error) => Err(error.into()),
        None => Ok(Known { places, ids, index_is_whole }),
    }
}

/// Whether an error is about memory, locks or room, and so says nothing of what stands in the file. SQLite has one code
/// for all that the system does not do; those of the memory that processes share are told apart by what follows it.
fn is_of_the_machine(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::OutOfMemory
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::CannotOpen
            | ErrorCode::DiskFull
            | ErrorCode::PermissionDenied,
        ) => true,
        Some(ErrorCode::SystemIoFailure) => matches!(
            error.sqlite_error().map(|error| error.extended_code),
            Some(
                ffi::SQLITE_IOERR_NOMEM
                    | ffi::SQLITE_IOERR_LOCK
                    | ffi::SQLITE_IOERR_SHMOPEN
                    | ffi::SQLITE_IOERR_SHMSIZE
                    | ffi::SQLITE_IOERR_SHMLOCK
                    | ffi::SQLITE_IOERR_SHMMAP
            )
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_wrong_with_the_file_is_what_a_salvage_is_for() {
        let error = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        for code in [
            ffi::SQLITE_NOMEM,
            ffi::SQLITE_BUSY,
            ffi::SQLITE_LOCKED,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_FULL,
            ffi::SQLITE_PERM,
            ffi::SQLITE_IOERR_NOMEM,
            ffi::SQLITE_IOERR_SHMSIZE,
            ffi::SQLITE_IOERR_SHMMAP,
        ] {
            assert!(is_of_the_machine(&error(code)), "{code}");
        }
        for code in [ffi::SQLITE_CORRUPT, ffi::SQLITE_NOTADB, ffi::SQLITE_IOERR_READ, ffi::SQLITE_IOERR_SHORT_READ] {
            assert!(!is_of_the_machine(&error(code)), "{code}");
        }
    }
}
