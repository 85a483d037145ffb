//! Kinds of failures.

use http::StatusCode;

use crate::transport::is_page;

/// What kind of failure an [`Error`](crate::Error) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built from what it was given.
    Configuration,
    /// The client refused to send it: a file that the API would not take, a part of a path that would lead elsewhere.
    Invalid,
    /// The API found the request invalid: 400, 422 and what else it refuses for what the request is. Here and in the
    /// next ones, the status of a page for people does not count: see [`UnexpectedResponse`](Self::UnexpectedResponse).
    Validation,
    /// No or wrong credentials: 401.
    Authentication,
    /// The user may not do this: 403.
    Permission,
    /// What the request speaks of does not exist: 404, 410.
    NotFound,
    /// It contradicts what is there: 409, 412.
    Conflict,
    /// Too many requests: 429.
    RateLimited,
    /// The server or a gateway before it failed: 5xx.
    Server,
    /// No answer in time, or none to a gateway in time: 408, 460, 499.
    Timeout,
    /// No connection, or one that ended without a whole answer.
    Transport,
    /// An answer that the operation does not have: another success, a redirect, a body that is no JSON, a page for people,
    /// also one that says 404 or another 4xx of what was asked.
    UnexpectedResponse,
}

impl ErrorKind {
    /// The kind that an answer means whose status is not the operation's success.
    ///
    /// What the API has against a request it says in JSON: a page that says 404 is of something on the way, and says
    /// nothing of the request. Of who may ask, such a gateway may well decide, and of its own state it knows best.
    pub(crate) fn of_answer(status: StatusCode, body: &[u8]) -> Self {
        match Self::of_status(status) {
            Self::NotFound | Self::Conflict | Self::Validation if is_page(body) => Self::UnexpectedResponse,
            kind => kind,
        }
    }

    fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Authentication,
            403 => Self::Permission,
            404 | 410 => Self::NotFound,
            409 | 412 => Self::Conflict,
            408 | 460 | 499 => Self::Timeout,
            429 => Self::RateLimited,
            400..=499 => Self::Validation,
            500..=599 => Self::Server,
            _ => Self::UnexpectedResponse,
        }
    }
}
