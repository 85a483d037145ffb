//! Keywords that describe and do not restrict: what 3.0 has another word for, and what it has none for.

use serde_json::Value;

use super::context::Lowering;
use super::scope::Scope;
use super::types::Type;
use crate::Effect;

/// Keywords that no instance is judged by.
pub(super) fn is_annotation(keyword: &str) -> bool {
    keyword.starts_with("x-")
        || matches!(
            keyword,
            "title"
                | "description"
                | "default"
                | "example"
                | "examples"
                | "deprecated"
                | "readOnly"
                | "writeOnly"
                | "externalDocs"
                | "xml"
                | "discriminator"
                | "$comment"
        )
}

impl<'d> Lowering<'d, '_> {
    /// Lowers `examples` to the one `example` that 3.0 has.
    pub(super) fn examples(&mut self, scope: &mut Scope<'d>, examples: &'d Value) {
        let first = examples.as_array().and_then(|examples| examples.first());
        match first {
            Some(first) if !scope.schema.contains_key("example") => {
                scope.out.insert("example".to_owned(), first.clone());
                let all = examples.as_array().map_or(0, Vec::len);
                let effect = if all == 1 { Effect::Equivalent } else { Effect::Dropped };
                self.report("examples-to-example", "examples", effect, format!("3.0 has one example, here are {all}"));
            }
            _ => {
                let reason = "there is an example already, or none to take";
                self.report("examples-to-example", "examples", Effect::Dropped, reason);
            }
        }
    }

    /// Lowers `contentEncoding` and `contentMediaType`, which 3.0 says with `format` where it can.
    pub(super) fn content(&mut self, scope: &mut Scope<'d>, keyword: &str, value: &'d Value) {
        let text = scope.schema.get("type").is_none() || scope.types.contains(&Type::String);
        let format = match (keyword, value.as_str()) {
            ("contentEncoding", Some("base64")) => Some("byte"),
            ("contentMediaType", Some("application/octet-stream")) if !scope.schema.contains_key("contentEncoding") => {
                Some("binary")
            }
            _ => None,
        };
        match format.filter(|_| text && !scope.schema.contains_key("format")) {
            Some(format) => {
                scope.say("format", format.into());
                self.report("content-to-format", keyword, Effect::Equivalent, format!("3.0 says format: {format}"));
            }
            None => {
                self.report(
                    "content-dropped",
                    keyword,
                    Effect::Dropped,
                    "3.0 has no word for it; it restricts nothing",
                );
            }
        }
    }

    /// Passes a `discriminator` on, its references brought up to date.
    pub(super) fn discriminator(&mut self, scope: &mut Scope<'d>, discriminator: &'d Value) {
        let mut said = discriminator.clone();
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        for (name, target) in mapping.into_iter().flatten() {
            if self.index.meaning_of(target).is_some() {
                said["mapping"][name] = self.reference(target).0;
            }
        }
        scope.out.insert("discriminator".to_owned(), said);
    }

    /// Leaves out a keyword that 3.0 does not have.
    pub(super) fn unknown(&mut self, keyword: &str) {
        let (rule, reason) = match keyword {
            "$id" | "$anchor" | "$dynamicAnchor" => ("schema-names", "3.0 names schemas in components only"),
            "$schema" | "$vocabulary" | "$comment" => ("schema-notes", "3.0 has no place for it; it restricts nothing"),
            "nullable" => ("nullable-in-3-1", "3.1 ignores nullable; if null is meant, an overlay should say so"),
            _ => ("unknown-keyword", "3.1 ignores keywords that it does not know, 3.0 forbids them"),
        };
        self.report(rule, keyword, Effect::Dropped, reason);
    }
}
