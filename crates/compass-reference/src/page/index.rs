//! The index: what is the same for all operations.

use heck::{ToKebabCase as _, ToUpperCamelCase as _};

use super::answers::{Failure, of_status};
use super::{Book, title};
use crate::contract;
use crate::markdown::{anchor, code, escaped, table};
use crate::names;
use crate::samples::EVENT;

/// What is to be known before the first request. It is the same for whatever the contract has.
const BEFORE: &str = "\
## Before the first request

The base URL of a site is `https://<site>.atlassian.net/gateway/api`. Requests carry the email of an account and one of its API
tokens (Basic authentication); OAuth and Forge apps are not accepted. All samples read the same variables:

```sh
export COMPASS_BASE_URL=https://example.atlassian.net/gateway/api
export COMPASS_EMAIL=ada@example.com
printf 'API token: '; stty -echo; read -r COMPASS_API_TOKEN; stty echo; export COMPASS_API_TOKEN
```

An API token is made in the settings of the Atlassian account, under security. In a CI job it comes from the store of secrets. Only
incoming webhooks want something else: the ID at the end of their URL, in `COMPASS_WEBHOOK_ID`.

Without a site, `compass mock --attachments` takes all samples: it prints the base URL to set, and any email, token and ID will do.
The samples that upload send a file of the name that they show, which has to be there.

- **curl**: the token goes to curl through a pipe, so that it stands in no list of processes; `--fail-with-body` (curl 7.76 or newer)
  makes curl end with 22 where the request fails. An accepted event is answered with an empty body, so that nothing is printed.
- **compass**: the program of this repository (`cargo install --path crates/compass-cli`). With `--dry-run` it shows the request
  instead of sending it. In a CI job it fills in what is left out; `--no-detect` turns that off. It ends with 0 if Compass has
  taken the request, otherwise with the exit codes below.
- **Rust**: a program with `compass-sdk`, `tokio` (features `macros` and `rt-multi-thread`) and, where a sample has JSON,
  `serde_json`. It keeps the limits, and sends again what may be.

The samples of one section send the same request. Their times and sequence numbers stand still so that they can be compared:
whoever sends one twice is told 202 twice, and the second event is ignored. Without `--at` and `--sequence`, and with
`Utc::now()` and `Sequence::now()`, each is the clock's.

The IDs: `compass site` prints the site's cloud ID. A component's ARI
(`ari:cloud:compass:<cloudId>:component/<uuid>/<uuid>`) has it inside, and ends with the component's own UUID.

All requests also stand in [a Postman collection](../compass.postman_collection.json): import it, and set its variables.

";

impl Book<'_> {
    pub(super) fn index(&self) -> String {
        let (name, version) = contract::title(self.document);
        let mut page = format!("{}# {}: the reference\n\n", self.mark, escaped(name));
        page.push_str(&format!(
            "Version {} of the contract, {} operations. What the contract does not say is from the vendor's other pages \
             (*documented*) or from public code (*seen*).\n\n",
            escaped(version),
            self.operations.len()
        ));
        page.push_str(&format!("## Operations\n\n{}\n", self.operations_table()));
        let kinds = self.kinds();
        if !kinds.is_empty() {
            page.push_str(&format!("## Kinds of events\n\n{kinds}\n"));
        }
        page.push_str(BEFORE);
        page.push_str(&self.any_request());
        page
    }

    fn operations_table(&self) -> String {
        let operations = self.tags().into_iter().flat_map(|tag| self.of_tag(tag));
        let rows = operations.map(|operation| {
            let link = format!(
                "[{}]({}#{})",
                escaped(&operation.summary),
                self.file(&operation.tag),
                anchor(&operation.summary)
            );
            let command = names::command(&operation.id).unwrap_or_default().join(" ");
            [
                link,
                code(&format!("{} {}", operation.method, operation.path)),
                code(&operation.id),
                code(&format!("compass {command}")),
            ]
        });
        table(["Operation", "Request", "`operationId`", "Program"], rows)
    }

    fn kinds(&self) -> String {
        let Some(operation) = self.operations.iter().find(|operation| operation.id == EVENT) else {
            return String::new();
        };
        let rows = operation.variants().iter().map(|variant| {
            let title = title(variant);
            let link = format!("[{title}]({}#{})", self.file(&operation.tag), anchor(&title));
            let command = code(&format!("compass event {}", variant.name.to_kebab_case()));
            [
                link,
                code(&variant.name),
                command,
                code(&format!("compass_sdk::event::{}", variant.name.to_upper_camel_case())),
            ]
        });
        table(["Kind", "Field of `event`", "Program", "Rust"], rows)
    }

    fn any_request(&self) -> String {
        let row = |what: &str, Failure { kind, exit, advice }: Failure| {
            [what.to_owned(), code(kind), exit.to_string(), advice.to_owned()]
        };
        let own = |kind, exit, advice| Failure { kind, exit, advice };
        let rows = [
            row(
                "nothing is sent: a setting is missing or wrong",
                own("Configuration", 2, "Set what the message names."),
            ),
            row(
                "nothing is sent: a file is not what the API takes",
                own("Invalid", 3, "Use a file of the type that is named."),
            ),
            row("401", of_status(401)),
            row("403", own("Permission", 4, "The account may not do this, or the site does not know it.")),
            row(
                "404 without the API's own body",
                own("NotFound", 3, "Check the base URL: this is not the API's answer."),
            ),
            row("408, 460, 499, or no answer in time", of_status(408)),
            row("429", of_status(429)),
            row("5xx", of_status(500)),
            row("no connection, or one that broke", own("Transport", 5, "Check base URL, network and proxy.")),
            row(
                "a redirect, a page for people, a body that is no JSON",
                own("UnexpectedResponse", 5, "Check the base URL: something between answers instead."),
            ),
        ];
        let mut text = String::from(
            "## What any request can meet\n\nGateways before the API answer with pages or empty bodies, too; the contract has \
             none of them. `ErrorKind` is that of `compass_sdk::Error`, the exit code that of `compass`.\n\n",
        );
        text.push_str(&table(["Answer", "`ErrorKind`", "Exit code", "What to do"], rows));
        text.push_str(
            "\nA value that breaks a rule is told before there is a request: by `build()` as `compass_sdk::validation::Violations`, \
             by the program with exit code 3. Exit code 2 is for what is missing or cannot be read.\n",
        );
        text.push_str(
            "\nThe API's own errors have the form `{\"errors\": [{\"type\": \"FORMAT_INVALID\", \"message\": \"Field [value] is \
             invalid.\"}]}`. The types are stable, the messages are not.\n",
        );
        if !self.notes.errors.is_empty() {
            let rows = self.notes.errors.iter().map(|(kind, advice)| [code(kind), (*advice).to_owned()]);
            text.push_str(&format!("\n{}", table(["Type", "What to do"], rows)));
        }
        text
    }
}
