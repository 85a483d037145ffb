//! Whether a file is whole: the deep look at opening, for a file that is small enough to be looked at in a moment.
//!
//! A large file is not looked through, because a job in CI would wait for it. There a damaged page shows when it is
//! read, and a damaged message by its digest; a lane whose row is damaged may wait for longer than it should.

use rusqlite::Connection;

use super::fault::Fault;
use super::row::{Stored, lane_name, messages};
use super::schema;

/// A file up to so many pages (1 MiB) is small.
const SMALL: i64 = 256;

/// Looks through a small file.
pub(super) fn small(db: &Connection) -> Result<(), Fault> {
    let pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
    if pages > SMALL {
        return Ok(());
    }
    // One transaction, so that all is of one moment.
    let look = db.unchecked_transaction()?;
    let said: String = look.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if said != "ok" {
        return Err(Fault::Damaged(said));
    }
    if schema::statements(&look)? != schema::expected()? {
        return Err(Fault::Damaged("its tables are not an outbox's".to_owned()));
    }
    tally(&look)?;
    lanes(&look)?;
    Ok(look.commit()?)
}

/// Holds the counts against what they count.
fn tally(db: &Connection) -> Result<(), Fault> {
    let same: bool = db.query_row(
        "SELECT (queued, dead, delivered, superseded, dropped, bytes) = (SELECT total(state IN ('accepted', 'queued')), \
         total(state = 'dead'), total(state = 'delivered'), total(state = 'superseded'), total(state = 'dropped'), \
         total(octet_length(body) * (state IN ('accepted', 'queued', 'dead'))) FROM message) FROM tally",
        [],
        |row| row.get(0),
    )?;
    let known: bool = db.query_row(
        "SELECT count(*) = 0 FROM message WHERE (state = 'queued') <> (lane IS NOT NULL) OR state NOT IN ('accepted', \
         'queued', 'dead', 'delivered', 'superseded', 'dropped') OR (state IN ('accepted', 'queued')) <> (ended_at IS NULL)",
        [],
        |row| row.get(0),
    )?;
    if same && known { Ok(()) } else { Err(Fault::Damaged("its counts are not those of its messages".to_owned())) }
}

/// Holds the lanes against their messages.
fn lanes(db: &Connection) -> Result<(), Fault> {
    let damaged = || Fault::Damaged("its lanes are not those of its messages".to_owned());
    let odd: bool = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM lane WHERE head IS NOT (SELECT min(place) FROM message WHERE message.lane = lane.id) \
         OR wait NOT IN (0, 1, 2) OR (wait = 0) <> (until IS NULL)) \
         OR EXISTS (SELECT 1 FROM message WHERE lane IS NOT NULL AND lane NOT IN (SELECT id FROM lane))",
        [],
        |row| row.get(0),
    )?;
    if odd {
        return Err(damaged());
    }
    let mut statement = db.prepare(
        "SELECT head, name, url, urgency FROM lane JOIN destination ON destination.id = lane.destination ORDER BY head",
    )?;
    let mut rows = statement.query([])?;
    let mut whole = 0_i64;
    while let Some(row) = rows.next()? {
        let (head, name, url, urgency): (i64, [u8; 16], String, u8) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let Some(Stored { envelope, .. }) = messages(db, "WHERE place = ?", &[head.into()])?.pop() else {
            return Err(damaged());
        };
        let lane = &envelope.lane;
        if lane_name(lane) != name || lane.destination.as_str() != url || lane.kind.urgency() != urgency {
            return Err(damaged());
        }
        whole += 1;
    }
    let all: i64 = db.query_row("SELECT count(*) FROM lane", [], |row| row.get(0))?;
    if whole == all { Ok(()) } else { Err(damaged()) }
}
