//! What keeps messages, behind a trait: SQLite in a file here, a server of many hosts one day.
//!
//! Everything that has to hold across processes is in the store: who sends a message (a lease that ends by itself, never
//! a lock in memory), how many requests went in the last minute, which account is paused. The time comes in with each
//! call, because a test's is not the system's.
//!
//! # Clocks that go back
//! Moments that are stored are bounded: no lease, wait or pause is longer than its `LONGEST` below. One that ends later than that from now was
//! stored by a clock that has gone back since, and counts as ended. Permits that are good for longer than that count as given now, for the
//! longest time: nobody knows when they were given, but it was before now. All of this begins a minute later, because a call waits for its turn:
//! one that was stamped earlier may come to what was stored by one that was stamped later.

#[cfg(test)]
pub(crate) mod conformance;
mod sqlite;

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::envelope::{Destination, Envelope, MessageId};
use crate::error::StoreError;

pub use self::sqlite::{Bounds, Opened, Salvage, SqliteOptions, SqliteStore};

/// The longest lease: a worker that sends for longer is taken for dead.
pub const LONGEST_LEASE: Duration = Duration::from_mins(10);
/// The longest wait before a message is sent again, before an account that is paused is tried again, and before a
/// destination that is held is.
pub const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// The longest time from the demand on for which a permit is good. An answer that takes longer gives none that can be used; one of the store in
/// a file waits for [10 s](SqliteOptions::patience) at the most for each lock, unless told otherwise.
pub const LONGEST_WITHIN: Duration = Duration::from_secs(30);
/// So much later than the moment that it was stamped with a call may run, without being taken for one of a clock that has gone back.
pub(crate) const LATE: Duration = Duration::from_mins(1);

/// Keeps messages. Each call that changes something has happened, and survives the machine, when it has returned.
///
/// Many processes may use one store. Whoever drops a future does not know whether its call happens.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Accepts all messages, or none and says why; [`StoreError`] tells a full store apart.
    fn accept(&self, messages: Vec<Envelope>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Leases messages to be sent: at most one of a lane at a time, the oldest; urgent lanes first (see [`MessageKind::urgency`](crate::MessageKind::urgency)),
    /// then as those messages were queued. On the way it marks as superseded what need not be sent (see [`Envelope::coalesce`]).
    ///
    /// While it is [in doubt](Leases::in_doubt) whether the way is open each call gives one message, of the first thousand the one that is
    /// [wanted](Trial).
    fn lease(&self, wanted: Wanted) -> BoxFuture<'_, Result<Leases, StoreError>>;

    /// Ends leases, each with what came of it. Answers for each whether it was still held: what a lost lease has to say
    /// is kept only where it is certain and final, namely that the message arrived.
    fn settle(&self, settled: Vec<Settled>, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<bool>, StoreError>>;

    /// Permits to send requests for an account, so that no window has more than allowed, across all processes.
    fn permits(&self, request: PermitRequest) -> BoxFuture<'_, Result<Permits, StoreError>>;

    /// No permits for an account until then, at most [`LONGEST_WAIT`] from now: the server has asked for it. Shortens no longer one.
    fn slow_down(&self, account: Account, until: DateTime<Utc>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Closes the way for an account or to a destination until a moment: nothing of it is leased until then. It replaces what was said before.
    fn close(&self, closed: Closed) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Opens the ways again: all of an account and its destination, because a request of it was taken; or all there are, because somebody says
    /// so. Then everything that waits to be sent again is due, too, whatever it waits for. What a server has [asked for](Self::slow_down) holds on.
    fn open(&self, whose: Option<Account>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// What there is, in numbers.
    fn status(&self, now: DateTime<Utc>) -> BoxFuture<'_, Result<Status, StoreError>>;

    /// A page of messages.
    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Kept>, StoreError>>;

    /// One message.
    fn get(&self, id: MessageId) -> BoxFuture<'_, Result<Option<Kept>, StoreError>>;

    /// Of the messages to a destination that wait to be sent again, the one whose time comes first.
    fn next_due(&self, destination: Destination) -> BoxFuture<'_, Result<Option<Kept>, StoreError>>;

    /// Queues dead letters again, behind what is queued in their lanes: these, or all. Answers how many there were.
    fn retry(&self, which: Which, now: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Gives messages up that are dead or queued and not being sent: these, or all dead letters. Answers how many there
    /// were.
    fn drop_messages(&self, which: Which, now: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Forgets messages that are done, superseded or dropped since before then. Answers how many.
    fn prune(&self, before: DateTime<Utc>) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Who sends where: what the limit of requests is counted for, and what is paused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Where it sends to.
    pub destination: Destination,
    /// The account's email.
    pub email: String,
}

/// Which messages a worker wants.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Who will send them.
    pub account: Account,
    /// The credentials that it has: a pause of others does not concern it.
    pub fingerprint: String,
    /// At most so many.
    pub most: usize,
    /// How long it holds them at most, at most [`LONGEST_LEASE`].
    pub lease: Duration,
    /// Which one a way that is in doubt is tried with.
    pub trial: Trial,
    /// What waits to be sent again is wanted if its time comes by then: now, or when whoever tries each message once began.
    pub due: DateTime<Utc>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// Which message a way is tried with while it is in doubt. Only by turns both let every message have its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// The one that was tried the fewest times: what closes the way again and again does not go before what has just come.
    LeastTried,
    /// The one that has waited for its turn longest, since it was tried last or was accepted: what comes, and closes the way, does not go before
    /// what has been there before.
    LongestWaiting,
}

/// What a worker may send, and when it is worth asking again.
#[derive(Debug, Default)]
pub struct Leases {
    /// The messages, in the order in which they are to be begun.
    pub leased: Vec<Leased>,
    /// Whether there is more at this moment: than was wanted, or than one call does before it leases anything. Where nothing
    /// was leased this is only to be asked again, and `next` may be missing.
    pub more: bool,
    /// When the first of what waits is ready; it may be past. None while nothing waits.
    pub next: Option<DateTime<Utc>>,
    /// Why nothing of this account is leased, if the way is closed.
    pub closed: Option<Closed>,
    /// What the way was closed for, if its time is over and nobody has opened it since: one message is leased at the most, to try it with. More
    /// are to follow when that one was taken.
    pub in_doubt: Option<Closed>,
    /// Until when nothing of this account is leased, if the server has asked for a [pause](Store::slow_down).
    pub slow_until: Option<DateTime<Utc>>,
}

/// A message that is leased.
#[derive(Clone, Debug)]
pub struct Leased {
    /// Which lease it is: of all leases of this message only the last one has this number.
    pub lease: Lease,
    /// The message.
    pub envelope: Envelope,
    /// How often it was tried before.
    pub attempts: u32,
}

/// A lease's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lease {
    /// The message.
    pub id: MessageId,
    /// How often the message has been leased, this time included.
    pub number: u64,
}

/// What came of a lease.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The lease.
    pub lease: Lease,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of trying to deliver a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Compass has it.
    Delivered,
    /// It is sent again, not before then; its lane waits. At most [`LONGEST_WAIT`] from now.
    Later {
        /// When.
        at: DateTime<Utc>,
        /// What the attempt came to.
        answer: Answer,
    },
    /// It becomes a dead letter, and its lane goes on.
    Dead(Answer),
    /// It was not tried, and may be leased again at once; or what it was tried for says nothing of the message itself, as a 401. It counts
    /// as no attempt either way.
    Released(Option<Answer>),
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// When.
    pub at: DateTime<Utc>,
    /// The response's status, if one came.
    pub status: Option<u16>,
    /// In a sentence, without secrets.
    pub message: String,
    /// The beginning of the response's body.
    pub body: String,
    /// Whether Compass may have it.
    pub may_have_arrived: bool,
}

/// A demand for permits.
#[derive(Clone, Debug)]
pub struct PermitRequest {
    /// Whose.
    pub account: Account,
    /// At most so many, at least one.
    pub most: u32,
    /// At most so many requests...
    pub requests: u32,
    /// ... in any window of this length.
    pub per: Duration,
    /// How long after `now` the requests may be begun, at most [`LONGEST_WITHIN`]: longer than the answer takes. They count for this long, too.
    pub within: Duration,
    /// The time.
    pub now: DateTime<Utc>,
}

/// Permits that were given, or when to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permits {
    /// So many requests may be begun, [`within`](PermitRequest::within) that time from `now` on.
    Given(u32),
    /// None before then.
    NotBefore(DateTime<Utc>),
}

/// A way that is closed, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Closed {
    /// Whose.
    pub account: Account,
    /// Why.
    pub why: Why,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when nothing is tried, at most [`LONGEST_WAIT`] from then on.
    pub until: DateTime<Utc>,
    /// What the attempt came to that closed it.
    pub answer: Answer,
}

/// Why a way is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "reason")]
pub enum Why {
    /// The account was refused: 401 or 403. Only these credentials are paused.
    Paused {
        /// The credentials'.
        fingerprint: String,
    },
    /// The destination no longer has the operation: 404 or 410 on the route itself. It is held for everyone.
    Held,
}

/// In numbers what a store has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Status {
    /// Messages that wait to be sent, those that are being sent included.
    pub queued: u64,
    /// Of these, how many are leased at this moment.
    pub leased: u64,
    /// Bytes of the bodies of messages that are queued or dead.
    pub bytes: u64,
    /// When the oldest queued message was accepted.
    pub oldest: Option<DateTime<Utc>>,
    /// Dead letters.
    pub dead: u64,
    /// Messages that were delivered, and are still remembered.
    pub delivered: u64,
    /// Messages that newer ones replaced before they were sent, and are still remembered.
    pub superseded: u64,
    /// Messages that were given up by hand, and are still remembered.
    pub dropped: u64,
    /// When a message was delivered last.
    pub last_success: Option<DateTime<Utc>>,
    /// The ways that were closed and not opened since, those included whose time is over and that are to be tried again.
    pub closed: Vec<Closed>,
}

/// Which messages are listed: by ID, that is by the time of acceptance.
#[derive(Clone, Debug)]
pub struct Page {
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those after this one.
    pub after: Option<MessageId>,
    /// At most so many.
    pub most: usize,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// It waits to be sent, or is being sent.
    Queued,
    /// Compass has it.
    Delivered,
    /// Compass refused it, or it got too old: somebody has to look at it.
    Dead,
    /// A newer one replaced it before it was sent.
    Superseded,
    /// It was given up by hand.
    Dropped,
}

/// A message with what has become of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Kept {
    /// The message.
    #[serde(flatten)]
    pub envelope: Envelope,
    /// Where it stands.
    pub state: State,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is sent again, for one that waits for that.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When its lease ends, for one that is being sent.
    pub leased_until: Option<DateTime<Utc>>,
    /// When it came to where it stands, for one that is not queued.
    pub ended_at: Option<DateTime<Utc>>,
    /// What the last attempt came to.
    pub answer: Option<Answer>,
}

/// Which messages are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// These.
    These(Vec<MessageId>),
    /// All dead letters.
    AllDead,
}
