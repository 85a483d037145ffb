//! What a schema finds wrong with a value, in the types of errors that Compass has.

use std::fmt::Write as _;

use jsonschema::error::{TypeKind, ValidationErrorKind as Rule};
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::Value;

use super::complaint::{Complaint, ErrorType};
use super::wording::{self, Subject};

/// A body can be wrong in as many places as it has values; whoever wants to mend it begins with some of them.
const MOST_COMPLAINTS: usize = 100;

/// Holds a value against a schema. Finding out that it is valid is cheap; what is wrong with it is asked only then.
pub(super) fn check(validator: &Validator, value: &Value, subject: Subject<'_>) -> Result<(), Vec<Complaint>> {
    if validator.is_valid(value) {
        return Ok(());
    }
    let mut found = Vec::new();
    for error in validator.iter_errors(value) {
        collect(&error, subject, &mut found);
    }
    Err(found.into_iter().map(|(_, complaint)| complaint).collect())
}

/// Collects complaints with the places that they are about.
fn collect(error: &ValidationError<'_>, subject: Subject<'_>, found: &mut Vec<(Location, Complaint)>) {
    if let Rule::OneOfNotValid { context } | Rule::AnyOf { context } = error.kind()
        && let Some(branch) = meant(error, context)
    {
        for error in branch {
            collect(error, subject, found);
        }
        return;
    }
    let place = error.instance_path();
    let complaint = complaint(error, subject);
    // Where a schema is made of several (`allOf`), the same thing may be wrong with more than one of them; and what is
    // of the wrong type is no word of an enum either. Who mends the one mends the other.
    let is_known = found.iter().any(|(known_place, known)| {
        let is_format = known.kind == ErrorType::FormatInvalid && complaint.kind == ErrorType::FormatInvalid;
        *known == complaint || (is_format && known_place == place)
    });
    if found.len() < MOST_COMPLAINTS && !is_known {
        found.push((place.clone(), complaint));
    }
}

/// What is wrong with the branch that the value is meant for, as far as one can tell: one that takes a value of its
/// type, of those the one that misses the fewest fields, and of those the one with the fewest errors.
///
/// A branch that takes nothing but `null` is not meant by any other value.
fn meant<'e>(
    error: &ValidationError<'_>,
    branches: &'e [Vec<ValidationError<'static>>],
) -> Option<&'e [ValidationError<'static>]> {
    let place = error.instance_path();
    let takes_null_alone = |branch: &[ValidationError<'static>]| {
        let is_null = |error: &ValidationError<'_>| match error.kind() {
            Rule::Type { kind: TypeKind::Single(kind) } => *kind == JsonType::Null,
            _ => false,
        };
        branch.iter().any(|error| error.instance_path() == place && is_null(error))
    };
    let of_value = branches
        .iter()
        .map(Vec::as_slice)
        .filter(|branch| !branch.is_empty() && (error.instance().is_null() || !takes_null_alone(branch)));
    of_value.min_by_key(|branch| {
        let here = || branch.iter().filter(|error| error.instance_path() == place);
        let missing = here().filter(|error| matches!(error.kind(), Rule::Required { .. })).count();
        (here().count() - missing, missing, branch.len())
    })
}

fn complaint(error: &ValidationError<'_>, subject: Subject<'_>) -> Complaint {
    let path = error.instance_path();
    if let Rule::Required { property } = error.kind() {
        let name = property.as_str().unwrap_or_default();
        return at(path, Some(name), subject, wording::missing);
    }
    let kind = error_type(error.kind());
    if error.instance().is_null() && kind == ErrorType::FormatInvalid {
        return at(path, None, subject, wording::null);
    }
    at(path, None, subject, |subject| wording::invalid(kind, subject, &wording::reason(error)))
}

/// Complains about a value inside the subject. Parameters have no inside: they are scalars.
fn at(
    path: &Location,
    property: Option<&str>,
    subject: Subject<'_>,
    complain: impl FnOnce(Subject<'_>) -> Complaint,
) -> Complaint {
    let mut field = String::new();
    let property = property.map(|property| LocationSegment::Property(property.into()));
    for segment in path.segments().chain(property) {
        // Writing to a string cannot fail.
        let _ = match segment {
            LocationSegment::Property(name) if field.is_empty() => write!(field, "{name}"),
            LocationSegment::Property(name) => write!(field, ".{name}"),
            LocationSegment::Index(index) => write!(field, "[{index}]"),
        };
    }
    complain(if field.is_empty() { subject } else { Subject::Field(&field) })
}

/// The type of the complaint about a broken rule. A missing field and a `null` are told apart before.
fn error_type(rule: &Rule) -> ErrorType {
    match rule {
        Rule::Required { .. } => ErrorType::FieldMissing,
        Rule::Type { .. }
        | Rule::Enum { .. }
        | Rule::Constant { .. }
        | Rule::Format { .. }
        | Rule::Pattern { .. }
        | Rule::BacktrackLimitExceeded { .. }
        | Rule::RegexEngineFailure { .. }
        | Rule::ContentEncoding { .. }
        | Rule::ContentMediaType { .. }
        | Rule::FromUtf8 { .. } => ErrorType::FormatInvalid,
        Rule::Minimum { .. }
        | Rule::Maximum { .. }
        | Rule::ExclusiveMinimum { .. }
        | Rule::ExclusiveMaximum { .. }
        | Rule::MultipleOf { .. }
        | Rule::MinLength { .. }
        | Rule::MaxLength { .. }
        | Rule::MinItems { .. }
        | Rule::MaxItems { .. }
        | Rule::AdditionalItems { .. }
        | Rule::Contains
        | Rule::MinProperties { .. }
        | Rule::MaxProperties { .. }
        | Rule::UniqueItems => ErrorType::ConstraintViolation,
        Rule::AdditionalProperties { .. }
        | Rule::PropertyNames { .. }
        | Rule::UnevaluatedItems { .. }
        | Rule::UnevaluatedProperties { .. }
        | Rule::AnyOf { .. }
        | Rule::OneOfNotValid { .. }
        | Rule::OneOfMultipleValid { .. }
        | Rule::Not { .. }
        | Rule::FalseSchema
        | Rule::Custom { .. }
        | Rule::Referencing(_) => ErrorType::ArgumentInvalid,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn complaints(schema: &Value, value: &Value) -> Vec<String> {
        let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
        let complaints = check(&validator, value, Subject::Body).unwrap_err();
        complaints.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_kind_of_rule_has_its_type() {
        for (schema, value, expected) in [
            (json!({ "required": ["a"] }), json!({}), "FIELD_MISSING: Field [a] is missing."),
            (json!({ "type": "string" }), json!(null), "FIELD_CANNOT_BE_NULL: The body cannot be null."),
            (json!({ "enum": ["A"] }), json!(null), "FIELD_CANNOT_BE_NULL: The body cannot be null."),
            (
                json!({ "enum": ["A", 1] }),
                json!("B"),
                "FORMAT_INVALID: The body is invalid. Expected one of A, 1, got the string \"B\".",
            ),
            (
                json!({ "type": ["string", "null"] }),
                json!([]),
                "FORMAT_INVALID: The body is invalid. Expected a string or null, got an array.",
            ),
            (
                json!({ "pattern": "^a$" }),
                json!("b"),
                "FORMAT_INVALID: The body is invalid. It does not match \"^a$\".",
            ),
            (json!({ "const": 1 }), json!(2), "FORMAT_INVALID: The body is invalid. 1 was expected."),
            (
                json!({ "maximum": 1 }),
                json!(2),
                "CONSTRAINT_VIOLATION: The body is invalid. It is greater than the maximum of 1.",
            ),
            (
                json!({ "minItems": 1 }),
                json!([]),
                "CONSTRAINT_VIOLATION: The body is invalid. It has less than 1 item.",
            ),
            (
                json!({ "uniqueItems": true }),
                json!([1, 1]),
                "CONSTRAINT_VIOLATION: The body is invalid. It has non-unique elements.",
            ),
            (json!({ "not": {} }), json!(1), "ARGUMENT_INVALID: The body is invalid. It is not allowed here."),
        ] {
            assert_eq!(complaints(&schema, &value), [expected], "{schema} {value}");
        }
    }

    #[test]
    fn fields_are_named_with_dots_and_indices() {
        let schema = json!({ "properties": { "a": { "items": { "properties": { "b": { "required": ["c"] } } } } } });
        let complaints = complaints(&schema, &json!({ "a": [{}, { "b": {} }] }));
        assert_eq!(complaints, ["FIELD_MISSING: Field [a[1].b.c] is missing."]);
    }

    #[test]
    fn what_two_schemas_say_is_said_once() {
        let schema = json!({ "required": ["a"], "allOf": [{ "required": ["a", "b"] }] });
        assert_eq!(
            complaints(&schema, &json!({})),
            ["FIELD_MISSING: Field [a] is missing.", "FIELD_MISSING: Field [b] is missing."]
        );
    }

    #[test]
    fn the_branch_of_a_nullable_value_is_the_other_one() {
        let schema = json!({ "properties": { "a": { "oneOf": [{ "type": "object", "required": ["b", "c"] }, { "type": "null" }] } } });
        assert_eq!(
            complaints(&schema, &json!({ "a": {} })),
            ["FIELD_MISSING: Field [a.b] is missing.", "FIELD_MISSING: Field [a.c] is missing."]
        );
        assert_eq!(
            complaints(&schema, &json!({ "a": 1 })),
            ["FORMAT_INVALID: Field [a] is invalid. Expected an object, got the number 1."]
        );
    }

    #[test]
    fn the_branch_is_the_one_whose_fields_are_there() {
        let number = json!({ "type": "number" });
        let schema = json!({ "oneOf": [
            { "required": ["a", "b"], "properties": { "a": number, "b": number } },
            { "required": ["c"], "properties": { "c": number } },
        ] });
        // Two wrong fields of the first branch are nearer to it than the one missing field of the second.
        assert_eq!(
            complaints(&schema, &json!({ "a": "1", "b": true })),
            [
                "FORMAT_INVALID: Field [a] is invalid. Expected a number, got the string \"1\".",
                "FORMAT_INVALID: Field [b] is invalid. Expected a number, got true.",
            ]
        );
        assert_eq!(complaints(&schema, &json!({ "a": 1 })), ["FIELD_MISSING: Field [b] is missing."]);
        assert_eq!(
            complaints(&schema, &json!({ "c": {} })),
            ["FORMAT_INVALID: Field [c] is invalid. Expected a number, got an object."]
        );
        assert_eq!(
            complaints(&schema, &json!({ "a": 1, "b": 1, "c": 1 })),
            [
                "ARGUMENT_INVALID: The body is invalid. It fits 2 of the forms that the contract knows, of which it must \
              have exactly one."
            ]
        );
    }

    #[test]
    fn long_values_are_cut_and_many_complaints_too() {
        let complaint = complaints(&json!({ "type": "number" }), &json!("ä".repeat(10_000))).remove(0);
        assert!(complaint.len() < 250 && complaint.ends_with("ää\" and more."), "{complaint}");
        let numbers: Vec<_> = (0..1000).collect();
        assert_eq!(complaints(&json!({ "items": { "type": "string" } }), &json!(numbers)).len(), MOST_COMPLAINTS);
    }
}
