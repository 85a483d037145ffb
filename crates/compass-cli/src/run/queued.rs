//! Putting a run's events into the outbox.

use std::time::Duration;

use compass_outbox::{Coalesce, Message, MessageId, Origin};
use compass_sdk::Event;
use compass_sdk::event::Target;
use futures_util::stream;
use tokio::sync::OnceCell;

use super::child::Signals;
use super::courier::{Arrived, Told};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outbox::{Fate, OpenOutbox, Queue, Tried, attempt, exit_of, not_accepted, untried};
use crate::output::say;

/// Queues events.
pub(super) struct Queued<'a> {
    queue: &'a Queue<'a>,
    target: &'a Target,
    origin: Origin,
    coalesce: Coalesce,
    /// Opened when it is first needed.
    outbox: OnceCell<OpenOutbox>,
}

impl<'a> Queued<'a> {
    pub(super) fn new(queue: &'a Queue<'a>, target: &'a Target, origin: Origin, coalesce: Coalesce) -> Self {
        Self { queue, target, origin, coalesce, outbox: OnceCell::new() }
    }

    /// Opening waits for the disk, and for others: not on the thread that the command's signals are handed on by.
    async fn outbox(&self) -> Result<&OpenOutbox, Failure> {
        let open = async {
            let place = self.queue.place().clone();
            let opened = tokio::task::spawn_blocking(move || place.open()).await;
            let lost = |error| Failure::new(Exit::Other, format!("the outbox cannot be opened: {error}"));
            opened.map_err(lost)?.map_err(|error| not_accepted(&error))
        };
        self.outbox.get_or_try_init(|| open).await
    }

    pub(super) async fn accept(&self, event: &Event) -> Result<Arrived, Failure> {
        let message = Message::event(&self.queue.destination, self.target, event);
        let message = message.origin(self.origin.clone()).coalesce(self.coalesce);
        let receipt = self.outbox().await?.enqueue(message).await.map_err(|error| not_accepted(&error))?;
        Ok(Arrived::InOutbox(receipt.id))
    }

    /// Tries to deliver what was queued, and says what became of it. A signal ends that, but not what is being sent.
    pub(super) async fn settle(&self, told: Vec<Told>, wait: Duration, signals: &mut Signals) -> Vec<Told> {
        let path = self.queue.place().path();
        let ids: Vec<_> = told.iter().filter_map(id).collect();
        let tried = self.attempt(&ids, wait, signals).await;
        let mut settled = Vec::new();
        for one in told {
            let Some(id) = id(&one) else {
                settled.push(one);
                continue;
            };
            let fate = match &tried {
                Some((tried, outbox)) => tried.fate(outbox, id).await,
                None => Fate::untried(),
            };
            let of_outbox = fate.fields(id, path);
            settled.push(Told { result: arrived(id, fate), of_outbox, ..one });
        }
        settled
    }

    /// Tries to deliver, if there is anything to deliver and time for it.
    async fn attempt(&self, ids: &[MessageId], wait: Duration, signals: &mut Signals) -> Option<(Tried, &OpenOutbox)> {
        let outbox = self.outbox.get().filter(|_| !ids.is_empty() && !wait.is_zero())?;
        let sender = match self.queue.sender() {
            Ok(sender) => sender,
            Err(failure) => {
                untried(&failure);
                return None;
            }
        };
        let interrupts = stream::unfold(signals, async |signals| {
            let name = signals.next().await.name;
            Some((format!("{name} came"), signals))
        });
        let tell = |line: &str| say("note", line);
        Some((attempt(outbox, &sender, ids, wait, interrupts, tell).await, outbox))
    }
}

/// What the outbox knows an event as.
fn id(told: &Told) -> Option<MessageId> {
    match told.result {
        Ok(Arrived::InOutbox(id)) => Some(id),
        Ok(Arrived::AtCompass | Arrived::Superseded(_)) | Err(_) => None,
    }
}

/// Where a message is that was queued.
fn arrived(id: MessageId, fate: Fate) -> Result<Arrived, Failure> {
    match fate {
        Fate::Queued { .. } | Fate::Unknown => Ok(Arrived::InOutbox(id)),
        Fate::Closed { closed, .. } => {
            let message = format!("queued as {id}, and not sent: {}", closed.answer.message);
            Err(Failure::new(exit_of(&closed), message).hint("`compass outbox status` says what is paused"))
        }
        Fate::Delivered { .. } => Ok(Arrived::AtCompass),
        Fate::Superseded { .. } => Ok(Arrived::Superseded(id)),
        Fate::Dead { answer, .. } => {
            let what = answer.map(|answer| answer.message).unwrap_or_default();
            let failure = Failure::new(Exit::Refused, format!("{what} (a dead letter, {id})"));
            Err(failure.hint(format!("`compass outbox show {id}` has the answer")))
        }
        Fate::Dropped { .. } | Fate::Forgotten => {
            Err(Failure::new(Exit::NotDelivered, format!("the outbox has given {id} up")))
        }
    }
}
