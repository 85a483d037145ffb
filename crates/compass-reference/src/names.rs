//! How the program and the SDK call what the contract calls otherwise.
//!
//! Both follow a rule: the field's name in their own spelling, without what its surroundings say already
//! (`pipeline.pipelineId` is `--pipeline-id`, and `id` of the pipeline's builder). What does not follow it stands in the
//! tables here. They are proved by running every sample.

use heck::{ToKebabCase as _, ToSnakeCase as _};

/// The program's command for an operation; that of an event ends with its kind.
pub(crate) fn command(operation: &str) -> Option<&'static [&'static str]> {
    const COMMANDS: [(&str, &[&str]); 11] = [
        ("createCompassEvent", &["event"]),
        ("insertMetricValue", &["metric", "push"]),
        ("uploadAPISpec", &["spec", "upload"]),
        ("deleteAPISpec", &["spec", "delete"]),
        ("uploadLockFile", &["lockfile", "upload"]),
        ("deleteLockFile", &["lockfile", "delete"]),
        ("getAttachment", &["attachment", "get"]),
        ("uploadAttachment", &["attachment", "upload"]),
        ("deleteAttachment", &["attachment", "delete"]),
        ("handleWebhookInvocation", &["webhook", "invoke"]),
        ("evaluateEntitlements", &["entitlements"]),
    ];
    COMMANDS.into_iter().find(|(known, _)| *known == operation).map(|(_, command)| command)
}

/// The program's option for a parameter or a field of a body that is no event.
pub(crate) fn option(name: &str) -> String {
    const EXCEPTIONS: [(&str, &str); 6] = [
        ("componentId", "component"),
        ("baseSourceUrl", "url"),
        ("forgeAppId", "app"),
        ("metricSourceId", "source"),
        ("metricDefinitionId", "definition"),
        ("timestamp", "at"),
    ];
    let exception = EXCEPTIONS.into_iter().find(|(known, _)| *known == name);
    exception.map_or_else(|| name.to_kebab_case(), |(_, option)| option.to_owned())
}

/// The program's option for a field of an event. `path` begins below the kind.
pub(crate) fn event_option(kind: &str, path: &[String]) -> String {
    /// Kind (any if there is none), field, option.
    const EXCEPTIONS: [(&str, &str, &str); 14] = [
        ("", "lastUpdated", "at"),
        ("", "updateSequenceNumber", "sequence"),
        ("", "externalEventSourceId", "event-source"),
        ("", "severity.level", "severity"),
        ("deployment", "sequenceNumber", "number"),
        ("deployment", "environment.environmentId", "environment"),
        ("incident", "startTime", "started-at"),
        ("incident", "endTime", "ended-at"),
        ("vulnerability", "vulnerabilityStartTime", "started-at"),
        ("vulnerability", "remediationTime", "remediated-at"),
        ("push", "branchName", "branch"),
        ("push", "author.name", "author"),
        ("pullRequest", "pullRequestUrl", "url"),
        ("pullRequest", "repoUrl", "repository-url"),
    ];
    let path = own(path);
    let exception = found(&EXCEPTIONS, kind, path);
    exception.map_or_else(
        || {
            let (last, above) = short(path);
            let name = if last == "displayName" { "name" } else { &last };
            let parent = above.map(|parent| format!("{}-", parent.to_kebab_case())).unwrap_or_default();
            format!("{parent}{}", name.to_kebab_case())
        },
        str::to_owned,
    )
}

/// The setter of the SDK's builder for a field of an event. `path` begins below the kind.
pub(crate) fn event_setter(kind: &str, path: &[String]) -> String {
    const EXCEPTIONS: [(&str, &str, &str); 5] = [
        ("", "updateSequenceNumber", "sequence"),
        ("", "externalEventSourceId", "event_source"),
        ("deployment", "sequenceNumber", "deployment_number"),
        ("vulnerability", "vulnerabilityStartTime", "start_time"),
        ("pullRequest", "repoUrl", "repository_url"),
    ];
    let path = own(path);
    found(&EXCEPTIONS, kind, path).map_or_else(|| short(path).0.to_snake_case(), str::to_owned)
}

/// The SDK's type of a part or choice of an event: that of what it is in, and its own name.
pub(crate) fn event_type(within: &str, field: &str) -> String {
    use heck::ToUpperCamelCase as _;

    const EXCEPTIONS: [(&str, &str); 2] = [("DeploymentEnvironment", "Environment"), ("PushAuthor", "Author")];
    let name = format!("{within}{}", field.to_upper_camel_case());
    let exception = EXCEPTIONS.into_iter().find(|(known, _)| *known == name);
    exception.map_or(name, |(_, other)| other.to_owned())
}

/// A field's name as words: `pullRequest` is `Pull request`.
pub(crate) fn words(name: &str) -> String {
    let words = name.to_kebab_case().replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// Whether a member of an event's kind has what is its own (`flagProperties`); program and SDK have no such level.
pub(crate) fn is_own(name: &str) -> bool {
    name.ends_with("Properties")
}

fn own(path: &[String]) -> &[String] {
    match path {
        [first, rest @ ..] if is_own(first) => rest,
        _ => path,
    }
}

fn found(exceptions: &[(&str, &str, &'static str)], kind: &str, path: &[String]) -> Option<&'static str> {
    let path = path.join(".");
    let is_meant = |of: &str, field: &str| (of.is_empty() || of == kind) && field == path;
    exceptions.iter().find(|(of, field, _)| is_meant(of, field)).map(|(_, _, name)| *name)
}

/// The last name of a path without that of what it is in, and the latter.
fn short(path: &[String]) -> (String, Option<&String>) {
    match path {
        [.., parent, last] => {
            let rest = last.strip_prefix(parent.as_str()).filter(|rest| !rest.is_empty());
            (rest.unwrap_or(last).to_owned(), Some(parent))
        }
        [last] => (last.clone(), None),
        [] => (String::new(), None),
    }
}
