//! Events in Rust: the builder of a kind, filled from an example.

use heck::ToUpperCamelCase as _;
use serde_json::Value;

use super::super::untold;
use super::{Sample, number, text};
use crate::error::Error;
use crate::example::Example;
use crate::names;
use crate::schema::Field;

/// `fields` are those of the kind, from below it.
pub(super) fn sample(example: &Example, fields: &[Field]) -> Result<Sample, Error> {
    let (Some(kind), Some(body)) = (&example.variant, &example.body) else { return Err(untold(example)) };
    let name = kind.to_upper_camel_case();
    let mut builder = Builder { kind, fields, sample: Sample::of(String::new()) };
    let setters = builder.setters(&name, &body["event"][kind], &mut Vec::new());
    let (ari, let_id, target) = if let Some(component) = body["componentId"].as_str() {
        ("ComponentAri", format!("let component: ComponentAri = {}.parse()?;", text(component)), "Component(component)")
    } else {
        let cloud_id = text(body["cloudId"].as_str().unwrap_or_default());
        ("CloudId", format!("let site: CloudId = {cloud_id}.parse()?;"), "EventSource(site)")
    };
    let mut sample = builder.sample.using("", "Event").using("event", "Target").using("event", &*name);
    sample = sample.using("ari", ari);
    sample.statements = format!(
        "{let_id} let event = {name}::builder(){setters}.build()?; \
         compass.events().send(&Target::{target}, &Event::from(event)).await?;"
    );
    Ok(sample)
}

struct Builder<'e> {
    kind: &'e str,
    /// The contract's fields of the kind.
    fields: &'e [Field],
    sample: Sample,
}

impl Builder<'_> {
    /// The setters of what is in a value: `within` is the type that it belongs to.
    fn setters(&mut self, within: &str, value: &Value, path: &mut Vec<String>) -> String {
        let mut setters = String::new();
        for (name, value) in value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
            path.push(name.clone());
            if names::is_own(name) {
                setters.push_str(&self.setters(within, value, path));
            } else {
                let setter = names::event_setter(self.kind, path);
                setters.push_str(&format!(".{setter}({})", self.value(within, name, value, path)));
            }
            path.pop();
        }
        setters
    }

    fn value(&mut self, within: &str, name: &str, value: &Value, path: &mut Vec<String>) -> String {
        match value {
            Value::Object(_) => {
                let part = names::event_type(within, name);
                let setters = self.setters(&part, value, path);
                let expression = format!("{part}::builder(){setters}.build()");
                self.uses(part);
                expression
            }
            Value::String(literal) => self.text(within, name, literal, path),
            Value::Number(_) if name == "updateSequenceNumber" => {
                self.uses("Sequence");
                format!("Sequence::new({})?", number(value, false))
            }
            Value::Number(_) => {
                let is_float = |field: &Field| field.kind.starts_with("number");
                number(value, self.fields.iter().any(|field| field.path == *path && is_float(field)))
            }
            Value::Null | Value::Bool(_) | Value::Array(_) => value.to_string(),
        }
    }

    fn text(&mut self, within: &str, name: &str, literal: &str, path: &[String]) -> String {
        let field = self.fields.iter().find(|field| field.path == path);
        if field.is_some_and(|field| !field.allowed.is_empty()) {
            let choice = names::event_type(within, name);
            let expression = format!("{choice}::{}", literal.to_upper_camel_case());
            self.uses(choice);
            return expression;
        }
        let is_time = field.is_some_and(|field| field.format.as_deref() == Some("date-time"));
        // Any text may lead to a repository (`git@…`); other URLs are a type, which reads them.
        let is_url = name == "url" || (name.ends_with("Url") && name != "repoUrl");
        match name {
            "externalEventSourceId" => {
                self.uses("EventSource");
                format!("EventSource::new({})", text(literal))
            }
            _ if is_time || is_url || name == "cloudId" => format!("{}.parse()?", text(literal)),
            _ => text(literal),
        }
    }

    fn uses(&mut self, name: impl Into<String>) {
        self.sample.uses.entry("event").or_default().insert(name.into());
    }
}
