//! Durable delivery to Compass: what was accepted is delivered at least once, whatever fails in between.

mod envelope;
mod error;
pub mod store;

pub use self::envelope::{Destination, Envelope, Lane, MessageId, MessageKind, Origin, UnknownKind};
pub use self::error::{StoreError, StoreErrorKind};
