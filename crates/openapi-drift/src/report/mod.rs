//! What drift is told as: one [`Report`], printed for people, for programs, for reviewers, and for CI.
//!
//! Everything in a report that comes from a document is somebody else's text. Each format escapes it in its own way,
//! so that a contract can neither drive a terminal, nor break a table, nor command a CI runner.

mod clean;
mod github;
mod groups;
pub mod json;
mod junit;
mod markdown;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

use crate::allow::{Allow, Allowed, Date, Entry};
use crate::{Change, Level, rust};

/// What a comparison of two documents found.
#[derive(Clone, Debug)]
pub struct Report {
    base: String,
    revision: String,
    changes: Vec<Change>,
    allowed: Allowed,
    rust: RustSide,
    fail_on: Level,
}

/// What is known of a Rust client of the two documents.
#[derive(Clone, Debug)]
enum RustSide {
    NotAsked,
    Unavailable(String),
    Compared(rust::Comparison),
}

/// What becomes of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'r> {
    /// It is as bad as what the report fails on, or worse.
    Failing,
    /// An entry of the list of accepted drift accepts it.
    Accepted(&'r Entry),
    /// It is less bad than what the report fails on.
    Passing,
}

/// How many changes there are of each kind. Accepted ones are counted by their level, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Those that break somebody.
    pub breaking: usize,
    /// Those that may break somebody.
    pub warning: usize,
    /// Those that break nobody.
    pub info: usize,
    /// Those that an entry accepts, of whatever level.
    pub accepted: usize,
    /// Those that make the report fail.
    pub failing: usize,
}

/// Whether text for people is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With the escape sequences of terminals.
    Terminal,
    /// Nothing but the text.
    None,
}

impl Report {
    /// A report on `changes` between two documents, called by names that its reader knows them by. It accepts nothing,
    /// fails on what is breaking, and says nothing of Rust.
    #[must_use]
    pub fn new(base: impl Into<String>, revision: impl Into<String>, changes: Vec<Change>) -> Self {
        Self {
            base: base.into(),
            revision: revision.into(),
            allowed: Allow::default().apply(&changes, Date::MAX),
            changes,
            rust: RustSide::NotAsked,
            fail_on: Level::Breaking,
        }
    }

    /// Accepts what the list accepts on the day `today`.
    #[must_use]
    pub fn accepting(mut self, allow: &Allow, today: Date) -> Self {
        self.allowed = allow.apply(&self.changes, today);
        self
    }

    /// Fails on changes of this level and worse ones.
    #[must_use]
    pub fn failing_on(mut self, level: Level) -> Self {
        self.fail_on = level;
        self
    }

    /// Tells what the changes do to a Rust client, whose public items are given as `openapi_codegen::surface` prints
    /// them.
    #[must_use]
    pub fn with_rust_items<L: AsRef<str>>(mut self, base: &[L], revision: &[L]) -> Self {
        self.rust = RustSide::Compared(rust::compare(base, revision, &self.changes));
        self
    }

    /// Tells why nothing can be said of a Rust client.
    #[must_use]
    pub fn without_rust_items(mut self, reason: impl Into<String>) -> Self {
        self.rust = RustSide::Unavailable(reason.into());
        self
    }

    /// The changes, in the order of the comparison.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What is accepted, and which entries are good for nothing.
    #[must_use]
    pub fn allowed(&self) -> &Allowed {
        &self.allowed
    }

    /// What becomes of the change at this index.
    #[must_use]
    pub fn verdict(&self, index: usize) -> Verdict<'_> {
        match self.allowed.accepted.get(index) {
            Some(Some(entry)) => Verdict::Accepted(entry),
            _ if self.changes.get(index).is_some_and(|change| change.level >= self.fail_on) => Verdict::Failing,
            _ => Verdict::Passing,
        }
    }

    /// How many changes there are of each kind.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for (index, change) in self.changes.iter().enumerate() {
            match change.level {
                Level::Breaking => summary.breaking += 1,
                Level::Warning => summary.warning += 1,
                Level::Info => summary.info += 1,
            }
            match self.verdict(index) {
                Verdict::Failing => summary.failing += 1,
                Verdict::Accepted(_) => summary.accepted += 1,
                Verdict::Passing => {}
            }
        }
        summary
    }

    /// Text for people: by operation, a change that is felt in several told once. Its last line is the summary.
    #[must_use]
    pub fn to_text(&self, colour: Colour) -> String {
        text::render(self, colour)
    }

    /// JSON for programs, of the form that [`json`] describes.
    #[must_use]
    pub fn to_json(&self) -> String {
        json::render(self)
    }

    /// Markdown for the text of a pull request on GitHub, never longer than one may be.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::render(self)
    }

    /// Commands for the runner of GitHub's actions: each change becomes an annotation.
    #[must_use]
    pub fn to_github(&self) -> String {
        github::render(self)
    }

    /// JUnit's XML: each change is a test case, which fails if the change does, and is skipped if it is accepted.
    #[must_use]
    pub fn to_junit(&self) -> String {
        junit::render(self)
    }

    /// The items that the change at this index touches; `None` if nothing is known of Rust.
    fn rust_items(&self, index: usize) -> Option<Vec<&rust::ItemChange>> {
        let RustSide::Compared(comparison) = &self.rust else { return None };
        let items = comparison.touched.get(index).into_iter().flatten();
        Some(items.filter_map(|item| comparison.items.get(*item)).collect())
    }

    /// The items that no change accounts for.
    fn items_alone(&self) -> Vec<&rust::ItemChange> {
        match &self.rust {
            RustSide::Compared(comparison) => {
                comparison.alone.iter().filter_map(|item| comparison.items.get(*item)).collect()
            }
            RustSide::NotAsked | RustSide::Unavailable(_) => Vec::new(),
        }
    }

    /// Why nothing is known of Rust, though it was asked for.
    fn rust_unavailable(&self) -> Option<&str> {
        match &self.rust {
            RustSide::Unavailable(reason) => Some(reason),
            RustSide::NotAsked | RustSide::Compared(_) => None,
        }
    }
}

impl Summary {
    /// How many changes there are in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.breaking + self.warning + self.info
    }
}

/// `4 changes: 1 breaking, 2 warnings, 1 info; 1 accepted`.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.total() == 0 {
            return f.write_str("no drift");
        }
        let Self { breaking, warning, info, accepted, failing: _ } = *self;
        let total = self.total();
        let (s, warnings) = (if total == 1 { "" } else { "s" }, if warning == 1 { "" } else { "s" });
        write!(f, "{total} change{s}: {breaking} breaking, {warning} warning{warnings}, {info} info")?;
        if accepted > 0 {
            write!(f, "; {accepted} accepted")?;
        }
        Ok(())
    }
}
