//! `PUT` and `DELETE /compass/v1/component/{componentId}/api_specs`

use http::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::upload::{self, Format};
use super::{Call, Done, Refusal};
use crate::contract::{ErrorType, Part};
use crate::received::Slot;

/// The keys by which OpenAPI and Swagger documents say what they are.
#[derive(Deserialize)]
struct Versions {
    openapi: Option<IgnoredAny>,
    swagger: Option<IgnoredAny>,
}

pub(super) fn upload(mut call: Call<'_>) -> Result<Done, Refusal> {
    let component = call.known_component()?;
    let part = upload::file(&mut call)?;
    check(&part)?;
    upload::store(&call, Slot::ApiSpec { component_id: component.to_string() }, None, part);
    Ok((StatusCode::OK, Some("The API specification was stored.".into())))
}

fn check(part: &Part) -> Result<(), Refusal> {
    let versions: Result<Versions, String> = match Format::of(part) {
        Some(Format::Json) => serde_json::from_slice(&part.content).map_err(|error| format!("no JSON object: {error}")),
        Some(Format::Yaml) => serde_saphyr::from_slice(&part.content).map_err(|error| {
            let message = error.to_string();
            format!("no YAML mapping: {}", message.lines().next().unwrap_or_default().trim_start_matches("error: "))
        }),
        Some(Format::Xml) | None => {
            let message = "An API specification is JSON or YAML, by the extension of its name or by its media type.";
            return Err(Refusal::unprocessable(message));
        }
    };
    let reason = match versions {
        Ok(Versions { openapi: None, swagger: None }) => "has neither openapi nor swagger at its top".to_owned(),
        Ok(_) => return Ok(()),
        Err(reason) => format!("is {reason}"),
    };
    Err(Refusal::bad_request(ErrorType::FormatInvalid, format!("The API specification {reason}.")))
}

pub(super) fn delete(call: &Call<'_>) -> Result<Done, Refusal> {
    let component = call.known_component()?;
    call.shared.state().delete_file(&Slot::ApiSpec { component_id: component.to_string() });
    Ok((StatusCode::OK, Some("The API specification is deleted.".into())))
}
