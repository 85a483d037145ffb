//! Incidents.

use chrono::{DateTime, Utc};
use compass_api::types as wire;
pub use compass_api::types::CompassCreateIncidentEventPropertiesInputDtoState as IncidentState;

use super::{EventSource, IncidentSeverity, Sequence, WebUrl};
use crate::validation::{Checks, Violations};

/// An incident: `incident` on the wire.
///
/// ```
/// use compass_sdk::event::{EventSource, Incident, IncidentSeverity, IncidentSeverityLevel, IncidentState, Sequence};
///
/// let event = Incident::builder()
///     .display_name("Checkout is down")
///     .description("")
///     .url("https://example.com/42".parse()?)
///     .last_updated("2026-09-01T12:07:00Z".parse()?)
///     .sequence(Sequence::now())
///     .event_source(EventSource::of("pagerduty", "acme/shop"))
///     .id("INC-42")
///     .state(IncidentState::Resolved)
///     .severity(IncidentSeverity::builder().level(IncidentSeverityLevel::Two).build())
///     .start_time("2026-09-01T12:00:00Z".parse()?)
///     .end_time("2026-09-01T12:07:00Z".parse()?)
///     .build()?;
/// assert_eq!(event.state(), IncidentState::Resolved);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Incident(wire::CompassCreateIncidentEventInputDto);

super::feed::feed_kind!(Incident, CompassCreateIncidentEventInputDto);

#[bon::bon]
impl Incident {
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
        /// The incident's ID; its updates have the same.
        id: String,
        /// Where the incident stands.
        state: IncidentState,
        /// How severe it is.
        severity: Option<IncidentSeverity>,
        /// When it started.
        start_time: DateTime<Utc>,
        /// When it ended; a resolved one needs it.
        end_time: Option<DateTime<Utc>>,
    ) -> Result<Self, Violations> {
        Self::checked(wire::CompassCreateIncidentEventInputDto {
            incident_properties: wire::CompassCreateIncidentEventPropertiesInputDto {
                end_time,
                id,
                severity: severity.map(IncidentSeverity::into_wire),
                start_time,
                state,
            },
            description,
            display_name,
            external_event_source_id: event_source.into(),
            last_updated,
            update_sequence_number: sequence.get(),
            url: url.into(),
        })
    }

    /// The incident's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.incident_properties.id
    }

    /// Where the incident stands.
    #[must_use]
    pub fn state(&self) -> IncidentState {
        self.0.incident_properties.state
    }

    /// How severe it is.
    #[must_use]
    pub fn severity(&self) -> Option<IncidentSeverity> {
        self.0.incident_properties.severity.clone().map(IncidentSeverity::of_wire)
    }

    /// When it started.
    #[must_use]
    pub fn start_time(&self) -> DateTime<Utc> {
        self.0.incident_properties.start_time
    }

    /// When it ended.
    #[must_use]
    pub fn end_time(&self) -> Option<DateTime<Utc>> {
        self.0.incident_properties.end_time
    }

    fn check_own(wire: &wire::CompassCreateIncidentEventInputDto, checks: &mut Checks) {
        let own = &wire.incident_properties;
        checks.not_blank("incidentProperties.id", &own.id);
        checks.time("incidentProperties.startTime", Some(own.start_time));
        checks.not_before("incidentProperties.endTime", own.end_time, "startTime", Some(own.start_time));
        match own.state {
            IncidentState::Resolved => checks.end_of("incidentProperties.endTime", own.end_time, own.state),
            // An open one may have been resolved and opened again, one that is deleted may never have ended.
            IncidentState::Open | IncidentState::Deleted => {}
        }
    }
}
