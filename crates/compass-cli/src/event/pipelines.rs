//! Builds and deployments.

use clap::Args;
use compass_sdk::Event;
use compass_sdk::event::{
    Build, BuildPipeline, BuildState, Deployment, DeploymentPipeline, DeploymentState, Environment, EnvironmentCategory,
};
use compass_sdk::validation::Violations;

use super::choice::one_of;
use super::feed::{FeedArgs, with_common};
use super::form::{Form, field};
use crate::detect::category;

/// A build
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) feed: FeedArgs,
    /// How the build stands
    #[arg(long, value_parser = one_of::<BuildState>())]
    pub(crate) state: Option<String>,
    #[command(flatten)]
    pub(crate) own: BuildOwn,
    /// When it started: RFC 3339, or `now`
    #[arg(long, value_name = "TIME")]
    pub(crate) started_at: Option<String>,
    /// When it completed: RFC 3339, or `now`; not while it is in progress
    #[arg(long, value_name = "TIME")]
    pub(crate) completed_at: Option<String>,
}

/// What a build has however it stands.
#[expect(clippy::struct_field_names, reason = "they are named as the options")]
#[derive(Clone, Debug, Args)]
pub(crate) struct BuildOwn {
    /// The pipeline's ID, which has to be another one for each build: an event with the same ID is overwritten. Unless
    /// told otherwise it is made of run, job and component: give one in the legs of a matrix, which not every system tells
    /// apart, and where several jobs tell of one build
    #[arg(long, value_name = "ID")]
    pipeline_id: Option<String>,
    /// The pipeline's name
    #[arg(long, value_name = "TEXT")]
    pipeline_name: Option<String>,
    /// The pipeline's URL
    #[arg(long, value_name = "URL")]
    pipeline_url: Option<String>,
}

impl BuildArgs {
    pub(crate) fn fill(&self, form: &mut Form<'_>) -> Result<Event, Violations> {
        let common = form.common(&self.feed);
        let known = form.defaults;
        let state = form.choice(field("--state", "buildProperties.state"), self.state.as_ref(), BuildState::Unknown);
        let id = self.own.pipeline_id.as_ref().or(known.build_id.as_ref());
        let id = form.text(field("--pipeline-id", "buildProperties.pipeline.pipelineId"), id);
        let name = self.own.pipeline_name.as_ref().or(known.pipeline_name.as_ref());
        let name = form.any_text(field("--pipeline-name", "buildProperties.pipeline.displayName"), name);
        // The build's pipeline is the run, and so is its page.
        let url = self.own.pipeline_url.as_ref().or(known.url.as_ref());
        let url = form.any_url(field("--pipeline-url", "buildProperties.pipeline.url"), url);
        let started = field("--started-at", "buildProperties.startedAt");
        let started = form.start(started, self.started_at.as_ref(), known.started_at);
        let completed = field("--completed-at", "buildProperties.completedAt");
        let completed = form.any_time(completed, self.completed_at.as_ref());
        let pipeline = BuildPipeline::builder().id(id).maybe_display_name(name).maybe_url(url).build();
        with_common!(Build::builder(), common)
            .pipeline(pipeline)
            .state(state)
            .started_at(started)
            .maybe_completed_at(completed)
            .build()
            .map(Event::from)
    }
}

/// A deployment to an environment
#[derive(Debug, Args)]
pub(crate) struct DeploymentArgs {
    #[command(flatten)]
    pub(crate) feed: FeedArgs,
    /// How the deployment stands
    #[arg(long, value_parser = one_of::<DeploymentState>())]
    pub(crate) state: Option<String>,
    #[command(flatten)]
    pub(crate) own: DeploymentOwn,
    /// When it started: RFC 3339, or `now`
    #[arg(long, value_name = "TIME")]
    pub(crate) started_at: Option<String>,
    /// When it completed: RFC 3339, or `now`; not while it is pending or in progress
    #[arg(long, value_name = "TIME")]
    pub(crate) completed_at: Option<String>,
}

/// What a deployment has however it stands.
#[derive(Clone, Debug, Args)]
pub(crate) struct DeploymentOwn {
    /// The environment's ID, such as `production`
    #[arg(long, visible_alias = "env", value_name = "ID")]
    environment: Option<String>,
    /// The environment's name; its ID unless told otherwise
    #[arg(long, value_name = "TEXT")]
    environment_name: Option<String>,
    /// What the environment is for; unless told otherwise what a word of its ID says (`production`, `prod`, `live`,
    /// `staging`, `stage`, `testing`, `test`, `qa`, `development`, `dev`), or UNMAPPED
    #[arg(long, value_name = "CATEGORY", value_parser = one_of::<EnvironmentCategory>())]
    environment_category: Option<String>,
    /// The deployment's own number, such as the run's; it is not what orders updates
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    number: Option<String>,
    /// The ID of the pipeline that deploys
    #[arg(long, value_name = "ID")]
    pipeline_id: Option<String>,
    /// The pipeline's name; its ID unless told otherwise
    #[arg(long, value_name = "TEXT")]
    pipeline_name: Option<String>,
    /// The pipeline's URL; the event's unless told otherwise
    #[arg(long, value_name = "URL")]
    pipeline_url: Option<String>,
}

impl DeploymentArgs {
    pub(crate) fn fill(&self, form: &mut Form<'_>) -> Result<Event, Violations> {
        let common = form.common(&self.feed);
        let known = form.defaults;
        let state = field("--state", "deploymentProperties.state");
        let state = form.choice(state, self.state.as_ref(), DeploymentState::Unknown);
        let environment = self.environment(form);
        let number = field("--number", "deploymentProperties.sequenceNumber");
        let number = form.number(number, self.own.number.as_ref(), known.number);
        let id = self.own.pipeline_id.as_ref().or(known.pipeline_id.as_ref());
        let id = form.text(field("--pipeline-id", "deploymentProperties.pipeline.pipelineId"), id);
        let name = self.own.pipeline_name.as_ref().or(known.pipeline_name.as_ref());
        let name = field_or(form, "--pipeline-name", "deploymentProperties.pipeline.displayName", name, &id);
        let url = field("--pipeline-url", "deploymentProperties.pipeline.url");
        let url = form.any_url(url, self.own.pipeline_url.as_ref());
        let url = url.unwrap_or_else(|| common.url.clone());
        let started = form.any_time(field("--started-at", "deploymentProperties.startedAt"), self.started_at.as_ref());
        let completed = field("--completed-at", "deploymentProperties.completedAt");
        let completed = form.any_time(completed, self.completed_at.as_ref());
        with_common!(Deployment::builder(), common)
            .pipeline(DeploymentPipeline::builder().id(id).display_name(name).url(url).build())
            .environment(environment)
            .deployment_number(number)
            .state(state)
            .maybe_started_at(started.or(known.started_at))
            .maybe_completed_at(completed)
            .build()
            .map(Event::from)
    }

    fn environment(&self, form: &mut Form<'_>) -> Environment {
        let known = form.defaults;
        let id = self.own.environment.as_ref().or(known.environment.as_ref());
        let id = form.text(field("--environment", "deploymentProperties.environment.environmentId"), id);
        let path = "deploymentProperties.environment.displayName";
        let name = field_or(form, "--environment-name", path, self.own.environment_name.as_ref(), &id);
        let purpose = field("--environment-category", "deploymentProperties.environment.category");
        let given = form.any_choice(purpose, self.own.environment_category.as_ref(), EnvironmentCategory::Unmapped);
        // A system tells it of its own environment only.
        let told = known.environment_category.filter(|_| self.own.environment.is_none());
        let category = given.or(told).or_else(|| category(&id)).unwrap_or(EnvironmentCategory::Unmapped);
        Environment::builder().id(id).display_name(name).category(category).build()
    }
}

/// A text, or another one that says as much.
fn field_or(form: &mut Form<'_>, flag: &'static str, path: &'static str, text: Option<&String>, other: &str) -> String {
    form.any_text(field(flag, path), text).unwrap_or_else(|| other.to_owned())
}
