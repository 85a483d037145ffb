//! Random schemas of JSON Schema 2020-12 as OpenAPI 3.1 has them, and random instances that fit them often.

use serde_json::{Map, Value, json};

use super::choices::Choices;

/// The number of components that refer to one another.
pub const COMPONENTS: usize = 4;

const NAMES: [&str; 4] = ["a", "b", "xa", "const"];
const PATTERNS: [&str; 4] = ["^x", "a", "", "^xa$"];
const TYPES: [&str; 7] = ["string", "integer", "null", "object", "array", "number", "boolean"];

/// Values that tell schemas apart.
pub fn pool() -> Vec<Value> {
    vec![
        json!(null),
        json!(0),
        json!(1),
        json!("a"),
        json!({}),
        json!([]),
        json!(true),
        json!(""),
        json!("xab"),
        json!(2),
        json!(1.5),
        json!(1.0),
        json!(-3),
        json!(false),
        json!([null]),
        json!([1, "a"]),
        json!(["a", 1, null]),
        json!({"a": 1}),
        json!({"a": null}),
        json!({"xa": "a"}),
        json!({"a": "a", "b": {}}),
        json!({"a": "a", "xab": 1}),
        json!({"a": 1, "xa": 1, "q": []}),
        json!({"const": {"a": 1}}),
    ]
}

/// Says of every object with properties that it may have others: then contracts and JSON Schema mean the same.
pub fn state_openness(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(state_openness);
            let speaks = ["additionalProperties", "unevaluatedProperties"].iter().any(|key| members.contains_key(*key));
            if members.get("properties").is_some_and(Value::is_object) && !speaks {
                members.insert("additionalProperties".to_owned(), json!(true));
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(state_openness),
        _ => {}
    }
}

pub struct Generator<'c> {
    pub choices: &'c mut Choices,
    /// Only what 3.0 can say exactly.
    pub sayable: bool,
}

impl Generator<'_> {
    pub fn components(&mut self) -> Map<String, Value> {
        (0..COMPONENTS).map(|number| (format!("C{number}"), self.component(number + 1))).collect()
    }

    fn component(&mut self, free: usize) -> Value {
        // Links, so that what happens to one component is often felt two or three references away.
        match self.choices.below(6) {
            4 => json!({"properties": {"a": self.below(0)}}),
            5 if free < COMPONENTS => json!({"allOf": [self.later(free)], "minProperties": self.choices.below(2)}),
            _ => self.schema(3, free),
        }
    }

    /// A reference to one of the components from `free` on.
    fn later(&mut self, free: usize) -> Value {
        json!({"$ref": format!("#/components/schemas/C{}", free + self.choices.below(COMPONENTS - free))})
    }

    /// A schema. In place it refers only to components from `free` on, so that no circle is without an end.
    fn schema(&mut self, depth: usize, free: usize) -> Value {
        if depth == 0 || self.choices.one_in(9) {
            return match self.choices.below(11) {
                8.. if free < COMPONENTS => self.later(free),
                0 => json!({"type": "string"}),
                1 => json!({"type": "null"}),
                2 => json!(true),
                3 => json!(false),
                4 => json!({"const": *self.choices.pick(&pool())}),
                5 => json!({}),
                _ => json!({"type": *self.choices.pick(&TYPES)}),
            };
        }
        let mut schema = Map::new();
        for _ in 0..=self.choices.below(4) {
            let keywords = if self.sayable { 28 } else { 43 };
            let number = self.choices.below(keywords);
            self.keyword(number, &mut schema, depth - 1, free);
        }
        schema.into()
    }

    #[allow(clippy::too_many_lines, reason = "a list of all keywords is a list")]
    fn keyword(&mut self, number: usize, schema: &mut Map<String, Value>, depth: usize, free: usize) {
        let mut put = |keyword: &str, value: Value| drop(schema.insert(keyword.to_owned(), value));
        match number {
            0 => put("type", json!(*self.choices.pick(&TYPES))),
            1 | 2 => {
                let mut types = vec![*self.choices.pick(&TYPES)];
                for _ in 0..self.choices.below(4) {
                    let another = *self.choices.pick(&TYPES);
                    if !types.contains(&another) {
                        types.push(another);
                    }
                }
                put("type", json!(types));
            }
            3 => put("minLength", json!(self.choices.below(3))),
            4 => put(self.choices.word(&["minimum", "maximum"]), json!(self.choices.below(3))),
            5 => put(self.choices.word(&["exclusiveMinimum", "exclusiveMaximum"]), json!(self.choices.below(3))),
            6 => {
                let values: Vec<_> = (0..=self.choices.below(3)).map(|_| self.choices.pick(&pool()).clone()).collect();
                let mut distinct: Vec<Value> = Vec::new();
                for value in values {
                    if !distinct.iter().any(|other| other == &value || other.as_f64() == value.as_f64()) {
                        distinct.push(value);
                    }
                }
                if !distinct.is_empty() {
                    put("enum", distinct.into());
                }
            }
            7 => put("const", self.choices.pick(&pool()).clone()),
            8 => put("not", self.schema(depth, free)),
            9 => put("allOf", self.list(depth, free)),
            10 => put("anyOf", self.list(depth, free)),
            11 | 12 => put("oneOf", self.list(depth, free)),
            13 => {
                let keyword = *self.choices.pick(&["oneOf", "anyOf"]);
                let mut list = vec![self.schema(depth, free), json!({"type": "null"})];
                if self.choices.one_in(2) {
                    list.push(self.schema(depth, free));
                }
                put(keyword, list.into());
            }
            14 => put("properties", self.map(&NAMES, depth)),
            15 => put("required", json!([*self.choices.pick(&NAMES)])),
            16 => put("additionalProperties", self.schema(depth, 0)),
            17 => put("items", self.schema(depth, 0)),
            18 => put(self.choices.word(&["minItems", "maxItems", "maxProperties"]), json!(self.choices.below(3))),
            19 => put("uniqueItems", json!(true)),
            20 | 21 if free < COMPONENTS => {
                let number = free + self.choices.below(COMPONENTS - free);
                put("$ref", format!("#/components/schemas/C{number}").into());
            }
            22 => {
                put("if", self.schema(depth, free));
                if self.choices.below(3) < 2 {
                    put("then", self.schema(depth, free));
                }
                if self.choices.below(3) < 2 {
                    put("else", self.schema(depth, free));
                }
            }
            23 => put("dependentRequired", json!({*self.choices.pick(&NAMES): [*self.choices.pick(&NAMES)]})),
            24 => put("dependentSchemas", json!({*self.choices.pick(&NAMES): self.schema(depth, free)})),
            25 => put("multipleOf", json!(2)),
            26 if free < COMPONENTS => put("not", self.later(free)),
            27 if free < COMPONENTS => put("oneOf", json!([self.later(free), self.later(free)])),
            28 | 29 => put("patternProperties", self.map(&PATTERNS, depth)),
            30 => put("propertyNames", json!({"minLength": 2})),
            31 | 32 => {
                let schemas: Vec<_> = (0..=self.choices.below(2)).map(|_| self.schema(depth, 0)).collect();
                put("prefixItems", schemas.into());
                if self.choices.one_in(2) {
                    put("items", self.schema(depth, 0));
                }
                if self.choices.one_in(3) {
                    put("maxItems", json!(1 + self.choices.below(3)));
                }
            }
            33 => put("contains", self.schema(depth, 0)),
            34 => {
                put("contains", self.schema(depth, 0));
                put("maxContains", json!(1));
                put("minContains", json!(self.choices.below(2)));
            }
            35 | 36 => put("unevaluatedProperties", self.schema(depth.min(1), 0)),
            37 => put("unevaluatedItems", self.schema(depth.min(1), 0)),
            38 => {
                put("type", json!("object"));
                let tag = *self.choices.pick(&["a", "b"]);
                put("required", json!(["a"]));
                put("properties", json!({"a": {"const": tag}}));
                put("unevaluatedProperties", json!(false));
                put("allOf", self.list(depth, free));
            }
            _ if self.sayable || number == 39 => put("description", json!("words")),
            _ => {
                let branches: Vec<_> = (0..2).map(|_| self.tagged_branch()).collect();
                put("oneOf", branches.into());
            }
        }
    }

    /// A branch of a tagged union that 3.0 cannot say exactly, and that may or may not differ from the others.
    fn tagged_branch(&mut self) -> Value {
        let mut branch = json!({"properties": {"a": {"enum": [*self.choices.pick(&["a", "b", "xab"])]}}});
        let types = [json!("object"), json!("array"), json!(["object", "array"]), json!("string")];
        branch["type"] = self.choices.pick(&types).clone();
        if self.choices.below(3) < 2 {
            branch["required"] = json!(["a"]);
        }
        if self.choices.one_in(4) {
            branch.as_object_mut().unwrap().shift_remove("type");
        }
        branch["propertyNames"] = json!({"maxLength": 1 + self.choices.below(2)});
        branch["contains"] = json!({"type": *self.choices.pick(&TYPES)});
        branch
    }

    fn list(&mut self, depth: usize, free: usize) -> Value {
        (0..=self.choices.below(3)).map(|_| self.schema(depth, free)).collect()
    }

    fn map(&mut self, names: &[&str], depth: usize) -> Value {
        let names: Vec<_> = (0..=self.choices.below(2)).map(|_| (*self.choices.pick(names)).to_owned()).collect();
        Value::Object(names.into_iter().map(|name| (name, self.below(depth))).collect())
    }

    /// A schema for a part of the instance: it may refer to any component.
    fn below(&mut self, depth: usize) -> Value {
        if self.choices.one_in(4) {
            return json!({"$ref": format!("#/components/schemas/C{}", self.choices.below(COMPONENTS))});
        }
        self.schema(depth, 0)
    }

    /// An instance that the schema may well accept.
    pub fn instance(&mut self, schema: &Value, components: &Map<String, Value>, depth: usize) -> Value {
        let Some(object) = schema.as_object().filter(|_| depth > 0 && !self.choices.one_in(8)) else {
            return self.choices.pick(&pool()).clone();
        };
        if let Some(only) = object.get("const") {
            return only.clone();
        }
        if let Some(all) = object.get("enum").and_then(Value::as_array) {
            return self.choices.pick(all).clone();
        }
        let mut sources = Vec::new();
        if let Some(name) = object.get("$ref").and_then(Value::as_str) {
            sources.extend(components.get(name.trim_start_matches("#/components/schemas/")));
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            sources.extend(object.get(keyword).and_then(Value::as_array).into_iter().flatten());
        }
        sources.extend(["if", "then", "else"].iter().filter_map(|keyword| object.get(*keyword)));
        sources.extend(object.get("dependentSchemas").and_then(Value::as_object).into_iter().flat_map(Map::values));
        let mut base = None;
        if !sources.is_empty() && self.choices.below(4) < 3 {
            let source = *self.choices.pick(&sources);
            base = Some(self.instance(source, components, depth - 1));
        }
        let types: Vec<&str> = match object.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ if ["properties", "required", "additionalProperties", "patternProperties", "unevaluatedProperties"]
                .iter()
                .any(|keyword| object.contains_key(*keyword)) =>
            {
                vec!["object"]
            }
            _ if ["items", "prefixItems", "contains"].iter().any(|keyword| object.contains_key(*keyword)) => {
                vec!["array"]
            }
            _ => return base.unwrap_or_else(|| self.choices.pick(&pool()).clone()),
        };
        match *self.choices.pick(&types) {
            "null" => Value::Null,
            "object" => self.object(object, base, components, depth),
            "array" => self.array(object, base, components, depth),
            _ => base.unwrap_or_else(|| self.choices.pick(&pool()).clone()),
        }
    }

    fn object(
        &mut self,
        schema: &Map<String, Value>,
        base: Option<Value>,
        all: &Map<String, Value>,
        depth: usize,
    ) -> Value {
        let mut members = base.and_then(|base| base.as_object().cloned()).unwrap_or_default();
        let parts = [("properties", 2), ("patternProperties", 2)];
        for (keyword, chance) in parts {
            for (name, below) in schema.get(keyword).and_then(Value::as_object).into_iter().flatten() {
                if self.choices.below(chance + 1) < chance {
                    let name = if keyword == "properties" { name } else { *self.choices.pick(&["xa", "xb", "a"]) };
                    members.insert(name.to_owned(), self.instance(below, all, depth - 1));
                }
            }
        }
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            let value = self.choices.pick(&pool()).clone();
            members.entry(name).or_insert(value);
        }
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            if let Some(below) = schema.get(keyword)
                && self.choices.one_in(2)
            {
                members.insert("q".to_owned(), self.instance(below, all, depth - 1));
            }
        }
        members.into()
    }

    fn array(
        &mut self,
        schema: &Map<String, Value>,
        base: Option<Value>,
        all: &Map<String, Value>,
        depth: usize,
    ) -> Value {
        let mut elements = base.and_then(|base| base.as_array().cloned()).unwrap_or_default();
        for below in schema.get("prefixItems").and_then(Value::as_array).into_iter().flatten() {
            elements.push(self.instance(below, all, depth - 1));
        }
        for keyword in ["contains", "items", "unevaluatedItems"] {
            if let Some(below) = schema.get(keyword) {
                for _ in 0..self.choices.below(3) {
                    elements.push(self.instance(below, all, depth - 1));
                }
            }
        }
        elements.into()
    }
}
