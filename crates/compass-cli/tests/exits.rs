//! How the program ends: one code for each class of failure, the same told as text and as JSON.

mod support;

use std::fs;

use compass_mock::Fault;
use serde_json::json;
use support::{COMPONENT, Ended, SITE, SOURCE, compass, events, server};

/// An event to a server where all requests meet the fault, without waits between attempts.
fn against(fault: Fault, how: &[&str]) -> Ended {
    let server = server([fault]);
    let folder = tempfile::tempdir().unwrap();
    // A limit would be lowered by a 429, so that the second attempt would wait.
    let client = "[client]\nlimits = \"unlimited\"\nretry = { first_delay_ms = 0, max_attempts = 2 }\n";
    fs::write(folder.path().join("compass.toml"), client).unwrap();
    let (_, args) = events().remove(3);
    let ended = compass([&args[..], &["--component", COMPONENT], how].concat())
        .sending_to(&server.url)
        .within(folder.path())
        .run();
    Ended { stderr: without_times(&ended.stderr), stdout: without_times(&ended.stdout), ..ended }
}

/// The time that attempts took is another one each time.
fn without_times(text: &str) -> String {
    let mut parts = text.split(" attempts in ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, part| {
        format!("{told} attempts in … s{}", part.split_once(" s").map_or("", |(_, rest)| rest))
    })
}

fn refused(status: u16, kind: &str, message: &str) -> Fault {
    Fault::status(status).json(&json!({ "errors": [{ "type": kind, "message": message }] }))
}

#[test]
fn every_answer_has_its_exit_code() {
    let cases = [
        ("202 Accepted", Fault::none(), 0),
        ("200 OK", Fault::status(200), 5),
        ("302 Found", Fault::status(302), 5),
        ("400 Bad Request", refused(400, "FORMAT_INVALID", "Field [url] is invalid."), 3),
        ("401 Unauthorized", Fault::status(401), 4),
        ("403 Forbidden", Fault::html(403), 4),
        ("404 Not Found", refused(404, "COMPONENT_NOT_FOUND", "No such component."), 3),
        ("429 Too Many Requests", Fault::status(429), 5),
        ("500 Internal Server Error", Fault::status(500), 5),
    ];
    let mut told = String::new();
    for (name, fault, code) in cases {
        let ended = against(fault, &[]);
        assert_eq!(ended.code, code, "{name}: {ended:?}");
        told.push_str(&format!("# {name}\n{}\n", ended.told()));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn failures_as_json() {
    let not_found = refused(404, "COMPONENT_NOT_FOUND", "No such component.");
    insta::assert_snapshot!(against(not_found, &["--output", "json"]).told());
    insta::assert_snapshot!(against(Fault::status(503), &["--output", "json"]).told());
    insta::assert_snapshot!(compass(["event", "flag", "--output", "json", "--sequence", "x"]).run().told());
    insta::assert_snapshot!(compass(["event", "flag", "--output=json", "--nmae", "x"]).run().told());
}

#[test]
fn no_connection_is_not_delivered() {
    let (_, args) = events().remove(4);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("compass.toml"), "[client.retry]\nmax_attempts = 1\n").unwrap();
    // Port 9 is that of a service that nobody runs.
    let ended =
        compass(args).env("COMPASS_COMPONENT", COMPONENT).sending_to("http://127.0.0.1:9").within(folder.path()).run();
    assert_eq!(ended.code, 5);
    // Systems have numbers of their own for it.
    let told = ended.told();
    let (before, after) = told.split_once("(os error ").unwrap();
    insta::assert_snapshot!(format!("{before}(os error …){}", after.split_once(')').unwrap().1));
}

#[test]
fn what_is_missing_and_what_is_wrong_is_told_at_once() {
    insta::assert_snapshot!(compass(["event", "deployment"]).run().told());
    let args = [
        "event",
        "incident",
        "--name",
        "n",
        "--url",
        "ci.example.com",
        "--state",
        "resolved",
        "--started-at",
        "yesterday",
        "--severity",
        "9",
        "--id",
        " ",
        "--event-source",
        "s",
        "--site",
        "example",
        "--component",
        "b1f4a8d2",
        "--sequence=-1",
        "--dry-run",
    ];
    insta::assert_snapshot!(compass(args).run().told());
    insta::assert_snapshot!(compass(["metric", "push", "NaN", "--at", "x"]).run().told());
    insta::assert_snapshot!(compass(["attachment", "upload"]).run().told());
    insta::assert_snapshot!(compass(["run", "deployment", "--number", "x"]).run().told());
}

/// Of each kind, without its options and with all of them blank: one message has them all.
#[test]
fn every_kind_tells_all_that_is_missing_and_all_that_is_wrong_in_one_message() {
    // The two that have a value unless told otherwise.
    let has_default = |flag: &str| ["--at", "--sequence"].contains(&flag);
    // No rule of the contract is against an empty one.
    let may_be_blank = |flag: &str| flag == "--name";
    for (kind, args) in events() {
        let flags: Vec<_> = args.iter().copied().filter(|arg| arg.starts_with("--")).collect();
        let missing = compass(["event", kind, "--component", "x"]).run();
        let blank = flags.iter().flat_map(|flag| [*flag, " "]);
        let wrong = compass(["event", kind, "--component", "x"].into_iter().chain(blank)).run();
        for (ended, is_missing) in [(missing, true), (wrong, false)] {
            assert_eq!(ended.code, 2, "{kind}: {ended:?}");
            assert_eq!(ended.stderr.matches("error: ").count(), 1, "{kind}: {ended:?}");
            let passes = |flag: &&&str| if is_missing { has_default(flag) } else { may_be_blank(flag) };
            for flag in flags.iter().filter(|flag| !passes(flag)) {
                let lines = ended.stderr.lines().filter(|line| line.starts_with(&format!("  {flag}")));
                assert_eq!(lines.count(), 1, "{kind} {flag}: {ended:?}");
            }
            for place in ["--component", "--site", "--email", "--token-stdin"] {
                assert!(ended.stderr.contains(&format!("\n  {place}")), "{kind} {place}: {ended:?}");
            }
        }
    }
}

#[test]
fn a_mistyped_option_gets_the_one_that_was_meant() {
    for (typed, meant) in [("--enviroment", "--environment"), ("--compnent", "--component"), ("--dry_run", "--dry-run")]
    {
        let ended = compass(["event", "deployment", typed]).run();
        assert_eq!(ended.code, 2);
        assert!(ended.stderr.contains(&format!("a similar argument exists: '{meant}'")), "{ended:?}");
    }
    assert!(compass(["event", "deploymnet"]).run().stderr.contains("'deployment'"));
}

#[test]
fn a_broken_rule_alone_is_refused_and_not_usage() {
    let (_, args) = events().remove(1);
    let how = ["--completed-at", "2026-09-01T10:00:00Z", "--site=example", "--component", COMPONENT, "--dry-run"];
    let ended = compass([&args[..], &how].concat()).run();
    assert_eq!(ended.code, 3);
    insta::assert_snapshot!(ended.told());
}

const ONE_FLAG: &str = r#"{"flag": {"displayName": "dark mode on", "description": "", "url": "https://flags.example.com",
    "lastUpdated": "2026-09-01T12:00:00Z", "updateSequenceNumber": 1, "externalEventSourceId": "flags:acme/shop",
    "flagProperties": {"id": "dark-mode"}}}"#;

#[test]
fn colours_are_for_terminals_and_no_color_is_kept() {
    let site = || compass(["site"]);
    assert!(!site().run().stderr.contains('\u{1b}'));
    assert!(site().env("CLICOLOR_FORCE", "1").run().stderr.contains('\u{1b}'));
    assert!(!site().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").run().stderr.contains('\u{1b}'));
    // Where there are many records, too.
    let many = || compass(["event", "send", "-", "--cloud-id", SITE, "--dry-run"]).stdin(ONE_FLAG);
    assert!(!many().run().stderr.contains('\u{1b}'));
    assert!(many().env("CLICOLOR_FORCE", "1").run().stderr.contains("\u{1b}[0m dry run"));
}

#[test]
fn metrics_say_what_was_recorded() {
    let server = server([]);
    let args = ["metric", "push", "-87.5", "--source", SOURCE, "--annotation", "a note", "--output=json"];
    let ended = compass(args).sending_to(&server.url).run();
    insta::assert_snapshot!(ended.told());
    insta::assert_snapshot!(server.bodies()[0]);
}
