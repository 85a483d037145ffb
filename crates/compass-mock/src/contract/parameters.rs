//! The parameters of a request's path and query.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jsonschema::Validator;
use percent_encoding::percent_decode;
use serde_json::Value;

use super::complaint::{Complaint, ErrorType};
use super::place::Place;
use super::route::Template;
use super::schemas::Schemas;
use super::violation;
use super::wording::{self, Subject};

pub(super) struct Parameters {
    path: Vec<Parameter>,
    query: Vec<Parameter>,
}

struct Parameter {
    name: String,
    required: bool,
    scalar: Scalar,
    validator: Validator,
}

/// What the text of a parameter spells. Lists and objects have spellings of their own, which the contract does not use.
#[derive(Clone, Copy)]
enum Scalar {
    Text,
    Number,
    Boolean,
}

impl Parameters {
    /// Reads those of an operation and those that it shares with the others of its path, which it may override.
    pub(super) fn read(
        operation: &Place<'_>,
        path: &Place<'_>,
        template: &Template,
        schemas: &Schemas<'_>,
    ) -> Result<Self, String> {
        let mut parameters = Self { path: Vec::new(), query: Vec::new() };
        let places = operation.items_of("parameters")?.into_iter().chain(path.items_of("parameters")?);
        for place in places {
            let place = place.followed()?;
            let kind = place.required("in")?;
            let list = match kind.text()? {
                "path" => &mut parameters.path,
                "query" => &mut parameters.query,
                _ => return Err(kind.error("only parameters in path and query have a meaning here")),
            };
            let parameter = Parameter::read(&place, schemas)?;
            if list.iter().all(|known| known.name != parameter.name) {
                list.push(parameter);
            }
        }
        let mut declared: Vec<_> = parameters.path.iter().map(|parameter| parameter.name.as_str()).collect();
        let mut named: Vec<_> = template.parameters().collect();
        declared.sort_unstable();
        named.sort_unstable();
        if declared != named {
            return Err(operation.error(&format!("declares {declared:?}, but its path has {named:?}")));
        }
        Ok(parameters)
    }

    /// The values of all declared parameters by name, decoded. What is not declared is passed over.
    pub(super) fn check(
        &self,
        path: &[(&str, String)],
        query: Option<&str>,
    ) -> Result<BTreeMap<String, String>, Vec<Complaint>> {
        let mut values = BTreeMap::new();
        let mut complaints = Vec::new();
        let mut accept = |parameter: &Parameter, checked: Result<Option<String>, Vec<Complaint>>| match checked {
            Ok(value) => values.extend(value.map(|value| (parameter.name.clone(), value))),
            Err(more) => complaints.extend(more),
        };
        for parameter in &self.path {
            let sent = path.iter().filter(|(name, _)| *name == parameter.name);
            let decoded = sent.map(|(_, value)| decode(value.as_bytes())).collect();
            accept(parameter, parameter.check(decoded, Subject::Path(&parameter.name)));
        }
        if !self.query.is_empty() {
            let pairs: Vec<_> =
                query.unwrap_or_default().split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
            for parameter in &self.query {
                let is_named = |name: &str| decode_form(name).is_some_and(|name| name == parameter.name);
                let sent = pairs.iter().filter(|(name, _)| is_named(name));
                let decoded = sent.map(|(_, value)| decode_form(value)).collect();
                accept(parameter, parameter.check(decoded, Subject::Query(&parameter.name)));
            }
        }
        if complaints.is_empty() { Ok(values) } else { Err(complaints) }
    }
}

impl Parameter {
    fn read(place: &Place<'_>, schemas: &Schemas<'_>) -> Result<Self, String> {
        let schema = place.required("schema")?;
        Ok(Self {
            name: place.required("name")?.text()?.to_owned(),
            required: place.flag("required")?,
            scalar: Scalar::read(schema.clone())?,
            validator: schemas.validator(&schema)?,
        })
    }

    /// Holds the values of this name against the parameter: decoded ones, or nothing for what is not UTF-8.
    fn check(&self, sent: Vec<Option<String>>, subject: Subject<'_>) -> Result<Option<String>, Vec<Complaint>> {
        let invalid = |reason: &str| vec![wording::invalid(ErrorType::ArgumentInvalid, subject, reason)];
        let mut sent = sent.into_iter();
        let (first, others) = (sent.next(), sent.len());
        match first {
            None if self.required => Err(vec![wording::missing(subject)]),
            None => Ok(None),
            Some(_) if others > 0 => Err(invalid(&format!("It is there {} times.", others + 1))),
            Some(None) => Err(invalid("It is not UTF-8.")),
            Some(Some(text)) => {
                violation::check(&self.validator, &self.scalar.value(&text), subject)?;
                Ok(Some(text))
            }
        }
    }
}

impl Scalar {
    fn read(schema: Place<'_>) -> Result<Self, String> {
        let schema = schema.followed()?;
        let Some(kind) = schema.get("type") else { return Ok(Self::Text) };
        match kind.value().as_str() {
            Some("string") => Ok(Self::Text),
            Some("integer" | "number") => Ok(Self::Number),
            Some("boolean") => Ok(Self::Boolean),
            _ => Err(kind.error("a parameter of this type has no meaning here")),
        }
    }

    /// The value that a text spells. A text that spells none stays a text, so that the schema refuses it.
    fn value(self, text: &str) -> Value {
        let value = match self {
            Self::Text => None,
            Self::Number => serde_json::from_str(text).ok().filter(Value::is_number),
            Self::Boolean => text.parse().ok().map(Value::Bool),
        };
        value.unwrap_or_else(|| Value::from(text))
    }
}

fn decode(sent: &[u8]) -> Option<String> {
    percent_decode(sent).decode_utf8().ok().map(Cow::into_owned)
}

/// As the queries of HTML forms are spelled: a plus sign is a space.
fn decode_form(sent: &str) -> Option<String> {
    if sent.contains('+') { decode(sent.replace('+', " ").as_bytes()) } else { decode(sent.as_bytes()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// An operation with a path parameter `p`, and in the query a required text `q`, an integer `n` and a flag `b`.
    fn check(path: &str, query: &str) -> Result<Vec<String>, Vec<String>> {
        let document = json!({
            "shared": { "parameters": [
                { "name": "p", "in": "path", "required": true, "schema": { "type": "integer" } },
                { "name": "n", "in": "query", "schema": { "type": "integer", "minimum": 1 } },
            ] },
            "own": { "parameters": [
                { "name": "p", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } },
                { "$ref": "#/q" },
                { "name": "b", "in": "query", "schema": { "type": "boolean" } },
            ] },
            "q": { "name": "q", "in": "query", "required": true, "schema": { "$ref": "#/text" } },
            "text": { "type": "string", "maxLength": 5 },
        });
        let root = Place::root(&document);
        let (own, shared) = (root.required("own").unwrap(), root.required("shared").unwrap());
        let template = Template::parse("/{p}").unwrap();
        let parameters = Parameters::read(&own, &shared, &template, &Schemas::of(&document).unwrap()).unwrap();
        let values = parameters.check(&[("p", path.to_owned())], Some(query));
        values
            .map(|values| values.into_iter().map(|(name, value)| format!("{name}={value}")).collect())
            .map_err(|complaints| complaints.iter().map(ToString::to_string).collect())
    }

    const P: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

    #[track_caller]
    fn refused(path: &str, query: &str, complaint: &str) {
        assert_eq!(check(path, query), Err(vec![complaint.to_owned()]));
    }

    #[test]
    fn values_are_decoded() {
        let p = format!("p={P}");
        assert_eq!(
            check(P, "q=a+b%2Bc&other=%ff&n=12&b=true"),
            Ok(vec!["b=true".into(), "n=12".into(), p.clone(), "q=a b+c".into()])
        );
        assert_eq!(check(P, "&%71=&&"), Ok(vec![p.clone(), "q=".into()]));
        assert_eq!(check(P, "q"), Ok(vec![p.clone(), "q=".into()]));
        assert_eq!(check(&P.replace('-', "%2D"), "q=%zz"), Ok(vec![p, "q=%zz".into()]));
    }

    #[test]
    fn wrong_values_are_named() {
        refused(P, "", "FIELD_MISSING: Query parameter [q] is missing.");
        refused(P, "q=1&q=1", "ARGUMENT_INVALID: Query parameter [q] is invalid. It is there 2 times.");
        refused(P, "q=%FF", "ARGUMENT_INVALID: Query parameter [q] is invalid. It is not UTF-8.");
        refused("%FF", "q=", "ARGUMENT_INVALID: Path parameter [p] is invalid. It is not UTF-8.");
        let message = "FORMAT_INVALID: Path parameter [p] is invalid. Expected the format uuid, got the string \"7\".";
        refused("7", "q=", message);
        let message = "CONSTRAINT_VIOLATION: Query parameter [q] is invalid. It is longer than 5 characters.";
        refused(P, "q=123456", message);
    }

    #[test]
    fn numbers_and_booleans_are_read_from_their_text() {
        for (query, complaint) in [
            ("q&n=0", "CONSTRAINT_VIOLATION: Query parameter [n] is invalid. It is less than the minimum of 1."),
            ("q&n=1.5", "FORMAT_INVALID: Query parameter [n] is invalid. Expected an integer, got the number 1.5."),
            ("q&n=x", "FORMAT_INVALID: Query parameter [n] is invalid. Expected an integer, got the string \"x\"."),
            ("q&b=1", "FORMAT_INVALID: Query parameter [b] is invalid. Expected a boolean, got the string \"1\"."),
        ] {
            refused(P, query, complaint);
        }
    }

    #[test]
    fn parameters_that_mean_nothing_here_are_refused() {
        let error = |parameter: Value| {
            let document = json!({ "parameters": [parameter] });
            let root = Place::root(&document);
            let template = Template::parse("/{a}").unwrap();
            Parameters::read(&root, &root, &template, &Schemas::of(&document).unwrap()).err().unwrap()
        };
        assert_eq!(
            error(json!({ "name": "c", "in": "cookie", "schema": {} })),
            "/parameters/0/in: only parameters in path and query have a meaning here"
        );
        assert_eq!(
            error(json!({ "name": "a", "in": "path", "schema": { "type": "array" } })),
            "/parameters/0/schema/type: a parameter of this type has no meaning here"
        );
        assert_eq!(
            error(json!({ "name": "b", "in": "path", "schema": {} })),
            "(document): declares [\"b\"], but its path has [\"a\"]"
        );
    }
}
