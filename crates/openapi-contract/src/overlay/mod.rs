//! OpenAPI Overlay 1.0 and 1.1: corrections of a document, kept apart from it.
//!
//! An [`Overlay`] is a list of [`Action`]s. Each selects nodes with a `JSONPath`
//! ([RFC 9535](https://www.rfc-editor.org/rfc/rfc9535)) and updates, copies into or removes them; each works on
//! what the one before it left. [`Overlay::apply`] works on a [`Document`](crate::Document), [`Overlay::apply_to`]
//! on any JSON value: an Arazzo or `AsyncAPI` document is overlaid in the same way.
//!
//! # Rules, and where they come from
//! [Overlay 1.0](https://spec.openapis.org/overlay/v1.0.0.html#action-object) and
//! [Overlay 1.1](https://spec.openapis.org/overlay/v1.1.0.html#action-object), section "Action Object" of each:
//!
//! | selected | update, 1.0 | update or copy, 1.1 | remove |
//! |---|---|---|---|
//! | an object | merged with an object | merged with an object | from its parent |
//! | an array | any value is appended as one element | an array is concatenated, another value appended | from its parent |
//! | a primitive | refused | replaced by a primitive | from its parent |
//!
//! Merging takes a property that only one side has as it is; objects merge, arrays are concatenated, primitives
//! replaced; any other pair is an error. 1.1 says so step by step. 1.0 only asks for "compatible" properties; its
//! published examples do the same.
//!
//! Where the specification leaves room:
//! - `remove` takes primitives in 1.0 too. Its text speaks of objects and arrays only, but the project's own
//!   examples for 1.0 remove strings.
//! - An action with two of `update`, `copy` and `remove` is an error in 1.1: the published schema wants exactly one,
//!   and the text, in which `update` and `copy` cancel each other out, cannot be what an author means. In 1.0
//!   `remove: true` wins over `update`, and an action with neither does nothing.
//! - Removing the document itself is an error; there is no parent to remove it from.
//! - The result may be nested no deeper than JSON and YAML are read here, and an overlay may not add more than two
//!   million values: `copy` could otherwise double a document again and again.

mod apply;
mod merge;
mod query;
mod read;
mod remove;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub use apply::{Applied, Edits, Unmatched};
pub use query::Query;

use crate::{Error, ErrorKind, Format};

/// An overlay that keeps every rule of its specification that can be checked without a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    spec_version: OverlayVersion,
    title: String,
    version: String,
    description: Option<String>,
    extends: Option<String>,
    actions: Vec<Action>,
    /// Where it was read from, so that errors of `apply` can say which overlay is at fault.
    file: Option<PathBuf>,
}

/// The versions of the Overlay specification that are read here.
///
/// Patch versions [are no different](https://spec.openapis.org/overlay/v1.1.0.html#versions) to tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OverlayVersion {
    /// Overlay 1.0.x.
    V1_0,
    /// Overlay 1.1.x, which adds `copy`, `info.description`, and rules for arrays and primitives.
    V1_1,
}

/// One step of an overlay: what to select, and what to do with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    target: Query,
    description: Option<String>,
    kind: ActionKind,
}

/// What an action does with each node that it selects.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    /// Merges the value into the node, appends it to the node, or replaces the node with it.
    Update(Value),
    /// Does the same with the one node of the document that this selects. Overlay 1.1.
    Copy(Query),
    /// Takes the node out of its object or array.
    Remove,
    /// Nothing at all: neither `update` nor `remove: true` is given.
    Nothing,
}

impl Overlay {
    /// Reads an overlay from a file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the file cannot be read, otherwise as [`Overlay::parse`]; the error names the file.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, Error> {
        let file = file.as_ref();
        let text = fs::read_to_string(file).map_err(|error| {
            Error::new(ErrorKind::Io, "cannot be read; is the path right, and is it UTF-8 text?")
                .because(error)
                .in_file(file)
        })?;
        let overlay = Self::parse(&text).map_err(|error| error.in_file(file))?;
        Ok(Self { file: Some(file.to_owned()), ..overlay })
    }

    /// Reads an overlay from text: JSON when its first character is `{` or `[`, YAML otherwise.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] for text that is neither, [`ErrorKind::Overlay`] for the first rule of the
    /// [Overlay](https://spec.openapis.org/overlay/v1.1.0.html#overlay-object),
    /// [Info](https://spec.openapis.org/overlay/v1.1.0.html#info-object) or
    /// [Action Object](https://spec.openapis.org/overlay/v1.1.0.html#action-object) that is broken, with its place
    /// in the overlay. Fields that the version does not know are errors too, unless they begin with `x-`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        read::overlay(&Format::of(text).parse(text)?)
    }

    /// The version of the Overlay specification that it is written in (`overlay`).
    #[must_use]
    pub fn spec_version(&self) -> OverlayVersion {
        self.spec_version
    }

    /// What it is for, in a few words (`info.title`).
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its own version (`info.version`), in whatever scheme its author likes.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What it is for, at length (`info.description`, Overlay 1.1).
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The document that it is meant for, a URI reference. Nothing here follows it.
    #[must_use]
    pub fn extends(&self) -> Option<&str> {
        self.extends.as_deref()
    }

    /// Its actions, in the order in which they are applied; at least one.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }
}

impl Action {
    /// The `JSONPath` of the nodes that it works on.
    #[must_use]
    pub fn target(&self) -> &Query {
        &self.target
    }

    /// Why it is there, where the author says so.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// What it does.
    #[must_use]
    pub fn kind(&self) -> &ActionKind {
        &self.kind
    }
}

impl fmt::Display for OverlayVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
        })
    }
}
