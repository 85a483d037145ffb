//! Systems that people mostly run themselves.

use super::hosted::GITHUB_ACTIONS;
use super::{Marker, NONE, Row};

/// Gitea Actions.
///
/// - Its runner sets the variables of GitHub Actions, `GITHUB_ACTIONS` included, and `GITEA_ACTIONS`.
/// - The page is found by the run's number, which counts in the repository, where GitHub's counts in the workflow.
/// - Older servers leave `GITHUB_RUN_ATTEMPT` empty. `GITHUB_WORKFLOW_REF` is not always there, and the pipeline must not
///   become another one when it comes.
pub(super) const GITEA_ACTIONS: Row = Row {
    markers: &[Marker::Is("GITEA_ACTIONS", "true")],
    pipeline_id: &["{GITHUB_REPOSITORY}/{GITHUB_WORKFLOW}"],
    url: &["{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_NUMBER}"],
    ..GITHUB_ACTIONS
};

/// Forgejo Actions: as Gitea's, which it comes from. Its runner sets `GITEA_ACTIONS` as well, and `FORGEJO_ACTIONS` since
/// version 7; before that it cannot be told from Gitea.
pub(super) const FORGEJO_ACTIONS: Row = Row { markers: &[Marker::Is("FORGEJO_ACTIONS", "true")], ..GITEA_ACTIONS };

/// Woodpecker.
///
/// - `CI` is `woodpecker` where others have `true`. Its names begin with `CI_` as those of GitLab do, and some are the
///   same; `GITLAB_CI` is not set.
/// - Restarting gives a new number, with the old one in `CI_PIPELINE_PARENT`. Numbers count within a repository.
/// - A workflow is what other systems call a job. Those of a matrix have one name, and a number each.
/// - `CI_COMMIT_BRANCH` is the target of a pull request.
pub(super) const WOODPECKER: Row = Row {
    markers: &[Marker::Is("CI", "woodpecker"), Marker::Is("CI_SYSTEM_NAME", "woodpecker")],
    build_id: &["{CI_REPO}#{CI_PIPELINE_NUMBER}"],
    job: &["{CI_WORKFLOW_NAME}.{CI_WORKFLOW_NUMBER}", "CI_WORKFLOW_NAME"],
    pipeline_id: &["{CI_REPO}/{CI_WORKFLOW_NAME}", "CI_REPO"],
    url: &["CI_PIPELINE_URL"],
    name: &["CI_WORKFLOW_NAME"],
    number: &["CI_PIPELINE_NUMBER"],
    source_branch: &["CI_COMMIT_SOURCE_BRANCH"],
    tag: &["CI_COMMIT_TAG"],
    branch: &["CI_COMMIT_BRANCH"],
    commit: &["CI_COMMIT_SHA"],
    repository: &["CI_REPO_URL", "CI_REPO_CLONE_URL", "CI_REPO"],
    started: &["CI_PIPELINE_STARTED"],
    environment: &["CI_PIPELINE_DEPLOY_TARGET"],
    actor: &["CI_PIPELINE_AUTHOR", "CI_COMMIT_AUTHOR"],
    ..NONE
};

/// Drone.
///
/// - `DRONE` is the marker, and no other `DRONE_` variable: Woodpecker sets those, too, for the plugins of Drone.
/// - Restarting gives a new number. Numbers count within a repository.
/// - `DRONE_BRANCH` is the target of a pull request; `DRONE_SOURCE_BRANCH` may be empty for other events.
pub(super) const DRONE: Row = Row {
    markers: &[Marker::Is("DRONE", "true")],
    build_id: &["{DRONE_REPO}#{DRONE_BUILD_NUMBER}"],
    job: &["DRONE_STAGE_NAME"],
    pipeline_id: &["{DRONE_REPO}/{DRONE_STAGE_NAME}", "DRONE_REPO"],
    url: &["DRONE_BUILD_LINK"],
    name: &["DRONE_STAGE_NAME"],
    number: &["DRONE_BUILD_NUMBER"],
    source_branch: &["DRONE_SOURCE_BRANCH"],
    tag: &["DRONE_TAG"],
    branch: &["DRONE_BRANCH"],
    commit: &["DRONE_COMMIT_SHA", "DRONE_COMMIT"],
    repository: &["DRONE_REPO_LINK", "DRONE_GIT_HTTP_URL", "DRONE_REPO"],
    started: &["DRONE_BUILD_STARTED"],
    environment: &["DRONE_DEPLOY_TO"],
    actor: &["DRONE_COMMIT_AUTHOR"],
    ..NONE
};

/// `TeamCity`.
///
/// - No variable has the build's ID, nor the branch or the repository, which are parameters only: git tells the latter
///   two. `BUILD_URL` ends in the ID; older servers do not set it, and the number stands in for it.
/// - `BUILD_NUMBER` has the form that the configuration gives it, and may be no number.
pub(super) const TEAMCITY: Row = Row {
    markers: &[Marker::Set("TEAMCITY_VERSION")],
    build_id: &["BUILD_URL", "{TEAMCITY_PROJECT_NAME}/{TEAMCITY_BUILDCONF_NAME}#{BUILD_NUMBER}"],
    pipeline_id: &["{TEAMCITY_PROJECT_NAME}/{TEAMCITY_BUILDCONF_NAME}"],
    url: &["BUILD_URL"],
    name: &["TEAMCITY_BUILDCONF_NAME"],
    number: &["BUILD_NUMBER"],
    commit: &["BUILD_VCS_NUMBER"],
    ..NONE
};

/// Bamboo.
///
/// - Documented with dots (`bamboo.planKey`); in scripts the dots are underscores.
/// - The plan's key and the number are the plan's result. Running failed jobs again keeps it.
pub(super) const BAMBOO: Row = Row {
    markers: &[Marker::Set("bamboo_planKey")],
    build_id: &["{bamboo_planKey}-{bamboo_buildNumber}"],
    job: &["bamboo_shortJobKey"],
    pipeline_id: &["bamboo_planKey"],
    url: &["bamboo_resultsUrl", "bamboo_buildResultsUrl"],
    name: &["bamboo_planName"],
    number: &["bamboo_buildNumber"],
    branch: &["bamboo_planRepository_branchName"],
    commit: &["bamboo_planRepository_revision"],
    repository: &["bamboo_planRepository_repositoryUrl"],
    started: &["bamboo_buildTimeStamp"],
    actor: &["bamboo_ManualBuildTriggerReason_userName"],
    ..NONE
};

/// Bamboo, deployments.
///
/// - Variables of the plan are those of the build that made the release, so that its start and its author are left out.
///   Its number is kept: it is the nearest to a deployment's number, and the same when a release is deployed again.
/// - The page is that of the deployment's result, and the only thing that tells two of them apart.
pub(super) const BAMBOO_DEPLOYMENTS: Row = Row {
    markers: &[Marker::Set("bamboo_deploy_project")],
    build_id: &["bamboo_resultsUrl"],
    pipeline_id: &["bamboo_deploy_project"],
    url: &["bamboo_resultsUrl"],
    name: &["bamboo_deploy_project"],
    environment: &["bamboo_deploy_environment"],
    number: BAMBOO.number,
    branch: BAMBOO.branch,
    commit: BAMBOO.commit,
    repository: BAMBOO.repository,
    ..NONE
};

/// Jenkins.
///
/// - `JENKINS_URL` and `BUILD_URL` are there only if the system's configuration has a URL. `BUILD_TAG` is
///   `jenkins-<job>-<number>` with dashes for slashes, so that two jobs may share it.
/// - A build that is replayed or run again is a new build. `STAGE_NAME` is another one in what comes after a stage, so that
///   it would tell a build's end from its beginning.
/// - `BRANCH_NAME` is `PR-12` for a pull request, whose source is in `CHANGE_BRANCH`. Jobs with one branch have what the
///   Git plugin says: `GIT_BRANCH`, with the remote in front.
pub(super) const JENKINS: Row = Row {
    markers: &[Marker::Set("JENKINS_URL"), Marker::Begins("BUILD_TAG", "jenkins-")],
    build_id: &["{JOB_NAME}#{BUILD_NUMBER}"],
    pipeline_id: &["JOB_NAME"],
    url: &["BUILD_URL"],
    name: &["JOB_NAME"],
    number: &["BUILD_NUMBER"],
    source_branch: &["CHANGE_BRANCH"],
    tag: &["TAG_NAME"],
    branch: &["BRANCH_NAME", "GIT_LOCAL_BRANCH", "GIT_BRANCH"],
    commit: &["GIT_COMMIT"],
    repository: &["GIT_URL", "GIT_URL_1"],
    actor: &["CHANGE_AUTHOR"],
    ..NONE
};

/// Argo CD.
///
/// - It sets these variables for what makes the manifests: plugins, Helm, Kustomize, Jsonnet. The pod of a hook has none
///   of them, unless the template that it is made from writes them into it.
/// - There is no ID, number or page of a sync: the same revision synchronised twice looks the same. Nor is the
///   environment told; `ARGOCD_APP_NAMESPACE` is a namespace.
/// - `ARGOCD_APP_SOURCE_TARGET_REVISION` may be a branch, a tag, a commit, `HEAD` or a range of versions, and is taken for
///   none of them.
pub(super) const ARGOCD: Row = Row {
    markers: &[Marker::Set("ARGOCD_APP_NAME")],
    build_id: &["{ARGOCD_APP_NAME}@{ARGOCD_APP_REVISION}"],
    pipeline_id: &["ARGOCD_APP_NAME"],
    name: &["ARGOCD_APP_NAME"],
    commit: &["ARGOCD_APP_REVISION"],
    repository: &["ARGOCD_APP_SOURCE_REPO_URL"],
    ..NONE
};
