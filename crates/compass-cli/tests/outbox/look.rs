//! Looking: status, lists, exports, and an outbox that is not there.

use compass_mock::Fault;
use compass_outbox::Envelope;
use serde_json::{Value, json};

use crate::support::{SOURCE, server};
use crate::world::World;

#[test]
fn an_outbox_that_is_not_there_is_empty_and_stays_so() {
    let world = World::at("http://127.0.0.1:9");
    let status = world.command(["outbox", "status"]).run();
    let path = world.outbox().display().to_string();
    assert_eq!((status.code, &*status.stdout), (0, &*format!("{path}: empty, it is made when something is queued\n")));
    assert_eq!(world.status()["exists"], false);
    assert_eq!(world.data(&["outbox", "list"]), json!({ "messages": [], "next": null }));
    assert_eq!(world.data(&["outbox", "path"])["path"], *path);
    assert_eq!(world.data(&["outbox", "retry", "--all"])["count"], 0);
    assert_eq!(world.data(&["outbox", "drop", "--all-dead"])["count"], 0);
    let id = "0199a5f4-0000-7000-8000-000000000000";
    assert_eq!(world.command(["outbox", "show", id]).run().code, 2);
    assert_eq!(world.command(["outbox", "drop", id]).run().code, 3);
    let export = world.command(["outbox", "export"]).run();
    assert_eq!((export.code, &*export.stdout), (0, ""));
    // Nothing to deliver needs no credentials.
    assert_eq!(world.command(["outbox", "deliver"]).run().code, 0);
    assert_eq!(std::fs::read_dir(world.folder()).unwrap().count(), 0);
}

/// With what is another each time left out: whether it is there is told.
fn masked(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let varies =
                    ["message_id", "outbox", "oldest", "oldest_age_seconds", "last_success", "since", "until", "at"]
                        .contains(&name.as_str())
                        || name.ends_with("_at")
                        || name == "destination";
                if varies && !value.is_null() {
                    *value = json!("[…]");
                } else {
                    masked(value);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(masked),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn status_list_and_show_have_these_fields() {
    let refused = Fault::status(400).json(&json!({ "errors": [{ "type": "FORMAT_INVALID", "message": "m" }] }));
    let server = server([refused, Fault::none(), Fault::status(401)]);
    let world = World::new(&server);
    let dead = world.queued("dead", "1");
    assert_eq!(world.deliver(&[]).code, 3);
    world.queued("delivered", "1");
    assert_eq!(world.deliver(&[]).code, 0);
    world.queued("queued", "1");
    assert_eq!(world.deliver(&[]).code, 4);
    let mut told = String::new();
    for args in [&["outbox", "status"][..], &["outbox", "list", "--state", "dead"], &["outbox", "show", &dead]] {
        let mut data = world.data(args);
        masked(&mut data);
        told.push_str(&format!("# {}\n{}\n", args[1], serde_json::to_string_pretty(&data).unwrap()));
    }
    insta::assert_snapshot!(told);
    // For people, the same.
    let status = world.command(["outbox", "status"]).run();
    assert!(
        status.stdout.contains("queued        1, the oldest for ") && status.stdout.contains("\npaused  "),
        "{status:?}"
    );
}

#[test]
fn lists_have_pages() {
    let world = World::at("http://127.0.0.1:9");
    let ids: Vec<_> = (1..=5).map(|number| world.queued("f", &number.to_string())).collect();
    let (mut seen, mut after) = (Vec::new(), None::<String>);
    loop {
        let mut args = vec!["outbox", "list", "--limit", "2", "--output=json"];
        if let Some(after) = &after {
            args.extend(["--after", after]);
        }
        let page = world.command(args).run().json()["data"].clone();
        let messages = page["messages"].as_array().unwrap();
        assert!(messages.len() <= 2);
        seen.extend(messages.iter().map(|message| message["message_id"].as_str().unwrap().to_owned()));
        after = page["next"].as_str().map(str::to_owned);
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ids);
    assert_eq!(world.data(&["outbox", "list", "--state", "dead"])["messages"], json!([]));
    let text = world.command(["outbox", "list", "--limit", "5"]).run();
    assert_eq!((text.stdout.lines().count(), &*text.stderr), (5, ""));
}

#[test]
fn an_export_reads_back() {
    let world = World::at("http://127.0.0.1:9");
    let id = world.queued("f", "7");
    assert_eq!(world.command(["metric", "push", "3", "--source", SOURCE, "--queue"]).run().code, 0);
    let export = world.command(["outbox", "export", "--state", "queued"]).run();
    let lines: Vec<Value> = export.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line["schema"] == "compass-outbox/1" && line["state"] == "queued"), "{lines:?}");
    let envelope: Envelope = serde_json::from_value(lines[0].clone()).unwrap();
    assert_eq!((envelope.id.to_string(), envelope.sequence), (id, Some(7)));
    let body: Value = serde_json::from_str(envelope.body.get()).unwrap();
    assert_eq!(body["event"]["flag"]["flagProperties"]["id"], "f");
    assert_eq!(world.command(["outbox", "export", "--state", "dead"]).run().stdout, "");
}

#[test]
fn a_damaged_outbox_is_told_and_what_can_be_read_is_kept() {
    let world = World::at("http://127.0.0.1:9");
    // More than the log keeps, so that the file has messages, too.
    let event = r#"{"flag": {"displayName": "f", "description": "", "url": "https://f.example.com", "lastUpdated":
        "2026-09-01T12:00:00Z", "updateSequenceNumber": 1, "externalEventSourceId": "s", "flagProperties": {"id": "f"}}}"#;
    let lines = format!("{}\n", event.replace('\n', " ")).repeat(6_000);
    std::fs::write(world.folder().join("events.jsonl"), lines).unwrap();
    let filled = world.command(["event", "send", "events.jsonl", "--cloud-id", crate::support::SITE, "--queue"]).run();
    assert_eq!(filled.code, 0, "{filled:?}");
    let mut bytes = std::fs::read(world.outbox()).unwrap();
    assert!(bytes.len() > 100_000, "{}", bytes.len());
    // Pages in the middle, and the log, which would mend them.
    bytes[40_000..60_000].fill(0x5a);
    std::fs::write(world.outbox(), bytes).unwrap();
    for beside in ["outbox.db-wal", "outbox.db-shm"] {
        let _ = std::fs::remove_file(world.folder().join(beside));
    }
    // Whoever reads one of these pages finds it, and one who only accepts may read none of them.
    let accepted = world.queue("g", "1", &[]);
    let read = world.command(["outbox", "export"]).run();
    assert_eq!((accepted.code, read.code), (0, 0), "{accepted:?} {read:?}");
    let told = accepted.stderr + &read.stderr;
    assert_eq!(told.matches("it was damaged").count(), 1, "{told}");
    assert!(told.contains("messages were salvaged") && told.contains("is kept as"), "{told}");
    let export = world.command(["outbox", "export"]).run();
    assert_eq!(export.stderr, "");
    let entities =
        export.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["lane"]["entity"].clone());
    let entities: Vec<_> = entities.collect();
    assert!(entities.len() > 3_000 && entities.contains(&json!("g")), "{}", entities.len());
}
