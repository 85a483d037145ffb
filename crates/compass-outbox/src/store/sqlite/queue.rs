//! The queue itself: what enters it, what leaves it, and the lanes and counts that follow from that.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::Bounds;
use super::fault::Fault;
use super::row::{exec, insert, lane_name, one, prepare, word};
use crate::envelope::{Destination, Envelope, Lane};
use crate::store::State;

/// Accepts all messages, or none: whether there is room is known before the first is written, so that a refusal leaves
/// nothing to roll back.
///
/// One whose ID is there already was accepted before, by this same call: its file was replaced while it ran, or its
/// caller did not hear the answer.
pub(super) fn accept(db: &Connection, bounds: Bounds, messages: &[Envelope]) -> Result<(), Fault> {
    let mut room = Room::of(db, bounds)?;
    let mut seen = BTreeSet::new();
    let mut new = Vec::with_capacity(messages.len());
    for envelope in messages.iter().filter(|envelope| seen.insert(envelope.id)) {
        if one::<i64>(db, "SELECT place FROM message WHERE id = ?", [envelope.id.0.into_bytes()])?.is_none() {
            room.take(size(envelope))?;
            new.push(envelope);
        }
    }
    let mut change = Tally::default();
    for (place, envelope) in (next_place(db)?..).zip(new) {
        let lane = lane_for(db, &envelope.lane, place)?;
        insert(db, place, Some(lane), envelope)?;
        change.add(State::Queued, size(envelope));
    }
    change.write(db)
}

/// The length of a message's body, in bytes.
pub(super) fn size(envelope: &Envelope) -> i64 {
    i64::try_from(envelope.body.get().len()).expect("no text is longer than 2^63 bytes")
}

/// The place behind all there is.
pub(super) fn next_place(db: &Connection) -> Result<i64, Fault> {
    Ok(one::<Option<i64>>(db, "SELECT max(place) FROM message", [])?.flatten().unwrap_or(0) + 1)
}

/// The number of a destination that something was queued for.
pub(super) fn destination_id(db: &Connection, destination: &Destination) -> Result<Option<i64>, Fault> {
    one(db, "SELECT id FROM destination WHERE url = ?", [destination.as_str()])
}

/// The number of a lane that gets a message at `place`.
pub(super) fn lane_for(db: &Connection, lane: &Lane, place: i64) -> Result<i64, Fault> {
    let name = lane_name(lane);
    if let Some(id) = one(db, "SELECT id FROM lane WHERE name = ?", [name])? {
        return Ok(id);
    }
    let destination = if let Some(id) = destination_id(db, &lane.destination)? {
        id
    } else {
        exec(db, "INSERT INTO destination (url) VALUES (?)", [lane.destination.as_str()])?;
        db.last_insert_rowid()
    };
    exec(
        db,
        "INSERT INTO lane (name, destination, urgency, head) VALUES (?, ?, ?, ?)",
        params![name, destination, lane.kind.urgency(), place],
    )?;
    Ok(db.last_insert_rowid())
}

/// Takes a queued message out of its lane, for a state that it stays in. The lane goes on with the next.
pub(super) fn leave(db: &Connection, place: i64, state: State, now: i64) -> Result<(), Fault> {
    let lane = one::<i64>(db, "SELECT lane FROM message WHERE place = ? AND lane IS NOT NULL", [place])?
        .ok_or_else(|| Fault::Damaged(format!("row {place} of `message` is queued in no lane")))?;
    exec(
        db,
        "UPDATE message SET state = ?, lane = NULL, leased_until = NULL, next_attempt_at = NULL, ended_at = ? \
         WHERE place = ?",
        params![word(state), now, place],
    )?;
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

/// What is still free of the bounds.
struct Room {
    bounds: Bounds,
    messages: i64,
    bytes: i64,
}

impl Room {
    fn of(db: &Connection, bounds: Bounds) -> Result<Self, Fault> {
        let mut statement = prepare(db, "SELECT queued + dead, bytes FROM tally")?;
        let (messages, bytes) = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self { bounds, messages, bytes })
    }

    fn take(&mut self, bytes: i64) -> Result<(), Fault> {
        let Bounds { messages: most_messages, bytes: most_bytes } = self.bounds;
        let advice = "nothing was accepted. Deliver what is queued, drop what is dead, or raise the bound";
        if self.messages >= i64::try_from(most_messages).unwrap_or(i64::MAX) {
            let has = self.messages;
            return Err(Fault::Full(format!(
                "the outbox may have {most_messages} messages that are queued or dead, and has {has}: {advice}"
            )));
        }
        if self.bytes.saturating_add(bytes) > i64::try_from(most_bytes).unwrap_or(i64::MAX) {
            let has = self.bytes;
            return Err(Fault::Full(format!(
                "the outbox may have {most_bytes} bytes of messages that are queued or dead, has {has}, and would get \
                 {bytes} more: {advice}"
            )));
        }
        self.messages += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        Ok(())
    }
}

/// Changes of the counts, written once for each call.
#[derive(Debug, Default)]
pub(super) struct Tally {
    queued: i64,
    dead: i64,
    delivered: i64,
    superseded: i64,
    dropped: i64,
    bytes: i64,
    last_success: Option<i64>,
}

impl Tally {
    /// A message with so many bytes came into a state.
    pub(super) fn add(&mut self, state: State, bytes: i64) {
        self.change(state, bytes, 1);
    }

    /// A message with so many bytes left a state.
    pub(super) fn remove(&mut self, state: State, bytes: i64) {
        self.change(state, bytes, -1);
    }

    /// A message was delivered then.
    pub(super) fn success(&mut self, now: i64) {
        self.last_success = Some(now);
    }

    fn change(&mut self, state: State, bytes: i64, by: i64) {
        let count = match state {
            State::Queued => &mut self.queued,
            State::Delivered => &mut self.delivered,
            State::Dead => &mut self.dead,
            State::Superseded => &mut self.superseded,
            State::Dropped => &mut self.dropped,
        };
        *count += by;
        if matches!(state, State::Queued | State::Dead) {
            self.bytes += by * bytes;
        }
    }

    /// Writes the changes, if there are any.
    pub(super) fn write(self, db: &Connection) -> Result<(), Fault> {
        let Self { queued, dead, delivered, superseded, dropped, bytes, last_success } = self;
        let counts = [queued, dead, delivered, superseded, dropped, bytes];
        if counts == [0; 6] && last_success.is_none() {
            return Ok(());
        }
        exec(
            db,
            "UPDATE tally SET queued = queued + ?1, dead = dead + ?2, delivered = delivered + ?3, \
             superseded = superseded + ?4, dropped = dropped + ?5, bytes = bytes + ?6, \
             last_success = coalesce(?7, last_success)",
            params![queued, dead, delivered, superseded, dropped, bytes, last_success],
        )?;
        Ok(())
    }
}
