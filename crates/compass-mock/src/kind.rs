//! The kinds of events.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A kind of event, by the field of the contract's `CompassEventInputDto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    /// Something that is to be looked at.
    Alert,
    /// A build.
    Build,
    /// Anything else.
    Custom,
    /// A deployment.
    Deployment,
    /// A feature flag.
    Flag,
    /// An incident.
    Incident,
    /// A stage of a component's life.
    Lifecycle,
    /// A pull request. It has no event source and no sequence number, and the feed does not show it.
    PullRequest,
    /// A push.
    Push,
    /// A vulnerability.
    Vulnerability,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Alert,
        Self::Build,
        Self::Custom,
        Self::Deployment,
        Self::Flag,
        Self::Incident,
        Self::Lifecycle,
        Self::PullRequest,
        Self::Push,
        Self::Vulnerability,
    ];

    /// The contract's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Build => "build",
            Self::Custom => "custom",
            Self::Deployment => "deployment",
            Self::Flag => "flag",
            Self::Incident => "incident",
            Self::Lifecycle => "lifecycle",
            Self::PullRequest => "pullRequest",
            Self::Push => "push",
            Self::Vulnerability => "vulnerability",
        }
    }

    /// What an event of the kind is about: its pipeline, or what has an ID of the kind's own.
    pub(crate) fn entity(self, event: &Map<String, Value>) -> Option<&str> {
        let of = |properties: &str, field: &str| event.get(properties)?.get(field);
        let pipeline = |properties: &str| of(properties, "pipeline")?.get("pipelineId");
        let id = match self {
            Self::Alert => of("alertProperties", "id"),
            Self::Build => pipeline("buildProperties"),
            Self::Custom => of("customEventProperties", "id"),
            Self::Deployment => pipeline("deploymentProperties"),
            Self::Flag => of("flagProperties", "id"),
            Self::Incident => of("incidentProperties", "id"),
            Self::Lifecycle => of("lifecycleProperties", "id"),
            Self::PullRequest => of("pullRequestProperties", "id"),
            Self::Push => of("pushEventProperties", "id"),
            Self::Vulnerability => of("vulnerabilityProperties", "id"),
        };
        id?.as_str()
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows a field into its schema, through a reference and a choice between that and `null`.
    fn field<'d>(document: &'d Value, schema: &'d Value, name: &str) -> &'d Value {
        let field = &schema["properties"][name];
        let field = field.get("oneOf").map_or(field, |choice| &choice[0]);
        let pointer = field["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
        pointer.map_or(field, |pointer| document.pointer(pointer).unwrap())
    }

    #[test]
    fn the_kinds_and_their_entities_are_those_of_the_contract() {
        let document: Value = serde_json::from_str(include_str!("generated/compass-v1.json")).unwrap();
        let kinds = &document["components"]["schemas"]["CompassEventInputDto"];
        let mut names: Vec<_> = kinds["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(EventKind::ALL.map(EventKind::as_str), *names);
        for kind in EventKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            // The one required object of the kind, and in it the pipeline or the ID, which are required as well.
            let schema = field(&document, kinds, kind.as_str());
            let required =
                |schema: &Value| -> Vec<String> { serde_json::from_value(schema["required"].clone()).unwrap() };
            let properties = required(schema).into_iter().find(|name| name.ends_with("Properties")).unwrap();
            let inner = required(field(&document, schema, &properties));
            let value = if inner.contains(&"pipeline".to_owned()) {
                serde_json::json!({ "pipeline": { "pipelineId": "it" } })
            } else {
                assert!(inner.contains(&"id".to_owned()), "{kind}");
                serde_json::json!({ "id": "it" })
            };
            let event = Map::from_iter([(properties, value)]);
            assert_eq!(kind.entity(&event), Some("it"), "{kind}");
            assert_eq!(kind.entity(&Map::new()), None);
        }
    }
}
