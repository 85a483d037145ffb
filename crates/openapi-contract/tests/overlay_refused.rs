//! Overlays that break a rule, and overlays that do not fit their document: the whole message, as people read it.

use openapi_contract::overlay::Overlay;
use openapi_contract::{Document, ErrorKind, Format};
use serde_json::{Value, json};

fn refusal(text: &str) -> String {
    let error = Overlay::parse(text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Overlay, "{error}");
    error.to_string()
}

/// A whole overlay of this version around the fields that a case is about.
fn overlay(version: &str, fields: &str) -> String {
    format!("overlay: {version}\ninfo: {{title: T, version: '1'}}\n{fields}\n")
}

#[test]
fn rules_of_the_overlay_object() {
    for (text, message) in [
        ("", "(document): an overlay must be an object, and this is null"),
        ("[]", "(document): an overlay must be an object, and this is an array"),
        ("info: {}", "(document): an overlay must have the field \"overlay\", and it is missing; add it"),
        ("overlay: 1.0.0", "(document): an overlay must have the field \"info\", and it is missing; add it"),
        ("overlay: 1.0", "/overlay: version 1.0 is not read here, only 1.0.x and 1.1.x are, as a string"),
        ("overlay: 1.2.0", "/overlay: version \"1.2.0\" is not read here, only 1.0.x and 1.1.x are, as a string"),
        ("overlay: 1.0.x", "/overlay: version \"1.0.x\" is not read here, only 1.0.x and 1.1.x are, as a string"),
        ("overlay: '1.1.'", "/overlay: version \"1.1.\" is not read here, only 1.0.x and 1.1.x are, as a string"),
        ("overlay: 1.0.0\ninfo: T", "/info: info must be an object, and this is a string (\"T\")"),
        (
            "overlay: 1.0.0\ninfo: {}\nextend: x",
            "/extend: is no field of an overlay; there are overlay, info, extends, actions, and extensions, which \
             begin with \"x-\"",
        ),
    ] {
        assert_eq!(refusal(text), message, "{text}");
    }
    for (fields, message) in [
        ("", "(document): an overlay must have the field \"actions\", and it is missing; add it"),
        ("extends: 1\nactions: []", "/extends: must be a string, and this is a number (1); put it in quotes"),
        ("actions: {}", "/actions: must be an array, and this is an object"),
        ("actions: []", "/actions: must contain at least one action; an overlay without any does nothing"),
        ("actions: [~]", "/actions/0: an action must be an object, and this is null"),
        (
            "actions: [{target: $, update: {a: 1, b: 2}}, {target: $.a, remove: true}, {update: {b: 2, a: 1}, target: $}]",
            "/actions/2: is the same as action 0, and actions must be unique; remove one of them",
        ),
    ] {
        assert_eq!(refusal(&overlay("1.0.0", fields)), message, "{fields}");
    }
}

#[test]
fn rules_of_the_info_object() {
    for (text, message) in [
        ("1.0.0\ninfo: {version: '1'}", "/info: info must have the field \"title\", and it is missing; add it"),
        ("1.0.0\ninfo: {title: T}", "/info: info must have the field \"version\", and it is missing; add it"),
        ("1.0.0\ninfo: {title: ~, version: '1'}", "/info/title: must be a string, and this is null"),
        (
            "1.1.0\ninfo: {title: T, version: 1.0}",
            "/info/version: must be a string, and this is a number (1.0); put it in quotes",
        ),
        (
            "1.0.9\ninfo: {title: T, version: '1', description: D}",
            "/info/description: is a field of Overlay 1.1, and this overlay is written in 1.0; say overlay: 1.1.0",
        ),
        (
            "1.1.0\ninfo: {title: T, version: '1', description: []}",
            "/info/description: must be a string, and this is an array",
        ),
        (
            "1.1.0\ninfo: {title: T, version: '1', licence: D}",
            "/info/licence: is no field of info; there are title, version, description, and extensions, which begin \
             with \"x-\"",
        ),
    ] {
        assert_eq!(refusal(&format!("overlay: {text}")), message, "{text}");
    }
}

#[test]
fn rules_of_the_action_object() {
    for (version, action, message) in [
        ("1.0.0", "{update: 1}", "/actions/0: an action must have the field \"target\", and it is missing; add it"),
        ("1.0.0", "{target: [$]}", "/actions/0/target: must be a string, and this is an array"),
        (
            "1.0.0",
            "{target: $, description: 5}",
            "/actions/0/description: must be a string, and this is a number (5); put it in quotes",
        ),
        (
            "1.0.0",
            "{target: $, remove: 'yes'}",
            "/actions/0/remove: must be true or false, and this is a string (\"yes\")",
        ),
        (
            "1.0.0",
            "{target: $, copy: $.a}",
            "/actions/0/copy: is a field of Overlay 1.1, and this overlay is written in 1.0; say overlay: 1.1.0",
        ),
        (
            "1.0.0",
            "{target: $, udpate: 1}",
            "/actions/0/udpate: is no field of an action; there are target, description, update, remove, and \
             extensions, which begin with \"x-\"",
        ),
        (
            "1.1.0",
            "{target: $, copy: 1}",
            "/actions/0/copy: must be a string, and this is a number (1); put it in quotes",
        ),
        (
            "1.1.0",
            "{target: $}",
            "/actions/0: must have one of update, remove and copy, and has none; say what is to be done",
        ),
        (
            "1.1.0",
            "{target: $, update: {}, remove: true}",
            "/actions/0: must have one of update, remove and copy, and has update and remove; make them actions of \
             their own",
        ),
        (
            "1.1.0",
            "{target: $, copy: $, update: ~}",
            "/actions/0: must have one of update, remove and copy, and has update and copy; make them actions of their \
             own",
        ),
        (
            "1.0.0",
            "{target: info.title, update: 1}",
            "/actions/0/target: \"info.title\" is not a valid JSONPath (RFC 9535): at character 1, parser error; a \
             query begins with \"$\", and names with other characters than letters, digits and \"_\" stand in \
             brackets: $['x-name']",
        ),
        (
            "1.1.0",
            "{target: $, copy: '$.paths./a'}",
            "/actions/0/copy: \"$.paths./a\" is not a valid JSONPath (RFC 9535): at character 9, in dot member name, \
             must start with lowercase alpha or '_'; a query begins with \"$\", and names with other characters than \
             letters, digits and \"_\" stand in brackets: $['x-name']",
        ),
    ] {
        assert_eq!(refusal(&overlay(version, &format!("actions: [{action}]"))), message, "{action}");
    }
}

#[test]
fn extensions_may_stand_anywhere() {
    let text =
        "overlay: 1.1.7\nx-a: 1\ninfo: {title: T, version: '1', x-b: 2}\nactions: [{target: $, remove: false, x-c: ~}]";
    assert!(Overlay::parse(text).is_ok());
}

#[test]
fn a_broken_overlay_names_its_file() {
    let error = Overlay::read("no/such.overlay.yaml").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().starts_with("no/such.overlay.yaml: "));
}

fn misfit(version: &str, action: &str, mut root: Value) -> String {
    let overlay = Overlay::parse(&overlay(version, &format!("actions: [{action}]"))).unwrap();
    let error = overlay.apply_to(&mut root).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Overlay, "{error}");
    error.to_string()
}

#[test]
fn overlays_that_do_not_fit() {
    for (version, action, message) in [
        (
            "1.0.0",
            "{target: $, remove: true}",
            "/actions/0/target: \"$\" selects the document itself, which cannot be removed; select what is in it",
        ),
        (
            "1.0.0",
            "{target: $.object, update: [1]}",
            "/actions/0/update: \"$.object\": an object at /object cannot be updated with an array; objects merge with \
             objects, arrays with arrays and primitives replace primitives, so remove the node in an action of its \
             own and add it anew to its parent",
        ),
        (
            "1.0.0",
            "{target: $, update: {object: {array: {}}}}",
            "/actions/0/update: \"$\": an array at /object/array cannot be updated with an object; objects merge with \
             objects, arrays with arrays and primitives replace primitives, so remove the node in an action of its \
             own and add it anew to its parent",
        ),
        (
            "1.0.0",
            "{target: $.text, update: other}",
            "/actions/0/update: \"$.text\": Overlay 1.0 cannot update /text, a string, with a string; select the object that contains it, or say overlay: 1.1.0",
        ),
        (
            "1.1.0",
            "{target: $.text, update: {}}",
            "/actions/0/update: \"$.text\": a string at /text cannot be updated with an object; objects merge with objects, \
             arrays with arrays and primitives replace primitives, so remove the node in an action of its own and add \
             it anew to its parent",
        ),
        (
            "1.1.0",
            "{target: $.*, update: 1}",
            "/actions/0/target: \"$.*\" selects /object, an object, and /text, a string; an update or copy needs all \
             objects, all arrays or all primitives, so split the action",
        ),
        (
            "1.1.0",
            "{target: $.object, copy: $.nothing}",
            "/actions/0/copy: \"$.nothing\" selects 0 nodes, and a copy needs exactly one",
        ),
        (
            "1.1.0",
            "{target: $.object, copy: $.*}",
            "/actions/0/copy: \"$.*\" selects 2 nodes, and a copy needs exactly one",
        ),
        (
            "1.1.0",
            "{target: $.text, copy: $.object}",
            "/actions/0/copy: \"$.text\": a string at /text cannot be updated with an object; objects merge with objects, \
             arrays with arrays and primitives replace primitives, so remove the node in an action of its own and add \
             it anew to its parent",
        ),
    ] {
        assert_eq!(misfit(version, action, json!({"object": {"array": []}, "text": "t"})), message, "{action}");
    }
}

#[test]
fn what_is_left_must_be_a_document() {
    let document = Document::parse(r#"{"openapi": "3.1.0", "info": {}, "paths": {}}"#).unwrap();
    for (action, end) in [
        (
            "{target: $, update: {openapi: 4.0.0}}",
            "/openapi: version \"4.0.0\" is not read here, only 3.0.x and 3.1.x are",
        ),
        ("{target: $.*, remove: true}", "(document): the key \"openapi\" is missing, so this is no OpenAPI document"),
    ] {
        let error =
            Overlay::parse(&overlay("1.0.0", &format!("actions: [{action}]"))).unwrap().apply(&document).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Overlay);
        assert_eq!(error.to_string(), format!("after the overlay \"T\" the document can no longer be read: {end}"));
    }
    let to_3_0 = overlay("1.0.0", "actions: [{target: $, update: {openapi: 3.0.3}}]");
    let applied = Overlay::parse(&to_3_0).unwrap().apply(&document).unwrap();
    assert_eq!(applied.document.version().to_string(), "3.0");
}

#[test]
fn copies_of_copies_stop_before_memory_or_stack_does() {
    // Each action makes the array twice as long.
    let doubling = (0..60).map(|n| format!("{{target: $.a, copy: $.a, x-{n}: 0}}")).collect::<Vec<_>>().join(", ");
    let error = misfit("1.1.0", &doubling, json!({"a": [1]}));
    assert_eq!(
        error,
        "/actions/20/copy: \"$.a\": with this at /a, the overlay would add more than 2000000 values; split it"
    );
    // Each action makes the document twice as deep.
    let deepening = (0..60)
        .map(|n| format!("{{target: '$..[?length(@) == 0]', copy: $, x-{n}: 0}}"))
        .collect::<Vec<_>>()
        .join(", ");
    let error = misfit("1.1.0", &deepening, json!({"a": {}}));
    assert!(
        error.starts_with(
            "/actions/6/copy: \"$..[?length(@) == 0]\": this would nest objects and arrays more than 127 deep"
        ),
        "{error}"
    );
}

#[test]
fn the_deepest_result_that_is_allowed_can_be_read_back() {
    // Every way for a node to come in: appended, concatenated at the target and below it, and merged.
    for (action, above) in [
        ("{target: $.to.array, copy: $.from}", 4),
        ("{target: $.to.array, copy: $.merge.array}", 3),
        ("{target: $.to, copy: $.merge}", 3),
        ("{target: $.to.empty, copy: $.merge}", 4),
    ] {
        let overlay = Overlay::parse(&overlay("1.1.0", &format!("actions: [{action}]"))).unwrap();
        let mut deepest = 0;
        for depth in 110..126 {
            let nested = (0..depth).fold(json!(1), |inner, _| json!([inner]));
            let mut root =
                json!({"from": {"deep": nested}, "merge": {"array": [nested]}, "to": {"array": [], "empty": {}}});
            if overlay.apply_to(&mut root).is_ok() {
                assert!(Format::Json.parse(&root.to_string()).is_ok(), "{action}, {depth}");
                deepest = deepest.max(depth);
            }
        }
        assert_eq!(deepest + above, 127, "{action}");
    }
}
