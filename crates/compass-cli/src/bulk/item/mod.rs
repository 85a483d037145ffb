//! What a record says: an event and whom it is for, or a metric; or everything that is wrong with it.

mod event;
mod metric;
mod shape;
#[cfg(test)]
mod tests;

use clap::ValueEnum;
use compass_sdk::event::Target;
use compass_sdk::validation::Rule;
use compass_sdk::{Event, Metric};
use serde::de::DeserializeOwned;

use self::shape::{Shape, What};
use super::problem::{Broken, Problem};
use super::records::{Content, Record, line_ends};

/// What records are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// Events
    Event,
    /// Values of metrics
    Metric,
}

impl Subject {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Metric => "metric",
        }
    }

    const fn with_article(self) -> &'static str {
        match self {
            Self::Event => "an event",
            Self::Metric => "a metric",
        }
    }
}

/// What a record says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// An event, and whom it is for if the record says that.
    Event(Option<Target>, Box<Event>),
    Metric(Box<Metric>),
}

/// Reads a record. `wanted` is what it has to be of; either will do otherwise.
pub(super) fn read(record: &Record<'_>, wanted: Option<Subject>) -> Result<Item, Vec<Problem>> {
    let line = record.line;
    match &record.content {
        Content::Json(bytes, column) => Text::new(bytes, line, *column).and_then(|text| text.item(wanted)),
        Content::Row(row) => match wanted {
            Some(Subject::Event) => Err(vec![wrong_kind(line, Subject::Metric, Subject::Event)]),
            Some(Subject::Metric) | None => metric::of_row(row, line).map(|metric| Item::Metric(Box::new(metric))),
        },
        Content::Unreadable(problem) | Content::End(problem) => Err(vec![problem.clone()]),
    }
}

fn wrong_kind(line: u64, is: Subject, wanted: Subject) -> Problem {
    let message = format!("must be {}; is {}", wanted.with_article(), is.with_article());
    Problem::new(line, Broken::WrongKind, message)
}

/// A record's JSON and where it stands.
#[derive(Clone, Copy, Debug)]
struct Text<'a> {
    json: &'a str,
    line: u64,
    column: u64,
}

impl<'a> Text<'a> {
    fn new(bytes: &'a [u8], line: u64, column: u64) -> Result<Self, Vec<Problem>> {
        let found = std::str::from_utf8(bytes);
        found.map(|json| Self { json, line, column }).map_err(|error| {
            let good = &bytes[..error.valid_up_to()];
            let ends = line_ends(good);
            let in_line = good.iter().rev().take_while(|byte| **byte != b'\n').count() as u64;
            let column = if ends == 0 { column + in_line } else { in_line + 1 };
            let value = format!("the byte 0x{:02X}", bytes[error.valid_up_to()]);
            let problem = Problem::new(line + ends, Broken::Utf8, "must be UTF-8").column(column);
            vec![Problem { value: Some(value), ..problem }]
        })
    }

    fn item(self, wanted: Option<Subject>) -> Result<Item, Vec<Problem>> {
        let shape: Shape = self.parse("")?;
        let what = shape.what();
        let is = match what {
            What::Request | What::Event => Subject::Event,
            What::Metric => Subject::Metric,
            What::Neither => match wanted {
                Some(wanted) => wanted,
                None => return Err(vec![self.problem(Broken::Schema, neither())]),
            },
        };
        match wanted {
            Some(wanted) if wanted != is => return Err(vec![wrong_kind(self.line, is, wanted)]),
            Some(_) | None => {}
        }
        let strangers = shape.strangers(self.line);
        let read = match (what, is) {
            (What::Request, _) => event::of_request(self),
            (_, Subject::Event) => event::bare(self, "").map(|event| Item::Event(None, Box::new(event))),
            (_, Subject::Metric) => metric::of_json(self, &shape).map(|metric| Item::Metric(Box::new(metric))),
        };
        match read {
            Ok(item) if strangers.is_empty() => Ok(item),
            Ok(_) => Err(strangers),
            Err(problems) => Err(strangers.into_iter().chain(problems).collect()),
        }
    }

    fn problem(self, broken: Broken, message: impl Into<String>) -> Problem {
        Problem::new(self.line, broken, message)
    }

    /// Reads all of it. What fails is read again, to tell the field that it is; `prefix` stands before that.
    fn parse<T: DeserializeOwned>(self, prefix: &str) -> Result<T, Vec<Problem>> {
        serde_json::from_str(self.json).map_err(|error| vec![self.why::<T>(prefix, &error)])
    }

    fn why<T: DeserializeOwned>(self, prefix: &str, error: &serde_json::Error) -> Problem {
        let broken = match error.classify() {
            serde_json::error::Category::Data => Broken::Schema,
            serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof
            | serde_json::error::Category::Io => Broken::Syntax,
        };
        let message = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = message.strip_suffix(&place).unwrap_or(&message);
        let message = if broken == Broken::Syntax { format!("must be JSON: {message}") } else { message.to_owned() };
        let problem = self.problem(broken, message);
        let problem = match error.line() as u64 {
            // Of the whole, behind it.
            0 => problem,
            1 => problem.column(self.column + error.column().saturating_sub(1) as u64),
            later => Problem { line: self.line + later - 1, ..problem.column(error.column() as u64) },
        };
        let mut reader = serde_json::Deserializer::from_str(self.json);
        let path = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
            Err(error) if broken == Broken::Schema => error.path().to_string(),
            _ => String::new(),
        };
        match (prefix, path.as_str()) {
            ("", "" | ".") => problem,
            (prefix, "" | ".") => problem.at(prefix),
            ("", path) => problem.at(path),
            (prefix, path) => problem.at(format!("{prefix}.{path}")),
        }
    }
}

fn neither() -> String {
    let kinds = compass_sdk::event::Kind::ALL.map(compass_sdk::event::Kind::as_str).join(", ");
    format!("must be an event ({kinds}, or a request with event) or a metric ({})", Rule::OneTarget.requirement())
}
