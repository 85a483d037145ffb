//! Applying an overlay: action after action, each on what the one before left.

use serde_json::Value;

use super::merge::{Merger, NodeKind};
use super::remove::remove;
use super::{Action, ActionKind, Overlay, OverlayVersion, Query};
use crate::document::kind_of;
use crate::{Change, Document, Effect, Error, ErrorKind, Pointer, Stage};

/// What an overlay made of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The document after the last action, in the format of the one before.
    pub document: Document,
    /// As [`Edits::changes`].
    pub changes: Vec<Change>,
    /// As [`Edits::unmatched`].
    pub unmatched: Vec<Unmatched>,
}

/// What an overlay did to a JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits {
    /// One change for each node that an action selected, in the order of the actions. Its place is the one in the
    /// document that the action was given, its reason is the action's description.
    pub changes: Vec<Change>,
    /// The actions that selected nothing. The specification
    /// [lets them pass](https://spec.openapis.org/overlay/v1.1.0.html#action-object); whoever owns both the
    /// overlay and the document had better look at them: what they correct may no longer be wrong, or has moved.
    pub unmatched: Vec<Unmatched>,
}

/// An action that selected nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// Which action, counted from zero.
    pub index: usize,
    /// Its `JSONPath`.
    pub target: String,
    /// Why it is there, where the author says so.
    pub description: Option<String>,
}

impl Overlay {
    /// Applies every action to a copy of the document.
    ///
    /// # Errors
    /// As [`Overlay::apply_to`], and [`ErrorKind::Overlay`] when what is left is no
    /// [`Document`] any more: of an unknown version, for instance. The error names the overlay's file, if it was
    /// read from one.
    pub fn apply(&self, document: &Document) -> Result<Applied, Error> {
        let mut root = document.root().clone();
        let Edits { changes, unmatched } = self.apply_to(&mut root)?;
        let document = Document::from_value(root, document.format()).map_err(|error| {
            let title = &self.title;
            self.in_my_file(Error::new(
                ErrorKind::Overlay,
                format!("after the overlay {title:?} the document can no longer be read: {error}"),
            ))
        })?;
        Ok(Applied { document, changes, unmatched })
    }

    /// Applies every action to any JSON value, in place.
    ///
    /// # Errors
    /// [`ErrorKind::Overlay`], with the action's place in the overlay, when an update does not fit the node that it
    /// meets, when a copy does not select exactly one node, when the root is to be removed, and when the result
    /// would be too deep or too large. The actions before have then been applied, and the failing one perhaps in
    /// part: a value that an overlay fails on is of no use.
    pub fn apply_to(&self, root: &mut Value) -> Result<Edits, Error> {
        let mut edits = Edits::default();
        let mut merger = Merger::new(self.spec_version);
        for (index, action) in self.actions.iter().enumerate() {
            let places = action.target.select(root);
            if places.is_empty() {
                edits.unmatched.push(Unmatched {
                    index,
                    target: action.target.to_string(),
                    description: action.description.clone(),
                });
                continue;
            }
            let rule = self
                .act(action, root, &places, &mut merger)
                .map_err(|(field, message)| self.refusal(index, field, message))?;
            if let Some(rule) = rule {
                let reason = self.reason(index);
                edits.changes.extend(places.into_iter().map(|pointer| Change {
                    stage: Stage::Overlay,
                    rule,
                    pointer,
                    effect: Effect::Corrected,
                    reason: reason.clone(),
                }));
            }
        }
        Ok(edits)
    }

    /// Does what `action` says to the nodes at `places`, and names the rule; the error names the field at fault.
    fn act(
        &self,
        action: &Action,
        root: &mut Value,
        places: &[Pointer],
        merger: &mut Merger,
    ) -> Result<Option<&'static str>, (&'static str, String)> {
        let target = &action.target;
        match &action.kind {
            ActionKind::Nothing => Ok(None),
            ActionKind::Remove => {
                if places.iter().any(|place| place.as_str().is_empty()) {
                    let message = format!(
                        "\"{target}\" selects the document itself, which cannot be removed; select what is in it"
                    );
                    return Err(("target", message));
                }
                remove(root, places);
                Ok(Some("overlay-remove"))
            }
            ActionKind::Update(value) => {
                self.alike(target, root, places).map_err(|message| ("target", message))?;
                update(merger, root, places, value).map_err(|why| ("update", format!("\"{target}\": {why}")))?;
                Ok(Some("overlay-update"))
            }
            ActionKind::Copy(query) => {
                let value = single(query, root).map_err(|message| ("copy", message))?;
                self.alike(target, root, places).map_err(|message| ("target", message))?;
                update(merger, root, places, &value).map_err(|why| ("copy", format!("\"{target}\": {why}")))?;
                Ok(Some("overlay-copy"))
            }
        }
    }

    /// Overlay 1.1: nodes that are updated together are all objects, all arrays or all primitives.
    fn alike(&self, target: &Query, root: &Value, places: &[Pointer]) -> Result<(), String> {
        let mut nodes = places.iter().filter_map(|place| Some((place, place.find(root)?)));
        let Some((first_place, first)) = nodes.next().filter(|_| self.spec_version >= OverlayVersion::V1_1) else {
            return Ok(());
        };
        match nodes.find(|(_, node)| NodeKind::of(node) != NodeKind::of(first)) {
            None => Ok(()),
            Some((place, node)) => Err(format!(
                "\"{target}\" selects {first_place}, {}, and {place}, {}; an update or copy needs all objects, all arrays \
                 or all primitives, so split the action",
                kind_of(first),
                kind_of(node),
            )),
        }
    }

    fn reason(&self, index: usize) -> String {
        let action = &self.actions[index];
        action.description.clone().unwrap_or_else(|| {
            format!("action {index} of the overlay {:?}, on {}, which gives no description", self.title, action.target)
        })
    }

    fn refusal(&self, index: usize, field: &str, message: String) -> Error {
        let pointer = Pointer::from_tokens(["actions", &index.to_string(), field]);
        self.in_my_file(Error::new(ErrorKind::Overlay, message).at(pointer))
    }

    fn in_my_file(&self, error: Error) -> Error {
        match &self.file {
            Some(file) => error.in_file(file),
            None => error,
        }
    }
}

fn update(merger: &mut Merger, root: &mut Value, places: &[Pointer], value: &Value) -> Result<(), String> {
    for place in places {
        // A place stays where it is: updates replace primitives and append, they never take away or move.
        if let Some(node) = place.find_mut(root) {
            merger.update(node, place, value)?;
        }
    }
    Ok(())
}

/// A copy of the one node that a `copy` selects. It is taken before the first target changes, since the targets may
/// contain it.
fn single(query: &Query, root: &Value) -> Result<Value, String> {
    let places = query.select(root);
    match (places.as_slice(), places.first().and_then(|place| place.find(root))) {
        ([_], Some(node)) => Ok(node.clone()),
        _ => Err(format!("\"{query}\" selects {} nodes, and a copy needs exactly one", places.len())),
    }
}
