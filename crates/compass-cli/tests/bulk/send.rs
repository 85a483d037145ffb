//! `compass event send` and `compass metric send`.

use std::io::Write as _;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use insta::assert_snapshot;
use serde_json::{Value, json};

use compass_mock::Fault;

use crate::support::{Bell, COMPONENT, SOURCE, Server, server};
use crate::world::{Folder, NO_ONE, SITE, flag, ids, shown};

#[test]
fn what_cannot_be_begun_is_told_and_nothing_is_sent() {
    let (folder, server) = (Folder::new(), server([]));
    folder.events(&["a"]).write("taken.jsonl", "");
    let runs: [&[&str]; 4] = [
        &["event", "send", "missing.jsonl"],
        &["event", "send", "events.jsonl"],
        &["event", "send", "events.jsonl", "--cloud-id", SITE, "--report", "taken.jsonl"],
        &["event", "send", "events.jsonl", "--cloud-id", SITE, "--resume", "taken.jsonl"],
    ];
    assert_snapshot!("not_begun", runs.map(|args| shown(&folder.run(&server, args))).join("\n"));
    assert_eq!(server.bodies(), [] as [Value; 0]);
}

#[test]
fn bad_records_do_not_stop_the_others() {
    let folder = Folder::new();
    let missing = json!({ "errors": [{ "type": "COMPONENT_NOT_FOUND", "message": "None." }] });
    let missing = || Fault::status(404).json(&missing);
    // One after the other: a, own, b, c, and b once more.
    let server = server([Fault::none(), Fault::none(), missing(), Fault::none(), missing()]);
    let own = json!({ "componentId": COMPONENT, "event": flag("own") });
    folder.write("events.jsonl", &format!("{}\n{own}\n\n{{}}\n{}\n{}\n", flag("a"), flag("b"), flag("c")));
    let args = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--report", "report.jsonl", "--concurrency", "1"];
    let run = folder.run(&server, &args);
    assert_snapshot!("send_mixed", format!("{}\n--- report\n{}", shown(&run), folder.read("report.jsonl")));
    assert_eq!(ids(&server), ["a", "b", "c", "own"]);
    let own = server.bodies().into_iter().find(|body| body.to_string().contains("\"own\"")).unwrap();
    assert_eq!(own["componentId"], COMPONENT);
    // What was accepted is not sent again; what was rejected is.
    let args = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--resume", "report.jsonl", "--output", "json"];
    assert_snapshot!("resume_mixed", shown(&folder.run(&server, &args)));
    assert_eq!(ids(&server), ["a", "b", "b", "c", "own"]);
}

#[test]
fn wrong_credentials_stop_it_and_it_can_be_resumed_even_from_a_report_that_is_cut_off() {
    let (folder, refusing, server) = (Folder::new(), server([Fault::status(401)]), server([]));
    folder.events(&["a", "b", "c"]);
    let one = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--concurrency", "1"];
    let run = folder.run(&refusing, &[&one[..], &["--report", "report.jsonl"]].concat());
    assert_snapshot!("wrong_credentials", shown(&run));
    assert_eq!(refusing.came().len(), 1);
    let report = folder.read("report.jsonl");
    folder.write("report.jsonl", &format!("{report}{{\"record\":2,\"line\":2,\"outco"));
    let run = folder.run(&server, &[&one[..], &["--resume", "report.jsonl"]].concat());
    assert_eq!(run.status.code(), Some(0), "{}", shown(&run));
    assert_eq!(ids(&server), ["a", "b", "c"]);
    assert_eq!(folder.read("report.jsonl").lines().count(), 5);
    // Nothing is left.
    let run = folder.run(&server, &[&one[..], &["--resume", "report.jsonl"]].concat());
    assert_snapshot!("nothing_left", shown(&run));
    assert_eq!(server.came().len(), 3);
}

#[test]
fn a_report_of_another_file_is_refused() {
    let (folder, server) = (Folder::new(), server([]));
    folder.events(&["a", "b"]);
    let run = folder.run(&server, &["event", "send", "events.jsonl", "--cloud-id", SITE, "--report", "report.jsonl"]);
    assert_eq!(run.status.code(), Some(0), "{}", shown(&run));
    let report = folder.read("report.jsonl");
    folder.events(&["a", "c"]);
    let run = folder.run(&server, &["event", "send", "events.jsonl", "--cloud-id", SITE, "--resume", "report.jsonl"]);
    assert_snapshot!("another_file", shown(&run));
    assert_eq!(folder.read("report.jsonl"), report);
}

#[test]
fn the_exit_code_is_of_what_has_to_be_mended_first() {
    let folder = Folder::new();
    let fault = |id: &&str| match *id {
        "refused" => Fault::status(400),
        "down" => Fault::status(501),
        "forbidden" => Fault::status(403),
        _ => Fault::none(),
    };
    let cases: [(&[&str], i32); 6] = [
        (&["a"], 0),
        (&["a", "refused"], 3),
        (&["down", "a"], 5),
        (&["down", "refused"], 5),
        (&["refused", "forbidden", "down", "a"], 4),
        (&["forbidden"], 4),
    ];
    for (ids, code) in cases {
        let server = server(ids.iter().map(fault));
        let args = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--concurrency", "1"];
        let run = folder.events(ids).run(&server, &args);
        assert_eq!(run.status.code(), Some(code), "{ids:?}: {}", shown(&run));
    }
}

#[test]
fn fail_fast_sends_nothing_after_a_failure_and_nothing_at_all_of_a_bad_file() {
    let folder = Folder::new();
    let server = server([Fault::none(), Fault::status(400), Fault::none()]);
    folder.events(&["a", "b", "c", "d"]);
    let args = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--fail-fast", "--concurrency", "1"];
    assert_snapshot!("fail_fast", shown(&folder.run(&server, &args)));
    assert_eq!(ids(&server), ["a", "b"]);
    let text = folder.read("events.jsonl");
    folder.write("events.jsonl", &format!("{text}{{}}\n"));
    assert_snapshot!("fail_fast_invalid", shown(&folder.run(&server, &args)));
    assert_eq!(server.came().len(), 2);
}

#[test]
fn a_dry_run_needs_no_token_and_sends_nothing() {
    let (folder, server) = (Folder::new(), server([]));
    folder.events(&["a", "b"]);
    let mut dry = folder.command(&server.url, &["event", "send", "events.jsonl", "--cloud-id", SITE, "--dry-run"]);
    assert_snapshot!("dry_run", shown(&dry.env_remove("COMPASS_API_TOKEN").output().unwrap()));
    assert_eq!(server.came().len(), 0);
}

#[test]
fn standard_input_is_sent_too() {
    let (folder, server) = (Folder::new(), server([]));
    let mut run = folder.command(&server.url, &["event", "send", "-", "--component", COMPONENT]);
    let mut run = run.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    run.stdin.take().unwrap().write_all(format!("[{}, {}]", flag("a"), flag("b")).as_bytes()).unwrap();
    assert_snapshot!("stdin", shown(&run.wait_with_output().unwrap()));
    assert_eq!(ids(&server), ["a", "b"]);
}

#[test]
fn a_metric_that_may_have_arrived_is_not_sent_again_unless_that_is_allowed() {
    let (folder, source) = (Folder::new(), SOURCE);
    let failing = server([Fault::none(), Fault::status(502), Fault::none()]);
    folder.write("values.csv", &format!("metricSourceId,value\n{source},1\n{source},2\n{source},3\n"));
    let run = folder.run(&failing, &["metric", "send", "values.csv", "--report", "report.jsonl"]);
    assert_snapshot!("metrics", format!("{}\n--- report\n{}", shown(&run), folder.read("report.jsonl")));
    let values = |server: &Server| server.bodies().iter().map(|body| body["value"].to_string()).collect::<Vec<_>>();
    assert_eq!(values(&failing), ["1.0", "2.0", "3.0"]);
    let server = server([]);
    let run = folder.run(&server, &["metric", "send", "values.csv", "--resume", "report.jsonl"]);
    assert_snapshot!("metrics_in_doubt", shown(&run));
    assert_eq!(values(&server), [] as [String; 0]);
    let run = folder.run(&server, &["metric", "send", "values.csv", "--resume", "report.jsonl", "--allow-repeat"]);
    assert_eq!(run.status.code(), Some(0), "{}", shown(&run));
    assert_eq!(values(&server), ["2.0"]);
}

#[test]
fn a_file_that_changes_while_it_is_sent_is_told() {
    let folder = Folder::new();
    folder.events(&["a", "b"]);
    let path = folder.path("events.jsonl");
    let append = move || {
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        writeln!(file, "{}", flag("late")).unwrap();
    };
    let (times, second) = (AtomicUsize::new(0), 1);
    let ring = Bell::new(move || {
        if times.fetch_add(1, Ordering::Relaxed) == second {
            append();
        }
    });
    let server = Server::with_clock([Fault::status(202)], ring);
    let args = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--concurrency", "1"];
    assert_snapshot!("changed", shown(&folder.run(&server, &args)));
}

#[test]
fn standard_input_has_the_token_or_the_records_and_not_both() {
    let folder = Folder::new();
    let all: [&[&str]; 2] = [&["event", "send", "-", "--token-stdin"], &["metric", "send", "-", "--token-stdin"]];
    for args in all {
        let run = folder.command(NO_ONE, args).output().unwrap();
        assert_eq!(run.status.code(), Some(2));
        let told = shown(&run);
        assert!(told.contains("error: --token-stdin: standard input has the records already"), "{told}");
    }
}

#[test]
fn settings_say_whom_events_are_for_and_results_for_programs_are_one_object() {
    let (folder, server) = (Folder::new(), server([]));
    folder.events(&["a"]).write("compass.toml", &format!("component = \"{COMPONENT}\"\n"));
    let run = folder.run(&server, &["event", "send", "events.jsonl", "--output", "json"]);
    assert_snapshot!("json", shown(&run));
    assert_eq!(server.bodies()[0]["componentId"], COMPONENT);
    let mut run = folder.command(&server.url, &["event", "send", "events.jsonl", "--output", "json"]);
    assert_snapshot!("json_failed", shown(&run.env_remove("COMPASS_API_TOKEN").output().unwrap()));
}
