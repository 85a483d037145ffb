//! What the references between schemas lead to.
//!
//! Lowering needs this for every reference of a document, and so does whoever compares two documents: `$ref` by
//! pointer, by `$id` and by anchor, each resolved against the base that it stands under.

use serde_json::Value;

use self::index::{Index, Meaning};
use crate::{Document, Pointer};

pub(crate) mod index;
pub(crate) mod shape;
mod uri;

/// Every reference in the schemas of a document, resolved once.
pub struct References<'d> {
    index: Index<'d>,
}

impl<'d> References<'d> {
    /// Finds and resolves all references of the document.
    #[must_use]
    pub fn of(document: &'d Document) -> Self {
        Self { index: Index::of(document.root()) }
    }

    /// Where the reference whose text is `reference` leads, and what stands there.
    ///
    /// The text has to be the very value in the document that this was made of: the same text means different
    /// schemas under different bases. `None` for what leads out of the document or to nothing, and for a
    /// `$dynamicRef` whose target depends on the way that the validation came.
    #[must_use]
    pub fn target(&self, reference: &Value) -> Option<(&Pointer, &'d Value)> {
        match self.index.meaning_of(reference)? {
            Meaning::Target(number) => {
                let target = &self.index.targets[*number];
                Some((&target.pointer, target.value))
            }
            Meaning::Elsewhere(_) | Meaning::Dynamic => None,
        }
    }
}

impl std::fmt::Debug for References<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("References").field("targets", &self.index.targets.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Format;

    #[test]
    fn references_lead_where_their_base_says() {
        let root = json!({"openapi": "3.1.0", "info": {}, "components": {"schemas": {
            "Lamp": {"$id": "https://example.com/lamp", "$anchor": "lamp", "properties": {
                "bulb": {"$ref": "bulb"}, "self": {"$ref": "#lamp"}, "out": {"$ref": "socket"}}},
            "Bulb": {"$id": "https://example.com/bulb"}}}});
        let document = Document::from_value(root, Format::Json).unwrap();
        let references = References::of(&document);
        let to = |property: &str| {
            let text = &document.root()["components"]["schemas"]["Lamp"]["properties"][property]["$ref"];
            references.target(text).map(|(pointer, _)| pointer.as_str())
        };
        assert_eq!(to("bulb"), Some("/components/schemas/Bulb"));
        assert_eq!(to("self"), Some("/components/schemas/Lamp"));
        assert_eq!(to("out"), None);
        assert_eq!(references.target(&json!("#lamp")), None, "not a value of this document");
    }
}
