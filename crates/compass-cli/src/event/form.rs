//! Filling in an event: what is missing and what is wrong is collected, and told at once.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use compass_sdk::Event;
use compass_sdk::event::{EventSource, Kind, Sequence, WebUrl};
use compass_sdk::validation::Violations;
use schemars::JsonSchema;

use super::choice::{matching, names};
use super::defaults::Defaults;
use super::feed::FeedArgs;
use crate::failure::Problem;
use crate::settings::{Key, Settings};

/// An option and the field that it is, below the kind's own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) flag: &'static str,
    pub(crate) path: &'static str,
}

/// An option and its field.
pub(crate) const fn field(flag: &'static str, path: &'static str) -> Field {
    Field { flag, path }
}

/// An event in the making.
///
/// Every method gives a value in any case, so that the rest can be checked by the SDK: where there is none, a problem is
/// noted and the value is one that breaks no rule. No event leaves a form that has problems.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    pub(crate) defaults: &'a Defaults,
    pub(crate) problems: Vec<Problem>,
    kind: Kind,
    settings: &'a Settings,
    now: DateTime<Utc>,
    /// Whose violation is told as whose option's.
    fields: Vec<Field>,
    /// Where the sequence number comes from.
    sequence_from: Option<&'static str>,
}

/// What all kinds that the feed shows have.
pub(crate) struct Common {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) url: WebUrl,
    pub(crate) at: DateTime<Utc>,
    pub(crate) sequence: Sequence,
    pub(crate) source: EventSource,
}

/// What gives the sequence number unless an option does.
pub(crate) const CLOCK: &str = "clock";
/// What stands in for a text that is missing.
const STAND_IN: &str = "https://stand-in.invalid";

impl<'a> Form<'a> {
    pub(crate) fn new(kind: Kind, settings: &'a Settings, defaults: &'a Defaults, now: DateTime<Utc>) -> Self {
        Self { defaults, problems: Vec::new(), kind, settings, now, fields: Vec::new(), sequence_from: None }
    }

    fn know(&mut self, field: Field) {
        self.fields.push(field);
    }

    fn missing(&mut self, field: Field, what: &str) {
        self.problems.push(Problem::missing(field.flag, what));
    }

    fn meaning(&self, field: Field) -> String {
        crate::program::help_of(&["event", &super::command_name(self.kind)], field.flag).unwrap_or_default()
    }

    /// Reads a value that is there.
    fn read<T>(&mut self, field: Field, read: Result<T, impl Display>, stand_in: T) -> T {
        read.unwrap_or_else(|error| {
            self.problems.push(Problem::unusable(field.flag, error.to_string()));
            stand_in
        })
    }

    /// A text that has to be there.
    pub(crate) fn text(&mut self, field: Field, text: Option<&String>) -> String {
        self.know(field);
        text.cloned().unwrap_or_else(|| {
            let meaning = self.meaning(field);
            self.missing(field, &meaning);
            STAND_IN.to_owned()
        })
    }

    /// A text that may be there.
    pub(crate) fn any_text(&mut self, field: Field, text: Option<&String>) -> Option<String> {
        self.know(field);
        text.cloned()
    }

    /// A URL that has to be there.
    pub(crate) fn url(&mut self, field: Field, text: Option<&String>) -> WebUrl {
        let text = self.text(field, text);
        let read = WebUrl::parse(text);
        self.read(field, read, WebUrl::parse(STAND_IN).expect("the stand-in is a URL"))
    }

    /// A URL that may be there.
    pub(crate) fn any_url(&mut self, field: Field, text: Option<&String>) -> Option<WebUrl> {
        text.map(|text| self.url(field, Some(text)))
    }

    /// A whole number that has to be there.
    pub(crate) fn number(&mut self, field: Field, text: Option<&String>, default: Option<i64>) -> i64 {
        self.know(field);
        match (text, default) {
            (Some(text), _) => {
                let read = text.trim().parse().map_err(|_| format!("{text:?} is no whole number"));
                self.read(field, read, 0)
            }
            (None, Some(number)) => number,
            (None, None) => {
                let meaning = self.meaning(field);
                self.missing(field, &meaning);
                0
            }
        }
    }

    /// A number that may be there.
    pub(crate) fn any_number(&mut self, field: Field, text: Option<&String>) -> Option<f64> {
        self.know(field);
        let text = text?;
        let read = text.trim().parse().map_err(|_| format!("{text:?} is no number"));
        Some(self.read(field, read, 0.0))
    }

    /// A time that has to be there. What stands in for it is before all others: it only ever is a beginning.
    pub(crate) fn start(
        &mut self,
        field: Field,
        text: Option<&String>,
        default: Option<DateTime<Utc>>,
    ) -> DateTime<Utc> {
        self.any_time(field, text).or(default).unwrap_or_else(|| {
            let meaning = self.meaning(field);
            self.missing(field, &meaning);
            earliest()
        })
    }

    /// A time that may be there.
    pub(crate) fn any_time(&mut self, field: Field, text: Option<&String>) -> Option<DateTime<Utc>> {
        self.know(field);
        let read = time(text?, self.now);
        Some(self.read(field, read, earliest()))
    }

    /// One of a list that has to be there; `stand_in` demands nothing of other fields.
    pub(crate) fn choice<T>(&mut self, field: Field, text: Option<&String>, stand_in: T) -> T
    where
        T: JsonSchema + FromStr<Err: Display> + Copy,
    {
        self.any_choice(field, text, stand_in).unwrap_or_else(|| {
            self.missing(field, &format!("one of {}", names::<T>().join(", ")));
            stand_in
        })
    }

    /// One of a list that may be there.
    pub(crate) fn any_choice<T>(&mut self, field: Field, text: Option<&String>, stand_in: T) -> Option<T>
    where
        T: JsonSchema + FromStr<Err: Display>,
    {
        self.know(field);
        let name = matching::<T>(text?);
        let read = name.and_then(|name| name.parse::<T>().map_err(|error| error.to_string()));
        Some(self.read(field, read, stand_in))
    }

    /// When the event was last updated: now unless told otherwise.
    pub(crate) fn at(&mut self, text: Option<&String>) -> DateTime<Utc> {
        self.any_time(field("--at", "lastUpdated"), text).unwrap_or(self.now)
    }

    /// What the kinds that the feed shows have in common.
    pub(crate) fn common(&mut self, args: &FeedArgs) -> Common {
        let (defaults, entry) = (self.defaults, &args.entry);
        Common {
            name: self.text(field("--name", "displayName"), entry.name.as_ref().or(defaults.name.as_ref())),
            description: entry.description.clone().unwrap_or_default(),
            url: self.url(field("--url", "url"), entry.url.as_ref().or(defaults.url.as_ref())),
            at: self.at(args.at.as_ref()),
            sequence: self.sequence(entry.sequence.as_deref()),
            source: self.source(),
        }
    }

    fn sequence(&mut self, text: Option<&str>) -> Sequence {
        let field = field("--sequence", "updateSequenceNumber");
        self.know(field);
        let (sequence, from) = match text {
            Some("now") | None => (Sequence::now(), CLOCK),
            Some(number) => {
                let read =
                    number.trim().parse::<i64>().map_err(|_| format!("{number:?} is neither a number nor `now`"));
                let read = read.and_then(|number| {
                    Sequence::new(number).map_err(|_| format!("{number} is negative: must be 0 or more"))
                });
                (self.read(field, read, Sequence::now()), field.flag)
            }
        };
        self.sequence_from = Some(from);
        sequence
    }

    fn source(&mut self) -> EventSource {
        self.know(field("--event-source", "externalEventSourceId"));
        let source = self.settings.text(Key::EventSource).map(str::to_owned).or(self.defaults.event_source.clone());
        EventSource::new(source.unwrap_or_else(|| {
            self.problems.push(Problem::missing(Key::EventSource.ways(), Key::EventSource.setting().meaning));
            STAND_IN.to_owned()
        }))
    }

    /// The event, if nothing is missing or wrong, and where its sequence number comes from.
    pub(crate) fn finish(
        self,
        event: Result<Event, Violations>,
    ) -> Result<(Event, Option<&'static str>), Vec<Problem>> {
        let Self { mut problems, kind, fields, sequence_from, .. } = self;
        let event = match event {
            Ok(event) if problems.is_empty() => return Ok((event, sequence_from)),
            Ok(_) => return Err(problems),
            Err(violations) => violations,
        };
        problems.extend(event.iter().map(|violation| {
            let own = violation.path().strip_prefix(kind.as_str()).and_then(|path| path.strip_prefix('.'));
            let field = fields.iter().rev().find(|field| own == Some(field.path));
            Problem::broken(field.map_or(violation.path(), |field| field.flag), violation)
        }));
        Err(problems)
    }
}

/// RFC 3339, or `now`.
pub(crate) fn time(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    match text.trim() {
        "now" => Ok(now),
        text => DateTime::parse_from_rfc3339(text)
            .map(|time| time.to_utc())
            .map_err(|error| format!("{text:?} is neither RFC 3339 (2026-09-01T12:00:00Z) nor `now`: {error}")),
    }
}

/// The first time that the contract has words for.
fn earliest() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("0000-01-01T00:00:00Z").map_or(DateTime::<Utc>::UNIX_EPOCH, |time| time.to_utc())
}
