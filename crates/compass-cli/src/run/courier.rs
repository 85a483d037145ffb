//! Telling Compass, in bounded time, and telling people how that went.

use std::pin::pin;
use std::time::Duration;

use compass_outbox::{Coalesce, Message, MessageId, Origin};
use compass_sdk::event::{Sequence, Target};
use compass_sdk::{Compass, Event};
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::ending::Ending;
use super::plan::{Piped, Plan, State};
use crate::event::command_name;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outbox::{Fate, OpenOutbox, Queue, attempt, exit_of, not_accepted, untried};
use crate::output::{Format, say};
use crate::program::Globals;

/// Who brings events.
pub(super) enum Courier<'a> {
    /// Sends them at once.
    Direct(Direct),
    /// Puts them into the outbox.
    Queue(Queued<'a>),
}

/// Sends events.
pub(super) struct Direct {
    compass: Compass,
    /// Whose events they are; the site is asked if it is not known.
    target: Option<Target>,
}

/// Queues events.
pub(super) struct Queued<'a> {
    queue: &'a Queue<'a>,
    target: &'a Target,
    origin: Origin,
    coalesce: Coalesce,
    /// Opened when it is first needed.
    outbox: OnceCell<OpenOutbox>,
}

/// What became of an event.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) state: State,
    pub(super) sequence: Option<i64>,
    pub(super) result: Result<Arrived, Failure>,
}

/// Where an event is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arrived {
    AtCompass,
    InOutbox(MessageId),
    /// A newer one was queued, and is sent instead.
    Superseded(MessageId),
}

impl Direct {
    pub(super) fn new(compass: Compass, target: Option<Target>) -> Self {
        Self { compass, target }
    }

    async fn send(&self, event: &Event) -> Result<Arrived, Failure> {
        let target = match &self.target {
            Some(target) => target.clone(),
            None => Target::EventSource(self.compass.site().cloud_id().await?),
        };
        self.compass.events().send(&target, event).await?;
        Ok(Arrived::AtCompass)
    }
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

    async fn accept(&self, event: &Event) -> Result<Arrived, Failure> {
        let message = Message::event(&self.queue.destination, self.target, event);
        let message = message.origin(self.origin.clone()).coalesce(self.coalesce);
        let receipt = self.outbox().await?.enqueue(message).await.map_err(|error| not_accepted(&error))?;
        Ok(Arrived::InOutbox(receipt.id))
    }

    /// Tries to deliver what was queued, and says what became of it.
    async fn settle(&self, told: Vec<Told>, wait: Duration) -> Vec<Told> {
        let id = |told: &Told| match told.result {
            Ok(Arrived::InOutbox(id)) => Some(id),
            Ok(Arrived::AtCompass | Arrived::Superseded(_)) | Err(_) => None,
        };
        let ids: Vec<_> = told.iter().filter_map(id).collect();
        let Some(outbox) = self.outbox.get().filter(|_| !ids.is_empty() && !wait.is_zero()) else { return told };
        let sender = match self.queue.sender() {
            Ok(sender) => sender,
            Err(failure) => {
                untried(&failure);
                return told;
            }
        };
        let tried = attempt(outbox, &sender, &ids, wait).await;
        let mut settled = Vec::new();
        for one in told {
            let Some(id) = id(&one) else {
                settled.push(one);
                continue;
            };
            let result = match tried.fate(outbox, id).await {
                Fate::Queued { .. } => one.result,
                Fate::Closed { closed, .. } => {
                    let message = format!("queued as {id}, and not sent: {}", closed.answer.message);
                    Err(Failure::new(exit_of(&closed), message).hint("`compass outbox status` says what is paused"))
                }
                Fate::Delivered { .. } => Ok(Arrived::AtCompass),
                Fate::Superseded => Ok(Arrived::Superseded(id)),
                Fate::Dead { answer, .. } => {
                    let what = answer.map(|answer| answer.message).unwrap_or_default();
                    let failure = Failure::new(Exit::Refused, format!("{what} (a dead letter, {id})"));
                    Err(failure.hint(format!("`compass outbox show {id}` has the answer")))
                }
                Fate::Dropped | Fate::Forgotten => {
                    Err(Failure::new(Exit::NotDelivered, format!("the outbox has given {id} up")))
                }
            };
            settled.push(Told { result, ..one });
        }
        settled
    }
}

impl Courier<'_> {
    /// What became of what was queued, after it was tried for a while.
    pub(super) async fn settle(&self, told: Vec<Told>, wait: Duration) -> Vec<Told> {
        match self {
            Self::Direct(_) => told,
            Self::Queue(queued) => queued.settle(told, wait).await,
        }
    }

    /// Sends an event, and gives up after a while.
    pub(super) async fn within(&self, state: State, event: &Event, wait: Duration) -> Told {
        let result = match self {
            Self::Direct(direct) => timeout(wait, direct.send(event)).await.unwrap_or_else(|_| Err(late(wait))),
            // The disk is not Compass: it answers, or fails.
            Self::Queue(queued) => queued.accept(event).await,
        };
        told(state, event, result)
    }

    /// Sends an event beside some work, and gives up a while after the end of that.
    pub(super) async fn beside<T>(
        &self,
        state: State,
        event: &Event,
        work: impl Future<Output = T>,
        wait: Duration,
    ) -> (T, Told) {
        let direct = match self {
            Self::Direct(direct) => direct,
            Self::Queue(queued) => {
                let (done, result) = tokio::join!(work, queued.accept(event));
                return (done, told(state, event, result));
            }
        };
        let (mut work, mut sending) = (pin!(work), pin!(direct.send(event)));
        let (done, result) = tokio::select! {
            done = &mut work => (done, timeout(wait, sending).await.unwrap_or_else(|_| Err(late(wait)))),
            result = &mut sending => (work.await, result),
        };
        (done, told(state, event, result))
    }
}

fn told(state: State, event: &Event, result: Result<Arrived, Failure>) -> Told {
    Told { state, sequence: event.sequence().map(Sequence::get), result }
}

fn late(wait: Duration) -> Failure {
    let message = format!("no answer within {} s of the command's end", wait.as_secs_f64());
    Failure::new(Exit::NotDelivered, message).hint("--wait gives Compass more time")
}

/// Says on stderr how it went. The command's own output stays in one piece: this comes after it.
pub(super) fn report<K: Piped>(globals: &Globals, plan: &Plan<'_, K>, ending: &Ending, told: &[Told], strict: bool) {
    if let Some(error) = &ending.error {
        say("error", error);
    }
    let kind = command_name(K::KIND);
    if globals.output == Format::Json {
        let events: Vec<Value> = told.iter().map(Told::json).collect();
        let mut json = json!({
            "outcome": "ran",
            "kind": K::KIND.as_str(),
            "state": ending.state.as_str(),
            "exit": ending.code,
            "events": events,
        });
        json["started_at"] = json!(plan.started());
        // The last line of stderr, as it is.
        eprintln!("{json}");
        return;
    }
    for Told { state, sequence, result } in told {
        match result {
            Ok(_) if globals.quiet => {}
            Ok(arrived) => {
                let sequence = sequence.map(|number| format!(", sequence {number}")).unwrap_or_default();
                let (what, id) = match arrived {
                    Arrived::AtCompass => ("Compass accepted", String::new()),
                    Arrived::InOutbox(id) => ("queued", format!(", as {id}")),
                    Arrived::Superseded(id) => ("superseded by the next one", format!(", as {id}")),
                };
                say("note", &format!("{what}: {kind} {}{sequence}{id}", state.as_str()));
            }
            Err(failure) => {
                let message = format!("Compass was not told: {kind} {}: {}", state.as_str(), failure.message);
                let label = if strict { "error" } else { "warning" };
                lines(label, &message, failure);
            }
        }
    }
}

/// A failure that changes nothing.
pub(super) fn warn(failure: &Failure) {
    lines("warning", &failure.message, failure);
}

fn lines(label: &str, message: &str, failure: &Failure) {
    say(label, message);
    for (label, line) in failure.lines().into_iter().skip(1) {
        say(label, &line);
    }
}

impl Told {
    fn json(&self) -> Value {
        let mut json = match &self.result {
            Ok(Arrived::AtCompass) => json!({ "outcome": "accepted" }),
            Ok(Arrived::InOutbox(id)) => json!({ "outcome": "queued", "message_id": id }),
            Ok(Arrived::Superseded(id)) => json!({ "outcome": "superseded", "message_id": id }),
            Err(failure) => failure.json(),
        };
        json["state"] = json!(self.state.as_str());
        json["sequence"] = json!(self.sequence);
        json
    }
}
