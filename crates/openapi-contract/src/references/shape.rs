//! Where things stand in an OpenAPI 3.1 document: which member of which object holds what.
//!
//! Said once, as a table, because two walks need it (the index of references and the lowering itself), and because
//! it is what keeps names apart from keywords: `properties: {const: ...}` names a property, `example` holds data.

/// The kinds of object in an OpenAPI document that have something to lower below them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Root,
    Info,
    License,
    Server,
    ServerVariable,
    Components,
    Paths,
    PathItem,
    Operation,
    Responses,
    Response,
    /// Parameters and headers: a header is a parameter without name and place.
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Callback,
    Example,
    Link,
    SecurityScheme,
    Security,
    Schema,
}

/// How the value of a member holds the objects of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    One,
    List,
    Map,
}

impl Kind {
    /// Whether a Reference Object may stand in the place of this object.
    pub(crate) fn may_be_a_reference(self) -> bool {
        matches!(
            self,
            Self::Response
                | Self::Parameter
                | Self::RequestBody
                | Self::Callback
                | Self::Example
                | Self::Link
                | Self::SecurityScheme
        )
    }

    /// What the member `key` of an object of this kind holds; `None` for plain data, text and extensions.
    pub(crate) fn member(self, key: &str) -> Option<(Shape, Self)> {
        use Shape::{List, Map, One};
        match (self, key) {
            (Self::Schema, _) => subschemas(key).map(|shape| (shape, Self::Schema)),
            // Before the wildcards below: an extension is never a path, a status code or an expression.
            (_, key) if key.starts_with("x-") => None,
            (Self::Root, "info") => Some((One, Self::Info)),
            (Self::Root, "paths") => Some((One, Self::Paths)),
            (Self::Root, "webhooks") | (Self::Components, "pathItems") => Some((Map, Self::PathItem)),
            (Self::Root, "components") => Some((One, Self::Components)),
            (Self::Root | Self::Operation, "security") => Some((List, Self::Security)),
            (Self::Root | Self::PathItem | Self::Operation, "servers") => Some((List, Self::Server)),
            (Self::Info, "license") => Some((One, Self::License)),
            (Self::Server, "variables") => Some((Map, Self::ServerVariable)),
            (Self::Components, "schemas") => Some((Map, Self::Schema)),
            (Self::Components, "responses") => Some((Map, Self::Response)),
            (Self::Components, "parameters") | (Self::Components | Self::Response | Self::Encoding, "headers") => {
                Some((Map, Self::Parameter))
            }
            (Self::Components, "requestBodies") => Some((Map, Self::RequestBody)),
            (Self::Components | Self::Parameter | Self::MediaType, "examples") => Some((Map, Self::Example)),
            (Self::Components, "securitySchemes") => Some((Map, Self::SecurityScheme)),
            (Self::Components | Self::Response, "links") => Some((Map, Self::Link)),
            (Self::Components | Self::Operation, "callbacks") => Some((Map, Self::Callback)),
            (Self::Paths | Self::Callback, _) => Some((One, Self::PathItem)),
            (Self::PathItem, "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace") => {
                Some((One, Self::Operation))
            }
            (Self::PathItem | Self::Operation, "parameters") => Some((List, Self::Parameter)),
            (Self::Operation, "requestBody") => Some((One, Self::RequestBody)),
            (Self::Operation, "responses") => Some((One, Self::Responses)),
            (Self::Responses, _) => Some((One, Self::Response)),
            (Self::Parameter | Self::RequestBody | Self::Response, "content") => Some((Map, Self::MediaType)),
            (Self::Parameter | Self::MediaType, "schema") => Some((One, Self::Schema)),
            (Self::MediaType, "encoding") => Some((Map, Self::Encoding)),
            (Self::Link, "server") => Some((One, Self::Server)),
            _ => None,
        }
    }
}

/// How a keyword of JSON Schema 2020-12 holds schemas.
fn subschemas(keyword: &str) -> Option<Shape> {
    match keyword {
        "not"
        | "if"
        | "then"
        | "else"
        | "items"
        | "contains"
        | "propertyNames"
        | "additionalProperties"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "contentSchema" => Some(Shape::One),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Some(Shape::List),
        "properties" | "patternProperties" | "dependentSchemas" | "$defs" => Some(Shape::Map),
        _ => None,
    }
}
