//! Parameters.

use serde_json::{Value, json};

use super::{DROPPED, EQUIVALENT, at, document, go, recorded, refused};

/// The names of the operation's parameters.
fn names(adapted: &super::Adapted) -> Vec<String> {
    let parameters = at(adapted, "parameters");
    parameters.as_array().unwrap().iter().map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
}

fn with(parameter: &Value) -> Result<super::Adapted, crate::Error> {
    go(&json!({"parameters": [parameter]}), &json!({}))
}

#[test]
fn parameters_of_the_path_item_join_the_operations_own_and_are_replaced_by_them() {
    let adapted = go(
        &json!({"parameters": [
            {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
            {"$ref": "#/components/parameters/Limit"},
        ]}),
        &json!({"parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}}}}),
    )
    .unwrap();
    assert_eq!(names(&adapted), ["id", "limit"]);
    assert_eq!(at(&adapted, "parameters/0/schema"), json!({"type": "integer"}));
    assert_eq!(adapted.root.pointer("/paths/~1lamps~1{id}/parameters"), None);
    recorded(&adapted, &[]);
}

#[test]
fn headers_that_openapi_ignores_are_ignored() {
    for name in ["Accept", "content-type", "Authorization"] {
        let adapted = with(&json!({"name": name, "in": "header", "required": true})).unwrap();
        assert_eq!(names(&adapted), ["id"]);
        recorded(&adapted, &[("header-parameter-ignored", EQUIVALENT, "parameters/0")]);
    }
}

#[test]
fn what_cannot_be_sent_is_left_out_and_told_or_refused_if_it_must_be_sent() {
    let array = json!({"type": "array", "items": {"type": "string"}});
    for (parameter, why) in [
        (json!({"name": "p", "in": "cookie", "schema": {"type": "string"}}), "no cookies"),
        (json!({"name": "p", "in": "query", "style": "deepObject", "schema": {"type": "object"}}), "deepObject"),
        (json!({"name": "p", "in": "query", "explode": false, "schema": array}), "explode: false"),
        (json!({"name": "p", "in": "query", "content": {"application/json": {}}}), "media type of its own"),
        (json!({"name": "p", "in": "header", "schema": array}), "into a header"),
        (json!({"name": "a b", "in": "header", "schema": {"type": "string"}}), "no name of a header"),
        (json!({"name": "p", "in": "body", "schema": {"type": "string"}}), "no place that OpenAPI knows"),
    ] {
        let adapted = with(&parameter).unwrap();
        assert_eq!(names(&adapted), ["id"]);
        recorded(&adapted, &[("parameter-left-out", DROPPED, "parameters/0")]);
        assert!(adapted.changes[0].reason.contains(why), "{}", adapted.changes[0].reason);

        let mut required = parameter.clone();
        required["required"] = true.into();
        let message = refused(with(&required));
        assert!(
            message.starts_with("operation go: /paths/~1lamps~1{id}/post/parameters/0: the parameter"),
            "{message}"
        );
        assert!(message.contains(why) && message.ends_with("with an overlay"), "{message}");
    }
}

#[test]
fn a_path_parameter_is_required_and_of_one_word() {
    let adapted = with(&json!({"name": "id", "in": "path", "schema": {"type": "string"}})).unwrap();
    assert_eq!(at(&adapted, "parameters/0/required"), json!(true));
    recorded(&adapted, &[("path-parameter-required", EQUIVALENT, "parameters/0")]);
    let array = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "array", "items": {}}});
    assert!(refused(with(&array)).contains("no arrays or objects into a path"));
    let matrix = json!({"name": "id", "in": "path", "required": true, "style": "matrix", "schema": {"type": "string"}});
    assert!(refused(with(&matrix)).contains("the style \"matrix\" in a path"));
}

#[test]
fn a_parameter_without_a_schema_is_a_string() {
    for schema in [None, Some(json!({})), Some(json!({"description": "Any."}))] {
        let mut parameter = json!({"name": "p", "in": "query"});
        if let Some(schema) = schema {
            parameter["schema"] = schema;
        }
        let adapted = with(&parameter).unwrap();
        assert_eq!(at(&adapted, "parameters/1/schema"), json!({"type": "string"}));
        recorded(&adapted, &[("parameter-without-schema", EQUIVALENT, "parameters/0")]);
    }
}

#[test]
fn paths_and_their_parameters_agree() {
    let superfluous = json!({"name": "other", "in": "path", "required": true, "schema": {"type": "string"}});
    assert!(refused(with(&superfluous)).contains("the path has no {other}"));
    let missing = document(&json!({"/a/{id}": {"get": {"operationId": "go"}}}), &json!({}));
    assert_eq!(refused(missing), "operation go: /paths/~1a~1{id}/get: the path has {id}, but no parameter defines it");
    for (path, why) in [
        ("a", "does not begin with a slash"),
        ("/a//b", "an empty segment"),
        ("/a/{", "do not enclose a name"),
        ("/a/{}", "do not enclose a name"),
        ("/a}/{b}", "do not enclose a name"),
        ("/a}", "closes nothing"),
    ] {
        let message = refused(document(&json!({path: {"get": {"operationId": "go"}}}), &json!({})));
        assert!(message.starts_with("operation go: ") && message.contains(why), "{message}");
    }
}

#[test]
fn arguments_that_would_have_one_name_are_refused() {
    let message = refused(with(&json!({"name": "ID", "in": "query", "schema": {"type": "string"}})));
    assert!(
        message.contains("the path parameter \"id\" and the query parameter \"ID\" would be one argument"),
        "{message}"
    );
    let body = json!({
        "parameters": [{"name": "body", "in": "query", "schema": {"type": "string"}}],
        "requestBody": {"required": true, "content": {"application/json": {"schema": {}}}},
    });
    assert!(refused(go(&body, &json!({}))).contains("the body and the query parameter \"body\""));
    let form = json!({"requestBody": {"required": true, "content": {"multipart/form-data": {"schema":
        {"properties": {"Id": {"type": "string"}}}}}}});
    assert!(refused(go(&form, &json!({}))).contains("the path parameter \"id\" and the form's field \"Id\""));
}
