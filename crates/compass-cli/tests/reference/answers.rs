//! The tables of answers say what the SDK makes of each status, and how the program ends.

use compass_mock::{Fault, Mock};
use serde_json::json;

use super::generated;
use super::pages::{ANSWERS, PAGES, SAMPLES, Shown};
use super::world::{WEBHOOK_ID, client, shell, site};

fn sample(operation: &str) -> &'static Shown {
    SAMPLES.iter().find(|shown| shown.operation() == operation).unwrap()
}

fn refuse_all(mock: &Mock, status: u16) {
    let errors = json!({ "errors": [{ "type": "ARGUMENT_INVALID", "message": "for a test" }] });
    mock.faults().script([Fault::status(status).json(&errors)]);
}

async fn kind_of(shown: &Shown, mock: &Mock) -> String {
    let failed = generated::run(&shown.key, &client(mock), WEBHOOK_ID).await.unwrap_err();
    let error = failed.downcast::<compass_sdk::Error>().unwrap();
    format!("{:?}", error.kind())
}

async fn exit_of(shown: &Shown, mock: &Mock) -> i32 {
    shell(&shown.compass, mock).await.status.code().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failure_is_of_the_kind_and_ends_with_the_code_of_its_table() {
    let mock = site().await;
    let failures: Vec<_> = ANSWERS.iter().filter(|answer| answer.kind != "Ok").collect();
    for answer in &failures {
        refuse_all(&mock, answer.status);
        let shown = sample(&answer.operation);
        assert_eq!(kind_of(shown, &mock).await, answer.kind, "{answer:?}");
        assert_eq!(exit_of(shown, &mock).await, answer.exit, "{answer:?}");
    }
    assert!(failures.len() > 30, "{}", failures.len());
}

#[test]
fn every_answer_of_the_contract_is_in_a_table() {
    let contract = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/compass-v1.json");
    let contract: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(contract).unwrap()).unwrap();
    for operation in contract["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values())
    {
        for status in operation["responses"].as_object().unwrap().keys() {
            let is_told = |answer: &&super::pages::Answer| {
                operation["operationId"] == *answer.operation && answer.status.to_string() == **status
            };
            assert_eq!(ANSWERS.iter().filter(is_told).count(), 1, "{} {status}", operation["operationId"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_any_request_can_meet_is_what_the_index_says() {
    let (_, index) = PAGES.iter().find(|(name, _)| name == "index.md").unwrap();
    let (_, table) = index.split_once("## What any request can meet").unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| ")).map(|line| line.split(" | ").collect::<Vec<_>>());
    let mock = site().await;
    let shown = sample("createCompassEvent");
    let mut count = 0;
    for row in rows.filter(|row| row.len() == 4) {
        let words = row[0].trim_start_matches("| ").split([' ', ',']);
        let statuses = words.filter_map(|word| word.replace("5xx", "503").parse::<u16>().ok());
        for status in statuses {
            refuse_all(&mock, status);
            assert_eq!(format!("`{}`", kind_of(shown, &mock).await), row[1], "{status}");
            assert_eq!(exit_of(shown, &mock).await.to_string(), row[2], "{status}");
            count += 1;
        }
    }
    assert_eq!(count, 8, "401, 403, 404, 408, 460, 499, 429, 5xx");
}
