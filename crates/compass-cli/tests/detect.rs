//! The `compass` program itself: `compass detect` with nothing but the environment that it is given.

use std::process::{Command, Output};

use serde_json::Value;

/// Runs `compass detect` where there is no git, and no variable but these.
fn detect(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_compass"));
    command.arg("detect").args(arguments).env_clear().envs(variables.iter().copied());
    command.env("PATH", directory.path()).current_dir(directory.path()).output().unwrap()
}

#[test]
fn json_is_on_stdout_and_nothing_on_stderr() {
    let variables = [("TRAVIS", "true"), ("TRAVIS_BUILD_ID", "7"), ("TRAVIS_REPO_SLUG", "acme/shop")];
    let output = detect(&["--output", "json"], &variables);
    assert!(output.status.success());
    assert!(output.stderr.is_empty());
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["data"]["build_id"], serde_json::json!({ "value": "7", "from": "TRAVIS_BUILD_ID" }));
    assert_eq!(json["data"]["event_source"]["value"], "travis-ci:acme/shop");
    assert_eq!(json["data"]["repository"]["value"]["url"], Value::Null);
    assert!(json["data"]["sequence"]["value"].as_i64().unwrap() > 1_780_000_000_000);
}

#[test]
fn finding_nothing_is_no_failure() {
    let output = detect(&[], &[]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("FIELD ") && text.contains("\nsystem        -\n"), "{text}");
}

#[test]
fn an_unknown_system_is_a_mistake_of_usage() {
    let output = detect(&["--system", "hudson"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("github-actions"));
}
