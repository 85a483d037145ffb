//! Samples with the program `compass`.

use heck::ToKebabCase as _;
use serde_json::Value;

use super::{EVENT, WEBHOOK, annotation, shell, source_id, untold};
use crate::error::Error;
use crate::example::Example;
use crate::names;

/// The command.
pub(super) fn sample(example: &Example) -> Result<String, Error> {
    let command = names::command(&example.operation).ok_or_else(|| untold(example))?;
    let mut parts = vec![["compass"].iter().chain(command).copied().collect::<Vec<_>>().join(" ")];
    if let Some(file) = &example.file {
        parts[0].push_str(&format!(" {}", shell::quoted(&file.name)));
    }
    if example.operation == EVENT {
        event(example, &mut parts)?;
        return Ok(shell::command(&parts) + "\n");
    }
    if example.operation == WEBHOOK {
        // The ID is a secret: it comes from the environment, like the token.
        let payload = example.body.as_ref().unwrap_or(&Value::Null);
        return Ok(format!("{} - <<'JSON'\n{payload:#}\nJSON\n", parts[0]));
    }
    for (name, value) in &example.parameters {
        let value = match (&**name, &example.component) {
            ("componentId", Some(ari)) => ari.clone(),
            ("sourceId", _) => source_id(example)?,
            _ => text(value),
        };
        parts.push(option(&names::option(name), &value));
    }
    for (name, value) in example.body.iter().filter_map(Value::as_object).flatten() {
        match (&**name, value) {
            ("value", value) => parts[0].push_str(&format!(" {}", shell::quoted(&text(value)))),
            ("annotation", Value::String(document)) => {
                parts.push(option("annotation", &paragraph(example, &annotation(example, document)?)?));
            }
            (_, Value::Array(values)) => {
                for value in values {
                    parts[0].push_str(&format!(" {}", shell::quoted(&text(value))));
                }
            }
            (name, value) => parts.push(option(&names::option(name), &text(value))),
        }
    }
    Ok(shell::command(&parts) + "\n")
}

fn event(example: &Example, parts: &mut Vec<String>) -> Result<(), Error> {
    let (Some(kind), Some(body)) = (&example.variant, &example.body) else { return Err(untold(example)) };
    parts[0].push_str(&format!(" {}", kind.to_kebab_case()));
    match body["componentId"].as_str() {
        Some(component) => parts.push(option("component", component)),
        None => parts.push(option("cloud-id", body["cloudId"].as_str().unwrap_or_default())),
    }
    leaves(kind, &body["event"][kind], &mut Vec::new(), parts);
    Ok(())
}

fn leaves(kind: &str, value: &Value, path: &mut Vec<String>, parts: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                // A pull request's is always that of the site which it is sent to.
                if name == "cloudId" {
                    continue;
                }
                path.push(name.clone());
                leaves(kind, value, path, parts);
                path.pop();
            }
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            parts.push(option(&names::event_option(kind, path), &text(value)));
        }
    }
}

fn option(name: &str, value: &str) -> String {
    // Behind a blank, what begins with a hyphen would be the next option.
    let sign = if value.starts_with('-') { '=' } else { ' ' };
    format!("--{name}{sign}{}", shell::quoted(value))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The text of a document of one paragraph: the program makes the document of it.
fn paragraph(example: &Example, document: &Value) -> Result<String, Error> {
    let text = document.pointer("/content/0/content/0/text").and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| {
        let message = format!("must be a document of one paragraph with a text; is {document} [one paragraph]");
        Error::example(&example.name, "/body/annotation", message)
    })
}
