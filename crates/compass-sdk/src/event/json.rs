//! Events on the wire and back: the contract's `CompassEventInputDto`.

use std::borrow::Cow;

use compass_api::types as wire;
use compass_api::types::CompassEventInputDto;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value, json};

use super::{
    Alert, Build, Custom, Deployment, Event, Flag, Incident, Kind, Lifecycle, PullRequest, Push, Vulnerability,
};
use crate::validation::{Rule, Violation, Violations};

impl From<&Event> for CompassEventInputDto {
    fn from(event: &Event) -> Self {
        let mut wire = Self::default();
        match event {
            Event::Alert(event) => wire.alert = Some(event.wire().clone()),
            Event::Build(event) => wire.build = Some(event.wire().clone()),
            Event::Custom(event) => wire.custom = Some(event.wire().clone()),
            Event::Deployment(event) => wire.deployment = Some(event.wire().clone()),
            Event::Flag(event) => wire.flag = Some(event.wire().clone()),
            Event::Incident(event) => wire.incident = Some(event.wire().clone()),
            Event::Lifecycle(event) => wire.lifecycle = Some(event.wire().clone()),
            Event::PullRequest(event) => wire.pull_request = Some(event.wire().clone()),
            Event::Push(event) => wire.push = Some(event.wire().clone()),
            Event::Vulnerability(event) => wire.vulnerability = Some(event.wire().clone()),
        }
        wire
    }
}

/// Checks an event off the wire, of all kinds that it has, even if those are too many.
impl TryFrom<CompassEventInputDto> for Event {
    type Error = Violations;

    fn try_from(wire: CompassEventInputDto) -> Result<Self, Violations> {
        // Without `..`, so that a kind that the contract gains is no kind forgotten here.
        let CompassEventInputDto {
            alert,
            build,
            custom,
            deployment,
            flag,
            incident,
            lifecycle,
            pull_request,
            push,
            vulnerability,
        } = wire;
        let kinds = [
            (Kind::Alert, alert.map(|wire| Alert::checked(wire).map(Self::from))),
            (Kind::Build, build.map(|wire| Build::checked(wire).map(Self::from))),
            (Kind::Custom, custom.map(|wire| Custom::checked(wire).map(Self::from))),
            (Kind::Deployment, deployment.map(|wire| Deployment::checked(wire).map(Self::from))),
            (Kind::Flag, flag.map(|wire| Flag::checked(wire).map(Self::from))),
            (Kind::Incident, incident.map(|wire| Incident::checked(wire).map(Self::from))),
            (Kind::Lifecycle, lifecycle.map(|wire| Lifecycle::checked(wire).map(Self::from))),
            (Kind::PullRequest, pull_request.map(|wire| PullRequest::checked(wire).map(Self::from))),
            (Kind::Push, push.map(|wire| Push::checked(wire).map(Self::from))),
            (Kind::Vulnerability, vulnerability.map(|wire| Vulnerability::checked(wire).map(Self::from))),
        ];
        let mut present = kinds.into_iter().filter_map(|(kind, event)| Some((kind, event?)));
        let Some((first, event)) = present.next() else { return Err(not_one_kind("none")) };
        let others: Vec<_> = present.collect();
        if others.is_empty() {
            return event;
        }
        let names: Vec<_> =
            std::iter::once(first).chain(others.iter().map(|(kind, _)| *kind)).map(Kind::as_str).collect();
        let mut violations = not_one_kind(&names.join(" and "));
        let each = std::iter::once(event).chain(others.into_iter().map(|(_, event)| event));
        each.filter_map(Result::err).for_each(|more| violations.append(more));
        Err(violations)
    }
}

fn not_one_kind(kinds: &str) -> Violations {
    Violations::of(Violation::new("event", Rule::OneKind, &format!("of {kinds}")))
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        CompassEventInputDto::from(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        CompassEventInputDto::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

/// Accepts what the contract accepts as an event with one kind: the other kinds are absent or null, and fields that the
/// contract does not know are let pass.
impl JsonSchema for Event {
    fn schema_name() -> Cow<'static, str> {
        "Event".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let branches = Kind::ALL.map(|kind| {
            let mut properties: Map<_, _> =
                Kind::ALL.into_iter().map(|other| (other.to_string(), json!({ "type": "null" }))).collect();
            let mut own = schema_of(kind, generator);
            if let Some(fields) = never_null(kind) {
                // Beside the reference, which stays what it is.
                own.insert("properties".to_owned(), fields);
            }
            properties.insert(kind.to_string(), own.into());
            json!({ "type": "object", "properties": properties, "required": [kind.as_str()] })
        });
        json_schema!({ "description": "An event of exactly one kind.", "oneOf": branches })
    }
}

/// Fields that may be absent and, in the contract, not null: it names null as their type, but not among their values. The
/// generated schema makes no difference there between the two.
fn never_null(kind: Kind) -> Option<Value> {
    let not_null = json!({ "not": { "type": "null" } });
    match kind {
        Kind::Alert => {
            let fields = json!({ "priority": not_null, "status": not_null });
            Some(json!({ "alertProperties": { "properties": fields } }))
        }
        Kind::Incident => {
            let severity = json!({ "properties": { "level": not_null } });
            Some(json!({ "incidentProperties": { "properties": { "severity": severity } } }))
        }
        Kind::Build
        | Kind::Custom
        | Kind::Deployment
        | Kind::Flag
        | Kind::Lifecycle
        | Kind::PullRequest
        | Kind::Push
        | Kind::Vulnerability => None,
    }
}

/// The contract's schema of a kind.
fn schema_of(kind: Kind, generator: &mut SchemaGenerator) -> Schema {
    match kind {
        Kind::Alert => generator.subschema_for::<wire::CompassCreateAlertEventInputDto>(),
        Kind::Build => generator.subschema_for::<wire::CompassCreateBuildEventInputDto>(),
        Kind::Custom => generator.subschema_for::<wire::CompassCreateCustomEventInputDto>(),
        Kind::Deployment => generator.subschema_for::<wire::CompassCreateDeploymentEventInputDto>(),
        Kind::Flag => generator.subschema_for::<wire::CompassCreateFlagEventInputDto>(),
        Kind::Incident => generator.subschema_for::<wire::CompassCreateIncidentEventInputDto>(),
        Kind::Lifecycle => generator.subschema_for::<wire::CompassCreateLifecycleEventInputDto>(),
        Kind::PullRequest => generator.subschema_for::<wire::CompassCreatePullRequestEventInputDto>(),
        Kind::Push => generator.subschema_for::<wire::CompassCreatePushEventInputDto>(),
        Kind::Vulnerability => generator.subschema_for::<wire::CompassCreateVulnerabilityEventInputDto>(),
    }
}
