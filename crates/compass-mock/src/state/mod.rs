//! What the mock knows of what arrived, under one lock that is held for moments.

mod events;
mod files;
mod kept;
mod persist;
#[cfg(test)]
mod samples;
mod sources;

use std::sync::Arc;

use tokio::sync::broadcast;

pub(crate) use kept::{Kept, weight};
pub(crate) use persist::{read, write};
pub(crate) use sources::{SourceKey, TooMany};

use crate::ari::Ari;
use crate::feed::News;
use crate::received::{Outcome, ReceivedEvent, ReceivedFile, ReceivedMetric, ReceivedWebhook, Slot};
use events::Events;
use files::Files;
use sources::Sources;

/// News that a slow page may fall behind by, before it reads everything anew.
const NEWS: usize = 1024;

/// What arrived, and what follows from it. IDs are given in the order of arrival.
#[derive(Debug)]
pub(crate) struct State {
    last_id: u64,
    events: Events,
    sources: Sources,
    metrics: Kept<Arc<ReceivedMetric>>,
    files: Files,
    webhooks: Kept<Arc<ReceivedWebhook>>,
    /// Nobody is told any more once it is gone: then the mock is about to stop.
    news: Option<broadcast::Sender<News>>,
}

/// Why an event cannot belong to its event source.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SourceError {
    /// The event names no component, and there is no such event source.
    NotFound,
    TooMany,
}

/// What is taken out of the state and dropped outside of its lock.
pub(crate) struct Forgotten {
    _entries: Box<dyn Send>,
}

impl Forgotten {
    fn new(entries: impl Send + 'static) -> Self {
        Self { _entries: Box::new(entries) }
    }
}

impl State {
    pub(crate) fn new(keep: usize) -> Self {
        Self {
            last_id: 0,
            events: Events::new(keep),
            sources: Sources::new(keep),
            metrics: Kept::new(keep),
            files: Files::new(keep),
            webhooks: Kept::new(keep),
            news: Some(broadcast::Sender::new(NEWS)),
        }
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// An event source of the components file.
    pub(crate) fn fix_source(&mut self, component: &Ari, source: &SourceKey) {
        self.sources.fix(component, source);
    }

    /// Finds the event's source or makes it, and decides what becomes of the event. `weight` is that of its object.
    pub(crate) fn accept_event(
        &mut self,
        mut event: ReceivedEvent,
        component: Option<&Ari>,
        source: Option<&SourceKey>,
        weight: usize,
    ) -> Result<events::Forgotten, SourceError> {
        match (component, source) {
            (Some(component), Some(source)) => {
                self.sources.attach(component, source).map_err(|TooMany| SourceError::TooMany)?;
            }
            (None, Some(source)) if !self.sources.has(source) => return Err(SourceError::NotFound),
            (_, None) | (None, Some(_)) => {}
        }
        event.id = self.next_id();
        let (event, forgotten) = self.events.accept(event, weight);
        if let Some(news) = &self.news
            && news.receiver_count() > 0
            // Under the lock, so that the updates of an event are told in their order.
            && let Ok(json) = serde_json::to_string(&*event)
        {
            // If the last page has gone in the meantime, nobody misses it.
            let _ = news.send(News::Received(json.into()));
        }
        Ok(forgotten)
    }

    pub(crate) fn store_metric(&mut self, mut metric: ReceivedMetric, weight: usize) -> Vec<Arc<ReceivedMetric>> {
        metric.id = self.next_id();
        self.metrics.insert(metric.id, weight, Arc::new(metric))
    }

    /// The stored file's ID, and what was forgotten for it.
    pub(crate) fn store_file(&mut self, mut file: ReceivedFile) -> (u64, Vec<Arc<ReceivedFile>>) {
        file.id = self.next_id();
        (file.id, self.files.store(file))
    }

    pub(crate) fn stored_file(&self, slot: &Slot) -> Option<Arc<ReceivedFile>> {
        self.files.stored(slot)
    }

    /// Whether there was one.
    pub(crate) fn delete_file(&mut self, slot: &Slot) -> bool {
        self.files.delete(slot)
    }

    pub(crate) fn file(&self, id: u64) -> Option<Arc<ReceivedFile>> {
        self.files.get(id)
    }

    pub(crate) fn store_webhook(&mut self, mut call: ReceivedWebhook, weight: usize) -> Vec<Arc<ReceivedWebhook>> {
        call.id = self.next_id();
        self.webhooks.insert(call.id, weight, Arc::new(call))
    }

    /// In the order of arrival.
    pub(crate) fn events(&self) -> Vec<Arc<ReceivedEvent>> {
        self.events.all()
    }

    /// Newest first.
    pub(crate) fn newest_events(&self, outcome: Outcome) -> Vec<Arc<ReceivedEvent>> {
        self.events.newest(outcome)
    }

    /// In the order of arrival.
    pub(crate) fn metrics(&self) -> Vec<Arc<ReceivedMetric>> {
        self.metrics.iter().cloned().collect()
    }

    /// In the order of arrival.
    pub(crate) fn files(&self) -> Vec<Arc<ReceivedFile>> {
        self.files.all()
    }

    /// In the order of arrival.
    pub(crate) fn webhooks(&self) -> Vec<Arc<ReceivedWebhook>> {
        self.webhooks.iter().cloned().collect()
    }

    /// Forgets the events, and the event sources that they made.
    #[must_use = "it is to be dropped outside of the lock"]
    pub(crate) fn reset_events(&mut self) -> Forgotten {
        self.sources.reset();
        if let Some(news) = &self.news {
            // Nobody misses it where nobody listens.
            let _ = news.send(News::Reset);
        }
        Forgotten::new(self.events.take())
    }

    #[must_use = "it is to be dropped outside of the lock"]
    pub(crate) fn reset_metrics(&mut self) -> Forgotten {
        Forgotten::new(self.metrics.take())
    }

    #[must_use = "it is to be dropped outside of the lock"]
    pub(crate) fn reset_files(&mut self) -> Forgotten {
        Forgotten::new(self.files.take())
    }

    #[must_use = "it is to be dropped outside of the lock"]
    pub(crate) fn reset_webhooks(&mut self) -> Forgotten {
        Forgotten::new(self.webhooks.take())
    }

    /// Where news of events come from, until the mock stops.
    pub(crate) fn news(&self) -> Option<broadcast::Sender<News>> {
        self.news.clone()
    }

    /// Ends the streams of news, which would keep the server from stopping.
    pub(crate) fn end_news(&mut self) {
        self.news = None;
    }
}
