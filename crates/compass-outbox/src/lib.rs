//! Durable delivery to Compass: what was accepted is delivered at least once, whatever fails in between.
//!
//! ```no_run
//! use compass_outbox::{Destination, Message, Outbox};
//! # async fn example(event: compass_sdk::Event, target: compass_sdk::event::Target)
//! #     -> Result<(), Box<dyn std::error::Error>> {
//! let outbox = Outbox::open("/var/lib/ci/outbox.db")?;
//! let compass = compass_sdk::Compass::from_env()?;
//! let message = Message::event(&Destination::of(&compass), &target, &event);
//! let receipt = outbox.enqueue(message).await?; // From here on, it is not lost.
//! println!("{}", receipt.id);
//!
//! // In the same process or another one, now or later:
//! let report = outbox.worker(&compass).run(std::future::pending()).await?;
//! # let _ = report;
//! # Ok(())
//! # }
//! ```
//!
//! - [`Message`] is what is handed over: an event for a target or a metric, where it comes from, and [whether it may take the
//!   place of an older one](Coalesce).
//! - [`Outbox`] accepts messages, and shows and changes what it has.
//! - [`worker`] delivers, and has the table of what follows from which answer.
//! - [`store`] has what all of it stands on, as a trait.

mod envelope;
mod error;
mod export;
mod message;
mod outbox;
pub mod store;
#[cfg(test)]
mod tests;
pub mod worker;

pub use self::envelope::{Destination, Envelope, Lane, MessageId, MessageKind, Origin, UnknownKind};
pub use self::error::{StoreError, StoreErrorKind};
pub use self::export::EXPORT_SCHEMA;
pub use self::message::{Coalesce, Message};
pub use self::outbox::{Outbox, Receipt};
pub use self::worker::Worker;

/// The example in the README is a documented test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
