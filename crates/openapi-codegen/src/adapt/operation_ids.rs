//! Every operation needs an ID, and the IDs must differ as Rust method names too.

use std::collections::HashSet;

use openapi_contract::Pointer;
use serde_json::Value;

use super::{Record, places};
use crate::names;

/// Methods that the client has beside its operations: its constructor and accessor, what it derives, and the hooks.
const OTHER_METHODS: [&str; 6] = ["new", "base_url", "clone", "pre", "exec", "post"];

/// Gives an ID to each operation without one, and tells apart those whose IDs become the same method name.
pub(super) fn adapt(root: &mut Value, record: &mut Record) {
    let places = places(root);
    let mut methods: HashSet<String> = OTHER_METHODS.map(str::to_owned).into();
    let mut variants = HashSet::new();
    for (path, method) in places {
        let pointer = Pointer::from_tokens(["paths", &path, &method]);
        let Some(Value::Object(operation)) = pointer.find_mut(root) else { continue };
        let given = operation.get("operationId").and_then(Value::as_str).filter(|id| !id.trim().is_empty());
        let wanted = given.map_or_else(|| format!("{method}{path}"), str::to_owned);
        let id = names::free_name(&wanted, |name| {
            methods.contains(&names::snake(name)) || variants.contains(&names::variant(name))
        });
        methods.insert(names::snake(&id));
        variants.insert(names::variant(&id));
        if given.is_none() {
            record.equivalent(
                "operation-id-made",
                &pointer,
                format!("has no operationId; it is called \"{id}\", after its method and path"),
            );
        } else if id != wanted {
            record.equivalent(
                "operation-id-collides",
                &pointer.join("operationId"),
                format!("\"{wanted}\" becomes a name that the client has already; the operation is called \"{id}\""),
            );
        }
        operation.insert("operationId".to_owned(), id.into());
    }
}
