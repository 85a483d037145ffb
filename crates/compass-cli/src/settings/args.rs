//! Options that are settings.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::access::Held;
use super::{Key, OutboxArgs, Source};
use crate::failure::Failure;

/// Which configuration files are read.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct ConfigArgs {
    /// Read this configuration file instead of `compass.toml` and your own
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, global = true, conflicts_with = "config")]
    pub(crate) no_config: bool,
}

/// Where requests go.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct AddressArgs {
    #[arg(long, help = Key::Site.help(), value_name = "NAME")]
    site: Option<String>,
    #[arg(long, help = Key::BaseUrl.help(), value_name = "URL")]
    base_url: Option<String>,
}

/// Who calls.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct AccountArgs {
    #[arg(long, help = Key::Email.help(), value_name = "EMAIL")]
    email: Option<String>,
    #[arg(long, help = from_stdin_help(Key::ApiToken))]
    token_stdin: bool,
}

impl AccountArgs {
    /// Whether standard input has the API token, so that nothing else can be read from there.
    pub(crate) fn reads_stdin(&self) -> bool {
        self.token_stdin
    }
}

/// Which site it is.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct CloudIdArgs {
    #[arg(long, help = Key::CloudId.help(), value_name = "UUID")]
    cloud_id: Option<String>,
}

/// The help of an option that reads a setting from standard input.
pub(crate) fn from_stdin_help(key: Key) -> String {
    format!("Read {} from standard input [env: {}]", key.setting().meaning, key.setting().variable.unwrap_or_default())
}

/// What the command line gives.
#[derive(Debug, Default)]
pub(crate) struct Given(pub(super) Vec<(Key, Source, Held)>);

impl Given {
    pub(crate) fn address(self, AddressArgs { site, base_url }: &AddressArgs) -> Self {
        self.flag(Key::Site, site.as_ref()).flag(Key::BaseUrl, base_url.as_ref())
    }

    pub(crate) fn account(self, AccountArgs { email, token_stdin }: &AccountArgs) -> Result<Self, Failure> {
        let given = self.flag(Key::Email, email.as_ref());
        if *token_stdin { given.stdin(Key::ApiToken) } else { Ok(given) }
    }

    pub(crate) fn cloud_id(self, CloudIdArgs { cloud_id }: &CloudIdArgs) -> Self {
        self.flag(Key::CloudId, cloud_id.as_ref())
    }

    pub(crate) fn outbox(self, OutboxArgs { outbox }: &OutboxArgs) -> Self {
        self.flag(Key::Outbox, outbox.as_ref())
    }

    /// A setting that an option gives, if it does.
    pub(crate) fn flag(mut self, key: Key, text: Option<&String>) -> Self {
        if let (Some(text), Some(flag)) = (text, key.setting().flag) {
            self.0.push((key, Source::Flag(flag), Held::new(key, Value::String(text.clone()))));
        }
        self
    }

    /// A setting that standard input has, whole.
    pub(crate) fn stdin(mut self, key: Key) -> Result<Self, Failure> {
        let flag = key.setting().flag.unwrap_or_default();
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure::usage(format!("{flag}: standard input cannot be read: {error}")))?;
        if text.trim().is_empty() {
            let meaning = key.setting().meaning;
            return Err(Failure::usage(format!("{flag}: standard input is empty: it has to be {meaning}")));
        }
        self.0.push((key, Source::Stdin(flag), Held::new(key, Value::String(text.trim().to_owned()))));
        Ok(self)
    }
}
