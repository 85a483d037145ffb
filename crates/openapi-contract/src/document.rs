//! An OpenAPI document: JSON or YAML in, the same format out, keys in their order.

use std::fmt;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::unique::Unique;
use crate::{Error, ErrorKind, Pointer};

/// An OpenAPI document of version 3.0.x or 3.1.x.
///
/// Only what every stage relies on is checked on the way in: the text is JSON or YAML without double keys, its
/// root is an object, and `openapi` names a version that is known here. Objects keep the order of their keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    root: Value,
    format: Format,
    version: SpecVersion,
}

/// The keys of a path item that hold operations, in the order of the OpenAPI text.
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON (RFC 8259).
    Json,
    /// YAML 1.2, core schema: `no`, `on` and `012` are strings, as in JSON Schema's own test suites.
    Yaml,
}

/// The OpenAPI versions that this crate reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecVersion {
    /// OpenAPI 3.0.x, whose schemas are a dialect of JSON Schema's draft 5.
    V3_0,
    /// OpenAPI 3.1.x, whose schemas are JSON Schema 2020-12.
    V3_1,
}

impl Document {
    /// Reads a document from a file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the file cannot be read, otherwise as [`Document::parse`]; the error names the file.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, Error> {
        let file = file.as_ref();
        let text = fs::read_to_string(file).map_err(|error| {
            Error::new(ErrorKind::Io, "cannot be read; is the path right, and is it UTF-8 text?")
                .because(error)
                .in_file(file)
        })?;
        Self::parse(&text).map_err(|error| error.in_file(file))
    }

    /// Reads a document from text: JSON when its first character is `{` or `[`, YAML otherwise.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] and [`ErrorKind::Version`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let format = Format::of(text);
        Self::from_value(format.parse(text)?, format)
    }

    /// Takes a value as a document that is to be written as `format`.
    ///
    /// # Errors
    /// [`ErrorKind::Version`] when the value is no OpenAPI document of a known version.
    pub fn from_value(root: Value, format: Format) -> Result<Self, Error> {
        let version = SpecVersion::of(&root)?;
        Ok(Self { root, format, version })
    }

    /// The document's root object.
    #[must_use]
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The document's root object, given away.
    #[must_use]
    pub fn into_root(self) -> Value {
        self.root
    }

    /// How the document was, and will be, written.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The version that the document claims.
    #[must_use]
    pub fn version(&self) -> SpecVersion {
        self.version
    }

    /// The document as text in its own format, ending in a line feed.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.format.print(&self.root)
    }
}

impl Format {
    /// The format that `text` seems to be in: JSON begins with `{` or `[`. (YAML may too, in its flow style; that
    /// is nearly always JSON as well.)
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with(['{', '[']) { Self::Json } else { Self::Yaml }
    }

    /// Parses any JSON or YAML value, not only OpenAPI documents.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`], with line and column, also for a key that stands twice in one object, for YAML that
    /// JSON cannot say (keys that are no scalars, infinite numbers, several documents) and for YAML that blows up
    /// through its aliases.
    pub fn parse(self, text: &str) -> Result<Value, Error> {
        let parsed = match self {
            Self::Json => serde_json::from_str(text.trim_start_matches('\u{feff}'))
                .map_err(|error| Error::new(ErrorKind::Syntax, format!("is not valid JSON: {error}"))),
            Self::Yaml => serde_saphyr::from_str_with_options(text, yaml_options()).map_err(|error| {
                let message = error.to_string();
                let first_line = message.lines().next().unwrap_or_default().trim_start_matches("error: ");
                Error::new(ErrorKind::Syntax, format!("is not valid YAML: {first_line}"))
            }),
        };
        parsed.map(|Unique(value)| value)
    }

    /// Prints any JSON value in this format, ending in a line feed.
    #[must_use]
    pub fn print(self, value: &Value) -> String {
        let mut text = match self {
            Self::Json => format!("{value:#}"),
            // What the YAML writer might refuse can still be said: JSON is YAML 1.2.
            Self::Yaml => serde_saphyr::to_string(value).unwrap_or_else(|_| format!("{value:#}")),
        };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

/// The YAML that OpenAPI means: the 1.2 core schema, large documents, and aliases within reason.
fn yaml_options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        merge_keys: serde_saphyr::MergeKeyPolicy::AsOrdinary,
        budget: serde_saphyr::budget! {
            max_events: 50_000_000,
            max_nodes: 20_000_000,
            max_total_scalar_bytes: 512 * 1024 * 1024,
            max_depth: 128,
        },
    }
}

impl SpecVersion {
    fn of(root: &Value) -> Result<Self, Error> {
        let Some(object) = root.as_object() else {
            return Err(Error::new(
                ErrorKind::Version,
                format!("an OpenAPI document is an object, this is {}", kind_of(root)),
            )
            .at(Pointer::root()));
        };
        if let Some(swagger) = object.get("swagger") {
            return Err(Error::new(
                ErrorKind::Version,
                format!("Swagger {swagger} is not read here; convert the document to OpenAPI 3.0 or 3.1 first"),
            )
            .at(Pointer::root().join("swagger")));
        }
        let Some(found) = object.get("openapi") else {
            return Err(Error::new(
                ErrorKind::Version,
                "the key \"openapi\" is missing, so this is no OpenAPI document",
            )
            .at(Pointer::root()));
        };
        let known = found.as_str().and_then(|text| {
            let (minor, patch) = text.trim().rsplit_once('.')?;
            let numeric = patch.split_once('-').map_or(patch, |(number, _)| number);
            numeric.parse::<u32>().ok()?;
            match minor {
                "3.0" => Some(Self::V3_0),
                "3.1" => Some(Self::V3_1),
                _ => None,
            }
        });
        known.ok_or_else(|| {
            Error::new(ErrorKind::Version, format!("version {found} is not read here, only 3.0.x and 3.1.x are"))
                .at(Pointer::root().join("openapi"))
        })
    }
}

impl fmt::Display for SpecVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
        })
    }
}

/// What kind of JSON value this is, for messages.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn message(text: &str) -> String {
        Document::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn json_and_yaml_give_the_same_document_in_the_same_order() {
        let json = Document::parse(r#"{"openapi":"3.1.0","paths":{"/b":{},"/a":{}},"info":{}}"#).unwrap();
        let yaml = Document::parse("openapi: 3.1.0\npaths:\n  /b: {}\n  /a: {}\ninfo: {}\n").unwrap();
        assert_eq!(json.root(), yaml.root());
        assert_eq!((json.format(), yaml.format()), (Format::Json, Format::Yaml));
        assert_eq!(json.root().to_string(), yaml.root().to_string(), "the order of keys");
        assert_eq!(yaml.to_text(), "openapi: \"3.1.0\"\npaths:\n  /b: {}\n  /a: {}\ninfo: {}\n");
    }

    #[test]
    fn yaml_follows_the_core_schema() {
        let yaml = "a: no\nb: 012\nc: 1_000\nd: 2026-01-01\ne: 0x1f\nf: ~\ng: 1.0\n200: {on: true}\n";
        assert_eq!(
            Format::Yaml.parse(yaml).unwrap(),
            json!({"a": "no", "b": "012", "c": "1_000", "d": "2026-01-01", "e": 31, "f": null, "g": 1.0,
                   "200": {"on": true}}),
        );
    }

    #[test]
    fn keys_that_stand_twice_are_an_error() {
        assert_eq!(
            message(r#"{"openapi": "3.1.0", "paths": {"/a": {}, "/a": {}}}"#),
            "is not valid JSON: the key \"/a\" stands twice in one object at line 1 column 45",
        );
        assert!(message("openapi: 3.1.0\npaths:\n  /a: {}\n  /a: {}\n").contains("line 4 column 3"));
    }

    #[test]
    fn other_versions_are_refused_by_name() {
        assert_eq!(
            message(r#"{"openapi": "3.2.0"}"#),
            "/openapi: version \"3.2.0\" is not read here, only 3.0.x and 3.1.x are"
        );
        assert_eq!(message(r#"{"openapi": 3.1}"#), "/openapi: version 3.1 is not read here, only 3.0.x and 3.1.x are");
        assert!(message(r#"{"swagger": "2.0"}"#).starts_with("/swagger: Swagger \"2.0\" is not read here"));
        assert!(message("[]").contains("this is an array"));
        assert!(message("").contains("this is null"));
        assert!(message("{}").contains("\"openapi\" is missing"));
    }

    #[test]
    fn an_unreadable_file_is_named() {
        let error = Document::read("no/such/file.json").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().starts_with("no/such/file.json: "));
    }

    #[test]
    fn a_heap_of_aliases_is_refused() {
        let mut bomb = String::from("openapi: 3.1.0\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            writeln!(bomb, "a{level}: &a{level} [{below}]").unwrap();
        }
        assert_eq!(Document::parse(&bomb).unwrap_err().kind(), ErrorKind::Syntax);
    }

    /// Any JSON value that is not too deep, with texts that YAML might take for something else.
    fn values() -> impl Strategy<Value = Value> {
        let text = prop_oneof![
            any::<String>(),
            "[-~:#&*!|>%@`'\"{}\\[\\], ?]{0,6}",
            proptest::sample::select(vec![
                "no",
                "~",
                "012",
                "1_000",
                "0x1f",
                "1e3",
                ".inf",
                "2026-01-01",
                "<<",
                "null",
                "a: b"
            ])
            .prop_map(str::to_owned),
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_filter_map("finite", |number| serde_json::Number::from_f64(number).map(Value::from)),
            text.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 64, 6, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::vec((text.clone(), inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_as_it_was(value in values()) {
            for format in [Format::Json, Format::Yaml] {
                let text = format.print(&value);
                let read = format.parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
                prop_assert_eq!(&read, &value, "{}", text);
                // Equal objects may differ in the order of their keys; printed they do not.
                prop_assert_eq!(read.to_string(), value.to_string());
            }
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
        for text in ["[".repeat(100_000), format!("a: {}", "[".repeat(100_000))] {
            assert_eq!(Document::parse(&text).unwrap_err().kind(), ErrorKind::Syntax);
        }
    }
}
