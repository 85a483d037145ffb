//! An attempt that failed, as far as it matters to what follows.

use std::error::Error as StdError;
use std::time::Duration;

use compass_sdk::{Error, ErrorKind};

/// Bytes of a response's body that are kept.
const MOST_OF_A_BODY: usize = 2048;
/// What some servers begin a page in UTF-8 with.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Why a message has not been delivered, or not for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// What came.
    pub came: Came,
    /// How long the server asked to wait.
    pub retry_after: Option<Duration>,
    /// In a sentence, without secrets.
    pub message: String,
    /// The beginning of the response's body.
    pub body: String,
    /// Whether Compass may have it.
    pub may_have_arrived: bool,
}

/// What came of an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Came {
    /// Nothing, because nothing was sent: the message cannot be read, or the client refuses it.
    Refused,
    /// No response: no connection, or none that lasted, or not in time.
    Nothing,
    /// A response that is not the one that the contract promises.
    Response(u16, Body),
}

/// What a response's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// The API's errors.
    Api,
    /// A page for people: a login, a gateway's apology.
    Page,
    /// Nothing, or anything else.
    Other,
}

impl Failure {
    /// Nothing was sent.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Came::Refused, message, false)
    }

    /// No response came.
    pub fn nothing(message: impl Into<String>, may_have_arrived: bool) -> Self {
        Self::new(Came::Nothing, message, may_have_arrived)
    }

    /// A response came that is not the one that the contract promises. That Compass refused the message is certain for all but
    /// successes and server errors.
    pub fn response(status: u16, body: Body, message: impl Into<String>) -> Self {
        Self::new(Came::Response(status, body), message, !matches!(status, 400..=499))
    }

    fn new(came: Came, message: impl Into<String>, may_have_arrived: bool) -> Self {
        Self { came, retry_after: None, message: message.into(), body: String::new(), may_have_arrived }
    }

    /// The same where the server asked to wait.
    #[must_use]
    pub fn retry_after(self, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..self }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let came = match (error.status(), error.kind()) {
            (Some(status), _) => Came::Response(status.as_u16(), body_of(error)),
            (None, ErrorKind::Configuration | ErrorKind::Invalid) => Came::Refused,
            // The other kinds without a response: no connection, no time, no permit.
            (None, _) => Came::Nothing,
        };
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        let body = &error.body()[..error.body().len().min(MOST_OF_A_BODY)];
        Self {
            came,
            retry_after: error.retry_after(),
            message,
            body: String::from_utf8_lossy(body).into_owned(),
            may_have_arrived: error.may_have_been_sent(),
        }
    }
}

fn body_of(error: &Error) -> Body {
    if error.api_errors().is_empty() { without_errors(error.body()) } else { Body::Api }
}

/// What a body is that has none of the API's errors.
fn without_errors(body: &[u8]) -> Body {
    let text = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    if text.trim_ascii_start().starts_with(b"<") { Body::Page } else { Body::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_known_by_its_first_sign_behind_a_mark_and_white_space() {
        for page in ["<html>", "\u{feff}<!DOCTYPE html>", "\u{feff}\r\n <p>", " \n<p>"] {
            assert_eq!(without_errors(page.as_bytes()), Body::Page, "{page:?}");
        }
        for other in ["", "\u{feff}", "{}", "\u{feff}{\"a\": \"<\"}", "sorry <"] {
            assert_eq!(without_errors(other.as_bytes()), Body::Other, "{other:?}");
        }
    }
}
