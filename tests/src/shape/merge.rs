//! `allOf`: what two schemas say together about one place.

use super::{Format, Kind, Object, Shape};

/// What holds where both shapes hold. Branches that leave no value at all are a mistake of the contract: panics.
pub(super) fn both(left: Shape, right: Shape, pointer: &str) -> Shape {
    // A schema without `type` says nothing about null.
    let nullable = (left.nullable || untyped(&left)) && (right.nullable || untyped(&right));
    let nullable = nullable && !(untyped(&left) && untyped(&right));
    Shape { pointer: pointer.to_owned(), nullable, kind: kinds(left.kind, right.kind, pointer) }
}

fn untyped(shape: &Shape) -> bool {
    matches!(&shape.kind, Kind::Object(object) if !object.typed)
}

fn kinds(left: Kind, right: Kind, pointer: &str) -> Kind {
    match (left, right) {
        (Kind::Object(left), Kind::Object(right)) => Kind::Object(objects(left, right)),
        (Kind::Array { items, unique }, Kind::Array { items: other, unique: also }) => {
            let items = Box::new(both(*items, *other, &format!("{pointer}/items")));
            Kind::Array { items, unique: unique || also }
        }
        (Kind::Boolean, Kind::Boolean) => Kind::Boolean,
        (Kind::Number, Kind::Number) => Kind::Number,
        (Kind::Integer, Kind::Integer | Kind::Number) | (Kind::Number, Kind::Integer) => Kind::Integer,
        (Kind::Text(format), Kind::Text(Format::Any)) | (Kind::Text(Format::Any), Kind::Text(format)) => {
            Kind::Text(format)
        }
        (Kind::Text(left), Kind::Text(right)) if left == right => Kind::Text(left),
        (Kind::Enum(values), Kind::Text(Format::Any)) | (Kind::Text(Format::Any), Kind::Enum(values)) => {
            Kind::Enum(values)
        }
        (Kind::Enum(left), Kind::Enum(right)) => {
            let values: Vec<String> = left.into_iter().filter(|value| right.contains(value)).collect();
            assert!(!values.is_empty(), "{pointer}: the enums of allOf have no value in common");
            Kind::Enum(values)
        }
        (left, right) => panic!("{pointer}: allOf of {left:?} and {right:?} has no meaning here yet"),
    }
}

fn objects(left: Object, right: Object) -> Object {
    // Each branch's additionalProperties also rules the other's properties, which nothing in the contract needs.
    if let Some(additional) = left.additional.as_ref().or(right.additional.as_ref()) {
        panic!("{}: additionalProperties inside allOf has no meaning here yet", additional.pointer);
    }
    let mut properties = left.properties;
    for (name, shape) in right.properties {
        let merged = match properties.remove(&name) {
            Some(other) => {
                let pointer = other.pointer.clone();
                both(other, shape, &pointer)
            }
            None => shape,
        };
        properties.insert(name, merged);
    }
    let required = left.required.into_iter().chain(right.required).collect();
    Object { typed: left.typed || right.typed, properties, required, additional: None }
}
