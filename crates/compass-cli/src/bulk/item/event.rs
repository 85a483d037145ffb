//! Events off a record.

use compass_api::types::CompassEventInputDto;
use compass_sdk::Event;
use compass_sdk::ari::{CloudId, ComponentAri};
use compass_sdk::event::Target;
use compass_sdk::validation::Rule;
use serde::Deserialize;

use super::{Broken, Item, Problem, Text};

/// The request's body of the contract; whom it is for may be left open.
#[derive(Deserialize)]
struct Request {
    #[serde(rename = "cloudId")]
    cloud_id: Option<String>,
    #[serde(rename = "componentId")]
    component: Option<String>,
    event: CompassEventInputDto,
}

/// The event of a request, and whom it is for.
pub(super) fn of_request(text: Text<'_>) -> Result<Item, Vec<Problem>> {
    let request: Request = text.parse("")?;
    let mut problems = Vec::new();
    let target = target(text, request.cloud_id.as_deref(), request.component.as_deref(), &mut problems);
    match checked(text, "event", request.event) {
        Ok(event) if problems.is_empty() => Ok(Item::Event(target, Box::new(event))),
        Ok(_) => Err(problems),
        Err(violations) => {
            problems.extend(violations);
            Err(problems)
        }
    }
}

/// An event that stands alone.
pub(super) fn bare(text: Text<'_>, prefix: &str) -> Result<Event, Vec<Problem>> {
    checked(text, prefix, text.parse(prefix)?)
}

fn checked(text: Text<'_>, prefix: &str, wire: CompassEventInputDto) -> Result<Event, Vec<Problem>> {
    Event::try_from(wire).map_err(|violations| {
        violations.iter().map(|violation| Problem::of_violation(text.line, prefix, violation)).collect()
    })
}

fn target(
    text: Text<'_>,
    cloud_id: Option<&str>,
    component: Option<&str>,
    problems: &mut Vec<Problem>,
) -> Option<Target> {
    let cloud_id = cloud_id.and_then(|id| match id.parse::<CloudId>() {
        Ok(id) => Some(id),
        Err(error) => {
            problems.push(text.problem(Broken::CloudId, error.to_string()).at("cloudId"));
            None
        }
    });
    let component = component.and_then(|id| match id.parse::<ComponentAri>() {
        Ok(id) => Some(id),
        Err(error) => {
            problems.push(text.problem(Broken::Rule(Rule::Ari), error.to_string()).at("componentId"));
            None
        }
    });
    match (cloud_id, component) {
        (Some(site), Some(component)) => {
            let own = component.cloud_id();
            if !own.as_str().eq_ignore_ascii_case(site.as_str()) {
                let message = format!("must be of the site that cloudId names; is of {own}, not of {site}");
                problems.push(text.problem(Broken::SameSite, message).at("componentId"));
            }
            Some(Target::Component(component))
        }
        (None, Some(component)) => Some(Target::Component(component)),
        (Some(site), None) => Some(Target::EventSource(site)),
        (None, None) => None,
    }
}
