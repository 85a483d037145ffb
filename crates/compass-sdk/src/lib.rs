//! A client for [Atlassian Compass]: events that are valid by construction, limits that are kept, and failures that say
//! what to do.
//!
//! ```no_run
//! use compass_sdk::event::{Custom, CustomIcon, EventSource, Sequence, Target};
//! use compass_sdk::{Compass, Event};
//!
//! # async fn send() -> Result<(), Box<dyn std::error::Error>> {
//! let compass = Compass::from_env()?; // COMPASS_SITE, COMPASS_EMAIL, COMPASS_API_TOKEN
//! let component = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
//!     0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
//! let event = Custom::builder()
//!     .display_name("Load test passed")
//!     .description("800 requests per second")
//!     .url("https://ci.example.com/load-tests/42".parse()?)
//!     .last_updated(chrono::Utc::now())
//!     .sequence(Sequence::now())
//!     .event_source(EventSource::of("k6", "acme/shop"))
//!     .id("load-test-42")
//!     .icon(CustomIcon::Checkpoint)
//!     .build()?;
//! compass.events().send(&Target::Component(component.parse()?), &Event::from(event)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! - [`Compass`] has a method for whatever operations are about. Its clones share connections and limits.
//! - [`event`] has the ten kinds of events, [`metric`] the values of metrics, [`ari`] the IDs of both. What they refuse,
//!   and why, are the rules of [`validation`].
//! - [`retry`] tells what is sent again after which failure, [`limiter`] how 100 requests in any minute are kept, and
//!   [`clock`] how both are tested without waiting.
//! - [`Error`] has whatever came back.
//!
//! What is known of the API beside its contract is called NOTES in these docs, after the file `openapi/NOTES.md` of the
//! repository: how the vendor documents it, and what is seen in public code.
//!
//! Spans and events of [tracing](https://docs.rs/tracing) tell of each operation and attempt; there are no credentials in
//! them, and no URLs.
//!
//! [Atlassian Compass]: https://developer.atlassian.com/cloud/compass/

pub mod ari;
pub mod bulk;
mod client;
mod delivery;
mod error;
pub mod event;
pub mod metric;
mod resources;
mod transport;
mod upload;
pub mod validation;

pub use self::client::{Compass, CompassBuilder, Config, VARIABLES, Variable};
pub use self::delivery::clock;
pub use self::delivery::limiter;
pub use self::delivery::retry;
pub use self::delivery::retry::RetryPolicy;
pub use self::error::{ApiError, Error, ErrorKind};
pub use self::event::Event;
pub use self::metric::Metric;
pub use self::upload::Upload;

/// The operations, by what they are about; [`Compass`] has a method for each.
pub mod operations {
    pub use crate::resources::{
        ApiSpecs, Attachments, ComponentId, Entitlements, Events, LockFiles, Metrics, Site, Webhooks,
    };
}

/// The example in the README is a documented test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
