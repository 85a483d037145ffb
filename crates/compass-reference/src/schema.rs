//! The fields of a schema, one a row.

use openapi_contract::{Document, Pointer};
use serde_json::Value;

use crate::contract::Variant;

/// A field of a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// The names from the top down; `[]` is any element of a list, `*` any member of a map.
    pub(crate) path: Vec<String>,
    pub(crate) kind: String,
    pub(crate) is_required: bool,
    /// The values that are allowed; empty if any of the type is.
    pub(crate) allowed: Vec<String>,
    pub(crate) format: Option<String>,
    pub(crate) description: String,
}

/// How deep documents are told of: more than any that people write, and an end for schemas that contain themselves.
const DEEPEST: usize = 12;

/// A schema with all that applies to it at once: what it refers to, its parts, and what it adds itself. Of those that say
/// something of a key, the last one has the word.
struct Whole<'d> {
    schemas: Vec<(Pointer, &'d Value)>,
    is_nullable: bool,
}

impl<'d> Whole<'d> {
    fn of(document: &'d Document, schema: &Pointer) -> Self {
        let mut whole = Self { schemas: Vec::new(), is_nullable: false };
        whole.add(document, schema, DEEPEST);
        whole
    }

    fn add(&mut self, document: &'d Document, place: &Pointer, depth: usize) {
        let (Some(deeper), Some(schema)) = (depth.checked_sub(1), place.find(document.root())) else { return };
        if let Some(target) = schema["$ref"].as_str().and_then(Pointer::from_reference) {
            self.add(document, &target, deeper);
        }
        for part in places(schema, place, "allOf") {
            self.add(document, &part, deeper);
        }
        if let Some(index) = or_null(schema) {
            self.is_nullable = true;
            self.add(document, &place.join("oneOf").join(&index.to_string()), deeper);
        }
        self.is_nullable |= list(schema, "type").any(|name| name == "null");
        self.schemas.push((place.clone(), schema));
    }

    fn last<T>(&self, find: impl Fn(&Pointer, &'d Value) -> Option<T>) -> Option<T> {
        self.schemas.iter().rev().find_map(|(place, schema)| find(place, schema))
    }

    fn text(&self, key: &str) -> Option<&'d str> {
        self.last(|_, schema| schema[key].as_str())
    }

    fn list(&self, key: &str) -> impl Iterator<Item = &'d Value> {
        self.schemas.iter().flat_map(move |(_, schema)| list(schema, key))
    }

    /// The names of the properties, each once, and where their schemas are.
    fn properties(&self) -> Vec<(&'d str, Pointer)> {
        let mut properties: Vec<(&str, Pointer)> = Vec::new();
        for (place, schema) in &self.schemas {
            for name in schema["properties"].as_object().into_iter().flat_map(serde_json::Map::keys) {
                let place = place.join("properties").join(name);
                match properties.iter_mut().find(|(known, _)| known == name) {
                    Some(known) => known.1 = place,
                    None => properties.push((name, place)),
                }
            }
        }
        properties
    }

    fn requires(&self, name: &str) -> bool {
        self.list("required").any(|required| required == name)
    }

    /// Where the schema of elements, or of members without a name, is.
    fn place(&self, key: &str) -> Option<Pointer> {
        self.last(|place, schema| schema.get(key).filter(|value| value.is_object()).map(|_| place.join(key)))
    }

    fn kind(&self) -> String {
        let of_list = || self.list("type").filter_map(Value::as_str).find(|name| *name != "null");
        let name = match self.text("type").or_else(of_list) {
            Some("array") => "list",
            Some(name) => name,
            None if self.properties().is_empty() => "any JSON",
            None => "object",
        };
        if self.is_nullable { format!("{name} or null") } else { name.to_owned() }
    }
}

/// The fields below the schema at a place, from the top down; each begins with `path`.
pub(crate) fn fields(document: &Document, schema: &Pointer, path: &[String]) -> Vec<Field> {
    let mut fields = Vec::new();
    below(document, &Whole::of(document, schema), path, &mut fields);
    fields
}

/// The schema at a place as a field of its own.
pub(crate) fn field(document: &Document, schema: &Pointer, path: &[&str], is_required: bool) -> Field {
    row(&Whole::of(document, schema), path.iter().map(|name| (*name).to_owned()).collect(), is_required)
}

fn below(document: &Document, whole: &Whole<'_>, path: &[String], fields: &mut Vec<Field>) {
    if path.len() >= DEEPEST {
        return;
    }
    let properties = whole.properties().into_iter().map(|(name, place)| (name, place, whole.requires(name)));
    let items = whole.place("items").map(|place| ("[]", place, true));
    let others = whole.place("additionalProperties").map(|place| ("*", place, false));
    for (name, place, is_required) in properties.chain(items).chain(others) {
        let path = [path, &[name.to_owned()]].concat();
        let field = Whole::of(document, &place);
        fields.push(row(&field, path.clone(), is_required));
        below(document, &field, &path, fields);
    }
}

fn row(whole: &Whole<'_>, path: Vec<String>, is_required: bool) -> Field {
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Field {
        path,
        kind: whole.kind(),
        is_required,
        allowed: whole.list("enum").filter(|value| !value.is_null()).map(shown).collect(),
        format: whole.text("format").map(str::to_owned),
        description: whole.text("description").unwrap_or_default().to_owned(),
    }
}

/// What a body may be one of: the alternatives of the schema, or the kinds of a field that has to be of exactly one. The
/// latter stands in the contract as an object of several members, each an object or null, and none of them required.
pub(crate) fn variants(document: &Document, schema: &Pointer) -> Vec<Variant> {
    let Some(value) = schema.find(document.root()) else { return Vec::new() };
    let alternatives = places(value, schema, "oneOf");
    if alternatives.len() > 1 && or_null(value).is_none() {
        let alternative = |(index, schema): (usize, &Pointer)| Variant {
            name: own_name(document, &alternatives, index),
            schema: schema.clone(),
            path: Vec::new(),
        };
        return alternatives.iter().enumerate().map(alternative).collect();
    }
    let fields = Whole::of(document, schema).properties();
    fields
        .into_iter()
        .map(|(field, schema)| kinds(document, field, &schema))
        .find(|kinds| !kinds.is_empty())
        .unwrap_or_default()
}

/// The kinds of a field, if it has some.
fn kinds(document: &Document, field: &str, schema: &Pointer) -> Vec<Variant> {
    let whole = Whole::of(document, schema);
    let kinds = whole.properties();
    let is_kind = |(name, place): &(&str, Pointer)| {
        !whole.requires(name) && place.find(document.root()).is_some_and(|schema| or_null(schema).is_some())
    };
    if kinds.len() < 2 || !kinds.iter().all(is_kind) {
        return Vec::new();
    }
    let variant = |(name, schema): (&str, Pointer)| {
        let name = name.to_owned();
        Variant { path: vec![field.to_owned(), name.clone()], name, schema }
    };
    kinds.into_iter().map(variant).collect()
}

/// What tells one alternative from the others: the first property that it requires and they do not, as the name of a thing.
fn own_name(document: &Document, alternatives: &[Pointer], index: usize) -> String {
    let required = |schema: &Pointer| {
        let whole = Whole::of(document, schema);
        whole.properties().into_iter().map(|(name, _)| name).filter(|name| whole.requires(name)).collect::<Vec<_>>()
    };
    let of_others: Vec<_> = alternatives.iter().enumerate().filter(|(other, _)| *other != index).collect();
    let is_own = |name: &&str| of_others.iter().all(|(_, other)| !required(other).contains(name));
    let name = required(&alternatives[index]).into_iter().find(is_own);
    name.map_or_else(|| index.to_string(), |name| name.strip_suffix("Id").unwrap_or(name).to_owned())
}

/// Which of two alternatives is the one besides null.
fn or_null(schema: &Value) -> Option<usize> {
    let alternatives: Vec<_> = list(schema, "oneOf").collect();
    let [first, second] = alternatives[..] else { return None };
    match (first["type"] == "null", second["type"] == "null") {
        (false, true) => Some(0),
        (true, false) => Some(1),
        (true, true) | (false, false) => None,
    }
}

fn list<'v>(schema: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// Where the elements of a list are.
fn places(schema: &Value, place: &Pointer, key: &str) -> Vec<Pointer> {
    list(schema, key).enumerate().map(|(index, _)| place.join(key).join(&index.to_string())).collect()
}
