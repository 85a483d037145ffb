//! What the benches have in common: a server on 127.0.0.1 with a thread of its own, and what is sent to it.

// Each bench is a crate of its own and uses its part.
#![allow(dead_code)]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

use compass_sdk::Compass;
use compass_sdk::event::{Event, Target};
use compass_sdk::limiter::Limits;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

const EMAIL: &str = "me@example.com";
const TOKEN: &str = "an API token of some length, as those of the vendor are";
/// The same as a header.
pub(crate) const AUTHORIZATION: &str =
    "Basic bWVAZXhhbXBsZS5jb206YW4gQVBJIHRva2VuIG9mIHNvbWUgbGVuZ3RoLCBhcyB0aG9zZSBvZiB0aGUgdmVuZG9yIGFyZQ==";

/// Starts a server that reads what is sent to it and answers 202, as Compass does to an event.
pub(crate) fn serve() -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        runtime().block_on(async move {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
            sender.send(listener.local_addr().expect("a bound socket")).expect("the bench waits for it");
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                stream.set_nodelay(true).expect("an open socket");
                let service = service_fn(accepted);
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
    });
    receiver.recv().expect("the server starts")
}

async fn accepted(request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let has_credentials = request.headers().get("authorization").is_some_and(|value| value == AUTHORIZATION);
    let has_body = request.into_body().collect().await.is_ok_and(|body| !body.to_bytes().is_empty());
    let mut response = Response::new(Empty::new());
    *response.status_mut() = if has_credentials && has_body { 202 } else { 400 }.try_into().expect("a status");
    Ok(response)
}

/// One thread, so that what is measured runs nowhere else.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// The client, without limits.
pub(crate) fn compass(server: SocketAddr) -> Compass {
    let builder = Compass::builder().base_url(format!("http://{server}/gateway/api")).credentials(EMAIL, TOKEN);
    builder.limits(Limits::unlimited()).http_client(http()).build().expect("a valid configuration")
}

/// The HTTP client, set up alike for both.
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("an HTTP client")
}

/// Sends an event by hand: the request that the client sends.
pub(crate) async fn send_by_hand(http: &reqwest::Client, url: &str, target: &Target, event: &Event) {
    let request = http
        .post(url)
        .header("accept", "application/json")
        .header("authorization", AUTHORIZATION)
        .timeout(Duration::from_secs(30))
        .json(&event.to_request(target));
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 202);
    response.bytes().await.expect("a body");
}

/// Where events are posted to.
pub(crate) fn url(server: SocketAddr) -> String {
    format!("http://{server}/gateway/api/compass/v1/events")
}

/// Whom events are for.
pub(crate) fn target() -> Target {
    let component = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
                     0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
    Target::Component(component.parse().expect("a component's ARI"))
}

/// An event with a key of its own.
pub(crate) fn event(number: usize) -> Event {
    let json = format!(
        r#"{{"deployment": {{
            "displayName": "Deployment {number} of the shop", "description": "Release 2026.09.{number}: search is faster",
            "url": "https://ci.example.com/acme/shop/deployments/{number}", "lastUpdated": "2026-09-01T12:00:00Z",
            "updateSequenceNumber": 1788264000000, "externalEventSourceId": "jenkins:acme/shop",
            "deploymentProperties": {{
                "sequenceNumber": {number}, "state": "SUCCESSFUL",
                "pipeline": {{
                    "pipelineId": "acme/shop/{number}", "url": "https://ci.example.com/acme/shop",
                    "displayName": "Shop, to production"
                }},
                "environment": {{"category": "PRODUCTION", "displayName": "eu-central", "environmentId": "prod-eu"}}
            }}
        }}}}"#
    );
    serde_json::from_str(&json).expect("a valid event")
}

/// The most memory that this process ever had, as Linux counts it; 0 elsewhere.
pub(crate) fn peak_kilobytes() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
