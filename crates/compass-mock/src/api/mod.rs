//! The API: what becomes of a request, in the order in which a Compass would look at it.
//!
//! Credentials first, then the path, the rate limit, the user's permission, the contract, and last what the operation
//! does. Each operation is a function from a request that keeps the contract to a status with a body, or a [`Refusal`].

mod api_spec;
mod attachment;
mod entitlements;
mod event;
mod lock_file;
mod metric;
mod upload;
mod webhook;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::ari::{self, Ari, Resource};
use crate::contract::{Body, Checked, Complaint, Contract, ErrorType, Found, Operation, OperationId};
use crate::shared::Shared;

/// What the paths of the contract come after.
pub(crate) const BASE_PATH: &str = "/gateway/api";
const TENANT_INFO: &str = "/_edge/tenant_info";

/// What a request means.
pub(crate) enum Target {
    TenantInfo,
    Operation { operation: &'static Operation, path_parameters: Vec<(&'static str, String)> },
    WrongMethod { allowed: Vec<Method> },
    Nothing,
}

impl Target {
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        if path == TENANT_INFO {
            return if method == Method::GET {
                Self::TenantInfo
            } else {
                Self::WrongMethod { allowed: vec![Method::GET] }
            };
        }
        let Some(path) = path.strip_prefix(BASE_PATH) else { return Self::Nothing };
        match Contract::vendored().find(method, path) {
            Found::Operation { operation, path_parameters } => Self::Operation { operation, path_parameters },
            Found::WrongMethod { allowed } => Self::WrongMethod { allowed },
            Found::Nothing => Self::Nothing,
        }
    }

    pub(crate) fn operation(&self) -> Option<OperationId> {
        match self {
            Self::Operation { operation, .. } => Some(operation.id()),
            Self::TenantInfo | Self::WrongMethod { .. } | Self::Nothing => None,
        }
    }
}

/// A status and what it is answered with.
type Done = (StatusCode, Option<Value>);

/// Why a request is refused.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    complaints: Vec<Complaint>,
}

impl Refusal {
    fn new(status: StatusCode, kind: ErrorType, message: impl Into<String>) -> Self {
        Self { status, complaints: vec![Complaint::new(kind, message)] }
    }

    fn bad_request(kind: ErrorType, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, kind, message)
    }

    fn not_found(kind: ErrorType, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, kind, message)
    }

    fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorType::PermissionDenied, message)
    }

    fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, ErrorType::ArgumentInvalid, message)
    }

    /// A request that keeps the contract lacks what the contract demands: a mistake of the mock.
    fn broken_contract(what: &str) -> Self {
        let message = format!("The mock let a request through without {what}. This is a mistake of the mock.");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorType::InternalServerError, message)
    }
}

/// The status of a request that breaks the contract: 400, unless the operation has only the 404, as the deletion of an API
/// specification does for a component that cannot exist.
fn of_wrong_request(operation: &Operation) -> StatusCode {
    let declares_404_alone = !operation.declares(StatusCode::BAD_REQUEST) && operation.declares(StatusCode::NOT_FOUND);
    if declares_404_alone { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST }
}

/// A request that may be processed.
struct Call<'r> {
    shared: &'r Shared,
    operation: &'r Operation,
    user: String,
    parameters: BTreeMap<String, String>,
    body: Body,
    /// The length of the body.
    length: usize,
}

impl Call<'_> {
    fn parameter(&self, name: &str) -> Result<&str, Refusal> {
        self.parameters.get(name).map(String::as_str).ok_or_else(|| Refusal::broken_contract(name))
    }

    /// The object that the contract demands as the body.
    fn object(&mut self) -> Result<Map<String, Value>, Refusal> {
        match std::mem::replace(&mut self.body, Body::None) {
            Body::Json(Value::Object(object)) => Ok(object),
            Body::Json(_) | Body::Form(_) | Body::None => Err(Refusal::broken_contract("a JSON object")),
        }
    }

    /// The component that a path or query names by its bare UUID.
    fn component(&self) -> Result<Uuid, Refusal> {
        let text = self.parameter("componentId")?;
        ari::uuid(text).ok_or_else(|| {
            let message = format!("Field [componentId] is invalid. Expected the component's bare UUID, got {text:?}.");
            Refusal::new(of_wrong_request(self.operation), ErrorType::ArgumentInvalid, message)
        })
    }

    /// The component that a path or query names, if there is one, as far as is known.
    fn known_component(&self) -> Result<Uuid, Refusal> {
        let id = self.component()?;
        if self.shared.components.has_id(id) {
            Ok(id)
        } else if self.operation.declares(StatusCode::NOT_FOUND) {
            Err(unknown_component(&id))
        } else {
            // The contract leaves nothing else to say.
            let message = format!("There is no component {id} that you may change.");
            Err(Refusal::new(StatusCode::FORBIDDEN, ErrorType::ComponentNotFound, message))
        }
    }

    /// An ARI of the site, if the mock stands for one.
    fn ari(&self, text: &str, field: &str, resource: Resource, kind: ErrorType) -> Result<Ari, Refusal> {
        let ari = Ari::parse(text, resource).map_err(|expected| {
            Refusal::bad_request(kind, format!("Field [{field}] is invalid. {expected}, got {text:?}."))
        })?;
        self.check_cloud_id(&ari.cloud_id, field)?;
        Ok(ari)
    }

    fn check_cloud_id(&self, cloud_id: &str, field: &str) -> Result<(), Refusal> {
        match &self.shared.fixed_cloud_id {
            Some(fixed) if !fixed.eq_ignore_ascii_case(cloud_id) => {
                let message =
                    format!("Field [{field}] is invalid. {cloud_id:?} is not the cloud ID of this site, {fixed}.");
                Err(Refusal::bad_request(ErrorType::CloudIdInvalid, message))
            }
            Some(_) | None => Ok(()),
        }
    }
}

fn unknown_component(id: &dyn std::fmt::Display) -> Refusal {
    Refusal::not_found(ErrorType::ComponentNotFound, format!("There is no component {id}."))
}

fn text_of(object: &mut Map<String, Value>, field: &str) -> Option<String> {
    match object.get_mut(field).map(Value::take) {
        Some(Value::String(text)) => Some(text),
        Some(_) | None => None,
    }
}

/// Answers a request as usual, without faults.
pub(crate) async fn answer(shared: &Shared, head: &Parts, body: Bytes, target: Target) -> Response<Bytes> {
    let user = match &target {
        Target::TenantInfo => Ok(String::new()),
        // The URL is the secret. But credentials that are there have to be right.
        Target::Operation { operation, .. }
            if !needs_credentials(operation.id()) && !head.headers.contains_key(header::AUTHORIZATION) =>
        {
            Ok(String::new())
        }
        Target::Operation { .. } | Target::WrongMethod { .. } | Target::Nothing => shared.access.user(&head.headers),
    };
    match (user, target) {
        (Err(reason), target) => unauthorized(&target, reason),
        (Ok(_), Target::TenantInfo) => json(StatusCode::OK, &json!({ "cloudId": shared.cloud_id })),
        (Ok(_), Target::WrongMethod { allowed }) => wrong_method(&head.method, &allowed),
        (Ok(_), Target::Nothing) => {
            let message = format!("There is nothing at {}.", head.uri.path());
            json(StatusCode::NOT_FOUND, &errors(&Complaint::new(ErrorType::ArgumentInvalid, message)))
        }
        (Ok(user), Target::Operation { operation, path_parameters }) => {
            let (id, length) = (operation.id(), body.len());
            if is_limited(id)
                && let Err(wait) = shared.take_of_limit(&user)
            {
                return too_many(operation, wait, shared.retry_after);
            }
            if shared.access.is_forbidden(&user) {
                let message = format!("The user {user:?} may not do this.");
                return refuse(operation, &Refusal::forbidden(message));
            }
            match operation.check(&path_parameters, head.uri.query(), &head.headers, body).await {
                Err(complaints) => refuse(operation, &Refusal { status: of_wrong_request(operation), complaints }),
                Ok(Checked { parameters, body }) => {
                    match run(id, Call { shared, operation, user, parameters, body, length }) {
                        Ok((status, body)) => operation.answer(status, body.as_ref()),
                        Err(refusal) => refuse(operation, &refusal),
                    }
                }
            }
        }
    }
}

fn run(id: OperationId, call: Call<'_>) -> Result<Done, Refusal> {
    match id {
        OperationId::CreateCompassEvent => event::create(call),
        OperationId::InsertMetricValue => metric::insert(call),
        OperationId::UploadLockFile => lock_file::upload(call),
        OperationId::DeleteLockFile => lock_file::delete(&call),
        OperationId::UploadApiSpec => api_spec::upload(call),
        OperationId::DeleteApiSpec => api_spec::delete(&call),
        OperationId::GetAttachment => attachment::get(&call),
        OperationId::UploadAttachment => attachment::upload(call),
        OperationId::DeleteAttachment => attachment::delete(&call),
        OperationId::HandleWebhookInvocation => webhook::call(call),
        OperationId::EvaluateEntitlements => entitlements::evaluate(call),
    }
}

fn needs_credentials(id: OperationId) -> bool {
    match id {
        OperationId::HandleWebhookInvocation => false,
        OperationId::CreateCompassEvent
        | OperationId::InsertMetricValue
        | OperationId::UploadLockFile
        | OperationId::DeleteLockFile
        | OperationId::UploadApiSpec
        | OperationId::DeleteApiSpec
        | OperationId::GetAttachment
        | OperationId::UploadAttachment
        | OperationId::DeleteAttachment
        | OperationId::EvaluateEntitlements => true,
    }
}

fn is_limited(id: OperationId) -> bool {
    match id {
        OperationId::CreateCompassEvent | OperationId::InsertMetricValue => true,
        OperationId::UploadLockFile
        | OperationId::DeleteLockFile
        | OperationId::UploadApiSpec
        | OperationId::DeleteApiSpec
        | OperationId::GetAttachment
        | OperationId::UploadAttachment
        | OperationId::DeleteAttachment
        | OperationId::HandleWebhookInvocation
        | OperationId::EvaluateEntitlements => false,
    }
}

fn refuse(operation: &Operation, refusal: &Refusal) -> Response<Bytes> {
    operation.refuse(refusal.status, &refusal.complaints)
}

fn unauthorized(target: &Target, reason: &str) -> Response<Bytes> {
    if let Target::Operation { operation, .. } = target {
        let complaint = Complaint::new(ErrorType::PermissionDenied, reason);
        return operation.refuse(StatusCode::UNAUTHORIZED, &[complaint]);
    }
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Compass\""));
    response
}

fn wrong_method(method: &Method, allowed: &[Method]) -> Response<Bytes> {
    let allowed = allowed.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    let message = format!("{method} is not allowed here, but {allowed}.");
    let mut response =
        json(StatusCode::METHOD_NOT_ALLOWED, &errors(&Complaint::new(ErrorType::ArgumentInvalid, message)));
    if let Ok(allowed) = HeaderValue::from_str(&allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

fn too_many(operation: &Operation, wait: std::time::Duration, retry_after: bool) -> Response<Bytes> {
    let complaint = Complaint::new(ErrorType::ConstraintViolation, "100 requests per user and minute are allowed.");
    let mut response = operation.refuse(StatusCode::TOO_MANY_REQUESTS, &[complaint]);
    if retry_after {
        // Whole seconds, and not too early.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn errors(complaint: &Complaint) -> Value {
    json!({ "errors": [complaint] })
}

pub(crate) fn json(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
