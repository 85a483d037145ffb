//! All settings, each described once: reading, errors, `config show`, the schema and the documentation go by this list.

use compass_outbox::store::Bounds;

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Site,
    BaseUrl,
    Email,
    ApiToken,
    CloudId,
    Component,
    EventSource,
    WebhookId,
    Outbox,
    OutboxMaxMessages,
    OutboxMaxBytes,
    AttemptTimeout,
    OperationTimeout,
    PermitTimeout,
    Limits,
    LimitsRequests,
    LimitsPerSeconds,
    LimitsBurst,
    RetryMaxAttempts,
    RetryFirstDelay,
    RetryMaxDelay,
    RetryBudget,
}

/// What is to be known of a setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// Its key in configuration files, with its tables before it; its name everywhere else.
    pub(crate) key: &'static str,
    /// The option that gives it.
    pub(crate) flag: Option<&'static str>,
    /// The environment variable that gives it.
    pub(crate) variable: Option<&'static str>,
    /// What it is.
    pub(crate) meaning: &'static str,
    /// The files that may have it.
    pub(crate) files: Files,
    /// Whether it is never shown.
    pub(crate) is_secret: bool,
    /// Of one of the program's own that is a number: what that is unless it is set.
    pub(crate) number: Option<fn() -> u64>,
}

/// Which files a setting may stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Files {
    /// Each.
    All,
    /// All but a `compass.toml`: a repository shows it to everybody.
    Private,
    /// Each, but in a `compass.toml` it may only lead to where nobody else listens: whoever can change the repository
    /// would get the API tokens of those who work in it.
    Guarded(Guard),
    /// All but a `compass.toml`: whoever can change the repository would choose which files are written on the machines of
    /// those who work in it.
    Own,
    /// None.
    No,
}

/// Where a `compass.toml` may lead requests to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// To a site of the vendor's.
    Site,
    /// To this machine.
    Here,
}

impl Setting {
    /// Whether any file may have it.
    pub(crate) fn is_in_files(&self) -> bool {
        self.files != Files::No
    }
}

const fn setting(key: &'static str, meaning: &'static str) -> Setting {
    Setting { key, flag: None, variable: None, meaning, files: Files::All, is_secret: false, number: None }
}

const fn by_flag(key: &'static str, flag: &'static str, variable: &'static str, meaning: &'static str) -> Setting {
    Setting { flag: Some(flag), variable: Some(variable), ..setting(key, meaning) }
}

/// Not in a repository's file.
const fn by_variable(key: &'static str, variable: &'static str, meaning: &'static str) -> Setting {
    Setting { variable: Some(variable), files: Files::Own, ..setting(key, meaning) }
}

/// The same of a number.
const fn by_number(key: &'static str, variable: &'static str, meaning: &'static str, default: fn() -> u64) -> Setting {
    Setting { number: Some(default), ..by_variable(key, variable, meaning) }
}

const MAX_MESSAGES: Setting =
    by_number("outbox_max_messages", "COMPASS_OUTBOX_MAX_MESSAGES", "messages that the outbox takes at most", || {
        Bounds::default().messages
    });

const MAX_BYTES: Setting = by_number(
    "outbox_max_bytes",
    "COMPASS_OUTBOX_MAX_BYTES",
    "bytes of messages that the outbox takes at most",
    || Bounds::default().bytes,
);

impl Key {
    /// Every setting, in the order in which to show them.
    pub(crate) const ALL: [Self; 22] = [
        Self::Site,
        Self::BaseUrl,
        Self::Email,
        Self::ApiToken,
        Self::CloudId,
        Self::Component,
        Self::EventSource,
        Self::WebhookId,
        Self::Outbox,
        Self::OutboxMaxMessages,
        Self::OutboxMaxBytes,
        Self::AttemptTimeout,
        Self::OperationTimeout,
        Self::PermitTimeout,
        Self::Limits,
        Self::LimitsRequests,
        Self::LimitsPerSeconds,
        Self::LimitsBurst,
        Self::RetryMaxAttempts,
        Self::RetryFirstDelay,
        Self::RetryMaxDelay,
        Self::RetryBudget,
    ];

    /// What is to be known of it.
    pub(crate) const fn setting(self) -> Setting {
        match self {
            Self::Site => Setting {
                files: Files::Guarded(Guard::Site),
                ..by_flag("site", "--site", "COMPASS_SITE", "the site: \"example\" for https://example.atlassian.net")
            },
            Self::BaseUrl => Setting {
                files: Files::Guarded(Guard::Here),
                ..by_flag(
                    "base_url",
                    "--base-url",
                    "COMPASS_BASE_URL",
                    "instead of a site, the URL before the contract's paths; plain http only to this machine",
                )
            },
            Self::Email => {
                by_flag("email", "--email", "COMPASS_EMAIL", "the email of the account that the API token belongs to")
            }
            Self::ApiToken => Setting {
                files: Files::Private,
                is_secret: true,
                ..by_flag("api_token", "--token-stdin", "COMPASS_API_TOKEN", "the API token")
            },
            Self::CloudId => by_flag(
                "cloud_id",
                "--cloud-id",
                "COMPASS_CLOUD_ID",
                "the site's cloud ID; found out from the site if it is absent",
            ),
            Self::Component => by_flag(
                "component",
                "--component",
                "COMPASS_COMPONENT",
                "the component's ARI, ari:cloud:compass:<cloudId>:component/<uuid>/<uuid>",
            ),
            Self::EventSource => by_flag(
                "event_source",
                "--event-source",
                "COMPASS_EVENT_SOURCE",
                "the event source's ID; the same from run to run, because a component takes at most 20",
            ),
            Self::WebhookId => Setting {
                files: Files::No,
                is_secret: true,
                ..by_flag(
                    "webhook_id",
                    "--id-stdin",
                    "COMPASS_WEBHOOK_ID",
                    "an incoming webhook's URL or the ID at its end",
                )
            },
            Self::Outbox => Setting {
                flag: Some("--outbox"),
                ..by_variable(
                    "outbox",
                    "COMPASS_OUTBOX",
                    "the file of the outbox, on a local disk; `compass outbox path` shows where it is otherwise",
                )
            },
            Self::OutboxMaxMessages => MAX_MESSAGES,
            Self::OutboxMaxBytes => MAX_BYTES,
            Self::AttemptTimeout => setting(
                "client.attempt_timeout_ms",
                "time from sending a request to the end of its response, in milliseconds",
            ),
            Self::OperationTimeout => setting(
                "client.operation_timeout_ms",
                "time for all attempts and the waits between them, in milliseconds",
            ),
            Self::PermitTimeout => setting(
                "client.permit_timeout_ms",
                "longest wait for the client's own limits, on top of that, in milliseconds",
            ),
            Self::Limits => {
                setting("client.limits", "\"unlimited\" for no limit of requests; otherwise a table of the following")
            }
            Self::LimitsRequests => setting("client.limits.requests", "requests at most in the time of per_seconds"),
            Self::LimitsPerSeconds => setting("client.limits.per_seconds", "the time of the limit, in seconds"),
            Self::LimitsBurst => setting("client.limits.burst", "requests at most at once"),
            Self::RetryMaxAttempts => {
                setting("client.retry.max_attempts", "times that a request is sent at most; 1 for no retries")
            }
            Self::RetryFirstDelay => setting(
                "client.retry.first_delay_ms",
                "longest wait before the first retry, in milliseconds; it doubles",
            ),
            Self::RetryMaxDelay => {
                setting("client.retry.max_delay_ms", "longest wait before any retry, in milliseconds")
            }
            Self::RetryBudget => {
                setting("client.retry.budget", "retries afforded before successes have to earn further ones")
            }
        }
    }

    /// The setting with this key.
    pub(crate) fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.setting().key == key)
    }

    /// Where the value may come from, for messages: `--site, COMPASS_SITE or site in a configuration file`.
    pub(crate) fn ways(self) -> String {
        let Setting { key, flag, variable, files, .. } = self.setting();
        let mut ways: Vec<String> = flag.iter().chain(variable.iter()).map(|name| (*name).to_owned()).collect();
        match files {
            Files::All | Files::Guarded(_) => ways.push(format!("{key} in a configuration file")),
            Files::Private | Files::Own => ways.push(format!("{key} in your own configuration file")),
            Files::No => {}
        }
        match ways.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            Some((last, _)) => last.clone(),
            None => key.to_owned(),
        }
    }

    /// The help of the option that gives it.
    pub(crate) fn help(self) -> String {
        let Setting { meaning, variable, .. } = self.setting();
        let mut letters = meaning.chars();
        let meaning: String =
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        variable.map_or(meaning.clone(), |variable| format!("{meaning} [env: {variable}]"))
    }

    /// Whether it is one of the SDK's, which `[client]` has.
    pub(crate) fn is_of_client(self) -> bool {
        self.setting().key.starts_with("client.")
    }
}

#[cfg(test)]
mod tests {
    use compass_sdk::{Config, VARIABLES};
    use serde_json::{Value, to_value};

    use super::*;

    #[test]
    fn every_variable_of_the_sdk_is_a_setting_that_means_the_same() {
        for variable in VARIABLES {
            let known = Key::ALL.map(Key::setting).into_iter().find(|known| known.variable == Some(variable.name));
            let known = known.unwrap_or_else(|| panic!("{}: no setting", variable.name));
            assert_eq!((known.meaning, known.is_secret), (variable.meaning, variable.is_secret), "{}", variable.name);
        }
    }

    #[test]
    fn every_key_of_the_sdks_configuration_is_a_setting() {
        fn leaves(prefix: &str, value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(fields) => fields.iter().for_each(|(k, v)| leaves(&format!("{prefix}.{k}"), v, found)),
                _ => found.push(prefix.to_owned()),
            }
        }
        let mut expected = vec!["client.limits".to_owned()];
        leaves("client", &to_value(Config::default()).unwrap(), &mut expected);
        let mut known: Vec<_> = Key::ALL.into_iter().filter(|key| key.is_of_client()).collect();
        known.sort_by_key(|key| key.setting().key);
        expected.sort();
        assert_eq!(known.iter().map(|key| key.setting().key).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn names_are_made_alike_and_the_list_is_whole() {
        for (place, key) in Key::ALL.into_iter().enumerate() {
            assert_eq!(key as usize, place);
            let Setting { key, variable, .. } = key.setting();
            if let Some(variable) = variable {
                assert_eq!(variable, format!("COMPASS_{}", key.to_ascii_uppercase()));
            }
        }
    }
}
