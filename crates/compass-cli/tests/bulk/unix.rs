//! Signals and terminals.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, mpsc};

use compass_mock::Fault;
use insta::assert_snapshot;

use crate::support::{Bell, SOURCE, Server, TOKEN, server};
use crate::world::{Folder, SITE, ids, shown};

#[test]
fn an_interrupted_run_ends_what_is_under_way_and_says_how_to_go_on() {
    let folder = Folder::new();
    folder.events(&["a", "b", "c"]);
    let (arrived, arrivals) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let (arrived, released) = (Mutex::new(arrived), Mutex::new(released));
    let held = Bell::new(move || {
        arrived.lock().unwrap().send(()).unwrap();
        released.lock().unwrap().recv().unwrap();
    });
    let slow = Server::with_clock([Fault::status(202)], held);
    let one = ["event", "send", "events.jsonl", "--cloud-id", SITE, "--concurrency", "1"];
    let mut run = folder.command(&slow.url, &[&one[..], &["--report", "report.jsonl"]].concat());
    let mut run = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    arrivals.recv().unwrap();
    let killed = Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let mut stderr = BufReader::new(run.stderr.take().unwrap());
    let mut told = String::new();
    stderr.read_line(&mut told).unwrap();
    release.send(()).unwrap();
    stderr.read_to_string(&mut told).unwrap();
    let output = Output { stderr: told.into_bytes(), ..run.wait_with_output().unwrap() };
    assert_snapshot!("interrupted", format!("{}\n--- report\n{}", shown(&output), folder.read("report.jsonl")));
    let server = server([]);
    let run = folder.run(&server, &[&one[..], &["--resume", "report.jsonl"]].concat());
    assert_eq!(run.status.code(), Some(0), "{}", shown(&run));
    assert_eq!(ids(&server), ["b", "c"]);
}

#[test]
fn a_report_survives_its_writer_and_what_was_under_way_is_in_doubt() {
    let (folder, source) = (Folder::new(), SOURCE);
    folder.write("values.csv", &format!("metricSourceId,value\n{source},1\n{source},2\n{source},3\n"));
    let silent = server([Fault::none(), Fault::silent()]);
    let mut run = folder.command(&silent.url, &["metric", "send", "values.csv", "--report", "report.jsonl"]);
    let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while silent.came().len() < 2 {
        std::thread::yield_now();
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let server = server([]);
    let run = folder.run(&server, &["metric", "send", "values.csv", "--resume", "report.jsonl"]);
    assert_snapshot!("killed", shown(&run));
    assert_eq!(server.came().len(), 1);
}

#[test]
fn a_terminal_shows_a_bar_with_the_time_that_is_left() {
    let (folder, server) = (Folder::new(), server([]));
    folder.events(&["a", "b", "c"]);
    let (mut pty, terminal) = pty_process::blocking::open().unwrap();
    pty.resize(pty_process::Size::new(24, 100)).unwrap();
    let run = pty_process::blocking::Command::new(env!("CARGO_BIN_EXE_compass"))
        .args(["event", "send", "events.jsonl", "--cloud-id", SITE, "--concurrency", "1"])
        .env_clear()
        .env("TERM", "xterm")
        .env("COMPASS_BASE_URL", &server.url)
        .env("COMPASS_EMAIL", "me@example.com")
        .env("COMPASS_API_TOKEN", TOKEN)
        .current_dir(folder.0.path())
        .spawn(terminal);
    let mut run = run.unwrap();
    let (mut screen, mut chunk) = (Vec::new(), [0; 4096]);
    // A terminal whose other end is closed has an error instead of an end.
    while let Ok(read @ 1..) = pty.read(&mut chunk) {
        screen.extend_from_slice(&chunk[..read]);
    }
    let screen = String::from_utf8(screen).unwrap();
    assert!(run.wait().unwrap().success(), "{screen}");
    assert!(screen.contains("3/3") && screen.contains("ETA"), "{screen:?}");
    assert!(screen.contains("events.jsonl: 3 accepted"), "{screen:?}");
    assert!(!screen.contains(TOKEN));
}
