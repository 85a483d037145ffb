//! What events are made of, beneath their own fields.

use compass_api::types as wire;
pub use compass_api::types::CompassDeploymentEventEnvironmentInputDtoCategory as EnvironmentCategory;
pub use compass_api::types::CompassIncidentEventSeverityInputDtoLevel as IncidentSeverityLevel;
pub use compass_api::types::CompassVulnerabilityEventSeverityInputDtoLevel as VulnerabilitySeverityLevel;

use super::WebUrl;

/// The way from and to the wire, for the module of events alone: `From` would be public.
macro_rules! part {
    ($part:ident, $wire:ident) => {
        impl $part {
            pub(super) fn of_wire(wire: wire::$wire) -> Self {
                Self(wire)
            }

            pub(super) fn into_wire(self) -> wire::$wire {
                self.0
            }
        }
    };
}

/// A build's pipeline.
///
/// The event that it becomes part of checks its values.
///
/// ```
/// use compass_sdk::event::BuildPipeline;
///
/// let pipeline = BuildPipeline::builder().id("shop-main-42").display_name("shop, main").build();
/// assert_eq!(pipeline.id(), "shop-main-42");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BuildPipeline(wire::CompassBuildEventPipelineInputDto);

#[bon::bon]
impl BuildPipeline {
    /// Begins a pipeline.
    #[builder(on(String, into))]
    pub fn new(
        /// The pipeline's ID, which has to be unique per build: an event with the same ID is overwritten.
        id: String,
        /// The pipeline's name.
        display_name: Option<String>,
        /// The pipeline's URL.
        url: Option<WebUrl>,
    ) -> Self {
        Self(wire::CompassBuildEventPipelineInputDto { display_name, pipeline_id: id, url: url.map(Into::into) })
    }

    /// The pipeline's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.pipeline_id
    }

    /// The pipeline's name.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.0.display_name.as_deref()
    }

    /// The pipeline's URL.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }
}

part!(BuildPipeline, CompassBuildEventPipelineInputDto);

/// A deployment's pipeline.
///
/// The event that it becomes part of checks its values.
///
/// ```
/// use compass_sdk::event::{DeploymentPipeline, WebUrl};
///
/// let url = WebUrl::parse("https://ci.example.com/shop-deploy")?;
/// let pipeline = DeploymentPipeline::builder().id("shop-deploy").display_name("Deploy shop").url(url).build();
/// assert_eq!(pipeline.id(), "shop-deploy");
/// # Ok::<(), compass_sdk::event::WebUrlError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DeploymentPipeline(wire::CompassDeploymentEventPipelineInputDto);

#[bon::bon]
impl DeploymentPipeline {
    /// Begins a pipeline.
    #[builder(on(String, into))]
    pub fn new(
        /// The pipeline's ID.
        id: String,
        /// The pipeline's name.
        display_name: String,
        /// The pipeline's URL.
        url: WebUrl,
    ) -> Self {
        Self(wire::CompassDeploymentEventPipelineInputDto { display_name, pipeline_id: id, url: url.into() })
    }

    /// The pipeline's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.pipeline_id
    }

    /// The pipeline's name.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.0.display_name
    }

    /// The pipeline's URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }
}

part!(DeploymentPipeline, CompassDeploymentEventPipelineInputDto);

/// Where a deployment goes.
///
/// The event that it becomes part of checks its values.
///
/// ```
/// use compass_sdk::event::{Environment, EnvironmentCategory};
///
/// let category = EnvironmentCategory::Staging;
/// let environment = Environment::builder().id("stage-1").display_name("Stage 1").category(category).build();
/// assert_eq!(environment.category(), EnvironmentCategory::Staging);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Environment(wire::CompassDeploymentEventEnvironmentInputDto);

#[bon::bon]
impl Environment {
    /// Begins an environment.
    #[builder(on(String, into))]
    pub fn new(
        /// The environment's ID.
        id: String,
        /// The environment's name.
        display_name: String,
        /// What the environment is for.
        category: EnvironmentCategory,
    ) -> Self {
        Self(wire::CompassDeploymentEventEnvironmentInputDto { category, display_name, environment_id: id })
    }

    /// The environment's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.environment_id
    }

    /// The environment's name.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.0.display_name
    }

    /// What the environment is for.
    #[must_use]
    pub fn category(&self) -> EnvironmentCategory {
        self.0.category
    }
}

part!(Environment, CompassDeploymentEventEnvironmentInputDto);

/// How severe an incident is.
///
/// The event that it becomes part of checks its values.
///
/// ```
/// use compass_sdk::event::{IncidentSeverity, IncidentSeverityLevel};
///
/// let severity = IncidentSeverity::builder().level(IncidentSeverityLevel::One).label("SEV-1").build();
/// assert_eq!(severity.label(), Some("SEV-1"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentSeverity(wire::CompassIncidentEventSeverityInputDto);

#[bon::bon]
impl IncidentSeverity {
    /// Begins a severity; level and label are both optional.
    #[builder(on(String, into))]
    pub fn new(
        /// How the severity is shown.
        label: Option<String>,
        /// The level: `One` is the most severe, `Five` the least.
        level: Option<IncidentSeverityLevel>,
    ) -> Self {
        Self(wire::CompassIncidentEventSeverityInputDto { label, level })
    }

    /// How the severity is shown.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// The level.
    #[must_use]
    pub fn level(&self) -> Option<IncidentSeverityLevel> {
        self.0.level
    }
}

part!(IncidentSeverity, CompassIncidentEventSeverityInputDto);

/// How severe a vulnerability is.
///
/// The event that it becomes part of checks its values.
///
/// ```
/// use compass_sdk::event::{VulnerabilitySeverity, VulnerabilitySeverityLevel};
///
/// let severity = VulnerabilitySeverity::builder().level(VulnerabilitySeverityLevel::Low).build();
/// assert_eq!(severity.level(), VulnerabilitySeverityLevel::Low);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct VulnerabilitySeverity(wire::CompassVulnerabilityEventSeverityInputDto);

#[bon::bon]
impl VulnerabilitySeverity {
    /// Begins a severity.
    #[builder(on(String, into))]
    pub fn new(
        /// How the severity is shown.
        label: Option<String>,
        /// The level.
        level: VulnerabilitySeverityLevel,
    ) -> Self {
        Self(wire::CompassVulnerabilityEventSeverityInputDto { label, level })
    }

    /// How the severity is shown.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// The level.
    #[must_use]
    pub fn level(&self) -> VulnerabilitySeverityLevel {
        self.0.level
    }
}

part!(VulnerabilitySeverity, CompassVulnerabilityEventSeverityInputDto);

/// Who pushed.
///
/// The event that it becomes part of checks its values.
///
/// ```
/// use compass_sdk::event::Author;
///
/// let author = Author::builder().name("Ada").email("ada@example.com").build();
/// assert_eq!(author.name(), Some("Ada"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Author(wire::CompassPushEventAuthorInputDto);

#[bon::bon]
impl Author {
    /// Begins an author; name and address are both optional.
    #[builder(on(String, into))]
    pub fn new(
        /// The author's name.
        name: Option<String>,
        /// The author's email address.
        email: Option<String>,
    ) -> Self {
        Self(wire::CompassPushEventAuthorInputDto { email, name })
    }

    /// The author's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// The author's email address.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }
}

part!(Author, CompassPushEventAuthorInputDto);
