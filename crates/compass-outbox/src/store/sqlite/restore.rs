//! One row of a damaged file into a new one, and what is not in rows of messages.

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::fault::Fault;
use super::lane::enter;
use super::queue::{Tally, size};
use super::row::{COLUMNS, Fate, Sealed, answer_json, envelope, exec, fate, insert, word};
use crate::envelope::{Envelope, MessageId};
use crate::store::State;

/// What was copied.
#[derive(Debug, Default)]
pub(super) struct Copied {
    pub(super) salvaged: u64,
    pub(super) lost: Vec<MessageId>,
    /// Whether the index of IDs does not say which there were.
    pub(super) index_is_broken: bool,
}

/// Copies the message at a place, if there is one that is whole. Errors are the new file's only.
pub(super) fn restore(old: &Connection, new: &Connection, place: i64, copied: &mut Copied) -> Result<(), Fault> {
    let Some((envelope, fate)) = read(old, place, copied) else { return Ok(()) };
    let is_queued = fate.state == State::Queued;
    let message = Sealed::new(envelope);
    if !insert(new, Some(place), &message)? {
        return Ok(());
    }
    if is_queued {
        enter(new, place, &message.envelope.lane)?;
    }
    let Fate { state, attempts, leases, leased_until, next_attempt_at, ended_at, answer } = fate;
    exec(
        new,
        "UPDATE message SET state = ?, attempts = ?, leases = ?, leased_until = ?, next_attempt_at = ?, ended_at = ?, \
         answer = ? WHERE place = ?",
        params![
            word(state),
            attempts,
            leases,
            leased_until,
            next_attempt_at,
            // It ended, whenever that was.
            if is_queued { None } else { Some(ended_at.unwrap_or_default()) },
            answer.as_ref().map(answer_json),
            place
        ],
    )?;
    if let Some((wait, until)) = leased_until.map(|until| (2, until)).or(next_attempt_at.map(|until| (1, until))) {
        // Only a head is leased or waits.
        exec(
            new,
            "UPDATE lane SET wait = ?1, until = ?2 WHERE head = ?3 AND id = (SELECT lane FROM message WHERE place = ?3)",
            params![wait, until, place],
        )?;
    }
    let mut tally = Tally::default();
    tally.add(state, size(&message.envelope));
    tally.write(new)?;
    copied.salvaged += 1;
    Ok(())
}

/// Reads a row as far as it is whole. A message whose fate is unknown is queued: better twice than never.
fn read(old: &Connection, place: i64, copied: &mut Copied) -> Option<(Envelope, Fate)> {
    let mut statement =
        old.prepare_cached(&format!("SELECT {COLUMNS} FROM message NOT INDEXED WHERE place = ?")).ok()?;
    let mut rows = statement.query([place]).ok()?;
    let row = rows.next().ok()??;
    let Ok(envelope) = envelope(row) else {
        // Its ID may be what is damaged, so that it counts only where no index knows better.
        if copied.index_is_broken
            && let Ok(id) = row.get(1)
        {
            copied.lost.push(MessageId(uuid::Uuid::from_bytes(id)));
        }
        return None;
    };
    let unknown = Fate {
        state: State::Queued,
        attempts: 0,
        leases: row.get(14).unwrap_or(0),
        leased_until: None,
        next_attempt_at: None,
        ended_at: None,
        answer: None,
    };
    Some((envelope, fate(row).unwrap_or(unknown)))
}

/// Copies what limits and pauses are known. What is lost of that makes for some requests too many, no message less.
pub(super) fn restore_ways(old: &Connection, new: &Connection) -> Result<(), Fault> {
    for (table, columns) in [("permit", 4), ("slow", 3), ("closed", 7)] {
        let marks = vec!["?"; columns].join(", ");
        for values in rows(old, &format!("SELECT * FROM {table}"), columns) {
            let inserted =
                new.execute(&format!("INSERT OR IGNORE INTO {table} VALUES ({marks})"), params_from_iter(values));
            match inserted.map_err(Fault::from) {
                Ok(_) => {}
                // A value of another type is damage of the old file.
                Err(fault) if fault.is_damage() => {}
                Err(fault) => return Err(fault),
            }
        }
    }
    let last = rows(old, "SELECT last_success FROM tally", 1).pop().and_then(|mut row| row.pop());
    if let Some(Value::Integer(last)) = last {
        exec(new, "UPDATE tally SET last_success = ?", [last])?;
    }
    Ok(())
}

/// The rows of a statement, as far as they can be read.
fn rows(old: &Connection, sql: &str, columns: usize) -> Vec<Vec<Value>> {
    let mut found = Vec::new();
    let mut read = || -> rusqlite::Result<()> {
        let mut statement = old.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            found.push((0..columns).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?);
        }
        Ok(())
    };
    // What cannot be read is what is lost.
    let _ = read();
    found
}
