//! When a request goes again, and after what wait.
//!
//! Three questions, each answered in one place: *may* it go again ([`decide`], a matter of what was asked for and what
//! came back), *is it worth it* ([`RetryPolicy`] and the budget), and *when* (the backoff).
//!
#![doc = include_str!("table.md")]

mod budget;
mod decide;
mod policy;

pub use budget::{RetryBudget, Taken};
pub use decide::{Failure, OperationClass, Resend, costs, decide, may_have_been_processed};
pub use policy::{Attempt, Retries, Retry, RetryPolicy};
