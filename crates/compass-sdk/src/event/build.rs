//! Builds.

use chrono::{DateTime, Utc};
use compass_api::types as wire;
pub use compass_api::types::CompassBuildEventPropertiesInputDtoState as BuildState;

use super::{BuildPipeline, EventSource, Sequence, WebUrl};
use crate::validation::{Checks, Violations};

/// A build: `build` on the wire.
///
/// ```
/// use compass_sdk::event::{Build, BuildPipeline, BuildState, EventSource, Sequence};
///
/// let event = Build::builder()
///     .display_name("shop #42")
///     .description("")
///     .url("https://example.com/42".parse()?)
///     .last_updated("2026-09-01T12:07:00Z".parse()?)
///     .sequence(Sequence::now())
///     .event_source(EventSource::of("jenkins", "acme/shop"))
///     .pipeline(BuildPipeline::builder().id("shop-main-42").build())
///     .state(BuildState::Successful)
///     .started_at("2026-09-01T12:00:00Z".parse()?)
///     .completed_at("2026-09-01T12:07:00Z".parse()?)
///     .build()?;
/// assert_eq!(event.state(), BuildState::Successful);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Build(wire::CompassCreateBuildEventInputDto);

super::feed::feed_kind!(Build, CompassCreateBuildEventInputDto);

#[bon::bon]
impl Build {
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
        /// The build's pipeline, with an ID of its own for each build.
        pipeline: BuildPipeline,
        /// How the build stands.
        state: BuildState,
        /// When it started.
        started_at: DateTime<Utc>,
        /// When it completed; not while it is in progress.
        completed_at: Option<DateTime<Utc>>,
    ) -> Result<Self, Violations> {
        Self::checked(wire::CompassCreateBuildEventInputDto {
            build_properties: wire::CompassBuildEventPropertiesInputDto {
                completed_at,
                pipeline: pipeline.into_wire(),
                started_at,
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

    /// The build's pipeline.
    #[must_use]
    pub fn pipeline(&self) -> BuildPipeline {
        BuildPipeline::of_wire(self.0.build_properties.pipeline.clone())
    }

    /// How the build stands.
    #[must_use]
    pub fn state(&self) -> BuildState {
        self.0.build_properties.state
    }

    /// When it started.
    #[must_use]
    pub fn started_at(&self) -> DateTime<Utc> {
        self.0.build_properties.started_at
    }

    /// When it completed.
    #[must_use]
    pub fn completed_at(&self) -> Option<DateTime<Utc>> {
        self.0.build_properties.completed_at
    }

    fn check_own(wire: &wire::CompassCreateBuildEventInputDto, checks: &mut Checks) {
        let own = &wire.build_properties;
        checks.not_blank("buildProperties.pipeline.pipelineId", &own.pipeline.pipeline_id);
        checks.web_url("buildProperties.pipeline.url", own.pipeline.url.as_deref());
        checks.time("buildProperties.startedAt", Some(own.started_at));
        checks.not_before("buildProperties.completedAt", own.completed_at, "startedAt", Some(own.started_at));
        match own.state {
            BuildState::InProgress => checks.no_end_of("buildProperties.completedAt", own.completed_at, own.state),
            BuildState::Successful
            | BuildState::Cancelled
            | BuildState::Failed
            | BuildState::Error
            | BuildState::TimedOut
            | BuildState::Unknown => {}
        }
    }
}
