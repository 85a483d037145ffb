//! Samples with curl.
//!
//! What is secret reaches curl through a pipe, as configuration: in the process list anybody on the machine could read it.
//! `printf` is part of the shell, and shows up there no more.

use super::{WEBHOOK, in_url, path, query, shell};
use crate::contract::{Body, Operation};
use crate::example::Example;

const BASE: &str = "$COMPASS_BASE_URL";
const CREDENTIALS: &str = r#"printf 'user = "%s:%s"\n' "$COMPASS_EMAIL" "$COMPASS_API_TOKEN""#;

/// The command. It fails where the request does, and prints what came back.
pub(super) fn sample(operation: &Operation, example: &Example) -> String {
    let is_webhook = operation.id == WEBHOOK;
    let secret = if is_webhook {
        let path = path(operation, |_| "%s".to_owned());
        format!(r#"printf 'url = "%s{path}"\n' "{BASE}" "$COMPASS_WEBHOOK_ID""#)
    } else {
        CREDENTIALS.to_owned()
    };
    let mut parts = vec![format!("{secret} |\n  curl --fail-with-body --config - --request {}", operation.method)];
    match (&operation.body, &example.body, &example.file) {
        (Body::Json { .. }, Some(body), _) => {
            parts.push("--header 'content-type: application/json'".to_owned());
            // `--data-raw`, because `--data` would take a text that begins with @ for the name of a file.
            parts.push(format!("--data-raw {}", shell::quoted(&format!("{body:#}"))));
        }
        (Body::File { field }, _, Some(file)) => {
            let form = format!("{field}=@{};type={}", file.name, file.media_type);
            parts.push(format!("--form {}", shell::quoted(&form)));
        }
        (Body::None | Body::Json { .. } | Body::File { .. }, _, _) => {}
    }
    if !is_webhook {
        let mut url = format!("{BASE}{}", path(operation, |name| in_url(example.parameter(name))));
        for (place, name) in query(operation, example).into_iter().enumerate() {
            let sign = if place == 0 { '?' } else { '&' };
            url.push_str(&format!("{sign}{name}={}", in_url(example.parameter(name))));
        }
        parts.push(format!("\"{url}\""));
    }
    shell::command(&parts) + "\n"
}
