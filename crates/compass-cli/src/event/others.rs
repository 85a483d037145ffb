//! Custom events, flags, lifecycles, pull requests and pushes.

use clap::Args;
use compass_sdk::Event;
use compass_sdk::ari::CloudId;
use compass_sdk::event::{
    Author, Custom, CustomIcon, Flag, Lifecycle, LifecycleStage, PullRequest, PullRequestStatus, Push,
};
use compass_sdk::validation::Violations;

use super::choice::one_of;
use super::defaults::Want;
use super::feed::{FeedArgs, with_common};
use super::form::{Form, field};

/// Whatever no other kind says
#[derive(Debug, Args)]
pub(crate) struct CustomArgs {
    #[command(flatten)]
    pub(super) feed: FeedArgs,
    /// The event's ID; its updates have the same
    #[arg(long)]
    id: Option<String>,
    /// The icon that the feed shows
    #[arg(long, value_parser = one_of::<CustomIcon>())]
    icon: Option<String>,
}

impl CustomArgs {
    pub(super) fn fill(&self, form: &mut Form<'_>) -> Result<Event, Violations> {
        let common = form.common(&self.feed);
        let id = form.text(field("--id", "customEventProperties.id"), self.id.as_ref());
        let icon = form.choice(field("--icon", "customEventProperties.icon"), self.icon.as_ref(), CustomIcon::Info);
        with_common!(Custom::builder(), common).id(id).icon(icon).build().map(Event::from)
    }
}

/// A feature flag
#[derive(Debug, Args)]
pub(crate) struct FlagArgs {
    #[command(flatten)]
    pub(super) feed: FeedArgs,
    /// The flag's ID; its updates have the same
    #[arg(long)]
    id: Option<String>,
    /// Where the flag stands: on, off, created, archived, deleted, `targeting_updated`; Compass shows any other as
    /// unknown
    #[arg(long, value_name = "TEXT")]
    status: Option<String>,
}

impl FlagArgs {
    pub(super) fn fill(&self, form: &mut Form<'_>) -> Result<Event, Violations> {
        let common = form.common(&self.feed);
        let id = form.text(field("--id", "flagProperties.id"), self.id.as_ref());
        let status = form.any_text(field("--status", "flagProperties.status"), self.status.as_ref());
        with_common!(Flag::builder(), common).id(id).maybe_status(status).build().map(Event::from)
    }
}

/// A stage of a component's life
#[derive(Debug, Args)]
pub(crate) struct LifecycleArgs {
    #[command(flatten)]
    pub(super) feed: FeedArgs,
    /// The lifecycle's ID; its updates have the same
    #[arg(long)]
    id: Option<String>,
    /// The stage that it has come to
    #[arg(long, value_parser = one_of::<LifecycleStage>())]
    stage: Option<String>,
}

impl LifecycleArgs {
    pub(super) fn fill(&self, form: &mut Form<'_>) -> Result<Event, Violations> {
        let common = form.common(&self.feed);
        let id = form.text(field("--id", "lifecycleProperties.id"), self.id.as_ref());
        let stage = field("--stage", "lifecycleProperties.stage");
        let stage = form.choice(stage, self.stage.as_ref(), LifecycleStage::PreRelease);
        with_common!(Lifecycle::builder(), common).id(id).stage(stage).build().map(Event::from)
    }
}

/// A pull request; Compass takes it from Forge apps, and no feed shows it
#[derive(Debug, Args)]
pub(crate) struct PullRequestArgs {
    /// The pull request's ID
    #[arg(long)]
    id: Option<String>,
    /// The pull request's URL, http or https
    #[arg(long)]
    url: Option<String>,
    /// The repository's URL; it may be one for a version control system, such as `git@example.com:acme/shop`
    #[arg(long, value_name = "URL")]
    repository_url: Option<String>,
    /// Where the pull request stands
    #[arg(long, value_parser = one_of::<PullRequestStatus>())]
    status: Option<String>,
    /// When the event was last updated: RFC 3339, or `now`, which is the default
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

impl PullRequestArgs {
    /// What no option says.
    pub(super) fn wants(&self) -> Vec<Want> {
        self.repository_url.is_none().then_some(Want::Repository).into_iter().collect()
    }

    /// `cloud_id` is that of the site that the event is sent to, if it is known without asking.
    pub(super) fn fill(&self, form: &mut Form<'_>, cloud_id: Option<CloudId>) -> Result<Event, Violations> {
        let known = form.defaults;
        let at = form.at(self.at.as_ref());
        let id = form.text(field("--id", "pullRequestProperties.id"), self.id.as_ref());
        let url = form.url(field("--url", "pullRequestProperties.pullRequestUrl"), self.url.as_ref());
        let repository = field("--repository-url", "pullRequestProperties.repoUrl");
        let repository = form.text(repository, self.repository_url.as_ref().or(known.repository_url.as_ref()));
        let status = field("--status", "pullRequestProperties.status");
        let status = form.choice(status, self.status.as_ref(), PullRequestStatus::Created);
        PullRequest::builder()
            .last_updated(at)
            .maybe_cloud_id(cloud_id)
            .id(id)
            .pull_request_url(url)
            .repository_url(repository)
            .status(status)
            .build()
            .map(Event::from)
    }
}

/// A push to a branch
#[derive(Debug, Args)]
pub(crate) struct PushArgs {
    #[command(flatten)]
    pub(super) feed: FeedArgs,
    /// The push's ID, such as the commit
    #[arg(long)]
    id: Option<String>,
    /// The branch that was pushed to
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// The name of who pushed
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// The email address of who pushed
    #[arg(long, value_name = "EMAIL")]
    author_email: Option<String>,
}

impl PushArgs {
    /// What no option says.
    pub(super) fn wants(&self) -> Vec<Want> {
        let branch = self.branch.is_none().then_some(Want::Branch);
        branch.into_iter().chain(self.id.is_none().then_some(Want::Commit)).collect()
    }

    pub(super) fn fill(&self, form: &mut Form<'_>) -> Result<Event, Violations> {
        let common = form.common(&self.feed);
        let known = form.defaults;
        let id = self.id.as_ref().or(known.commit.as_ref());
        let id = form.text(field("--id", "pushEventProperties.id"), id);
        let branch = self.branch.as_ref().or(known.branch.as_ref());
        let branch = form.text(field("--branch", "pushEventProperties.branchName"), branch);
        let name = self.author.as_ref().or(known.author.as_ref());
        let name = form.any_text(field("--author", "pushEventProperties.author.name"), name);
        let email = field("--author-email", "pushEventProperties.author.email");
        let email = form.any_text(email, self.author_email.as_ref());
        let author =
            (name.is_some() || email.is_some()).then(|| Author::builder().maybe_name(name).maybe_email(email).build());
        with_common!(Push::builder(), common).id(id).branch_name(branch).maybe_author(author).build().map(Event::from)
    }
}
