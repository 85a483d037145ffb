//! The CI systems that are told apart.

use std::fmt;

use clap::ValueEnum;
use clap::builder::PossibleValue;

/// A CI system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum System {
    /// Forgejo Actions.
    ForgejoActions,
    /// Gitea Actions.
    GiteaActions,
    /// GitHub Actions.
    GitHubActions,
    /// GitLab CI.
    GitLabCi,
    /// Bitbucket Pipelines.
    BitbucketPipelines,
    /// `CircleCI`.
    CircleCi,
    /// Azure Pipelines.
    AzurePipelines,
    /// Buildkite.
    Buildkite,
    /// Travis CI.
    TravisCi,
    /// `AppVeyor`.
    AppVeyor,
    /// AWS `CodeBuild`.
    CodeBuild,
    /// Woodpecker.
    Woodpecker,
    /// Drone.
    Drone,
    /// `TeamCity`.
    TeamCity,
    /// Bamboo.
    Bamboo,
    /// Jenkins.
    Jenkins,
    /// Argo CD.
    ArgoCd,
}

impl System {
    /// All of them, in the order in which detection prefers them: see [`super::detect`].
    pub(crate) const ALL: [Self; 17] = [
        Self::ForgejoActions,
        Self::GiteaActions,
        Self::GitHubActions,
        Self::GitLabCi,
        Self::BitbucketPipelines,
        Self::CircleCi,
        Self::AzurePipelines,
        Self::Buildkite,
        Self::TravisCi,
        Self::AppVeyor,
        Self::CodeBuild,
        Self::Woodpecker,
        Self::Drone,
        Self::TeamCity,
        Self::Bamboo,
        Self::Jenkins,
        Self::ArgoCd,
    ];

    /// The name in output, arguments and event sources. It must never change: an event source is known by it.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::ForgejoActions => "forgejo-actions",
            Self::GiteaActions => "gitea-actions",
            Self::GitHubActions => "github-actions",
            Self::GitLabCi => "gitlab-ci",
            Self::BitbucketPipelines => "bitbucket-pipelines",
            Self::CircleCi => "circleci",
            Self::AzurePipelines => "azure-pipelines",
            Self::Buildkite => "buildkite",
            Self::TravisCi => "travis-ci",
            Self::AppVeyor => "appveyor",
            Self::CodeBuild => "codebuild",
            Self::Woodpecker => "woodpecker",
            Self::Drone => "drone",
            Self::TeamCity => "teamcity",
            Self::Bamboo => "bamboo",
            Self::Jenkins => "jenkins",
            Self::ArgoCd => "argocd",
        }
    }
}

impl System {
    /// The systems whose variables this one sets as well, markers included, so that what is written for them runs in it.
    pub(super) const fn stands_in_for(self) -> &'static [Self] {
        match self {
            Self::ForgejoActions => &[Self::GiteaActions, Self::GitHubActions],
            Self::GiteaActions => &[Self::GitHubActions],
            Self::GitHubActions
            | Self::GitLabCi
            | Self::BitbucketPipelines
            | Self::CircleCi
            | Self::AzurePipelines
            | Self::Buildkite
            | Self::TravisCi
            | Self::AppVeyor
            | Self::CodeBuild
            | Self::Woodpecker
            | Self::Drone
            | Self::TeamCity
            | Self::Bamboo
            | Self::Jenkins
            | Self::ArgoCd => &[],
        }
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl ValueEnum for System {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.slug()))
    }
}
