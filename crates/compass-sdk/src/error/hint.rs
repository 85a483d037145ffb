//! What to do about failures that people meet.

use super::{Error, ErrorKind};

/// What to do about types of API errors (NOTES: "Error types known for REST callers").
const OF_TYPES: [(&str, &str); 11] = [
    (
        "CREATE_EVENT_SOURCE_NOT_FOUND",
        "without a component, the event source must exist and be attached beforehand: name a component as the target, and \
         Compass makes the source",
    ),
    (
        "ATTACHED_EVENT_SOURCE_LIMIT_REACHED",
        "a component takes at most 20 event sources: use one that stays the same for each tool and repository \
         (`EventSource::of`), not a new one for each run",
    ),
    ("COMPONENT_NOT_FOUND", "check the component's ID: Compass has none like this, or the user may not see it"),
    ("COMPONENT_ARI_INVALID", "check that the ID is that of a component, and of this site"),
    ("CLOUD_ID_INVALID", "check that the IDs belong to this site"),
    ("MISSING_CLOUD_ID", "check the site: the request did not reach one with a cloud ID"),
    ("COMPASS_NOT_AVAILABLE", "the site has no Compass: check the site"),
    ("PERMISSION_DENIED", "the token's user may not do this: give the user access to the component or to Compass"),
    ("STORE_CONFLICT_EXCEPTION", "somebody else changed the same thing at the same time: try again later"),
    (
        "ONE_OF_DIRECTIVE_VALIDATION_ERROR",
        "an event has exactly one kind: use `Event`, which cannot have another number",
    ),
    ("INTERNAL_SERVER_ERROR", "the API failed: try again later"),
];

pub(super) fn hint(error: &Error) -> Option<&'static str> {
    let kinds = error.api_errors();
    let of_type = kinds.iter().find_map(|known| OF_TYPES.iter().find(|(kind, _)| *kind == known.kind));
    if let Some((_, hint)) = of_type {
        return Some(hint);
    }
    match error.kind() {
        ErrorKind::Authentication => {
            Some("check email and API token (COMPASS_EMAIL, COMPASS_API_TOKEN): tokens end, and belong to one email")
        }
        ErrorKind::Permission => Some("the token's user may not do this, or the site does not know the user"),
        ErrorKind::NotFound if kinds.is_empty() => Some("check the site or base URL: this is not the API's own answer"),
        ErrorKind::RateLimited => {
            Some("a user has 100 requests a minute in all: share one client, and do not run others for the same user")
        }
        ErrorKind::UnexpectedResponse if error.status().is_some_and(|status| status.is_redirection()) => {
            Some("the server sends elsewhere, which is not followed: check the site or base URL")
        }
        ErrorKind::UnexpectedResponse => {
            Some("check the site or base URL: something between it and the client answers instead")
        }
        ErrorKind::Transport if !error.may_have_been_sent() => {
            Some("check the site or base URL, the network and the proxy")
        }
        _ => None,
    }
}
