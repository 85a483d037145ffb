//! Systems that are mostly somebody else's service.

use super::{Attempt, Marker, NONE, Row};

/// GitHub Actions.
///
/// - A run keeps `GITHUB_RUN_ID` and `GITHUB_RUN_NUMBER` when it is run again; `GITHUB_RUN_ATTEMPT` grows.
/// - The ID is documented as unique within the repository only. The legs of a matrix have the same `GITHUB_JOB`, and no
///   variable tells them apart.
/// - `GITHUB_SHA` is a merge for a pull request.
/// - `GITHUB_REF_NAME` is `12/merge` for a pull request, and `GITHUB_WORKFLOW` the file's path where the workflow has no
///   name. The file is in `GITHUB_WORKFLOW_REF`, with `@` and the ref behind it.
/// - No variable has the environment of a job.
pub(super) const GITHUB_ACTIONS: Row = Row {
    markers: &[Marker::Is("GITHUB_ACTIONS", "true")],
    build_id: &["{GITHUB_REPOSITORY}#{GITHUB_RUN_ID}"],
    job: &["GITHUB_JOB"],
    pipeline_id: &["{GITHUB_WORKFLOW_REF@}", "{GITHUB_REPOSITORY}/{GITHUB_WORKFLOW}"],
    url: &["{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}"],
    name: &["GITHUB_WORKFLOW"],
    number: &["GITHUB_RUN_NUMBER"],
    attempt: Attempt::FromOne("GITHUB_RUN_ATTEMPT"),
    source_branch: &["GITHUB_HEAD_REF"],
    tag: &["GITHUB_REF"],
    branch: &["GITHUB_REF"],
    commit: &["GITHUB_SHA"],
    repository: &["{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}", "GITHUB_REPOSITORY"],
    actor: &["GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"],
    ..NONE
};

/// GitLab CI.
///
/// - A pipeline keeps `CI_PIPELINE_ID` when its jobs are retried, and no variable counts the attempts. A retried job gets
///   a new `CI_JOB_ID` and keeps its name, which has the leg of a matrix in it.
/// - The job's start comes before the pipeline's: a job may wait for somebody for days, which is no time of deployment.
/// - `CI_COMMIT_BRANCH` is there for branches only. `CI_REPOSITORY_URL` has the job's token in it, and is never read.
pub(super) const GITLAB_CI: Row = Row {
    markers: &[Marker::Is("GITLAB_CI", "true")],
    build_id: &["CI_PIPELINE_ID"],
    job: &["CI_JOB_NAME"],
    pipeline_id: &["CI_PROJECT_PATH"],
    url: &["CI_PIPELINE_URL"],
    name: &["CI_PIPELINE_NAME", "CI_PROJECT_TITLE", "CI_PROJECT_NAME"],
    number: &["CI_PIPELINE_IID"],
    source_branch: &["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME"],
    tag: &["CI_COMMIT_TAG"],
    branch: &["CI_COMMIT_BRANCH", "CI_COMMIT_REF_NAME"],
    commit: &["CI_COMMIT_SHA"],
    repository: &["CI_PROJECT_URL", "CI_PROJECT_PATH"],
    started: &["CI_JOB_STARTED_AT", "CI_PIPELINE_CREATED_AT"],
    committed: &["CI_COMMIT_TIMESTAMP"],
    environment: &["CI_ENVIRONMENT_NAME"],
    category: &["CI_ENVIRONMENT_TIER"],
    actor: &["GITLAB_USER_LOGIN"],
    ..NONE
};

/// Bitbucket Pipelines.
///
/// - Running a pipeline again gives it a new number; running only its failed steps again keeps the number and lets
///   `BITBUCKET_STEP_RUN_NUMBER` grow.
/// - For a pull request `BITBUCKET_BRANCH` is the source branch. For a tag there is none.
/// - Who is behind a step is told as a UUID only, which is no name.
pub(super) const BITBUCKET_PIPELINES: Row = Row {
    markers: &[Marker::Set("BITBUCKET_BUILD_NUMBER")],
    build_id: &["{BITBUCKET_REPO_FULL_NAME}#{BITBUCKET_BUILD_NUMBER}"],
    job: &["BITBUCKET_STEP_UUID"],
    pipeline_id: &["BITBUCKET_REPO_FULL_NAME"],
    url: &["https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}"],
    name: &["BITBUCKET_REPO_SLUG"],
    number: &["BITBUCKET_BUILD_NUMBER"],
    attempt: Attempt::FromOne("BITBUCKET_STEP_RUN_NUMBER"),
    tag: &["BITBUCKET_TAG"],
    branch: &["BITBUCKET_BRANCH"],
    commit: &["BITBUCKET_COMMIT"],
    repository: &["https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}"],
    environment: &["BITBUCKET_DEPLOYMENT_ENVIRONMENT"],
    ..NONE
};

/// `CircleCI`.
///
/// - Running a workflow again gives it a new ID within the same pipeline. Older servers do not tell the pipeline.
/// - A job that is split over several containers runs in each, and `CIRCLE_NODE_INDEX` tells them apart.
/// - `CIRCLE_BUILD_NUM` counts jobs, and `CIRCLE_BUILD_URL` is a job's page. No variable has the workflow's name.
pub(super) const CIRCLECI: Row = Row {
    markers: &[Marker::Is("CIRCLECI", "true")],
    build_id: &["CIRCLE_PIPELINE_ID", "CIRCLE_WORKFLOW_ID"],
    job: &["{CIRCLE_JOB}.{CIRCLE_NODE_INDEX}", "CIRCLE_JOB"],
    pipeline_id: &["CIRCLE_PROJECT_ID", "{CIRCLE_PROJECT_USERNAME}/{CIRCLE_PROJECT_REPONAME}"],
    url: &["CIRCLE_BUILD_URL"],
    name: &["CIRCLE_JOB"],
    number: &["CIRCLE_BUILD_NUM"],
    tag: &["CIRCLE_TAG"],
    branch: &["CIRCLE_BRANCH"],
    commit: &["CIRCLE_SHA1"],
    repository: &["CIRCLE_REPOSITORY_URL", "{CIRCLE_PROJECT_USERNAME}/{CIRCLE_PROJECT_REPONAME}"],
    actor: &["CIRCLE_USERNAME"],
    ..NONE
};

/// Azure Pipelines.
///
/// - `BUILD_BUILDNUMBER` is a name such as `20260901.3`; `BUILD_BUILDID` is the number that grows, and stays when stages
///   are run again.
/// - `SYSTEM_PHASENAME` is the job as the pipeline names it, and `SYSTEM_JOBNAME` tells the legs of a matrix apart.
///   `SYSTEM_JOBID` is a new one for each attempt.
/// - `BUILD_SOURCEBRANCHNAME` is only what follows the last slash, and `merge` for a pull request.
/// - `SYSTEM_PULLREQUEST_SOURCEBRANCH` begins with `refs/heads/` for repositories in Azure Repos, and not on GitHub.
pub(super) const AZURE_PIPELINES: Row = Row {
    markers: &[Marker::Is("TF_BUILD", "true")],
    build_id: &["BUILD_BUILDID"],
    job: &["{SYSTEM_STAGENAME}/{SYSTEM_PHASENAME}/{SYSTEM_JOBNAME}", "SYSTEM_JOBNAME"],
    pipeline_id: &["SYSTEM_DEFINITIONID"],
    url: &["{SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}/{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}"],
    name: &["BUILD_DEFINITIONNAME"],
    number: &["BUILD_BUILDID"],
    attempt: Attempt::FromOne("SYSTEM_JOBATTEMPT"),
    source_branch: &["SYSTEM_PULLREQUEST_SOURCEBRANCH"],
    tag: &["BUILD_SOURCEBRANCH"],
    branch: &["BUILD_SOURCEBRANCH"],
    commit: &["BUILD_SOURCEVERSION"],
    repository: &["BUILD_REPOSITORY_URI"],
    environment: &["ENVIRONMENT_NAME"],
    actor: &["BUILD_REQUESTEDFOR"],
    ..NONE
};

/// Azure Pipelines, classic releases.
///
/// - `BUILD_` variables are those of the build that is released, so that only branch, commit and repository are taken.
/// - Releases and builds have numbers of their own, which the IDs keep apart. Deploying a stage again keeps the release.
/// - Nothing is checked out. Where the repository is not told, nothing tells it.
pub(super) const AZURE_RELEASES: Row = Row {
    markers: &[Marker::Set("RELEASE_RELEASEID")],
    build_id: &["release-{RELEASE_RELEASEID}"],
    job: &["RELEASE_ENVIRONMENTNAME"],
    pipeline_id: &["release-{RELEASE_DEFINITIONID}"],
    url: &["RELEASE_RELEASEWEBURL"],
    name: &["RELEASE_DEFINITIONNAME"],
    number: &["RELEASE_RELEASEID"],
    attempt: Attempt::FromOne("RELEASE_ATTEMPTNUMBER"),
    started: &["RELEASE_DEPLOYMENT_STARTTIME"],
    environment: &["RELEASE_ENVIRONMENTNAME"],
    actor: &["RELEASE_DEPLOYMENT_REQUESTEDFOR"],
    tag: AZURE_PIPELINES.tag,
    branch: AZURE_PIPELINES.branch,
    commit: AZURE_PIPELINES.commit,
    repository: AZURE_PIPELINES.repository,
    ..NONE
};

/// Buildkite.
///
/// - Retrying a job keeps the build, and the step that it is of, but not the job's ID; rebuilding gives the build a new ID
///   and number. The parallel jobs of a step are numbered.
/// - `BUILDKITE_COMMIT` may be the word `HEAD`, which is passed over. `BUILDKITE_BRANCH` repeats a tag.
/// - Unlike the others, `BUILDKITE_RETRY_COUNT` counts from zero.
pub(super) const BUILDKITE: Row = Row {
    markers: &[Marker::Is("BUILDKITE", "true")],
    build_id: &["BUILDKITE_BUILD_ID"],
    job: &["{BUILDKITE_STEP_ID}.{BUILDKITE_PARALLEL_JOB}", "BUILDKITE_STEP_ID"],
    pipeline_id: &["BUILDKITE_PIPELINE_ID"],
    url: &["BUILDKITE_BUILD_URL"],
    name: &["BUILDKITE_PIPELINE_NAME"],
    number: &["BUILDKITE_BUILD_NUMBER"],
    attempt: Attempt::FromZero("BUILDKITE_RETRY_COUNT"),
    tag: &["BUILDKITE_TAG"],
    branch: &["BUILDKITE_BRANCH"],
    commit: &["BUILDKITE_COMMIT"],
    repository: &["BUILDKITE_REPO"],
    environment: &["BUILDKITE_GITHUB_DEPLOYMENT_ENVIRONMENT"],
    actor: &["BUILDKITE_BUILD_CREATOR"],
    ..NONE
};

/// Travis CI.
///
/// - Restarting a build keeps its ID and number, and no variable counts the attempts.
/// - `TRAVIS_BRANCH` is the target of a pull request, and repeats a tag. `TRAVIS_COMMIT` is a merge for a pull request.
/// - The repository is told without its host.
pub(super) const TRAVIS_CI: Row = Row {
    markers: &[Marker::Is("TRAVIS", "true")],
    build_id: &["TRAVIS_BUILD_ID"],
    job: &["TRAVIS_JOB_NUMBER"],
    pipeline_id: &["TRAVIS_REPO_SLUG"],
    url: &["TRAVIS_BUILD_WEB_URL"],
    name: &["TRAVIS_REPO_SLUG"],
    number: &["TRAVIS_BUILD_NUMBER"],
    source_branch: &["TRAVIS_PULL_REQUEST_BRANCH"],
    tag: &["TRAVIS_TAG"],
    branch: &["TRAVIS_BRANCH"],
    commit: &["TRAVIS_PULL_REQUEST_SHA", "TRAVIS_COMMIT"],
    repository: &["TRAVIS_REPO_SLUG"],
    ..NONE
};

/// `AppVeyor`.
///
/// - `APPVEYOR` is `True` on Windows and `true` on Linux.
/// - `APPVEYOR_REPO_BRANCH` is the target of a pull request. The repository is told without its host.
pub(super) const APPVEYOR: Row = Row {
    markers: &[Marker::Is("APPVEYOR", "true")],
    build_id: &["APPVEYOR_BUILD_ID"],
    job: &["APPVEYOR_JOB_NUMBER"],
    pipeline_id: &["{APPVEYOR_ACCOUNT_NAME}/{APPVEYOR_PROJECT_SLUG}"],
    url: &["{APPVEYOR_URL}/project/{APPVEYOR_ACCOUNT_NAME}/{APPVEYOR_PROJECT_SLUG}/builds/{APPVEYOR_BUILD_ID}"],
    name: &["APPVEYOR_PROJECT_NAME"],
    number: &["APPVEYOR_BUILD_NUMBER"],
    source_branch: &["APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH"],
    tag: &["APPVEYOR_REPO_TAG_NAME"],
    branch: &["APPVEYOR_REPO_BRANCH"],
    commit: &["APPVEYOR_PULL_REQUEST_HEAD_COMMIT", "APPVEYOR_REPO_COMMIT"],
    repository: &["APPVEYOR_REPO_NAME"],
    committed: &["APPVEYOR_REPO_COMMIT_TIMESTAMP"],
    actor: &["APPVEYOR_REPO_COMMIT_AUTHOR"],
    ..NONE
};

/// AWS `CodeBuild`.
///
/// - The ID is the project's name, a colon and a UUID; retrying gives a new one. `CODEBUILD_START_TIME` is in milliseconds.
/// - The branch is told only to builds that a webhook started. `CODEBUILD_SOURCE_VERSION` may be a branch, a tag, a
///   commit, or the place of an archive.
/// - `CODEBUILD_INITIATOR` may be a pipeline or a service, and is not taken for a person.
/// - The page is told for public builds only. Otherwise it is that of the console, in the form for commercial regions.
pub(super) const CODEBUILD: Row = Row {
    markers: &[Marker::Set("CODEBUILD_BUILD_ID")],
    build_id: &["CODEBUILD_BUILD_ID"],
    pipeline_id: &["CODEBUILD_PROJECT_ARN", "{CODEBUILD_BUILD_ID:}"],
    url: &[
        "CODEBUILD_PUBLIC_BUILD_URL",
        "https://console.aws.amazon.com/codebuild/home?region={AWS_REGION}#/builds/{CODEBUILD_BUILD_ID}/view/new",
    ],
    name: &["{CODEBUILD_BUILD_ID:}"],
    number: &["CODEBUILD_BUILD_NUMBER"],
    tag: &["CODEBUILD_WEBHOOK_HEAD_REF"],
    branch: &["CODEBUILD_WEBHOOK_HEAD_REF"],
    commit: &["CODEBUILD_RESOLVED_SOURCE_VERSION"],
    repository: &["CODEBUILD_SOURCE_REPO_URL"],
    started: &["CODEBUILD_START_TIME"],
    ..NONE
};
