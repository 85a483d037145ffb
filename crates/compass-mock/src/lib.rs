//! A Compass to develop and test against: it keeps the contract's promises, fails on demand, and shows what arrived.
//!
//! ```
//! use compass_mock::{Fault, Mock};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mock = Mock::start().await?;
//! mock.faults().next(1, Fault::status(503).with_header("retry-after", "1"));
//!
//! let client = reqwest::Client::new();
//! let url = format!("{}/compass/v1/events", mock.base_url());
//! let event = r#"{
//!     "cloudId": "c0ffee00-5ca1-4ab1-8e0f-0123456789ab",
//!     "componentId": "ari:cloud:compass:c0ffee00-5ca1-4ab1-8e0f-0123456789ab:component/3f2504e0-4f89-41d3-9a0c-0305e82c3301/6ba7b810-9dad-41d1-80b4-00c04fd430c8",
//!     "event": { "push": {
//!         "displayName": "Fix the cart", "description": "", "url": "https://git.example.com/shop/1",
//!         "lastUpdated": "2026-09-01T12:00:00Z", "updateSequenceNumber": 1, "externalEventSourceId": "git:acme/shop",
//!         "pushEventProperties": { "id": "1", "branchName": "main" }
//!     } }
//! }"#;
//! let mut answers = Vec::new();
//! for _ in 0..3 {
//!     let request = client.post(&url).basic_auth("ada@example.com", Some("token"));
//!     let answer = request.header("content-type", "application/json").body(event).send().await?;
//!     answers.push(answer.status().as_u16());
//! }
//! assert_eq!(answers, [503, 202, 202]);
//!
//! // A 202 can mean that Compass drops the event: the sequence number of the third did not grow.
//! let received = mock.received();
//! assert_eq!((received.saved().len(), received.ignored().len(), received.requests().len()), (1, 1, 3));
//! mock.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! What is not published about Compass is read the careful way: what the mock accepts, Compass should accept.
//!
//! # Routes
//! - `/gateway/api/…`: the contract's operations; `/_edge/tenant_info`: the site's cloud ID.
//! - `/`: the activity feed as a page, live.
//! - `GET /__mock/events`, `/__mock/metrics`, `/__mock/files`, `/__mock/webhooks`, `/__mock/requests`: what arrived,
//!   newest first; `DELETE` forgets it. `DELETE /__mock` forgets all, and the faults.
//! - `GET`, `POST`, `DELETE /__mock/faults`: the faults that are to come. `POST` takes for example
//!   `{"next": 3, "status": 503, "retryAfter": 7, "operation": "createCompassEvent"}`,
//!   `{"rate": 0.1, "reset": "after"}`, `{"latencyMs": 100}`, `{"status": 502, "html": true, "truncate": true}`,
//!   `{"close": true}`.
//! - `POST /__mock/save`: writes the state file. `GET /__mock/health`: 200.

mod access;
mod admin;
mod api;
mod ari;
mod builder;
mod clock;
mod components;
mod contract;
mod error;
mod fault;
mod feed;
mod form;
mod kind;
mod limit;
mod mock;
mod received;
mod request;
mod server;
mod shared;
mod state;

pub use builder::{Builder, KEEP};
pub use clock::{Clock, ManualClock, SystemClock};
pub use components::Components;
pub use contract::{Complaint, ErrorType, OperationId};
pub use error::Error;
pub use fault::{Fault, Faults};
pub use form::FormPart;
pub use kind::EventKind;
pub use mock::Mock;
pub use received::{
    FileOutcome, Outcome, Received, ReceivedEvent, ReceivedFile, ReceivedMetric, ReceivedWebhook, Slot,
};
pub use request::Request;

/// The example in the README is a documented test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
