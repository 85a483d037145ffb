//! The components file: what there is on the site, so that the mock can tell it from what there is not.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;
use std::str::FromStr;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use uuid::Uuid;

use crate::ari::{self, Ari, Resource};
use crate::error::Error;
use crate::state::SourceKey;

/// What there is on the site.
///
/// Without it any component, metric source, metric definition and webhook is taken for one that there is. With it, those
/// that it does not list are unknown, each kind only if it lists one of that kind.
///
/// The file is YAML, or JSON, which is YAML as well. All of it is optional:
///
/// ```
/// use compass_mock::Components;
///
/// let components: Components = r#"
/// ## The site; then the mock refuses other cloud IDs.
/// cloudId: 1f0e2d3c-4b5a-4968-8776-655443322110
/// components:
///   - id: ari:cloud:compass:1f0e2d3c-4b5a-4968-8776-655443322110:component/3f2504e0-4f89-41d3-9a0c-0305e82c3301/6ba7b810-9dad-41d1-80b4-00c04fd430c8
///     name: shop
///     ## Event sources that are attached to it from the start.
///     eventSources:
///       - { id: github:acme/shop, kind: deployment }
///     metricSources:
///       - ari:cloud:compass:1f0e2d3c-4b5a-4968-8776-655443322110:metric-source/3f2504e0-4f89-41d3-9a0c-0305e82c3301/7d444840-9dc0-41d1-b245-5ffdce74fad2
/// metricDefinitions:
///   - ari:cloud:compass:1f0e2d3c-4b5a-4968-8776-655443322110:metric-definition/3f2504e0-4f89-41d3-9a0c-0305e82c3301/e902893a-9d22-4c7e-a7b8-d6e313b71d9f
/// ## IDs of incoming webhooks.
/// webhooks: [3a1c]
/// ## IDs of the Forge apps that may have attachments.
/// attachments: [ari:cloud:ecosystem::app/1]
/// ## What is answered for an entitlement instead of the default.
/// entitlements:
///   compass-premium: { "@class": BooleanEntitlement, value: false }
/// ## Users who may do nothing: 403.
/// forbiddenUsers: [eve@example.com]
/// "#.parse()?;
/// # Ok::<(), compass_mock::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Components {
    pub(crate) cloud_id: Option<Uuid>,
    /// By the UUID that stands for a component in the paths of files.
    by_id: IndexMap<Uuid, Component>,
    metric_sources: HashSet<Ari>,
    metric_definitions: HashSet<Ari>,
    webhooks: HashSet<String>,
    pub(crate) attachments: HashSet<String>,
    pub(crate) entitlements: BTreeMap<String, Value>,
    pub(crate) forbidden_users: Vec<String>,
}

/// A component of the file.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) ari: Ari,
    pub(crate) name: String,
    pub(crate) event_sources: Vec<SourceKey>,
}

/// The file as it is written.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Written {
    #[serde(deserialize_with = "cloud_id")]
    cloud_id: Option<Uuid>,
    components: Vec<WrittenComponent>,
    metric_definitions: Vec<MetricDefinition>,
    webhooks: Vec<String>,
    attachments: Vec<String>,
    entitlements: BTreeMap<String, Entitlement>,
    forbidden_users: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WrittenComponent {
    #[serde(deserialize_with = "component")]
    id: Ari,
    name: String,
    #[serde(default)]
    event_sources: Vec<SourceKey>,
    #[serde(default)]
    metric_sources: Vec<MetricSource>,
}

#[derive(Deserialize)]
struct MetricSource(#[serde(deserialize_with = "metric_source")] Ari);

#[derive(Deserialize)]
struct MetricDefinition(#[serde(deserialize_with = "metric_definition")] Ari);

struct Entitlement(Value);

fn cloud_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Uuid>, D::Error> {
    let text = String::deserialize(deserializer)?;
    ari::uuid(&text).map(Some).ok_or_else(|| de::Error::custom(format!("{text:?} is no cloud ID: that is a UUID")))
}

fn component<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ari, D::Error> {
    ari::deserialize(deserializer, Resource::Component)
}

fn metric_source<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ari, D::Error> {
    ari::deserialize(deserializer, Resource::MetricSource)
}

fn metric_definition<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ari, D::Error> {
    ari::deserialize(deserializer, Resource::MetricDefinition)
}

impl<'de> Deserialize<'de> for Entitlement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if value.get("@class").is_some_and(Value::is_string) {
            Ok(Self(value))
        } else {
            Err(de::Error::custom("the contract wants an object with the text \"@class\" for an entitlement"))
        }
    }
}

impl Components {
    /// Reads a components file.
    ///
    /// # Errors
    /// What is wrong with it, with file, place and value.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = fs::read_to_string(path).map_err(|error| Error::file(path, "cannot be read", error))?;
        parse(&text).map_err(|message| Error::content(path, message))
    }

    pub(crate) fn components(&self) -> impl Iterator<Item = &Component> {
        self.by_id.values()
    }

    /// The component of an ARI, if the file lists it.
    pub(crate) fn named(&self, ari: &Ari) -> Option<&Component> {
        self.by_id.get(&ari.id).filter(|component| component.ari == *ari)
    }

    /// Whether there is such a component, as far as is known.
    pub(crate) fn has(&self, ari: &Ari) -> bool {
        self.by_id.is_empty() || self.named(ari).is_some()
    }

    /// Whether there is a component with this UUID, as far as is known.
    pub(crate) fn has_id(&self, id: Uuid) -> bool {
        self.by_id.is_empty() || self.by_id.contains_key(&id)
    }

    /// Whether there is such a metric source, as far as is known.
    pub(crate) fn has_metric_source(&self, ari: &Ari) -> bool {
        self.metric_sources.is_empty() || self.metric_sources.contains(ari)
    }

    /// Whether there is such a metric definition, as far as is known.
    pub(crate) fn has_metric_definition(&self, ari: &Ari) -> bool {
        self.metric_definitions.is_empty() || self.metric_definitions.contains(ari)
    }

    /// Whether there is such a webhook, as far as is known.
    pub(crate) fn has_webhook(&self, id: &str) -> bool {
        self.webhooks.is_empty() || self.webhooks.contains(id)
    }
}

impl FromStr for Components {
    type Err = Error;

    /// Reads the text of a components file.
    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).map_err(Error::text)
    }
}

fn parse(text: &str) -> Result<Components, String> {
    let written = serde_saphyr::from_str::<Option<Written>>(text).map_err(|error| {
        let message = error.to_string();
        message.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
    })?;
    let written = written.unwrap_or_default();
    let mut components = Components {
        cloud_id: written.cloud_id,
        metric_definitions: written.metric_definitions.into_iter().map(|definition| definition.0).collect(),
        webhooks: written.webhooks.into_iter().collect(),
        attachments: written.attachments.into_iter().collect(),
        entitlements: written.entitlements.into_iter().map(|(name, answer)| (name, answer.0)).collect(),
        forbidden_users: written.forbidden_users,
        ..Components::default()
    };
    for (index, WrittenComponent { id, name, event_sources, metric_sources }) in
        written.components.into_iter().enumerate()
    {
        components.metric_sources.extend(metric_sources.into_iter().map(|source| source.0));
        let component = Component { ari: id, name, event_sources };
        if let Some(first) = components.by_id.insert(component.ari.id, component) {
            return Err(format!("components[{index}].id: the UUID {} is there twice", first.ari.id));
        }
    }
    let site = components.cloud_id.map(|site| site.to_string());
    let other = components.aris().find(|ari| site.as_ref().is_some_and(|site| *site != ari.cloud_id));
    let other = other.map(ToString::to_string);
    other.map_or(Ok(components), |ari| Err(format!("{ari} is of another site than cloudId")))
}

impl Components {
    fn aris(&self) -> impl Iterator<Item = &Ari> {
        let components = self.by_id.values().map(|component| &component.ari);
        components.chain(&self.metric_sources).chain(&self.metric_definitions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str =
        "ari:cloud:compass:site:component/3f2504e0-4f89-41d3-9a0c-0305e82c3301/6ba7b810-9dad-41d1-80b4-00c04fd430c8";

    #[test]
    fn errors_name_file_place_and_value() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("components.yaml");
        let refused = |text: &str| {
            fs::write(&path, text).unwrap();
            let error = Components::read(&path).unwrap_err();
            assert_eq!(error.path(), Some(&*path));
            error.to_string().replace(&path.display().to_string(), "FILE")
        };
        let twice = format!("components:\n  - {{ id: \"{SHOP}\", name: a }}\n  - {{ id: \"{SHOP}\", name: b }}");
        let other =
            format!("cloudId: 6ba7b810-9dad-41d1-80b4-00c04fd430c8\ncomponents:\n  - {{ id: \"{SHOP}\", name: a }}");
        insta::assert_snapshot!(
            [
                "cloudId: mine",
                "component: []",
                "components:\n  - id: shop\n    name: a",
                &twice,
                &other,
                &format!("components:\n  - {{ id: \"{SHOP}\", name: a, eventSources: [{{ id: a, kind: deploy }}] }}"),
                &format!("metricDefinitions: [\"{SHOP}\"]"),
                "entitlements: { a: { value: 1 } }",
                "webhooks: [",
                "- 1",
            ]
            .map(refused)
            .join("\n")
        );
        assert!(Components::read(folder.path()).unwrap_err().to_string().ends_with(" cannot be read"));
    }

    #[test]
    fn what_is_not_listed_is_unknown_where_something_is() {
        let shop = Ari::parse(SHOP, Resource::Component).unwrap();
        let other = Ari { id: Uuid::nil(), ..shop.clone() };
        let anything: Components = "".parse().unwrap();
        assert!(anything.has(&other) && anything.has_id(other.id) && anything.has_webhook("x"));
        let listed: Components =
            format!("{{\"components\": [{{\"id\": \"{SHOP}\", \"name\": \"shop\"}}]}}").parse().unwrap();
        assert!(listed.has(&shop) && !listed.has(&other) && !listed.has_id(other.id) && listed.has_webhook("x"));
        assert!(!listed.has(&Ari { workspace: Uuid::nil(), ..shop.clone() }));
        assert_eq!(listed.named(&shop).unwrap().name, "shop");
    }
}
