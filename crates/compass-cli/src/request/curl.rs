//! Requests as curl commands.

use super::{Body, Request, ShownUrl};

impl Request {
    /// The command for a POSIX shell. It fails where the request does, and has no secret: the shell fills them in.
    pub(super) fn curl_command(&self) -> String {
        let mut parts = vec![format!("curl --fail-with-body --request {}", self.method)];
        parts.extend(
            self.headers.iter().map(|(name, value)| format!("--header {}", quoted(&format!("{name}: {value}")))),
        );
        match &self.body {
            Body::None => {}
            // `--data-raw`, because `--data` would take a text that begins with @ for the name of a file.
            Body::Json(text) => parts.push(format!("--data-raw {}", quoted(text))),
            Body::File { path, name, media_type } => {
                let form = format!("file=@{};filename={};type={media_type}", in_form(path), in_form(name));
                parts.push(format!("--form {}", quoted(&form)));
            }
        }
        // Everybody on the machine can read a program's arguments, but not what it reads.
        let mut secrets = Vec::new();
        match &self.url {
            ShownUrl::Plain(url) => parts.push(quoted(url)),
            ShownUrl::Secret { shell, .. } => secrets.push(format!("url = \"{shell}\"")),
        }
        if self.has_credentials() {
            secrets.push("user = \"$COMPASS_EMAIL:$COMPASS_API_TOKEN\"".to_owned());
        }
        if !secrets.is_empty() {
            parts.push(format!("--config - <<END\n{}\nEND", secrets.join("\n")));
        }
        parts.join(" \\\n  ")
    }
}

/// The text as one word of a POSIX shell.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A URL in a here-document whose variables are filled in, in double quotes of a curl configuration. A URL has neither
/// quotes nor backslashes.
pub(crate) fn in_here_document(url: &str) -> String {
    url.replace('$', r"\$").replace('`', r"\`")
}

/// The text as curl reads it in a form: in double quotes, so that `;` and `,` mean nothing.
fn in_form(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', r#"\""#))
}
