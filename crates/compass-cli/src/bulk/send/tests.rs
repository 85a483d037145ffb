//! What stops a run, without signals and servers; `sending` has whole runs.

mod filling;
mod sending;

use std::sync::Arc;

use chrono::DateTime;
use compass_sdk::clock::{Clock as _, SimulatedClock};
use futures_util::{StreamExt as _, stream};

use super::drive::{Ended, drive};
use super::run::Stop;
use super::*;
use crate::bulk::report::{Entry, Outcome, Place};
use crate::interrupts::Interrupt;

/// Drives results with interrupts; gives back how it ended, and what was told.
fn driven(results: Vec<Ended>, then_pending: bool, interrupts: usize, total: u64) -> (Exit, Option<Stop>, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    // By hand, so that no time passes.
    let clock = Arc::new(SimulatedClock::manual(DateTime::UNIX_EPOCH));
    let mut stage = Stage {
        out: &mut out,
        err: &mut err,
        json: false,
        quiet: false,
        terminal: false,
        clock: clock.clone(),
        attempts: Some(|| 3),
    };
    let run = RefCell::new(Run::new(&mut stage, "events.jsonl".to_owned(), false, total));
    let results = stream::iter(results);
    let results = if then_pending { results.chain(stream::pending()).boxed() } else { results.boxed() };
    let interrupts = stream::iter(std::iter::repeat_n(Interrupt, interrupts));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(clock.now().is_zero());
    runtime.block_on(drive(results, &run, interrupts, clock));
    let run = run.into_inner();
    let ended = (run.exit(), run.stop());
    drop(run);
    (ended.0, ended.1, String::from_utf8(err).unwrap())
}

fn accepted(record: u64) -> Ended {
    (Entry::new(Place { record, line: record }, Outcome::Accepted), 202, Ok(()))
}

#[test]
fn the_second_interrupt_does_not_wait() {
    let (exit, stop, told) = driven(vec![accepted(1)], true, 2, 2);
    assert_eq!((exit, stop), (Exit::NotDelivered, Some(Stop::Abandoned)));
    assert_eq!(told, "interrupted: waiting for what is under way; interrupt again to stop at once\n");
}

#[test]
fn what_nobody_waits_for_may_have_arrived() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let clock = Arc::new(SimulatedClock::manual(DateTime::UNIX_EPOCH));
    let mut stage =
        Stage { out: &mut out, err: &mut err, json: false, quiet: false, terminal: false, clock, attempts: None };
    let mut run = Run::new(&mut stage, "events.jsonl".to_owned(), false, 5);
    for record in 1..=4 {
        run.take_up(&accepted(record).0);
    }
    let (entry, status, result) = accepted(1);
    run.sent(entry, status, &result);
    run.put_back(&accepted(4).0);
    run.abandon();
    assert_eq!((run.tally.count(Outcome::MaybeDelivered), run.tally.left(), run.exit()), (2, 2, Exit::NotDelivered));
}

#[test]
fn an_interrupt_after_which_all_arrived_has_done_no_harm() {
    let (exit, stop, _) = driven(vec![accepted(1), accepted(2)], false, 0, 2);
    assert_eq!((exit, stop), (Exit::Delivered, None));
}

#[test]
fn records_that_are_missing_are_not_delivered() {
    let (exit, stop, _) = driven(vec![accepted(1)], false, 0, 2);
    assert_eq!((exit, stop), (Exit::NotDelivered, None));
}
