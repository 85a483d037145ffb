//! The operations of the contract, as pages tell of them.

use openapi_contract::{Document, METHODS, Pointer};
use serde_json::{Map, Value};

use crate::error::Error;
use crate::schema;

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// In capitals.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) tag: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Body,
    pub(crate) responses: Vec<Response>,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) is_required: bool,
    /// Where the contract has its schema.
    pub(crate) schema: Pointer,
    pub(crate) description: String,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
}

#[derive(Debug)]
pub(crate) enum Body {
    None,
    /// JSON, and where the contract has its schema.
    Json {
        schema: Pointer,
        variants: Vec<Variant>,
    },
    /// A form with one file.
    File {
        field: String,
    },
}

/// One of the shapes that a body can have, where it has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    /// Its name, as in the names of examples.
    pub(crate) name: String,
    /// What is to be told of it: the schema of the body, or of the field below `path` if it is one of a field's kinds.
    pub(crate) schema: Pointer,
    /// The way to what `schema` describes; empty for the whole body.
    pub(crate) path: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) description: String,
    /// The schema of a JSON answer.
    pub(crate) schema: Option<Pointer>,
}

impl Response {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Operation {
    /// The variants of the body; none if it has one shape.
    pub(crate) fn variants(&self) -> &[Variant] {
        match &self.body {
            Body::Json { variants, .. } => variants,
            Body::None | Body::File { .. } => &[],
        }
    }
}

/// All operations, in the order of the contract.
pub(crate) fn operations(document: &Document) -> Result<Vec<Operation>, Error> {
    let paths = Pointer::root().join("paths");
    let mut operations = Vec::new();
    for (path, item) in members(document, &paths)? {
        let place = paths.join(path);
        if item.get("parameters").is_some() {
            return Err(Error::contract(
                place,
                "parameters of a whole path are not read here: put them in its operations",
            ));
        }
        for method in METHODS {
            if item.get(method).is_some() {
                operations.push(operation(document, path, method, &place.join(method))?);
            }
        }
    }
    Ok(operations)
}

fn operation(document: &Document, path: &str, method: &str, at: &Pointer) -> Result<Operation, Error> {
    let parameters = elements(document, &at.join("parameters"))
        .map(|(at, parameter)| self::parameter(&at, parameter))
        .collect::<Result<_, _>>()?;
    let tags: Vec<_> = elements(document, &at.join("tags")).filter_map(|(_, tag)| tag.as_str()).collect();
    let [tag] = tags[..] else { return Err(Error::contract(at.join("tags"), "one tag is needed: it names the page")) };
    let responses = at.join("responses");
    let responses = members(document, &responses)?
        .iter()
        .map(|(status, response)| self::response(&responses.join(status), status, response))
        .collect::<Result<_, _>>()?;
    Ok(Operation {
        id: text(document, &at.join("operationId"))?,
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        tag: tag.to_owned(),
        summary: text(document, &at.join("summary"))?,
        description: text(document, &at.join("description"))?,
        parameters,
        body: body(document, &at.join("requestBody"))?,
        responses,
    })
}

fn parameter(at: &Pointer, parameter: &Value) -> Result<Parameter, Error> {
    let word = |key: &str| {
        parameter[key].as_str().map(str::to_owned).ok_or_else(|| Error::contract(at.join(key), "a text is needed here"))
    };
    let place = match &*word("in")? {
        "path" => Place::Path,
        "query" => Place::Query,
        other => {
            return Err(Error::contract(at.join("in"), format!("only path and query are read here, not {other:?}")));
        }
    };
    Ok(Parameter {
        name: word("name")?,
        place,
        is_required: parameter["required"].as_bool().unwrap_or_default(),
        schema: at.join("schema"),
        description: parameter["description"].as_str().unwrap_or_default().to_owned(),
    })
}

fn body(document: &Document, at: &Pointer) -> Result<Body, Error> {
    if at.find(document.root()).is_none() {
        return Ok(Body::None);
    }
    let content = at.join("content");
    let types: Vec<_> = members(document, &content)?.keys().map(String::as_str).collect();
    match types[..] {
        ["application/json"] => {
            let schema = content.join("application/json").join("schema");
            let variants = schema::variants(document, &schema);
            Ok(Body::Json { schema, variants })
        }
        ["multipart/form-data"] => {
            let properties = content.join("multipart/form-data").join("schema").join("properties");
            let fields: Vec<_> = members(document, &properties)?.keys().collect();
            match fields[..] {
                [field] => Ok(Body::File { field: field.clone() }),
                _ => Err(Error::contract(properties, "only forms of one field are read here")),
            }
        }
        _ => Err(Error::contract(content, format!("only one of JSON and a form is read here, not {types:?}"))),
    }
}

fn response(at: &Pointer, status: &str, response: &Value) -> Result<Response, Error> {
    let number = status.parse().map_err(|_| Error::contract(at, format!("{status:?} is no status")))?;
    let content = &response["content"];
    let is_object = |schema: &Value| schema.get("$ref").is_some() || schema["type"] == "object";
    let schema = Some(&content["application/json"]["schema"]).filter(|schema| is_object(schema));
    let place = || ["content", "application/json", "schema"].iter().fold(at.clone(), |place, key| place.join(key));
    Ok(Response {
        status: number,
        description: response["description"].as_str().unwrap_or_default().to_owned(),
        schema: schema.map(|_| place()),
    })
}

/// The members of an object that has to be there.
pub(crate) fn members<'d>(document: &'d Document, at: &Pointer) -> Result<&'d Map<String, Value>, Error> {
    let object = at.find(document.root()).and_then(Value::as_object);
    object.ok_or_else(|| Error::contract(at, "an object is needed here"))
}

/// The elements of a list, if it is there, with their places.
fn elements<'d>(document: &'d Document, at: &Pointer) -> impl Iterator<Item = (Pointer, &'d Value)> + use<'d> {
    let at = at.clone();
    let list = at.find(document.root()).and_then(Value::as_array);
    list.into_iter().flatten().enumerate().map(move |(index, value)| (at.join(&index.to_string()), value))
}

fn text(document: &Document, at: &Pointer) -> Result<String, Error> {
    let text = at.find(document.root()).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| Error::contract(at, "a text is needed here"))
}

/// What the contract calls the API, and its version.
pub(crate) fn title(document: &Document) -> (&str, &str) {
    let info = &document.root()["info"];
    (info["title"].as_str().unwrap_or("The API"), info["version"].as_str().unwrap_or("?"))
}
