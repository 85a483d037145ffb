//! Events.

use compass_api::Operation;

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
    /// the one before is dropped without a word (NOTES: "Events").
    ///
    /// # Errors
    /// What Compass answered, or why no answer came: see [`Error`].
    pub async fn send(&self, target: &Target, event: &Event) -> Result<(), Error> {
        let body = &event.to_request(target);
        let call = Call::of(Operation::CreateCompassEvent);
        self.0.0.call(call, |client| async move { client.create_compass_event(body).await }).await
    }
}
