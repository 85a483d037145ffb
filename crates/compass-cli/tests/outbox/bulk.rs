//! Files of many records, queued.

use std::fs;

use chrono::{TimeDelta, Utc};
use compass_mock::Fault;
use compass_outbox::store::{Closed, SqliteOptions, SqliteStore, Store as _};
use serde_json::{Value, json};

use crate::support::{SITE, SOURCE, server};
use crate::world::{World, flags};

fn event(id: &str) -> String {
    let event = json!({ "flag": {
        "displayName": id, "description": "", "url": "https://flags.example.com", "lastUpdated": "2026-09-01T12:00:00Z",
        "updateSequenceNumber": 1, "externalEventSourceId": "flags:acme/shop", "flagProperties": { "id": id },
    } });
    format!("{event}\n")
}

fn report(world: &World) -> Vec<Value> {
    let text = fs::read_to_string(world.folder().join("report.jsonl")).unwrap();
    text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_file_is_checked_queued_and_not_queued_again() {
    let server = server([]);
    let world = World::new(&server);
    fs::write(world.folder().join("events.jsonl"), format!("{}{{}}\n{}", event("a"), event("b"))).unwrap();
    let send = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--queue", "--output=json"];
    let ended = world.command([&send[..], &["--report", "report.jsonl"]].concat()).run();
    assert_eq!(ended.code, 3, "one is invalid: {ended:?}");
    let json = ended.json();
    assert_eq!((&json["queued"], &json["accepted"], &json["invalid"]), (&json!(2), &json!(0), &json!(1)));
    let lines = report(&world);
    let outcomes: Vec<_> = lines.iter().map(|line| line["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["invalid", "queued", "queued"]);
    let shown = world.data(&["outbox", "show", lines[1]["message_id"].as_str().unwrap()]);
    assert_eq!(shown["entity"], "a");
    let resumed = world.command([&send[..], &["--resume", "report.jsonl"]].concat()).run();
    assert_eq!((&resumed.json()["queued"], &resumed.json()["skipped"]), (&json!(0), &json!(2)), "{resumed:?}");
    let resumed = world.command([&send[..5], &["--queue", "--resume", "report.jsonl"]].concat()).run();
    assert!(resumed.stdout.ends_with("1 invalid, 2 queued before\n"), "{resumed:?}");
    assert_eq!(world.deliver(&[]).code, 0);
    let mut came: Vec<_> = flags(&server).into_iter().map(|(id, _)| id).collect();
    came.sort();
    assert_eq!(came, ["a", "b"]);
}

#[test]
fn more_than_a_batch_is_queued_in_its_order() {
    let server = server([]);
    let world = World::new(&server);
    let ids: Vec<_> = (0..600).map(|number| format!("f{number}")).collect();
    fs::write(world.folder().join("events.jsonl"), ids.iter().map(|id| event(id)).collect::<String>()).unwrap();
    let ended = world.command(["event", "send", "events.jsonl", "--cloud-id", SITE, "--queue"]).run();
    assert_eq!((ended.code, &*ended.stdout), (0, "events.jsonl: 600 queued\n"), "{ended:?}");
    let export = world.command(["outbox", "export"]).run();
    let entity =
        |line: &str| serde_json::from_str::<Value>(line).unwrap()["lane"]["entity"].as_str().unwrap().to_owned();
    assert_eq!(export.stdout.lines().map(entity).collect::<Vec<_>>(), ids);
}

#[test]
fn values_are_queued_too_and_a_full_outbox_says_how_far_it_came() {
    let server = server([]);
    let world = World::new(&server);
    fs::write(world.folder().join("values.csv"), format!("metricSourceId,value\n{SOURCE},1\n{SOURCE},2\n")).unwrap();
    let send = ["metric", "send", "values.csv", "--queue", "--output=json"];
    let full = world.command([&send[..], &["--report", "report.jsonl"]].concat());
    let full = full.env("COMPASS_OUTBOX_MAX_MESSAGES", "1").run();
    assert_eq!(full.code, 5, "{full:?}");
    let lines = report(&world);
    let last: Vec<_> = lines.iter().rev().take(2).map(|line| line["outcome"].as_str().unwrap()).collect();
    assert_eq!(last, ["not-delivered", "not-delivered"]);
    let resumed = world.command([&send[..], &["--resume", "report.jsonl"]].concat()).run();
    assert_eq!((resumed.code, &resumed.json()["queued"], &resumed.json()["outcome"]), (0, &json!(2), &json!("queued")));
    assert_eq!(world.deliver(&[]).code, 0);
    let values: Vec<_> = server.bodies().iter().map(|body| body["value"].clone()).collect();
    assert_eq!(values, [json!(1.0), json!(2.0)]);
}

#[test]
fn no_report_is_begun_for_an_outbox_that_cannot_be_used() {
    let world = World::at("http://127.0.0.1:9");
    fs::write(world.folder().join("events.jsonl"), event("a")).unwrap();
    fs::write(world.outbox(), "precious").unwrap();
    let send = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--queue", "--report", "report.jsonl"];
    let ended = world.command(send).run();
    assert_eq!(ended.code, 5, "{ended:?}");
    assert!(ended.stderr.contains("not accepted"), "{ended:?}");
    assert!(!world.folder().join("report.jsonl").exists());
    // The same command does it when that is mended.
    fs::remove_file(world.outbox()).unwrap();
    assert_eq!(world.command(send).run().code, 0);
}

#[test]
fn what_was_queued_accepted_or_superseded_before_is_called_so() {
    let server = server([]);
    let world = World::new(&server);
    let lines = [event("a"), event("b"), event("b").replace(":1,", ":2,")].concat();
    fs::write(world.folder().join("events.jsonl"), lines).unwrap();
    let send = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--queue"];
    let ended = world.sending([&send[..], &["--wait=60", "--report=report.jsonl"]].concat()).run();
    assert_eq!(ended.code, 0, "{ended:?}");
    let resumed = world.command([&send[..], &["--resume=report.jsonl"]].concat()).run();
    assert_eq!(resumed.stdout, "events.jsonl: 0 accepted, 2 accepted before, 1 superseded before\n");
    let resumed = world.command([&send[..], &["--resume=report.jsonl", "--output=json"]].concat()).run();
    assert_eq!(resumed.json()["skipped"], 3);
}

#[test]
fn whoever_waits_for_a_file_is_told_what_became_of_each_record() {
    let refused = || Fault::status(400).json(&json!({ "errors": [{ "type": "FORMAT_INVALID", "message": "m" }] }));
    let server = server([refused(), Fault::none()]);
    let world = World::new(&server);
    let lines = [event("a"), event("b"), event("c"), event("c").replace(":1,", ":2,")].concat();
    fs::write(world.folder().join("events.jsonl"), lines).unwrap();
    let send = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--queue", "--output=json"];
    let ended = world.sending([&send[..], &["--wait=60", "--report=report.jsonl"]].concat()).run();
    let json = ended.json();
    let numbers = ["accepted", "rejected", "superseded", "queued"].map(|name| json[name].as_u64().unwrap());
    assert_eq!((ended.code, numbers), (3, [2, 1, 1, 0]), "{ended:?}");
    let mut last = std::collections::BTreeMap::new();
    for line in report(&world) {
        last.insert(line["record"].as_u64().unwrap(), line["outcome"].as_str().unwrap().to_owned());
    }
    let mut outcomes: Vec<_> = last.into_values().collect();
    outcomes.sort();
    assert_eq!(outcomes, ["accepted", "accepted", "rejected", "superseded"]);
    // Without credentials all stay queued.
    fs::remove_file(world.folder().join("report.jsonl")).unwrap();
    let ended = world.command([&send[..], &["--wait=60"]].concat()).run();
    assert_eq!((ended.code, &ended.json()["queued"]), (0, &json!(4)), "{ended:?}");
    assert!(ended.stderr.contains("was not sent"), "{ended:?}");
}

/// The pause of an outbox is over, and nobody knows yet whether it has helped.
fn end_pause(world: &World) {
    let store = SqliteStore::open(world.outbox(), SqliteOptions::default()).unwrap().store;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let now = Utc::now();
    let closed = runtime.block_on(store.status(now)).unwrap().closed.pop().unwrap();
    let over = Closed { since: now - TimeDelta::hours(2), until: now - TimeDelta::hours(1), ..closed };
    runtime.block_on(store.close(over)).unwrap();
    store.finish();
}

#[test]
fn a_pause_is_told_to_whoever_has_something_waiting_for_its_end() {
    let refused = Fault::status(400).json(&json!({ "errors": [{ "type": "FORMAT_INVALID", "message": "m" }] }));
    let server = server([Fault::status(401), refused]);
    let world = World::new(&server);
    let send = |ids: &[&str]| {
        fs::write(world.folder().join("events.jsonl"), ids.iter().map(|id| event(id)).collect::<String>()).unwrap();
        let args = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--queue", "--wait=60", "--output=json"];
        let ended = world.sending(args).run();
        let json = ended.json();
        let counts = ["queued", "rejected"].map(|name| json[name].as_u64().unwrap());
        (ended.code, counts, ended.stderr.contains("what is queued is not sent: "))
    };
    assert_eq!(send(&["a"]), (4, [1, 0], true));
    end_pause(&world);
    // All of these are refused, which does not end the doubt. Other credentials would mend none of them.
    assert_eq!(send(&["b", "c"]), (3, [0, 2], false));
}
