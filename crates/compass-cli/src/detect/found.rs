//! Values, and where they come from.

use std::ffi::OsString;
use std::fmt;

/// A value, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it comes from.
    pub(crate) from: Source,
}

impl<T> Found<T> {
    /// Another value from the same place.
    pub(super) fn map<U>(self, to: impl FnOnce(T) -> U) -> Found<U> {
        Found { value: to(self.value), from: self.from }
    }

    /// Another value from the same place, if there is one.
    pub(super) fn and_then<U>(self, to: impl FnOnce(T) -> Option<U>) -> Option<Found<U>> {
        let Self { value, from } = self;
        to(value).map(|value| Found { value, from })
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Environment variables, by name.
    Variables(Vec<&'static str>),
    /// Environment variables, whose value was read for what a name usually means.
    Meaning(Vec<&'static str>),
    /// Environment variables, with what the answer to a git command adds to them.
    Completed(Vec<&'static str>, &'static str),
    /// The answer to a git command, as one would type it.
    Git(&'static str),
    /// An argument of `compass detect`.
    Argument(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variables(names) => f.write_str(&names.join(", ")),
            Self::Meaning(names) => write!(f, "{}, by its meaning", names.join(", ")),
            Self::Completed(names, command) => write!(f, "{}, {command}", names.join(", ")),
            Self::Git(command) => f.write_str(command),
            Self::Argument(argument) => f.write_str(argument),
        }
    }
}

impl Source {
    /// The same variables, if there are any, read for what a name usually means.
    pub(super) fn by_meaning(self) -> Self {
        match self {
            Self::Variables(names) => Self::Meaning(names),
            Self::Meaning(_) | Self::Completed(..) | Self::Git(_) | Self::Argument(_) => self,
        }
    }

    /// These variables and those.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Variables(mut names), Self::Variables(others)) => {
                names.extend(others);
                Self::Variables(names)
            }
            (one, _) => one,
        }
    }

    /// The same variables, if there are any, with what git adds to them.
    pub(super) fn completed(self, command: &'static str) -> Self {
        match self {
            Self::Variables(names) => Self::Completed(names, command),
            Self::Meaning(_) | Self::Completed(..) | Self::Git(_) | Self::Argument(_) => self,
        }
    }
}

/// The environment, which comes in from outside.
pub(crate) type Env<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// A variable's value without blanks around it. One that is blank, or not Unicode, counts as absent.
pub(super) fn variable(env: Env<'_>, name: &str) -> Option<String> {
    let value = env(name)?.into_string().ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// What a candidate gives: a variable's name stands for its value, and a text with `{NAME}` in it for itself with the
/// values filled in, if all of them are there.
fn expand(env: Env<'_>, candidate: &'static str) -> Option<Found<String>> {
    if !candidate.contains('{') {
        return Some(Found { value: variable(env, candidate)?, from: Source::Variables(vec![candidate]) });
    }
    let (mut value, mut names) = (String::new(), Vec::new());
    let mut rest = candidate;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let (name, cut) = match name.char_indices().next_back() {
            Some((at, end)) if !end.is_ascii_alphanumeric() => (&name[..at], Some(end)),
            Some(_) | None => (name, None),
        };
        let whole = variable(env, name)?;
        let part = cut.and_then(|cut| whole.split_once(cut)).map_or(whole.as_str(), |(part, _)| part);
        value.push_str(before);
        // Some URLs end in a slash and some do not; the text has its own where one belongs.
        value.push_str(part.trim_end_matches('/'));
        names.push(name);
        rest = after;
    }
    value.push_str(rest);
    Some(Found { value, from: Source::Variables(names) })
}

/// What the first candidate that gives something that `read` can read gives.
pub(super) fn first<T>(
    env: Env<'_>,
    candidates: &[&'static str],
    read: impl Fn(String) -> Option<T>,
) -> Option<Found<T>> {
    candidates.iter().find_map(|candidate| expand(env, candidate)?.and_then(&read))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str) -> Option<OsString> {
        match name {
            "BASE" => Some("https://ci.example.com/".into()),
            "RUN" => Some(" 7\n".into()),
            "FILE" => Some("a/b.yml@refs/heads/c@d".into()),
            "BLANK" => Some(" ".into()),
            "EMPTY" => Some("".into()),
            #[cfg(unix)]
            "BYTES" => Some(std::os::unix::ffi::OsStringExt::from_vec(vec![0xff])),
            _ => None,
        }
    }

    #[test]
    fn blank_values_and_those_that_are_not_unicode_count_as_absent() {
        assert_eq!(variable(&env, "RUN").as_deref(), Some("7"));
        for name in ["BLANK", "EMPTY", "BYTES", "OTHER"] {
            assert_eq!(variable(&env, name), None, "{name}");
        }
    }

    #[test]
    fn a_text_needs_all_its_variables() {
        let found = first(&env, &["{BASE}/runs/{OTHER}", "BLANK", "{BASE}/runs/{RUN}", "RUN"], Some).unwrap();
        assert_eq!(found.value, "https://ci.example.com/runs/7");
        assert_eq!(found.from.to_string(), "BASE, RUN");
    }

    #[test]
    fn a_text_may_cut_a_value() {
        let found = first(&env, &["{FILE@}"], Some).unwrap();
        assert_eq!((found.value.as_str(), found.from), ("a/b.yml", Source::Variables(vec!["FILE"])));
        assert_eq!(first(&env, &["{RUN@}"], Some).unwrap().value, "7");
    }

    #[test]
    fn what_cannot_be_read_leaves_the_turn_to_the_next() {
        let found = first(&env, &["BASE", "RUN"], |text| text.parse::<u64>().ok()).unwrap();
        assert_eq!((found.value, found.from), (7, Source::Variables(vec!["RUN"])));
    }
}
