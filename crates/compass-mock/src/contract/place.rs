//! Walking the document so that every error can say where it was.

use openapi_contract::Pointer;
use serde_json::Value;

/// A value of the document and where it stands.
#[derive(Clone)]
pub(super) struct Place<'d> {
    document: &'d Value,
    pointer: Pointer,
    value: &'d Value,
}

impl<'d> Place<'d> {
    pub(super) fn root(document: &'d Value) -> Self {
        Self { document, pointer: Pointer::root(), value: document }
    }

    pub(super) fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    pub(super) fn value(&self) -> &'d Value {
        self.value
    }

    pub(super) fn error(&self, what: &str) -> String {
        format!("{}: {what}", self.pointer)
    }

    /// The member of this name, if there is one.
    pub(super) fn get(&self, name: &str) -> Option<Self> {
        self.value.get(name).map(|value| self.below(name, value))
    }

    pub(super) fn required(&self, name: &str) -> Result<Self, String> {
        self.get(name).ok_or_else(|| self.error(&format!("has no {name:?}")))
    }

    pub(super) fn text(&self) -> Result<&'d str, String> {
        self.value.as_str().ok_or_else(|| self.error("is not a string"))
    }

    pub(super) fn members(&self) -> Result<Vec<(&'d str, Self)>, String> {
        let members = self.value.as_object().ok_or_else(|| self.error("is not an object"))?;
        Ok(members.iter().map(|(name, value)| (name.as_str(), self.below(name, value))).collect())
    }

    pub(super) fn items(&self) -> Result<Vec<Self>, String> {
        let items = self.value.as_array().ok_or_else(|| self.error("is not an array"))?;
        Ok(items.iter().enumerate().map(|(index, value)| self.below(&index.to_string(), value)).collect())
    }

    /// The items of a member that may be absent.
    pub(super) fn items_of(&self, name: &str) -> Result<Vec<Self>, String> {
        self.get(name).map_or_else(|| Ok(Vec::new()), |list| list.items())
    }

    /// A member that is true or false, and false where it is absent.
    pub(super) fn flag(&self, name: &str) -> Result<bool, String> {
        self.get(name)
            .map_or(Ok(false), |flag| flag.value.as_bool().ok_or_else(|| flag.error("is neither true nor false")))
    }

    /// Where the reference leads that stands here, and the place itself where none does.
    pub(super) fn followed(self) -> Result<Self, String> {
        let mut place = self;
        // A chain that is longer than that goes round in a circle.
        for _ in 0..16 {
            let Some(reference) = place.get("$ref") else { return Ok(place) };
            let pointer = Pointer::from_reference(reference.text()?)
                .ok_or_else(|| reference.error("leads out of the document"))?;
            let value = pointer.find(place.document).ok_or_else(|| reference.error("leads to nothing"))?;
            place = Self { document: place.document, pointer, value };
        }
        Err(place.error("is a reference to itself"))
    }

    fn below(&self, token: &str, value: &'d Value) -> Self {
        Self { document: self.document, pointer: self.pointer.join(token), value }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_followed_to_their_end() {
        let document = json!({ "a": { "$ref": "#/b~1c" }, "b/c": { "$ref": "#/d" }, "d": 7 });
        let place = Place::root(&document).required("a").unwrap().followed().unwrap();
        assert_eq!((place.pointer().as_str(), place.value()), ("/d", &json!(7)));
    }

    #[test]
    fn errors_say_where() {
        let document = json!({ "a": { "$ref": "#/a" }, "b": { "$ref": "#/c" }, "d": { "$ref": "other.json" } });
        let root = Place::root(&document);
        let followed = |name| root.required(name).unwrap().followed().err().unwrap();
        assert_eq!(followed("a"), "/a: is a reference to itself");
        assert_eq!(followed("b"), "/b/$ref: leads to nothing");
        assert_eq!(followed("d"), "/d/$ref: leads out of the document");
        assert_eq!(root.required("e").err().unwrap(), "(document): has no \"e\"");
        assert_eq!(root.required("a").unwrap().items().err().unwrap(), "/a: is not an array");
    }
}
