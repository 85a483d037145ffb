//! `compass webhook`: incoming webhooks. A webhook's ID is a secret, and so is the URL that ends with it: neither is an
//! option, and neither is ever printed.

use std::io::Read as _;

use clap::{Args, Subcommand};
use compass_api::Operation;
use serde_json::{Value, json};

use crate::failure::{Failure, Problem};
use crate::output::Report;
use crate::program::Globals;
use crate::request::curl::in_here_document;
use crate::send::{PreviewArgs, Ready, receipt};
use crate::settings::{Address, AddressArgs, Given, Key, Secret, Settings, from_stdin_help};

/// Incoming webhooks
#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// Post a payload to an incoming webhook, as GitLab or GitHub would
    ///
    /// The webhook's URL, or the ID at its end, is a secret: it comes from `COMPASS_WEBHOOK_ID` or standard input. No
    /// credentials are needed, and none are sent.
    Invoke(InvokeArgs),
}

/// Options of `webhook invoke`.
#[derive(Debug, Args)]
pub(crate) struct InvokeArgs {
    /// A file with the payload, a JSON document; - for standard input
    #[arg(value_name = "FILE|-")]
    payload: Option<String>,
    #[arg(long, help = from_stdin_help(Key::WebhookId))]
    id_stdin: bool,
    /// Send it again when it may have arrived already; what it sets off may then happen twice
    #[arg(long)]
    allow_repeat: bool,
    #[command(flatten)]
    preview: PreviewArgs,
    #[command(flatten)]
    address: AddressArgs,
}

pub(crate) fn run(command: &WebhookCommand, globals: &Globals) -> Result<Report, Failure> {
    match command {
        WebhookCommand::Invoke(args) => args.invoke(globals),
    }
}

/// What stands before the ID in a webhook's URL.
const PATH: &str = "/compass/v1/webhooks/";

/// A webhook: its ID, and the base URL if it was given as a whole URL.
struct Webhook {
    id: Secret,
    base: Option<String>,
}

impl Webhook {
    /// What cannot be an ID is none: an address of something else would be sent to Compass as one, and a 202 taken for
    /// delivery.
    fn of(text: &str) -> Result<Self, &'static str> {
        let whole = text.trim().split_once(PATH).filter(|(base, _)| base.contains("://"));
        let (base, id) = whole.map_or((None, text.trim()), |(base, id)| (Some(base.to_owned()), id));
        if id.is_empty() || id.contains(['/', '?', '#']) {
            return Err("neither the URL of a Compass webhook, …/compass/v1/webhooks/ID, nor the ID at its end");
        }
        Ok(Self { id: Secret::new(id), base })
    }
}

/// What stands for the ID in a preview.
const STAND_IN: &str = "WEBHOOK_ID";
const VARIABLE: &str = "$COMPASS_WEBHOOK_ID";

impl InvokeArgs {
    fn invoke(&self, globals: &Globals) -> Result<Report, Failure> {
        if self.id_stdin && self.payload.as_deref() == Some("-") {
            return Err(Failure::usage("--id-stdin and the payload from `-`: standard input can be only one of them"));
        }
        let given = Given::default().address(&self.address);
        let given = if self.id_stdin { given.stdin(Key::WebhookId)? } else { given };
        let settings = Settings::load(&globals.config, &given)?;
        let mut problems = Vec::new();
        let webhook = match settings.text(Key::WebhookId).map(Webhook::of) {
            Some(Ok(webhook)) => Some(webhook),
            Some(Err(problem)) => {
                problems.push(Problem::unusable(settings.place(Key::WebhookId), problem));
                None
            }
            None => {
                if !self.preview.is_wanted() {
                    problems.push(Problem::missing(Key::WebhookId.ways(), Key::WebhookId.setting().meaning));
                }
                None
            }
        };
        let base = webhook.as_ref().and_then(|webhook| webhook.base.clone());
        let is_whole = base.is_some();
        let address = base.map(Address::Base).or_else(|| settings.address(&mut problems));
        let payload = match &self.payload {
            None => {
                problems.push(Problem::missing("FILE", "the payload, a JSON document"));
                None
            }
            Some(path) => read(path).map_err(|problem| problems.push(Problem::unusable(path, problem))).ok(),
        };
        if let Some(failure) = Failure::of("webhook invoke", problems) {
            return Err(failure.hint("compass webhook invoke --help"));
        }
        let (Some(address), Some(payload)) = (address, payload) else { return Err(Failure::usage("webhook invoke")) };
        Ready::anonymous(Some(&self.preview), address, &settings, globals).carry_out(
            |captor| {
                let payload = &payload;
                let request = captor
                    .capture(|client| async move { client.handle_webhook_invocation(STAND_IN, payload).await })?;
                Ok(request.with_secret_end(STAND_IN, |start| {
                    if is_whole { VARIABLE.to_owned() } else { format!("{}{VARIABLE}", in_here_document(start)) }
                }))
            },
            async |compass| {
                let webhooks = compass.webhooks();
                let webhooks = if self.allow_repeat { webhooks.allow_repeats() } else { webhooks };
                let id = webhook.as_ref().map_or(STAND_IN, |webhook| webhook.id.expose());
                webhooks.invoke(id, &payload).await
            },
            |()| receipt("accepted: the payload", Operation::HandleWebhookInvocation, json!({})),
        )
    }
}

fn read(path: &str) -> Result<Value, String> {
    let text = if path == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|error| format!("cannot be read: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("it is no JSON: {error}"))
}

#[cfg(test)]
mod tests {
    use super::Webhook;

    #[test]
    fn what_is_no_webhook_of_compass_is_refused_without_being_shown() {
        for (text, id, base) in [
            (" 4d1f ", "4d1f", None),
            (
                "https://x.atlassian.net/gateway/api/compass/v1/webhooks/4d1f",
                "4d1f",
                Some("https://x.atlassian.net/gateway/api"),
            ),
        ] {
            let webhook = Webhook::of(text).unwrap_or_else(|problem| panic!("{problem}"));
            assert_eq!((webhook.id.expose(), webhook.base.as_deref()), (id, base));
        }
        for text in [
            "https://api.example.com/hooks/secret",
            "/compass/v1/webhooks/secret",
            "https://x.example.com/compass/v1/webhooks/",
            "https://x.example.com/compass/v1/webhooks/secret/more",
            "https://x.example.com/compass/v1/webhooks/secret?a=b",
        ] {
            let problem = Webhook::of(text).err().unwrap_or_else(|| panic!("{text}"));
            assert!(!problem.contains("secret"), "{problem}");
        }
    }
}
