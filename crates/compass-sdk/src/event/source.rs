//! Where events come from.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The event source's ID as the sending tool knows it, `externalEventSourceId` on the wire.
///
/// It has to stay the same from run to run: a component takes at most 20 event sources, and updates reach an event
/// only through the source that it came from. No run, build or commit belongs in it.
///
/// ```
/// use compass_sdk::event::EventSource;
///
/// assert_eq!(EventSource::of("jenkins", "acme/shop").as_str(), "jenkins:acme/shop");
/// assert_eq!(EventSource::new("acme-shop-deployments").as_str(), "acme-shop-deployments");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventSource(String);

impl EventSource {
    /// The event source of a tool and a repository: `<tool>:<repository>`.
    ///
    /// Both are taken as they are, so that the same inputs always give the same text, and other inputs another one: a
    /// `:` in the tool's name becomes `%3A`, a `%` becomes `%25`.
    #[must_use]
    pub fn of(tool: &str, repository: &str) -> Self {
        Self(format!("{}:{repository}", tool.replace('%', "%25").replace(':', "%3A")))
    }

    /// The event source with this ID, as it was registered with Compass. An event refuses it if it is blank.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The ID.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<EventSource> for String {
    fn from(source: EventSource) -> Self {
        source.0
    }
}

impl fmt::Display for EventSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::EventSource;

    #[test]
    fn other_inputs_give_another_text() {
        let texts = [("a", "b:c"), ("a:b", "c"), ("a%3Ab", "c"), ("a", "b")].map(|(tool, repository)| {
            assert_eq!(EventSource::of(tool, repository), EventSource::of(tool, repository));
            EventSource::of(tool, repository).to_string()
        });
        assert_eq!(texts, ["a:b:c", "a%3Ab:c", "a%253Ab:c", "a:b"]);
    }
}
