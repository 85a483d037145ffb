//! Failures on demand.
//!
//! - `plan`: which request meets which fault.
//! - `json`: faults as the admin route reads and shows them.
//! - `apply`: what a fault does to an answer.

mod apply;
mod json;
mod plan;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

pub(crate) use apply::{Applied, NoAnswer};
pub(crate) use json::FaultRequest;
pub(crate) use plan::Plan;

use crate::contract::OperationId;

/// What happens to a request instead of, or besides, what should.
///
/// ```
/// use std::time::Duration;
///
/// use compass_mock::Fault;
/// use serde_json::json;
///
/// let unavailable = Fault::status(503).with_header("retry-after", "7");
/// let slow = Fault::latency(Duration::from_millis(100));
/// let slow_and_cut = Fault::truncated().after(Duration::from_secs(1));
/// let conflict = Fault::status(409).json(&json!({ "errors": [{ "type": "STORE_CONFLICT_EXCEPTION" }] }));
/// # let _ = (unavailable, slow, slow_and_cut, conflict);
/// ```
///
/// An answer is sent exactly as it was given; only `date` and `content-length` are added.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    latency: Duration,
    /// If there is none, the request is processed and has its normal answer.
    answer: Option<Answer>,
    end: End,
}

#[derive(Clone, Debug, PartialEq)]
struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// How the answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    /// In the middle of its body.
    Truncated,
    /// After its body, where more of that should be.
    Unfinished,
    /// Before anything of it is sent. The request is not processed.
    Closed,
    /// Before anything of it is sent. The request is not processed.
    ResetBefore,
    /// Before anything of it is sent. The request is processed.
    ResetAfter,
    /// Never. The request is not processed.
    Silent,
}

impl Fault {
    const NONE: Self = Self { latency: Duration::ZERO, answer: None, end: End::Whole };

    /// Answers with a status and no body. The request is not processed.
    ///
    /// # Panics
    /// If it is no status of an answer: those are 200 to 999.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::try_status(status).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_status(status: u16) -> Result<Self, String> {
        // Below 200 the real answer is still to come.
        let checked = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
        let status = checked.ok_or_else(|| format!("{status} is no status of an answer: those are 200 to 999"))?;
        Ok(Self { answer: Some(Answer { status, headers: Vec::new(), body: Bytes::new() }), ..Self::NONE })
    }

    /// Answers with an HTML page, as gateways do when Compass is not there.
    ///
    /// # Panics
    /// As [`Fault::status`].
    #[must_use]
    pub fn html(status: u16) -> Self {
        Self::status(status).into_html()
    }

    fn into_html(self) -> Self {
        let Some(status) = self.answer.as_ref().map(|answer| answer.status) else { return self };
        let page = format!(
            "<!DOCTYPE html>\n<html>\n<head><title>{status}</title></head>\n<body>\n<h1>{status}</h1>\n\
             <hr>\n<p>gateway</p>\n</body>\n</html>\n"
        );
        self.with_body("text/html; charset=utf-8", page)
    }

    /// Answers as usual: the last of a [`Faults::script`] that is to end.
    #[must_use]
    pub fn none() -> Self {
        Self::NONE
    }

    /// Waits, and answers as usual.
    #[must_use]
    pub fn latency(latency: Duration) -> Self {
        Self::NONE.after(latency)
    }

    /// Reads the request and closes the connection in good order, as servers do that are shut down. The request is not
    /// processed.
    #[must_use]
    pub fn closed() -> Self {
        Self { end: End::Closed, ..Self::NONE }
    }

    /// Reads the request and resets the connection. The request is not processed.
    #[must_use]
    pub fn reset_before() -> Self {
        Self { end: End::ResetBefore, ..Self::NONE }
    }

    /// Processes the request and resets the connection instead of answering.
    #[must_use]
    pub fn reset_after() -> Self {
        Self { end: End::ResetAfter, ..Self::NONE }
    }

    /// Answers as usual, and closes the connection in the middle of the body; of an empty one, where a body should be.
    #[must_use]
    pub fn truncated() -> Self {
        Self::NONE.cut()
    }

    /// Reads the request, and then says nothing until the client goes. The request is not processed.
    #[must_use]
    pub fn silent() -> Self {
        Self { end: End::Silent, ..Self::NONE }
    }

    /// The same after a while.
    #[must_use]
    pub fn after(self, latency: Duration) -> Self {
        Self { latency, ..self }
    }

    /// The same answer, cut in the middle of its body.
    #[must_use]
    pub fn cut(self) -> Self {
        Self { end: End::Truncated, ..self }
    }

    /// The same answer with its whole body, of which more was promised: the connection is closed where that should be. So
    /// what is there may well be whole, and the client cannot know.
    #[must_use]
    pub fn unfinished(self) -> Self {
        Self { end: End::Unfinished, ..self }
    }

    /// The same answer with one header more; of an answer as usual, an empty 200 is made first.
    ///
    /// # Panics
    /// If it is no header.
    #[must_use]
    pub fn with_header(self, name: &str, value: &str) -> Self {
        self.try_with_header(name, value).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_with_header(mut self, name: &str, value: &str) -> Result<Self, String> {
        let parsed = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value));
        let (Ok(name), Ok(value)) = parsed else { return Err(format!("{name:?}: {value:?} is no header")) };
        self.answer().headers.push((name, value));
        Ok(self)
    }

    /// The same answer with a body of a media type, which need not fit.
    ///
    /// # Panics
    /// If the media type cannot be sent as a header.
    #[must_use]
    pub fn with_body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        let answer = self.answer();
        answer.body = body.into();
        answer.headers.retain(|(name, _)| name != header::CONTENT_TYPE);
        self.with_header("content-type", media_type)
    }

    /// The same answer with a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.with_body("application/json", body.to_string())
    }

    fn answer(&mut self) -> &mut Answer {
        self.answer.get_or_insert_with(|| Answer { status: StatusCode::OK, headers: Vec::new(), body: Bytes::new() })
    }
}

/// The faults that are to come. [`Mock::faults`](crate::Mock::faults) gives it.
///
/// A request meets one of them at most: those of [`Faults::next`] come first, then those of [`Faults::script`], then
/// those of [`Faults::rate`].
#[derive(Clone)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
    only: Option<OperationId>,
}

impl Faults {
    pub(crate) fn new(plan: Arc<Mutex<Plan>>) -> Self {
        Self { plan, only: None }
    }

    /// The faults of one operation.
    #[must_use]
    pub fn only(self, operation: OperationId) -> Self {
        Self { only: Some(operation), ..self }
    }

    /// The next `count` requests meet the fault, after those that are to meet others.
    pub fn next(&self, count: usize, fault: Fault) {
        self.lock().next(self.only, count, fault);
    }

    /// From now on a share of the requests meets the fault, drawn with the mock's seed: 0 is none, 1 is all.
    pub fn rate(&self, share: f64, fault: Fault) {
        self.lock().rate(self.only, share, fault);
    }

    /// What requests meet from now on, in this order; the last stands for all later requests. It takes the place of an
    /// earlier script.
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().script(self.only, faults.into_iter().collect());
    }

    /// No faults any more; with [`Faults::only`], none of those that were made for that operation.
    pub fn clear(&self) {
        self.lock().clear(self.only);
    }

    fn lock(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").field("only", &self.only).finish_non_exhaustive()
    }
}
