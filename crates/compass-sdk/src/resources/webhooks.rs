//! Incoming webhooks.

use compass_api::Operation;
use serde_json::Value;

use crate::client::Compass;
use crate::error::{Error, Secret};
use crate::transport::Call;

/// Incoming webhooks: [`Compass::webhooks`].
#[derive(Clone, Copy, Debug)]
pub struct Webhooks<'c> {
    compass: &'c Compass,
    repeat_allowed: bool,
}

impl<'c> Webhooks<'c> {
    pub(crate) fn new(compass: &'c Compass) -> Self {
        Self { compass, repeat_allowed: false }
    }

    /// Lets a payload be sent again when it may have arrived already: what it sets off may then happen twice.
    #[must_use]
    pub fn allow_repeats(self) -> Self {
        Self { repeat_allowed: true, ..self }
    }

    /// Posts a payload, as GitLab or GitHub would (NOTES: "Incoming webhooks"). The ID is a secret: whoever has it can
    /// post. No credentials go with it.
    ///
    /// ```no_run
    /// # async fn example(compass: compass_sdk::Compass, webhook_id: &str) -> Result<(), compass_sdk::Error> {
    /// compass.webhooks().invoke(webhook_id, &serde_json::json!({ "object_kind": "push" })).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What Compass answered, or why no answer came: see [`Error`].
    pub async fn invoke(&self, webhook_id: &str, payload: &Value) -> Result<(), Error> {
        let call = Call::of(Operation::HandleWebhookInvocation).repeat_allowed(self.repeat_allowed);
        let invoke =
            |client: compass_api::Client| async move { client.handle_webhook_invocation(webhook_id, payload).await };
        // Servers repeat paths in what they answer.
        self.compass.0.call(call, invoke).await.map_err(|error| error.without(&Secret::new(webhook_id)))
    }
}
