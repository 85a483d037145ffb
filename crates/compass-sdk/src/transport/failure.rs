//! What a failed attempt means.

use std::error::Error as StdError;
use std::time::Duration;

use compass_api::Error as ApiFailure;

use super::wire::Seen;
use crate::delivery::retry::Failure;
use crate::error::{ErrorKind, Failed, status_line};

/// An attempt that failed.
#[derive(Debug)]
pub(super) struct FailedAttempt {
    /// Its place in the table of retries; none for what was refused before it was sent.
    pub(super) failure: Option<Failure>,
    pub(super) error: Failed,
}

impl FailedAttempt {
    pub(super) fn new<E>(cause: ApiFailure<E>, seen: &Seen, retry_after: Option<Duration>) -> Self {
        let (what, source) = cause_of(cause);
        Self::of(what, source, seen, retry_after)
    }

    /// The promised status, with a page where the API says little or nothing.
    pub(super) fn page(seen: &Seen) -> Self {
        Self::of(Cause::Body, None, seen, None)
    }

    fn of(
        what: Cause,
        source: Option<Box<dyn StdError + Send + Sync>>,
        seen: &Seen,
        retry_after: Option<Duration>,
    ) -> Self {
        if let Cause::Refused(reason) = what {
            return Self { failure: None, error: Failed::before_sending(ErrorKind::Invalid, reason) };
        }
        let (failure, kind, message) = match (seen.status, what) {
            (Some(status), _) if !status.is_success() => {
                let failure = Failure::of_status(status, retry_after.is_some());
                (failure, ErrorKind::of_answer(status, &seen.body), status_line(status))
            }
            (Some(status), Cause::Unexpected) => {
                let message = format!("{status}, which is not the success that the contract promises");
                (Failure::UnexpectedStatus, ErrorKind::UnexpectedResponse, message)
            }
            (Some(status), Cause::Timeout) => {
                let message = format!("{status}, but its body did not end in time");
                (Failure::UnreadableResponse, ErrorKind::Timeout, message)
            }
            (Some(status), Cause::Body) => {
                let message = format!("{status}, but its body is not what the contract promises");
                (Failure::UnreadableResponse, ErrorKind::UnexpectedResponse, message)
            }
            (Some(status), _) => {
                let message = format!("{status}, but its body is cut off");
                (Failure::UnreadableResponse, ErrorKind::Transport, message)
            }
            (None, Cause::NotConnected) => (Failure::NotConnected, ErrorKind::Transport, "no connection".to_owned()),
            (None, Cause::Timeout) => (Failure::NoResponse, ErrorKind::Timeout, "no answer in time".to_owned()),
            (None, _) if !seen.was_sent => {
                (Failure::NotConnected, ErrorKind::Transport, "the request could not be sent".to_owned())
            }
            (None, _) => {
                (Failure::NoResponse, ErrorKind::Transport, "the connection ended without an answer".to_owned())
            }
        };
        let error = Failed {
            retry_after,
            may_have_been_sent: crate::delivery::retry::may_have_been_processed(failure),
            source,
            ..Failed::before_sending(kind, message)
        }
        .answered(seen.status, &seen.body);
        Self { failure: Some(failure), error }
    }
}

/// What the generated client says, apart from the response.
enum Cause {
    Refused(String),
    NotConnected,
    Timeout,
    Connection,
    Body,
    Unexpected,
}

fn cause_of<E>(cause: ApiFailure<E>) -> (Cause, Option<Box<dyn StdError + Send + Sync>>) {
    match cause {
        ApiFailure::InvalidRequest(reason) | ApiFailure::Custom(reason) => (Cause::Refused(reason), None),
        ApiFailure::CommunicationError(error)
        | ApiFailure::InvalidUpgrade(error)
        | ApiFailure::ResponseBodyError(error) => {
            let error = error.without_url();
            let cause = if error.is_builder() {
                Cause::Refused(format!("the request cannot be made: {error}"))
            } else if error.is_connect() {
                Cause::NotConnected
            } else if error.is_timeout() {
                Cause::Timeout
            } else {
                Cause::Connection
            };
            (cause, Some(Box::new(error)))
        }
        ApiFailure::InvalidResponsePayload(_, error) => (Cause::Body, Some(Box::new(error))),
        ApiFailure::ErrorResponse(_) | ApiFailure::UnexpectedResponse(_) => (Cause::Unexpected, None),
    }
}
