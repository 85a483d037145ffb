//! What a stage did to a document: the record that makes a pipeline of repairs reviewable.

use std::fmt;

use serde::Serialize;

use crate::{Document, Pointer};

/// One change that one stage made at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The stage that made it.
    pub stage: Stage,
    /// Stable name of the rule that was applied, in kebab case.
    pub rule: &'static str,
    /// Where, in the document that the stage was given.
    pub pointer: Pointer,
    /// What it does to the meaning of the document.
    pub effect: Effect,
    /// Why, for people.
    pub reason: String,
}

/// The stages that a contract goes through on its way to code, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Corrections of the vendor's mistakes.
    Overlay,
    /// OpenAPI 3.1 said in the words of 3.0.3.
    Lower,
    /// What the code generator cannot read, said in a way that it can.
    Adapt,
    /// What the generated code needs beyond what the generator writes.
    Emit,
}

/// What a change does to the meaning of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The same meaning in other words.
    Equivalent,
    /// A schema accepts more than it did. It never accepts less.
    Widened,
    /// Something that the document said is no longer said; no schema accepts less for it.
    Dropped,
    /// The document says something else now, on purpose.
    Corrected,
}

/// What a stage returns: the new document and every change that led to it, in document order.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The document after the stage.
    pub document: Document,
    /// What the stage changed.
    pub changes: Vec<Change>,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Overlay => "overlay",
            Self::Lower => "lower",
            Self::Adapt => "adapt",
            Self::Emit => "emit",
        })
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Equivalent => "equivalent",
            Self::Widened => "widened",
            Self::Dropped => "dropped",
            Self::Corrected => "corrected",
        })
    }
}
