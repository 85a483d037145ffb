//! From JSON to an [`Overlay`]: every rule that needs no document is checked here.
//!
//! The rules are those of the specification's text and of the schemas that are published with it, which also refuse
//! unknown fields and actions that stand there twice.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{Action, ActionKind, Overlay, OverlayVersion, Query};
use crate::document::kind_of;
use crate::{Error, ErrorKind, Pointer};

/// Reads the [Overlay Object](https://spec.openapis.org/overlay/v1.1.0.html#overlay-object).
pub(super) fn overlay(root: &Value) -> Result<Overlay, Error> {
    let root = Fields::of(root, Pointer::root(), "an overlay")?;
    let spec_version = version(&root)?;
    root.known(&["overlay", "info", "extends", "actions"])?;

    let info = Fields::of(root.required("info")?, root.place("info"), "info")?;
    let title = info.required_string("title")?;
    let version = info.required_string("version")?;
    let description = match spec_version {
        OverlayVersion::V1_0 => {
            info.not_yet("description")?;
            info.known(&["title", "version"])?;
            None
        }
        OverlayVersion::V1_1 => {
            info.known(&["title", "version", "description"])?;
            info.string("description")?
        }
    };
    Ok(Overlay {
        spec_version,
        title: title.to_owned(),
        version: version.to_owned(),
        description: description.map(str::to_owned),
        extends: root.string("extends")?.map(str::to_owned),
        actions: actions(&root, spec_version)?,
        file: None,
    })
}

fn version(root: &Fields) -> Result<OverlayVersion, Error> {
    let found = root.required("overlay")?;
    let known = found.as_str().and_then(|text| {
        let (minor, patch) = text.rsplit_once('.')?;
        let numeric = !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit());
        match minor {
            "1.0" if numeric => Some(OverlayVersion::V1_0),
            "1.1" if numeric => Some(OverlayVersion::V1_1),
            _ => None,
        }
    });
    known.ok_or_else(|| {
        let found = excerpt(found);
        refuse(
            root.place("overlay"),
            format!("version {found} is not read here, only 1.0.x and 1.1.x are, as a string"),
        )
    })
}

fn actions(root: &Fields, version: OverlayVersion) -> Result<Vec<Action>, Error> {
    let place = root.place("actions");
    let found = root.required("actions")?;
    let Value::Array(found) = found else {
        return Err(refuse(place, format!("must be an array, and this is {}", describe(found))));
    };
    if found.is_empty() {
        return Err(refuse(place, "must contain at least one action; an overlay without any does nothing".into()));
    }
    let mut seen = HashMap::new();
    let mut actions = Vec::with_capacity(found.len());
    for (index, value) in found.iter().enumerate() {
        let place = place.join(&index.to_string());
        if let Some(earlier) = seen.insert(value, index) {
            let message = format!("is the same as action {earlier}, and actions must be unique; remove one of them");
            return Err(refuse(place, message));
        }
        actions.push(action(&Fields::of(value, place, "an action")?, version)?);
    }
    Ok(actions)
}

/// Reads the [Action Object](https://spec.openapis.org/overlay/v1.1.0.html#action-object).
fn action(fields: &Fields, version: OverlayVersion) -> Result<Action, Error> {
    match version {
        OverlayVersion::V1_0 => {
            fields.not_yet("copy")?;
            fields.known(&["target", "description", "update", "remove"])?;
        }
        OverlayVersion::V1_1 => {
            fields.known(&["target", "description", "update", "remove", "copy"])?;
            exactly_one(fields, &["update", "remove", "copy"])?;
        }
    }
    let target = query(fields, "target", fields.required_string("target")?)?;
    let description = fields.string("description")?.map(str::to_owned);
    let removes = match fields.object.get("remove") {
        None => false,
        Some(Value::Bool(removes)) => *removes,
        Some(other) => {
            let message = format!("must be true or false, and this is {}", describe(other));
            return Err(refuse(fields.place("remove"), message));
        }
    };
    let copy = fields.string("copy")?.map(|text| query(fields, "copy", text)).transpose()?;
    let kind = match (removes, fields.object.get("update"), copy) {
        // Overlay 1.0: `update` has no impact beside `remove: true`.
        (true, _, _) => ActionKind::Remove,
        (false, Some(value), _) => ActionKind::Update(value.clone()),
        (false, None, Some(source)) => ActionKind::Copy(source),
        (false, None, None) => ActionKind::Nothing,
    };
    Ok(Action { target, description, kind })
}

fn exactly_one(fields: &Fields, names: &[&str]) -> Result<(), Error> {
    let given: Vec<&str> = names.iter().copied().filter(|name| fields.object.contains_key(*name)).collect();
    match given.as_slice() {
        [_] => Ok(()),
        [] => Err(refuse(
            fields.pointer.clone(),
            "must have one of update, remove and copy, and has none; say what is to be done".into(),
        )),
        several => Err(refuse(
            fields.pointer.clone(),
            format!(
                "must have one of update, remove and copy, and has {}; make them actions of their own",
                several.join(" and "),
            ),
        )),
    }
}

fn query(fields: &Fields, name: &str, text: &str) -> Result<Query, Error> {
    Query::parse(text).map_err(|message| refuse(fields.place(name), message))
}

/// The fields of one object of an overlay, and where it stands.
struct Fields<'v> {
    object: &'v Map<String, Value>,
    pointer: Pointer,
    /// What the object is, for messages.
    name: &'static str,
}

impl<'v> Fields<'v> {
    fn of(value: &'v Value, pointer: Pointer, name: &'static str) -> Result<Self, Error> {
        match value {
            Value::Object(object) => Ok(Self { object, pointer, name }),
            other => Err(refuse(pointer, format!("{name} must be an object, and this is {}", describe(other)))),
        }
    }

    fn place(&self, field: &str) -> Pointer {
        self.pointer.join(field)
    }

    fn required(&self, field: &str) -> Result<&'v Value, Error> {
        self.object.get(field).ok_or_else(|| {
            let message = format!("{} must have the field {field:?}, and it is missing; add it", self.name);
            refuse(self.pointer.clone(), message)
        })
    }

    fn required_string(&self, field: &str) -> Result<&'v str, Error> {
        self.required(field).and_then(|value| self.as_string(field, value))
    }

    fn string(&self, field: &str) -> Result<Option<&'v str>, Error> {
        self.object.get(field).map(|value| self.as_string(field, value)).transpose()
    }

    fn as_string(&self, field: &str, value: &'v Value) -> Result<&'v str, Error> {
        value.as_str().ok_or_else(|| {
            // The usual mistake: YAML reads `version: 1.0` as a number.
            let remedy = if matches!(value, Value::Number(_) | Value::Bool(_)) { "; put it in quotes" } else { "" };
            refuse(self.place(field), format!("must be a string, and this is {}{remedy}", describe(value)))
        })
    }

    /// Refuses every field but these and extensions.
    fn known(&self, fields: &[&str]) -> Result<(), Error> {
        match self.object.keys().find(|key| !key.starts_with("x-") && !fields.contains(&key.as_str())) {
            None => Ok(()),
            Some(unknown) => Err(refuse(
                self.place(unknown),
                format!(
                    "is no field of {}; there are {}, and extensions, which begin with \"x-\"",
                    self.name,
                    fields.join(", "),
                ),
            )),
        }
    }

    /// Refuses a field that Overlay 1.0 does not have yet.
    fn not_yet(&self, field: &str) -> Result<(), Error> {
        if !self.object.contains_key(field) {
            return Ok(());
        }
        let message = "is a field of Overlay 1.1, and this overlay is written in 1.0; say overlay: 1.1.0";
        Err(refuse(self.place(field), message.into()))
    }
}

fn refuse(pointer: Pointer, message: String) -> Error {
    Error::new(ErrorKind::Overlay, message).at(pointer)
}

/// A value for a message: its kind and, where that is short, the value itself.
fn describe(value: &Value) -> String {
    match value {
        Value::Null | Value::Object(_) | Value::Array(_) => kind_of(value).to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => format!("{} ({})", kind_of(value), excerpt(value)),
    }
}

/// The beginning of a value as JSON.
fn excerpt(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        None => text,
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}
