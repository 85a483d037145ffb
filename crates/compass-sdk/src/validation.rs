//! What makes a value invalid, and how that is told: all at once, each with its place, rule and value.

use std::fmt;

use chrono::{DateTime, Datelike, SecondsFormat, Utc};

use crate::event::WebUrl;

mod rule;

pub use rule::Rule;

/// Everything that is wrong with an event or metric: at least one [`Violation`].
///
/// ```
/// use compass_sdk::metric::Metric;
/// use compass_sdk::validation::Rule;
/// # let source: compass_sdk::ari::MetricSourceAri = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:\
/// #     metric-source/0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69".parse()?;
///
/// let violations = Metric::builder().target(source).value(f64::NAN).build().unwrap_err();
/// assert_eq!(violations.iter().map(|violation| violation.rule()).collect::<Vec<_>>(), [Rule::FiniteNumber]);
/// assert_eq!(violations.to_string(), "1 rule is broken:\n  value: must be a finite number; is NaN [finite-number]");
/// # Ok::<(), compass_sdk::ari::AriError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violations {
    list: Vec<Violation>,
}

impl Violations {
    /// The violations, in the order of the fields' checks.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.list.iter()
    }

    pub(crate) fn of(violation: Violation) -> Self {
        Self { list: vec![violation] }
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.list.append(&mut other.list);
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.list.len() {
            1 => f.write_str("1 rule is broken:")?,
            count => write!(f, "{count} rules are broken:")?,
        }
        self.list.iter().try_for_each(|violation| write!(f, "\n  {violation}"))
    }
}

impl std::error::Error for Violations {}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

/// One rule, broken at one place.
///
/// ```
/// use compass_sdk::event::Event;
///
/// let error = serde_json::from_str::<Event>("{}").unwrap_err();
/// assert!(error.to_string().contains("event: must be of exactly one kind; is of none [one-kind]"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    path: String,
    rule: Rule,
    value: String,
}

impl Violation {
    pub(crate) fn new(path: impl Into<String>, rule: Rule, value: &str) -> Self {
        Self { path: path.into(), rule, value: shortened(value, 120).into_owned() }
    }

    /// The field, in the words of the wire: `deployment.deploymentProperties.completedAt`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The rule that is broken.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// The value that breaks it, shortened; texts are in quotes. What it contradicts stands behind it.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, rule, value } = self;
        write!(f, "{path}: {}; is {value} [{rule}]", rule.requirement())
    }
}

/// The first `most` characters of `text`, with an ellipsis for the rest.
pub(crate) fn shortened(text: &str, most: usize) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]).into(),
    }
}

/// Collects violations, so that the last is found with the first.
#[derive(Debug)]
pub(crate) struct Checks {
    root: &'static str,
    found: Vec<Violation>,
}

impl Checks {
    /// Checks of fields whose paths begin with `root`, or with nothing if it is empty.
    pub(crate) fn new(root: &'static str) -> Self {
        Self { root, found: Vec::new() }
    }

    pub(crate) fn violated(&mut self, path: &str, rule: Rule, value: &str) {
        let path = if self.root.is_empty() { path.to_owned() } else { format!("{}.{path}", self.root) };
        self.found.push(Violation::new(path, rule, value));
    }

    pub(crate) fn not_blank(&mut self, path: &str, text: &str) {
        if text.trim().is_empty() {
            self.violated(path, Rule::NotBlank, &quoted(text));
        }
    }

    pub(crate) fn web_url(&mut self, path: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| WebUrl::problem(text).is_some()) {
            self.violated(path, Rule::WebUrl, &quoted(text));
        }
    }

    pub(crate) fn sequence(&mut self, path: &str, number: i64) {
        if number < 0 {
            self.violated(path, Rule::SequenceNotNegative, &number.to_string());
        }
    }

    /// Whether RFC 3339, which the contract's `date-time` means, has words for the time.
    pub(crate) fn time(&mut self, path: &str, time: Option<DateTime<Utc>>) {
        if let Some(time) = time.filter(|time| !(0..=9999).contains(&time.year())) {
            self.violated(path, Rule::FourDigitYear, &on_the_wire(time));
        }
    }

    /// Checks the time at `path`, and that it is not before that of the field `first` beside it.
    pub(crate) fn not_before(
        &mut self,
        path: &str,
        time: Option<DateTime<Utc>>,
        first: &str,
        first_time: Option<DateTime<Utc>>,
    ) {
        self.time(path, time);
        if let (Some(time), Some(first_time)) = (time, first_time)
            && time < first_time
        {
            let value = format!("{}, `{first}` is {}", on_the_wire(time), on_the_wire(first_time));
            self.violated(path, Rule::TimeOrder, &value);
        }
    }

    /// That the end at `path` is there, which the state demands.
    pub(crate) fn end_of(&mut self, path: &str, end: Option<DateTime<Utc>>, state: impl fmt::Display) {
        if end.is_none() {
            self.violated(path, Rule::EndMissing, &format!("absent, the state is {state}"));
        }
    }

    /// That no end is at `path`, which the state excludes.
    pub(crate) fn no_end_of(&mut self, path: &str, end: Option<DateTime<Utc>>, state: impl fmt::Display) {
        if let Some(end) = end {
            self.violated(path, Rule::EndTooEarly, &format!("{}, the state is {state}", on_the_wire(end)));
        }
    }

    /// What was found, where there is no value: at least one violation.
    pub(crate) fn violations(self) -> Violations {
        Violations { list: self.found }
    }

    /// `value`, if nothing was found.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Violations> {
        if self.found.is_empty() { Ok(value) } else { Err(Violations { list: self.found }) }
    }
}

/// A text in quotes, its control characters escaped, shortened so that the closing quote is seen.
pub(crate) fn quoted(text: &str) -> String {
    format!("{:?}", shortened(text, 80))
}

/// A time as requests have it.
fn on_the_wire(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
