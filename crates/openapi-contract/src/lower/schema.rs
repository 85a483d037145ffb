//! One schema: which keyword goes to which rule.

use serde_json::{Map, Value, json};

use super::arrays;
use super::context::{Lowered, Lowering};
use super::plan::{MARK, component_name};
use super::scope::Scope;
use crate::Effect;
use crate::references::index::Meaning;

impl<'d> Lowering<'d, '_> {
    /// Lowers the schema at the place where we are.
    pub(super) fn schema(&mut self, value: &'d Value) -> Lowered {
        let target = self.index.target_at(value);
        let owner = self.study.as_mut().and_then(|study| {
            let target = target?;
            let outer = study.owner.replace(target);
            study.uses.get_mut(outer?)?.push(target);
            outer
        });
        let mut lowered = match value {
            Value::Object(schema) => self.schema_object(value, schema),
            Value::Bool(everything) => {
                self.report("boolean-schema", "", Effect::Equivalent, "3.0 has booleans for additionalProperties only");
                Lowered { value: if *everything { json!({}) } else { json!({"not": {}}) }, exact: true }
            }
            // No schema at all; it means as much, or as little, in 3.0.
            other => Lowered { value: other.clone(), exact: true },
        };
        if let (Some(study), Some(number)) = (&mut self.study, target) {
            study.owner = owner;
            study.exact[number] &= lowered.exact;
            // Components stay; what stands elsewhere is marked, to see where it ends up.
            if let Some(members) = lowered.value.as_object_mut()
                && component_name(&self.at).is_none()
            {
                members.insert(MARK.to_owned(), number.into());
            }
        }
        lowered
    }

    fn schema_object(&mut self, value: &'d Value, schema: &'d Map<String, Value>) -> Lowered {
        let mut scope = Scope::new(value, schema);
        for (keyword, value) in schema {
            self.keyword(&mut scope, keyword, value);
        }
        let (out, exact, added) = scope.close();
        if added {
            self.report("array-without-items", "", Effect::Equivalent, "3.0 demands items of every array");
        }
        if schema.contains_key("$ref") && !out.contains_key("$ref") {
            let reason = "3.0 ignores what stands beside a reference, and reads it beside allOf";
            self.report("ref-siblings", "$ref", Effect::Equivalent, reason);
        }
        Lowered { value: out.into(), exact }
    }

    fn keyword(&mut self, scope: &mut Scope<'d>, keyword: &str, value: &'d Value) {
        match (keyword, value) {
            ("$ref", Value::String(_)) => {
                let (reference, exact) = self.reference(value);
                scope.exact &= exact;
                scope.demand_all(vec![json!({"$ref": reference})]);
            }
            ("$dynamicRef", Value::String(_)) => self.dynamic_reference(scope, value),
            ("type", value) => self.types(scope, value),
            ("enum" | "const", _) => self.values(scope, keyword),
            ("minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum", _) => self.bound(scope, keyword),
            ("allOf", Value::Array(schemas)) if !schemas.is_empty() => self.all_of(scope, schemas),
            ("anyOf", Value::Array(schemas)) if !schemas.is_empty() => self.choice(scope, "anyOf", schemas),
            ("oneOf", Value::Array(schemas)) if !schemas.is_empty() => self.choice(scope, "oneOf", schemas),
            ("not", value) => self.not(scope, value),
            ("if", value) => self.condition(scope, value),
            ("then" | "else", _) if scope.schema.contains_key("if") => {} // Said with `if`.
            ("then" | "else", _) => {
                self.report("if-without-effect", keyword, Effect::Equivalent, "without if, it demands nothing");
            }
            ("properties", Value::Object(properties)) => self.properties(scope, properties),
            ("required", value) => self.required(scope, value),
            ("additionalProperties" | "patternProperties" | "unevaluatedProperties", _) => {
                self.additional_properties(scope);
            }
            ("propertyNames", value) => self.property_names(scope, value),
            ("dependentRequired", Value::Object(dependencies)) => self.dependent_required(scope, dependencies),
            ("dependentSchemas", Value::Object(dependencies)) => self.dependent_schemas(scope, dependencies),
            ("items" | "prefixItems" | "unevaluatedItems", _) => self.items(scope),
            ("maxItems", value) => arrays::max_items(scope, value),
            ("contains", _) => self.contains(scope),
            ("minContains" | "maxContains", _) => {
                self.report("contains", keyword, Effect::Equivalent, "it demands nothing by itself");
            }
            ("examples", value) => self.examples(scope, value),
            ("contentEncoding" | "contentMediaType" | "contentSchema", value) => self.content(scope, keyword, value),
            ("discriminator", value) => self.discriminator(scope, value),
            ("$defs", Value::Object(schemas)) => self.definitions(schemas),
            (
                "title" | "description" | "default" | "example" | "deprecated" | "readOnly" | "writeOnly"
                | "externalDocs" | "xml" | "format" | "multipleOf" | "minLength" | "maxLength" | "pattern" | "minItems"
                | "uniqueItems" | "minProperties" | "maxProperties" | "properties" | "allOf" | "anyOf" | "oneOf"
                | "$ref",
                value,
            ) => scope.say(keyword, value.clone()),
            (extension, value) if extension.starts_with("x-") => {
                scope.out.insert(extension.to_owned(), value.clone());
            }
            (unknown, _) => self.unknown(unknown),
        }
    }

    fn dynamic_reference(&mut self, scope: &mut Scope<'d>, text: &'d Value) {
        if self.index.meaning_of(text) == Some(&Meaning::Dynamic) {
            scope.exact = false;
            let reason = "several schemas have the anchor, and 3.0 cannot choose between them while it validates";
            self.report("dynamic-ref", "$dynamicRef", Effect::Widened, reason);
            return;
        }
        let (reference, exact) = self.reference(text);
        scope.exact &= exact;
        scope.demand_all(vec![json!({"$ref": reference})]);
        let reason = "only one schema has the anchor, so that a plain reference finds it too";
        self.report("dynamic-ref", "$dynamicRef", Effect::Equivalent, reason);
    }

    /// `$defs` go: what is referred to becomes a component, the rest is of no use to anyone.
    fn definitions(&mut self, schemas: &'d Map<String, Value>) {
        for (name, schema) in schemas {
            if self.index.target_at(schema).is_none() {
                let reason = "nothing refers to it as a whole, and 3.0 has no $defs";
                self.below(&["$defs"], |lowering| lowering.report("defs-unused", name, Effect::Dropped, reason));
            }
        }
    }
}
