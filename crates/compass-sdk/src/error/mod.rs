//! Why an operation failed, and what to do about it.

mod hint;
mod kind;
mod redact;
mod refusal;
#[cfg(test)]
mod tests;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use compass_api::Operation;
use http::StatusCode;

pub use self::kind::ErrorKind;
pub(crate) use self::redact::Secret;
pub use self::refusal::ApiError;

/// Bytes of a response's body that an error keeps.
const MOST_OF_A_BODY: usize = 4096;

/// The status and its name; the number alone where it has none, as those of a gateway's own making.
pub(crate) fn status_line(status: StatusCode) -> String {
    if status.canonical_reason().is_some() { status.to_string() } else { status.as_u16().to_string() }
}

/// Why an operation failed.
///
/// Whatever the server answered is kept: the status, the API's own errors, and the beginning of the body, be it JSON, a
/// gateway's HTML or nothing. `Display` is one line with all that helps, and ends with a hint where there is one. Neither
/// it nor `Debug` has credentials or the URL of the request: a webhook's is a secret, also where the server repeats it.
///
/// ```
/// use compass_sdk::{Compass, ErrorKind};
///
/// let error = Compass::builder().site("example").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Configuration);
/// assert!(error.to_string().contains("COMPASS_API_TOKEN"), "{error}");
/// ```
#[non_exhaustive]
pub struct Error(Box<Failed>);

/// What an error is made of.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) kind: ErrorKind,
    pub(crate) operation: Option<Operation>,
    /// What failed, without the status and the API's errors.
    pub(crate) message: String,
    pub(crate) status: Option<StatusCode>,
    /// The beginning of the body.
    pub(crate) body: Vec<u8>,
    /// The API's errors in all of it.
    pub(crate) api_errors: Vec<ApiError>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) is_retryable: bool,
    pub(crate) may_have_been_sent: bool,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failed {
    /// Something that was refused before anything was sent.
    pub(crate) fn before_sending(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            operation: None,
            message: message.into(),
            status: None,
            body: Vec::new(),
            api_errors: Vec::new(),
            retry_after: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            is_retryable: false,
            may_have_been_sent: false,
            source: None,
        }
    }

    /// The same with what came back, of which `body` is the whole.
    pub(crate) fn answered(self, status: Option<StatusCode>, body: &[u8]) -> Self {
        let kept = body[..body.len().min(MOST_OF_A_BODY)].to_vec();
        Self { status, body: kept, api_errors: refusal::api_errors(body), ..self }
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        Self(Box::new(failed))
    }
}

impl Error {
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Failed::before_sending(ErrorKind::Configuration, message).into()
    }

    pub(crate) fn invalid(operation: Operation, message: impl Into<String>) -> Self {
        Failed { operation: Some(operation), ..Failed::before_sending(ErrorKind::Invalid, message) }.into()
    }

    /// The same without a secret that the server may have repeated.
    pub(crate) fn without(mut self, secret: &Secret) -> Self {
        let failed = &mut *self.0;
        failed.body = secret.redacted(&failed.body);
        for error in &mut failed.api_errors {
            for text in [&mut error.kind, &mut error.message] {
                *text = String::from_utf8_lossy(&secret.redacted(text.as_bytes())).into_owned();
            }
        }
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed; none for what failed before there was one, such as reading the configuration.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        self.0.operation
    }

    /// The status of the last response, if one came.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The API's own errors in the last response: none where the body is not the API's.
    #[must_use]
    pub fn api_errors(&self) -> &[ApiError] {
        &self.0.api_errors
    }

    /// The first 4,096 bytes of the last response's body, as they came; of a webhook's without the webhook's ID.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// How long the server asked to wait before the next request (RFC 9110, section 10.2.3), counted from its response.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How often the request was sent, or tried to be.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The time from the call to this error, all waits included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Whether the same request may succeed later, and does no harm if it arrives twice: the
    /// [table of operations and failures](crate::retry) says so. The client itself has tried as often as its
    /// [policy](crate::RetryPolicy) lets it.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.is_retryable
    }

    /// Whether the server may have done what the request asks for: it got it, and did not refuse it. `false` is certain.
    #[must_use]
    pub fn may_have_been_sent(&self) -> bool {
        self.0.may_have_been_sent
    }

    /// What to do about it, for the failures that are known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        hint::hint(self)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = &*self.0;
        if let Some(operation) = failed.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&failed.message)?;
        let errors = &failed.api_errors;
        for error in errors {
            write!(f, ": {error}")?;
        }
        if errors.is_empty()
            && let Some(line) = refusal::first_line(&failed.body)
        {
            write!(f, ": {line}")?;
        }
        if failed.attempts > 1 {
            write!(f, " (after {} attempts in {:.1} s)", failed.attempts, failed.elapsed.as_secs_f64())?;
        }
        match self.hint() {
            Some(hint) => write!(f, "; hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = &*self.0;
        f.debug_struct("Error")
            .field("kind", &failed.kind)
            .field("operation", &failed.operation)
            .field("message", &failed.message)
            .field("status", &failed.status)
            .field("body", &String::from_utf8_lossy(&failed.body))
            .field("retry_after", &failed.retry_after)
            .field("attempts", &failed.attempts)
            .field("elapsed", &failed.elapsed)
            .field("is_retryable", &failed.is_retryable)
            .field("may_have_been_sent", &failed.may_have_been_sent)
            .field("source", &failed.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
