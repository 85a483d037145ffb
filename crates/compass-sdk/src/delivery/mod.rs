//! How requests are brought to the wire: when they may go, and when they go again.

pub mod clock;
pub mod limiter;
pub mod retry;
pub(crate) mod retry_after;
