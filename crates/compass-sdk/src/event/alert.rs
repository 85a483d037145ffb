//! Alerts.

use chrono::{DateTime, Utc};
use compass_api::types as wire;
pub use compass_api::types::CompassAlertEventPropertiesInputDtoPriority as AlertPriority;
pub use compass_api::types::CompassAlertEventPropertiesInputDtoStatus as AlertStatus;

use super::{EventSource, Sequence, WebUrl};
use crate::validation::{Checks, Violations};

/// An alert of a monitoring tool: `alert` on the wire.
///
/// ```
/// use compass_sdk::event::{Alert, AlertPriority, AlertStatus, EventSource, Sequence};
///
/// let event = Alert::builder()
///     .display_name("Disk almost full")
///     .description("")
///     .url("https://example.com/42".parse()?)
///     .last_updated("2026-09-01T12:07:00Z".parse()?)
///     .sequence(Sequence::now())
///     .event_source(EventSource::of("opsgenie", "acme/shop"))
///     .id("alert-42")
///     .status(AlertStatus::Closed)
///     .priority(AlertPriority::P2)
///     .created_at("2026-09-01T12:00:00Z".parse()?)
///     .closed_at("2026-09-01T12:07:00Z".parse()?)
///     .build()?;
/// assert_eq!(event.id(), "alert-42");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Alert(wire::CompassCreateAlertEventInputDto);

super::feed::feed_kind!(Alert, CompassCreateAlertEventInputDto);

#[bon::bon]
impl Alert {
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
        /// The alert's ID; its updates have the same.
        id: String,
        /// Where the alert stands.
        status: Option<AlertStatus>,
        /// How urgent it is.
        priority: Option<AlertPriority>,
        /// When it was opened.
        created_at: Option<DateTime<Utc>>,
        /// When it was last acknowledged.
        acknowledged_at: Option<DateTime<Utc>>,
        /// When it was last snoozed.
        snoozed_at: Option<DateTime<Utc>>,
        /// When it was last closed; a closed one needs it.
        closed_at: Option<DateTime<Utc>>,
    ) -> Result<Self, Violations> {
        Self::checked(wire::CompassCreateAlertEventInputDto {
            alert_properties: wire::CompassAlertEventPropertiesInputDto {
                acknowledged_at,
                closed_at,
                created_at,
                id,
                priority,
                snoozed_at,
                status,
            },
            description,
            display_name,
            external_event_source_id: event_source.into(),
            last_updated,
            update_sequence_number: sequence.get(),
            url: url.into(),
        })
    }

    /// The alert's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.alert_properties.id
    }

    /// Where the alert stands.
    #[must_use]
    pub fn status(&self) -> Option<AlertStatus> {
        self.0.alert_properties.status
    }

    /// How urgent it is.
    #[must_use]
    pub fn priority(&self) -> Option<AlertPriority> {
        self.0.alert_properties.priority
    }

    /// When it was opened.
    #[must_use]
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        self.0.alert_properties.created_at
    }

    /// When it was last acknowledged.
    #[must_use]
    pub fn acknowledged_at(&self) -> Option<DateTime<Utc>> {
        self.0.alert_properties.acknowledged_at
    }

    /// When it was last snoozed.
    #[must_use]
    pub fn snoozed_at(&self) -> Option<DateTime<Utc>> {
        self.0.alert_properties.snoozed_at
    }

    /// When it was last closed.
    #[must_use]
    pub fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.alert_properties.closed_at
    }

    fn check_own(wire: &wire::CompassCreateAlertEventInputDto, checks: &mut Checks) {
        let own = &wire.alert_properties;
        checks.not_blank("alertProperties.id", &own.id);
        checks.time("alertProperties.createdAt", own.created_at);
        let later = [
            ("alertProperties.acknowledgedAt", own.acknowledged_at),
            ("alertProperties.snoozedAt", own.snoozed_at),
            ("alertProperties.closedAt", own.closed_at),
        ];
        for (path, time) in later {
            checks.not_before(path, time, "createdAt", own.created_at);
        }
        match own.status {
            Some(status @ AlertStatus::Closed) => {
                checks.end_of("alertProperties.closedAt", own.closed_at, status);
            }
            Some(AlertStatus::Opened | AlertStatus::Acknowledged | AlertStatus::Snoozed) | None => {}
        }
    }
}
