//! Feature flags.

use chrono::{DateTime, Utc};
use compass_api::types as wire;

use super::{EventSource, Sequence, WebUrl};
use crate::validation::{Checks, Violations};

/// A change of a feature flag: `flag` on the wire.
///
/// ```
/// use compass_sdk::event::{EventSource, Flag, Sequence};
///
/// let event = Flag::builder()
///     .display_name("Dark mode is on")
///     .description("")
///     .url("https://example.com/42".parse()?)
///     .last_updated("2026-09-01T12:07:00Z".parse()?)
///     .sequence(Sequence::now())
///     .event_source(EventSource::of("launchdarkly", "acme/shop"))
///     .id("dark-mode")
///     .status("on")
///     .build()?;
/// assert_eq!(event.status(), Some("on"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Flag(wire::CompassCreateFlagEventInputDto);

super::feed::feed_kind!(Flag, CompassCreateFlagEventInputDto);

#[bon::bon]
impl Flag {
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
        /// The flag's ID; its updates have the same.
        id: String,
        /// Where the flag stands. Known, in any case: on, off, created, archived, deleted, `targeting_updated`. Compass shows any
        /// other as unknown.
        status: Option<String>,
    ) -> Result<Self, Violations> {
        Self::checked(wire::CompassCreateFlagEventInputDto {
            flag_properties: wire::CompassCreateFlagEventPropertiesInputDto { id, status },
            description,
            display_name,
            external_event_source_id: event_source.into(),
            last_updated,
            update_sequence_number: sequence.get(),
            url: url.into(),
        })
    }

    /// The flag's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.flag_properties.id
    }

    /// Where the flag stands.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        self.0.flag_properties.status.as_deref()
    }

    fn check_own(wire: &wire::CompassCreateFlagEventInputDto, checks: &mut Checks) {
        checks.not_blank("flagProperties.id", &wire.flag_properties.id);
    }
}
