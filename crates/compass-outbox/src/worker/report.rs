//! What a worker has done, and how it is.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::store::{Answer, Closed, Status};

/// What a worker has done since it was started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// Messages that Compass has.
    pub delivered: u64,
    /// Attempts after which a message is sent again.
    pub later: u64,
    /// Messages that became dead letters.
    pub dead: u64,
    /// Leases that had ended before what came of them was recorded: another worker may have sent the message, too.
    pub lost_leases: u64,
    /// Messages that were done for long enough, and are forgotten.
    pub pruned: u64,
    /// When a message was delivered last.
    pub last_success: Option<DateTime<Utc>>,
    /// What the last attempt that failed came to.
    pub last_failure: Option<Answer>,
    /// Whether there is more that it may deliver one day, as the store said last: what waits, what others send at the moment,
    /// and what is behind a way that is closed.
    pub left: bool,
    /// Whether it ended before everything that may go had been tried, because nothing got through: see
    /// [`deliver_once`](crate::Worker::deliver_once).
    pub cut_short: bool,
    /// The ways that are closed to this worker at the moment.
    pub closed: Vec<Closed>,
}

/// How a worker is, for those who watch it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Progress {
    /// When this was so.
    pub at: DateTime<Utc>,
    /// What it has done.
    pub report: Report,
    /// Messages that are being sent.
    pub sending: usize,
    /// What the store has in all, some seconds old at most; none before it was first asked.
    pub status: Option<Status>,
    /// Why the store does not do what it is asked, while it does not.
    pub store_error: Option<String>,
}
