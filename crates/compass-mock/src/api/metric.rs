//! `POST /compass/v1/metrics`

use chrono::SecondsFormat;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Call, Done, Refusal, text_of, unknown_component};
use crate::ari::{Ari, Resource};
use crate::contract::ErrorType;
use crate::received::ReceivedMetric;

pub(super) fn insert(mut call: Call<'_>) -> Result<Done, Refusal> {
    let mut request = call.object()?;
    let Some(Value::Number(value)) = request.remove("value") else {
        return Err(Refusal::broken_contract("a value"));
    };
    let metric_definition_id = text_of(&mut request, "metricDefinitionId");
    let component_id = text_of(&mut request, "componentId");
    let metric_source_id = match text_of(&mut request, "metricSourceId") {
        Some(id) => {
            known_source(&call, &id)?;
            id
        }
        None => source_of(&call, metric_definition_id.as_deref(), component_id.as_deref())?.to_string(),
    };
    let now = call.shared.clock.utc();
    let metric = ReceivedMetric {
        id: 0,
        received_at: now,
        metric_source_id,
        metric_definition_id,
        component_id,
        value,
        timestamp: text_of(&mut request, "timestamp")
            .unwrap_or_else(|| now.to_rfc3339_opts(SecondsFormat::Millis, true)),
        annotation: text_of(&mut request, "annotation"),
        title: text_of(&mut request, "title"),
        url: text_of(&mut request, "url"),
        user: call.user,
    };
    let answer = json!({
        "metricSourceId": metric.metric_source_id,
        "value": metric.value,
        "timestamp": metric.timestamp,
        "annotation": metric.annotation,
    });
    let forgotten = call.shared.state().store_metric(metric, call.length);
    drop(forgotten);
    Ok((StatusCode::OK, Some(answer)))
}

fn known_source(call: &Call<'_>, id: &str) -> Result<(), Refusal> {
    let source = call.ari(id, "metricSourceId", Resource::MetricSource, ErrorType::ArgumentInvalid)?;
    if call.shared.components.has_metric_source(&source) {
        Ok(())
    } else {
        Err(Refusal::not_found(ErrorType::ArgumentInvalid, format!("There is no metric source {source}.")))
    }
}

/// The metric source that a metric definition and a component make.
fn source_of(call: &Call<'_>, definition: Option<&str>, component: Option<&str>) -> Result<Ari, Refusal> {
    let (Some(definition), Some(component)) = (definition, component) else {
        return Err(Refusal::broken_contract("a metric source, or metric definition and component"));
    };
    let definition =
        call.ari(definition, "metricDefinitionId", Resource::MetricDefinition, ErrorType::ArgumentInvalid)?;
    let component = call.ari(component, "componentId", Resource::Component, ErrorType::ArgumentInvalid)?;
    if !call.shared.components.has(&component) {
        return Err(unknown_component(&component));
    }
    if !call.shared.components.has_metric_definition(&definition) {
        let message = format!("There is no metric definition {definition}.");
        return Err(Refusal::not_found(ErrorType::ArgumentInvalid, message));
    }
    Ok(Ari::metric_source_of(&definition, &component))
}
