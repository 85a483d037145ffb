//! What every reference in the document leads to.
//!
//! Values are known by their address: the document is borrowed for as long as the index lives, so that an address
//! is the one name of a place that costs nothing to compare.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::shape::{Kind, Shape};
use super::uri;
use crate::Pointer;

/// A schema that something refers to.
pub(crate) struct Target<'d> {
    pub(crate) pointer: Pointer,
    pub(crate) value: &'d Value,
}

/// What a reference means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The schema with this number in [`Index::targets`].
    Target(usize),
    /// Something outside of the document, or nothing; to be written like this.
    Elsewhere(String),
    /// Whichever of several `$dynamicAnchor`s the validation came through.
    Dynamic,
}

pub(crate) struct Index<'d> {
    pub(crate) root: &'d Value,
    pub(crate) targets: Vec<Target<'d>>,
    by_address: HashMap<usize, usize>,
    meanings: HashMap<usize, Meaning>,
}

impl<'d> Index<'d> {
    pub(crate) fn of(root: &'d Value) -> Self {
        let mut builder = Builder::new(root);
        builder.walk(Kind::Root, root, &Rc::from(""));
        builder.finish()
    }

    /// The number of the target that `schema` is, if anything refers to it.
    pub(crate) fn target_at(&self, schema: &Value) -> Option<usize> {
        self.by_address.get(&address(schema)).copied()
    }

    /// What the reference that stands in `text` means. Only references in schemas are known.
    pub(crate) fn meaning_of(&self, text: &Value) -> Option<&Meaning> {
        self.meanings.get(&address(text))
    }
}

/// The one name of a place in the borrowed document.
pub(crate) fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

/// A reference that is still to be resolved.
struct Pending<'d> {
    text: &'d Value,
    base: Rc<str>,
    dynamic: bool,
}

#[derive(Clone)]
struct Place<'d> {
    pointer: Pointer,
    value: &'d Value,
    dynamic: bool,
}

struct Builder<'d> {
    index: Index<'d>,
    at: Pointer,
    /// Schemas that the walk has been to.
    seen: HashSet<usize>,
    resources: HashMap<Rc<str>, Place<'d>>,
    /// By base, then by name.
    anchors: HashMap<Rc<str>, HashMap<&'d str, Place<'d>>>,
    /// How often each `$dynamicAnchor` occurs in the document.
    dynamic_anchors: HashMap<&'d str, usize>,
    pending: Vec<Pending<'d>>,
}

impl<'d> Builder<'d> {
    fn new(root: &'d Value) -> Self {
        let document = Place { pointer: Pointer::root(), value: root, dynamic: false };
        Self {
            index: Index { root, targets: Vec::new(), by_address: HashMap::new(), meanings: HashMap::new() },
            at: Pointer::root(),
            seen: HashSet::new(),
            resources: HashMap::from([(Rc::from(""), document)]),
            anchors: HashMap::new(),
            dynamic_anchors: HashMap::new(),
            pending: Vec::new(),
        }
    }

    fn walk(&mut self, kind: Kind, value: &'d Value, base: &Rc<str>) {
        if kind == Kind::Schema && !self.seen.insert(address(value)) {
            return;
        }
        let Some(object) = value.as_object() else { return };
        let own_base = if kind == Kind::Schema { self.schema(value, object, base) } else { None };
        let base = own_base.as_ref().unwrap_or(base);
        for (key, below) in object {
            let Some((shape, kind)) = kind.member(key) else { continue };
            self.at.push(key);
            match (shape, below) {
                (Shape::One, below) => self.walk(kind, below, base),
                (Shape::List, Value::Array(elements)) => {
                    for (number, element) in elements.iter().enumerate() {
                        self.at.push(&number.to_string());
                        self.walk(kind, element, base);
                        self.at.pop();
                    }
                }
                (Shape::Map, Value::Object(members)) => {
                    for (name, member) in members {
                        self.at.push(name);
                        self.walk(kind, member, base);
                        self.at.pop();
                    }
                }
                _ => {}
            }
            self.at.pop();
        }
    }

    /// Notes what a schema calls itself and what it refers to; returns its base if it has one of its own.
    fn schema(&mut self, value: &'d Value, object: &'d Map<String, Value>, base: &Rc<str>) -> Option<Rc<str>> {
        let text = |key| object.get(key).and_then(Value::as_str);
        let place = |dynamic| Place { pointer: self.at.clone(), value, dynamic };
        let own: Option<Rc<str>> = text("$id").map(|id| Rc::from(uri::resolve(base, uri::split(id).0)));
        let base = own.as_ref().unwrap_or(base);
        if own.is_some() && !self.resources.contains_key(base) {
            self.resources.insert(Rc::clone(base), place(false));
        }
        if let Some(name) = text("$anchor") {
            self.anchors.entry(Rc::clone(base)).or_default().insert(name, place(false));
        }
        if let Some(name) = text("$dynamicAnchor") {
            self.anchors.entry(Rc::clone(base)).or_default().insert(name, place(true));
            *self.dynamic_anchors.entry(name).or_default() += 1;
        }
        let mapping = object.get("discriminator").and_then(|it| it.get("mapping")).and_then(Value::as_object);
        // A mapping may also hold plain names of components, which are no references.
        let mapped = mapping.into_iter().flat_map(Map::values);
        let mapped = mapped.filter(|text| text.as_str().is_some_and(|text| text.contains(['#', '/', '.'])));
        let references = object.get("$ref").into_iter().chain(mapped).map(|text| (text, false));
        for (text, dynamic) in references.chain(object.get("$dynamicRef").map(|text| (text, true))) {
            self.pending.push(Pending { text, base: Rc::clone(base), dynamic });
        }
        own
    }

    fn finish(mut self) -> Index<'d> {
        // A target that stands where no schema is expected is walked when it is met, and adds references of its own.
        let mut next = 0;
        while next < self.pending.len() {
            let Pending { text, base, dynamic } = &self.pending[next];
            let (text, base, dynamic) = (*text, Rc::clone(base), *dynamic);
            next += 1;
            if let Some(reference) = text.as_str() {
                let meaning = self.resolve(reference, &base, dynamic);
                self.index.meanings.insert(address(text), meaning);
            }
        }
        self.index
    }

    fn resolve(&mut self, reference: &str, base: &Rc<str>, dynamic: bool) -> Meaning {
        let (location, fragment) = uri::split(reference);
        let location: Rc<str> = if location.is_empty() { Rc::clone(base) } else { uri::resolve(base, location).into() };
        let found = self.find(&location, fragment).or_else(|| {
            // Many documents give a schema an `$id` and go on to refer to `#/components`, as if they had not.
            reference.starts_with("#/").then(|| self.find("", fragment)).flatten()
        });
        let Some(place) = found.filter(|place| place.pointer != Pointer::root()) else {
            let inside = reference.starts_with('#') || location.is_empty();
            return Meaning::Elsewhere(match (inside, reference.contains('#')) {
                (true, _) => reference.to_owned(),
                (false, true) => format!("{location}#{fragment}"),
                (false, false) => location.to_string(),
            });
        };
        if dynamic && place.dynamic && self.dynamic_anchors.get(fragment).is_some_and(|count| *count > 1) {
            return Meaning::Dynamic;
        }
        if !self.seen.contains(&address(place.value)) {
            let before = std::mem::replace(&mut self.at, place.pointer.clone());
            self.walk(Kind::Schema, place.value, &location);
            self.at = before;
        }
        let targets = &mut self.index.targets;
        Meaning::Target(*self.index.by_address.entry(address(place.value)).or_insert_with(|| {
            targets.push(Target { pointer: place.pointer, value: place.value });
            targets.len() - 1
        }))
    }

    fn find(&self, location: &str, fragment: &str) -> Option<Place<'d>> {
        let resource = self.resources.get(location)?;
        if fragment.is_empty() {
            return Some(resource.clone());
        }
        let Some(inner) = Pointer::from_reference(&format!("#{fragment}")) else {
            return self.anchors.get(location)?.get(fragment).cloned();
        };
        let value = inner.find(resource.value).filter(|value| value.is_object() || value.is_boolean())?;
        let mut pointer = resource.pointer.clone();
        inner.tokens().for_each(|token| pointer.push(&token));
        Some(Place { pointer, value, dynamic: false })
    }
}
