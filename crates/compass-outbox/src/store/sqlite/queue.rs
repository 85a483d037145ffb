//! What is accepted, and the counts that everything that happens to a message changes.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::Bounds;
use super::fault::Fault;
use super::row::{Sealed, exec, insert, one, prepare};
use crate::envelope::Envelope;
use crate::store::State;

/// Accepts all messages, or none: whether there is room is known before the first is written, so that a refusal leaves
/// nothing to roll back.
///
/// It only appends: to the table and to its two indices by ID, which is by time. So it takes as long however many there
/// are, and whoever sends sorts them into [lanes](super::lane).
///
/// One whose ID is there already was accepted before, by this same call: its file was replaced while it ran, or its
/// caller did not hear the answer.
pub(super) fn accept(db: &Connection, bounds: Bounds, messages: &[Sealed]) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    let mut messages: Vec<_> = messages.iter().filter(|message| seen.insert(message.id())).collect();
    let mut tally = Tally::default();
    if !reserve(db, bounds, &messages)? {
        messages = those_with_room(db, bounds, messages)?;
        for message in &messages {
            tally.add(State::Queued, size(&message.envelope));
        }
    }
    for message in messages {
        if !insert(db, None, message)? {
            tally.remove(State::Queued, size(&message.envelope));
        }
    }
    tally.write(db)
}

/// The length of a message's body, in bytes.
pub(super) fn size(envelope: &Envelope) -> i64 {
    i64::try_from(envelope.body.get().len()).expect("no text is longer than 2^63 bytes")
}

/// The place behind all there is.
pub(super) fn next_place(db: &Connection) -> Result<i64, Fault> {
    Ok(one::<Option<i64>>(db, "SELECT max(place) FROM message", [])?.flatten().unwrap_or(0) + 1)
}

/// Counts messages as queued, if there is room for all of them. Answers whether there is.
fn reserve(db: &Connection, bounds: Bounds, messages: &[&Sealed]) -> Result<bool, Fault> {
    let count = i64::try_from(messages.len()).unwrap_or(i64::MAX);
    let bytes = messages.iter().fold(0_i64, |bytes, message| bytes.saturating_add(size(&message.envelope)));
    let [most, most_bytes] = [bounds.messages, bounds.bytes].map(|bound| i64::try_from(bound).unwrap_or(i64::MAX));
    let counted = exec(
        db,
        "UPDATE tally SET queued = queued + ?1, bytes = bytes + ?2 \
         WHERE queued + dead + ?1 <= ?3 AND bytes + ?2 <= ?4",
        [count, bytes, most, most_bytes],
    )?;
    Ok(counted == 1)
}

/// The messages that are not there yet, if there is room for them.
fn those_with_room<'a>(db: &Connection, bounds: Bounds, messages: Vec<&'a Sealed>) -> Result<Vec<&'a Sealed>, Fault> {
    let Bounds { messages: most, bytes: most_bytes } = bounds;
    let mut statement = prepare(db, "SELECT queued + dead, bytes FROM tally")?;
    let (has, has_bytes) = statement.query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    let (mut count, mut bytes) = (i128::from(has), i128::from(has_bytes));
    let mut new = Vec::new();
    for message in messages {
        if one::<i64>(db, "SELECT place FROM message WHERE id = ?", [message.id()])?.is_some() {
            continue;
        }
        count += 1;
        bytes += i128::from(size(&message.envelope));
        let bound = if count > i128::from(most) {
            format!("{most} messages that are queued or dead, and has {has}")
        } else if bytes > i128::from(most_bytes) {
            format!(
                "{most_bytes} bytes of messages that are queued or dead, has {has_bytes}, and would get {} more",
                bytes - i128::from(has_bytes)
            )
        } else {
            new.push(message);
            continue;
        };
        return Err(Fault::Full(format!(
            "the outbox may have {bound}: nothing was accepted. Deliver what is queued, drop what is dead, or raise the bound"
        )));
    }
    Ok(new)
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
