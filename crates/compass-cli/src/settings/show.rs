//! `compass config show`: each setting, its value and where it comes from.

use clap::Args;
use serde_json::{Value, json, to_value};

use super::access::{Held, without_user};
use super::{AccountArgs, AddressArgs, CloudIdArgs, ConfigArgs, Given, Key, OutboxArgs, Setting, Settings};
use crate::failure::Failure;
use crate::output::Report;

/// Shows each setting with its value and where it comes from; secrets are never shown
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    address: AddressArgs,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    cloud_id: CloudIdArgs,
    #[arg(long, help = Key::Component.help(), value_name = "ARI")]
    component: Option<String>,
    #[arg(long, help = Key::EventSource.help(), value_name = "ID")]
    event_source: Option<String>,
    #[command(flatten)]
    outbox: OutboxArgs,
}

pub(crate) fn show(args: &ShowArgs, config: &ConfigArgs) -> Result<Report, Failure> {
    let given = Given::default().address(&args.address).account(&args.account)?.cloud_id(&args.cloud_id);
    let given = given.flag(Key::Component, args.component.as_ref()).flag(Key::EventSource, args.event_source.as_ref());
    let settings = Settings::load(config, &given.outbox(&args.outbox))?;
    let rows = rows(&settings)?;
    let width = rows.iter().map(|row| row.key.len()).max().unwrap_or_default();
    let lines = rows.iter().map(|row| {
        let source = if row.source.is_empty() { String::new() } else { format!("  ({})", row.source) };
        format!("{:width$}  {}{source}", row.key, row.shown)
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let json =
        rows.iter().map(|row| json!({ "key": row.key, "value": row.value, "source": row.source })).collect::<Value>();
    Ok(Report::data(text, &json))
}

struct Row {
    key: &'static str,
    /// The value for people.
    shown: String,
    /// The value for programs; a secret's is `"(set)"`.
    value: Value,
    source: String,
}

fn rows(settings: &Settings) -> Result<Vec<Row>, Failure> {
    let config = to_value(settings.config()?).unwrap_or_default();
    let rows = Key::ALL.into_iter().filter_map(|key| {
        let Setting { key: name, .. } = key.setting();
        let (value, unusable) = value(settings, key, &config)?;
        let source = match settings.found.get(&key) {
            Some(found) if settings.is_overridden(key) => {
                let other = if key == Key::Site { Key::BaseUrl } else { Key::Site };
                format!("{}; not used, {} comes first", found.source, other.setting().key)
            }
            Some(found) => match unusable {
                Some(why) => format!("{}; not usable: {why}", found.source),
                None => found.source.to_string(),
            },
            None if value.is_null() => String::new(),
            None => "default".to_owned(),
        };
        let shown = match &value {
            Value::Null => "(not set)".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(Row { key: name, shown, value, source })
    });
    Ok(rows.collect())
}

/// The value that is in force, and why it cannot be, if it cannot; null if there is none. None for what is no setting of its
/// own at the moment.
fn value(settings: &Settings, key: Key, config: &Value) -> Option<(Value, Option<String>)> {
    let Setting { key: name, number, .. } = key.setting();
    let found = settings.found.get(&key).map(|found| &found.value);
    if key == Key::Outbox {
        let mut problems = Vec::new();
        return Some(match (settings.outbox(&mut problems), found) {
            (Some(path), _) => (json!(path.display().to_string()), None),
            (None, Some(_)) => {
                let why = problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("; ");
                (json!(settings.text(key)), Some(why))
            }
            (None, None) => (Value::Null, None),
        });
    }
    if let Some(default) = number {
        return Some(match settings.number(key) {
            None => (json!(default()), None),
            Some(Ok(number)) => (json!(number), None),
            Some(Err(why)) => (json!(settings.text(key)), Some(why)),
        });
    }
    let value = match found {
        Some(Held::Hidden(_)) => json!("(set)"),
        Some(Held::Plain(Value::String(url))) if matches!(key, Key::Site | Key::BaseUrl) => json!(without_user(url)),
        Some(Held::Plain(value)) => value.clone(),
        None if key.is_of_client() => {
            let pointer = format!("/{}", name.split('.').skip(1).collect::<Vec<_>>().join("/"));
            match config.pointer(&pointer) {
                // The limit as a whole, or the parts of one that there is not.
                None | Some(Value::Object(_)) => return None,
                Some(value) => value.clone(),
            }
        }
        None => Value::Null,
    };
    Some((value, None))
}
