//! Everything around the schemas: the objects of OpenAPI itself.

use serde_json::{Map, Value, json};

use super::context::Lowering;
use super::security::Schemes;
use crate::references::index::address;
use crate::references::shape::{Kind, Shape};
use crate::{Effect, Error, ErrorKind, Pointer};

/// The version that lowering makes.
const VERSION: &str = "3.0.3";

/// The dialects that mean what this crate takes every schema to mean.
const DIALECTS: [&str; 2] =
    ["https://spec.openapis.org/oas/3.1/dialect/base", "https://json-schema.org/draft/2020-12/schema"];

/// The places that 3.0 does not have.
const GONE: [&str; 2] = ["/webhooks/", "/components/pathItems/"];

/// References to such places that are written out. Each may hold further ones, and numbers of copies multiply.
const MOST_INLINED: usize = 20_000;

type Object = Map<String, Value>;

impl<'d> Lowering<'d, '_> {
    /// Lowers the document from its root, all but the schemas that move to the components.
    pub(super) fn document(&mut self) -> Result<Value, Error> {
        self.at = Pointer::root();
        let root = self.index.root;
        let mut lowered = self.node(Kind::Root, root, &Schemes::of(root))?;
        if let Some(members) = lowered.as_object_mut()
            && !members.contains_key("paths")
        {
            members.insert("paths".to_owned(), json!({}));
            self.report("paths-missing", "", Effect::Equivalent, "3.0 demands paths, even if there are none");
        }
        Ok(lowered)
    }

    fn node(&mut self, kind: Kind, value: &'d Value, schemes: &Schemes<'d>) -> Result<Value, Error> {
        if kind == Kind::Schema {
            return Ok(self.schema(value).value);
        }
        let Some(object) = value.as_object() else { return Ok(value.clone()) };
        if kind == Kind::Security {
            return Ok(self.requirement(object, schemes));
        }
        if kind.may_be_a_reference() && object.get("$ref").is_some_and(Value::is_string) {
            return self.reference_object(kind, object, schemes);
        }
        let mut out = Map::with_capacity(object.len());
        if kind == Kind::PathItem {
            self.path_item(object, schemes, &mut out)?;
        } else {
            self.members(kind, object, schemes, &mut out)?;
        }
        if kind == Kind::Operation && !out.contains_key("responses") {
            out.insert("responses".to_owned(), json!({"default": {"description": "Any response."}}));
            self.report("responses-missing", "", Effect::Equivalent, "3.0 demands responses; default says any");
        }
        Ok(out.into())
    }

    fn members(
        &mut self,
        kind: Kind,
        object: &'d Object,
        schemes: &Schemes<'d>,
        out: &mut Object,
    ) -> Result<(), Error> {
        for (key, value) in object {
            if let Some(instead) = self.replaced(kind, object, key, value) {
                out.extend(instead);
                continue;
            }
            let lowered = match (kind.member(key), value) {
                (Some((Shape::One, kind)), value) => {
                    self.below(&[key], |lowering| lowering.node(kind, value, schemes))?
                }
                (Some((Shape::List, kind)), Value::Array(elements)) => {
                    let numbered = elements.iter().enumerate();
                    let lower = |(number, element): (usize, &'d Value)| {
                        self.below(&[key, &number.to_string()], |lowering| lowering.node(kind, element, schemes))
                    };
                    Value::Array(numbered.map(lower).collect::<Result<_, _>>()?)
                }
                (Some((Shape::Map, kind)), Value::Object(members)) => {
                    let mut lowered = Map::with_capacity(members.len());
                    for (name, member) in members {
                        if kind == Kind::SecurityScheme && schemes.is_mutual_tls(name) {
                            let reason = "3.0 has no word for mutual TLS";
                            self.below(&[key], |it| it.report("mutual-tls", name, Effect::Dropped, reason));
                            continue;
                        }
                        let below = self.below(&[key, name], |lowering| lowering.node(kind, member, schemes))?;
                        lowered.insert(name.clone(), below);
                    }
                    lowered.into()
                }
                _ => value.clone(),
            };
            out.insert(key.clone(), lowered);
        }
        Ok(())
    }

    /// What stands in place of a member that 3.0 does not have, or has differently; nothing stands for nothing.
    #[allow(clippy::option_option, reason = "the outer option is the question, the inner one the answer")]
    fn replaced(&mut self, kind: Kind, object: &Object, key: &str, value: &Value) -> Option<Option<(String, Value)>> {
        let (rule, effect, reason, instead) = match (kind, key) {
            (Kind::Root, "openapi") => {
                let reason = "the version whose words these are";
                ("version", Effect::Equivalent, reason, Some((key, VERSION.into())))
            }
            (Kind::Root, "jsonSchemaDialect") if value.as_str().is_some_and(|it| DIALECTS.contains(&it)) => {
                ("dialect", Effect::Equivalent, "3.0 has one dialect, and this is what it was made from", None)
            }
            (Kind::Root, "jsonSchemaDialect") => (
                "dialect",
                Effect::Dropped,
                "schemas were read as JSON Schema 2020-12, whatever this dialect adds",
                None,
            ),
            (Kind::Root, "webhooks") => ("webhooks", Effect::Dropped, "3.0 has no webhooks", None),
            (Kind::Components, "pathItems") => {
                ("path-items", Effect::Equivalent, "3.0 has none; each stands where it was referred to", None)
            }
            (Kind::Info, "summary") => ("info-summary", Effect::Dropped, "3.0 has no summary here", None),
            (Kind::License, "identifier") => match value.as_str().filter(|_| !object.contains_key("url")) {
                Some(id) if !id.contains(' ') => {
                    let url = format!("https://spdx.org/licenses/{id}.html");
                    let reason = "3.0 has a URL only; this is where SPDX keeps the licence";
                    ("license-identifier", Effect::Equivalent, reason, Some(("url", url.into())))
                }
                _ => ("license-identifier", Effect::Dropped, "3.0 has no word for it", None),
            },
            (Kind::ServerVariable, "enum") if value.as_array().is_some_and(Vec::is_empty) => {
                ("server-variable-enum", Effect::Dropped, "an empty list leaves no value to choose", None)
            }
            _ => return None,
        };
        self.report(rule, key, effect, reason);
        Some(instead.map(|(key, value): (&str, Value)| (key.to_owned(), value)))
    }

    fn requirement(&mut self, requirement: &Object, schemes: &Schemes<'d>) -> Value {
        let (kept, gone, without_roles) = schemes.requirement(requirement);
        for name in gone {
            let reason = "3.0 has no word for mutual TLS; no credentials travel in the request";
            self.report("mutual-tls", name, Effect::Widened, reason);
        }
        for name in without_roles {
            self.report("security-roles", name, Effect::Dropped, "3.0 has scopes for OAuth 2 and OpenID only");
        }
        kept.into()
    }

    /// Lowers a Reference Object. Its own `summary` and `description` go: to keep them, the component would have to
    /// be copied to every such place, and generators would see as many components as there are copies.
    fn reference_object(&mut self, kind: Kind, object: &'d Object, schemes: &Schemes<'d>) -> Result<Value, Error> {
        let mut out = object.clone();
        for key in ["summary", "description"] {
            if out.shift_remove(key).is_some() {
                let reason = "3.0 ignores it beside a reference; the component's own words stay";
                self.report("reference-override", key, Effect::Dropped, reason);
            }
        }
        let inlined = self.inline(object, |lowering, target| lowering.node(kind, target, schemes))?;
        Ok(inlined.unwrap_or_else(|| out.into()))
    }

    /// Lowers a path item. What it refers to is put in its place if that goes; its own members come before those
    /// of what it refers to.
    fn path_item(&mut self, object: &'d Object, schemes: &Schemes<'d>, out: &mut Object) -> Result<(), Error> {
        self.members(Kind::PathItem, object, schemes, out)?;
        if let Some(inlined) = self.inline(object, |lowering, target| lowering.node(Kind::PathItem, target, schemes))? {
            out.shift_remove("$ref");
            for (key, value) in inlined.as_object().into_iter().flatten() {
                out.entry(key).or_insert_with(|| value.clone());
            }
        }
        Ok(())
    }

    /// Lowers what a `$ref` leads to, if 3.0 does not have that place, for use where the reference stands.
    fn inline(
        &mut self,
        object: &Object,
        lower: impl FnOnce(&mut Self, &'d Value) -> Result<Value, Error>,
    ) -> Result<Option<Value>, Error> {
        let pointer = object.get("$ref").and_then(Value::as_str).and_then(Pointer::from_reference);
        let gone = |place: &Pointer| GONE.iter().any(|gone| place.as_str().starts_with(gone));
        let found = pointer.filter(gone).and_then(|place| Some((place.find(self.index.root)?, place)));
        let Some((target, place)) = found else { return Ok(None) };
        if self.inlining.contains(&address(target)) {
            let reason = "it stands inside of what it refers to, which 3.0 cannot say of this place";
            self.report("reference-circle", "$ref", Effect::Dropped, reason);
            return Ok(Some(json!({})));
        }
        self.inlined += 1;
        if self.inlined > MOST_INLINED {
            let message = "more references to webhooks or components/pathItems than can be written out in 3.0";
            return Err(Error::new(ErrorKind::Contract, message).at(self.at.join("$ref")));
        }
        self.report("reference-inlined", "$ref", Effect::Equivalent, "3.0 does not have the place it refers to");
        self.inlining.push(address(target));
        let before = std::mem::replace(&mut self.at, place);
        let lowered = lower(self, target);
        self.at = before;
        self.inlining.pop();
        lowered.map(Some)
    }
}
