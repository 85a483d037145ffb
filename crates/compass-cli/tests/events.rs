//! Events: what each kind's command would send, as text, as curl command and as JSON, and what it sends.

mod support;

use std::process::Command;

use compass_mock::Fault;
use compass_sdk::Event;
use compass_sdk::event::Kind;
use serde_json::Value;
use support::{COMPONENT, SITE, TOKEN, compass, events, server};

fn dry_run(args: &[&str], how: &[&str]) -> support::Ended {
    let all = [args, &["--site", "example", "--component", COMPONENT], how].concat();
    compass(all).run()
}

#[test]
fn every_kind_has_its_command() {
    let commands: Vec<_> = events().into_iter().map(|(kind, _)| kind.replace('-', "")).collect();
    assert_eq!(commands, Kind::ALL.map(|kind| kind.as_str().to_lowercase()));
}

#[test]
fn dry_runs_of_all_kinds() {
    let mut texts = String::new();
    for (kind, args) in events() {
        let ended = dry_run(&args, &["--dry-run"]);
        texts.push_str(&format!("# {kind}: {}\n", ended.told()));
    }
    insta::assert_snapshot!(texts);
}

#[test]
fn curl_commands_of_all_kinds() {
    let mut texts = String::new();
    for (kind, args) in events() {
        let ended = dry_run(&args, &["--curl", "-q"]);
        assert_eq!((ended.code, &*ended.stderr), (0, ""), "{kind}");
        texts.push_str(&format!("# {kind}\n{}", ended.stdout));
    }
    insta::assert_snapshot!(texts);
}

#[test]
fn the_sdk_reads_every_body_and_the_kind_is_the_commands() {
    for (kind, args) in events() {
        let json = dry_run(&args, &["--dry-run", "--output", "json"]).json();
        let event: Event = serde_json::from_value(json["request"]["body"]["event"].clone()).unwrap();
        assert_eq!(event.kind().as_str().to_lowercase(), kind.replace('-', ""));
        assert_eq!(json["request"]["body"]["componentId"], COMPONENT);
    }
}

/// A shell with a function in place of curl, which prints its words.
#[test]
fn a_shell_takes_the_curl_command_apart_as_it_is_meant() {
    for (kind, args) in events() {
        let command = dry_run(&args, &["--curl"]).stdout;
        let script = format!("curl() {{ printf '%s\\0' \"$@\"; cat; }}\n{command}");
        let mut shell = Command::new("sh");
        shell
            .args(["-euc", &script])
            .env_clear()
            .env("COMPASS_EMAIL", "me@example.com")
            .env("COMPASS_API_TOKEN", TOKEN);
        let output = shell.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let words: Vec<_> = printed.split_terminator('\0').collect();
        let after = |flag: &str| words.iter().position(|word| *word == flag).map(|place| words[place + 1]).unwrap();
        let [.., url, "--config", "-", config] = words[..] else { panic!("{kind}: {words:?}") };
        assert_eq!(url, "https://example.atlassian.net/gateway/api/compass/v1/events");
        // Nobody reads the token in a list of processes.
        assert_eq!(config, format!("user = \"me@example.com:{TOKEN}\"\n"), "{kind}");
        let shown = dry_run(&args, &["--dry-run", "--output=json"]).json();
        assert_eq!(serde_json::from_str::<Value>(after("--data-raw")).unwrap(), shown["request"]["body"], "{kind}");
    }
}

#[test]
fn what_is_sent_is_what_a_dry_run_shows() {
    let server = server([]);
    for (kind, args) in events() {
        let shown = dry_run(&args, &["--dry-run", "--output=json"]).json();
        let ended = compass([&args[..], &["--component", COMPONENT]].concat()).sending_to(&server.url).run();
        assert_eq!((ended.code, &*ended.stderr), (0, ""), "{kind}");
        let came = server.came().pop().unwrap();
        assert_eq!((came.method.as_str(), &*came.target), ("POST", "/gateway/api/compass/v1/events"));
        assert_eq!(came.json().unwrap(), shown["request"]["body"], "{kind}");
        assert!(came.header("authorization").unwrap().starts_with("Basic "));
    }
    assert_eq!(server.came().len(), 10);
}

#[test]
fn results_say_what_was_accepted_and_which_sequence_was_used() {
    let server = server([Fault::status(500), Fault::none()]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("compass.toml"), "[client.retry]\nfirst_delay_ms = 0\n").unwrap();
    let (_, args) = events().remove(3);
    let run =
        |how: &[&str]| compass([&args[..], how].concat()).env("COMPASS_COMPONENT", COMPONENT).sending_to(&server.url);
    insta::assert_snapshot!(run(&["--output", "json"]).within(folder.path()).run().told());
    insta::assert_snapshot!(run(&[]).run().told());
    insta::assert_snapshot!(run(&["-v"]).run().told());
    assert_eq!(run(&["-q"]).run().told(), "exit 0\n--- stdout\n--- stderr\n");
    let clock = run(&["--sequence", "now", "--output=json"]).run();
    assert_eq!(clock.code, 2, "given twice: {clock:?}");

    let place = args.iter().position(|arg| *arg == "--sequence").unwrap();
    let without = [&args[..place], &args[place + 2..]].concat();
    let json =
        compass(without).arg("--output=json").env("COMPASS_COMPONENT", COMPONENT).sending_to(&server.url).run().json();
    assert_eq!(json["sequence_from"], "clock");
    assert!(json["sequence"].as_i64().unwrap() > 1_700_000_000_000);
}

#[test]
fn without_a_component_the_site_is_asked_for_its_cloud_id() {
    let server = server([]);
    let (_, args) = events().remove(4);
    let json = compass(args.clone()).arg("--output=json").sending_to(&server.url).run().json();
    assert_eq!(json["component"], Value::Null);
    assert_eq!(json["cloud_id"], SITE);
    assert_eq!(server.came()[0].target, "/_edge/tenant_info");
    assert_eq!(server.mock.received().saved().len(), 1);
    let refused = compass(args).arg("--dry-run").sending_to(&server.url).run();
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--component or --cloud-id"), "{}", refused.stderr);
}

/// Every field of the contract's events has an option: with all options given, the body has all fields.
#[test]
fn every_field_of_the_contract_can_be_given() {
    let more: [(&str, &[&str]); 10] = [
        (
            "alert",
            &[
                "--status=closed",
                "--priority=P1",
                "--created-at=now",
                "--acknowledged-at=now",
                "--snoozed-at=now",
                "--closed-at=now",
            ],
        ),
        ("build", &["--pipeline-name=a", "--pipeline-url=https://a.example", "--state=failed", "--completed-at=now"]),
        ("custom", &[]),
        ("deployment", &["--started-at=now", "--completed-at=now"]),
        ("flag", &["--status=on"]),
        ("incident", &["--severity=one", "--severity-label=SEV-1", "--ended-at=now"]),
        ("lifecycle", &[]),
        ("pull-request", &[]),
        ("push", &["--author=Ada", "--author-email=ada@example.com"]),
        (
            "vulnerability",
            &[
                "--severity-label=a",
                "--score=8.1",
                "--discovery-source=a",
                "--vulnerable-target=a",
                "--remediated-at=now",
            ],
        ),
    ];
    let schema = schemars::schema_for!(Event).to_value();
    for ((kind, args), (same, more)) in events().into_iter().zip(more) {
        assert_eq!(kind, same);
        let args: Vec<_> = if kind == "build" {
            args.into_iter().filter(|arg| !["--state", "in-progress"].contains(arg)).collect()
        } else {
            args
        };
        let ended = dry_run(&[&args[..], more].concat(), &["--dry-run", "--output=json"]);
        let json = ended.json();
        let body = &json["request"]["body"]["event"];
        let wire = body.as_object().unwrap_or_else(|| panic!("{ended:?}")).keys().next().unwrap().clone();
        let branch = schema["oneOf"].as_array().unwrap().iter().find(|branch| branch["required"][0] == *wire).unwrap();
        let missing = absent(&schema, &branch["properties"][&wire], &body[&wire], &wire);
        assert!(missing.is_empty(), "{kind}: {missing:?}");
    }
}

/// The schema's fields that the value lacks.
fn absent(root: &Value, schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut schema = schema;
    if let Some(any) = schema["anyOf"].as_array() {
        schema = &any[0];
    }
    if let Some(reference) = schema["$ref"].as_str() {
        schema = root.pointer(reference.trim_start_matches('#')).unwrap();
    }
    let Some(fields) = schema["properties"].as_object() else { return Vec::new() };
    let each = fields.iter().flat_map(|(name, schema)| match value.get(name) {
        Some(value) => absent(root, schema, value, &format!("{path}.{name}")),
        None => vec![format!("{path}.{name}")],
    });
    each.collect()
}
