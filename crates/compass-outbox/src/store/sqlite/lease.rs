//! Who sends what: leases, and what comes of them.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use super::fault::Fault;
use super::lane::{destination_id, leave, sort_in};
use super::queue::{Tally, size};
use super::row::{Stored, answer_json, exec, latest, messages, nanos, one, prepare, span, word};
use super::upkeep;
use super::ways::{self, Way};
use crate::store::{
    Answer, LONGEST_LEASE, LONGEST_WAIT, Lease, Leased, Leases, Outcome, Settled, State, Trial, Wanted,
};

/// How many lanes' times are looked at, how many messages are superseded, and how many lanes are looked at for the one that a way is tried
/// with, in one call: others wait for it.
const AT_ONCE: usize = 1_000;

/// Leases what is ready, and supersedes on the way what need not be sent.
pub(super) fn lease(db: &Connection, wanted: &Wanted) -> Result<Leases, Fault> {
    let Wanted { account, fingerprint, most, lease, trial, due, now: moment } = wanted;
    let now = nanos(*moment);
    let in_doubt = match ways::way(db, account, fingerprint, now)? {
        Way::Open => None,
        Way::Closed(closed) => {
            return Ok(Leases { next: Some(closed.until), closed: Some(closed), ..Leases::default() });
        }
        Way::InDoubt(closed) => Some(closed),
    };
    let mut leases = Leases { in_doubt, ..Leases::default() };
    if !sort_in(db)? {
        // What has not been sorted in may go before all that has.
        leases.more = true;
        return Ok(leases);
    }
    let Some(destination) = destination_id(db, &account.destination)? else {
        return Ok(leases);
    };
    if let Some(until) = ways::slow_until(db, account, now)?.map(DateTime::from_timestamp_nanos) {
        let waits = next_wait(db, destination)?.map(DateTime::from_timestamp_nanos).map(|then| then.max(until));
        leases.next = if next_ready(db, destination)?.is_some() { Some(until) } else { waits };
        leases.slow_until = Some(until);
        return Ok(leases);
    }
    promote(db, destination, now, nanos(*due), (*most).max(AT_ONCE))?;
    let until = now.saturating_add(span((*lease).min(LONGEST_LEASE)));
    let is_trial = leases.in_doubt.is_some();
    let most = if is_trial { (*most).min(1) } else { *most };
    let mut chosen = None;
    let mut tally = Tally::default();
    let mut superseded = 0;
    while leases.leased.len() < most && superseded < AT_ONCE {
        let place =
            if is_trial { one_to_try(db, destination, *trial, &mut chosen)? } else { next_ready(db, destination)? };
        let Some(place) = place else { break };
        let head = queued_at(db, place)?;
        if is_superseded(db, &head)? {
            leave(db, place, State::Superseded, now)?;
            tally.remove(State::Queued, size(&head.envelope));
            tally.add(State::Superseded, size(&head.envelope));
            superseded += 1;
            continue;
        }
        let number = head.fate.leases + 1;
        exec(
            db,
            "UPDATE message SET leases = ?, leased_until = ?, next_attempt_at = NULL WHERE place = ?",
            params![number, until, place],
        )?;
        exec(
            db,
            "UPDATE lane SET wait = 2, until = ?2 WHERE id = (SELECT lane FROM message WHERE place = ?1)",
            [place, until],
        )?;
        leases.leased.push(Leased {
            lease: Lease { id: head.envelope.id, number: u64::try_from(number).unwrap_or_default() },
            attempts: head.fate.attempts,
            envelope: head.envelope,
        });
    }
    tally.write(db)?;
    leases.more = next_ready(db, destination)?.is_some();
    leases.next = next_wait(db, destination)?.map(DateTime::from_timestamp_nanos);
    Ok(leases)
}

/// Makes lanes ready whose time has come, or was set by a clock that has gone back since. Those of the most urgent
/// messages are not looked for first: what comes too late for this call comes with the next.
fn promote(db: &Connection, destination: i64, now: i64, due: i64, most: usize) -> Result<(), Fault> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    for (wait, over, longest) in [(1, due.min(now), LONGEST_WAIT), (2, now, LONGEST_LEASE)] {
        let last = latest(now, longest);
        for (condition, bound) in [("until <= ?2", over), ("until > ?2", last)] {
            let lanes = format!(
                "SELECT id FROM lane WHERE destination = ?1 AND wait = {wait} AND wait > 0 AND {condition} \
                 ORDER BY until LIMIT ?3"
            );
            exec(
                db,
                &format!("UPDATE lane SET wait = 0, until = NULL WHERE id IN ({lanes})"),
                params![destination, bound, most],
            )?;
        }
    }
    Ok(())
}

/// The place of the first message of the lane that is next.
fn next_ready(db: &Connection, destination: i64) -> Result<Option<i64>, Fault> {
    one(db, "SELECT head FROM lane WHERE destination = ? AND wait = 0 ORDER BY urgency, head LIMIT 1", [destination])
}

/// The place of the message that a way is tried with, of the first of each ready lane. The lane stays chosen while its messages turn out to be
/// superseded.
fn one_to_try(db: &Connection, destination: i64, trial: Trial, chosen: &mut Option<i64>) -> Result<Option<i64>, Fault> {
    if let Some(lane) = *chosen
        && let Some(head) = one(db, "SELECT head FROM lane WHERE id = ?", [lane])?
    {
        return Ok(Some(head));
    }
    let mut statement = prepare(
        db,
        "SELECT lane.id, head, attempts, accepted_at, answer FROM lane CROSS JOIN message ON place = head \
         WHERE lane.destination = ? AND wait = 0 ORDER BY urgency, head LIMIT ?",
    )?;
    let mut rows = statement.query([destination, i64::try_from(AT_ONCE).unwrap_or(i64::MAX)])?;
    let mut first: Option<(Turn, i64, i64)> = None;
    while let Some(row) = rows.next()? {
        let turn = Turn::of(row, trial)?;
        if first.is_none_or(|(earlier, ..)| turn < earlier) {
            first = Some((turn, row.get(0)?, row.get(1)?));
        }
    }
    let (lane, head) = first.map(|(_, lane, head)| (lane, head)).unzip();
    *chosen = lane;
    Ok(head)
}

/// What says whose turn it is: the least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Attempts(i64),
    /// Since when it waits for it. What cannot be read comes first: it is told when the message is.
    Since(Option<DateTime<Utc>>),
}

impl Turn {
    fn of(row: &Row<'_>, trial: Trial) -> rusqlite::Result<Self> {
        let (attempts, accepted, answer): (_, String, Option<String>) = (row.get(2)?, row.get(3)?, row.get(4)?);
        Ok(match trial {
            Trial::LeastTried => Self::Attempts(attempts),
            Trial::LongestWaiting => {
                let accepted = DateTime::parse_from_rfc3339(&accepted).ok().map(DateTime::<Utc>::from);
                let tried = answer.and_then(|json| serde_json::from_str::<Answer>(&json).ok()).map(|answer| answer.at);
                Self::Since(accepted.max(tried))
            }
        })
    }
}

/// When the first lane that waits is ready.
fn next_wait(db: &Connection, destination: i64) -> Result<Option<i64>, Fault> {
    let mut first = None;
    for wait in [1, 2] {
        let until = one::<Option<i64>>(
            db,
            &format!("SELECT min(until) FROM lane WHERE destination = ? AND wait = {wait} AND wait > 0"),
            [destination],
        )?;
        first = first.into_iter().chain(until.flatten()).min();
    }
    Ok(first)
}

/// The message at a lane's head.
fn queued_at(db: &Connection, place: i64) -> Result<Stored, Fault> {
    let found = messages(db, "WHERE place = ?", &[place.into()])?.pop();
    match found {
        Some(message) if message.fate.state == State::Queued => Ok(message),
        Some(_) | None => Err(Fault::Damaged(format!("row {place} of `message` heads a lane, and is not queued"))),
    }
}

/// Whether a later message of the lane makes this one, which heads it, needless.
fn is_superseded(db: &Connection, head: &Stored) -> Result<bool, Fault> {
    let (Some(key), Some(sequence)) = (&head.envelope.coalesce, head.envelope.sequence) else { return Ok(false) };
    let newer = one::<i64>(
        db,
        "SELECT 1 FROM message WHERE lane = (SELECT lane FROM message WHERE place = ?1) AND lane IS NOT NULL \
         AND coalesce_key = ?2 AND coalesce_key IS NOT NULL AND sequence > ?3 LIMIT 1",
        params![head.place, key, sequence],
    )?;
    Ok(newer.is_some())
}

/// Ends leases. Says for each whether it was still held.
pub(super) fn settle(db: &Connection, settled: &[Settled], now: i64) -> Result<Vec<bool>, Fault> {
    // What came meanwhile may be superseded by what arrived. What is not sorted in yet may be sent in vain.
    sort_in(db)?;
    let mut tally = Tally::default();
    let mut held = Vec::with_capacity(settled.len());
    for one in settled {
        held.push(settle_one(db, one, now, &mut tally)?);
    }
    tally.write(db)?;
    Ok(held)
}

fn settle_one(db: &Connection, settled: &Settled, now: i64, tally: &mut Tally) -> Result<bool, Fault> {
    let Settled { lease: Lease { id, number }, outcome } = settled;
    let Some(message) = messages(db, "WHERE id = ?", &[id.0.into_bytes().to_vec().into()])?.pop() else {
        return Ok(false);
    };
    let held = message.fate.state == State::Queued
        && u64::try_from(message.fate.leases) == Ok(*number)
        && message.fate.leased_until.is_some();
    let place = message.place;
    match outcome {
        Outcome::Delivered => delivered(db, &message, now, tally)?,
        Outcome::Later { .. } | Outcome::Dead(_) | Outcome::Released(_) if !held => {}
        Outcome::Later { at, answer } => {
            let until = nanos(*at).min(now.saturating_add(span(LONGEST_WAIT)));
            keep(db, place, 1, Some(&answer_json(answer)))?;
            exec(db, "UPDATE message SET leased_until = NULL, next_attempt_at = ? WHERE place = ?", [until, place])?;
            wait(db, place, 1, Some(until))?;
        }
        Outcome::Dead(answer) => {
            keep(db, place, 1, Some(&answer_json(answer)))?;
            leave(db, place, State::Dead, now)?;
            tally.remove(State::Queued, size(&message.envelope));
            tally.add(State::Dead, size(&message.envelope));
        }
        Outcome::Released(answer) => {
            keep(db, place, 0, answer.as_ref().map(answer_json).as_deref())?;
            exec(db, "UPDATE message SET leased_until = NULL WHERE place = ?", [place])?;
            wait(db, place, 0, None)?;
        }
    }
    Ok(held)
}

/// Notes an attempt.
fn keep(db: &Connection, place: i64, attempts: i64, answer: Option<&str>) -> Result<(), Fault> {
    exec(
        db,
        "UPDATE message SET attempts = attempts + ?2, answer = coalesce(?3, answer) WHERE place = ?1",
        params![place, attempts, answer],
    )?;
    Ok(())
}

/// Lets the lane of a message wait.
fn wait(db: &Connection, place: i64, wait: i64, until: Option<i64>) -> Result<(), Fault> {
    exec(
        db,
        "UPDATE lane SET wait = ?2, until = ?3 WHERE id = (SELECT lane FROM message WHERE place = ?1)",
        params![place, wait, until],
    )?;
    Ok(())
}

/// Notes that a message arrived, wherever it stands by now, and that older ones are needless that were not sent.
fn delivered(db: &Connection, message: &Stored, now: i64, tally: &mut Tally) -> Result<(), Fault> {
    if message.fate.state == State::Delivered {
        return Ok(());
    }
    let place = message.place;
    let lane = one::<Option<i64>>(db, "SELECT lane FROM message WHERE place = ?", [place])?.flatten();
    keep(db, place, 1, None)?;
    if message.fate.state == State::Queued {
        leave(db, place, State::Delivered, now)?;
    } else {
        exec(
            db,
            "UPDATE message SET state = ?, ended_at = ? WHERE place = ?",
            params![word(State::Delivered), now, place],
        )?;
    }
    tally.remove(message.fate.state, size(&message.envelope));
    tally.add(State::Delivered, size(&message.envelope));
    tally.success(now);
    supersede_older(db, message, lane, now, tally)
}

/// Supersedes what the lane still has of the same with a sequence number that is not greater, and is not leased.
fn supersede_older(
    db: &Connection,
    message: &Stored,
    lane: Option<i64>,
    now: i64,
    tally: &mut Tally,
) -> Result<(), Fault> {
    let (Some(key), Some(sequence)) = (&message.envelope.coalesce, message.envelope.sequence) else { return Ok(()) };
    let lane = match lane {
        Some(lane) => Some(lane),
        None => one(db, "SELECT id FROM lane WHERE name = ?", [super::row::lane_name(&message.envelope.lane)])?,
    };
    let Some(lane) = lane else { return Ok(()) };
    let last_lease = latest(now, LONGEST_LEASE);
    let older = {
        let mut statement = prepare(
            db,
            "SELECT place, octet_length(body) FROM message WHERE lane = ?1 AND coalesce_key = ?2 \
             AND coalesce_key IS NOT NULL AND sequence <= ?3 AND (leased_until IS NULL OR leased_until <= ?4 \
             OR leased_until > ?5)",
        )?;
        let rows = statement.query_map(params![lane, key, sequence, now, last_lease], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    for (place, bytes) in older {
        leave(db, place, State::Superseded, now)?;
        tally.remove(State::Queued, bytes);
        tally.add(State::Superseded, bytes);
    }
    Ok(())
}

/// Makes everything due that waits to be sent again, as many as are done at once. Answers how many there were.
pub(super) fn make_due(db: &Connection) -> Result<u64, Fault> {
    let waiting = {
        let mut statement = prepare(
            db,
            "SELECT lane.id, head FROM destination CROSS JOIN lane ON lane.destination = destination.id AND wait = 1 \
             AND wait > 0 LIMIT ?",
        )?;
        let rows = statement.query_map([upkeep::AT_ONCE], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    let mut count = 0;
    for (lane, head) in waiting {
        exec(db, "UPDATE lane SET wait = 0, until = NULL WHERE id = ?", [lane])?;
        exec(db, "UPDATE message SET next_attempt_at = NULL WHERE place = ?", [head])?;
        count += 1;
    }
    Ok(count)
}
