//! The book's page on settings and exit codes, made from the same lists as the program: it cannot say anything else.

use std::fmt::Write as _;
use std::path::Path;

use compass_sdk::{Config, ErrorKind};
use serde_json::{Value, to_value};

use super::registry::{Files, Guard, Key, Setting};
use crate::exit::Exit;

const FILE: &str = "docs/configuration.md";

const BEGIN: &str = "\
<!-- Generated from the program's lists of settings and exit codes: DOCS_UPDATE=1 cargo test -p compass-cli --bin compass -->

# Configuration and exit codes

`compass config show` prints each setting, its value and where it comes from; secrets are never shown. What comes first in this
list wins:

1. options (and standard input, for secrets),
2. environment variables; an empty one is as good as none,
3. `compass.toml` of the folder or the closest one above, which is meant to be committed,
4. your own file: `$XDG_CONFIG_HOME/compass/config.toml` or `~/.config/compass/config.toml`, on Windows
   `%APPDATA%\\compass\\config.toml`.

`--config FILE` reads that file instead of both, `--no-config` none. What a file has and the program does not know is an error
that names the line. `compass schema config` prints the files' JSON Schema.

## Settings
";

const EXAMPLE: &str = "
A key with dots stands in tables:

```toml
site = \"example\"
event_source = \"ci:acme/shop\"

[client]
operation_timeout_ms = 60000

[client.retry]
max_attempts = 2
```

`outbox_max_messages` and `outbox_max_bytes` are numbers there, too (`1000`), or the same as text (`\"1000\"`). A relative
`outbox` is relative to the file's folder, and a relative `--outbox` to the current folder; a relative `COMPASS_OUTBOX` is refused,
because it would be another outbox in each folder.

## Exit codes
";

const KINDS: &str = "
What the SDK calls a failure (`ErrorKind`) decides which of them it is:
";

/// The default of a setting, where it has one that is not to be set.
fn default(key: Key) -> String {
    let config = to_value(Config::default()).unwrap();
    let Setting { key: name, number, .. } = key.setting();
    let Some(name) = name.strip_prefix("client.") else {
        return number.map(|number| number().to_string()).unwrap_or_default();
    };
    match config.pointer(&format!("/{}", name.replace('.', "/"))) {
        Some(Value::Number(number)) => number.to_string(),
        // The limit as a whole: its parts say it.
        Some(Value::Object(_)) => String::new(),
        other => panic!("{name}: {other:?}"),
    }
}

fn files(files: Files) -> &'static str {
    match files {
        Files::All => "each",
        Files::Private | Files::Own => "your own only",
        Files::Guarded(Guard::Site) => "each; in `compass.toml` only a site of Atlassian's",
        Files::Guarded(Guard::Here) => "each; in `compass.toml` only this machine",
        Files::No => "none",
    }
}

fn page() -> String {
    let mut page =
        format!("{BEGIN}\n| key | option | variable | files | default | meaning |\n|---|---|---|---|---|---|\n");
    for key in Key::ALL {
        let Setting { key: name, flag, variable, meaning, files: stands, is_secret, .. } = key.setting();
        let code = |name: Option<&str>| name.map(|name| format!("`{name}`")).unwrap_or_default();
        let secret = if is_secret { " (secret)" } else { "" };
        let meaning = meaning.replace('|', "\\|").replace('<', "\\<");
        let (flag, variable, stands, default) = (code(flag), code(variable), files(stands), default(key));
        writeln!(page, "| `{name}` | {flag} | {variable} | {stands} | {default} | {meaning}{secret} |").unwrap();
    }
    page.push_str(EXAMPLE);
    page.push_str("\n| code | name in JSON | meaning |\n|---|---|---|\n");
    for exit in Exit::ALL {
        writeln!(page, "| {} | `{}` | {} |", exit.code(), exit.name(), exit.meaning()).unwrap();
    }
    page.push_str("\n`compass run` ends as its command does; `cargo xtask` ends with 0, with 1 where a check failed, and with 2 where a task could\nnot be done.\n");
    page.push_str(KINDS);
    page.push_str("\n| kind | exit code |\n|---|---|\n");
    for kind in KINDS_OF_ERRORS {
        writeln!(page, "| `{kind:?}` | {} |", Exit::of(kind).code()).unwrap();
    }
    page
}

/// In the order of the SDK's documentation.
const KINDS_OF_ERRORS: [ErrorKind; 12] = [
    ErrorKind::Configuration,
    ErrorKind::Invalid,
    ErrorKind::Validation,
    ErrorKind::Authentication,
    ErrorKind::Permission,
    ErrorKind::NotFound,
    ErrorKind::Conflict,
    ErrorKind::RateLimited,
    ErrorKind::Server,
    ErrorKind::Timeout,
    ErrorKind::Transport,
    ErrorKind::UnexpectedResponse,
];

#[test]
fn the_page_of_the_book_is_what_the_program_knows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join(FILE);
    let page = page();
    if std::env::var_os("DOCS_UPDATE").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == page, "{FILE} should be (DOCS_UPDATE=1 writes it):\n{page}");
}

/// The SDK's list is open, so that the compiler does not say when it grows.
#[test]
fn the_page_has_every_kind_of_the_sdk() {
    let source = include_str!("../../../compass-sdk/src/error/kind.rs");
    let (_, list) = source.split_once("pub enum ErrorKind {").unwrap();
    let (list, _) = list.split_once("\n}").unwrap();
    let names: Vec<&str> = list.lines().filter_map(|line| line.trim().strip_suffix(',')).collect();
    let names: Vec<&str> = names.into_iter().filter(|line| !line.starts_with("//")).collect();
    assert_eq!(names, KINDS_OF_ERRORS.map(|kind| format!("{kind:?}")));
}
