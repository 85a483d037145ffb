//! The mock's own routes: what arrived, faults, and the state.
//!
//! They speak JSON and need no credentials: the mock listens on 127.0.0.1 only.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use bytes::Bytes;
use serde::Serialize;
use serde_json::json;

use crate::contract::{Complaint, ErrorType};
use crate::error::Error;
use crate::fault::FaultRequest;
use crate::received::{Outcome, ReceivedEvent};
use crate::shared::Shared;
use crate::state::{Forgotten, State as Arrived};

type Mock = State<Arc<Shared>>;

pub(crate) fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/__mock", delete(reset))
        .route("/__mock/health", get(async || json_of(&json!({ "status": "ok" }))))
        .route("/__mock/events", get(events).delete(async |mock: Mock| forget(mock, Arrived::reset_events)))
        .route("/__mock/metrics", get(metrics).delete(async |mock: Mock| forget(mock, Arrived::reset_metrics)))
        .route("/__mock/files", get(files).delete(async |mock: Mock| forget(mock, Arrived::reset_files)))
        .route("/__mock/files/{id}", get(file))
        .route("/__mock/webhooks", get(webhooks).delete(async |mock: Mock| forget(mock, Arrived::reset_webhooks)))
        .route("/__mock/requests", get(requests).delete(forget_requests))
        .route("/__mock/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/__mock/save", post(save))
        .fallback(async || {
            refused(StatusCode::NOT_FOUND, "There is nothing here. The mock's own routes begin with /__mock/.")
        })
        .with_state(shared)
}

async fn reset(State(mock): Mock) -> StatusCode {
    mock.reset();
    StatusCode::NO_CONTENT
}

fn forget(State(mock): Mock, take: impl FnOnce(&mut Arrived) -> Forgotten) -> StatusCode {
    let forgotten = take(&mut mock.state());
    // Outside of the lock.
    drop(forgotten);
    StatusCode::NO_CONTENT
}

async fn forget_requests(State(mock): Mock) -> StatusCode {
    drop(mock.take_requests());
    StatusCode::NO_CONTENT
}

/// Serialised without a detour: there may be many.
#[derive(Serialize)]
struct ByOutcome<'e> {
    saved: Vec<&'e ReceivedEvent>,
    superseded: Vec<&'e ReceivedEvent>,
    ignored: Vec<&'e ReceivedEvent>,
}

async fn events(State(mock): Mock) -> Response {
    let [saved, superseded, ignored] = {
        let state = mock.state();
        [Outcome::Saved, Outcome::Superseded, Outcome::Ignored].map(|outcome| state.newest_events(outcome))
    };
    json_of(&ByOutcome { saved: targets(&saved), superseded: targets(&superseded), ignored: targets(&ignored) })
}

async fn metrics(State(mock): Mock) -> Response {
    let metrics = mock.state().metrics();
    newest_first("metrics", &metrics)
}

async fn files(State(mock): Mock) -> Response {
    let files = mock.state().files();
    newest_first("files", &files)
}

async fn webhooks(State(mock): Mock) -> Response {
    let calls = mock.state().webhooks();
    newest_first("webhooks", &calls)
}

async fn requests(State(mock): Mock) -> Response {
    let requests: Vec<_> = mock.requests().iter().map(|recorded| Arc::new(recorded.request())).collect();
    newest_first("requests", &requests)
}

/// The content of a file. Never in a way that a browser would run: it shares the origin with the feed page.
async fn file(State(mock): Mock, Path(id): Path<String>) -> Response {
    let file = id.parse().ok().and_then(|id| mock.state().file(id));
    match file {
        Some(file) => {
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream"),
                (header::CONTENT_DISPOSITION, "attachment"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, file.content.clone()).into_response()
        }
        None => refused(StatusCode::NOT_FOUND, &format!("There is no file {id}.")),
    }
}

async fn faults(State(mock): Mock) -> Response {
    let faults = mock.plan().shown();
    json_of(&json!({ "faults": faults }))
}

async fn add_fault(mock: Mock, body: Bytes) -> Response {
    let request: Result<FaultRequest, _> = serde_json::from_slice(&body).map_err(|error| error.to_string());
    let planned = request.and_then(|request| request.plan(&mut mock.plan()));
    match planned {
        Ok(()) => faults(mock).await,
        Err(message) => refused(StatusCode::BAD_REQUEST, &message),
    }
}

async fn clear_faults(State(mock): Mock) -> StatusCode {
    mock.plan().clear(None);
    StatusCode::NO_CONTENT
}

async fn save(State(mock): Mock) -> Response {
    match mock.save().await {
        Ok(true) => json_of(&json!({ "saved": mock.state_file })),
        Ok(false) => refused(StatusCode::CONFLICT, "The mock was started without a state file."),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, &with_sources(&error)),
    }
}

fn with_sources(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    text
}

fn targets<T>(entries: &[Arc<T>]) -> Vec<&T> {
    entries.iter().map(|entry| &**entry).collect()
}

fn newest_first<T: Serialize>(name: &str, entries: &[Arc<T>]) -> Response {
    let mut entries = targets(entries);
    entries.reverse();
    json_of(&BTreeMap::from([(name, entries)]))
}

fn json_of(value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => {
            let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
            (headers, text).into_response()
        }
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, &format!("Cannot be written as JSON: {error}.")),
    }
}

/// As the API refuses, so that clients need to know one form only.
fn refused(status: StatusCode, message: &str) -> Response {
    let errors = json!({ "errors": [Complaint::new(ErrorType::ArgumentInvalid, message)] });
    (status, [(header::CONTENT_TYPE, "application/json")], errors.to_string()).into_response()
}
