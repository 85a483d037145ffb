//! Deployments.

use chrono::{DateTime, Utc};
use compass_api::types as wire;
pub use compass_api::types::CompassCreateDeploymentEventPropertiesInputDtoState as DeploymentState;

use super::{DeploymentPipeline, Environment, EventSource, Sequence, WebUrl};
use crate::validation::{Checks, Violations};

/// A deployment to an environment: `deployment` on the wire.
///
/// ```
/// use compass_sdk::event::{Deployment, DeploymentPipeline, DeploymentState, Environment, EnvironmentCategory, EventSource, Sequence};
///
/// let event = Deployment::builder()
///     .display_name("shop 1.4.2 to production")
///     .description("")
///     .url("https://example.com/42".parse()?)
///     .last_updated("2026-09-01T12:07:00Z".parse()?)
///     .sequence(Sequence::now())
///     .event_source(EventSource::of("jenkins", "acme/shop"))
///     .pipeline(
///         DeploymentPipeline::builder()
///             .id("shop-deploy")
///             .display_name("Deploy shop")
///             .url("https://example.com/pipelines/shop-deploy".parse()?)
///             .build(),
///     )
///     .environment(
///         Environment::builder()
///             .id("prod-eu")
///             .display_name("Production, Europe")
///             .category(EnvironmentCategory::Production)
///             .build(),
///     )
///     .deployment_number(42)
///     .state(DeploymentState::Successful)
///     .started_at("2026-09-01T12:00:00Z".parse()?)
///     .completed_at("2026-09-01T12:07:00Z".parse()?)
///     .build()?;
/// assert_eq!(event.deployment_number(), 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment(wire::CompassCreateDeploymentEventInputDto);

super::feed::feed_kind!(Deployment, CompassCreateDeploymentEventInputDto);

#[bon::bon]
impl Deployment {
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
        /// The pipeline that deploys.
        pipeline: DeploymentPipeline,
        /// Where it deploys to.
        environment: Environment,
        /// The deployment's own number, `deploymentProperties.sequenceNumber`: the run's, say. It is not what orders updates.
        deployment_number: i64,
        /// How the deployment stands.
        state: DeploymentState,
        /// When it started.
        started_at: Option<DateTime<Utc>>,
        /// When it completed; not while it is pending or in progress.
        completed_at: Option<DateTime<Utc>>,
    ) -> Result<Self, Violations> {
        Self::checked(wire::CompassCreateDeploymentEventInputDto {
            deployment_properties: wire::CompassCreateDeploymentEventPropertiesInputDto {
                completed_at,
                environment: environment.into_wire(),
                pipeline: pipeline.into_wire(),
                sequence_number: deployment_number,
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

    /// The pipeline that deploys.
    #[must_use]
    pub fn pipeline(&self) -> DeploymentPipeline {
        DeploymentPipeline::of_wire(self.0.deployment_properties.pipeline.clone())
    }

    /// Where it deploys to.
    #[must_use]
    pub fn environment(&self) -> Environment {
        Environment::of_wire(self.0.deployment_properties.environment.clone())
    }

    /// The deployment's own number.
    #[must_use]
    pub fn deployment_number(&self) -> i64 {
        self.0.deployment_properties.sequence_number
    }

    /// How the deployment stands.
    #[must_use]
    pub fn state(&self) -> DeploymentState {
        self.0.deployment_properties.state
    }

    /// When it started.
    #[must_use]
    pub fn started_at(&self) -> Option<DateTime<Utc>> {
        self.0.deployment_properties.started_at
    }

    /// When it completed.
    #[must_use]
    pub fn completed_at(&self) -> Option<DateTime<Utc>> {
        self.0.deployment_properties.completed_at
    }

    fn check_own(wire: &wire::CompassCreateDeploymentEventInputDto, checks: &mut Checks) {
        let own = &wire.deployment_properties;
        checks.not_blank("deploymentProperties.pipeline.pipelineId", &own.pipeline.pipeline_id);
        checks.web_url("deploymentProperties.pipeline.url", Some(&own.pipeline.url));
        checks.not_blank("deploymentProperties.environment.environmentId", &own.environment.environment_id);
        checks.time("deploymentProperties.startedAt", own.started_at);
        checks.not_before("deploymentProperties.completedAt", own.completed_at, "startedAt", own.started_at);
        match own.state {
            DeploymentState::Pending | DeploymentState::InProgress => {
                checks.no_end_of("deploymentProperties.completedAt", own.completed_at, own.state);
            }
            DeploymentState::Successful
            | DeploymentState::Cancelled
            | DeploymentState::Failed
            | DeploymentState::RolledBack
            | DeploymentState::Unknown => {}
        }
    }
}
