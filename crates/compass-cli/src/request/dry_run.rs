//! Requests for people and programs to read.

use serde_json::{Value, json};

use super::{Body, Request, ShownUrl};
use crate::output::Report;

/// What stands for credentials.
const HIDDEN: &str = "Basic (hidden)";

impl Request {
    /// What `--dry-run` prints.
    pub(crate) fn dry_run(&self) -> Report {
        let (text, request) = self.shown();
        Report::preview(text, outcome("request", &request))
    }

    /// For people and for programs, without credentials.
    fn shown(&self) -> (String, Value) {
        let url = match &self.url {
            ShownUrl::Plain(url) | ShownUrl::Secret { shown: url, .. } => url,
        };
        let mut headers = self.headers.clone();
        if self.has_credentials() {
            headers.push(("authorization".to_owned(), HIDDEN.to_owned()));
        }
        headers.sort();
        let mut text = format!("{} {url}\n", self.method);
        text.extend(headers.iter().map(|(name, value)| format!("{name}: {value}\n")));
        let mut request = json!({
            "operation": self.operation.id(),
            "method": self.method,
            "url": url,
            "headers": headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<serde_json::Map<_, _>>(),
        });
        if let Some(body) = self.json() {
            // A value that was just read can be written.
            text.push_str(&format!("\n{}", serde_json::to_string_pretty(&body).unwrap_or_default()));
            request["body"] = body;
        }
        if let Body::File { path, name, media_type } = &self.body {
            text.push_str(&format!("\nform field \"file\": {path} as {name:?}, {media_type}"));
            request["file"] = json!({ "path": path, "name": name, "media_type": media_type });
        }
        (text, request)
    }

    /// What `--curl` prints.
    pub(crate) fn curl(&self) -> Report {
        let command = self.curl_command();
        Report::preview(command.clone(), outcome("curl", &json!(command)))
    }
}

/// What `--dry-run` prints of several requests, one after the other.
pub(crate) fn dry_runs(requests: &[Request]) -> Report {
    let (texts, values): (Vec<String>, Vec<Value>) = requests.iter().map(Request::shown).unzip();
    Report::preview(texts.join("\n\n"), outcome("requests", &values.into()))
}

/// What `--curl` prints of several requests, one after the other.
pub(crate) fn curls(requests: &[Request]) -> Report {
    let commands: Vec<String> = requests.iter().map(Request::curl_command).collect();
    Report::preview(commands.join("\n\n"), outcome("curls", &json!(commands)))
}

fn outcome(name: &str, value: &Value) -> Value {
    json!({ "outcome": "dry-run", name: value })
}
