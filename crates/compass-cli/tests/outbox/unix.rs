//! Signals, and commands that are run.

use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use compass_mock::Fault;
use serde_json::{Value, json};

use crate::support::{Bell, COMPONENT, Ended, Server, server};
use crate::world::World;

/// A run of a deployment, queued.
fn run_deployment(world: &World, how: &[&str], command: &[&str]) -> Ended {
    let own =
        ["run", "deployment", "--name", "shop", "--url", "https://ci.example.com/42", "--event-source", "ci:acme/shop"];
    let own = [&own[..], &["--pipeline-id", "shop", "--environment", "test", "--number", "42"]].concat();
    let args = [&own[..], &["--component", COMPONENT, "--queue"], how, &["--"], command].concat();
    world.command(args).env("PATH", "/usr/bin:/bin").run()
}

fn states(server: &Server) -> Vec<String> {
    let state =
        |body: &Value| body["event"]["deployment"]["deploymentProperties"]["state"].as_str().unwrap().to_owned();
    server.bodies().iter().map(state).collect()
}

#[test]
fn a_run_is_queued_and_its_end_replaces_its_beginning() {
    let server = server([]);
    let world = World::new(&server);
    let ended = run_deployment(&world, &[], &["sh", "-c", "echo out; exit 3"]);
    assert_eq!((ended.code, &*ended.stdout), (3, "out\n"), "{ended:?}");
    let lines: Vec<_> = ended.stderr.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(lines, ["note: queued: deployment IN_PROGRESS", "note: queued: deployment FAILED"]);
    assert_eq!((world.status()["queued"].clone(), server.came().len()), (json!(2), 0));
    assert_eq!(world.deliver(&[]).code, 0);
    assert_eq!(states(&server), ["FAILED"]);
    // Or both, in their order.
    assert_eq!(run_deployment(&world, &["--no-coalesce", "-q"], &["true"]).stderr, "");
    assert_eq!(world.deliver(&[]).code, 0);
    assert_eq!(states(&server), ["FAILED", "IN_PROGRESS", "SUCCESSFUL"]);
}

#[test]
fn a_run_that_waits_is_told_what_became_of_it() {
    let server = server([]);
    let world = World::new(&server);
    // Without credentials nothing is tried, and nothing fails.
    let ended = run_deployment(&world, &["--strict", "--wait=60"], &["true"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stderr.contains("was not sent"), "{ended:?}");
    let args =
        ["run", "build", "--name", "shop", "--url", "https://ci.example.com/42", "--event-source", "ci:acme/shop"];
    let args =
        [&args[..], &["--pipeline-id", "shop-42", "--component", COMPONENT, "--queue", "--output=json"]].concat();
    let ended = world.sending([&args, &["--wait=60", "--", "true"][..]].concat()).env("PATH", "/usr/bin:/bin").run();
    assert_eq!(ended.code, 0, "{ended:?}");
    let json: Value = serde_json::from_str(ended.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(json["events"][0]["outcome"], "superseded", "{json}");
    assert_eq!(json["events"][1]["outcome"], "accepted", "{json}");
    // An outbox that cannot be used is told, and changes nothing unless that is wanted.
    std::fs::write(world.folder().join("no-outbox"), "precious").unwrap();
    for (how, code) in [(&["--outbox=no-outbox"][..], 0), (&["--outbox=no-outbox", "--strict"], 5)] {
        let ended = run_deployment(&world, how, &["true"]);
        assert_eq!(ended.code, code, "{ended:?}");
        assert!(ended.stderr.contains("it was not accepted"), "{ended:?}");
    }
    let nothing = run_deployment(&world, &["--wait=0"], &["true"]);
    assert_eq!(nothing.code, 0, "{nothing:?}");
}

/// The events of the result of a run of a build that waits, which meets these faults; and how it ended.
fn waiting_run(faults: impl IntoIterator<Item = Fault>) -> (Value, Ended) {
    let server = server(faults);
    let world = World::new(&server);
    let args = ["run", "build", "--name=shop", "--url=https://ci.example.com/42", "--event-source=ci:acme/shop"];
    let how =
        ["--pipeline-id=shop-42", "--component", COMPONENT, "--queue", "--output=json", "--wait=60", "--", "true"];
    let ended = world.sending([&args[..], &how].concat()).env("PATH", "/usr/bin:/bin").run();
    let json: Value = serde_json::from_str(ended.stderr.lines().last().unwrap()).unwrap();
    let events = json["events"].clone();
    for event in events.as_array().unwrap() {
        assert_eq!(event["outbox"], world.outbox().to_str().unwrap(), "{json}");
        assert!(event["message_id"].is_string(), "{json}");
        assert!(event["sequence"].is_u64() && event["state"].is_string(), "{json}");
    }
    (events, ended)
}

#[test]
fn every_event_of_a_run_says_as_what_the_outbox_has_it() {
    let refused = Fault::status(400).json(&json!({ "errors": [{ "type": "FORMAT_INVALID", "message": "m" }] }));
    let fields = |event: &Value| json!([event["outcome"], event["exit"], event["attempts"], event["answer"]["status"]]);
    let (events, _) = waiting_run([]);
    assert_eq!(fields(&events[0]), json!(["superseded", 0, 0, null]));
    assert_eq!(fields(&events[1]), json!(["accepted", 0, 1, null]));
    let (events, ended) = waiting_run([refused]);
    assert_eq!(fields(&events[1]), json!(["failed", 3, 1, 400]));
    assert_eq!((ended.code, &events[1]["error"]), (0, &json!("refused")));
    // It is safe, so that nobody sends it again, and somebody has to mend something.
    let (events, _) = waiting_run([Fault::status(401)]);
    assert_eq!(fields(&events[1]), json!(["queued", 4, 0, null]));
    assert_eq!(events[1]["closed"]["reason"], "paused");
    assert_eq!(events[1]["closed"]["answer"]["status"], 401);
    assert!(events[1]["hint"].is_string(), "{events}");
}

#[test]
fn an_event_of_a_run_that_was_not_tried_says_as_what_the_outbox_has_it() {
    let world = World::at("http://127.0.0.1:9");
    let ended = run_deployment(&world, &["--output=json"], &["true"]);
    let json: Value = serde_json::from_str(ended.stderr.lines().last().unwrap()).unwrap();
    for event in json["events"].as_array().unwrap() {
        let path = world.outbox().display().to_string();
        assert_eq!((&event["outcome"], &event["exit"]), (&json!("queued"), &json!(0)), "{json}");
        assert_eq!((&event["attempts"], &event["outbox"]), (&json!(0), &json!(path)), "{json}");
        let id = event["message_id"].as_str().unwrap();
        assert_eq!(world.data(&["outbox", "show", id])["sequence"], event["sequence"]);
    }
    assert_eq!(json["events"].as_array().unwrap().len(), 2);
}

/// A worker, killed if a test fails.
struct Watch(Child);

impl Watch {
    fn begin(world: &World) -> Self {
        let args = ["outbox", "deliver", "--watch", "--health", "health.json", "--output=json"];
        let mut command = world.sending(args).into_command();
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap().success());
    }

    fn end(mut self) -> (Option<i32>, String) {
        let code = self.0.wait().unwrap().code();
        let mut out = String::new();
        std::io::Read::read_to_string(&mut self.0.stdout.take().unwrap(), &mut out).unwrap();
        (code, out)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A clock that tells when a request comes. Whoever no longer listens has heard enough.
fn ringing(rang: mpsc::Sender<()>) -> Bell {
    let rang = Mutex::new(rang);
    Bell::new(move || {
        let _ = rang.lock().unwrap().send(());
    })
}

fn health(world: &World) -> Value {
    serde_json::from_str(&std::fs::read_to_string(world.folder().join("health.json")).unwrap()).unwrap()
}

#[test]
fn a_service_delivers_what_others_queue_until_it_is_told_to_end() {
    let (rang, rings) = mpsc::channel();
    let server = Server::with_clock([], ringing(rang));
    let world = World::new(&server);
    let watch = Watch::begin(&world);
    world.queued("f", "1");
    rings.recv_timeout(Duration::from_mins(1)).expect("a request comes");
    watch.signal("-TERM");
    let (code, out) = watch.end();
    assert_eq!(code, Some(0), "{out}");
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&json["outcome"], &json["data"]["delivered"]), (&json!("data"), &json!(1)), "what was being sent ends");
    let health = health(&world);
    assert_eq!((&health["state"], &health["error"]), (&json!("stopped"), &Value::Null));
    assert!(health["last_success"].is_string() && health["pid"].is_u64(), "{health}");
    assert_eq!(world.status()["queued"], 0);
    let left: Vec<_> = std::fs::read_dir(world.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("compass-health")), "{left:?}");
}

#[test]
fn a_service_that_is_refused_says_so_in_its_health_and_when_it_ends() {
    let (rang, rings) = mpsc::channel();
    let refused = Fault::status(401);
    let server = Server::with_clock([refused], ringing(rang));
    let world = World::new(&server);
    world.queued("f", "1");
    let watch = Watch::begin(&world);
    rings.recv_timeout(Duration::from_mins(1)).expect("a request comes");
    // Until the answer is in the file; the test's own time-out is the runner's.
    while world.status()["closed"] == json!([]) {
        std::thread::yield_now();
    }
    watch.signal("-TERM");
    let (code, out) = watch.end();
    assert_eq!(code, Some(4), "{out}");
    assert_eq!(health(&world)["closed"][0]["reason"], "paused");
    assert_eq!(world.status()["queued"], 1);
}
