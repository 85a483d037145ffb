//! How much may be sent, and whether: permits, and the ways that are closed.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use super::fault::Fault;
use super::row::{answer_json, exec, is_in_force, latest, nanos, one, prepare, span};
use crate::envelope::Destination;
use crate::store::{Account, Closed, LONGEST_WAIT, LONGEST_WITHIN, PermitRequest, Permits, Why};

/// How much longer than the server's window ours is: a request takes up to a second to arrive.
const MARGIN: Duration = Duration::from_secs(1);
/// How long permits are kept at least: another process may count by a longer window than the one that clears up.
const KEPT: Duration = Duration::from_mins(10);

/// Gives permits. The moment that is kept of one is the last at which its request may be begun; that is ahead while it may still be.
///
/// What is given now arrives from now on, and what was to be begun by `now - per - MARGIN` has arrived `per` ago: no window has both. All others
/// count. So of the permits whose requests arrive in one window, those that were given last were given beside all others, and they are
/// never more than `requests`.
///
/// A clock that jumps ahead ends windows early, which nothing here can know: the server may answer 429 then.
pub(super) fn permits(db: &Connection, request: &PermitRequest) -> Result<Permits, Fault> {
    let PermitRequest { account, most, requests, per, within, now: moment } = request;
    let Account { destination, email } = account;
    let (url, now) = (destination.as_str(), nanos(*moment));
    if let Some(until) = slow_until(db, account, now)? {
        return Ok(Permits::NotBefore(DateTime::from_timestamp_nanos(until)));
    }
    // The clock has gone back since these were given. By now they were, and so they are good for the longest time at the most.
    let last = latest(now, LONGEST_WITHIN);
    let beyond = one::<Option<i64>>(
        db,
        "SELECT sum(given) FROM permit WHERE destination = ? AND email = ? AND at > ?",
        params![url, email, last],
    )?
    .flatten();
    if let Some(beyond) = beyond {
        exec(db, "DELETE FROM permit WHERE destination = ? AND email = ? AND at > ?", params![url, email, last])?;
        note(db, url, email, last, beyond)?;
    }
    let window = span(per.saturating_add(MARGIN));
    let since = now.saturating_sub(window);
    let given = one::<i64>(
        db,
        "SELECT coalesce(sum(given), 0) FROM permit WHERE destination = ? AND email = ? AND at > ?",
        params![url, email, since],
    )?
    .unwrap_or(0);
    let free = i64::from(*requests).saturating_sub(given).clamp(0, i64::from(*most));
    if free == 0 {
        let oldest = one::<Option<i64>>(
            db,
            "SELECT min(at) FROM permit WHERE destination = ? AND email = ? AND at > ?",
            params![url, email, since],
        )?;
        let next = oldest.flatten().unwrap_or(now).saturating_add(window);
        return Ok(Permits::NotBefore(DateTime::from_timestamp_nanos(next)));
    }
    let old = now.saturating_sub(window.max(span(KEPT)));
    exec(db, "DELETE FROM permit WHERE destination = ? AND email = ? AND at <= ?", params![url, email, old])?;
    note(db, url, email, now.saturating_add(span((*within).min(LONGEST_WITHIN))), free)?;
    Ok(Permits::Given(u32::try_from(free).expect("it is at most `most`, which is one")))
}

fn note(db: &Connection, url: &str, email: &str, at: i64, given: i64) -> Result<(), Fault> {
    exec(
        db,
        "INSERT INTO permit (destination, email, at, given) VALUES (?, ?, ?, ?) \
         ON CONFLICT DO UPDATE SET given = given + excluded.given",
        params![url, email, at, given],
    )?;
    Ok(())
}

/// No permits until then. Shortens no longer one, unless that is longer than can be: set by a clock that has gone back since.
pub(super) fn slow_down(db: &Connection, account: &Account, until: i64) -> Result<(), Fault> {
    exec(
        db,
        "INSERT INTO slow (destination, email, until) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE SET until = iif(until > ?4, excluded.until, max(until, excluded.until))",
        params![account.destination.as_str(), account.email, until, latest(until, LONGEST_WAIT)],
    )?;
    Ok(())
}

/// Until when the server has asked for no more requests, if that is still to come. What is over is forgotten: it would hold again for a clock that
/// has gone back.
pub(super) fn slow_until(db: &Connection, account: &Account, now: i64) -> Result<Option<i64>, Fault> {
    let until = one::<i64>(
        db,
        "SELECT until FROM slow WHERE destination = ? AND email = ?",
        [account.destination.as_str(), &account.email],
    )?;
    if until.is_some_and(|until| !is_in_force(until, now, LONGEST_WAIT)) {
        exec(
            db,
            "DELETE FROM slow WHERE destination = ? AND email = ?",
            [account.destination.as_str(), &account.email],
        )?;
        return Ok(None);
    }
    Ok(until)
}

/// Closes a way.
pub(super) fn close(db: &Connection, closed: &Closed) -> Result<(), Fault> {
    let Closed { account, why, since, until, answer } = closed;
    let (paused, fingerprint) = match why {
        Why::Paused { fingerprint } => (account.email.as_str(), fingerprint.as_str()),
        Why::Held => ("", ""),
    };
    let until = nanos(*until).min(nanos(*since).saturating_add(span(LONGEST_WAIT)));
    exec(
        db,
        "INSERT OR REPLACE INTO closed (destination, paused_email, fingerprint, email, since, until, answer) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![
            account.destination.as_str(),
            paused,
            fingerprint,
            account.email,
            nanos(*since),
            until,
            answer_json(answer)
        ],
    )?;
    Ok(())
}

/// Opens the ways of an account and its destination, or all; what waits is another thing.
pub(super) fn open(db: &Connection, whose: Option<&Account>) -> Result<(), Fault> {
    match whose {
        Some(Account { destination, email }) => exec(
            db,
            "DELETE FROM closed WHERE destination = ? AND paused_email IN ('', ?)",
            [destination.as_str(), email],
        )?,
        None => exec(db, "DELETE FROM closed", [])?,
    };
    Ok(())
}

/// All ways that nobody has opened again.
pub(super) fn closed(db: &Connection) -> Result<Vec<Closed>, Fault> {
    let mut statement = prepare(
        db,
        "SELECT destination, paused_email, fingerprint, email, since, until, answer FROM closed ORDER BY 1, 2, 3",
    )?;
    let mut rows = statement.query([])?;
    let mut closed = Vec::new();
    while let Some(row) = rows.next()? {
        closed.push(read(row)?);
    }
    Ok(closed)
}

/// The way for some credentials.
#[derive(Debug)]
pub(super) enum Way {
    Open,
    /// Nothing is to be sent now.
    Closed(Closed),
    /// Its time is over, and nobody has opened it.
    InDoubt(Closed),
}

/// How the way for these credentials is. A destination that is held comes first.
pub(super) fn way(db: &Connection, account: &Account, fingerprint: &str, now: i64) -> Result<Way, Fault> {
    let mut statement = prepare(
        db,
        "SELECT destination, paused_email, fingerprint, email, since, until, answer FROM closed \
         WHERE destination = ?1 AND (paused_email = '' OR (paused_email = ?2 AND fingerprint = ?3)) ORDER BY 2",
    )?;
    let mut rows = statement.query(params![account.destination.as_str(), account.email, fingerprint])?;
    let mut way = Way::Open;
    while let Some(row) = rows.next()? {
        if is_in_force(row.get(5)?, now, LONGEST_WAIT) {
            return Ok(Way::Closed(read(row)?));
        }
        if matches!(way, Way::Open) {
            way = Way::InDoubt(read(row)?);
        }
    }
    Ok(way)
}

fn read(row: &Row<'_>) -> Result<Closed, Fault> {
    let moment = |column| -> Result<DateTime<Utc>, Fault> { Ok(DateTime::from_timestamp_nanos(row.get(column)?)) };
    let paused: String = row.get(1)?;
    let answer: String = row.get(6)?;
    Ok(Closed {
        account: Account { destination: Destination(row.get(0)?), email: row.get(3)? },
        why: if paused.is_empty() { Why::Held } else { Why::Paused { fingerprint: row.get(2)? } },
        since: moment(4)?,
        until: moment(5)?,
        answer: serde_json::from_str(&answer)
            .map_err(|_| Fault::Damaged("an answer in `closed` is not what was written".to_owned()))?,
    })
}
