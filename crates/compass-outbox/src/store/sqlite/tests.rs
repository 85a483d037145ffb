//! That the store in a file does what every store does, and finds what it needs by an index.

use std::cell::RefCell;
use std::collections::BTreeSet;

use compass_sdk::event::Kind;
use rusqlite::Connection;
use serde_json::value::RawValue;
use tempfile::TempDir;

use super::{Bounds, SqliteOptions, SqliteStore, lane, lease, queue, row, upkeep, ways};
use crate::envelope::{Envelope, MessageKind};
use crate::store::conformance::{account, answer, at, closed, deployment, message, request, wanted};
use crate::store::{Outcome, Page, Settled, State, Store as _, Which, Why};

fn make(bounds: Bounds) -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = SqliteStore::open(folder.path().join("outbox.db"), SqliteOptions::default().bounds(bounds));
    (opened.expect("a store").store, folder)
}

crate::store::conformance::conforms!(make);

thread_local! {
    static STATEMENTS: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes a statement that this thread prepares.
pub(super) fn note(sql: &str) {
    STATEMENTS.with_borrow_mut(|statements| {
        statements.insert(sql.to_owned());
    });
}

fn tables() -> Connection {
    let db = Connection::open_in_memory().expect("memory");
    db.execute_batch(include_str!("v1.sql")).expect("the tables");
    db
}

fn accept(db: &Connection, messages: &[Envelope]) {
    let sealed: Vec<_> = messages.iter().cloned().map(row::Sealed::new).collect();
    queue::accept(db, Bounds::default(), &sealed).expect("accepted");
}

/// Whatever is called, and however many rows there are: nothing reads a table from end to end, and nothing sorts. Tables
/// that have a row for all, for each destination or for each account are none to be large.
#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let db = tables();
    let update = |entity: &str, sequence| Envelope {
        sequence: Some(sequence),
        coalesce: Some("x".to_owned()),
        ..deployment(entity)
    };
    let all = [update("a", 1), update("a", 3), update("a", 2), deployment("b"), deployment("c"), deployment("d")];
    accept(&db, &all);
    let leased = lease::lease(&db, &wanted(9, at(0))).expect("leases").leased;
    let outcomes = [
        Outcome::Delivered,
        Outcome::Dead(answer("400")),
        Outcome::Later { at: at(9), answer: answer("503") },
        Outcome::Released(None),
    ];
    assert_eq!(leased.len(), outcomes.len());
    let settled = leased.iter().zip(outcomes).map(|(one, outcome)| Settled { lease: one.lease, outcome });
    lease::settle(&db, &settled.collect::<Vec<_>>(), row::nanos(at(1))).expect("settled");
    assert!(matches!(upkeep::get(&db, all[2].id), Ok(Some(kept)) if kept.state == State::Superseded));
    for state in [None, Some(State::Dead)] {
        upkeep::list(&db, &Page { state, after: None, most: 9 }).expect("a list");
    }
    upkeep::retry(&db, &Which::AllDead).expect("retried");
    upkeep::drop_messages(&db, &Which::AllDead, row::nanos(at(2))).expect("dropped");
    upkeep::drop_messages(&db, &Which::These(vec![all[5].id]), row::nanos(at(2))).expect("dropped");
    ways::close(&db, &closed(Why::Held, at(9))).expect("closed");
    upkeep::status(&db, row::nanos(at(2))).expect("a status");
    ways::open(&db, Some(&account())).expect("open");
    for now in [at(1_000), at(0)] {
        ways::permits(&db, &request(100, now)).expect("permits");
    }
    ways::slow_down(&db, &account(), row::nanos(at(9))).expect("kept");
    let due = upkeep::next_due(&db, &account().destination).expect("an answer").expect("a message");
    assert_eq!(due.next_attempt_at, Some(at(9)));
    assert!(matches!(lease::make_due(&db), Ok(1)));
    for now in [at(2), at(9)] {
        // During a pause, and after it with a way that is in doubt.
        lease::lease(&db, &wanted(9, now)).expect("leases");
        ways::close(&db, &closed(Why::Held, at(9))).expect("closed");
    }
    ways::open(&db, None).expect("open");
    upkeep::prune(&db, at(9)).expect("pruned");
    let statements = STATEMENTS.with_borrow(Clone::clone);
    assert!(statements.len() > 40, "{}", statements.len());
    for sql in statements {
        let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
        let nothing = vec![rusqlite::types::Null; plan.parameter_count()];
        let steps = plan.query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3));
        for step in steps.expect("a plan") {
            let step = step.expect("a step");
            let is_small =
                ["SCAN tally", "SCAN closed", "SCAN destination"].iter().any(|small| step.starts_with(small));
            assert!(is_small || !(step.contains("SCAN ") || step.contains("TEMP B-TREE")), "{sql}\n{step}");
        }
    }
}

/// A batch that is larger than any other leaves no log of its size behind.
#[tokio::test]
async fn the_log_gets_small_again() {
    let (store, folder) = make(Bounds::default());
    let log = || std::fs::metadata(folder.path().join("outbox.db-wal")).expect("the log").len();
    let mut large = deployment("large");
    large.origin.run = Some("x".repeat(24 << 20));
    store.accept(vec![large]).await.expect("accepted");
    assert!(log() > 24 << 20);
    // It is in the file already, so that the log begins anew.
    store.accept(vec![deployment("small")]).await.expect("accepted");
    assert!(log() <= 16 << 20, "{}", log());
}

/// The first calls sort in what there is, and lease nothing before what comes last, and is urgent, had its turn.
#[test]
fn all_is_sorted_in_before_anything_is_leased() {
    let db = tables();
    let many = 2 * lane::AT_ONCE + 500;
    let mut all: Vec<_> = (0..many).map(|n| message(MessageKind::Event(Kind::Build), &(n % 7).to_string())).collect();
    all.push(message(MessageKind::Event(Kind::Incident), "1"));
    accept(&db, &all);
    for _ in 0..2 {
        let none = lease::lease(&db, &wanted(9, at(0))).expect("no leases");
        assert_eq!((none.leased.len(), none.more, none.next), (0, true, None));
    }
    let leases = lease::lease(&db, &wanted(3, at(0))).expect("leases");
    let ids: Vec<_> = leases.leased.iter().map(|one| one.envelope.id).collect();
    assert_eq!(ids, [all[many].id, all[0].id, all[1].id]);
}

/// A retried message has an old ID, by which it is sorted in, and stands behind what was queued before it was retried.
#[test]
fn what_is_retried_stands_behind_what_is_sorted_in_after_it() {
    let db = tables();
    let [dead, next] = ["a", "a"].map(deployment);
    accept(&db, std::slice::from_ref(&dead));
    let first = lease::lease(&db, &wanted(1, at(0))).expect("a lease").leased;
    let refused = Settled { lease: first[0].lease, outcome: Outcome::Dead(answer("400")) };
    lease::settle(&db, &[refused], row::nanos(at(1))).expect("settled");
    let between: Vec<_> = (0..lane::AT_ONCE).map(|n| deployment(&n.to_string())).collect();
    accept(&db, &between);
    accept(&db, std::slice::from_ref(&next));
    assert!(matches!(upkeep::retry(&db, &Which::AllDead), Ok(1)));
    assert!(matches!(lane::sort_in(&db), Ok(false)));
    let leases = lease::lease(&db, &wanted(between.len() + 2, at(2))).expect("leases");
    let ids: Vec<_> = leases.leased.iter().map(|one| one.envelope.id).collect();
    assert!(ids.contains(&next.id) && !ids.contains(&dead.id));
}

/// Their bodies are not all in memory at once, and others do not wait for all of them to be moved.
#[test]
fn few_large_messages_are_sorted_in_at_once() {
    let db = tables();
    let large: Vec<_> = (0..5)
        .map(|n| {
            let body = RawValue::from_string(format!("\"{}\"", "x".repeat(3 << 20))).expect("JSON");
            Envelope { body, ..deployment(&n.to_string()) }
        })
        .collect();
    accept(&db, &large);
    let none = lease::lease(&db, &wanted(9, at(0))).expect("no leases");
    assert_eq!((none.leased.len(), none.more), (0, true));
    let leases = lease::lease(&db, &wanted(9, at(0))).expect("leases");
    assert_eq!(leases.leased.len(), 5);
}

/// In a lane of elsewhere nobody would look at it any more, and see the damage.
#[test]
fn what_is_damaged_is_not_sorted_in() {
    let db = tables();
    accept(&db, &[deployment("a")]);
    db.execute("UPDATE message SET destination = 'https://elsewhere.example.com'", []).expect("damage");
    let fault = lease::lease(&db, &wanted(1, at(0))).expect_err("it is damaged");
    assert!(fault.is_damage());
}

/// What nobody has sorted in is a message like any other.
#[test]
fn what_was_only_accepted_is_listed_and_can_be_dropped() {
    let db = tables();
    let all = ["a", "a", "b", "c"].map(deployment);
    accept(&db, &all[..2]);
    let leased = lease::lease(&db, &wanted(1, at(0))).expect("a lease").leased;
    lease::settle(&db, &[Settled { lease: leased[0].lease, outcome: Outcome::Released(None) }], 0).expect("settled");
    accept(&db, &all[2..]);
    let which = Which::These(vec![all[1].id, all[3].id]);
    assert!(matches!(upkeep::drop_messages(&db, &which, row::nanos(at(1))), Ok(2)));
    let queued = Page { state: Some(State::Queued), after: None, most: 9 };
    let listed = |page: &Page| upkeep::list(&db, page).expect("a list").into_iter().map(|kept| kept.envelope.id);
    assert_eq!(listed(&queued).collect::<Vec<_>>(), [all[0].id, all[2].id]);
    assert_eq!(listed(&Page { most: 1, ..queued.clone() }).collect::<Vec<_>>(), [all[0].id]);
    assert_eq!(listed(&Page { after: Some(all[0].id), ..queued }).collect::<Vec<_>>(), [all[2].id]);
    let leased = lease::lease(&db, &wanted(9, at(1))).expect("leases").leased;
    assert_eq!(leased.iter().map(|one| one.envelope.id).collect::<Vec<_>>(), [all[0].id, all[2].id]);
}

/// Processes that commit once, each alone: none knows of how much of the log is in the file already.
#[tokio::test]
async fn the_log_does_not_grow_with_each_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    let log = || std::fs::metadata(folder.path().join("outbox.db-wal")).expect("the log").len();
    let mut longest = 0;
    for n in 0..40 {
        let store = SqliteStore::open(&path, SqliteOptions::default()).expect("a store").store;
        let mut large = deployment(&n.to_string());
        large.origin.run = Some("x".repeat(300 << 10));
        store.accept(vec![large]).await.expect("accepted");
        store.finish();
        longest = longest.max(log());
    }
    assert!((4 << 20..6 << 20).contains(&longest), "{longest}");
    let store = SqliteStore::open(&path, SqliteOptions::default()).expect("a store").store;
    assert_eq!(store.status(at(9)).await.expect("a status").queued, 40);
}

/// Whoever opens the file waits for nobody in order to empty the log.
#[tokio::test]
async fn a_long_log_waits_for_whoever_is_in_the_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    let log = || std::fs::metadata(folder.path().join("outbox.db-wal")).expect("the log").len();
    let open = || SqliteStore::open(&path, SqliteOptions::default()).expect("a store").store;
    let store = open();
    let mut large = deployment("large");
    large.origin.run = Some("x".repeat(5 << 20));
    store.accept(vec![large]).await.expect("accepted");
    store.finish();
    let other = Connection::open(&path).expect("a connection");
    other.execute_batch("BEGIN IMMEDIATE").expect("it writes");
    open();
    assert!(log() > 5 << 20, "{}", log());
    other.execute_batch("ROLLBACK").expect("it ends");
    open();
    assert_eq!(log(), 0);
}

/// It looks at many lanes for the one that it tries, and at none again for each message of it that is superseded.
#[test]
fn a_trial_stays_with_its_lane() {
    let db = tables();
    let update = |sequence| Envelope { sequence: Some(sequence), coalesce: Some("x".to_owned()), ..deployment("a") };
    let all: Vec<_> = (0..150).map(update).collect();
    accept(&db, &all);
    accept(&db, &[deployment("b")]);
    ways::close(&db, &closed(Why::Held, at(9))).expect("closed");
    let trial = lease::lease(&db, &wanted(9, at(9))).expect("a lease");
    assert_eq!(trial.leased.iter().map(|one| one.envelope.id).collect::<Vec<_>>(), [all[149].id]);
}
