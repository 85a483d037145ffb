//! What became of it at the other end: the mock judges by the contract and knows what it saved.

mod support;

use std::fs;

use compass_sdk::event::Kind;
use support::{COMPONENT, Compass, DEFINITION, SOURCE, Server, compass, events, server};

/// The program, told to send to the server.
fn sending<'a>(server: &Server, args: impl IntoIterator<Item = &'a str>) -> Compass {
    compass(args).sending_to(&server.url)
}

#[test]
fn every_kind_arrives() {
    let server = server([]);
    for (kind, args) in events() {
        let ended = sending(&server, [&args[..], &["--component", COMPONENT]].concat()).run();
        assert_eq!(ended.code, 0, "{kind}: {ended:?}");
    }
    let saved: Vec<_> = server.mock.received().saved().iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(saved, Kind::ALL.map(Kind::as_str));
}

#[test]
fn updates_without_a_number_grow() {
    let server = server([]);
    for state in ["in-progress", "successful"] {
        let mut args = vec!["event", "deployment", "--state", state, "--environment", "test", "--number", "1"];
        args.extend(["--pipeline-id", "shop", "--name", "shop", "--url", "https://ci.example.com"]);
        args.extend(["--event-source", "ci:acme/shop", "--component", COMPONENT]);
        args.extend(["--started-at", "2026-09-01T12:00:00Z"]);
        if state == "successful" {
            args.extend(["--completed-at", "2026-09-01T12:01:00Z"]);
        }
        let ended = sending(&server, args).run();
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    let received = server.mock.received();
    assert_eq!((received.saved().len(), received.superseded().len(), received.ignored().len()), (1, 1, 0));
}

#[test]
fn many_arrive() {
    let server = server([]);
    let folder = tempfile::tempdir().unwrap();
    let mut lines = String::new();
    for (_, args) in events() {
        let args = [&args[..], &["--component", COMPONENT, "--dry-run", "--output=json"]].concat();
        lines.push_str(&format!("{}\n", sending(&server, args).run().json()["request"]["body"]));
    }
    fs::write(folder.path().join("events.jsonl"), &lines).unwrap();
    let values = format!("metricSourceId,value\n{SOURCE},1\n{SOURCE},2.5\n");
    fs::write(folder.path().join("values.csv"), values).unwrap();

    assert_eq!(sending(&server, ["validate", "events.jsonl"]).within(folder.path()).run().code, 0);
    for args in [["event", "send", "events.jsonl"], ["metric", "send", "values.csv"]] {
        let ended = sending(&server, args).within(folder.path()).run();
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    assert_eq!(server.mock.received().saved().len(), events().len());
    assert_eq!(server.mock.received().metrics().len(), 2);
}

#[test]
fn a_value_arrives_at_its_source_and_at_a_components() {
    let server = server([]);
    let places: [&[&str]; 2] = [&["--source", SOURCE], &["--definition", DEFINITION, "--component", COMPONENT]];
    for place in places {
        let ended = sending(&server, [&["metric", "push", "99.5"], place].concat()).run();
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    assert_eq!(server.mock.received().metrics().len(), 2);
}

#[test]
fn the_site_tells_its_cloud_id() {
    let server = server([]);
    let ended = sending(&server, ["site"]).run();
    assert_eq!((ended.code, ended.stdout.contains(server.mock.cloud_id())), (0, true), "{ended:?}");
}

#[test]
fn credentials_that_are_not_known_are_told() {
    let server = server([]);
    let (_, args) = events().remove(0);
    let run =
        sending(&server, [&args[..], &["--component", COMPONENT]].concat()).env("COMPASS_EMAIL", "you@example.com");
    let ended = run.run();
    assert_eq!(ended.code, 4, "{ended:?}");
    assert_eq!(server.mock.received().events().len(), 0);
}
