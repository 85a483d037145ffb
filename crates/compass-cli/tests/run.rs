//! `compass run`: what Compass is told of a command, and that the command is none the wiser.
#![cfg(unix)]

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use compass_mock::Fault;
use support::{COMPONENT, Compass, DEPLOYMENT, Ended, Server, TOKEN, compass, server};

const PATH: &str = "/usr/bin:/bin";

fn deployment(how: &[&str], command: &[&str]) -> Compass {
    compass([&DEPLOYMENT[..], how, &["--"], command].concat()).env("PATH", PATH)
}

fn accepting() -> Server {
    server([])
}

/// State, sequence number, and whether it has an end, of each event that came.
fn came(server: &Server) -> Vec<(String, i64, bool)> {
    server
        .bodies()
        .iter()
        .map(|body| {
            let event = &body["event"]["deployment"];
            let own = &event["deploymentProperties"];
            assert!(own["startedAt"].is_string(), "{body}");
            let sequence = event["updateSequenceNumber"].as_i64().unwrap();
            (own["state"].as_str().unwrap().to_owned(), sequence, own["completedAt"].is_string())
        })
        .collect()
}

fn states(server: &Server) -> Vec<String> {
    came(server).into_iter().map(|(state, ..)| state).collect()
}

#[test]
fn streams_and_exit_codes_are_the_commands_and_compass_is_told() {
    let cases = [("cat; echo err >&2", 0, "SUCCESSFUL"), ("cat; echo err >&2; exit 3", 3, "FAILED")];
    for (script, code, state) in cases {
        let server = accepting();
        let ended = deployment(&["-q"], &["sh", "-c", script]).stdin("in").sending_to(&server.url).run();
        assert_eq!((ended.code, &*ended.stdout, &*ended.stderr), (code, "in", "err\n"));
        let came = came(&server);
        assert_eq!(came[0].0, "IN_PROGRESS");
        assert_eq!(came[1].0, state);
        assert!(came[0].1 < came[1].1 && !came[0].2 && came[1].2, "{came:?}");
        assert_eq!(came.len(), 2);
    }
}

#[test]
fn a_given_sequence_number_is_followed_by_the_next_and_told() {
    let server = accepting();
    let ended = deployment(&["--sequence", "7"], &["true"]).sending_to(&server.url).run();
    insta::assert_snapshot!(ended.told());
    assert_eq!(came(&server).iter().map(|(_, number, _)| *number).collect::<Vec<_>>(), [7, 8]);
    let ended = deployment(&["--sequence", "7", "--output=json", "--started-at", "2026-09-01T12:00:00Z"], &["true"]);
    let ended = ended.sending_to(&server.url).run();
    assert_eq!(ended.stdout, "");
    insta::assert_snapshot!(ended.stderr);
}

#[test]
fn builds_are_wrapped_alike() {
    let server = accepting();
    let args = ["run", "build", "--name=b", "--url=https://ci.example.com/1", "--event-source=s", "--pipeline-id=b-1"];
    let args = [&args[..], &["--component", COMPONENT, "--", "true"]].concat();
    assert_eq!(compass(args).env("PATH", PATH).sending_to(&server.url).run().code, 0);
    let states: Vec<_> = server.bodies().iter().map(|body| body.to_string().contains("SUCCESSFUL")).collect();
    assert_eq!(states, [false, true]);
}

#[test]
fn a_command_that_ends_itself_by_a_signal_ends_as_shells_say() {
    for (signal, code, state) in [("TERM", 143, "CANCELLED"), ("KILL", 137, "FAILED"), ("SEGV", 139, "FAILED")] {
        let server = accepting();
        let script = format!("kill -{signal} $$");
        assert_eq!(deployment(&[], &["sh", "-c", &script]).sending_to(&server.url).run().code, code);
        assert_eq!(states(&server), ["IN_PROGRESS", state]);
    }
}

/// Whoever runs the tests may ignore signals, as shells do for what they run in the background; programs inherit that.
#[cfg(target_os = "linux")]
const HEEDING_SIGNALS: &str = "--default-signal=HUP,INT,QUIT,TERM";

/// The program in a session of its own, so that it has no terminal; the signal comes when the command runs.
#[cfg(target_os = "linux")]
fn signalled(server: &Server, signal: &str, script: &str, nohup: bool) -> (i32, String) {
    let mut command = Command::new("setsid");
    command.args(["--wait", "env", HEEDING_SIGNALS]).args(nohup.then_some("nohup")).arg(env!("CARGO_BIN_EXE_compass"));
    command.args(DEPLOYMENT).args(["-q", "--", "sh", "-c", script]).env_clear().env("PATH", PATH).current_dir("/");
    command.env("COMPASS_BASE_URL", &server.url).env("COMPASS_EMAIL", "me@example.com").env("COMPASS_API_TOKEN", TOKEN);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // The command prints the ID of its parent, which is the program.
    let program = lines.next().unwrap().unwrap();
    assert!(Command::new("kill").args([&format!("-{signal}"), &program]).status().unwrap().success());
    // Whoever waits for its input goes on.
    drop(child.stdin.take());
    let rest = lines.map(Result::unwrap).collect();
    (child.wait().unwrap().code().unwrap(), rest)
}

#[test]
#[cfg(target_os = "linux")]
fn signals_are_handed_on_once_and_cancel() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let server = accepting();
        let script = "echo $PPID; exec sleep 60";
        assert_eq!(signalled(&server, signal, script, false), (code, String::new()), "{signal}");
        assert_eq!(states(&server), ["IN_PROGRESS", "CANCELLED"], "{signal}");
        // One that cleans up has a code of its own.
        let server = accepting();
        let script = format!("trap 'echo once; kill $!; exit 9' {signal}; sleep 60 >&- & echo $PPID; wait");
        assert_eq!(signalled(&server, signal, &script, false), (9, "once".to_owned()), "{signal}");
        assert_eq!(states(&server), ["IN_PROGRESS", "CANCELLED"], "{signal}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_nohup_ignores_stays_ignored() {
    let server = accepting();
    let script = "echo $PPID; read line; kill -HUP $$; exit 0";
    assert_eq!(signalled(&server, "HUP", script, true).0, 0);
    assert_eq!(states(&server), ["IN_PROGRESS", "SUCCESSFUL"]);
}

#[test]
fn a_command_that_cannot_be_started_has_failed() {
    for (command, code) in [("/no/such/command", 127), ("/etc/passwd", 126)] {
        let server = accepting();
        let ended = deployment(&[], &[command]).sending_to(&server.url).run();
        assert_eq!(ended.code, code, "{ended:?}");
        assert!(ended.stderr.contains(&format!("{command}: cannot be run")), "{ended:?}");
        assert_eq!(states(&server), ["FAILED"]);
    }
}

/// Without waits between attempts.
fn within_a_hurry(compass: Compass) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("compass.toml"), "[client.retry]\nmax_attempts = 1\n").unwrap();
    compass.within(folder.path()).run()
}

#[test]
fn compass_down_changes_nothing_unless_strict() {
    for (how, script, code) in
        [(&[][..], "exit 0", 0), (&[], "exit 3", 3), (&["--strict"], "exit 0", 5), (&["--strict"], "exit 3", 3)]
    {
        let run = deployment(how, &["sh", "-c", script]).sending_to("http://127.0.0.1:9");
        let ended = within_a_hurry(run);
        assert_eq!(ended.code, code, "{how:?} {script}: {ended:?}");
        for state in ["IN_PROGRESS", if script == "exit 0" { "SUCCESSFUL" } else { "FAILED" }] {
            assert!(ended.stderr.contains(&format!("Compass was not told: deployment {state}")), "{ended:?}");
        }
    }
    let server = server([Fault::status(401)]);
    let ended = within_a_hurry(deployment(&["--strict"], &["true"]).sending_to(&server.url));
    assert_eq!(ended.code, 4);
}

#[test]
fn compass_that_never_answers_holds_up_nothing_for_long() {
    let server = server([Fault::silent()]);
    let start = Instant::now();
    let ended = deployment(&["--wait", "1"], &["sh", "-c", "exit 3"]).sending_to(&server.url).run();
    assert_eq!(ended.code, 3);
    // An attempt alone would take 30 s.
    assert!(start.elapsed().as_secs() < 25, "{ended:?}");
    insta::assert_snapshot!(ended.told());
}

#[test]
fn what_is_wrong_is_refused_before_the_command_starts() {
    let folder = tempfile::tempdir().unwrap();
    let run = |how: &[&str]| deployment(how, &["touch", "started"]).within(folder.path());
    let cases: [(&[&str], i32); 5] = [
        (&["--environment-category=moon"], 2),
        (&["--started-at=yesterday"], 2),
        (&["--sequence=9223372036854775807"], 2),
        (&["--token-stdin"], 2),
        (&["--pipeline-url=https://"], 2),
    ];
    for (how, code) in cases {
        let ended = run(how).sending_to("http://127.0.0.1:9").run();
        assert_eq!(ended.code, code, "{how:?}: {ended:?}");
    }
    let blank: Vec<_> = DEPLOYMENT.iter().map(|arg| if *arg == "shop" { " " } else { *arg }).collect();
    let ended = compass([&blank[..], &["--", "touch", "started"]].concat()).env("PATH", PATH).within(folder.path());
    assert_eq!(ended.sending_to("http://127.0.0.1:9").run().code, 3);
    assert_eq!(compass(DEPLOYMENT).run().code, 2);
    assert!(!folder.path().join("started").exists());
    // Without secrets the command runs all the same, unless Compass has to be told.
    let strict = run(&["--strict"]).env("COMPASS_SITE", "example").run();
    assert_eq!(strict.code, 2);
    assert!(!folder.path().join("started").exists());
    let ended = run(&[]).env("COMPASS_SITE", "example").run();
    insta::assert_snapshot!(ended.told());
    assert!(folder.path().join("started").exists());
}

#[test]
fn previews_show_both_requests_and_run_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let fixed = ["--sequence", "7", "--started-at", "2026-09-01T12:00:00Z", "--site", "example", "--output=json"];
    let run = |how: &str| deployment(&[&fixed[..], &[how]].concat(), &["touch", "started"]).within(folder.path()).run();
    let shown = run("--dry-run").json();
    let states: Vec<_> = shown["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|request| request["body"]["event"]["deployment"]["deploymentProperties"]["state"].clone())
        .collect();
    assert_eq!(states, ["IN_PROGRESS", "SUCCESSFUL"]);
    assert_eq!(run("--curl").json()["curls"].as_array().unwrap().len(), 2);
    assert!(!folder.path().join("started").exists());
}

/// A terminal sends Ctrl-C to the command itself.
#[test]
#[cfg(target_os = "linux")]
fn ctrl_c_comes_once() {
    let server = accepting();
    let (mut pty, terminal) = pty_process::blocking::open().unwrap();
    let script = "trap 'echo INTERRUPTED' INT; echo READY; until test -n \"$end\"; do read end; done; exit 9";
    let run = pty_process::blocking::Command::new("env").args([HEEDING_SIGNALS, env!("CARGO_BIN_EXE_compass")]);
    let run = run.args(DEPLOYMENT).args(["-q", "--", "sh", "-c", script]).env_clear().env("PATH", PATH);
    let run = run.env("COMPASS_BASE_URL", &server.url).env("COMPASS_EMAIL", "me@example.com");
    let mut run = run.env("COMPASS_API_TOKEN", TOKEN).current_dir("/").spawn(terminal).unwrap();
    let mut shown = String::new();
    let mut until = |pty: &mut pty_process::blocking::Pty, word: &str, times: usize| {
        let mut bytes = [0; 256];
        while shown.matches(word).count() < times {
            let length = pty.read(&mut bytes).unwrap();
            shown.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
    };
    until(&mut pty, "READY", 1);
    // The program has to have time for signals. Two that come at once count as one, so that a doubled one shows only now
    // and then, however often this is done.
    while server.came().is_empty() {
        std::thread::yield_now();
    }
    for times in 1..=8 {
        pty.write_all(b"\x03").unwrap();
        until(&mut pty, "INTERRUPTED", times);
    }
    pty.write_all(b"end\n").unwrap();
    // A terminal whose other end is closed has an error instead of an end.
    let mut bytes = [0; 256];
    let mut rest = String::new();
    while let Ok(length @ 1..) = pty.read(&mut bytes) {
        rest.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
    assert_eq!(run.wait().unwrap().code(), Some(9));
    assert_eq!(shown.matches("INTERRUPTED").count() + rest.matches("INTERRUPTED").count(), 8, "{shown}{rest}");
    assert_eq!(states(&server), ["IN_PROGRESS", "CANCELLED"]);
}
