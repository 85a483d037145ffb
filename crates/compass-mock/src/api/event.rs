//! `POST /compass/v1/events`

use http::StatusCode;
use serde_json::{Number, Value};

use super::{Call, Done, Refusal, text_of, unknown_component};
use crate::ari::Resource;
use crate::contract::ErrorType;
use crate::kind::EventKind;
use crate::received::{Outcome, ReceivedEvent};
use crate::state::{SourceError, SourceKey, weight};

pub(super) fn create(mut call: Call<'_>) -> Result<Done, Refusal> {
    let mut request = call.object()?;
    let cloud_id = text_of(&mut request, "cloudId").ok_or_else(|| Refusal::broken_contract("cloudId"))?;
    if cloud_id.is_empty() {
        return Err(Refusal::bad_request(ErrorType::MissingCloudId, "Field [cloudId] is empty."));
    }
    call.check_cloud_id(&cloud_id, "cloudId")?;
    let component_id = text_of(&mut request, "componentId");
    let component = match &component_id {
        Some(id) => Some(call.ari(id, "componentId", Resource::Component, ErrorType::ComponentAriInvalid)?),
        None => None,
    };
    if let Some(component) = component.as_ref().filter(|ari| !call.shared.components.has(ari)) {
        return Err(unknown_component(component));
    }
    let mut events = request.remove("event").ok_or_else(|| Refusal::broken_contract("an event"))?;
    let kind = EventKind::ALL.into_iter().find(|kind| events.get(kind.as_str()).is_some_and(Value::is_object));
    let (Some(kind), Some(events)) = (kind, events.as_object_mut()) else {
        return Err(Refusal::broken_contract("an event of a kind"));
    };
    let Some(Value::Object(event)) = events.remove(kind.as_str()) else {
        return Err(Refusal::broken_contract("an event of a kind"));
    };

    let text = |field: &str| event.get(field).and_then(Value::as_str);
    let source = text("externalEventSourceId").map(|id| SourceKey { id: id.to_owned(), kind });
    let entity = kind.entity(&event).map(str::to_owned);
    let sequence_number = event.get("updateSequenceNumber").and_then(Value::as_number).map(sequence_number);
    let key = match (&source, &entity) {
        // As JSON, so that no two texts make one key with those of another event.
        (Some(source), Some(entity)) => Some(Value::from_iter([&*source.id, kind.as_str(), entity]).to_string()),
        (None, _) | (_, None) => None,
    };
    let name = component.as_ref().and_then(|ari| call.shared.components.named(ari)).map(|named| named.name.clone());
    let received = ReceivedEvent {
        id: 0,
        received_at: call.shared.clock.utc(),
        outcome: Outcome::Saved,
        reason: None,
        kind,
        key,
        component_id,
        component_name: name,
        event_source: source.as_ref().map(|source| source.id.clone()),
        entity,
        sequence_number,
        cloud_id,
        user: call.user,
        event: Value::Object(event),
    };
    let weight = weight(&received.event);
    // In a statement of its own, so that what is forgotten is dropped outside of the lock.
    let accepted = call.shared.state().accept_event(received, component.as_ref(), source.as_ref(), weight);
    match accepted {
        Ok(forgotten) => {
            drop(forgotten);
            Ok((StatusCode::ACCEPTED, None))
        }
        Err(SourceError::NotFound) => {
            let message = "There is no event source of this externalEventSourceId and kind. Name a component, or create \
                           the event source first.";
            Err(Refusal::not_found(ErrorType::CreateEventSourceNotFound, message))
        }
        Err(SourceError::TooMany) => {
            let message = "The component has 20 event sources, which is as many as it can have.";
            Err(Refusal::new(StatusCode::CONFLICT, ErrorType::AttachedEventSourceLimitReached, message))
        }
    }
}

/// To the contract `1.0` and `1e30` are integers as well. What is too large for an `int64` is the largest.
fn sequence_number(number: &Number) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, as it should")]
    let of_float = |float: f64| float as i64;
    let integer = number.as_i64().or_else(|| number.as_u64().map(|_| i64::MAX));
    integer.or_else(|| number.as_f64().map(of_float)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_of_any_spelling() {
        for (text, expected) in [
            ("5", 5),
            ("-5", -5),
            ("5.0", 5),
            ("1e3", 1000),
            ("9223372036854775808", i64::MAX),
            ("1e30", i64::MAX),
            ("-1e30", i64::MIN),
        ] {
            assert_eq!(sequence_number(&serde_json::from_str(text).unwrap()), expected, "{text}");
        }
    }
}
