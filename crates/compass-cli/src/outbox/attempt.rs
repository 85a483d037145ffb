//! Trying to deliver what was just accepted.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use compass_outbox::store::{Closed, State};
use compass_outbox::worker::Report;
use compass_outbox::{Destination, MessageId, Outbox, Worker};
use compass_sdk::{Compass, Config};
use futures_util::Stream;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::fate::Fate;
use super::place::failure;
use super::stop::{ABANDONED, in_order};
use crate::failure::Failure;
use crate::output::say;
use crate::program::Globals;
use crate::send;
use crate::settings::Settings;

/// How often it is looked whether somebody else has delivered it.
const LOOK: Duration = Duration::from_millis(250);
/// What a worker allows an attempt beside the client's own time, which tells more of what happened.
const MARGIN: Duration = Duration::from_secs(5);

/// Who sends, and how.
#[derive(Debug)]
pub(crate) struct Sender {
    compass: Compass,
    config: Config,
}

impl Sender {
    /// Somebody with the account of the settings; `what` needs it.
    pub(crate) fn new(what: &str, settings: &Settings, globals: &Globals) -> Result<Self, Failure> {
        Ok(Self { compass: send::client(what, settings, globals)?, config: settings.config()? })
    }

    /// Where it sends to.
    pub(super) fn destination(&self) -> Destination {
        Destination::of(&self.compass)
    }

    pub(super) fn worker(&self, outbox: &Outbox) -> Worker {
        let worker = outbox.worker(&self.compass).limits(self.config.limits);
        worker.attempt_timeout(self.config.attempt_timeout().saturating_add(MARGIN))
    }
}

/// What came of trying.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    /// The ways that are closed.
    pub(crate) closed: Vec<Closed>,
}

impl Tried {
    /// What became of a message.
    pub(crate) async fn fate(&self, outbox: &Outbox, id: MessageId) -> Fate {
        match outbox.get(id).await {
            Ok(Some(kept)) => Fate::of(&kept, &self.closed),
            Ok(None) => Fate::Forgotten,
            Err(error) => {
                say("warning", &failure(&error, "nobody can tell what became of it").message);
                Fate::Unknown
            }
        }
    }
}

/// Delivers what the outbox has until these messages have ended, or the time has, or somebody interrupts. Urgent ones go
/// first, and so do older ones. What is being sent at the end is waited for, unless there is a second interrupt.
pub(crate) async fn attempt(
    outbox: &Outbox,
    sender: &Sender,
    ids: &[MessageId],
    wait: Duration,
    interrupts: impl Stream<Item: Display>,
    mut tell: impl FnMut(&str),
) -> Tried {
    let news = Arc::new(Notify::new());
    let told = Arc::clone(&news);
    let worker = sender.worker(outbox).on_progress(move |_| told.notify_one());
    let ended = async {
        let all = async {
            let mut left = ids;
            while let Some(id) = left.first() {
                match outbox.get(*id).await {
                    Ok(Some(kept)) if kept.state == State::Queued => {
                        // Whichever comes first: news, or the time to look.
                        let _ = timeout(LOOK, news.notified()).await;
                    }
                    Ok(_) => left = &left[1..],
                    Err(_) => sleep(LOOK).await,
                }
            }
        };
        // Both are an end.
        let _ = timeout(wait, all).await;
    };
    let stop = Notify::new();
    // It is large.
    let delivery = Box::pin(worker.deliver(either(ended, stop.notified())));
    match in_order(interrupts, &mut tell, &stop, delivery).await {
        Some(Ok(Report { closed, .. })) => Tried { closed },
        Some(Err(error)) => {
            say("warning", &failure(&error, "it stays queued").message);
            Tried::default()
        }
        None => {
            tell(ABANDONED);
            Tried::default()
        }
    }
}

/// Whichever ends first.
pub(super) async fn either(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    tokio::select! {
        () = one => {}
        () = other => {}
    }
}

// Elsewhere a file that is open cannot be removed.
#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn of_an_outbox_that_cannot_be_read_nobody_knows_how_often_a_message_was_sent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.db");
        let outbox = Outbox::open(&path).unwrap();
        folder.close().unwrap();
        let id = "01991f3a-0000-7000-8000-000000000001".parse().unwrap();
        let fate = Tried::default().fate(&outbox, id).await;
        assert!(!matches!(fate, Fate::Forgotten), "it was accepted, and nobody has seen that it is gone");
        assert_eq!(fate.fields(id, &path).keys().collect::<Vec<_>>(), ["message_id", "outbox"], "{fate:?}");
    }
}
