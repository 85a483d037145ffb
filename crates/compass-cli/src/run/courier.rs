//! Telling Compass, in bounded time, and telling people how that went.

use std::pin::pin;
use std::time::Duration;

use compass_sdk::event::{Sequence, Target};
use compass_sdk::{Compass, Event};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::ending::Ending;
use super::plan::{Piped, Plan, State};
use crate::event::command_name;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, say};
use crate::program::Globals;

/// Sends events.
pub(super) struct Courier {
    compass: Compass,
    /// Whose events they are; the site is asked if it is not known.
    target: Option<Target>,
}

/// What became of an event.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) state: State,
    pub(super) sequence: Option<i64>,
    pub(super) result: Result<(), Failure>,
}

impl Courier {
    pub(super) fn new(compass: Compass, target: Option<Target>) -> Self {
        Self { compass, target }
    }

    async fn send(&self, event: &Event) -> Result<(), Failure> {
        let target = match &self.target {
            Some(target) => target.clone(),
            None => Target::EventSource(self.compass.site().cloud_id().await?),
        };
        Ok(self.compass.events().send(&target, event).await?)
    }

    /// Sends an event, and gives up after a while.
    pub(super) async fn within(&self, state: State, event: &Event, wait: Duration) -> Told {
        told(state, event, timeout(wait, self.send(event)).await.unwrap_or_else(|_| Err(late(wait))))
    }

    /// Sends an event beside some work, and gives up a while after the end of that.
    pub(super) async fn beside<T>(
        &self,
        state: State,
        event: &Event,
        work: impl Future<Output = T>,
        wait: Duration,
    ) -> (T, Told) {
        let (mut work, mut sending) = (pin!(work), pin!(self.send(event)));
        let (done, result) = tokio::select! {
            done = &mut work => (done, timeout(wait, sending).await.unwrap_or_else(|_| Err(late(wait)))),
            result = &mut sending => (work.await, result),
        };
        (done, told(state, event, result))
    }
}

fn told(state: State, event: &Event, result: Result<(), Failure>) -> Told {
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
            Ok(()) if globals.quiet => {}
            Ok(()) => {
                let sequence = sequence.map(|number| format!(", sequence {number}")).unwrap_or_default();
                say("note", &format!("Compass accepted: {kind} {}{sequence}", state.as_str()));
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
            Ok(()) => json!({ "outcome": "accepted" }),
            Err(failure) => failure.json(),
        };
        json["state"] = json!(self.state.as_str());
        json["sequence"] = json!(self.sequence);
        json
    }
}
