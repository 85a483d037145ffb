//! The SDK on the wire: what it sends, what its callers get for each failure, and what it never shows; and the schema of
//! its events beside the contract's.
//!
//! The server is the mock, which judges our requests by the contract; the clock is simulated: whoever would wait moves it. The snapshots are
//! meant to be read. After a change that is wanted, `INSTA_UPDATE=always cargo test -p workspace-tests --test sdk` writes
//! them anew.

mod calls;
mod cancelling;
mod events;
mod faults;
mod logs;
mod requests;
mod resending;
mod schema;
mod schema_of_the_rest;
mod secrets;
mod site;
mod types;
mod unlucky;
mod uploads;
mod waiting;

#[path = "../support/mock.rs"]
mod support;

use std::time::Duration;

use compass_mock::Mock;
use compass_sdk::{
    Compass, CompassBuilder, RetryPolicy,
    ari::{CloudId, ComponentAri, MetricDefinitionAri, MetricSourceAri},
    clock::SimulatedClock,
    limiter::Limits,
};

/// What stands before the contract's paths.
const PREFIX: &str = "/gateway/api";

const EMAIL: &str = "ada@example.com";
const TOKEN: &str = "ATATT-a-token-that-nobody-may-see";
/// `EMAIL:TOKEN` in Base64, by another hand than the client's.
const BASIC: &str = "YWRhQGV4YW1wbGUuY29tOkFUQVRULWEtdG9rZW4tdGhhdC1ub2JvZHktbWF5LXNlZQ==";

const COMPONENT: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
                         0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
const SOURCE: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-source/\
                      0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/c2e5b9e3-a4d7-4e6f-b8d1-2f3e4d5c6b7a";
const DEFINITION: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-definition/\
                          0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/d3f6caf4-b5e8-4f70-89e2-304f5e6d7c8b";

fn component() -> ComponentAri {
    COMPONENT.parse().unwrap()
}

fn source() -> MetricSourceAri {
    SOURCE.parse().unwrap()
}

fn definition() -> MetricDefinitionAri {
    DEFINITION.parse().unwrap()
}

fn cloud_id() -> CloudId {
    component().cloud_id()
}

/// The mock of the site that all the IDs here are of.
async fn mock() -> Mock {
    support::start(cloud_id().as_str()).await
}

/// A clock that nobody waits for; it starts on 1 September 2026 at noon.
fn clock() -> SimulatedClock {
    SimulatedClock::new("2026-09-01T12:00:00Z".parse().unwrap())
}

/// A client of the server at `origin`: without limits and without chance in its waits, so that what it does is the same
/// from run to run. Without the proxy that the environment may ask for: a test must reach its own server.
fn builder(origin: &str, clock: &SimulatedClock) -> CompassBuilder {
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Compass::builder()
        .base_url(format!("{origin}{PREFIX}"))
        .credentials(EMAIL, TOKEN)
        .http_client(http)
        .clock(clock.clone())
        .limits(Limits::unlimited())
        .retry(RetryPolicy { first_delay_ms: 0, ..RetryPolicy::default() })
        .attempt_timeout(Duration::from_secs(20))
}

fn client(origin: &str) -> Compass {
    builder(origin, &clock()).build().unwrap()
}
