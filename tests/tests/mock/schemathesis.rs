//! schemathesis draws requests from the contract, right ones and wrong ones, and holds the answers against it.
//!
//! `cargo xtask test` installs it; where nobody did, the test says that it was skipped.

use std::{env, fs, process::Command};

use compass_mock::Mock;
use serde_json::{Value, json};

/// The contract as the mock has it: after its overlays.
const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/compass-mock/src/generated/compass-v1.json");

const COMPONENT: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
                         0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
const SOURCE: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-source/\
                      0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/c2e5b9e3-a4d7-4e6f-b8d1-2f3e4d5c6b7a";
const DEFINITION: &str = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:metric-definition/\
                          0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/d3f6caf4-b5e8-4f70-89e2-304f5e6d7c8b";

/// What must hold of every answer. Whether a request is refused is not asked: that is more than the contract says.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// What gateways answer before the API is asked, which the contract leaves out (NOTES: "Errors").
const OF_GATEWAYS: [(&str, &str); 2] = [("401", "No credentials, or wrong ones."), ("405", "Another method.")];

/// The contract, and what gateways answer.
fn contract() -> Value {
    let text = fs::read_to_string(CONTRACT).unwrap_or_else(|error| panic!("{CONTRACT}: {error}"));
    let mut contract: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{CONTRACT}: {error}"));
    let paths = contract["paths"].as_object_mut().unwrap();
    for operation in paths.values_mut().flat_map(|path| path.as_object_mut().unwrap().values_mut()) {
        for (status, description) in OF_GATEWAYS {
            let responses = operation["responses"].as_object_mut().unwrap();
            responses.entry(status).or_insert_with(|| json!({ "description": description }));
        }
    }
    // It names no answer to a body that breaks it; there has to be one.
    let refused = json!({ "description": "The request is not valid.", "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/ErrorResponseDto" }
    } } });
    contract["paths"]["/compass/v1/entitlements"]["post"]["responses"]["400"] = refused;
    contract
}

/// The same with what the contract has in words only, so that not every request drawn is a wrong one.
fn with_ids_and_one_kind(mut contract: Value) -> Value {
    let schemas = &mut contract["components"]["schemas"];
    schemas["CreateStreamlinedEventRequest"]["properties"]["componentId"]["enum"] = json!([COMPONENT, null]);
    schemas["CompassEventInputDto"]["minProperties"] = json!(1);
    schemas["CompassEventInputDto"]["maxProperties"] = json!(1);
    for kind in schemas["CompassEventInputDto"]["properties"].as_object_mut().unwrap().values_mut() {
        *kind = kind["oneOf"][0].clone();
    }
    for body in ["InsertMetricByMetricSourceRequestDto", "InsertMetricByMetricDefinitionRequestDto"] {
        let ids = schemas[body]["allOf"][1]["properties"].as_object_mut().unwrap();
        for (name, ari) in [("componentId", COMPONENT), ("metricSourceId", SOURCE), ("metricDefinitionId", DEFINITION)]
        {
            if let Some(id) = ids.get_mut(name) {
                id["const"] = json!(ari);
            }
        }
    }
    contract
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_answer_breaks_the_contract() {
    let Some(program) = env::var_os("COMPASS_SCHEMATHESIS") else {
        println!("skipped: no schemathesis; `cargo xtask test` installs it where there is python3");
        return;
    };
    let mock = Mock::builder().rate_limit(false).attachments(true).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("contract.json"), with_ids_and_one_kind(contract()).to_string()).unwrap();
    let mut command = Command::new(program);
    command.args(["run", "contract.json", "--url", &mock.base_url(), "--auth", "ada@example.com:token"]);
    command.args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "60"]);
    command.args(["--seed", "2026", "--suppress-health-check", "all", "--warnings", "off", "--no-color"]);
    // It keeps what it found in the current folder.
    command.current_dir(folder.path());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{report}\n{errors}");
    // All of them were called, not only those that could be read.
    assert!(report.contains("Tested: 11"), "{report}");
    // Right requests were among them.
    let received = mock.received();
    let counts = (received.events().len(), received.metrics().len(), received.webhooks().len());
    assert!(counts.0 > 10 && counts.1 > 10 && counts.2 > 10, "{counts:?}\n{report}");
}
