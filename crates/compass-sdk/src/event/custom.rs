//! Custom events.

use chrono::{DateTime, Utc};
use compass_api::types as wire;
pub use compass_api::types::CompassCustomEventPropertiesInputDtoIcon as CustomIcon;

use super::{EventSource, Sequence, WebUrl};
use crate::validation::{Checks, Violations};

/// Whatever no other kind says: `custom` on the wire.
///
/// ```
/// use compass_sdk::event::{Custom, CustomIcon, EventSource, Sequence};
///
/// let event = Custom::builder()
///     .display_name("Load test passed")
///     .description("")
///     .url("https://example.com/42".parse()?)
///     .last_updated("2026-09-01T12:07:00Z".parse()?)
///     .sequence(Sequence::now())
///     .event_source(EventSource::of("k6", "acme/shop"))
///     .id("load-test-42")
///     .icon(CustomIcon::Checkpoint)
///     .build()?;
/// assert_eq!(event.display_name(), "Load test passed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Custom(wire::CompassCreateCustomEventInputDto);

super::feed::feed_kind!(Custom, CompassCreateCustomEventInputDto);

#[bon::bon]
impl Custom {
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
        /// The event's ID; its updates have the same.
        id: String,
        /// The icon that the feed shows.
        icon: CustomIcon,
    ) -> Result<Self, Violations> {
        Self::checked(wire::CompassCreateCustomEventInputDto {
            custom_event_properties: wire::CompassCustomEventPropertiesInputDto { icon, id },
            description,
            display_name,
            external_event_source_id: event_source.into(),
            last_updated,
            update_sequence_number: sequence.get(),
            url: url.into(),
        })
    }

    /// The event's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.custom_event_properties.id
    }

    /// The icon that the feed shows.
    #[must_use]
    pub fn icon(&self) -> CustomIcon {
        self.0.custom_event_properties.icon
    }

    fn check_own(wire: &wire::CompassCreateCustomEventInputDto, checks: &mut Checks) {
        checks.not_blank("customEventProperties.id", &wire.custom_event_properties.id);
    }
}
