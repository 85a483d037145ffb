//! A message as a row, and back. What is frozen has a digest, so that a row that is damaged never passes for a message.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::types::{FromSql, Value};
use rusqlite::{CachedStatement, Connection, Params, Row};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fault::Fault;
use crate::envelope::{Destination, Envelope, Lane, MessageId};
use crate::store::{Answer, Kept, LATE, State};

/// The columns that [`Stored::read`] reads, in its order.
pub(super) const COLUMNS: &str = "place, id, destination, cloud_id, kind, source, entity, accepted_at, sequence, \
    coalesce_key, origin, digest, state, attempts, leases, leased_until, next_attempt_at, ended_at, answer, body";

/// A row of `message`.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) place: i64,
    pub(super) envelope: Envelope,
    pub(super) fate: Fate,
}

/// What has become of a message.
#[derive(Clone, Debug)]
pub(super) struct Fate {
    pub(super) state: State,
    pub(super) attempts: u32,
    pub(super) leases: i64,
    pub(super) leased_until: Option<i64>,
    pub(super) next_attempt_at: Option<i64>,
    pub(super) ended_at: Option<i64>,
    pub(super) answer: Option<Answer>,
}

impl Stored {
    /// Reads a row that has [`COLUMNS`], and holds it against its digest.
    pub(super) fn read(row: &Row<'_>) -> Result<Self, Fault> {
        Ok(Self { place: row.get(0)?, envelope: envelope(row)?, fate: fate(row)? })
    }

    /// What callers get.
    pub(super) fn kept(self) -> Kept {
        let Fate { state, attempts, leases: _, leased_until, next_attempt_at, ended_at, answer } = self.fate;
        Kept {
            envelope: self.envelope,
            state,
            attempts,
            next_attempt_at: next_attempt_at.map(DateTime::from_timestamp_nanos),
            leased_until: leased_until.map(DateTime::from_timestamp_nanos),
            ended_at: ended_at.map(DateTime::from_timestamp_nanos),
            answer,
        }
    }
}

fn damaged(row: &Row<'_>, what: &str) -> Fault {
    let place = row.get::<_, i64>(0).unwrap_or_default();
    Fault::Damaged(format!("{what} of row {place} of `message` is not what was written"))
}

/// A column, or the damage that it must be if it is of another type.
fn column<T: FromSql>(row: &Row<'_>, column: usize, what: &str) -> Result<T, Fault> {
    row.get(column).map_err(|_| damaged(row, what))
}

/// The frozen part of a row, held against its digest.
pub(super) fn envelope(row: &Row<'_>) -> Result<Envelope, Fault> {
    let id: [u8; 16] = column(row, 1, "the ID")?;
    let lane: [String; 5] = [
        column(row, 2, "the destination")?,
        column(row, 3, "the cloud ID")?,
        column(row, 4, "the kind")?,
        column(row, 5, "the source")?,
        column(row, 6, "the entity")?,
    ];
    let accepted_at: String = column(row, 7, "the time")?;
    let sequence: Option<i64> = column(row, 8, "the sequence number")?;
    let coalesce: Option<String> = column(row, 9, "what it replaces")?;
    let origin: String = column(row, 10, "the origin")?;
    let body: String = column(row, 19, "the body")?;
    let frozen = Frozen {
        id,
        lane: lane.each_ref().map(String::as_str),
        accepted_at: &accepted_at,
        sequence,
        coalesce: coalesce.as_deref(),
        origin: &origin,
        body: &body,
    };
    if frozen.digest() != column::<[u8; 8]>(row, 11, "the digest")? {
        return Err(damaged(row, "something"));
    }
    let [destination, cloud_id, kind, source, entity] = lane;
    // The digest says that this kind is what was written: by a version that knows more of them.
    let kind = kind.parse().map_err(|error| Fault::Newer(format!("{error}: install a newer version")))?;
    Ok(Envelope {
        id: MessageId(Uuid::from_bytes(id)),
        lane: Lane { destination: Destination(destination), cloud_id, kind, source, entity },
        accepted_at: accepted_at.parse().map_err(|_| damaged(row, "the time"))?,
        sequence,
        coalesce,
        origin: serde_json::from_str(&origin).map_err(|_| damaged(row, "the origin"))?,
        body: RawValue::from_string(body).map_err(|_| damaged(row, "the body"))?,
    })
}

/// The part of a row that changes.
pub(super) fn fate(row: &Row<'_>) -> Result<Fate, Fault> {
    let answer: Option<String> = column(row, 18, "the answer")?;
    Ok(Fate {
        state: state(&column::<String>(row, 12, "the state")?).ok_or_else(|| damaged(row, "the state"))?,
        attempts: column(row, 13, "the count of attempts")?,
        leases: column(row, 14, "the count of leases")?,
        leased_until: column(row, 15, "the lease's end")?,
        next_attempt_at: column(row, 16, "the next attempt")?,
        ended_at: column(row, 17, "the end")?,
        answer: answer.map(|json| serde_json::from_str(&json).map_err(|_| damaged(row, "the answer"))).transpose()?,
    })
}

/// What a row's digest is of.
#[derive(Debug)]
struct Frozen<'a> {
    id: [u8; 16],
    lane: [&'a str; 5],
    accepted_at: &'a str,
    sequence: Option<i64>,
    coalesce: Option<&'a str>,
    origin: &'a str,
    body: &'a str,
}

impl Frozen<'_> {
    fn digest(&self) -> [u8; 8] {
        let Self { id, lane, accepted_at, sequence, coalesce, origin, body } = self;
        let mut hasher = Sha256::new();
        hasher.update(id);
        for text in lane.iter().chain([accepted_at, origin, body]) {
            part(&mut hasher, text);
        }
        hasher.update([u8::from(sequence.is_some()), u8::from(coalesce.is_some())]);
        hasher.update(sequence.unwrap_or_default().to_le_bytes());
        part(&mut hasher, coalesce.unwrap_or_default());
        first(hasher)
    }
}

/// Adds a text so that no two lists of texts are the same bytes.
fn part(hasher: &mut Sha256, text: &str) {
    hasher.update(text.len().to_le_bytes());
    hasher.update(text);
}

fn first<const N: usize>(hasher: Sha256) -> [u8; N] {
    let whole: [u8; 32] = hasher.finalize().into();
    std::array::from_fn(|at| whole[at])
}

/// What a lane is called in the table of lanes.
pub(super) fn lane_name(lane: &Lane) -> [u8; 16] {
    let Lane { destination, cloud_id, kind, source, entity } = lane;
    let mut hasher = Sha256::new();
    for text in [destination.as_str(), cloud_id, kind.as_str(), source, entity] {
        part(&mut hasher, text);
    }
    first(hasher)
}

/// A message as it is written. Whoever accepts it makes it, so that the store's one thread need not.
pub(super) struct Sealed {
    pub(super) envelope: Envelope,
    accepted_at: String,
    origin: String,
    digest: [u8; 8],
}

impl Sealed {
    pub(super) fn new(envelope: Envelope) -> Self {
        let accepted_at = envelope.accepted_at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let origin = serde_json::to_string(&envelope.origin).expect("a struct of texts is JSON");
        let Envelope { id, lane, accepted_at: _, sequence, coalesce, origin: _, body } = &envelope;
        let frozen = Frozen {
            id: id.0.into_bytes(),
            lane: [lane.destination.as_str(), &lane.cloud_id, lane.kind.as_str(), &lane.source, &lane.entity],
            accepted_at: &accepted_at,
            sequence: *sequence,
            coalesce: coalesce.as_deref(),
            origin: &origin,
            body: body.get(),
        };
        let digest = frozen.digest();
        Self { envelope, accepted_at, origin, digest }
    }

    pub(super) fn id(&self) -> [u8; 16] {
        self.envelope.id.0.into_bytes()
    }
}

/// Writes a message as accepted, at a place or behind all there is. Answers whether it was not there already.
pub(super) fn insert(db: &Connection, place: Option<i64>, message: &Sealed) -> Result<bool, Fault> {
    let Sealed { envelope, accepted_at, origin, digest } = message;
    let Envelope { id: _, lane, accepted_at: _, sequence, coalesce, origin: _, body } = envelope;
    let written = exec(
        db,
        "INSERT INTO message (place, id, destination, cloud_id, kind, source, entity, accepted_at, sequence, \
         coalesce_key, origin, digest, state, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (id) DO NOTHING",
        rusqlite::params![
            place,
            message.id(),
            lane.destination.as_str(),
            lane.cloud_id,
            lane.kind.as_str(),
            lane.source,
            lane.entity,
            accepted_at,
            sequence,
            coalesce,
            origin,
            digest,
            ACCEPTED,
            body.get()
        ],
    )?;
    Ok(written == 1)
}

/// An answer as it is kept.
pub(super) fn answer_json(answer: &Answer) -> String {
    serde_json::to_string(answer).expect("a struct of texts and numbers is JSON")
}

/// The word for what is queued and was not sorted into its lane yet.
pub(super) const ACCEPTED: &str = "accepted";

/// The words that say a state.
pub(super) fn words(state: State) -> impl Iterator<Item = &'static str> {
    (state == State::Queued).then_some(ACCEPTED).into_iter().chain([word(state)])
}

/// The word for a state: of what is queued, for what has a lane.
pub(super) const fn word(state: State) -> &'static str {
    match state {
        State::Queued => "queued",
        State::Delivered => "delivered",
        State::Dead => "dead",
        State::Superseded => "superseded",
        State::Dropped => "dropped",
    }
}

fn state(text: &str) -> Option<State> {
    [State::Queued, State::Delivered, State::Dead, State::Superseded, State::Dropped]
        .into_iter()
        .find(|state| words(*state).any(|word| word == text))
}

/// A length in nanoseconds.
pub(super) fn span(length: Duration) -> i64 {
    i64::try_from(length.as_nanos()).unwrap_or(i64::MAX)
}

/// The latest moment that can have been stored for so long at the most, unless the clock has gone back since.
pub(super) fn latest(now: i64, longest: Duration) -> i64 {
    now.saturating_add(span(longest.saturating_add(LATE)))
}

/// Whether a moment until which something holds, for so long at the most, is still to come, and not set by a clock that has gone back since.
pub(super) fn is_in_force(until: i64, now: i64, longest: Duration) -> bool {
    until > now && until <= latest(now, longest)
}

/// A moment as it is kept. What lies beyond the years 1677 and 2262 is taken for their ends.
pub(super) fn nanos(at: DateTime<Utc>) -> i64 {
    at.timestamp_nanos_opt().unwrap_or(if at.timestamp() < 0 { i64::MIN } else { i64::MAX })
}

/// Prepares a statement, once for each connection.
pub(super) fn prepare<'a>(db: &'a Connection, sql: &str) -> rusqlite::Result<CachedStatement<'a>> {
    #[cfg(test)]
    super::tests::note(sql);
    db.prepare_cached(sql)
}

/// Executes a statement that is prepared once.
pub(super) fn exec(db: &Connection, sql: &str, params: impl Params) -> Result<usize, Fault> {
    Ok(prepare(db, sql)?.execute(params)?)
}

/// The first row's first column, if there is a row.
pub(super) fn one<T: FromSql>(db: &Connection, sql: &str, params: impl Params) -> Result<Option<T>, Fault> {
    let mut statement = prepare(db, sql)?;
    let mut rows = statement.query(params)?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}

/// The messages that a condition finds; `rest` begins with `WHERE`.
pub(super) fn messages(db: &Connection, rest: &str, params: &[Value]) -> Result<Vec<Stored>, Fault> {
    let mut statement = prepare(db, &format!("SELECT {COLUMNS} FROM message {rest}"))?;
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Stored::read(row)?);
    }
    Ok(found)
}
