//! What each CI system's variables mean, as a table.
//!
//! A candidate is the name of a variable, or a text with names in braces. A character behind a name in braces cuts the
//! value before it: `{CODEBUILD_BUILD_ID:}` is what comes before the first colon. Of several candidates the first counts
//! that gives something. Every name is one that the system documents: the fixtures say where.

use super::system::System;

mod hosted;
mod own;

/// What tells that a job runs in a system.
#[derive(Debug)]
pub(super) enum Marker {
    /// The variable has a value.
    Set(&'static str),
    /// The variable has this value, whatever the case of its letters.
    Is(&'static str, &'static str),
    /// The variable's value begins with this.
    Begins(&'static str, &'static str),
}

/// How often a run was tried.
#[derive(Debug)]
pub(super) enum Attempt {
    /// The system gives a new run a new number, or does not tell.
    Untold,
    /// The variable counts from one.
    FromOne(&'static str),
    /// The variable counts from zero.
    FromZero(&'static str),
}

/// What one system's variables mean, in some or all of its runs.
#[derive(Debug)]
pub(super) struct Row {
    /// Any of these tells the system.
    pub(super) markers: &'static [Marker],
    /// The run: [`super::Detected::build_id`]. Only IDs that are unique in the whole installation, or with that which
    /// makes them so in front.
    pub(super) build_id: &'static [&'static str],
    /// The job within the run, by what stays when it is run again: two jobs are two builds.
    pub(super) job: &'static [&'static str],
    /// The pipeline: [`super::Detected::pipeline_id`].
    pub(super) pipeline_id: &'static [&'static str],
    /// The run's page.
    pub(super) url: &'static [&'static str],
    /// The pipeline's name.
    pub(super) name: &'static [&'static str],
    /// The run's number. What is no number is passed over.
    pub(super) number: &'static [&'static str],
    /// How often the run was tried.
    pub(super) attempt: Attempt,
    /// A pull request's source branch, where `branch` would give the target or a merge.
    pub(super) source_branch: &'static [&'static str],
    /// The tag. Where there is one, `branch` is not looked at: several systems repeat the tag there.
    pub(super) tag: &'static [&'static str],
    /// The branch.
    pub(super) branch: &'static [&'static str],
    /// The commit. What is no hash is passed over.
    pub(super) commit: &'static [&'static str],
    /// The repository, as URL, remote or path.
    pub(super) repository: &'static [&'static str],
    /// When the run started: RFC 3339, or seconds or milliseconds since 1970.
    pub(super) started: &'static [&'static str],
    /// When the commit was made.
    pub(super) committed: &'static [&'static str],
    /// The environment that is deployed to.
    pub(super) environment: &'static [&'static str],
    /// The environment's category, in the system's words.
    pub(super) category: &'static [&'static str],
    /// Who is behind the run, by name.
    pub(super) actor: &'static [&'static str],
}

/// A row that tells nothing.
const NONE: Row = Row {
    markers: &[],
    build_id: &[],
    job: &[],
    pipeline_id: &[],
    url: &[],
    name: &[],
    number: &[],
    attempt: Attempt::Untold,
    source_branch: &[],
    tag: &[],
    branch: &[],
    commit: &[],
    repository: &[],
    started: &[],
    committed: &[],
    environment: &[],
    category: &[],
    actor: &[],
};

/// The system's rows. The first counts whose marker is there: some systems mean other things by their variables in some
/// runs.
pub(super) const fn rows(system: System) -> &'static [Row] {
    match system {
        System::ForgejoActions => &[own::FORGEJO_ACTIONS],
        System::GiteaActions => &[own::GITEA_ACTIONS],
        System::GitHubActions => &[hosted::GITHUB_ACTIONS],
        System::GitLabCi => &[hosted::GITLAB_CI],
        System::BitbucketPipelines => &[hosted::BITBUCKET_PIPELINES],
        System::CircleCi => &[hosted::CIRCLECI],
        System::AzurePipelines => &[hosted::AZURE_RELEASES, hosted::AZURE_PIPELINES],
        System::Buildkite => &[hosted::BUILDKITE],
        System::TravisCi => &[hosted::TRAVIS_CI],
        System::AppVeyor => &[hosted::APPVEYOR],
        System::CodeBuild => &[hosted::CODEBUILD],
        System::Woodpecker => &[own::WOODPECKER],
        System::Drone => &[own::DRONE],
        System::TeamCity => &[own::TEAMCITY],
        System::Bamboo => &[own::BAMBOO_DEPLOYMENTS, own::BAMBOO],
        System::Jenkins => &[own::JENKINS],
        System::ArgoCd => &[own::ARGOCD],
    }
}
