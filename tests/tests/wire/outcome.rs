//! What a caller gets, in one type for all operations.

use std::fmt;

use compass_api::{ByteStream, Error, ResponseValue, types};
use futures_util::TryStreamExt;

/// `Ok`, or the variant of the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ok,
    InvalidRequest,
    CommunicationError,
    InvalidUpgrade,
    ErrorResponse,
    ResponseBodyError,
    InvalidResponsePayload,
    UnexpectedResponse,
    Custom,
}

/// What a caller gets.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) kind: Kind,
    /// The status that the value or error tells.
    pub(crate) status: Option<u16>,
    /// The value, or what the error carries.
    pub(crate) content: String,
    /// All that an error says of itself in `Debug` and `Display`; nothing for a success.
    pub(crate) said: String,
}

impl Outcome {
    pub(crate) async fn of<T: Content, E: Content>(result: Result<ResponseValue<T>, Error<E>>) -> Self
    where
        Error<E>: std::error::Error,
    {
        let error = match result {
            Ok(value) => {
                let status = Some(value.status().as_u16());
                return Self { kind: Kind::Ok, status, content: value.into_inner().show().await, said: String::new() };
            }
            Err(error) => error,
        };
        let said = format!("{error:?}\n{error:#?}\n{error}\n{error:#}");
        let status = error.status().map(|status| status.as_u16());
        let (kind, content) = match error {
            Error::InvalidRequest(why) => (Kind::InvalidRequest, why),
            Error::CommunicationError(why) => (Kind::CommunicationError, phase(&why)),
            Error::InvalidUpgrade(why) => (Kind::InvalidUpgrade, phase(&why)),
            Error::ErrorResponse(value) => (Kind::ErrorResponse, value.into_inner().show().await),
            Error::ResponseBodyError(why) => (Kind::ResponseBodyError, phase(&why)),
            Error::InvalidResponsePayload(body, why) => {
                (Kind::InvalidResponsePayload, format!("{:?}: {why}", String::from_utf8_lossy(&body)))
            }
            Error::UnexpectedResponse(response) => {
                let body = response.text().await.map_err(|why| phase(&why));
                (Kind::UnexpectedResponse, body.map_or_else(|why| why, |body| format!("body {body:?}")))
            }
            Error::Custom(why) => (Kind::Custom, why),
        };
        Self { kind, status, content, said }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.map_or("no status".to_owned(), |status| status.to_string());
        write!(f, "{:?}, {status}: {}", self.kind, self.content)
    }
}

/// Where a request failed. The error's own text has the port in it, which is never the same.
fn phase(error: &reqwest::Error) -> String {
    let phases = [
        (error.is_builder(), "while it was built"),
        (error.is_connect(), "while it connected"),
        (error.is_request(), "while it was sent"),
        (error.is_body() || error.is_decode(), "while the body was read"),
    ];
    phases.iter().find(|(is, _)| *is).map_or_else(|| format!("{error:?}"), |(_, phase)| (*phase).to_owned())
}

/// What operations answer with.
pub(crate) trait Content: Send {
    fn show(self) -> impl Future<Output = String> + Send;
}

impl Content for ByteStream {
    async fn show(self) -> String {
        let mut stream = self.into_inner();
        let mut bytes = Vec::new();
        loop {
            match stream.try_next().await {
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => return format!("stream of {:?}", String::from_utf8_lossy(&bytes)),
                Err(why) => {
                    let bytes = String::from_utf8_lossy(&bytes);
                    return format!("stream of {bytes:?}, then failure {}", phase(&why));
                }
            }
        }
    }
}

/// In full, on one line.
macro_rules! shown_by_debug {
    ($($content:ty),+ $(,)?) => {$(
        impl Content for $content {
            async fn show(self) -> String {
                format!("{self:?}")
            }
        }
    )+};
}

shown_by_debug!(
    (),
    String,
    types::Attachment,
    types::EntitlementResponseDto,
    types::ErrorResponseDto,
    types::InsertMetricResponseDto,
);
