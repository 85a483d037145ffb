//! What people look at and do: status, lists, and what becomes of dead letters and of what is long done.

use chrono::DateTime;
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::fault::Fault;
use super::lane::{destination_id, leave};
use super::queue::{Tally, next_place, size};
use super::row::{ACCEPTED, Stored, exec, is_in_force, latest, messages, nanos, one, prepare, word, words};
use super::ways;
use crate::envelope::{Destination, MessageId};
use crate::store::{Kept, LONGEST_LEASE, Page, State, Status, Which};

/// How many messages one transaction retries, drops or forgets at most: others wait for it.
pub(super) const AT_ONCE: u32 = 1_000;

/// What there is, without counting it.
pub(super) fn status(db: &Connection, now: i64) -> Result<Status, Fault> {
    let mut statement =
        prepare(db, "SELECT queued, dead, delivered, superseded, dropped, bytes, last_success FROM tally")?;
    let mut status = statement.query_row([], |row| {
        let count = |column| Ok::<_, rusqlite::Error>(u64::try_from(row.get::<_, i64>(column)?).unwrap_or_default());
        Ok(Status {
            queued: count(0)?,
            dead: count(1)?,
            delivered: count(2)?,
            superseded: count(3)?,
            dropped: count(4)?,
            bytes: count(5)?,
            last_success: row.get::<_, Option<i64>>(6)?.map(DateTime::from_timestamp_nanos),
            ..Status::default()
        })
    })?;
    let leased = one::<i64>(
        db,
        "SELECT count(*) FROM destination CROSS JOIN lane ON lane.destination = destination.id AND wait = 2 \
         AND wait > 0 AND until > ? AND until <= ?",
        [now, latest(now, LONGEST_LEASE)],
    )?;
    status.leased = leased.and_then(|count| u64::try_from(count).ok()).unwrap_or_default();
    status.oldest = in_state(db, State::Queued, None, 1)?.pop().map(|oldest| oldest.envelope.accepted_at);
    status.closed = ways::closed(db)?;
    Ok(status)
}

/// A page of messages, by ID.
pub(super) fn list(db: &Connection, page: &Page) -> Result<Vec<Kept>, Fault> {
    let Page { state, after, most } = *page;
    let found = match state {
        Some(state) => in_state(db, state, after, most)?,
        None => messages(db, "WHERE id > ? ORDER BY id LIMIT ?", &[behind(after), limit(most)])?,
    };
    Ok(found.into_iter().map(Stored::kept).collect())
}

/// A page of the messages in a state.
fn in_state(db: &Connection, state: State, after: Option<MessageId>, most: usize) -> Result<Vec<Stored>, Fault> {
    let mut found = Vec::new();
    for state in words(state) {
        let page = [state.to_owned().into(), behind(after), limit(most)];
        found.extend(messages(db, "WHERE state = ? AND id > ? ORDER BY id LIMIT ?", &page)?);
    }
    found.sort_by_key(|message| message.envelope.id);
    found.truncate(most);
    Ok(found)
}

/// What all IDs behind one are greater than: all there are behind none.
fn behind(id: Option<MessageId>) -> Value {
    id.map_or(Vec::new(), |id| id.0.into_bytes().to_vec()).into()
}

fn limit(most: usize) -> Value {
    i64::try_from(most).unwrap_or(i64::MAX).into()
}

/// One message.
pub(super) fn get(db: &Connection, id: MessageId) -> Result<Option<Kept>, Fault> {
    Ok(by_id(db, id)?.map(Stored::kept))
}

/// Of the messages to a destination that wait to be sent again, the one whose time comes first.
pub(super) fn next_due(db: &Connection, destination: &Destination) -> Result<Option<Kept>, Fault> {
    let Some(destination) = destination_id(db, destination)? else { return Ok(None) };
    let head = one::<i64>(
        db,
        "SELECT head FROM lane WHERE destination = ? AND wait = 1 AND wait > 0 ORDER BY until LIMIT 1",
        [destination],
    )?;
    let Some(head) = head else { return Ok(None) };
    Ok(messages(db, "WHERE place = ?", &[head.into()])?.pop().map(Stored::kept))
}

fn by_id(db: &Connection, id: MessageId) -> Result<Option<Stored>, Fault> {
    Ok(messages(db, "WHERE id = ?", &[id.0.into_bytes().to_vec().into()])?.pop())
}

/// The messages meant, as many as are done at once, by ID.
fn chosen(db: &Connection, which: &Which) -> Result<Vec<Stored>, Fault> {
    match which {
        Which::These(ids) => {
            let mut ids = ids.clone();
            ids.sort_unstable();
            ids.dedup();
            ids.into_iter().filter_map(|id| by_id(db, id).transpose()).collect()
        }
        Which::AllDead => in_state(db, State::Dead, None, AT_ONCE as usize),
    }
}

/// Queues dead letters again, behind all there is.
pub(super) fn retry(db: &Connection, which: &Which) -> Result<u64, Fault> {
    let mut tally = Tally::default();
    let mut count = 0;
    let dead = chosen(db, which)?.into_iter().filter(|message| message.fate.state == State::Dead);
    for (place, message) in (next_place(db)?..).zip(dead) {
        exec(
            db,
            "UPDATE message SET place = ?, state = ?, ended_at = NULL WHERE place = ?",
            params![place, ACCEPTED, message.place],
        )?;
        tally.remove(State::Dead, size(&message.envelope));
        tally.add(State::Queued, size(&message.envelope));
        count += 1;
    }
    tally.write(db)?;
    Ok(count)
}

/// Gives messages up that are dead, or queued and not leased.
pub(super) fn drop_messages(db: &Connection, which: &Which, now: i64) -> Result<u64, Fault> {
    let mut tally = Tally::default();
    let mut count = 0;
    for message in chosen(db, which)? {
        match message.fate.state {
            State::Queued if !message.fate.leased_until.is_some_and(|until| is_in_force(until, now, LONGEST_LEASE)) => {
                leave(db, message.place, State::Dropped, now)?;
            }
            State::Dead => {
                exec(
                    db,
                    "UPDATE message SET state = ?, ended_at = ? WHERE place = ?",
                    params![word(State::Dropped), now, message.place],
                )?;
            }
            State::Queued | State::Delivered | State::Superseded | State::Dropped => continue,
        }
        tally.remove(message.fate.state, size(&message.envelope));
        tally.add(State::Dropped, size(&message.envelope));
        count += 1;
    }
    tally.write(db)?;
    Ok(count)
}

/// Forgets messages that came to their end before then, as many as are done at once.
pub(super) fn prune(db: &Connection, before: chrono::DateTime<chrono::Utc>) -> Result<u64, Fault> {
    let old = {
        let mut statement = prepare(
            db,
            "SELECT place, state FROM message WHERE ended_at < ? AND ended_at IS NOT NULL AND state <> 'dead' \
             ORDER BY ended_at LIMIT ?",
        )?;
        let rows = statement
            .query_map(params![nanos(before), AT_ONCE], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    let mut tally = Tally::default();
    let mut count = 0;
    for (place, state) in old {
        let state = [State::Delivered, State::Superseded, State::Dropped]
            .into_iter()
            .find(|known| word(*known) == state)
            .ok_or_else(|| Fault::Damaged(format!("the state of row {place} of `message` is not what was written")))?;
        exec(db, "DELETE FROM message WHERE place = ?", [place])?;
        tally.remove(state, 0);
        count += 1;
    }
    tally.write(db)?;
    Ok(count)
}
