//! The same contract gives the same folder, byte for byte.

mod support;

use openapi_contract::{Document, Format};
use serde_json::{Value, json};

#[test]
fn generating_twice_gives_the_same_bytes_and_changes() {
    for sample in support::samples() {
        let once = openapi_codegen::generate(&sample.document, "a test").unwrap();
        // Another thread has other seeds for its hash maps.
        let document = sample.document.clone();
        let again = std::thread::spawn(move || openapi_codegen::generate(&document, "a test").unwrap()).join().unwrap();
        assert_eq!(once.folder, again.folder, "{}", sample.name);
        assert_eq!(once.changes, again.changes, "{}", sample.name);
        assert_eq!(once.operations, again.operations, "{}", sample.name);
        assert_eq!(once.extra_crates, again.extra_crates, "{}", sample.name);
    }
}

#[test]
fn operations_stand_in_the_contracts_order() {
    let paths = |order: [&str; 3]| {
        let paths: serde_json::Map<String, Value> =
            order.iter().map(|path| ((*path).to_owned(), json!({"get": {"responses": {}}}))).collect();
        let root = json!({"openapi": "3.0.3", "info": {"title": "Order", "version": "1"}, "paths": paths});
        let generated =
            openapi_codegen::generate(&Document::from_value(root, Format::Json).unwrap(), "a test").unwrap();
        generated.operations.into_iter().map(|operation| operation.path).collect::<Vec<_>>()
    };
    assert_eq!(paths(["/b", "/a", "/c"]), ["/b", "/a", "/c"]);
    assert_eq!(paths(["/c", "/b", "/a"]), ["/c", "/b", "/a"]);
}

#[test]
fn types_do_not_depend_on_the_order_of_schemas() {
    let sample = support::samples().into_iter().find(|sample| sample.name == "twins").unwrap();
    let mut root = sample.document.into_root();
    let folder = |root: &Value| {
        let document = Document::from_value(root.clone(), Format::Json).unwrap();
        openapi_codegen::generate(&document, "a test").unwrap().folder
    };
    let given = folder(&root);
    if let Some(Value::Object(schemas)) = root.pointer_mut("/components/schemas") {
        *schemas = std::mem::take(schemas).into_iter().rev().collect();
    }
    assert_eq!(given, folder(&root));
}
