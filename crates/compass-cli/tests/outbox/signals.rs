//! Signals while a command waits for what it has queued.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use compass_mock::Fault;
use serde_json::{Value, json};

use crate::support::{Bell, COMPONENT, DEPLOYMENT, SITE, Server};
use crate::world::World;

/// A Compass that tells when a request has come, and answers when it is told to.
struct Held {
    // Dropped before the server, whose threads wait for it.
    release: mpsc::Sender<()>,
    arrivals: mpsc::Receiver<()>,
    server: Server,
}

impl Held {
    fn new() -> Self {
        let (arrived, arrivals) = mpsc::channel();
        let (release, released) = mpsc::channel();
        let (arrived, released) = (Mutex::new(arrived), Mutex::new(released));
        // Whoever no longer listens has heard enough.
        let bell = Bell::new(move || {
            let _ = arrived.lock().unwrap().send(());
            let _ = released.lock().unwrap().recv();
        });
        Self { release, arrivals, server: Server::with_clock([Fault::status(202)], bell) }
    }
}

/// A command that runs, killed if a test fails.
struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
}

impl Running {
    /// A command that has sent a request and waits for the answer.
    fn until_it_sends(world: &World, held: &Held, args: &[&str]) -> Self {
        let command = world.sending(args.iter().copied()).env("PATH", "/usr/bin:/bin");
        let mut command = command.into_command();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let running = Self { child, stderr };
        held.arrivals.recv_timeout(Duration::from_mins(1)).expect("a request comes");
        running
    }

    fn terminate(&self) {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
    }

    /// The next line that has this.
    fn line(&mut self, with: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.stderr.read_line(&mut line).unwrap() > 0, "it never says {with:?}");
            if line.contains(with) {
                return line;
            }
        }
    }

    fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        let mut out = String::new();
        std::io::Read::read_to_string(&mut self.child.stdout.take().unwrap(), &mut out).unwrap();
        (code, out)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const WAIT: [&str; 2] = ["--queue", "--wait=60"];

/// Commands that wait for what they queue, of which one message is sent, and what they call a signal.
fn commands(world: &World) -> Vec<(Vec<&'static str>, &'static str)> {
    let event = json!({ "flag": {
        "displayName": "f", "description": "", "url": "https://flags.example.com", "lastUpdated": "2026-09-01T12:00:00Z",
        "updateSequenceNumber": 1, "externalEventSourceId": "flags:acme/shop", "flagProperties": { "id": "f" },
    } });
    std::fs::write(world.folder().join("events.jsonl"), format!("{event}\n")).unwrap();
    let flag =
        ["event", "flag", "--id=f", "--name=f", "--url=https://f.example.com", "--event-source=s", "--component"];
    vec![
        ([&DEPLOYMENT[..], &WAIT, &["--", "true"]].concat(), "SIGTERM came"),
        ([&flag[..], &[COMPONENT], &WAIT].concat(), "interrupted"),
        ([&["event", "send", "events.jsonl", "--cloud-id", SITE][..], &WAIT].concat(), "interrupted"),
    ]
}

#[test]
fn what_is_being_sent_when_a_signal_comes_is_waited_for() {
    for which in 0..3 {
        let held = Held::new();
        let world = World::new(&held.server);
        let (args, what) = commands(&world).swap_remove(which);
        let mut running = Running::until_it_sends(&world, &held, &args);
        running.terminate();
        let told = running.line("waiting for what is being sent");
        assert!(told.contains(&format!("{what}: waiting")), "{told}");
        held.release.send(()).unwrap();
        let (code, out) = running.end();
        assert_eq!(code, Some(0), "{out}");
        let status = world.status();
        assert_eq!((&status["delivered"], &status["queued"]), (&json!(1), &json!(0)), "{args:?}: {out}");
        assert_eq!(held.server.came().len(), 1, "{args:?}");
    }
}

#[test]
fn a_second_signal_does_not_wait_and_the_message_stays() {
    for which in 0..3 {
        let held = Held::new();
        let world = World::new(&held.server);
        let (mut args, _) = commands(&world).swap_remove(which);
        args.insert(1, "--output=json");
        let mut running = Running::until_it_sends(&world, &held, &args);
        running.terminate();
        running.line("waiting for what is being sent");
        running.terminate();
        running.line("interrupted twice");
        // A run's result is there, the others' on stdout.
        let last = if which == 0 { running.line("{") } else { String::new() };
        let (code, out) = running.end();
        assert_eq!(code, Some(0), "{out}");
        let json: Value = serde_json::from_str(if which == 0 { &last } else { &out }).unwrap();
        let outcome = if which == 0 { &json["events"][1]["outcome"] } else { &json["outcome"] };
        assert_eq!(outcome, "queued", "{json}");
        let status = world.status();
        assert_eq!((&status["queued"], &status["sending"]), (&json!(1), &json!(1)), "{args:?}");
    }
}
