//! Configuration files: read with the place of each value, so that what is wrong can be found.

use std::path::Path;

use compass_sdk::Config;
use serde_json::{Value, json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::guard;
use super::outbox::whole_number;
use super::registry::{Files, Key, Setting};
use crate::failure::{Failure, Problem};

/// The name of the file that is searched for.
pub(crate) const NAME: &str = "compass.toml";

/// A value and the line that it stands in.
pub(super) type Entry = (Key, Value, usize);

/// What the file says that can be read, and what is wrong with the rest.
pub(super) fn read(path: &Path) -> (Vec<Entry>, Option<Failure>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            return (Vec::new(), Some(Failure::usage(format!("{}: cannot be read: {error}", path.display()))));
        }
    };
    let is_shared = path.file_name().is_some_and(|name| name == NAME);
    let mut reader = Reader { path, text: &text, is_shared, found: Vec::new(), problems: Vec::new() };
    match DeTable::parse(&text) {
        Ok(table) => reader.table("", table.get_ref()),
        Err(error) => {
            let start = error.span().map_or(0, |span| span.start);
            // The message alone: the error itself shows the line, which may have a secret.
            reader.problem(start, error.message().trim());
        }
    }
    // Tables come in the order of their names.
    reader.problems.sort_by_key(|(offset, _)| *offset);
    let problems = reader.problems.into_iter().map(|(_, problem)| problem).collect();
    (reader.found, Failure::of(&path.display().to_string(), problems))
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    /// Whether the file is one of a repository.
    is_shared: bool,
    found: Vec<Entry>,
    /// Each with its place in the text.
    problems: Vec<(usize, Problem)>,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    fn problem(&mut self, offset: usize, message: impl Into<String>) {
        let place = format!("{}:{}", self.path.display(), self.line(offset));
        self.problems.push((offset, Problem::unusable(place, message)));
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key =
                if prefix.is_empty() { name.get_ref().to_string() } else { format!("{prefix}.{}", name.get_ref()) };
            let start = name.span().start;
            let is_table = Key::ALL.iter().any(|known| is_within(known.setting().key, &key));
            match (Key::of(&key), value.get_ref()) {
                (_, DeValue::Table(table)) if is_table => self.table(&key, table),
                (Some(known), _) => self.entry(known, value, start),
                (None, _) if is_table => self.problem(start, format!("{key}: must be a table")),
                (None, _) => self.problem(start, unknown(&key)),
            }
        }
    }

    fn entry(&mut self, key: Key, value: &Spanned<DeValue<'_>>, start: usize) {
        let Setting { key: name, files, variable, number, .. } = key.setting();
        let line = self.line(start);
        match files {
            Files::Private if self.is_shared => {
                return self.problem(
                    start,
                    format!(
                        "{name}: must not stand in a {NAME}, which a repository shows to everybody: remove it, revoke it if \
                         it was ever pushed, and give it as {}",
                        key.ways()
                    ),
                );
            }
            Files::Own if self.is_shared => {
                return self.problem(
                    start,
                    format!(
                        "{name}: must not stand in a {NAME}, because a repository does not choose which files are written \
                         on this machine: give it as {}",
                        key.ways()
                    ),
                );
            }
            Files::No => {
                let variable = variable.unwrap_or(name);
                return self.problem(start, format!("{name}: is read from {variable} and never from a file"));
            }
            Files::All | Files::Guarded(_) | Files::Private | Files::Own => {}
        }
        let json = match json(value.get_ref()) {
            Ok(json) => json,
            Err(what) => return self.problem(start, format!("{name}: {what}")),
        };
        let wrong = if key.is_of_client() {
            client(name, &json).err()
        } else if number.is_some() {
            whole_number(&json).err()
        } else if let Some(text) = json.as_str() {
            match files {
                Files::Guarded(guard) if self.is_shared => guard::problem(key, guard, text),
                Files::Guarded(_) | Files::All | Files::Private | Files::Own | Files::No => None,
            }
        } else {
            Some(format!("must be a text in quotes; is {}", value.get_ref().type_str()))
        };
        match wrong {
            Some(wrong) => self.problem(start, format!("{name}: {wrong}")),
            None => self.found.push((key, json, line)),
        }
    }
}

/// Whether `key` stands in the table `table`.
fn is_within(key: &str, table: &str) -> bool {
    key.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'))
}

fn unknown(key: &str) -> String {
    let known = Key::ALL.map(Key::setting).into_iter().filter(|known| known.files != Files::No);
    // Tables may be mistyped as well: `clients` is closest to `client`.
    let names = known.flat_map(|known| {
        let tables = known.key.match_indices('.').map(|(end, _)| &known.key[..end]);
        tables.chain([known.key]).collect::<Vec<_>>()
    });
    let closest =
        names.map(|name| (strsim::jaro_winkler(name, key), name)).max_by(|(one, _), (other, _)| one.total_cmp(other));
    match closest {
        Some((likeness, name)) if likeness > 0.8 => format!("{key}: unknown setting; the closest known one is {name}"),
        _ => format!("{key}: unknown setting; `compass config show` lists all"),
    }
}

/// The kinds of values that settings have.
fn json(value: &DeValue<'_>) -> Result<Value, String> {
    match value {
        DeValue::String(text) => Ok(json!(text)),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map(|number| json!(number))
            .map_err(|error| format!("{} cannot be read: {error}", number.as_str())),
        DeValue::Boolean(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            Err(format!("must be a text or a whole number; is {}", value.type_str()))
        }
    }
}

/// Lets the SDK judge a value of `[client]`.
fn client(name: &str, value: &Value) -> Result<(), String> {
    let judged: Result<Config, _> = serde_json::from_value(nested(name, value));
    judged.map(drop).map_err(|error| error.to_string())
}

/// The value in the tables that its name has, without that of the client.
fn nested(name: &str, value: &Value) -> Value {
    let tables = name.split('.').skip(1).collect::<Vec<_>>();
    tables.into_iter().rev().fold(value.clone(), |inner, table| json!({ table: inner }))
}
