//! What arrived, as tests and the admin routes read it.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::kind::EventKind;
use crate::request::{Recorded, Request};

/// What became of an event that was answered with 202.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It is what is known of its key.
    Saved,
    /// It was saved, and a later update took its place.
    Superseded,
    /// Its sequence number did not grow: Compass drops it, and says 202 all the same.
    Ignored,
}

/// An event that was answered with 202.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReceivedEvent {
    /// Rises with everything that arrives.
    pub id: u64,
    /// When it arrived.
    #[serde(serialize_with = "milliseconds")]
    pub received_at: DateTime<Utc>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, where that does not go without saying.
    pub reason: Option<String>,
    /// Its kind.
    pub kind: EventKind,
    /// The same for all updates of one thing: made of event source, kind and entity. A pull request has none.
    pub key: Option<String>,
    /// The component as it was sent.
    pub component_id: Option<String>,
    /// The component's name, if the mock was told.
    pub component_name: Option<String>,
    /// The event source's ID.
    pub event_source: Option<String>,
    /// What it is about: the pipeline's ID of a build or deployment, otherwise the kind's own ID.
    pub entity: Option<String>,
    /// What orders its updates.
    pub sequence_number: Option<i64>,
    /// The cloud ID as it was sent.
    pub cloud_id: String,
    /// Who sent it.
    pub user: String,
    /// The object of its kind, as it was sent.
    pub event: Value,
}

/// A metric value that was stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReceivedMetric {
    /// Rises with everything that arrives.
    pub id: u64,
    /// When it arrived.
    #[serde(serialize_with = "milliseconds")]
    pub received_at: DateTime<Utc>,
    /// The metric source, named by the request or made of metric definition and component.
    pub metric_source_id: String,
    /// The metric definition, if the request named one.
    pub metric_definition_id: Option<String>,
    /// The component, if the request named one.
    pub component_id: Option<String>,
    /// The value.
    pub value: Number,
    /// When the value was collected, as it was sent; the time of arrival if it was not.
    pub timestamp: String,
    /// The note on the value.
    pub annotation: Option<String>,
    /// The metric source's new title.
    pub title: Option<String>,
    /// The metric source's new URL.
    pub url: Option<String>,
    /// Who sent it.
    pub user: String,
}

/// What a file is to Compass. No two that are stored have the same slot: an upload replaces what was there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Slot {
    /// npm's lock file of a source.
    #[non_exhaustive]
    LockFile {
        /// The component's UUID.
        component_id: String,
        /// The source's ID.
        source_id: String,
    },
    /// The API specification of a component.
    #[non_exhaustive]
    ApiSpec {
        /// The component's UUID.
        component_id: String,
    },
    /// An attachment of a Forge app.
    #[non_exhaustive]
    Attachment {
        /// The component's UUID.
        component_id: String,
        /// The Forge app's ID.
        forge_app_id: String,
        /// The attachment's key.
        key: String,
    },
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FileOutcome {
    /// It is there.
    Stored,
    /// A later upload took its place.
    Replaced,
    /// It was deleted.
    Deleted,
}

/// A file that was uploaded. Its content is served at `/__mock/files/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReceivedFile {
    /// Rises with everything that arrives.
    pub id: u64,
    /// When it arrived.
    #[serde(serialize_with = "milliseconds")]
    pub received_at: DateTime<Utc>,
    /// What became of it.
    pub outcome: FileOutcome,
    /// What it is to Compass.
    #[serde(flatten)]
    pub slot: Slot,
    /// Where a lock file's source is.
    pub base_source_url: Option<String>,
    /// The name of the file, as the form had it.
    pub file_name: Option<String>,
    /// The media type, as the form had it.
    pub media_type: Option<String>,
    /// The length of the content in bytes.
    pub length: usize,
    /// Who sent it.
    pub user: String,
    /// The content.
    #[serde(skip)]
    pub content: Bytes,
}

/// A call of an incoming webhook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReceivedWebhook {
    /// Rises with everything that arrives.
    pub id: u64,
    /// When it arrived.
    #[serde(serialize_with = "milliseconds")]
    pub received_at: DateTime<Utc>,
    /// The webhook's ID.
    pub webhook_id: String,
    /// The body.
    pub payload: Value,
}

fn milliseconds<S: serde::Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}

/// What had arrived at a moment: a snapshot, which later requests do not change.
///
/// The mock keeps the latest entries of each list only; [`Builder::keep`](crate::Builder::keep) says how many.
#[derive(Clone, Debug)]
pub struct Received {
    pub(crate) events: Vec<Arc<ReceivedEvent>>,
    pub(crate) metrics: Vec<Arc<ReceivedMetric>>,
    pub(crate) files: Vec<Arc<ReceivedFile>>,
    pub(crate) webhooks: Vec<Arc<ReceivedWebhook>>,
    pub(crate) requests: Vec<Arc<Recorded>>,
}

impl Received {
    /// All events that were answered with 202, in the order in which they arrived.
    #[must_use]
    pub fn events(&self) -> Vec<Arc<ReceivedEvent>> {
        self.events.clone()
    }

    /// The events that Compass would show, or store where the feed does not show them.
    #[must_use]
    pub fn saved(&self) -> Vec<Arc<ReceivedEvent>> {
        self.with(Outcome::Saved)
    }

    /// The events in whose place there is a later update.
    #[must_use]
    pub fn superseded(&self) -> Vec<Arc<ReceivedEvent>> {
        self.with(Outcome::Superseded)
    }

    /// The events that Compass would have dropped in silence.
    #[must_use]
    pub fn ignored(&self) -> Vec<Arc<ReceivedEvent>> {
        self.with(Outcome::Ignored)
    }

    fn with(&self, outcome: Outcome) -> Vec<Arc<ReceivedEvent>> {
        self.events.iter().filter(|event| event.outcome == outcome).cloned().collect()
    }

    /// The metric values.
    #[must_use]
    pub fn metrics(&self) -> Vec<Arc<ReceivedMetric>> {
        self.metrics.clone()
    }

    /// The files that were uploaded, also those that have been replaced or deleted since.
    #[must_use]
    pub fn files(&self) -> Vec<Arc<ReceivedFile>> {
        self.files.clone()
    }

    /// The calls of incoming webhooks.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Arc<ReceivedWebhook>> {
        self.webhooks.clone()
    }

    /// All requests to the API as they were sent, in the order in which they were complete: also those that were
    /// refused, or answered by a [`Fault`](crate::Fault).
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.requests.iter().map(|recorded| recorded.request()).collect()
    }
}
