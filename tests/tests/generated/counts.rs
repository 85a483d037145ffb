//! Everything is counted once: what the contract has is what was generated.

use std::collections::BTreeSet;

use compass_api::Operation;
use workspace_tests::contract;

use crate::types::BY_NAME;

/// The HTTP methods that a path item may have operations for.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

fn operations_of_contract() -> BTreeSet<(String, String, String)> {
    let paths = contract::document()["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |method| {
            let id = item[method]["operationId"].as_str()?;
            Some((id.to_owned(), method.to_uppercase(), path.clone()))
        })
    });
    operations.collect()
}

#[test]
fn the_11_operations_of_the_contract_are_the_generated_ones() {
    let generated: BTreeSet<_> = Operation::ALL
        .iter()
        .map(|operation| (operation.id().to_owned(), operation.method().to_owned(), operation.path().to_owned()))
        .collect();
    assert_eq!(generated, operations_of_contract());
    assert_eq!(generated.len(), 11);
}

#[test]
fn the_38_schemas_of_the_contract_are_generated_types() {
    // Each name in the table is a type of that name, or it would not compile.
    let generated: BTreeSet<_> = BY_NAME.iter().map(|(name, _)| *name).collect();
    let contract: BTreeSet<_> = contract::schema_names().into_iter().collect();
    assert_eq!(generated, contract);
    assert_eq!(generated.len(), 38);
}
