//! Accepted drift: differences that somebody looked at and decided to live with, for a while and for a reason.
//!
//! ```toml
//! [[allow]]
//! rule = "request-enum-value-removed"
//! place = "POST /lamps"
//! reason = "Our lamps were never purple."
//! expires = 2026-12-31
//! ```
//!
//! An entry accepts the changes of one rule at the places that its glob matches: the operation as `METHOD /path`, its
//! `operationId`, or a JSON pointer into either document. `*` and `?` stop at a `/`; `/components/schemas/Lamp/**` is
//! everything below the schema, not the schema itself. Braces stand for themselves, because templates of paths have
//! them. A change that is felt in several operations is accepted if the glob matches all of them, or its pointer.
//!
//! All four keys are mandatory: what is accepted without a reason or for ever is what nobody dares to delete.

mod date;
mod nearest;
mod place;
#[cfg(test)]
mod tests;

use serde::Serialize;
use toml::{Table, Value};

pub use date::Date;

use crate::{Change, Error, Rule};
use place::Place;

/// A list of accepted drift, as `drift-allow.toml` has it.
#[derive(Clone, Debug, Default)]
pub struct Allow {
    entries: Vec<(Entry, Place)>,
}

/// One accepted difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// The rule that names the change.
    pub rule: Rule,
    /// The glob that its place has to match.
    pub place: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is.
    pub expires: Date,
}

/// What a list of accepted drift makes of a list of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowed {
    /// For each change, in their order, the first entry that accepts it; `None` for changes that are kept.
    pub accepted: Vec<Option<Entry>>,
    /// Entries whose last day is over. They accept nothing.
    pub expired: Vec<Entry>,
    /// Entries that no change matches any more.
    pub unused: Vec<Entry>,
}

/// The keys of an entry, all mandatory.
const KEYS: [&str; 4] = ["rule", "place", "reason", "expires"];

impl Allow {
    /// Reads a list from TOML.
    ///
    /// # Errors
    /// When the text is no TOML, a key is unknown or missing, or a value is none of its key's. The error names the
    /// entry, the key and the value, and for an unknown rule the one that is spelled most like it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut table: Table = toml::from_str(text).map_err(|error| syntax(text, &error))?;
        let entries = match table.remove("allow") {
            None => Vec::new(),
            Some(Value::Array(entries)) => entries,
            Some(other) => return Err(Error::of_key("allow", format!("{other} is no list; write `[[allow]]`"))),
        };
        if let Some(key) = table.keys().next() {
            return Err(Error::of_key(key, "is no key of this file; entries begin with `[[allow]]`"));
        }
        let entries = entries.into_iter().enumerate();
        let entries = entries.map(|(index, entry)| self::entry(entry).map_err(|error| error.in_entry(index + 1)));
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    /// The entries, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|(entry, _)| entry)
    }

    /// Says which of `changes` are accepted on the day `today`, and which entries are good for nothing.
    #[must_use]
    pub fn apply(&self, changes: &[Change], today: Date) -> Allowed {
        let (live, expired): (Vec<_>, Vec<_>) = self.entries.iter().partition(|(entry, _)| entry.expires >= today);
        let matches =
            |(entry, place): &(Entry, Place), change: &Change| entry.rule == change.rule && place.covers(change);
        let of = |change| live.iter().find(|entry| matches(entry, change)).map(|(entry, _)| entry.clone());
        // An entry behind another that accepts the same change is not unused: it holds when the first one goes.
        let unused = live.iter().filter(|entry| !changes.iter().any(|change| matches(entry, change)));
        Allowed {
            accepted: changes.iter().map(of).collect(),
            expired: expired.into_iter().map(|(entry, _)| entry.clone()).collect(),
            unused: unused.map(|(entry, _)| entry.clone()).collect(),
        }
    }
}

fn entry(value: Value) -> Result<(Entry, Place), Error> {
    let Value::Table(table) = value else {
        return Err(Error::new(format!("{value} is no table; write `[[allow]]` and one key on each line")));
    };
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(Error::of_key(key, format!("is no key of an entry; its keys are {}", KEYS.join(", "))));
    }
    let rule = rule(text(&table, "rule")?)?;
    let place_text = text(&table, "place")?;
    let place = Place::parse(place_text)
        .map_err(|error| Error::of_key("place", format!("\"{place_text}\" is no glob: {}", error.kind())))?;
    let entry = Entry {
        rule,
        place: place_text.to_owned(),
        reason: text(&table, "reason")?.trim().to_owned(),
        expires: date(&table)?,
    };
    Ok((entry, place))
}

fn missing(key: &str) -> Error {
    Error::of_key(key, "is missing; every entry has a rule, a place, a reason and a day on which it expires")
}

/// A text that says something.
fn text<'t>(table: &'t Table, key: &str) -> Result<&'t str, Error> {
    match table.get(key) {
        None => Err(missing(key)),
        Some(Value::String(text)) if text.trim().is_empty() => Err(Error::of_key(key, "\"\" says nothing")),
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(Error::of_key(key, format!("{other} is no text"))),
    }
}

fn rule(id: &str) -> Result<Rule, Error> {
    Rule::all().find(|rule| rule.id() == id).ok_or_else(|| {
        let nearest = nearest::to(id, Rule::all().map(|rule| rule.id()));
        let hint = nearest.map_or_else(String::new, |nearest| format!("; the nearest is \"{nearest}\""));
        Error::of_key("rule", format!("\"{id}\" is no rule{hint}"))
    })
}

fn date(table: &Table) -> Result<Date, Error> {
    const KEY: &str = "expires";
    let value = table.get(KEY).ok_or_else(|| missing(KEY))?;
    let date = match value {
        Value::Datetime(datetime) => Date::from_toml(*datetime),
        _ => None,
    };
    date.ok_or_else(|| Error::of_key(KEY, format!("{value} is no day; write it without quotes, as 2026-12-31")))
}

/// An error of the TOML parser on one line: it shows the place as a drawing of several.
fn syntax(text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    let place = line.map_or_else(String::new, |line| format!("line {line}: "));
    Error::new(format!("{place}is not valid TOML: {}", error.message().trim_end().replace('\n', "; ")))
}
