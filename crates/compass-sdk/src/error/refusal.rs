//! What a response that refuses says: the API's errors, or the first words of something else.

use std::fmt;

use compass_api::types::ErrorResponseDto;

/// Characters of a text that is not the API's which an error shows.
const LONGEST_LINE: usize = 200;

/// One error of the API. Its type is stable, its message is not (NOTES: "Errors").
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ApiError {
    /// Such as `COMPONENT_NOT_FOUND`; empty if the API left it out.
    pub kind: String,
    /// What the API says to people; empty if the API left it out.
    pub message: String,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = visible(&self.message);
        match (self.kind.is_empty(), message.is_empty()) {
            (false, false) => write!(f, "{}: {message}", visible(&self.kind)),
            (false, true) => f.write_str(&visible(&self.kind)),
            (true, _) => f.write_str(&message),
        }
    }
}

/// The API's errors in a body; none if it is something else.
pub(super) fn api_errors(body: &[u8]) -> Vec<ApiError> {
    let Ok(response) = serde_json::from_slice::<ErrorResponseDto>(body) else { return Vec::new() };
    let errors = response.errors.into_iter().flatten();
    errors
        .map(|error| ApiError { kind: error.type_.unwrap_or_default(), message: error.message.unwrap_or_default() })
        .filter(|error| !error.kind.is_empty() || !error.message.is_empty())
        .collect()
}

/// The first words of a body that is not the API's.
pub(super) fn first_line(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(visible(crate::validation::shortened(line, LONGEST_LINE).as_ref()))
}

/// The text without what would command a terminal.
fn visible(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
