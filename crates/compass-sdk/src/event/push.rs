//! Pushes.

use chrono::{DateTime, Utc};
use compass_api::types as wire;

use super::{Author, EventSource, Sequence, WebUrl};
use crate::validation::{Checks, Violations};

/// A push to a branch: `push` on the wire.
///
/// ```
/// use compass_sdk::event::{Author, EventSource, Push, Sequence};
///
/// let event = Push::builder()
///     .display_name("3 commits to main")
///     .description("")
///     .url("https://example.com/42".parse()?)
///     .last_updated("2026-09-01T12:07:00Z".parse()?)
///     .sequence(Sequence::now())
///     .event_source(EventSource::of("gitea", "acme/shop"))
///     .id("4f0e8f3b")
///     .branch_name("main")
///     .author(Author::builder().name("Ada").build())
///     .build()?;
/// assert_eq!(event.branch_name(), "main");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Push(wire::CompassCreatePushEventInputDto);

super::feed::feed_kind!(Push, CompassCreatePushEventInputDto);

#[bon::bon]
impl Push {
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
        /// The push's ID.
        id: String,
        /// The branch that was pushed to.
        branch_name: String,
        /// Who pushed.
        author: Option<Author>,
    ) -> Result<Self, Violations> {
        Self::checked(wire::CompassCreatePushEventInputDto {
            push_event_properties: wire::CompassPushEventInputPropertiesDto {
                author: author.map(Author::into_wire),
                branch_name,
                id,
            },
            description,
            display_name,
            external_event_source_id: event_source.into(),
            last_updated,
            update_sequence_number: sequence.get(),
            url: url.into(),
        })
    }

    /// The push's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.push_event_properties.id
    }

    /// The branch that was pushed to.
    #[must_use]
    pub fn branch_name(&self) -> &str {
        &self.0.push_event_properties.branch_name
    }

    /// Who pushed.
    #[must_use]
    pub fn author(&self) -> Option<Author> {
        self.0.push_event_properties.author.clone().map(Author::of_wire)
    }

    fn check_own(wire: &wire::CompassCreatePushEventInputDto, checks: &mut Checks) {
        let own = &wire.push_event_properties;
        checks.not_blank("pushEventProperties.id", &own.id);
        checks.not_blank("pushEventProperties.branchName", &own.branch_name);
    }
}
