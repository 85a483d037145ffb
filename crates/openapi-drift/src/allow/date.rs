//! A day of the calendar, all that an entry needs to expire.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use toml::value::Datetime;

use crate::Error;

/// A day, in whatever place the reader is: TOML calls it a local date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    // The order of the fields is the order of days.
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The last day there is: on it, everything that can expire has.
    pub(crate) const MAX: Self = Self { year: 9999, month: 12, day: 31 };

    /// The day, if there is no time of day with it.
    pub(super) fn from_toml(datetime: Datetime) -> Option<Self> {
        match datetime {
            Datetime { date: Some(date), time: None, offset: None } => {
                Some(Self { year: date.year, month: date.month, day: date.day })
            }
            _ => None,
        }
    }
}

/// Reads `2026-12-31`.
impl FromStr for Date {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let no_day = || Error::new(format!("\"{text}\" is no day; write it as 2026-12-31"));
        let datetime = text.parse().map_err(|error: toml::value::DatetimeParseError| no_day().because(error))?;
        Self::from_toml(datetime).ok_or_else(no_day)
    }
}

/// Prints `2026-12-31`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
