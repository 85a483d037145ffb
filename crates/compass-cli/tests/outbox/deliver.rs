//! Delivering: outages, refusals, pauses, and two at once.

use std::net::TcpListener;
use std::process::Stdio;

use chrono::{DateTime, Utc};
use compass_mock::{Fault, Mock};
use serde_json::{Value, json};

use crate::support::{Ended, server};
use crate::world::{World, flags};

fn refused() -> Fault {
    Fault::status(400).json(&json!({ "errors": [{ "type": "FORMAT_INVALID", "message": "Field [url] is invalid." }] }))
}

#[test]
fn an_outage_is_outlasted() {
    // A port that nobody listens on until later.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let world = World::at(&format!("http://127.0.0.1:{port}/gateway/api"));
    world.queued("f", "1");
    let ended = world.deliver(&[]);
    assert_eq!((ended.code, &ended.json()["data"]["later"]), (5, &json!(1)), "{ended:?}");
    assert!(ended.stderr.contains("1 queued message to wait for"), "{ended:?}");
    let threads = tokio::runtime::Runtime::new().unwrap();
    let mock = threads.block_on(Mock::builder().port(port).start()).unwrap();
    // Its time comes within a second.
    let ended = world.deliver(&["--wait=60"]);
    assert_eq!((ended.code, &ended.json()["data"]["delivered"]), (0, &json!(1)), "{ended:?}");
    assert_eq!(mock.received().requests().len(), 1);
    assert_eq!(world.status()["queued"], 0);
    assert!(world.status()["last_success"].is_string());
}

#[test]
fn what_waits_says_until_when_and_for_what_reason() {
    let later = Fault::status(503).with_header("Retry-After", "600");
    let server = server([later, Fault::none()]);
    let world = World::new(&server);
    world.queued("f", "1");
    let began = Utc::now();
    // When it was tried, and when it is not its time.
    for tried in ["0 delivered, 1 to be sent again", "0 delivered"] {
        let ended = world.deliver(&[]);
        assert_eq!(ended.code, 5, "{ended:?}");
        let data = ended.json()["data"].clone();
        let due = data["next_attempt_at"].as_str().unwrap();
        let wait = (due.parse::<DateTime<Utc>>().unwrap() - began).num_seconds();
        assert!((600..1_200).contains(&wait), "{wait}");
        assert_eq!(data["answer"]["status"], 503);
        let reason = data["answer"]["message"].as_str().unwrap();
        let told = format!("error: {tried}; 1 queued message to wait for, due at {due}: {reason}\n");
        assert!(ended.stderr.starts_with(&told), "{ended:?}");
    }
    // Others have a time of their own.
    world.queued("g", "1");
    server.mock.faults().next(1, Fault::status(503).with_header("Retry-After", "60"));
    let ended = world.deliver(&[]);
    assert!(ended.stderr.contains("2 queued messages to wait for, the next one due at "), "{ended:?}");
    let due: DateTime<Utc> = ended.json()["data"]["next_attempt_at"].as_str().unwrap().parse().unwrap();
    assert!((60..600).contains(&(due - began).num_seconds()), "{due}");
}

#[test]
fn lanes_keep_their_order_whatever_fails() {
    let server = server([]);
    let world = World::new(&server);
    for (id, sequence) in [("a", "1"), ("b", "1"), ("a", "2"), ("b", "2")] {
        assert_eq!(world.queue(id, sequence, &["--no-coalesce"]).code, 0);
    }
    server.mock.faults().next(2, Fault::status(503));
    assert_eq!(world.deliver(&["--wait=60"]).code, 0);
    let came = flags(&server);
    for lane in ["a", "b"] {
        let numbers: Vec<_> = came.iter().filter(|(id, _)| id == lane).map(|(_, number)| *number).collect();
        assert!(numbers.is_sorted(), "{came:?}");
        assert_eq!(numbers.last(), Some(&2));
    }
    assert_eq!(came.len(), 6);
}

fn with_token(world: &World, token: &str, args: &[&str]) -> Ended {
    world.sending(args.iter().copied()).env("COMPASS_API_TOKEN", token).run()
}

#[test]
fn refused_credentials_pause_and_other_ones_go_on() {
    let server = server([]);
    let world = World::new(&server);
    world.queued("f", "1");
    let deliver = ["outbox", "deliver", "--output=json"];
    let ended = with_token(&world, "old-token", &deliver);
    assert_eq!((ended.code, &ended.json()["error"]), (4, &json!("authentication")), "{ended:?}");
    assert!(!ended.told().contains("old-token"));
    assert_eq!(server.came().len(), 1);
    let closed = world.status()["closed"].clone();
    assert_eq!((&closed[0]["reason"], &closed[0]["email"]), (&json!("paused"), &json!("me@example.com")));
    assert_eq!(closed[0]["answer"]["status"], 401);
    // It is not asked again for a while, and that is told.
    assert_eq!(with_token(&world, "old-token", &deliver).code, 4);
    assert_eq!(server.came().len(), 1);
    // Unless somebody says so.
    let resumed = world.data(&["outbox", "resume"]);
    assert_eq!(resumed["resumed"].as_array().unwrap().len(), 1);
    assert_eq!(world.status()["closed"], json!([]));
    assert_eq!(with_token(&world, "old-token", &deliver).code, 4);
    assert_eq!(server.came().len(), 2);
    let told = world.command(["outbox", "resume"]).run().stdout;
    assert!(told.starts_with("no longer paused: the credentials of me@example.com at "), "{told}");
    assert!(told.contains(", since 20") && !told.contains("tried again"), "{told}");
    assert_eq!(with_token(&world, "old-token", &deliver).code, 4);
    // Other credentials are not concerned.
    assert_eq!(world.deliver(&[]).code, 0);
    assert_eq!((&world.status()["queued"], &world.status()["dead"]), (&json!(0), &json!(0)));
    assert_eq!(server.mock.received().saved().len(), 1);
}

#[test]
fn what_is_refused_is_a_dead_letter_until_it_is_retried_or_dropped() {
    let server = server([refused(), refused(), Fault::none()]);
    let world = World::new(&server);
    for id in ["a", "b", "c"] {
        world.queued(id, "1");
    }
    let ended = world.deliver(&[]);
    assert_eq!((ended.code, &ended.json()["error"]), (3, &json!("refused")), "{ended:?}");
    assert_eq!((&ended.json()["data"]["dead"], &ended.json()["data"]["delivered"]), (&json!(2), &json!(1)));
    let dead = world.data(&["outbox", "list", "--state", "dead"]);
    let of = |value: &Value, field: &str| value[field].as_str().unwrap().to_owned();
    // They are sent at the same time, so that it is no matter which.
    let dead: Vec<_> = dead["messages"].as_array().unwrap().iter().map(|message| of(message, "message_id")).collect();
    let delivered = world.data(&["outbox", "list", "--state", "delivered"])["messages"][0].clone();
    let ids = [dead[0].clone(), dead[1].clone(), of(&delivered, "message_id")];
    let entity = of(&world.data(&["outbox", "show", &ids[0]]), "entity");
    let shown = world.data(&["outbox", "show", &ids[0]]);
    assert_eq!(
        (&shown["state"], &shown["answer"]["status"], &shown["attempts"]),
        (&json!("dead"), &json!(400), &json!(1))
    );
    assert!(shown["answer"]["message"].as_str().unwrap().contains("FORMAT_INVALID"), "{shown}");

    // Each is named, or all are: nothing happens to others by accident.
    for (command, all) in [("retry", "--all"), ("drop", "--all-dead")] {
        let unnamed = world.command(["outbox", command]).run();
        assert_eq!(unnamed.code, 2, "{unnamed:?}");
        let hint = unnamed.stderr.lines().find(|line| line.starts_with("hint: "));
        assert!(hint.unwrap().contains(&format!("{all} means")), "{unnamed:?}");
    }
    let not_dead = world.command(["outbox", "retry", &ids[2]]).run();
    assert_eq!(not_dead.code, 3, "{not_dead:?}");
    assert_eq!(world.data(&["outbox", "retry", &ids[0]])["count"], 1);
    assert_eq!(world.data(&["outbox", "drop", &ids[1]])["count"], 1);
    server.mock.faults().clear();
    assert_eq!(world.deliver(&[]).code, 0);
    let states = ids.each_ref().map(|id| of(&world.data(&["outbox", "show", id]), "state"));
    assert_eq!(states, ["delivered", "dropped", "delivered"]);
    assert_eq!(flags(&server).last(), Some(&(entity, 1)));
}

#[test]
fn all_dead_letters_are_retried_or_dropped_at_once() {
    let server = server([refused()]);
    let world = World::new(&server);
    let ids = [world.queued("a", "1"), world.queued("b", "1")];
    assert_eq!(world.deliver(&[]).code, 3);
    assert_eq!(world.data(&["outbox", "retry", "--all"])["count"], 2);
    assert_eq!(world.deliver(&[]).code, 3);
    assert_eq!(world.data(&["outbox", "drop", "--all-dead"])["count"], 2);
    // A queued one is dropped by name alone.
    let queued = world.queued("c", "1");
    assert_eq!(world.data(&["outbox", "drop", "--all-dead"])["count"], 0);
    assert_eq!(world.data(&["outbox", "drop", &queued])["count"], 1);
    let status = world.status();
    assert_eq!((&status["dropped"], &status["queued"], &status["dead"]), (&json!(3), &json!(0), &json!(0)));
    assert_eq!(world.command(["outbox", "retry", &ids[0]]).run().code, 3);
}

#[test]
fn one_that_is_refused_stops_no_other() {
    let server = server([refused(), Fault::none()]);
    let world = World::new(&server);
    for id in ["a", "b", "c"] {
        world.queued(id, "1");
    }
    let data = world.deliver(&[]).json()["data"].clone();
    assert_eq!((&data["dead"], &data["delivered"]), (&json!(1), &json!(2)));
}

#[test]
fn what_goes_elsewhere_stays() {
    let (here, elsewhere) = (server([]), server([]));
    let world = World::new(&here);
    world.queued("here", "1");
    let other = world.queue("elsewhere", "1", &["--base-url", &elsewhere.url]);
    assert_eq!(other.code, 0, "{other:?}");
    let ended = world.deliver(&[]);
    assert_eq!((ended.code, &ended.json()["data"]["delivered"]), (0, &json!(1)), "{ended:?}");
    assert!(ended.stderr.contains("1 queued message to other destinations"), "{ended:?}");
    assert_eq!((here.came().len(), elsewhere.came().len()), (1, 0));
    assert_eq!(world.status()["queued"], 1);
}

#[test]
fn two_at_once_deliver_each_once() {
    let server = server([]);
    let world = World::new(&server);
    let lines: String = (0..40)
        .map(|number| {
            let event = json!({ "flag": {
                "displayName": "f", "description": "", "url": "https://flags.example.com",
                "lastUpdated": "2026-09-01T12:00:00Z", "updateSequenceNumber": 1,
                "externalEventSourceId": "flags:acme/shop", "flagProperties": { "id": format!("f{number}") },
            } });
            format!("{event}\n")
        })
        .collect();
    std::fs::write(world.folder().join("events.jsonl"), lines).unwrap();
    let site = crate::support::SITE;
    let filled = world.command(["event", "send", "events.jsonl", "--cloud-id", site, "--queue"]).run();
    assert_eq!(filled.code, 0, "{filled:?}");
    let deliver = || {
        let mut command = world.sending(["outbox", "deliver", "--wait=60"]).into_command();
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let both = [deliver(), deliver()];
    for mut one in both {
        assert_eq!(one.wait().unwrap().code(), Some(0));
    }
    let mut came: Vec<_> = flags(&server).into_iter().map(|(id, _)| id).collect();
    assert_eq!(came.len(), 40);
    came.sort();
    came.dedup();
    assert_eq!(came.len(), 40);
}
