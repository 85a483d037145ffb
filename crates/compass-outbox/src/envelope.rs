//! What is kept of a message, apart from the wire format: enough to send it, to tell what it is, and to send it
//! elsewhere one day.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use compass_sdk::event::Kind;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// A message's ID: a UUID of version 7 (RFC 9562, section 5.7), so that IDs sort by the time of acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub(crate) Uuid);

impl MessageId {
    /// An ID that no message has.
    pub(crate) fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for MessageId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// What stands before the contract's paths where a message goes to, such as `https://example.atlassian.net/gateway/api`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Destination(pub(crate) String);

impl Destination {
    /// Where a client sends to.
    #[must_use]
    pub fn of(compass: &compass_sdk::Compass) -> Self {
        Self(compass.base_url().to_owned())
    }

    /// Where the client would send to that a builder makes. It needs no credentials, so that whoever only accepts messages
    /// has to know none.
    ///
    /// # Errors
    /// If site or base URL are missing or wrong.
    pub fn of_builder(builder: &compass_sdk::CompassBuilder) -> Result<Self, compass_sdk::Error> {
        builder.resolve_base_url().map(Self)
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    /// An event of this kind.
    Event(Kind),
    /// A value of a metric.
    Metric,
}

impl MessageKind {
    /// The event's kind as on the wire, or `metric`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Event(kind) => kind.as_str(),
            Self::Metric => "metric",
        }
    }

    /// What is sent first when there is more than may be sent: 0 before 1 before 2. What somebody is woken by goes first,
    /// what is only counted last.
    #[must_use]
    pub const fn urgency(self) -> u8 {
        match self {
            Self::Event(Kind::Alert | Kind::Incident) => 0,
            Self::Event(Kind::Deployment | Kind::Flag | Kind::Lifecycle | Kind::Vulnerability) => 1,
            Self::Event(Kind::Build | Kind::Custom | Kind::PullRequest | Kind::Push) | Self::Metric => 2,
        }
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MessageKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == Self::Metric.as_str() {
            return Ok(Self::Metric);
        }
        let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == text);
        kind.map(Self::Event).ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

impl Serialize for MessageKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for MessageKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A kind of messages that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKind(String);

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is neither a kind of events nor `metric`", self.0)
    }
}

impl std::error::Error for UnknownKind {}

/// What messages are sent in order within: those of one lane one after another, as they were accepted.
///
/// For an event it is the destination, the site and the event's [key](compass_sdk::event::EventKey); for a metric the
/// destination and the metric's target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lane {
    /// Where its messages go to.
    pub destination: Destination,
    /// The site's cloud ID.
    pub cloud_id: String,
    /// What its messages are.
    pub kind: MessageKind,
    /// The event source's ID, or the repository's URL of a pull request; empty for a metric.
    pub source: String,
    /// What they are about: the pipeline's ID, the kind's own ID, or the metric's target.
    pub entity: String,
}

/// Where a message comes from, for people who look for what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Origin {
    /// The repository's URL or name.
    pub repository: Option<String>,
    /// The commit's hash.
    pub commit: Option<String>,
    /// The URL or name of the CI run.
    pub run: Option<String>,
}

/// A message as it is kept. What is in it is frozen when it is accepted; nothing rewrites it.
///
/// Its JSON is a line of `compass outbox export`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// The message's ID.
    pub id: MessageId,
    /// What it is sent in order within.
    pub lane: Lane,
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
    /// The number that orders updates; pull requests and metrics have none.
    pub sequence: Option<i64>,
    /// What it replaces an older one of, within its lane: of the messages with the same text that have not been sent only the one
    /// with the greatest sequence number is sent. None for a message that is sent in any case.
    pub coalesce: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// The request's body, as the contract has it.
    pub body: Box<RawValue>,
}

impl PartialEq for Envelope {
    fn eq(&self, other: &Self) -> bool {
        let Self { id, lane, accepted_at, sequence, coalesce, origin, body } = self;
        *id == other.id
            && *lane == other.lane
            && *accepted_at == other.accepted_at
            && *sequence == other.sequence
            && *coalesce == other.coalesce
            && *origin == other.origin
            && body.get() == other.body.get()
    }
}
