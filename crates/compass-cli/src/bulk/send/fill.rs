//! `--queue`: records go into the outbox, some hundreds with one commit.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::Read;
use std::time::Duration;

use compass_outbox::{Coalesce, Message, MessageId, Origin, Outbox};
use compass_sdk::event::Target;
use futures_util::{FutureExt as _, Stream, StreamExt as _};

use super::pump::Pump;
use super::run::{Run, Stop};
use crate::bulk::item::{Item, Subject};
use crate::bulk::report::{Entry, Outcome, Place};
use crate::detect;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupts::Interrupt;
use crate::outbox::{Fate, OpenOutbox, Queue, attempt, exit_of, not_accepted};

/// Records that share a commit.
const BATCH: usize = 256;

/// What fills the outbox.
pub(crate) struct Filling<'a> {
    queue: &'a Queue<'a>,
    coalesce: Coalesce,
    /// How long to try to deliver what was queued.
    wait: Duration,
    origin: Origin,
}

impl<'a> Filling<'a> {
    pub(crate) fn new(queue: &'a Queue<'a>, coalesce: Coalesce, wait: Duration) -> Self {
        Self { queue, coalesce, wait, origin: detect::detect(&detect::environment, None).origin() }
    }

    pub(super) fn open(&self) -> Result<OpenOutbox, Failure> {
        self.queue.open()
    }

    /// What is queued of a record, and what the report says of it.
    fn message(&self, place: Place, item: Item, default: Option<&Target>) -> Option<(Entry, Message)> {
        let Self { queue, coalesce, origin, .. } = self;
        let entry = Entry::new(place, Outcome::Queued);
        let (entry, message) = match item {
            Item::Event(target, event) => {
                // Who has no target of its own was let in because there is a default.
                let target = target.or_else(|| default.cloned())?;
                (entry.of_event(&event), Message::event(&queue.destination, &target, &event))
            }
            Item::Metric(metric) => (entry.of_metric(&metric), Message::metric(&queue.destination, &metric)),
        };
        Some((entry, message.origin(origin.clone()).coalesce(*coalesce)))
    }
}

/// Queues all records, and tries to deliver them for a while.
pub(super) async fn fill<R: Read>(
    mut pump: Pump<'_, '_, '_, R>,
    filling: &Filling<'_>,
    outbox: &Outbox,
    default: Option<&Target>,
    run: &RefCell<Run<'_, '_>>,
    mut interrupts: impl Stream<Item = Interrupt> + Unpin,
) -> Result<(), Failure> {
    let mut queued = Vec::new();
    loop {
        let mut entries = Vec::new();
        let mut messages = Vec::new();
        while messages.len() < BATCH
            && let Some((place, item)) = poll_fn(|context| pump.poll(context)).await
        {
            let Some((entry, message)) = filling.message(place, item, default) else { continue };
            // If nobody lives to write what became of it, nobody knows whether it was queued. An event that is twice there
            // does no harm.
            if pump.subject == Subject::Metric && !run.borrow_mut().begin(&entry) {
                break;
            }
            entries.push(entry);
            messages.push(message);
        }
        if messages.is_empty() {
            break;
        }
        let accepted = outbox.enqueue_all(messages).await;
        let mut run = run.borrow_mut();
        match accepted {
            Ok(receipts) => {
                for (entry, receipt) in entries.into_iter().zip(receipts) {
                    if !filling.wait.is_zero() {
                        queued.push((receipt.id, Place { record: entry.record, line: entry.line }));
                    }
                    run.queued(&Entry { message_id: Some(receipt.id.to_string()), ..entry });
                }
            }
            Err(error) => {
                let failure = not_accepted(&error);
                let message = Some(failure.message.clone());
                for entry in entries {
                    run.refused(&Entry { outcome: Outcome::NotDelivered, message: message.clone(), ..entry });
                }
                run.break_off(failure);
                return Ok(());
            }
        }
        run.tick();
        if let Some(Some(Interrupt)) = interrupts.next().now_or_never() {
            run.stop_for(Stop::Interrupted);
            run.aside("interrupted: no more are queued; what is queued stays queued");
        }
    }
    // Whoever interrupts wants no more sent, and without the report nobody would learn what became of it.
    let may_send = run.borrow().stop() < Some(Stop::Interrupted);
    if may_send && !queued.is_empty() {
        settle(outbox, filling, &queued, run, interrupts).await;
    }
    Ok(())
}

/// Tries to deliver what was queued, and says what became of it.
async fn settle(
    outbox: &Outbox,
    filling: &Filling<'_>,
    queued: &[(MessageId, Place)],
    run: &RefCell<Run<'_, '_>>,
    interrupts: impl Stream<Item = Interrupt>,
) {
    let sender = match filling.queue.sender() {
        Ok(sender) => sender,
        Err(failure) => {
            crate::outbox::untried(&failure);
            return;
        }
    };
    let ids: Vec<_> = queued.iter().map(|(id, _)| *id).collect();
    let tell = |line: &str| run.borrow_mut().aside(line);
    let tried = attempt(outbox, &sender, &ids, filling.wait, interrupts, tell).await;
    let mut is_held_up = false;
    for (id, place) in queued {
        let fate = tried.fate(outbox, *id).await;
        let entry = |outcome| Entry { message_id: Some(id.to_string()), ..Entry::new(*place, outcome) };
        let times = |attempts: u32| Some(u64::from(attempts));
        let (entry, exit) = match fate {
            Fate::Queued { .. } | Fate::Unknown => continue,
            Fate::Closed { .. } => {
                is_held_up = true;
                continue;
            }
            Fate::Delivered { attempts } => {
                (Entry { attempts: times(attempts), ..entry(Outcome::Accepted) }, Exit::Delivered)
            }
            Fate::Superseded { .. } => (entry(Outcome::Superseded), Exit::Delivered),
            Fate::Dead { attempts, answer } => {
                let status = answer.as_ref().and_then(|answer| answer.status);
                let message = answer.map(|answer| answer.message);
                (Entry { attempts: times(attempts), status, message, ..entry(Outcome::Rejected) }, Exit::Refused)
            }
            Fate::Dropped { .. } | Fate::Forgotten => {
                let message = Some("the outbox has given it up".to_owned());
                (Entry { message, ..entry(Outcome::NotDelivered) }, Exit::NotDelivered)
            }
        };
        run.borrow_mut().no_longer_queued(&entry, exit);
    }
    // All records go the same ways. One may stay in doubt although none is left that waits for it: to open it would mend
    // nothing of this run.
    for closed in tried.closed.iter().filter(|_| is_held_up) {
        run.borrow_mut().waits(exit_of(closed), &format!("what is queued is not sent: {}", closed.answer.message));
    }
}
