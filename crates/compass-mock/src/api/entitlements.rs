//! `POST /compass/v1/entitlements`

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Call, Done, Refusal};

pub(super) fn evaluate(mut call: Call<'_>) -> Result<Done, Refusal> {
    let mut request = call.object()?;
    let Some(Value::Array(names)) = request.remove("entitlements") else {
        return Err(Refusal::broken_contract("entitlements"));
    };
    let told = &call.shared.components.entitlements;
    let results = names.into_iter().filter_map(|name| match name {
        Value::String(name) => Some((told.get(&name).cloned().unwrap_or_else(granted), name)),
        _ => None,
    });
    let results: Map<String, Value> = results.map(|(result, name)| (name, result)).collect();
    Ok((StatusCode::OK, Some(json!({ "entitlements": results }))))
}

/// Which classes there are is not published; of a yes, this is the plainest.
fn granted() -> Value {
    json!({ "@class": "BooleanEntitlement", "value": true })
}
