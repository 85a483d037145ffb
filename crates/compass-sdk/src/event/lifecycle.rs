//! Lifecycles.

use chrono::{DateTime, Utc};
use compass_api::types as wire;
pub use compass_api::types::CompassLifecycleEventInputPropertiesDtoStage as LifecycleStage;

use super::{EventSource, Sequence, WebUrl};
use crate::validation::{Checks, Violations};

/// A component's step to another stage of its life: `lifecycle` on the wire.
///
/// ```
/// use compass_sdk::event::{EventSource, Lifecycle, LifecycleStage, Sequence};
///
/// let event = Lifecycle::builder()
///     .display_name("shop v1 is deprecated")
///     .description("")
///     .url("https://example.com/42".parse()?)
///     .last_updated("2026-09-01T12:07:00Z".parse()?)
///     .sequence(Sequence::now())
///     .event_source(EventSource::of("catalog", "acme/shop"))
///     .id("shop-v1")
///     .stage(LifecycleStage::Deprecation)
///     .build()?;
/// assert_eq!(event.stage(), LifecycleStage::Deprecation);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Lifecycle(wire::CompassCreateLifecycleEventInputDto);

super::feed::feed_kind!(Lifecycle, CompassCreateLifecycleEventInputDto);

#[bon::bon]
impl Lifecycle {
    /// Begins an event; every field that Compass demands has to be set before `build` can be called.
    ///
    /// # Errors
    /// All [rules](crate::validation::Rule) that are broken.
    #[builder(on(String, into))]
    pub fn new(
        /// The name that the feed shows.
        display_name: String,
        /// What happened, in words; may be empty.
        description: String,
        /// Where the feed's entry leads to.
        url: WebUrl,
        /// When the event was last updated.
        last_updated: DateTime<Utc>,
        /// Orders the event's updates.
        sequence: Sequence,
        /// Where the event comes from.
        event_source: EventSource,
        /// The lifecycle's ID; its updates have the same.
        id: String,
        /// The stage that it has come to.
        stage: LifecycleStage,
    ) -> Result<Self, Violations> {
        Self::checked(wire::CompassCreateLifecycleEventInputDto {
            lifecycle_properties: wire::CompassLifecycleEventInputPropertiesDto { id, stage },
            description,
            display_name,
            external_event_source_id: event_source.into(),
            last_updated,
            update_sequence_number: sequence.get(),
            url: url.into(),
        })
    }

    /// The lifecycle's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.lifecycle_properties.id
    }

    /// The stage that it has come to.
    #[must_use]
    pub fn stage(&self) -> LifecycleStage {
        self.0.lifecycle_properties.stage
    }

    fn check_own(wire: &wire::CompassCreateLifecycleEventInputDto, checks: &mut Checks) {
        checks.not_blank("lifecycleProperties.id", &wire.lifecycle_properties.id);
    }
}
