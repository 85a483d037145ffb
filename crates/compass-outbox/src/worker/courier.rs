//! Who brings a message to where it goes.

use std::fmt;
use std::sync::Arc;

use compass_sdk::Compass;
use compass_sdk::ari::{CloudId, ComponentAri};
use compass_sdk::event::{Event, Target};
use compass_sdk::metric::Metric;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use crate::envelope::{Destination, Envelope, MessageKind};
use crate::store::Account;

/// Sends one message, once, and says what came of it.
pub trait Courier: fmt::Debug + Send + Sync + 'static {
    /// Who sends, and where to.
    fn account(&self) -> Account;

    /// Tells its credentials from others, and nothing of them.
    fn fingerprint(&self) -> String;

    /// Sends a message. It is at Compass when this succeeds.
    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Result<(), Failure>>;
}

/// Sends by a client of the SDK, which neither waits nor sends again by itself.
#[derive(Debug)]
struct ToCompass {
    compass: Compass,
    account: Account,
    fingerprint: String,
}

/// A courier that sends as a client does, once each.
pub(crate) fn to_compass(compass: &Compass) -> Arc<dyn Courier> {
    Arc::new(ToCompass {
        account: Account { destination: Destination::of(compass), email: compass.email().to_owned() },
        fingerprint: compass.credential_fingerprint(),
        compass: compass.sending_once(),
    })
}

impl Courier for ToCompass {
    fn account(&self) -> Account {
        self.account.clone()
    }

    fn fingerprint(&self) -> String {
        self.fingerprint.clone()
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let result = match envelope.lane.kind {
                MessageKind::Event(_) => {
                    let EventRequest { cloud_id, component_id, event } = read(envelope)?;
                    let target = component_id.map_or(Target::EventSource(cloud_id), Target::Component);
                    self.compass.events().send(&target, &event).await
                }
                MessageKind::Metric => {
                    let metric: Metric = read(envelope)?;
                    self.compass.metrics().insert(&metric).await.map(drop)
                }
            };
            result.map_err(|error| Failure::from(&error))
        })
    }
}

/// The contract's request, as it was frozen.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventRequest {
    cloud_id: CloudId,
    component_id: Option<ComponentAri>,
    event: Event,
}

fn read<T: DeserializeOwned>(envelope: &Envelope) -> Result<T, Failure> {
    serde_json::from_str(envelope.body.get()).map_err(|error| {
        let version = env!("CARGO_PKG_VERSION");
        Failure::refused(format!("version {version} cannot read what was accepted as {}: {error}", envelope.lane.kind))
    })
}
