//! Atlassian resource identifiers (ARIs) of Compass: `ari:cloud:compass:<cloudId>:component/<uuid>/<uuid>`.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use uuid::Uuid;

/// What an ARI can be of, where the API takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Resource {
    Component,
    MetricSource,
    MetricDefinition,
}

impl Resource {
    fn as_str(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::MetricSource => "metric-source",
            Self::MetricDefinition => "metric-definition",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An ARI. Two that are spelled differently in the case of their UUIDs are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ari {
    pub(crate) cloud_id: String,
    pub(crate) resource: Resource,
    pub(crate) workspace: Uuid,
    pub(crate) id: Uuid,
}

impl Ari {
    /// Reads an ARI of one kind of resource; the error says what is expected instead.
    pub(crate) fn parse(text: &str, resource: Resource) -> Result<Self, String> {
        let parsed = text.strip_prefix("ari:cloud:compass:").and_then(|rest| {
            let (cloud_id, rest) = rest.split_once(':')?;
            let rest = rest.strip_prefix(resource.as_str())?.strip_prefix('/')?;
            let (workspace, id) = rest.split_once('/')?;
            let cloud_id = (!cloud_id.is_empty()).then(|| cloud_id.to_owned())?;
            Some(Self { cloud_id, resource, workspace: uuid(workspace)?, id: uuid(id)? })
        });
        parsed.ok_or_else(|| format!("Expected ari:cloud:compass:<cloudId>:{resource}/<uuid>/<uuid>"))
    }

    /// Where values go that name a metric definition and a component: always the same for the same two.
    pub(crate) fn metric_source_of(definition: &Self, component: &Self) -> Self {
        // Turned, so that the two cannot be exchanged.
        let bits = definition.id.as_u128().rotate_left(1) ^ component.id.as_u128();
        let id = uuid::Builder::from_u128(bits)
            .with_variant(uuid::Variant::RFC4122)
            .with_version(uuid::Version::Custom)
            .into_uuid();
        Self { resource: Resource::MetricSource, id, ..component.clone() }
    }
}

/// Only as the API writes them, with hyphens: `Uuid::parse_str` also takes braces, URNs and no hyphens at all.
pub(crate) fn uuid(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten()
}

impl fmt::Display for Ari {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cloud_id, resource, workspace, id } = self;
        write!(f, "ari:cloud:compass:{cloud_id}:{resource}/{workspace}/{id}")
    }
}

/// An ARI of a resource as a file has it; with the file's own place in the error.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D, resource: Resource) -> Result<Ari, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ari::parse(&text, resource).map_err(|expected| de::Error::custom(format!("{text:?} is no such ARI. {expected}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPONENT: &str =
        "ari:cloud:compass:site:component/3f2504e0-4f89-41d3-9a0c-0305e82c3301/6ba7b810-9dad-41d1-80b4-00c04fd430c8";

    #[test]
    fn written_as_read() {
        let ari = Ari::parse(COMPONENT, Resource::Component).unwrap();
        assert_eq!(ari.to_string(), COMPONENT);
        assert_eq!(ari.cloud_id, "site");
        let shouted = COMPONENT.replace("3f2504e0", "3F2504E0");
        assert_eq!(Ari::parse(&shouted, Resource::Component), Ok(ari));
    }

    #[test]
    fn others_are_refused() {
        for wrong in [
            "",
            "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
            &COMPONENT.replace("site", ""),
            &COMPONENT.replace("component", "metric-source"),
            &COMPONENT.replace("compass", "jira"),
            &COMPONENT.replace("3f2504e0-", ""),
            &COMPONENT.replace("3f2504e0-4f89-41d3", "3f2504e04f8941d3"),
            &format!("{COMPONENT}/"),
            &format!("{COMPONENT} "),
        ] {
            assert!(Ari::parse(wrong, Resource::Component).is_err(), "{wrong:?}");
        }
        assert_eq!(
            Ari::parse(COMPONENT, Resource::MetricSource).unwrap_err(),
            "Expected ari:cloud:compass:<cloudId>:metric-source/<uuid>/<uuid>"
        );
    }

    #[test]
    fn a_metric_source_of_two_is_always_the_same() {
        let component = Ari::parse(COMPONENT, Resource::Component).unwrap();
        let definition = COMPONENT.replace(":component", ":metric-definition").replace("6ba7", "7ca7");
        let definition = Ari::parse(&definition, Resource::MetricDefinition).unwrap();
        let source = Ari::metric_source_of(&definition, &component);
        assert_eq!(source, Ari::metric_source_of(&definition, &component));
        assert_ne!(source, Ari::metric_source_of(&component, &definition));
        assert_eq!(Ari::parse(&source.to_string(), Resource::MetricSource), Ok(source));
    }
}
