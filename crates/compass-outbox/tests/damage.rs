//! A file that is cut or has bits flipped: opening never panics, what can be read is there, nothing is invented, and
//! the damaged file is kept.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use compass_outbox::store::{Answer, Outcome, Settled, SqliteOptions, SqliteStore, State, Store, Which};
use compass_outbox::{Envelope, MessageId, StoreErrorKind};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use rusqlite::Connection;
use rusqlite::types::Value;

use common::{all, at, deliver_all, message, open, wait, wanted};

/// A file with all kinds of rows, and what is in it.
struct Whole {
    bytes: Vec<u8>,
    rows: BTreeMap<i64, Vec<Value>>,
    messages: BTreeMap<MessageId, (Envelope, State)>,
}

static WHOLE: LazyLock<Whole> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    let store = open(&path);
    wait(async {
        let messages: Vec<_> = (0..60).map(|n| message(&format!("api-{}", n % 23), &n.to_string())).collect();
        store.accept(messages.clone()).await.expect("accepted");
        let leases = store.lease(wanted(12, at(0))).await.expect("leases").leased;
        let outcomes = |n: usize| match n % 4 {
            0 => Outcome::Delivered,
            1 => Outcome::Dead(answer()),
            2 => Outcome::Later { at: at(30), answer: answer() },
            _ => Outcome::Released(None),
        };
        let settled =
            leases.iter().enumerate().map(|(n, leased)| Settled { lease: leased.lease, outcome: outcomes(n) });
        store.settle(settled.take(10).collect(), at(1)).await.expect("settled");
        let dropped = Which::These(vec![messages[59].id]);
        assert_eq!(store.drop_messages(dropped, at(2)).await.expect("dropped"), 1);
        store.permits(common::request(3, at(2))).await.expect("permits");
    });
    let messages = wait(store.list(all())).expect("a list").into_iter();
    let messages: BTreeMap<_, _> = messages.map(|kept| (kept.envelope.id, (kept.envelope, kept.state))).collect();
    store.finish();
    checkpoint(&path);
    let rows = rows(&path);
    assert_eq!((rows.len(), messages.len()), (60, 60));
    Whole { bytes: fs::read(&path).expect("the file"), rows, messages }
});

fn answer() -> Answer {
    let (status, message, body) = (Some(503), "503".to_owned(), "<html>".to_owned());
    Answer { at: at(1), status, message, body, may_have_arrived: false }
}

/// Moves all into the file itself.
fn checkpoint(path: &Path) {
    let db = Connection::open(path).expect("a database");
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).expect("a checkpoint");
    assert_eq!(busy, 0);
}

/// What was frozen of the messages that SQLite alone can read, by their places.
fn rows(path: &Path) -> BTreeMap<i64, Vec<Value>> {
    let mut found = BTreeMap::new();
    let Ok(db) = Connection::open(path) else { return found };
    // So that a file that is too short is read as far as it goes.
    if db.pragma_update(None, "writable_schema", true).is_err() {
        return found;
    }
    let sql = "SELECT id, destination, cloud_id, kind, source, entity, accepted_at, sequence, coalesce_key, origin, digest, \
               body FROM message NOT INDEXED WHERE place = ?";
    for place in 1..=60 {
        let row = db.query_row(sql, [place], |row| (0..12).map(|column| row.get(column)).collect::<Result<_, _>>());
        if let Ok(row) = row {
            found.insert(place, row);
        }
    }
    found
}

/// Puts a damaged file in place, opens it, and holds what is there against what was.
fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    fs::write(&path, bytes).expect("the file");
    let aside = folder.path().join("aside.db");
    fs::write(&aside, bytes).expect("the file");
    let whole: Vec<_> = rows(&aside)
        .into_iter()
        .filter(|(place, row)| WHOLE.rows.get(place) == Some(row))
        .map(|(_, row)| match &row[0] {
            Value::Blob(id) => uuid::Uuid::from_slice(id).expect("16 bytes").to_string().parse().expect("an ID"),
            other => panic!("an ID is a blob, and not {other:?}"),
        })
        .collect::<Vec<MessageId>>();
    let opened = match SqliteStore::open(&path, SqliteOptions::default()) {
        Ok(opened) => opened,
        Err(error) => {
            // Where neither SQLite's name nor ours is in the header it may be anybody's file, and is not touched.
            prop_assert_eq!(error.kind(), StoreErrorKind::Foreign, "{}", error);
            prop_assert!(bytes.get(68..72) != WHOLE.bytes.get(68..72), "{}", error);
            prop_assert_eq!(fs::read(&path).expect("the file"), bytes);
            return Ok(());
        }
    };
    let store = opened.store;
    let kept = wait(store.list(all())).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let mut there = Vec::new();
    for kept in kept {
        let (envelope, state) = WHOLE.messages.get(&kept.envelope.id).expect("no message is invented");
        prop_assert_eq!(&kept.envelope, envelope);
        prop_assert!(kept.state == *state || kept.state == State::Queued, "{:?} became {:?}", state, kept.state);
        there.push((kept.envelope.id, kept.state));
    }
    for id in whole {
        prop_assert!(there.iter().any(|(known, _)| *known == id), "{} could be read, and is missing", id);
    }
    // It goes on as if nothing had happened.
    let queued = there.iter().filter(|(_, state)| *state == State::Queued).count();
    let status = wait(store.status(at(9))).expect("a status");
    prop_assert_eq!(status.queued, queued as u64);
    prop_assert_eq!(wait(deliver_all(&store, at(9))), queued);
    let salvages: Vec<_> = opened.salvage.into_iter().chain(store.salvages()).collect();
    for salvage in &salvages {
        for id in &salvage.lost {
            prop_assert!(!there.iter().any(|(known, _)| known == id), "{} is lost, and there", id);
        }
    }
    if let [salvage] = salvages.as_slice() {
        prop_assert_eq!(fs::read(&salvage.damaged).expect("the damaged file"), bytes, "it is kept as it was");
        prop_assert_eq!(salvage.salvaged, there.len() as u64);
    }
    prop_assert!(salvages.len() <= 1, "{:?}", salvages);
    Ok(())
}

fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(config(32))]

    #[test]
    fn a_file_that_is_cut(at in any::<prop::sample::Index>()) {
        survives(&WHOLE.bytes[..at.index(WHOLE.bytes.len())])?;
    }

    #[test]
    fn bits_that_flip(bits in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u8), 1..9)) {
        let mut bytes = WHOLE.bytes.clone();
        for (index, bit) in bits {
            let at = index.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        survives(&bytes)?;
    }

    #[test]
    fn pages_that_are_overwritten(pages in prop::collection::vec(any::<prop::sample::Index>(), 1..4), with in any::<u8>()) {
        let mut bytes = WHOLE.bytes.clone();
        for index in pages {
            // The first page is the next test's.
            let page = 1 + index.index(bytes.len() / 4096 - 1);
            bytes[page * 4096..(page + 1) * 4096].fill(with);
        }
        survives(&bytes)?;
    }
}

/// Each byte of the header is known, or of no use for reading: damage there loses no message.
#[test]
fn no_byte_of_the_header_loses_a_message() {
    for at in 0..100 {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outbox.db");
        let mut bytes = WHOLE.bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&path, &bytes).expect("the file");
        let opened = SqliteStore::open(&path, SqliteOptions::default());
        let opened =
            opened.unwrap_or_else(|error| panic!("byte {at}: {error}: {:?}", std::error::Error::source(&error)));
        let kept = wait(opened.store.list(all())).expect("a list");
        assert_eq!(kept.len(), WHOLE.messages.len(), "byte {at}: {:?}", opened.salvage);
    }
}

/// What a salvage says, and that it happens at a call as well as at opening.
#[test]
fn a_message_that_is_damaged_in_use_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    fs::write(&path, &WHOLE.bytes).expect("the file");
    let other = open(&path);
    let db = Connection::open(&path).expect("a database");
    db.execute("UPDATE message SET body = replace(body, 'd', 'e') WHERE place = 40", []).expect("damage");
    drop(db);
    let opened = SqliteStore::open(&path, SqliteOptions::default()).expect("a store");
    assert_eq!(opened.salvage, None, "opening does not read each message");
    let store = opened.store;
    assert_eq!(wait(store.list(all())).expect("a list").len(), 59);
    let [salvage] = store.salvages().try_into().expect("one salvage");
    let Value::Blob(id) = &WHOLE.rows[&40][0] else { panic!("an ID is a blob") };
    let id: MessageId = uuid::Uuid::from_slice(id).expect("16 bytes").to_string().parse().expect("an ID");
    assert_eq!((salvage.salvaged, salvage.lost), (59, vec![id]));
    assert!(salvage.reason.contains("row 40 of `message`"), "{}", salvage.reason);
    // The other store still has the old file open, and finds out.
    let late = message("late", "late");
    wait(other.accept(vec![late.clone()])).expect("accepted");
    assert_eq!(wait(store.get(late.id)).expect("a store").expect("it is in the new file").envelope, late);
    assert_eq!(other.salvages(), []);
}

/// A log that is cut or damaged loses what was written after the damage, and nothing else.
#[test]
fn a_damaged_log_keeps_what_came_before() {
    for (cut, flip) in [
        (0, None),
        (100, None),
        (20_000, None),
        (usize::MAX, Some(10_000)),
        (usize::MAX, Some(40)),
        (usize::MAX, Some(3)),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outbox.db");
        fs::write(&path, &WHOLE.bytes).expect("the file");
        let store = open(&path);
        let late: Vec<_> = (0..20).map(|n| message("late", &n.to_string())).collect();
        for message in &late {
            wait(store.accept(vec![message.clone()])).expect("accepted");
        }
        store.finish();
        let log = folder.path().join("outbox.db-wal");
        let mut bytes = fs::read(&log).expect("a log");
        bytes.truncate(cut);
        if let Some(at) = flip {
            bytes[at] ^= 4;
        }
        fs::write(&log, bytes).expect("the log");
        let store = SqliteStore::open(&path, SqliteOptions::default()).expect("a store").store;
        let kept = wait(store.list(all())).expect("a list");
        assert!(kept.len() >= WHOLE.messages.len(), "{cut} {flip:?}: {}", kept.len());
        let after: Vec<_> = kept[WHOLE.messages.len()..].iter().map(|kept| kept.envelope.clone()).collect();
        assert_eq!(after, late[..after.len()], "a beginning of what was accepted");
    }
}

#[test]
fn files_of_others_are_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    fs::write(&path, "not a database, and longer than the hundred bytes that a header has: ".repeat(9))
        .expect("a file");
    let before = fs::read(&path).expect("the file");
    let error = SqliteStore::open(&path, SqliteOptions::default()).expect_err("this is no outbox");
    assert_eq!(error.kind(), StoreErrorKind::Foreign);
    assert_eq!(fs::read(&path).expect("the file"), before);
    let path = folder.path().join("other.db");
    Connection::open(&path)
        .expect("a database")
        .execute_batch("CREATE TABLE t (a); PRAGMA user_version = 9;")
        .expect("a table");
    let before = fs::read(&path).expect("the file");
    let error = SqliteStore::open(&path, SqliteOptions::default()).expect_err("this is another program's");
    assert_eq!(error.kind(), StoreErrorKind::Foreign);
    assert!(error.to_string().contains("other.db: this is a database of another program"), "{error}");
    assert_eq!(fs::read(&path).expect("the file"), before);
}

/// A process is killed while it salvages: whoever opens the outbox next goes on, and knows the moved files.
#[test]
fn a_salvage_that_was_broken_off_is_finished() {
    let suffix = ".damaged-20260101T000000Z";
    for (moved, unfinished) in [(false, false), (true, false), (true, true)] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outbox.db");
        let damaged = folder.path().join(format!("outbox.db{suffix}"));
        fs::write(if moved { &damaged } else { &path }, &WHOLE.bytes).expect("the file");
        fs::write(folder.path().join("outbox.db.lock"), suffix).expect("the lock");
        if unfinished {
            fs::write(folder.path().join("outbox.db.salvaged"), "half").expect("a new file");
        }
        let opened = SqliteStore::open(&path, SqliteOptions::default()).expect("a store");
        let salvage = opened.salvage.expect("a salvage");
        assert_eq!(
            (salvage.damaged, salvage.salvaged, salvage.lost),
            (fs::canonicalize(&damaged).expect("a path"), 60, vec![])
        );
        assert_eq!(wait(opened.store.list(all())).expect("a list").len(), 60);
        assert_eq!(fs::metadata(folder.path().join("outbox.db.lock")).expect("the lock").len(), 0);
        assert_eq!(SqliteStore::open(&path, SqliteOptions::default()).expect("a store").salvage, None);
    }
}

/// A process is killed when the new file has its name, and the note of the salvage is still there, as it is again where the disk lost that
/// it was removed: what was accepted since stays.
#[test]
fn a_salvage_that_was_finished_is_not_done_again() {
    let suffix = ".damaged-20260101T000000Z";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    fs::write(folder.path().join(format!("outbox.db{suffix}")), &WHOLE.bytes).expect("the old file");
    let late = message("late", "late");
    let store = open(&path);
    wait(store.accept(vec![late.clone()])).expect("accepted");
    store.finish();
    fs::write(folder.path().join("outbox.db.lock"), suffix).expect("the lock");
    let opened = SqliteStore::open(&path, SqliteOptions::default()).expect("a store");
    assert_eq!(opened.salvage.expect("a salvage").salvaged, 1);
    assert!(wait(opened.store.get(late.id)).expect("an answer").is_some());
    opened.store.finish();
    assert_eq!(SqliteStore::open(&path, SqliteOptions::default()).expect("a store").salvage, None);
}

/// Root repairs the outbox of a user, who goes on with it.
#[cfg(unix)]
#[test]
fn a_salvage_by_root_leaves_the_file_to_its_owner() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    fs::write(&path, &WHOLE.bytes[..WHOLE.bytes.len() / 2]).expect("half a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).expect("rights");
    let is_root = chown(&path, Some(12_345), Some(12_346)).is_ok();
    let opened = SqliteStore::open(&path, SqliteOptions::default()).expect("a store");
    assert!(opened.salvage.is_some());
    let found = fs::metadata(&path).expect("the new file");
    // A copy from a backup may be for reading only; an outbox is not.
    assert_eq!(found.mode() & 0o777, 0o640);
    if is_root {
        assert_eq!((found.uid(), found.gid()), (12_345, 12_346));
    }
}

/// A file that is too large to be looked through at opening: a broken page shows in use, and costs what was in it.
#[test]
fn a_broken_page_of_a_large_file_costs_its_own_messages() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    let store = open(&path);
    for lane in 0..20 {
        let messages = (0..100).map(|n| message(&format!("lane-{lane}"), &n.to_string()));
        wait(store.accept(messages.collect())).expect("accepted");
    }
    store.finish();
    checkpoint(&path);
    let mut bytes = fs::read(&path).expect("the file");
    // A page in the middle that has rows of the table: its kind is 13.
    let page =
        (bytes.len() / 8192..bytes.len() / 4096).find(|page| bytes[page * 4096] == 13).expect("a leaf of the table");
    bytes[page * 4096..(page + 1) * 4096].fill(0xa5);
    fs::write(&path, &bytes).expect("the file");
    let opened = SqliteStore::open(&path, SqliteOptions::default()).expect("a store");
    assert_eq!(opened.salvage, None);
    let there = wait(opened.store.list(all())).expect("a list").len();
    let [salvage] = opened.store.salvages().try_into().expect("one salvage");
    assert_eq!(salvage.salvaged, there as u64);
    assert_eq!(there + salvage.lost.len(), 2_000, "the index knows what the page had");
    assert!((1..20).contains(&salvage.lost.len()), "{}", salvage.lost.len());
    assert_eq!(wait(deliver_all(&opened.store, at(9))), there);
}
