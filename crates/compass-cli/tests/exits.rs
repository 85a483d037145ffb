//! How the program ends: one code for each class of failure, the same told as text and as JSON.

mod support;

use std::fs;

use support::{COMPONENT, Ended, SOURCE, compass, events, server};

/// An event to a server that answers so, without waits between attempts.
fn against(answers: &'static [(&'static str, &'static str)], how: &[&str]) -> Ended {
    let server = server(answers);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("compass.toml"), "[client.retry]\nfirst_delay_ms = 0\nmax_attempts = 2\n").unwrap();
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

const REFUSED: &str = r#"{"errors":[{"type":"COMPONENT_NOT_FOUND","message":"No such component."}]}"#;

#[test]
fn every_answer_has_its_exit_code() {
    let cases: [(&'static [(&str, &str)], i32); 9] = [
        (&[("202 Accepted", "")], 0),
        (&[("200 OK", "")], 5),
        (&[("302 Found", "")], 5),
        (&[("400 Bad Request", r#"{"errors":[{"type":"FORMAT_INVALID","message":"Field [url] is invalid."}]}"#)], 3),
        (&[("401 Unauthorized", "")], 4),
        (&[("403 Forbidden", "<html>Forbidden</html>")], 4),
        (&[("404 Not Found", REFUSED)], 3),
        (&[("429 Too Many Requests", "")], 5),
        (&[("500 Internal Server Error", "")], 5),
    ];
    let mut told = String::new();
    for (answers, code) in cases {
        // A 429 lowers the client's rate, so that a second attempt would wait.
        let once = if answers[0].0.starts_with("429") { "once" } else { "" };
        let ended = if once.is_empty() { against(answers, &[]) } else { limited(answers) };
        assert_eq!(ended.code, code, "{answers:?}: {ended:?}");
        told.push_str(&format!("# {}\n{}\n", answers[0].0, ended.told()));
    }
    insta::assert_snapshot!(told);
}

fn limited(answers: &'static [(&'static str, &'static str)]) -> Ended {
    let server = server(answers);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("compass.toml"), "[client.retry]\nmax_attempts = 1\n").unwrap();
    let (_, args) = events().remove(3);
    compass([&args[..], &["--component", COMPONENT]].concat()).sending_to(&server.url).within(folder.path()).run()
}

#[test]
fn failures_as_json() {
    insta::assert_snapshot!(against(&[("404 Not Found", REFUSED)], &["--output", "json"]).told());
    insta::assert_snapshot!(against(&[("503 Service Unavailable", "")], &["--output", "json"]).told());
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
}

#[test]
fn a_broken_rule_alone_is_refused_and_not_usage() {
    let (_, args) = events().remove(1);
    let how = ["--completed-at", "2026-09-01T10:00:00Z", "--site=example", "--component", COMPONENT, "--dry-run"];
    let ended = compass([&args[..], &how].concat()).run();
    assert_eq!(ended.code, 3);
    insta::assert_snapshot!(ended.told());
}

#[test]
fn colours_are_for_terminals_and_no_color_is_kept() {
    let site = || compass(["site"]);
    assert!(!site().run().stderr.contains('\u{1b}'));
    assert!(site().env("CLICOLOR_FORCE", "1").run().stderr.contains('\u{1b}'));
    assert!(!site().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").run().stderr.contains('\u{1b}'));
}

#[test]
fn metrics_say_what_was_recorded() {
    let answer = r#"{"metricSourceId":"x","timestamp":"2026-09-01T12:00:00Z","value":87.5}"#;
    let server = server(Box::leak(Box::new([("200 OK", answer)])));
    let args = ["metric", "push", "-87.5", "--source", SOURCE, "--annotation", "a note", "--output=json"];
    let ended = compass(args).sending_to(&server.url).run();
    insta::assert_snapshot!(ended.told());
    insta::assert_snapshot!(server.came()[0].body.clone());
}
