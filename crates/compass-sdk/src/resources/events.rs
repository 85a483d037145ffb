//! Events.

use compass_api::Operation;
use futures_util::Stream;

use crate::bulk::{SendAll, Sending};
use crate::client::Compass;
use crate::error::Error;
use crate::event::{Event, Target};
use crate::transport::Call;

/// Events of components: [`Compass::events`].
#[derive(Clone, Copy, Debug)]
pub struct Events<'c>(pub(crate) &'c Compass);

impl Events<'_> {
    /// Sends an event of a component, or of all components that its event source is attached to.
    ///
    /// It is sent again whenever that may help: its sequence number makes Compass ignore what it has already. For the same
    /// reason success does not mean that the event is shown: an event whose sequence number is not greater than that of
    /// the one before is dropped without a word (NOTES: "Events"). A pull request has no such number: it arrives at least
    /// once, and an older state that arrives late may replace a newer one.
    ///
    /// # Errors
    /// What Compass answered, or why no answer came: see [`Error`].
    pub async fn send(&self, target: &Target, event: &Event) -> Result<(), Error> {
        let body = &event.to_request(target);
        let call = Call::of(Operation::CreateCompassEvent);
        self.0.0.call(call, |client| async move { client.create_compass_event(body).await }).await
    }

    /// Sends all events of a stream, each as [`send`](Self::send) does: several at a time, the events of one
    /// [key](Event::key) one after another in the order of the stream. What comes back is the stream of events that are
    /// no longer being sent, and of how that ended. [`bulk`](crate::bulk) has the rules of order, bounds and stopping, and
    /// what to mind when one that failed is sent again after a later one of its key.
    ///
    /// It has a clone of the client, so that it may outlive this one.
    ///
    /// ```no_run
    /// use compass_sdk::Compass;
    /// use compass_sdk::bulk::Sending;
    /// use compass_sdk::event::{Event, Target};
    /// use futures_util::{StreamExt, stream};
    ///
    /// # async fn example(rows: Vec<(u64, Target, Event)>) -> Result<(), compass_sdk::Error> {
    /// let compass = Compass::from_env()?;
    /// let input = stream::iter(rows).map(|(row, target, event)| Sending::new(target, event).tagged(row));
    /// let mut results = compass.events().send_all(input);
    /// while let Some(sent) = results.next().await {
    ///     let row = sent.sending.tag;
    ///     match sent.result {
    ///         Ok(()) => println!("row {row} is sent"),
    ///         Err(error) if error.is_retryable() => println!("row {row} may pass later, with a new sequence number: {error}"),
    ///         Err(error) => println!("row {row} will never be taken: {error}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn send_all<S, T>(&self, events: S) -> SendAll<S, T>
    where
        S: Stream<Item = Sending<T>>,
        T: Send + 'static,
    {
        let compass = self.0.clone();
        SendAll::new(events, move |sending| {
            let compass = compass.clone();
            Box::pin(async move {
                let result = compass.events().send(&sending.target, &sending.event).await;
                (sending, result)
            })
        })
    }
}
