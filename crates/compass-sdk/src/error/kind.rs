//! Kinds of failures.

use http::StatusCode;

/// What kind of failure an [`Error`](crate::Error) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built from what it was given.
    Configuration,
    /// The client refused to send it: a file that the API would not take, a part of a path that would lead elsewhere.
    Invalid,
    /// The API found the request invalid: 400, 422 and what else it refuses for what the request is.
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
    /// An answer that the operation does not have: another success, a redirect, a body that is no JSON, a page for people.
    UnexpectedResponse,
}

impl ErrorKind {
    /// The kind that a status means which is not the operation's success.
    pub(crate) fn of_status(status: StatusCode) -> Self {
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
