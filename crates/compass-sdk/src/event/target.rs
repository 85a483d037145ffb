//! What an event is sent to.

use compass_api::types::{CompassEventInputDto, CreateStreamlinedEventRequest};

use super::Event;
use crate::ari::{CloudId, ComponentAri};

/// Whom an event is for. The event source's ID is in the event itself, in either case.
///
/// ```
/// use compass_sdk::ari::CloudId;
/// use compass_sdk::event::Target;
///
/// let site: CloudId = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30".parse()?;
/// let target = Target::EventSource(site.clone());
/// assert_eq!(target.cloud_id(), site);
/// # Ok::<(), compass_sdk::ari::CloudIdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// This component. No event source has to exist beforehand.
    Component(ComponentAri),
    /// Whatever the event source is attached to on this site. A source of the event's `externalEventSourceId` and kind
    /// must exist and be attached to a component; Compass answers 404 otherwise.
    EventSource(CloudId),
}

impl Target {
    /// The site; a component's ARI has its own.
    #[must_use]
    pub fn cloud_id(&self) -> CloudId {
        match self {
            Self::Component(component) => component.cloud_id(),
            Self::EventSource(cloud_id) => cloud_id.clone(),
        }
    }
}

impl From<&ComponentAri> for Target {
    fn from(component: &ComponentAri) -> Self {
        Self::Component(component.clone())
    }
}

impl From<ComponentAri> for Target {
    fn from(component: ComponentAri) -> Self {
        Self::Component(component)
    }
}

impl Event {
    /// The request that sends the event to `target`.
    ///
    /// ```
    /// use compass_sdk::event::{Event, Target};
    ///
    /// # let json = r#"{"flag": {"displayName": "dark mode on", "description": "", "url": "https://flags.example.com/dark-mode",
    /// #     "lastUpdated": "2026-09-01T12:00:00Z", "updateSequenceNumber": 1, "externalEventSourceId": "flags:acme/shop",
    /// #     "flagProperties": {"id": "dark-mode"}}}"#;
    /// # let text = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
    /// #     0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
    /// let event: Event = serde_json::from_str(json)?;
    /// let request = event.to_request(&Target::Component(text.parse()?));
    /// assert_eq!(request.cloud_id, "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30");
    /// assert_eq!(request.component_id.as_deref(), Some(text));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_request(&self, target: &Target) -> CreateStreamlinedEventRequest {
        CreateStreamlinedEventRequest {
            cloud_id: target.cloud_id().into(),
            component_id: match target {
                Target::Component(component) => Some(component.to_string()),
                Target::EventSource(_) => None,
            },
            event: CompassEventInputDto::from(self),
        }
    }
}
