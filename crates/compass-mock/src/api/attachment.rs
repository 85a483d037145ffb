//! `GET`, `PUT` and `DELETE /compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}`

use chrono::{DateTime, SecondsFormat, Utc};
use http::StatusCode;
use serde_json::{Value, json};

use super::upload::{self, Format};
use super::{Call, Done, Refusal};
use crate::contract::ErrorType;
use crate::received::Slot;

pub(super) fn upload(mut call: Call<'_>) -> Result<Done, Refusal> {
    let (slot, key) = enabled(&call)?;
    let part = upload::file(&mut call)?;
    if Format::of(&part).is_none() {
        let message = "An attachment is JSON, YAML or XML, by the extension of its name or by its media type.";
        return Err(Refusal::unprocessable(message));
    }
    let id = upload::store(&call, slot, None, part);
    let stored = call.shared.state().file(id);
    // Where nothing is kept, it is gone already.
    let at = stored.map_or_else(|| call.shared.clock.utc(), |file| file.received_at);
    Ok((StatusCode::OK, Some(shown(&call, id, &key, at))))
}

pub(super) fn get(call: &Call<'_>) -> Result<Done, Refusal> {
    let (slot, key) = enabled(call)?;
    let file = call.shared.state().stored_file(&slot).ok_or_else(|| absent(&key))?;
    Ok((StatusCode::OK, Some(shown(call, file.id, &key, file.received_at))))
}

pub(super) fn delete(call: &Call<'_>) -> Result<Done, Refusal> {
    let (slot, key) = enabled(call)?;
    if call.shared.state().delete_file(&slot) { Ok((StatusCode::OK, None)) } else { Err(absent(&key)) }
}

/// Where the attachment is, and its key, if its app may have any and its component is there.
fn enabled(call: &Call<'_>) -> Result<(Slot, String), Refusal> {
    let app = call.parameter("forgeAppId")?;
    if !call.shared.attachments && !call.shared.components.attachments.contains(app) {
        return Err(Refusal::forbidden(format!("Attachments are not enabled for the app {app:?}.")));
    }
    let component = call.known_component()?;
    let key = call.parameter("key")?.to_owned();
    let component_id = component.to_string();
    Ok((Slot::Attachment { component_id, forge_app_id: app.to_owned(), key: key.clone() }, key))
}

fn shown(call: &Call<'_>, id: u64, key: &str, at: DateTime<Utc>) -> Value {
    json!({
        "name": key,
        "url": format!("{}/__mock/files/{id}", call.shared.origin),
        "lastModifiedAt": at.to_rfc3339_opts(SecondsFormat::Millis, true),
    })
}

fn absent(key: &str) -> Refusal {
    Refusal::not_found(ErrorType::ArgumentInvalid, format!("There is no attachment {key:?}."))
}
