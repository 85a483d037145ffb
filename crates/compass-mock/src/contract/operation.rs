//! An operation of the contract: all that its requests are held against, and the shapes of its answers.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde_json::Value;

use super::answer::Answers;
use super::body::{Body, RequestBody};
use super::complaint::Complaint;
use super::one_kind::OneKind;
use super::operation_id::OperationId;
use super::parameters::Parameters;
use super::place::Place;
use super::route::Template;
use super::schemas::Schemas;

/// An operation with its validators, which are compiled once.
pub(crate) struct Operation {
    id: OperationId,
    parameters: Parameters,
    body: Option<RequestBody>,
    answers: Answers,
}

/// A request that keeps the contract.
pub(crate) struct Checked {
    /// Path and query parameters by name, decoded.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) body: Body,
}

impl Operation {
    /// Reads the operation at a place, below the path that the template is made of.
    pub(super) fn read(
        operation: &Place<'_>,
        path: &Place<'_>,
        template: &Template,
        schemas: &Schemas<'_>,
    ) -> Result<Self, String> {
        let name = operation.required("operationId")?;
        let id = OperationId::of(name.text()?).ok_or_else(|| name.error("is an operation that nobody decided on"))?;
        let one_kind = has_one_kind(id).then(|| OneKind::read(operation)).transpose()?;
        let body = operation.get("requestBody").map(|body| RequestBody::read(body, one_kind, schemas)).transpose()?;
        Ok(Self {
            id,
            body,
            parameters: Parameters::read(operation, path, template, schemas)?,
            answers: Answers::read(&operation.required("responses")?, schemas)?,
        })
    }

    pub(crate) fn id(&self) -> OperationId {
        self.id
    }

    /// Whether the contract declares this status for the operation.
    pub(crate) fn declares(&self, status: StatusCode) -> bool {
        self.answers.declares(status)
    }

    /// Holds a request against the contract: parameters, media type, body. All complaints, not only the first.
    ///
    /// A body that the contract does not require, and that is not there, is [`Body::None`].
    pub(crate) async fn check(
        &self,
        path_parameters: &[(&str, String)],
        query: Option<&str>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Checked, Vec<Complaint>> {
        let parameters = self.parameters.check(path_parameters, query);
        let body = match &self.body {
            Some(expected) => expected.check(headers, body).await,
            None => Ok(Body::None),
        };
        match (parameters, body) {
            (Ok(parameters), Ok(body)) => Ok(Checked { parameters, body }),
            (Err(complaints), Ok(_)) | (Ok(_), Err(complaints)) => Err(complaints),
            (Err(mut complaints), Err(more)) => {
                complaints.extend(more);
                Err(complaints)
            }
        }
    }

    /// The answer of a failure in the shape that the contract declares for the status: `{"errors":[…]}`, a JSON
    /// string, a text, or nothing.
    ///
    /// A status that is not declared has the errors as Compass writes them elsewhere, except 401: it comes from the
    /// gateway, and is empty.
    pub(crate) fn refuse(&self, status: StatusCode, complaints: &[Complaint]) -> Response<Bytes> {
        self.answers.refuse(status, complaints)
    }

    /// The answer of a success: checked in debug builds (`debug_assert`) against the declared schema.
    pub(crate) fn answer(&self, status: StatusCode, body: Option<&Value>) -> Response<Bytes> {
        self.answers.answer(status, body)
    }
}

/// Whether the body has an `event` of exactly one kind.
fn has_one_kind(id: OperationId) -> bool {
    match id {
        OperationId::CreateCompassEvent => true,
        OperationId::UploadLockFile
        | OperationId::DeleteLockFile
        | OperationId::GetAttachment
        | OperationId::UploadAttachment
        | OperationId::DeleteAttachment
        | OperationId::UploadApiSpec
        | OperationId::DeleteApiSpec
        | OperationId::HandleWebhookInvocation
        | OperationId::InsertMetricValue
        | OperationId::EvaluateEntitlements => false,
    }
}
