//! Events: what happened to a component, said so that Compass can take it.
//!
//! Each of the ten kinds is a type of its own with a builder: a required field that is missing does not compile,
//!
//! ```compile_fail
//! use compass_sdk::event::Custom;
//!
//! let event = Custom::builder().id("load-test-42").build();
//! ```
//!
//! and `build` names every broken [rule](crate::validation::Rule) before anything is sent. Nothing else makes an event
//! than the builders and reading JSON, which checks the same.
//!
//! ```
//! use compass_sdk::event::{Custom, CustomIcon, Event, EventSource, Kind, Sequence};
//!
//! let event = Custom::builder()
//!     .display_name("Load test passed")
//!     .description("800 requests per second")
//!     .url("https://ci.example.com/load-tests/42".parse()?)
//!     .last_updated("2026-09-01T12:00:00Z".parse()?)
//!     .sequence(Sequence::now())
//!     .event_source(EventSource::of("k6", "acme/shop"))
//!     .id("load-test-42")
//!     .icon(CustomIcon::Checkpoint)
//!     .build()?;
//! let event = Event::from(event);
//! assert_eq!(event.kind(), Kind::Custom);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod feed;

mod alert;
mod build;
mod custom;
mod deployment;
mod flag;
mod incident;
mod json;
mod key;
mod kind;
mod lifecycle;
mod parts;
mod pull_request;
mod push;
mod sequence;
mod source;
mod target;
#[cfg(test)]
mod tests;
mod vulnerability;
mod web_url;

use chrono::{DateTime, Utc};

pub use alert::{Alert, AlertBuilder, AlertPriority, AlertStatus};
pub use build::{Build, BuildBuilder, BuildState};
pub use custom::{Custom, CustomBuilder, CustomIcon};
pub use deployment::{Deployment, DeploymentBuilder, DeploymentState};
pub use flag::{Flag, FlagBuilder};
pub use incident::{Incident, IncidentBuilder, IncidentState};
pub use key::EventKey;
pub use kind::Kind;
pub use lifecycle::{Lifecycle, LifecycleBuilder, LifecycleStage};
pub use parts::{Author, BuildPipeline, DeploymentPipeline, Environment, IncidentSeverity, VulnerabilitySeverity};
pub use parts::{AuthorBuilder, BuildPipelineBuilder, DeploymentPipelineBuilder, EnvironmentBuilder};
pub use parts::{EnvironmentCategory, IncidentSeverityLevel, VulnerabilitySeverityLevel};
pub use parts::{IncidentSeverityBuilder, VulnerabilitySeverityBuilder};
pub use pull_request::{PullRequest, PullRequestBuilder, PullRequestStatus};
pub use push::{Push, PushBuilder};
pub use sequence::Sequence;
pub use source::EventSource;
pub use target::Target;
pub use vulnerability::{Vulnerability, VulnerabilityBuilder, VulnerabilityState};
pub use web_url::{WebUrl, WebUrlError};

/// An event of exactly one kind, which breaks no [rule](crate::validation::Rule).
///
/// Its JSON is the contract's `CompassEventInputDto`, an object with the kind's field:
///
/// ```
/// use compass_sdk::event::{Event, Kind};
///
/// let json = r#"{"flag": {
///     "displayName": "Dark mode is on", "description": "", "url": "https://flags.example.com/dark-mode",
///     "lastUpdated": "2026-09-01T12:00:00Z", "updateSequenceNumber": 1788264000000,
///     "externalEventSourceId": "flags:acme/shop", "flagProperties": {"id": "dark-mode", "status": "on"}
/// }}"#;
/// let event: Event = serde_json::from_str(json)?;
/// assert_eq!(event.kind(), Kind::Flag);
///
/// let error = serde_json::from_str::<Event>(&json.replace("https:", "")).unwrap_err();
/// assert!(error.to_string().contains("flag.url: must be an absolute http or https URL"));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Its JSON Schema takes what the contract takes with one kind. Reading takes less, namely no event that breaks a rule:
/// most rules compare fields, which JSON Schema cannot say, and one with some of the rules would be neither the contract
/// nor what is checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// An alert.
    Alert(Alert),
    /// A build.
    Build(Build),
    /// A custom event.
    Custom(Custom),
    /// A deployment.
    Deployment(Deployment),
    /// A feature flag.
    Flag(Flag),
    /// An incident.
    Incident(Incident),
    /// A lifecycle.
    Lifecycle(Lifecycle),
    /// A pull request.
    PullRequest(PullRequest),
    /// A push.
    Push(Push),
    /// A vulnerability.
    Vulnerability(Vulnerability),
}

/// The same expression for an event of any kind that the feed shows, and another for a pull request.
macro_rules! of_any {
    ($event:expr, $any:ident => $of_any:expr, pull_request $pull_request:ident => $of_pull_request:expr $(,)?) => {
        match $event {
            Event::Alert($any) => $of_any,
            Event::Build($any) => $of_any,
            Event::Custom($any) => $of_any,
            Event::Deployment($any) => $of_any,
            Event::Flag($any) => $of_any,
            Event::Incident($any) => $of_any,
            Event::Lifecycle($any) => $of_any,
            Event::PullRequest($pull_request) => $of_pull_request,
            Event::Push($any) => $of_any,
            Event::Vulnerability($any) => $of_any,
        }
    };
}

impl Event {
    /// The event's kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Alert(_) => Kind::Alert,
            Self::Build(_) => Kind::Build,
            Self::Custom(_) => Kind::Custom,
            Self::Deployment(_) => Kind::Deployment,
            Self::Flag(_) => Kind::Flag,
            Self::Incident(_) => Kind::Incident,
            Self::Lifecycle(_) => Kind::Lifecycle,
            Self::PullRequest(_) => Kind::PullRequest,
            Self::Push(_) => Kind::Push,
            Self::Vulnerability(_) => Kind::Vulnerability,
        }
    }

    /// The number that orders the event's updates; a pull request has none.
    #[must_use]
    pub fn sequence(&self) -> Option<Sequence> {
        of_any!(self, event => Some(event.sequence()), pull_request _event => None)
    }

    /// The ID of the event's source; a pull request has none.
    #[must_use]
    pub fn event_source(&self) -> Option<&str> {
        of_any!(self, event => Some(event.event_source()), pull_request _event => None)
    }

    /// When the event was last updated.
    #[must_use]
    pub fn last_updated(&self) -> DateTime<Utc> {
        of_any!(self, event => event.last_updated(), pull_request event => event.last_updated())
    }

    /// What the event is told apart by, and its updates ordered within.
    #[must_use]
    pub fn key(&self) -> EventKey {
        let entity = match self {
            Self::Alert(event) => event.id(),
            Self::Build(event) => &event.wire().build_properties.pipeline.pipeline_id,
            Self::Custom(event) => event.id(),
            Self::Deployment(event) => &event.wire().deployment_properties.pipeline.pipeline_id,
            Self::Flag(event) => event.id(),
            Self::Incident(event) => event.id(),
            Self::Lifecycle(event) => event.id(),
            Self::PullRequest(event) => event.id(),
            Self::Push(event) => event.id(),
            Self::Vulnerability(event) => event.id(),
        };
        let source = of_any!(self, event => event.event_source(), pull_request event => event.repository_url());
        EventKey::new(source, self.kind(), entity)
    }
}
