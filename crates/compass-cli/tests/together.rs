//! The program against the mock of this workspace, which judges by the contract and knows what it saved.

mod support;

use std::fs;

use compass_mock::Mock;
use compass_sdk::event::Kind;
use support::{COMPONENT, Compass, DEFINITION, SOURCE, TOKEN, compass, events};
use tokio::runtime::Runtime;

/// A mock, and the threads that it answers on.
struct World {
    mock: Mock,
    _threads: Runtime,
}

impl World {
    fn new() -> Self {
        let threads = Runtime::new().unwrap();
        let mock = threads.block_on(Mock::builder().credentials("me@example.com", TOKEN).start()).unwrap();
        Self { mock, _threads: threads }
    }

    fn compass<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Compass {
        compass(args).sending_to(&self.mock.base_url())
    }
}

#[test]
fn every_kind_arrives() {
    let world = World::new();
    for (kind, args) in events() {
        let ended = world.compass([&args[..], &["--component", COMPONENT]].concat()).run();
        assert_eq!(ended.code, 0, "{kind}: {ended:?}");
    }
    let saved: Vec<_> = world.mock.received().saved().iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(saved, Kind::ALL.map(Kind::as_str));
}

#[test]
fn updates_without_a_number_grow() {
    let world = World::new();
    for state in ["in-progress", "successful"] {
        let mut args = vec!["event", "deployment", "--state", state, "--environment", "test", "--number", "1"];
        args.extend(["--pipeline-id", "shop", "--name", "shop", "--url", "https://ci.example.com"]);
        args.extend(["--event-source", "ci:acme/shop", "--component", COMPONENT]);
        args.extend(["--started-at", "2026-09-01T12:00:00Z"]);
        if state == "successful" {
            args.extend(["--completed-at", "2026-09-01T12:01:00Z"]);
        }
        let ended = world.compass(args).run();
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    let received = world.mock.received();
    assert_eq!((received.saved().len(), received.superseded().len(), received.ignored().len()), (1, 1, 0));
}

#[test]
fn many_arrive() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let mut lines = String::new();
    for (_, args) in events() {
        let args = [&args[..], &["--component", COMPONENT, "--dry-run", "--output=json"]].concat();
        lines.push_str(&format!("{}\n", world.compass(args).run().json()["request"]["body"]));
    }
    fs::write(folder.path().join("events.jsonl"), &lines).unwrap();
    let values = format!("metricSourceId,value\n{SOURCE},1\n{SOURCE},2.5\n");
    fs::write(folder.path().join("values.csv"), values).unwrap();

    assert_eq!(world.compass(["validate", "events.jsonl"]).within(folder.path()).run().code, 0);
    for args in [["event", "send", "events.jsonl"], ["metric", "send", "values.csv"]] {
        let ended = world.compass(args).within(folder.path()).run();
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    assert_eq!(world.mock.received().saved().len(), events().len());
    assert_eq!(world.mock.received().metrics().len(), 2);
}

#[test]
fn a_value_arrives_at_its_source_and_at_a_components() {
    let world = World::new();
    let places: [&[&str]; 2] = [&["--source", SOURCE], &["--definition", DEFINITION, "--component", COMPONENT]];
    for place in places {
        let ended = world.compass([&["metric", "push", "99.5"], place].concat()).run();
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    assert_eq!(world.mock.received().metrics().len(), 2);
}

#[test]
fn the_site_tells_its_cloud_id() {
    let world = World::new();
    let ended = world.compass(["site"]).run();
    assert_eq!((ended.code, ended.stdout.contains(world.mock.cloud_id())), (0, true), "{ended:?}");
}

#[test]
fn credentials_that_are_not_known_are_told() {
    let world = World::new();
    let (_, args) = events().remove(0);
    let run = world.compass([&args[..], &["--component", COMPONENT]].concat()).env("COMPASS_EMAIL", "you@example.com");
    let ended = run.run();
    assert_eq!(ended.code, 4, "{ended:?}");
    assert_eq!(world.mock.received().events().len(), 0);
}
