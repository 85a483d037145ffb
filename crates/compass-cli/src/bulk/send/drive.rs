//! Polls what is being sent, and watches the clock and the signals meanwhile.

use std::cell::RefCell;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use compass_sdk::Error;
use compass_sdk::clock::Clock;
use futures_util::future::{Either, select};
use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};

use super::pump::is_gentle;
use super::run::{Run, Stop};
use crate::bulk::report::Entry;
use crate::interrupts::Interrupt;

/// A record that is no longer being sent: its line of the report so far, the status of a success, and how it ended.
pub(super) type Ended = (Entry, u16, Result<(), Error>);

/// Takes all results, until there are no more or nobody wants to wait.
pub(super) async fn drive(
    results: impl Stream<Item = Ended>,
    run: &RefCell<Run<'_, '_>>,
    interrupts: impl Stream<Item = Interrupt> + Unpin,
    clock: Arc<dyn Clock>,
) {
    let mut results = pin!(results);
    // Where no more can come, none comes.
    let mut interrupts = interrupts.chain(stream::pending());
    while is_gentle(run.borrow().stop()) {
        let due = run.borrow().next_tick().unwrap_or(Duration::MAX);
        let other = select(interrupts.next(), clock.sleep_until(due));
        match select(results.next(), other).await {
            Either::Left((Some((entry, status, result)), _)) => run.borrow_mut().sent(entry, status, &result),
            Either::Left((None, _)) => break,
            Either::Right((Either::Left(_), _)) => interrupted(&mut run.borrow_mut()),
            Either::Right((Either::Right(_), _)) => run.borrow_mut().tick(),
        }
    }
    // Once more, so that what waits comes back, and what has ended meanwhile counts. Nobody waits for the rest.
    while let Some(Some((entry, status, result))) = results.next().now_or_never() {
        run.borrow_mut().sent(entry, status, &result);
    }
    run.borrow_mut().abandon();
}

fn interrupted(run: &mut Run<'_, '_>) {
    if run.stop() >= Some(Stop::Interrupted) {
        run.stop_for(Stop::Abandoned);
    } else {
        run.stop_for(Stop::Interrupted);
        run.aside("interrupted: waiting for what is under way; interrupt again to stop at once");
    }
}
