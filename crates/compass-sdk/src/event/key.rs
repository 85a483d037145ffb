//! What events are told apart by.

use std::fmt;

use super::Kind;

/// What two reports have in common that are about one event: its source, kind and entity.
///
/// Compass compares the sequence numbers of an event's updates, and does not publish the key that it compares by. This
/// is the careful reading: whoever sends the events of one key one after another, by rising sequence, is right under
/// any finer key, too. The component is no part of it, because event sources belong to the site.
///
/// A key is for order, and not for leaving out: two deployments by one pipeline have the same.
///
/// ```
/// use compass_sdk::event::{Event, Kind};
///
/// # let json = r#"{"flag": {"displayName": "dark mode on", "description": "", "url": "https://flags.example.com/dark-mode",
/// #     "lastUpdated": "2026-09-01T12:00:00Z", "updateSequenceNumber": 1, "externalEventSourceId": "flags:acme/shop",
/// #     "flagProperties": {"id": "dark-mode"}}}"#;
/// let event: Event = serde_json::from_str(json)?;
/// let key = event.key();
/// assert_eq!(key.source(), "flags:acme/shop");
/// assert_eq!(key.kind(), Kind::Flag);
/// assert_eq!(key.entity(), "dark-mode");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct EventKey {
    source: String,
    kind: Kind,
    entity: String,
}

impl EventKey {
    pub(super) fn new(source: &str, kind: Kind, entity: &str) -> Self {
        Self { source: source.to_owned(), kind, entity: entity.to_owned() }
    }

    /// The event source's ID. A pull request has none; its repository's URL stands in for it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The event's kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The ID of what the event is about: the pipeline's for builds and deployments, otherwise the kind's own.
    #[must_use]
    pub fn entity(&self) -> &str {
        &self.entity
    }
}

impl fmt::Display for EventKey {
    /// For people: texts may contain the separators.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, kind, entity } = self;
        write!(f, "{source} {kind} {entity}")
    }
}
