//! The fields of a record, which tell what it is before it is read as that.

use std::fmt;

use compass_sdk::event::Kind;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::bulk::problem::{Broken, Problem};
use crate::bulk::records::Column;

/// What a record is by its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// An event's request: `{"cloudId", "componentId", "event": {…}}`.
    Request,
    /// An event alone: `{"deployment": {…}}`.
    Event,
    /// A metric's request.
    Metric,
    /// It has no field that tells.
    Neither,
}

/// The fields of a record.
#[derive(Debug, Default)]
pub(super) struct Shape {
    has_event: bool,
    has_cloud_id: bool,
    has_component: bool,
    kinds: Vec<Kind>,
    /// Fields of metrics but `componentId`, and whether each has a value.
    metric: Vec<(Column, bool)>,
    unknown: Vec<String>,
}

impl Shape {
    pub(super) fn what(&self) -> What {
        if self.has_event {
            What::Request
        } else if !self.kinds.is_empty() {
            What::Event
        } else if !self.metric.is_empty() {
            What::Metric
        } else {
            What::Neither
        }
    }

    /// Whether a metric's field is there, and not null.
    pub(super) fn has(&self, column: Column) -> bool {
        self.metric.contains(&(column, true))
    }

    /// The fields that have no place in what it is.
    pub(super) fn strangers(&self, line: u64) -> Vec<Problem> {
        let what = self.what();
        let mut names: Vec<&str> = self.unknown.iter().map(String::as_str).collect();
        if self.has_cloud_id && matches!(what, What::Event | What::Metric) {
            names.push("cloudId");
        }
        if self.has_component && what == What::Event {
            names.push("componentId");
        }
        if what == What::Request {
            names.extend(self.kinds.iter().map(|kind| kind.as_str()));
        }
        if what != What::Metric {
            names.extend(self.metric.iter().map(|(column, _)| column.name()));
        }
        let expected = match what {
            What::Request => "is not known; beside event there may be cloudId and componentId",
            What::Event => "is not known beside an event; put the event under the field event to name whom it is for",
            What::Metric | What::Neither => "is not known",
        };
        names.into_iter().map(|name| Problem::new(line, Broken::UnknownField, expected).at(name)).collect()
    }
}

/// A field's name.
enum Name {
    Event,
    CloudId,
    Component,
    Kind(Kind),
    Metric(Column),
    Unknown(String),
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfName;

        impl Visitor<'_> for OfName {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field's name")
            }

            fn visit_str<E>(self, name: &str) -> Result<Name, E> {
                let kind = || Kind::ALL.into_iter().find(|kind| kind.as_str() == name).map(Name::Kind);
                let column = || Column::ALL.into_iter().find(|column| column.name() == name).map(Name::Metric);
                Ok(match name {
                    "event" => Name::Event,
                    "cloudId" => Name::CloudId,
                    "componentId" => Name::Component,
                    _ => kind().or_else(column).unwrap_or_else(|| Name::Unknown(name.to_owned())),
                })
            }
        }

        deserializer.deserialize_identifier(OfName)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfObject;

        impl<'de> Visitor<'de> for OfObject {
            type Value = Shape;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
                let mut shape = Shape::default();
                while let Some(name) = map.next_key::<Name>()? {
                    let is_there = map.next_value::<Option<IgnoredAny>>()?.is_some();
                    match name {
                        Name::Event => shape.has_event = true,
                        Name::CloudId => shape.has_cloud_id = true,
                        Name::Component => shape.has_component = true,
                        // A kind that is null is as good as absent, in the contract as well.
                        Name::Kind(kind) if is_there => shape.kinds.push(kind),
                        Name::Kind(_) => {}
                        Name::Metric(column) => shape.metric.push((column, is_there)),
                        Name::Unknown(name) => shape.unknown.push(name),
                    }
                }
                Ok(shape)
            }
        }

        deserializer.deserialize_map(OfObject)
    }
}
