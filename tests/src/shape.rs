//! A schema of the contract with its references followed, its `allOf` merged, and `null` set apart.
//!
//! Instances, mutants and comparison all walk this instead of the raw schema, so that they cannot disagree about
//! what a schema means. Reading one panics on any keyword, type or format that has no meaning here yet.

mod merge;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use serde_json::{Map, Value};

use crate::contract::{self, child};

/// Keywords that never decide whether an instance is valid.
const REMARKS: [&str; 8] =
    ["title", "description", "default", "deprecated", "example", "examples", "externalDocs", "discriminator"];
/// Keywords that are read below.
const RULES: [&str; 10] =
    ["$ref", "allOf", "oneOf", "type", "enum", "format", "properties", "required", "items", "uniqueItems"];
const ADDITIONAL: &str = "additionalProperties";

/// What a schema says about the values at one place.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// Where the schema stands in the document.
    pub(crate) pointer: String,
    /// Whether `null` is accepted beside what `kind` says. Where an enum does not list it, it is not.
    pub(crate) nullable: bool,
    pub(crate) kind: Kind,
}

/// What the values are, apart from `null`.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Nothing but `null`.
    Null,
    Boolean,
    Integer,
    Number,
    Text(Format),
    Enum(Vec<String>),
    Array {
        items: Box<Shape>,
        unique: bool,
    },
    Object(Object),
    /// Exactly one of several, none of which is nullable itself.
    OneOf(Vec<Shape>),
}

/// What a string spells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Any,
    DateTime,
    Uuid,
}

/// What a schema says about objects.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    /// Whether the schema says `type: object`; without it, values that are no objects are accepted as they are.
    pub(crate) typed: bool,
    pub(crate) properties: BTreeMap<String, Shape>,
    pub(crate) required: BTreeSet<String>,
    /// The schema of properties that have no name in the contract.
    pub(crate) additional: Option<Box<Shape>>,
}

impl Shape {
    /// The schema at a name or pointer, read once: some tests ask for it ten thousand times.
    pub(crate) fn of(schema: &str) -> Arc<Self> {
        static READ: LazyLock<Mutex<HashMap<String, Arc<Shape>>>> = LazyLock::new(Mutex::default);

        let mut read_before = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let shape = read_before.entry(contract::pointer(schema));
        Arc::clone(shape.or_insert_with_key(|pointer| Arc::new(read(pointer, &mut Vec::new()))))
    }

    /// The one branch of a `oneOf` that accepts a value, or the shape itself where there is nothing to choose.
    ///
    /// `None` if no branch accepts it.
    pub(crate) fn chosen(&self, value: &Value) -> Option<&Self> {
        match &self.kind {
            Kind::OneOf(branches) => {
                branches.iter().find(|branch| contract::validator(&branch.pointer).is_valid(value))
            }
            _ => Some(self),
        }
    }
}

fn read(pointer: &str, trail: &mut Vec<String>) -> Shape {
    assert!(!trail.iter().any(|seen| seen == pointer), "{pointer}: a schema inside itself has no meaning here yet");
    trail.push(pointer.to_owned());

    let schema = contract::schema(pointer);
    let schema = schema.as_object().unwrap_or_else(|| panic!("{pointer}: {schema} is not a schema object"));
    for keyword in schema.keys() {
        let known = [&REMARKS[..], &RULES[..], &[ADDITIONAL]].iter().any(|words| words.contains(&keyword.as_str()));
        assert!(known, "{pointer}: the keyword {keyword:?} has no meaning here yet");
    }

    let mut parts = Vec::new();
    if let Some(target) = schema.get("$ref") {
        let target = text(target, pointer, "$ref");
        assert!(target.starts_with("#/"), "{pointer}: $ref {target:?} leads out of the document");
        parts.push(read(&contract::pointer(target), trail));
    }
    if schema.contains_key("allOf") {
        parts.extend(branches(schema, pointer, "allOf", trail));
    }
    if schema.contains_key("oneOf") {
        parts.push(one_of(branches(schema, pointer, "oneOf", trail), pointer));
    }
    if ["type", "enum", "properties", "required", ADDITIONAL].iter().any(|keyword| schema.contains_key(*keyword)) {
        parts.push(own(schema, pointer, trail));
    }
    trail.pop();

    let merged = parts.into_iter().reduce(|left, right| merge::both(left, right, pointer));
    let shape = merged.unwrap_or_else(|| panic!("{pointer}: a schema that accepts anything has no meaning here yet"));
    Shape { pointer: pointer.to_owned(), ..shape }
}

fn branches(schema: &Map<String, Value>, pointer: &str, keyword: &str, trail: &mut Vec<String>) -> Vec<Shape> {
    let base = child(pointer, keyword);
    (0..list(&schema[keyword], pointer, keyword).len()).map(|at| read(&child(&base, at), trail)).collect()
}

/// `null` is accepted if exactly one branch accepts it, whether that branch is for `null` alone or not.
fn one_of(branches: Vec<Shape>, pointer: &str) -> Shape {
    let takes_null = |shape: &&Shape| shape.nullable || matches!(shape.kind, Kind::Null);
    let nullable = branches.iter().filter(takes_null).count() == 1;
    let mut rest: Vec<Shape> =
        branches.into_iter().filter(|shape| !matches!(shape.kind, Kind::Null)).map(not_nullable).collect();
    let kind = if rest.len() == 1 { rest.remove(0).kind } else { Kind::OneOf(rest) };
    Shape { pointer: pointer.to_owned(), nullable, kind }
}

fn not_nullable(shape: Shape) -> Shape {
    Shape { nullable: false, ..shape }
}

/// What a schema says by its own keywords, apart from references and branches.
fn own(schema: &Map<String, Value>, pointer: &str, trail: &mut Vec<String>) -> Shape {
    let types: Vec<&str> = match schema.get("type") {
        None => Vec::new(),
        Some(Value::Array(types)) => types.iter().map(|one| text(one, pointer, "type")).collect(),
        Some(one) => vec![text(one, pointer, "type")],
    };
    let (null, types): (Vec<&str>, Vec<&str>) = types.into_iter().partition(|name| *name == "null");
    let nullable = !null.is_empty();
    let format = schema.get("format").map(|format| text(format, pointer, "format"));

    let kind = match (types.as_slice(), format) {
        ([], None) if nullable => Kind::Null,
        ([], None) if !schema.contains_key("enum") => Kind::Object(object(schema, pointer, false, trail)),
        (["object"], None) => Kind::Object(object(schema, pointer, true, trail)),
        (["array"], None) => {
            assert!(schema.contains_key("items"), "{pointer}: an array without items has no meaning here yet");
            let unique = schema.get("uniqueItems").is_some_and(|unique| unique == &Value::Bool(true));
            Kind::Array { items: Box::new(read(&child(pointer, "items"), trail)), unique }
        }
        (["boolean"], None) => Kind::Boolean,
        (["integer"], Some("int64")) => Kind::Integer,
        (["number"], Some("double")) => Kind::Number,
        (["string"], None) => Kind::Text(Format::Any),
        (["string"], Some("date-time")) => Kind::Text(Format::DateTime),
        (["string"], Some("uuid")) => Kind::Text(Format::Uuid),
        (types, format) => panic!("{pointer}: type {types:?} with format {format:?} has no meaning here yet"),
    };

    let Some(listed) = schema.get("enum") else {
        return Shape { pointer: pointer.to_owned(), nullable, kind };
    };
    assert!(matches!(kind, Kind::Text(Format::Any)), "{pointer}: enum beside {kind:?} has no meaning here yet");
    let listed = list(listed, pointer, "enum");
    let values = listed.iter().filter(|value| !value.is_null()).map(|value| text(value, pointer, "enum").to_owned());
    let nullable = nullable && listed.contains(&Value::Null);
    Shape { pointer: pointer.to_owned(), nullable, kind: Kind::Enum(values.collect()) }
}

fn object(schema: &Map<String, Value>, pointer: &str, typed: bool, trail: &mut Vec<String>) -> Object {
    let base = child(pointer, "properties");
    let properties = schema.get("properties").map_or_else(BTreeMap::new, |properties| {
        let names = properties.as_object().unwrap_or_else(|| panic!("{base}: not an object")).keys();
        names.map(|name| (name.clone(), read(&child(&base, name), trail))).collect()
    });
    let required = schema.get("required").map_or_else(BTreeSet::new, |names| {
        list(names, pointer, "required").iter().map(|name| text(name, pointer, "required").to_owned()).collect()
    });
    let additional = schema.get(ADDITIONAL).map(|_| Box::new(read(&child(pointer, ADDITIONAL), trail)));
    Object { typed, properties, required, additional }
}

fn list<'a>(value: &'a Value, pointer: &str, keyword: &str) -> &'a Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{pointer}: {keyword} is {value}, not a list"))
}

fn text<'a>(value: &'a Value, pointer: &str, keyword: &str) -> &'a str {
    value.as_str().unwrap_or_else(|| panic!("{pointer}: {keyword} has {value}, not a string"))
}
