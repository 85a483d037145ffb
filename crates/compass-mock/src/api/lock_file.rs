//! `PUT` and `DELETE /compass/v1/package_dependencies/lock_file`

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::StatusCode;
use serde_json::{Map, Value};

use super::{Call, Done, Refusal, upload};
use crate::contract::ErrorType;
use crate::received::Slot;

/// "Smaller than 2 MB".
const LIMIT: usize = 2_000_000;
const NAME: &str = "package-lock.json";

const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

pub(super) fn upload(mut call: Call<'_>) -> Result<Done, Refusal> {
    let component = call.known_component()?;
    let part = upload::file(&mut call)?;
    if part.file_name.as_deref() != Some(NAME) {
        let name = part.file_name.as_deref().unwrap_or_default();
        return Err(Refusal::unprocessable(format!("The file must be named {NAME}, and is named {name:?}.")));
    }
    if part.content.len() >= LIMIT {
        let message = format!("The file has {} bytes, and must have less than {LIMIT}.", part.content.len());
        return Err(Refusal::unprocessable(message));
    }
    if let Err(error) = serde_json::from_slice::<Map<String, Value>>(&part.content) {
        return Err(Refusal::unprocessable(format!("The file is no JSON object: {error}.")));
    }
    let source_id = call.parameter("sourceId")?.to_owned();
    let base_source_url = call.parameter("baseSourceUrl")?.to_owned();
    let slot = Slot::LockFile { component_id: component.to_string(), source_id };
    upload::store(&call, slot, Some(base_source_url), part);
    Ok((StatusCode::OK, Some("The lock file was stored.".into())))
}

/// Nothing there is no reason to complain: what was wanted is so.
pub(super) fn delete(call: &Call<'_>) -> Result<Done, Refusal> {
    let component = call.component()?;
    let encoded = call.parameter("sourceId")?;
    let source_id = decode(encoded).ok_or_else(|| {
        let message = format!("Field [sourceId] is invalid. Expected Base64 of UTF-8, got {encoded:?}.");
        Refusal::bad_request(ErrorType::ArgumentInvalid, message)
    })?;
    call.known_component()?;
    call.shared.state().delete_file(&Slot::LockFile { component_id: component.to_string(), source_id });
    Ok((StatusCode::OK, Some("The lock file is deleted.".into())))
}

/// Either alphabet: standard Base64 has slashes, which some clients avoid in a path.
fn decode(encoded: &str) -> Option<String> {
    let bytes = STANDARD.decode(encoded).or_else(|_| URL_SAFE.decode(encoded)).ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_alphabet_with_or_without_padding() {
        for encoded in ["Pz8/YQ==", "Pz8/YQ", "Pz8_YQ==", "Pz8_YQ"] {
            assert_eq!(decode(encoded).as_deref(), Some("???a"), "{encoded}");
        }
        for wrong in ["a", "github:acme/shop", "/w==", "Pz8/YQ==="] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
