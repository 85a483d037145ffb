//! Lanes: what is sent after what.
//!
//! What has just been accepted has none. Whoever sends [sorts it in](sort_in) before anything else, being in less of a
//! hurry than whoever accepts: to find a message's lane takes a page of its own.
//!
//! Nothing is leased before all is sorted in, so that what is urgent goes first. Messages that come faster than they are
//! sorted in hold up sending only until the store is full.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::fault::Fault;
use super::queue::size;
use super::row::{ACCEPTED, COLUMNS, Stored, exec, lane_name, one, prepare, word};
use crate::envelope::{Destination, Lane};
use crate::store::State;

/// How many messages are sorted in at most at once. Others wait for it, some 0.1 s; and the more there are the more of them
/// share a page of the index of lanes.
pub(super) const AT_ONCE: usize = 4_000;
/// How many bytes of bodies they have at most, but for the last one's: each is written anew.
const BYTES_AT_ONCE: i64 = 8 << 20;

/// Sorts in what has been accepted, as much as is done at once. Answers whether that was all.
pub(super) fn sort_in(db: &Connection) -> Result<bool, Fault> {
    let mut accepted = Vec::new();
    let mut bytes = 0;
    {
        let mut statement = prepare(db, &format!("SELECT {COLUMNS} FROM message WHERE state = ? ORDER BY id"))?;
        let mut rows = statement.query([ACCEPTED])?;
        while accepted.len() < AT_ONCE
            && bytes < BYTES_AT_ONCE
            && let Some(row) = rows.next()?
        {
            // Whole, because a message whose lane is damaged would be sorted in where nobody looks.
            let Stored { place, envelope, fate: _ } = Stored::read(row)?;
            bytes += size(&envelope);
            accepted.push((place, envelope.lane));
        }
    }
    for (place, lane) in &accepted {
        enter(db, *place, lane)?;
    }
    Ok(accepted.len() < AT_ONCE && bytes < BYTES_AT_ONCE)
}

/// Queues a message in its lane.
pub(super) fn enter(db: &Connection, place: i64, lane: &Lane) -> Result<(), Fault> {
    let name = lane_name(lane);
    let known = prepare(db, "SELECT id, head FROM lane WHERE name = ?")?
        .query_row([name], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
        .optional()?;
    let id = match known {
        Some((id, head)) => {
            // Such a head was sorted in since the last lease, and has not been begun: all that came after a lease has a
            // later place than what was leased.
            if place < head {
                exec(db, "UPDATE lane SET head = ? WHERE id = ?", [place, id])?;
            }
            id
        }
        None => make(db, name, lane, place)?,
    };
    exec(db, "UPDATE message SET state = ?, lane = ? WHERE place = ?", params![word(State::Queued), id, place])?;
    Ok(())
}

/// Makes a lane, and the destination that it leads to where it is the first.
fn make(db: &Connection, name: [u8; 16], lane: &Lane, head: i64) -> Result<i64, Fault> {
    let destination = if let Some(id) = destination_id(db, &lane.destination)? {
        id
    } else {
        exec(db, "INSERT INTO destination (url) VALUES (?)", [lane.destination.as_str()])?;
        db.last_insert_rowid()
    };
    exec(
        db,
        "INSERT INTO lane (name, destination, urgency, head) VALUES (?, ?, ?, ?)",
        params![name, destination, lane.kind.urgency(), head],
    )?;
    Ok(db.last_insert_rowid())
}

/// The number of a destination that a message was sorted in for.
pub(super) fn destination_id(db: &Connection, destination: &Destination) -> Result<Option<i64>, Fault> {
    one(db, "SELECT id FROM destination WHERE url = ?", [destination.as_str()])
}

/// Ends a message's wait to be sent, for a state that it stays in. Its lane, if it has one, goes on with the next.
pub(super) fn leave(db: &Connection, place: i64, state: State, now: i64) -> Result<(), Fault> {
    let sql = "SELECT lane FROM message WHERE place = ? AND (lane IS NOT NULL OR state = ?)";
    let lane = one::<Option<i64>>(db, sql, params![place, ACCEPTED])?
        .ok_or_else(|| Fault::Damaged(format!("row {place} of `message` is queued in no lane")))?;
    exec(
        db,
        "UPDATE message SET state = ?, lane = NULL, leased_until = NULL, next_attempt_at = NULL, ended_at = ? \
         WHERE place = ?",
        params![word(state), now, place],
    )?;
    let Some(lane) = lane else { return Ok(()) };
    let head = one::<i64>(db, "SELECT head FROM lane WHERE id = ?", [lane])?
        .ok_or_else(|| Fault::Damaged(format!("lane {lane} of row {place} of `message` is missing")))?;
    if head != place {
        return Ok(());
    }
    match one::<i64>(db, "SELECT place FROM message WHERE lane = ? ORDER BY place LIMIT 1", [lane])? {
        Some(next) => {
            exec(db, "UPDATE lane SET head = ?, wait = 0, until = NULL WHERE id = ?", [next, lane])?;
        }
        None => {
            exec(db, "DELETE FROM lane WHERE id = ?", [lane])?;
        }
    }
    Ok(())
}
