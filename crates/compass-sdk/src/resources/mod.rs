//! The operations, by what they are about.

mod component_id;
mod entitlements;
mod events;
mod files;
mod metrics;
mod site;
mod webhooks;

pub use self::component_id::ComponentId;
pub use self::entitlements::Entitlements;
pub use self::events::Events;
pub use self::files::{ApiSpecs, Attachments, LockFiles};
pub use self::metrics::Metrics;
pub use self::site::Site;
pub use self::webhooks::Webhooks;
