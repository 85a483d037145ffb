//! A client for [Atlassian Compass]: events that are valid by construction, limits that are kept, and failures that say
//! what to do.
//!
//! [Atlassian Compass]: https://developer.atlassian.com/cloud/compass/

pub mod ari;
mod client;
mod delivery;
mod error;
pub mod event;
pub mod metric;
mod resources;
mod transport;
mod upload;
pub mod validation;

pub use self::client::{Compass, CompassBuilder, Credentials, VARIABLES, Variable};
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
