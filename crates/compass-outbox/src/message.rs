//! What is handed over to the outbox, and how it becomes what is kept.

use chrono::{DateTime, SecondsFormat, Utc};
use compass_sdk::event::{Event, Target};
use compass_sdk::metric::Metric;
use serde::Serialize;
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};

use crate::envelope::{Destination, Envelope, Lane, MessageId, MessageKind, Origin};

/// An event for a target, or a value of a metric, to be delivered.
///
/// ```
/// use compass_outbox::{Coalesce, Destination, Message, MessageKind, Origin};
/// use compass_sdk::event::{Event, Target};
///
/// # let json = r#"{"flag": {"displayName": "dark mode on", "description": "", "url": "https://flags.example.com/dark-mode",
/// #     "lastUpdated": "2026-09-01T12:00:00Z", "updateSequenceNumber": 1, "externalEventSourceId": "flags:acme/shop",
/// #     "flagProperties": {"id": "dark-mode"}}}"#;
/// # let event: Event = serde_json::from_str(json)?;
/// let compass = compass_sdk::Compass::builder().site("example").credentials("me@example.com", "an API token").build()?;
/// let target = Target::EventSource("6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30".parse()?);
/// let message = Message::event(&Destination::of(&compass), &target, &event)
///     .origin(Origin { run: Some("https://ci.example.com/42".to_owned()), ..Origin::default() })
///     .coalesce(Coalesce::Never);
/// assert_eq!(message.lane().entity, "dark-mode");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a message is delivered once an outbox has accepted it"]
pub struct Message {
    lane: Lane,
    sequence: Option<i64>,
    body: Body,
    group: Group,
    coalesce: Coalesce,
    origin: Origin,
}

/// Whether a message takes the place of older ones that have not been sent yet.
///
/// It does only where Compass itself would keep no more than the last of them. What is replaced has the same lane
/// (destination, site, kind, source and entity), the same component, and what the table says, and the sequence number decides which one
/// is the last: not the order in which they were accepted. If that one is refused in the end, its dead letter is what is left of them.
///
/// | kind | `Default` | `Always` | what is the same |
/// |---|---|---|---|
/// | alert, flag, incident, lifecycle, vulnerability | yes | yes | the kind's own ID: Compass shows the state that it has |
/// | build | yes | yes | the pipeline's ID, which is the build's own: the contract says that the existing event is overwritten |
/// | deployment | yes | yes | the pipeline's ID, the environment's ID and the deployment's number: the states of one deployment |
/// | custom | no | yes | its ID: an update, if its sender means it so; another event, if its sender never changes the ID |
/// | push | no | no | each is something that happened |
/// | pull request | no | no | there is no sequence number to tell which is newer; they go in the order of acceptance |
/// | metric | no | no | each is a value of its own |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Coalesce {
    /// Where the kind shows only the last state.
    #[default]
    Default,
    /// There, and for custom events.
    Always,
    /// Not at all: every message is sent.
    Never,
}

/// What a message is one of several of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Group {
    /// Of one thing's states.
    States(String),
    /// Of one thing's states, if its sender says so.
    Maybe(String),
    /// Of nothing.
    None,
}

#[derive(Clone, Debug)]
enum Body {
    Event(Box<RawValue>),
    Metric(Box<Metric>),
}

impl Message {
    /// An event for a target. What is sent is the request as it is now.
    pub fn event(destination: &Destination, target: &Target, event: &Event) -> Self {
        let key = event.key();
        let lane = Lane {
            destination: destination.clone(),
            // A UUID that is spelt differently is the same site.
            cloud_id: target.cloud_id().as_str().to_ascii_lowercase(),
            kind: MessageKind::Event(event.kind()),
            source: key.source().to_owned(),
            entity: key.entity().to_owned(),
        };
        Self {
            lane,
            sequence: event.sequence().map(compass_sdk::event::Sequence::get),
            body: Body::Event(raw(&event.to_request(target))),
            group: Group::of(target, event),
            coalesce: Coalesce::Default,
            origin: Origin::default(),
        }
    }

    /// A value of a metric. One without a time is given that of its acceptance: it may be sent much later, and Compass would take
    /// the time of its arrival.
    ///
    /// It is delivered at least once: when an answer is lost, it is sent again, and Compass may have recorded it twice
    /// then, both times with the same time. There is no delete.
    pub fn metric(destination: &Destination, metric: &Metric) -> Self {
        let target = metric.target();
        let lane = Lane {
            destination: destination.clone(),
            cloud_id: target.cloud_id().as_str().to_ascii_lowercase(),
            kind: MessageKind::Metric,
            source: String::new(),
            entity: target.to_string(),
        };
        Self {
            lane,
            sequence: None,
            body: Body::Metric(Box::new(metric.clone())),
            group: Group::None,
            coalesce: Coalesce::Default,
            origin: Origin::default(),
        }
    }

    /// Where it comes from.
    pub fn origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// Whether it takes the place of older ones: where the kind shows only the last state, unless told otherwise.
    pub fn coalesce(self, coalesce: Coalesce) -> Self {
        Self { coalesce, ..self }
    }

    /// What it is sent in order within.
    #[must_use]
    pub fn lane(&self) -> &Lane {
        &self.lane
    }

    /// What is kept of it.
    pub(crate) fn into_envelope(self, id: MessageId, accepted_at: DateTime<Utc>) -> Envelope {
        let Self { lane, sequence, body, group, coalesce, origin } = self;
        let coalesce = match (group, coalesce) {
            (Group::States(text), Coalesce::Default | Coalesce::Always) | (Group::Maybe(text), Coalesce::Always) => {
                Some(text)
            }
            (Group::States(_), Coalesce::Never)
            | (Group::Maybe(_), Coalesce::Default | Coalesce::Never)
            | (Group::None, Coalesce::Default | Coalesce::Always | Coalesce::Never) => None,
        };
        let body = match body {
            Body::Event(body) => body,
            Body::Metric(metric) => {
                let mut json =
                    serde_json::to_value(&metric).expect("a metric is an object of texts and finite numbers");
                if metric.timestamp().is_none() {
                    json["timestamp"] = accepted_at.to_rfc3339_opts(SecondsFormat::Millis, true).into();
                }
                raw(&json)
            }
        };
        Envelope { id, lane, accepted_at, sequence, coalesce, origin, body }
    }
}

impl Group {
    fn of(target: &Target, event: &Event) -> Self {
        // The first event for a component attaches the source to it: one for another component does not do that in its place.
        let component = match target {
            Target::Component(component) => Some(component.to_string()),
            Target::EventSource(_) => None,
        };
        // As JSON, so that no two lists of texts become the same text.
        match event {
            Event::Alert(_)
            | Event::Build(_)
            | Event::Flag(_)
            | Event::Incident(_)
            | Event::Lifecycle(_)
            | Event::Vulnerability(_) => Self::States(json!([component]).to_string()),
            Event::Deployment(event) => {
                let (environment, number) = (event.environment(), event.deployment_number());
                Self::States(json!([component, environment.id(), number]).to_string())
            }
            Event::Custom(_) => Self::Maybe(json!([component]).to_string()),
            Event::PullRequest(_) | Event::Push(_) => Self::None,
        }
    }
}

fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("a request is an object of texts, numbers and times")
}
