//! What changed between two documents: the record that everything else here reads.

use std::fmt;
use std::sync::Arc;

use openapi_contract::Pointer;
use serde::Serialize;
use serde_json::Value;

use crate::rule::Rule;

/// One change, told once however many operations it is felt in.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// How bad it is for those who use the API.
    pub level: Level,
    /// The rule that names it.
    pub rule: Rule,
    /// What changed, for people: one sentence without a full stop.
    pub message: String,
    /// Where, in the document before; the nearest place that it has, for what is new.
    pub base: Option<Pointer>,
    /// Where, in the document after; `None` for what is gone.
    pub revision: Option<Pointer>,
    /// The operations and their parts that it is felt in, in document order; none for what concerns the document.
    pub sites: Vec<Site>,
    /// An instance of the changed schema that its sender may send and its reader no longer accepts: the proof of a
    /// breaking change. Absent where the rule alone decides, and for what breaks nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
}

/// How bad a change is for those who use the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nobody who kept to the document before is hurt.
    Info,
    /// It cannot be told, or it depends on what the document does not say.
    Warning,
    /// A request that was valid is no longer, or something that was promised does not hold any more.
    Breaking,
}

/// Who sends what is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Those who use the API: what was valid must stay valid.
    Request,
    /// The API, in its responses and in the requests of its webhooks and callbacks: what was promised must hold.
    Response,
}

/// A place in an operation where a change is felt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Site {
    /// The operation, as the newer of the two documents that has it names it.
    #[serde(flatten)]
    pub operation: Arc<Operation>,
    /// Who sends what changed; `None` for the operation as such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The status of the response: `200`, `4XX`, `default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The media type of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The parameter or header: `query limit`, `header Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
}

/// An operation of the API, a webhook's or a callback's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Operation {
    /// The `operationId`.
    #[serde(rename = "operation_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The template of the path; for webhooks `webhook: name`, for callbacks the path, the callback's name and the
    /// expression behind it.
    pub path: String,
}

impl Change {
    /// The pointer to show: where it is now, or where it was.
    #[must_use]
    pub fn pointer(&self) -> Option<&Pointer> {
        self.revision.as_ref().or(self.base.as_ref())
    }
}

impl Site {
    pub(crate) fn of(operation: &Arc<Operation>) -> Self {
        Self { operation: Arc::clone(operation), direction: None, status: None, media_type: None, parameter: None }
    }
}

/// The part of the operation in words: `request body application/json`, `response 404 header Retry-After`; empty for
/// the operation as such.
impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        match (&self.status, self.direction, &self.parameter) {
            (Some(status), ..) => words.extend(["response", status]),
            (None, Some(_), None) => words.push("request body"),
            (None, Some(Direction::Request), Some(_)) => words.push("parameter"),
            (None, ..) => {}
        }
        words.extend(self.parameter.as_deref());
        words.extend(self.media_type.as_deref());
        f.pad(&words.join(" "))
    }
}

/// `POST /lamps (createLamp)`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        self.id.as_ref().map_or(Ok(()), |id| write!(f, " ({id})"))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Breaking => "breaking",
        })
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Request => "request",
            Self::Response => "response",
        })
    }
}
