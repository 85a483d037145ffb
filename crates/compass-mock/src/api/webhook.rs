//! `POST /compass/v1/webhooks/{webhookId}`

use http::StatusCode;
use serde_json::Value;

use super::{Call, Done, Refusal};
use crate::contract::{Body, ErrorType};
use crate::received::ReceivedWebhook;
use crate::state::weight;

pub(super) fn call(mut call: Call<'_>) -> Result<Done, Refusal> {
    let webhook_id = call.parameter("webhookId")?.to_owned();
    if !call.shared.components.has_webhook(&webhook_id) {
        return Err(Refusal::not_found(ErrorType::ArgumentInvalid, "There is no such webhook."));
    }
    let payload = match std::mem::replace(&mut call.body, Body::None) {
        Body::Json(payload) => payload,
        Body::None | Body::Form(_) => Value::Null,
    };
    let weight = weight(&payload);
    let received = ReceivedWebhook { id: 0, received_at: call.shared.clock.utc(), webhook_id, payload };
    let forgotten = call.shared.state().store_webhook(received, weight);
    drop(forgotten);
    Ok((StatusCode::ACCEPTED, None))
}
