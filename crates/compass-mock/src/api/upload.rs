//! What the operations that take a file have in common.

use super::{Call, Refusal};
use crate::contract::{Body, ErrorType, Part};
use crate::received::{FileOutcome, ReceivedFile, Slot};

/// What a file is written in, by its name or its media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Yaml,
    Xml,
}

impl Format {
    /// The name counts before the media type: many clients send every file as `application/octet-stream`.
    pub(super) fn of(part: &Part) -> Option<Self> {
        let extension =
            part.file_name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension);
        extension.and_then(Self::of_extension).or_else(|| part.media_type.as_deref().and_then(Self::of_media_type))
    }

    fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "yaml" | "yml" => Some(Self::Yaml),
            "xml" => Some(Self::Xml),
            _ => None,
        }
    }

    fn of_media_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/json" => Some(Self::Json),
            "application/yaml" | "application/x-yaml" | "text/yaml" | "text/x-yaml" => Some(Self::Yaml),
            "application/xml" | "text/xml" => Some(Self::Xml),
            other if other.ends_with("+json") => Some(Self::Json),
            other if other.ends_with("+yaml") => Some(Self::Yaml),
            other if other.ends_with("+xml") => Some(Self::Xml),
            _ => None,
        }
    }
}

/// The part named `file`. The contract demands it of a form; that there is a form it does not say.
pub(super) fn file(call: &mut Call<'_>) -> Result<Part, Refusal> {
    let parts = match std::mem::replace(&mut call.body, Body::None) {
        Body::Form(parts) => parts,
        Body::Json(_) | Body::None => Vec::new(),
    };
    parts.into_iter().find(|part| part.name == "file").ok_or_else(|| {
        Refusal::bad_request(ErrorType::FieldMissing, "The body is missing. Expected a form with the part [file].")
    })
}

/// Keeps a file in its slot, and returns it with its ID.
pub(super) fn store(call: &Call<'_>, slot: Slot, base_source_url: Option<String>, part: Part) -> u64 {
    let file = ReceivedFile {
        id: 0,
        received_at: call.shared.clock.utc(),
        outcome: FileOutcome::Stored,
        slot,
        base_source_url,
        file_name: part.file_name,
        media_type: part.media_type,
        length: part.content.len(),
        user: call.user.clone(),
        // A part of a larger body otherwise.
        content: bytes::Bytes::copy_from_slice(&part.content),
    };
    let (id, forgotten) = call.shared.state().store_file(file);
    drop(forgotten);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_name_or_media_type() {
        for (name, media_type, expected) in [
            (Some("a.json"), None, Some(Format::Json)),
            (Some("a.b.YML"), Some("application/octet-stream"), Some(Format::Yaml)),
            (Some("a.xml"), Some("application/json"), Some(Format::Xml)),
            (Some("a"), Some("Application/JSON; charset=utf-8"), Some(Format::Json)),
            (Some("a.txt"), Some("application/vnd.oai.openapi+json"), Some(Format::Json)),
            (None, Some("text/yaml"), Some(Format::Yaml)),
            (Some("json"), None, None),
            (Some("a.txt"), Some("text/plain"), None),
            (None, None, None),
        ] {
            let part = Part {
                name: "file".to_owned(),
                file_name: name.map(str::to_owned),
                media_type: media_type.map(str::to_owned),
                content: bytes::Bytes::new(),
            };
            assert_eq!(Format::of(&part), expected, "{name:?} {media_type:?}");
        }
    }
}
