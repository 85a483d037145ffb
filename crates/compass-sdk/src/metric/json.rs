//! Metrics on the wire and back: the body that the contract has for `insertMetricValue`.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use compass_api::types::{
    InsertMetricByMetricDefinitionRequestDto, InsertMetricByMetricSourceRequestDto, InsertMetricValueBody,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Value, from_value, json};

use super::{Metric, MetricTarget};
use crate::ari::{Ari, Resource};
use crate::event::WebUrl;
use crate::validation::{Checks, Rule, Violation, Violations, quoted};

impl From<&Metric> for InsertMetricValueBody {
    fn from(metric: &Metric) -> Self {
        let Metric { target, value, timestamp, title, url, annotation } = metric.clone();
        // The contract has the document as a text.
        let annotation = annotation.map(|annotation| annotation.to_string());
        let url = url.map(String::from);
        match target {
            MetricTarget::Source(source) => InsertMetricByMetricSourceRequestDto {
                annotation,
                metric_source_id: source.into(),
                timestamp,
                title,
                url,
                value,
            }
            .into(),
            MetricTarget::Definition { definition, component } => InsertMetricByMetricDefinitionRequestDto {
                annotation,
                component_id: component.into(),
                metric_definition_id: definition.into(),
                timestamp,
                title,
                url,
                value,
            }
            .into(),
        }
    }
}

/// Checks a metric off the wire.
impl TryFrom<InsertMetricValueBody> for Metric {
    type Error = Violations;

    fn try_from(wire: InsertMetricValueBody) -> Result<Self, Violations> {
        let mut checks = Checks::new("");
        let (target, rest) = match wire {
            InsertMetricValueBody::SourceRequestDto(wire) => {
                let InsertMetricByMetricSourceRequestDto { annotation, metric_source_id, timestamp, title, url, value } =
                    wire;
                let target = ari(&mut checks, "metricSourceId", metric_source_id).map(MetricTarget::Source);
                (target, Rest { annotation, timestamp, title, url, value })
            }
            InsertMetricValueBody::DefinitionRequestDto(wire) => {
                let InsertMetricByMetricDefinitionRequestDto {
                    annotation,
                    component_id,
                    metric_definition_id,
                    timestamp,
                    title,
                    url,
                    value,
                } = wire;
                let definition = ari(&mut checks, "metricDefinitionId", metric_definition_id);
                let component = ari(&mut checks, "componentId", component_id);
                let both = definition.zip(component);
                let target = both.map(|(definition, component)| MetricTarget::Definition { definition, component });
                (target, Rest { annotation, timestamp, title, url, value })
            }
        };
        rest.checked(checks, target)
    }
}

/// The fields that both bodies have.
struct Rest {
    annotation: Option<String>,
    timestamp: Option<DateTime<Utc>>,
    title: Option<String>,
    url: Option<String>,
    value: f64,
}

impl Rest {
    fn checked(self, mut checks: Checks, target: Option<MetricTarget>) -> Result<Metric, Violations> {
        let Self { annotation, timestamp, title, url, value } = self;
        checks.web_url("url", url.as_deref());
        let url = url.and_then(|url| WebUrl::parse(url).ok());
        // What is no JSON is no document either, and is told as such.
        let annotation = annotation.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)));
        Metric::check(&mut checks, value, timestamp, annotation.as_ref());
        match target {
            Some(target) => checks.finish(Metric { target, value, timestamp, title, url, annotation }),
            None => Err(checks.violations()),
        }
    }
}

fn ari<R: Resource>(checks: &mut Checks, path: &str, text: String) -> Option<Ari<R>> {
    match Ari::try_from(text) {
        Ok(ari) => Some(ari),
        Err(error) => {
            checks.violated(path, Rule::Ari, &format!("{} ({error})", quoted(error.text())));
            None
        }
    }
}

impl Serialize for Metric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        InsertMetricValueBody::from(self).serialize(serializer)
    }
}

/// By hand, because untagged enums say neither which field is missing, nor that both ways to say where the value goes are
/// there.
impl<'de> Deserialize<'de> for Metric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Value::deserialize(deserializer)?;
        let body = if is_for_source(&json).map_err(de::Error::custom)? {
            from_value::<InsertMetricByMetricSourceRequestDto>(json).map(InsertMetricValueBody::from)
        } else {
            from_value::<InsertMetricByMetricDefinitionRequestDto>(json).map(InsertMetricValueBody::from)
        };
        body.map_err(de::Error::custom)?.try_into().map_err(de::Error::custom)
    }
}

/// Whether the value goes to a metric source, or else to a metric definition and a component, as its IDs say.
fn is_for_source(json: &Value) -> Result<bool, Violations> {
    let has = |name| json.get(name).is_some_and(|id| !id.is_null());
    let wrong = |what| Err(Violations::of(Violation::new("metric", Rule::OneTarget, what)));
    match (has("metricSourceId"), has("metricDefinitionId")) {
        (true, true) if has("componentId") => wrong("with all three"),
        (true, _) => Ok(true),
        (false, true) => Ok(false),
        (false, false) if !json.is_object() => wrong("no object"),
        (false, false) => wrong("without them"),
    }
}

/// Accepts what the contract accepts as the body of `insertMetricValue`. Reading takes less: no metric that breaks a
/// [rule](Rule).
impl JsonSchema for Metric {
    fn schema_name() -> Cow<'static, str> {
        "Metric".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        // The contract has exactly one of them, and no null; the schema of the generated types says at least one, and
        // takes null for absence.
        let not_null = json!({ "not": { "type": "null" } });
        json_schema!({
            "properties": { "annotation": not_null, "timestamp": not_null, "title": not_null, "url": not_null },
            "oneOf": [
                generator.subschema_for::<InsertMetricByMetricSourceRequestDto>(),
                generator.subschema_for::<InsertMetricByMetricDefinitionRequestDto>(),
            ]
        })
    }
}
