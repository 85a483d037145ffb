//! Many events: [`send_all`](crate::operations::Events::send_all) sends what a stream has, several at a time.
//!
//! # What holds
//! - **Every event comes back**, once, with how it ended and its place in the input, in the order in which they end.
//!   Nothing stops at a failure: whoever has seen enough [stops](SendAll::stop) it.
//! - **Order within a key.** Of two events of one [key](crate::event::EventKey) the one that came first has ended, all
//!   its attempts included, before the other is begun. If the first failed, the other is sent all the same: see
//!   [below](#after-a-failure). The target makes no difference: event sources belong to the site, so that Compass may
//!   compare what two components are sent about one source. Events of other keys do not wait.
//! - **Bounds.** At most [`concurrency`](SendAll::concurrency) events are being sent, and at most
//!   [sixteen times](LOOK_AHEAD) as many have been pulled and wait for an event of their key. Nothing is
//!   pulled from the input while either is full, and nothing else is kept: memory does not grow with the input.
//! - **No tasks.** Everything happens while the stream is polled, by whatever executor. Whoever leaves it unpolled for
//!   long leaves requests without their answers until they time out, and lets other callers go first at the
//!   [limiter](crate::limiter): slow work on results belongs into a task of its own.
//!
//! # After a failure
//! An event that failed may be sent again later only with care, once a later one of its key has been sent: its sequence
//! number is the lower one, so that Compass may ignore it, with a 202. What to do depends on what the two are about, which
//! only their owner knows:
//!
//! - The later one tells a newer state of the same thing, of an incident or a flag: the one that failed is done with.
//! - Each has something of its own to tell, as two deployments by one pipeline do: the one that failed needs a new
//!   sequence number, such as [`Sequence::now`](crate::event::Sequence::now) gives, when it is sent again.
//! - A later one must not go before the one that failed: put it into the input only when that one has come back.
//!
//! Pull requests have no sequence number: an older state that is sent after a newer one replaces it.
//!
//! # Stopping
//! To send no more and lose nothing, [stop](SendAll::stop) it, and take the results until there are no more: what waits
//! comes back at once and was not sent, what is being sent still ends. What was not pulled is still in the input, for
//! whoever has passed `&mut input`. To end the input instead (`take_until` of `futures-util`) sends what waits.
//!
//! Dropping the stream cancels what is being sent, and drops all events that were pulled and not given back, at most as
//! many as the bounds say. Of those none that waited was sent; of those being sent each may or may not have arrived, and
//! sending it again does no harm as long as no later one of its key has been sent.

mod in_order;
#[cfg(test)]
mod tests;

use std::fmt;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;
use futures_util::future::BoxFuture;

use self::in_order::InOrder;
use crate::error::Error;
use crate::event::{Event, Target};

/// How many events are being sent at the same time, unless told otherwise.
pub const CONCURRENCY: usize = 8;
/// How many events may wait for others of their key, for each one that may be being sent.
pub const LOOK_AHEAD: usize = 16;

/// An event to be sent, whom it is for, and whatever its owner knows it by: a row's ID, say.
///
/// ```
/// use compass_sdk::bulk::Sending;
/// use compass_sdk::event::{Event, Target};
///
/// # let json = r#"{"flag": {"displayName": "dark mode on", "description": "", "url": "https://flags.example.com/dark-mode",
/// #     "lastUpdated": "2026-09-01T12:00:00Z", "updateSequenceNumber": 1, "externalEventSourceId": "flags:acme/shop",
/// #     "flagProperties": {"id": "dark-mode"}}}"#;
/// # let event: Event = serde_json::from_str(json)?;
/// let target = Target::EventSource("6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30".parse()?);
/// let sending = Sending::new(target, event).tagged(17);
/// assert_eq!(sending.tag, 17);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sending<T = ()> {
    /// Whom the event is for.
    pub target: Target,
    /// The event.
    pub event: Event,
    /// What comes back with it, unread.
    pub tag: T,
}

impl Sending {
    /// An event for a target, without a tag.
    pub fn new(target: impl Into<Target>, event: impl Into<Event>) -> Self {
        Self { target: target.into(), event: event.into(), tag: () }
    }
}

impl<T> Sending<T> {
    /// The same with this tag.
    pub fn tagged<U>(self, tag: U) -> Sending<U> {
        Sending { target: self.target, event: self.event, tag }
    }
}

/// An event that is no longer being sent, and how that ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct Sent<T = ()> {
    /// Its place in the input; the first one's is 0.
    pub index: usize,
    /// What was to be sent.
    pub sending: Sending<T>,
    /// What became of it, as from [`Events::send`](crate::operations::Events::send).
    pub result: Result<(), Error>,
}

/// What came of sending an event, which is given back.
type Outcome<T> = (Sending<T>, Result<(), Error>);
type Send<T> = dyn Fn(Sending<T>) -> BoxFuture<'static, Outcome<T>> + std::marker::Send + Sync;

/// Sends the events of a stream and is the stream of what became of them: see [`bulk`](self). Of
/// [`Events::send_all`](crate::operations::Events::send_all).
#[must_use = "nothing is sent until it is polled"]
pub struct SendAll<S, T = ()> {
    input: Pin<Box<S>>,
    input_ended: bool,
    concurrency: usize,
    in_order: InOrder<T>,
}

impl<S, T> SendAll<S, T> {
    pub(crate) fn new(
        input: S,
        send: impl Fn(Sending<T>) -> BoxFuture<'static, Outcome<T>> + std::marker::Send + Sync + 'static,
    ) -> Self {
        Self {
            input: Box::pin(input),
            input_ended: false,
            concurrency: CONCURRENCY,
            in_order: InOrder::new(Arc::new(send)),
        }
    }

    /// At most so many events are being sent at the same time: 8 unless told otherwise. With the limits of the vendor
    /// more do not go faster.
    pub fn concurrency(self, most: NonZeroUsize) -> Self {
        Self { concurrency: most.get(), ..self }
    }

    /// Begins no more, and gives back what was pulled and not begun, in the order of the input: none of it was sent. What
    /// is being sent still ends, and the stream gives that back before it ends; nothing more is pulled.
    ///
    /// After an answer that the next ones would get as well, wrong credentials say, this is what keeps them from being sent.
    pub fn stop(&mut self) -> Vec<Sending<T>> {
        self.input_ended = true;
        self.in_order.take_back()
    }

    /// Whether another event may be pulled, whatever its key is.
    fn has_room(&self) -> bool {
        let look_ahead = self.concurrency.saturating_mul(LOOK_AHEAD);
        self.in_order.being_sent() < self.concurrency && self.in_order.waiting() < look_ahead
    }
}

/// The input has a pin of its own, and nothing else is ever pinned.
impl<S, T> Unpin for SendAll<S, T> {}

impl<S: Stream<Item = Sending<T>>, T> Stream for SendAll<S, T> {
    type Item = Sent<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Sent<T>>> {
        let this = self.get_mut();
        while !this.input_ended && this.has_room() {
            match this.input.as_mut().poll_next(context) {
                Poll::Ready(Some(sending)) => this.in_order.push(sending),
                Poll::Ready(None) => this.input_ended = true,
                Poll::Pending => break,
            }
        }
        match this.in_order.poll_sent(context) {
            // There is room, so that the input was asked, and wakes.
            Poll::Ready(None) if !this.input_ended => Poll::Pending,
            sent => sent,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let pulled = self.in_order.being_sent() + self.in_order.waiting();
        let (least, most) = if self.input_ended { (0, Some(0)) } else { self.input.size_hint() };
        (least.saturating_add(pulled), most.and_then(|most| most.checked_add(pulled)))
    }
}

impl<S, T> fmt::Debug for SendAll<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendAll")
            .field("concurrency", &self.concurrency)
            .field("being_sent", &self.in_order.being_sent())
            .field("waiting", &self.in_order.waiting())
            .finish_non_exhaustive()
    }
}
