//! Keywords: what one schema object demands by itself, and which choices it leaves.

use openapi_contract::{Pointer, SpecVersion};
use serde_json::{Map, Value};

use super::format::{self, Subject};
use super::normal::Choice;
use super::numbers::{self, Bound, End};
use super::shape::{Contains, Count, Group, Opaque, Shape, Tuple};
use super::types::Types;
use super::{Engine, Side};
use crate::change::Direction;

/// A schema object being read.
pub(super) struct Reading<'d> {
    pub(super) side: Side,
    pub(super) schema: &'d Map<String, Value>,
    pub(super) pointer: Pointer,
    /// What it demands by itself.
    pub(super) shape: Shape<'d>,
    /// What else has to hold, each a choice between shapes.
    pub(super) choices: Vec<Choice<'d>>,
}

impl<'d> Reading<'d> {
    pub(super) fn opaque(&mut self, keyword: &'d str) {
        if let Some(value) = self.schema.get(keyword) {
            self.shape.opaque.push(Opaque { keyword, value });
        }
    }

    fn at(&self, keyword: &str) -> Pointer {
        self.pointer.join(keyword)
    }
}

impl<'d> Engine<'d> {
    /// Reads every keyword of the schema object. What is malformed is opaque, like what there is no model of.
    pub(super) fn read(&mut self, reading: &mut Reading<'d>) {
        let schema = reading.schema;
        for (keyword, value) in schema {
            match keyword.as_str() {
                "type" => self::types(reading, value),
                "enum" => match value.as_array() {
                    Some(values) => restrict(reading, values.iter().collect()),
                    None => reading.opaque("enum"),
                },
                "const" => restrict(reading, vec![value]),
                "format" => self::format(reading, value),
                "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum" => bound(reading, keyword, value),
                "multipleOf" => match value {
                    Value::Number(number) if number.as_f64().is_some_and(|number| number > 0.0) => {
                        reading.shape.multiples.push(number);
                    }
                    _ => reading.opaque(keyword),
                },
                "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                    count(reading, keyword, value);
                }
                "pattern" => match value.as_str() {
                    Some(pattern) => drop(reading.shape.patterns.insert(pattern)),
                    None => reading.opaque(keyword),
                },
                "uniqueItems" => reading.shape.unique |= value == &Value::Bool(true),
                "required" => match value.as_array() {
                    Some(names) => reading.shape.required.extend(names.iter().filter_map(Value::as_str)),
                    // A flag on a property, as in Swagger's youth, means nothing here.
                    None => {
                        if !value.is_boolean() {
                            reading.opaque(keyword);
                        }
                    }
                },
                "contains" => self.contains(reading, value),
                "propertyNames" => {
                    let atom = self.atom(reading.side, value, reading.at(keyword));
                    reading.shape.names.push(atom);
                }
                "contentEncoding" if value == "base64" => drop(reading.shape.formats.insert("byte")),
                "contentMediaType" if value == "application/octet-stream" => {
                    reading.shape.formats.insert("binary");
                }
                "contentEncoding" | "contentMediaType" | "contentSchema" => reading.opaque(keyword),
                _ => {}
            }
        }
        self.group(reading);
        self.tuple(reading);
        self.choices(reading);
    }

    fn contains(&mut self, reading: &mut Reading<'d>, value: &'d Value) {
        let limit = |keyword: &str| reading.schema.get(keyword).and_then(whole_number);
        let (min, max) = (limit("minContains").unwrap_or(1), limit("maxContains"));
        let schema = self.atom(reading.side, value, reading.at("contains"));
        if min > 0 || max.is_some() {
            reading.shape.contains.push(Contains { schema, count: Count { min, max } });
        }
    }

    /// `properties`, `patternProperties` and `additionalProperties`, which belong together.
    fn group(&mut self, reading: &mut Reading<'d>) {
        let mut group = Group::default();
        if let Some(properties) = reading.schema.get("properties") {
            let Some(properties) = properties.as_object() else { return reading.opaque("properties") };
            let pointer = reading.at("properties");
            for (name, schema) in properties {
                if self.is_hidden(reading.side, schema) {
                    reading.shape.hidden.insert(name);
                } else {
                    group.declared.insert(name, self.atom(reading.side, schema, pointer.join(name)));
                }
            }
            reading.shape.required.retain(|name| !reading.shape.hidden.contains(name));
        }
        if let Some(patterns) = reading.schema.get("patternProperties") {
            let patterns = patterns.as_object().filter(|all| all.keys().all(|text| self.pattern(text).is_some()));
            let Some(patterns) = patterns else {
                reading.opaque("patternProperties");
                reading.opaque("additionalProperties");
                reading.shape.groups.push(group);
                return;
            };
            let pointer = reading.at("patternProperties");
            for (text, schema) in patterns {
                group.patterns.push((text, self.atom(reading.side, schema, pointer.join(text))));
            }
        }
        if let Some(rest) = reading.schema.get("additionalProperties") {
            group.rest = Some(self.atom(reading.side, rest, reading.at("additionalProperties")));
        }
        if group != Group::default() {
            reading.shape.groups.push(group);
        }
    }

    /// `prefixItems` and `items`, which belong together.
    fn tuple(&mut self, reading: &mut Reading<'d>) {
        let mut prefix = Vec::new();
        let mut list = |engine: &mut Self, keyword: &str, schemas: &'d Vec<Value>| {
            let pointer = reading.pointer.join(keyword);
            for (number, schema) in schemas.iter().enumerate() {
                prefix.push(engine.atom(reading.side, schema, pointer.join(&number.to_string())));
            }
        };
        match reading.schema.get("prefixItems") {
            Some(Value::Array(schemas)) => list(self, "prefixItems", schemas),
            Some(_) => reading.opaque("prefixItems"),
            None => {}
        }
        let rest = match reading.schema.get("items") {
            // The list form of drafts before 2020-12, which some documents still write.
            Some(Value::Array(_)) => {
                reading.opaque("items");
                None
            }
            Some(schema) => Some(self.atom(reading.side, schema, reading.at("items"))),
            None => None,
        };
        if !prefix.is_empty() || rest.is_some() {
            reading.shape.tuples.push(Tuple { prefix, rest });
        }
    }

    /// Whether a property does not exist in this direction (OpenAPI 3.0.3, Schema Object: `readOnly`, `writeOnly`).
    fn is_hidden(&self, side: Side, schema: &'d Value) -> bool {
        let flag = match self.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        self.flag(side, schema, flag)
    }

    /// Whether a schema has a flag, itself or through a reference or an `allOf`.
    pub(crate) fn flag(&self, side: Side, schema: &'d Value, flag: &str) -> bool {
        let mut speakers = self.documents.of(side).speakers(schema);
        speakers.any(|schema| schema.get(flag) == Some(&Value::Bool(true)))
    }
}

fn types<'d>(reading: &mut Reading<'d>, value: &'d Value) {
    let names: Option<Vec<&str>> = match value {
        Value::String(name) => Some(vec![name]),
        Value::Array(names) => names.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let types = names.and_then(|names| {
        let types = names.into_iter().map(Types::named).collect::<Option<Vec<_>>>()?;
        Some(types.into_iter().fold(Types::NONE, Types::or))
    });
    match types {
        Some(types) => reading.shape.types = reading.shape.types.and(types),
        None => reading.opaque("type"),
    }
}

fn restrict<'d>(reading: &mut Reading<'d>, values: Vec<&'d Value>) {
    let listed = Shape { values: Some(values), ..Shape::default() };
    let shape = std::mem::take(&mut reading.shape);
    // A list of nothing leaves no type: the shape is dropped when the schema has been read.
    reading.shape = shape.and(&listed).unwrap_or(Shape { types: Types::NONE, ..shape });
}

fn format<'d>(reading: &mut Reading<'d>, value: &'d Value) {
    match value.as_str().map(|name| (name, format::subject(name))) {
        Some((_, Subject::Nothing)) => {}
        Some((name, Subject::Text | Subject::Number)) => drop(reading.shape.formats.insert(name)),
        None => reading.opaque("format"),
    }
}

/// Bounds in the words of both versions: a flag beside the bound in 3.0, a bound of its own in 3.1.
fn bound<'d>(reading: &mut Reading<'d>, keyword: &'d str, value: &'d Value) {
    let (end, twin) = match keyword {
        "minimum" | "exclusiveMinimum" => (End::Lower, "exclusiveMinimum"),
        _ => (End::Upper, "exclusiveMaximum"),
    };
    let inclusive = match value {
        Value::Number(_) if keyword.starts_with("exclusive") => false,
        Value::Number(_) => reading.schema.get(twin) != Some(&Value::Bool(true)),
        Value::Bool(_) if keyword.starts_with("exclusive") => return,
        _ => return reading.opaque(keyword),
    };
    let Value::Number(number) = value else { return };
    let new = Bound { value: number.clone(), inclusive };
    let slot = if end == End::Lower { &mut reading.shape.lower } else { &mut reading.shape.upper };
    *slot = end.stricter(slot.as_ref(), Some(&new));
}

fn count<'d>(reading: &mut Reading<'d>, keyword: &'d str, value: &'d Value) {
    let Some(number) = whole_number(value) else { return reading.opaque(keyword) };
    let slot = match &keyword[3..] {
        "Length" => &mut reading.shape.length,
        "Items" => &mut reading.shape.items,
        _ => &mut reading.shape.properties,
    };
    if keyword.starts_with("min") {
        slot.min = slot.min.max(number);
    } else {
        slot.max = Some(slot.max.map_or(number, |max| max.min(number)));
    }
}

/// A count as schemas write it: 2, and 2.0 as well.
fn whole_number(value: &Value) -> Option<u64> {
    let Value::Number(number) = value else { return None };
    numbers::whole(number).and_then(|whole| u64::try_from(whole).ok())
}

/// Whether null is accepted beside whatever else a 3.0 schema says; see `openapi_contract::lower` for this reading.
pub(super) fn is_nullable(version: SpecVersion, schema: &Map<String, Value>) -> bool {
    let lists_null = |values: &Vec<Value>| values.contains(&Value::Null);
    version == SpecVersion::V3_0
        && schema.get("nullable") == Some(&Value::Bool(true))
        && schema.get("enum").and_then(Value::as_array).is_none_or(lists_null)
}
