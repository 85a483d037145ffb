//! What a fault does to an answer.

use std::fmt;
use std::future;
use std::io;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{HeaderValue, Response, header};
use http_body_util::StreamBody;
use hyper::body::Frame;

use super::{Answer, End, Fault};

/// How the connection is to end, without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// In good order (TCP FIN).
    Close,
    /// TCP RST.
    Reset,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Close => "the connection is closed, as the fault wants it",
            Self::Reset => "the connection is reset, as the fault wants it",
        })
    }
}

impl std::error::Error for NoAnswer {}

/// An answer, or none.
pub(crate) type Applied = Result<Response<Body>, NoAnswer>;

impl Fault {
    /// Lets a request meet the fault. `process` is what answers it as usual, and is not called where the request is not
    /// to be processed.
    pub(crate) async fn apply(self, process: impl AsyncFnOnce() -> Response<Bytes>) -> Applied {
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let answer = async || match self.answer {
            Some(answer) => answer.into_response(),
            None => process().await,
        };
        match self.end {
            End::Whole => Ok(answer().await.map(Body::from)),
            End::Truncated => {
                let answer = answer().await;
                let half = answer.body().len() / 2;
                // Of an empty body nothing can be missing: one byte is promised and does not come.
                Ok(cut(answer, half, 1))
            }
            End::Unfinished => {
                let answer = answer().await;
                let (whole, more) = (answer.body().len(), answer.body().len() + 1);
                Ok(cut(answer, whole, more))
            }
            End::Closed => Err(NoAnswer::Close),
            End::ResetBefore => Err(NoAnswer::Reset),
            End::ResetAfter => {
                drop(answer().await);
                Err(NoAnswer::Reset)
            }
            End::Silent => future::pending().await,
        }
    }
}

impl Answer {
    fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

/// The answer with its whole length announced, or at least this one, and so many bytes of its body.
fn cut(response: Response<Bytes>, sent: usize, announced: usize) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len().max(announced)));
    let sent = body.slice(..sent);
    // Hyper flushes when there is nothing to do; without that, it would drop status and body with the connection.
    let cut_later = async {
        tokio::task::yield_now().await;
        Err(io::Error::other("cut, as the fault wants it"))
    };
    let frames = stream::iter([Ok(Frame::data(sent))]).chain(stream::once(cut_later));
    Response::from_parts(head, Body::new(StreamBody::new(frames)))
}
