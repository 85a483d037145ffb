//! Telling Compass, in bounded time.

use std::time::Duration;

use compass_outbox::MessageId;
use compass_sdk::event::{Sequence, Target};
use compass_sdk::{Compass, Event};
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep_until};

use super::plan::State;
use super::queued::Queued;
use crate::exit::Exit;
use crate::failure::Failure;

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

/// What became of an event.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) state: State,
    pub(super) sequence: Option<i64>,
    pub(super) result: Result<Arrived, Failure>,
    /// What the outbox has of it, for programs.
    pub(super) of_outbox: Map<String, Value>,
}

/// Where an event is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arrived {
    AtCompass,
    InOutbox(MessageId),
    /// A newer one was queued, and is sent instead.
    Superseded(MessageId),
}

impl Courier<'_> {
    /// Brings an event to where it goes first, however long that takes.
    pub(super) async fn send(&self, event: &Event) -> Result<Arrived, Failure> {
        match self {
            Self::Direct(direct) => direct.send(event).await,
            Self::Queue(queued) => queued.accept(event).await,
        }
    }
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

impl Told {
    pub(super) fn new(state: State, event: &Event, result: Result<Arrived, Failure>) -> Self {
        Self { state, sequence: event.sequence().map(Sequence::get), result, of_outbox: Map::new() }
    }
}

/// How long Compass may hold up the end of a job whose command has ended.
pub(super) struct Patience {
    end: Instant,
    /// By the signal of this name, somebody has said that it is enough.
    over: Option<&'static str>,
}

impl Patience {
    /// The command has ended now.
    pub(super) fn from_now() -> Self {
        Self { end: Instant::now(), over: None }
    }

    /// What comes of sending until so long after the command's end, or until a signal comes, whose name `signal` is.
    pub(super) async fn answer<T>(
        &mut self,
        within: Duration,
        sending: impl Future<Output = Result<T, Failure>>,
        signal: impl Future<Output = &'static str>,
    ) -> Result<T, Failure> {
        if let Some(name) = self.over {
            return Err(Failure::new(Exit::NotDelivered, format!("not sent any more, because {name} came")));
        }
        tokio::select! {
            biased;
            result = sending => result,
            name = signal => {
                self.over = Some(name);
                let message = format!("{name} came before an answer did");
                Err(Failure::new(Exit::NotDelivered, message).in_doubt())
            }
            () = sleep_until(self.end + within) => {
                let message = format!("no answer within {} s of the command's end", within.as_secs_f64());
                Err(Failure::new(Exit::NotDelivered, message).in_doubt().hint("--wait gives Compass more time"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::sleep;

    use super::*;

    const WAIT: Duration = Duration::from_secs(10);

    /// An answer after so many seconds.
    async fn after(seconds: u64) -> Result<(), Failure> {
        sleep(Duration::from_secs(seconds)).await;
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_event_gets_all_the_time_that_the_first_one_left() {
        // The first one arrived long before the end.
        let mut patience = Patience::from_now();
        assert!(patience.answer(WAIT / 2, after(0), pending()).await.is_ok());
        assert!(patience.answer(WAIT, after(7), pending()).await.is_ok());
        // It never did.
        for (seconds, arrives) in [(4, true), (6, false)] {
            let mut patience = Patience::from_now();
            assert!(patience.answer(WAIT / 2, after(60), pending()).await.is_err());
            assert_eq!(patience.answer(WAIT, after(seconds), pending()).await.is_ok(), arrives, "{seconds}");
            assert!(patience.end.elapsed() <= WAIT);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_given_up_may_have_arrived_and_says_so() {
        let late = Patience::from_now().answer(WAIT, after(60), pending()).await.unwrap_err();
        assert_eq!(late.exit, Exit::NotDelivered);
        assert_eq!(late.json()["may_have_arrived"], true);
        assert!(late.lines().iter().any(|(_, line)| line.contains("may have arrived")), "{late:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_ends_all_waiting() {
        let mut patience = Patience::from_now();
        let first = patience.answer(WAIT / 2, after(60), async { "SIGTERM" }).await.unwrap_err();
        assert!(first.may_have_arrived() && first.message.contains("SIGTERM"), "{first:?}");
        // What was never sent never arrived.
        let last = patience.answer(WAIT, after(0), pending()).await.unwrap_err();
        assert!(!last.may_have_arrived() && last.message.contains("SIGTERM"), "{last:?}");
        assert!(patience.end.elapsed().is_zero());
    }
}
