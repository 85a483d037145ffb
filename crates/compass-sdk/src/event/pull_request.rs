//! Pull requests.

use chrono::{DateTime, Utc};
use compass_api::types as wire;
pub use compass_api::types::CompassPullRequestInputPropertiesDtoStatus as PullRequestStatus;

use super::WebUrl;
use crate::ari::CloudId;
use crate::validation::{Checks, Violations};

/// A pull request: `pullRequest` on the wire. Only Forge apps can send it, and no feed shows it; hence it has no name,
/// no event source, and nothing that orders its updates.
///
/// ```
/// use compass_sdk::event::{PullRequest, PullRequestStatus};
///
/// let event = PullRequest::builder()
///     .last_updated("2026-09-01T12:07:00Z".parse()?)
///     .id("42")
///     .pull_request_url("https://git.example.com/acme/shop/pulls/42".parse()?)
///     .repository_url("https://git.example.com/acme/shop")
///     .status(PullRequestStatus::Merged)
///     .build()?;
/// assert_eq!(event.id(), "42");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PullRequest(wire::CompassCreatePullRequestEventInputDto);

super::feed::kind!(PullRequest, CompassCreatePullRequestEventInputDto, nothing_common);

fn nothing_common(_: &wire::CompassCreatePullRequestEventInputDto, _: &mut Checks) {}

#[bon::bon]
impl PullRequest {
    /// Begins an event; every field that Compass demands has to be set before `build` can be called.
    ///
    /// # Errors
    /// All [rules](crate::validation::Rule) that are broken.
    #[builder(on(String, into))]
    pub fn new(
        /// When the event was last updated.
        last_updated: DateTime<Utc>,
        /// The site that the event belongs to.
        cloud_id: Option<CloudId>,
        /// The pull request's ID.
        id: String,
        /// The pull request's URL.
        pull_request_url: WebUrl,
        /// The repository's URL. It may be one for a version control system, such as `git@example.com:acme/shop`.
        repository_url: String,
        /// Where the pull request stands.
        status: PullRequestStatus,
    ) -> Result<Self, Violations> {
        Self::checked(wire::CompassCreatePullRequestEventInputDto {
            cloud_id: cloud_id.map(Into::into),
            last_updated,
            pull_request_properties: wire::CompassPullRequestInputPropertiesDto {
                id,
                pull_request_url: pull_request_url.into(),
                repo_url: repository_url,
                status,
            },
        })
    }

    /// The site that the event belongs to, as it was given.
    #[must_use]
    pub fn cloud_id(&self) -> Option<&str> {
        self.0.cloud_id.as_deref()
    }

    /// The pull request's ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.pull_request_properties.id
    }

    /// The pull request's URL.
    #[must_use]
    pub fn pull_request_url(&self) -> &str {
        &self.0.pull_request_properties.pull_request_url
    }

    /// The repository's URL.
    #[must_use]
    pub fn repository_url(&self) -> &str {
        &self.0.pull_request_properties.repo_url
    }

    /// Where the pull request stands.
    #[must_use]
    pub fn status(&self) -> PullRequestStatus {
        self.0.pull_request_properties.status
    }

    fn check_own(wire: &wire::CompassCreatePullRequestEventInputDto, checks: &mut Checks) {
        let own = &wire.pull_request_properties;
        checks.not_blank("pullRequestProperties.id", &own.id);
        checks.web_url("pullRequestProperties.pullRequestUrl", Some(&own.pull_request_url));
        checks.not_blank("pullRequestProperties.repoUrl", &own.repo_url);
    }
}
