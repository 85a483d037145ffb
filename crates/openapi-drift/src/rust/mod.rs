//! What drift does to a generated Rust client: which public items it adds, removes or gives another type.
//!
//! The items come as `openapi_codegen::surface` prints them, one line each: `types::Lamp.name: String`. This crate
//! generates nothing itself: who has two clients hands their items over, and who has none loses nothing else.
//!
//! Which change an item belongs to is told by names, compared by their letters and digits alone, since generators
//! spell them anew: `acknowledgedAt` is `acknowledged_at`, `uploadAPISpec` is `UploadApiSpec`. Items that belong to no
//! change are listed on their own, so that nothing is silent.

mod anchor;
mod attribute;
mod diff;
mod item;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;

use crate::Change;

/// What became of the public items, and because of which change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// The items that differ, sorted by the type that they belong to.
    pub items: Vec<ItemChange>,
    /// For each change, in their order, the indexes of the items that it touches.
    pub touched: Vec<Vec<usize>>,
    /// The indexes of the items that belong to no change.
    pub alone: Vec<usize>,
}

/// A public item that is new, gone, or of another type.
///
/// A type that is new or gone is one of these, whatever it consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ItemChange {
    /// The item: `types::Lamp`, `types::Lamp.name`, `types::Colour::Red`, `types::Lamp: Clone`,
    /// `Client::async fn get_lamp`.
    pub item: String,
    /// What became of it.
    #[serde(flatten)]
    pub what: What,
}

/// What became of an item. The texts are the type of a field, the signature of a function, the payload of a variant,
/// for a type what it is and how large: `struct with 3 fields`; empty where there is no more to say than the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum What {
    /// It is new.
    Added {
        /// What it is.
        after: String,
    },
    /// It is gone.
    Removed {
        /// What it was.
        before: String,
    },
    /// It has another type.
    Changed {
        /// What it was.
        before: String,
        /// What it is.
        after: String,
    },
}

/// Compares the public items of two clients, and says which of `changes` touches which of them.
#[must_use]
pub fn compare<L: AsRef<str>>(base: &[L], revision: &[L], changes: &[Change]) -> Comparison {
    let differences = diff::differences(base.iter().map(AsRef::as_ref), revision.iter().map(AsRef::as_ref));
    let owners = attribute::attribute(&differences, changes);
    let mut touched = vec![Vec::new(); changes.len()];
    let mut alone = Vec::new();
    for (item, owners) in owners.into_iter().enumerate() {
        if owners.is_empty() {
            alone.push(item);
        }
        for change in owners {
            touched[change].push(item);
        }
    }
    Comparison { items: differences.into_iter().map(|difference| difference.change).collect(), touched, alone }
}

/// One line: `+ types::Lamp.colour: Option<Colour>`, `- types::Colour::Red`, `~ types::Lamp.id: i64 (was String)`.
impl fmt::Display for ItemChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { item, what } = self;
        // Arguments and payloads stand where Rust has them.
        let colon = |text: &str| if text.is_empty() || text.starts_with(['(', '{']) { "" } else { ": " };
        match what {
            What::Added { after } => write!(f, "+ {item}{}{after}", colon(after)),
            What::Removed { before } => write!(f, "- {item}{}{before}", colon(before)),
            What::Changed { before, after } => {
                let before = if before.is_empty() { "nothing" } else { before };
                write!(f, "~ {item}{}{after} (was {before})", colon(after))
            }
        }
    }
}
