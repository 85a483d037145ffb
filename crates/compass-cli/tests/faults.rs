//! Every command that sends against everything that can go wrong on the way: exit code and result, as one table.
#![cfg(unix)]

mod support;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use compass_mock::{Fault, OperationId};
use serde_json::{Value, json};
use support::{COMPONENT, DEFINITION, Ended, SOURCE, Server, commands, compass, events, server};

const UUID: &str = "b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";

/// What the cells say.
const LEGEND: &str = "\
Exit code, `x` and the attempts where there was more than one, `?` where the result says that it may have arrived all the
same, `r` before it where it says that sending again can help. Of doctor: exit code and what failed, `n` the connection, `i`
the cloud ID, `c` the credentials. The exit codes are 0 delivered, 2 usage, 3 invalid or rejected, 4 authentication, 5 not
delivered. A request is sent twice at most, and once where nobody answers (`silent`). `p` is an HTML page, `+7` a Retry-After
of more time than there is. What is queued is not sent, so that nothing that Compass does is a failure of that.

";

/// A row: the command, what it is called in the table, and the one operation that meets the fault if it is not all.
struct Row {
    name: String,
    /// The names of the commands and subcommands.
    command: String,
    args: Vec<&'static str>,
    only: Option<OperationId>,
    /// What there has to be before, so that the command succeeds.
    before: &'static [&'static str],
}

fn row(command: &str, args: &[&'static str]) -> Row {
    let words: Vec<&'static str> = command.split(' ').map(|word| &*word.to_owned().leak()).collect();
    let args = [&words, args].concat();
    Row { name: command.to_owned(), command: command.to_owned(), args, only: None, before: &[] }
}

const LOCK_FILE: [&str; 4] = ["--source-id", "package-lock.json", "--component", UUID];
const ATTACHMENT: [&str; 6] = ["--app", "app-1", "--key", "k", "--component", UUID];
const RUN: [&str; 12] = [
    "--name",
    "shop",
    "--url",
    "https://ci.example.com/42",
    "--event-source",
    "ci:acme/shop",
    "--pipeline-id",
    "shop-42",
    "--component",
    COMPONENT,
    "--started-at",
    "2026-09-01T12:00:00Z",
];
/// A flag, queued.
const QUEUED: [&str; 13] = [
    "event",
    "flag",
    "--name",
    "dark mode",
    "--id",
    "dark-mode",
    "--url",
    "https://flags.example.com",
    "--event-source",
    "ci:acme/shop",
    "--component",
    COMPONENT,
    "--queue",
];
const COMMAND: [&str; 3] = ["--strict", "--", "true"];

/// Every command that sends something.
fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = events()
        .into_iter()
        .map(|(kind, args)| row(&format!("event {kind}"), &[&args[2..], &["--component", COMPONENT]].concat()))
        .collect();
    let upload = ["attachment", "upload", "a.json", "--app", "app-1", "--key", "k", "--component", UUID].as_slice();
    rows.extend([
        row("event send", &["events.jsonl"]),
        Row { name: "event send (queue)".to_owned(), ..row("event send", &["events.jsonl", "--queue"]) },
        Row { name: "event flag (queue)".to_owned(), ..row("event flag", &QUEUED[2..]) },
        Row { name: "metric push (queue)".to_owned(), ..row("metric push", &["1", "--source", SOURCE, "--queue"]) },
        Row { before: &QUEUED, ..row("outbox deliver", &[]) },
        row("metric push", &["1", "--definition", DEFINITION, "--component", COMPONENT]),
        Row {
            name: "metric push (repeat)".to_owned(),
            ..row("metric push", &["1", "--source", SOURCE, "--allow-repeat"])
        },
        row("metric send", &["values.csv"]),
        row("run build", &[&RUN[..], &COMMAND].concat()),
        row("run deployment", &[&RUN[..], &["--environment", "test", "--number", "42"], &COMMAND].concat()),
        row("spec upload", &["spec.yaml", "--component", COMPONENT]),
        Row {
            before: &["spec", "upload", "spec.yaml", "--component", COMPONENT],
            ..row("spec delete", &["--component", COMPONENT])
        },
        row(
            "lockfile upload",
            &[&["package-lock.json", "--url", "https://git.example.com/lock"], &LOCK_FILE[..]].concat(),
        ),
        Row {
            before: &[
                "lockfile",
                "upload",
                "package-lock.json",
                "--url",
                "https://git.example.com/lock",
                "--source-id",
                "package-lock.json",
                "--component",
                UUID,
            ],
            ..row("lockfile delete", &LOCK_FILE)
        },
        row("attachment upload", &upload[2..]),
        Row { before: upload, ..row("attachment get", &ATTACHMENT) },
        Row { before: upload, ..row("attachment delete", &ATTACHMENT) },
        row("webhook invoke", &["a.json"]),
        row("entitlements", &["one"]),
        row("site", &[]),
        Row { name: "doctor (all)".to_owned(), ..row("doctor", &[]) },
        Row { name: "doctor (login)".to_owned(), only: Some(OperationId::EvaluateEntitlements), ..row("doctor", &[]) },
    ]);
    rows
}

/// The commands that send nothing to a Compass outside: each is tested elsewhere.
const OTHERS: [&str; 16] = [
    "validate",
    "detect",
    "mock",
    "demo",
    "config show",
    "schema",
    "completions",
    "man",
    "outbox status",
    "outbox list",
    "outbox show",
    "outbox retry",
    "outbox drop",
    "outbox resume",
    "outbox export",
    "outbox path",
];

/// Everything that the mock can do, each under a short name.
fn faults() -> Vec<(&'static str, Fault)> {
    let refused = |status: u16| Fault::status(status).json(&json!({ "errors": [{ "type": "SOME", "message": "m" }] }));
    vec![
        ("none", Fault::none()),
        ("slow", Fault::latency(Duration::from_millis(1))),
        ("200", Fault::status(200)),
        ("200p", Fault::html(200)),
        ("204", Fault::status(204)),
        ("302", Fault::status(302).with_header("location", "https://id.example.com/login")),
        ("400", refused(400)),
        ("401", Fault::status(401)),
        ("403", refused(403)),
        ("403p", Fault::html(403)),
        ("404", refused(404)),
        ("404p", Fault::html(404)),
        ("409", refused(409)),
        ("413", Fault::html(413)),
        ("422", refused(422)),
        ("429", Fault::status(429)),
        ("429+0", Fault::status(429).with_header("retry-after", "0")),
        ("429+7", Fault::status(429).with_header("retry-after", "7")),
        ("500", refused(500)),
        ("501", Fault::status(501)),
        ("502p", Fault::html(502)),
        ("503", Fault::status(503)),
        ("503+0", Fault::status(503).with_header("retry-after", "0")),
        ("503+7", Fault::status(503).with_header("retry-after", "7")),
        ("504", Fault::status(504)),
        ("closed", Fault::closed()),
        ("reset", Fault::reset_before()),
        ("lost", Fault::reset_after()),
        ("cut", Fault::truncated()),
        ("400cut", refused(400).cut()),
        ("more", Fault::none().unfinished()),
        ("silent", Fault::silent()),
    ]
}

/// The settings: nobody waits.
fn client(fault: &str) -> String {
    // What never comes is waited for in vain, so once and not for long; all else comes.
    let (attempt, attempts) = if fault == "silent" { (1_000, 1) } else { (30_000, 2) };
    format!(
        "[client]\nlimits = \"unlimited\"\npermit_timeout_ms = 1\nattempt_timeout_ms = {attempt}\noperation_timeout_ms = \
         6000\nretry = {{ first_delay_ms = 0, max_attempts = {attempts} }}\n"
    )
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (_, flag) = events().remove(4);
    let shown = compass([&flag[..], &["--component", COMPONENT, "--dry-run", "--output=json", "--site=x"]].concat())
        .run()
        .json();
    let files = [
        ("spec.yaml", "openapi: 3.1.0\n".to_owned()),
        ("package-lock.json", "{\"lockfileVersion\": 3}".to_owned()),
        ("a.json", "{}".to_owned()),
        ("values.csv", format!("metricSourceId,value\n{SOURCE},1\n")),
        ("events.jsonl", format!("{}\n", shown["request"]["body"])),
    ];
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn run(server: &Server, folder: &Path, outbox: &Path, args: &[&str]) -> Ended {
    let sending = compass(["--output=json"].iter().chain(args).copied()).sending_to(&server.url).within(folder);
    let sending = sending.env("COMPASS_OUTBOX", outbox.to_str().unwrap());
    sending.env("COMPASS_WEBHOOK_ID", "wh-1").env("PATH", "/usr/bin:/bin").run()
}

/// One run, in a cell.
fn cell(row: &Row, name: &str, fault: &Fault, folder: &Path) -> String {
    let settings = tempfile::tempdir_in(folder).unwrap();
    let outbox = settings.path().join("outbox.db");
    let server = server([]);
    if !row.before.is_empty() {
        let ended = run(&server, folder, &outbox, row.before);
        assert_eq!(ended.code, 0, "{}: {ended:?}", row.name);
    }
    let faults = server.mock.faults();
    row.only.map_or(faults.clone(), |only| faults.only(only)).script([fault.clone()]);
    let file = settings.path().join("own.toml");
    fs::write(&file, client(name)).unwrap();
    drop(server.mock.take_requests());
    let ended = run(&server, folder, &outbox, &[&["--config", file.to_str().unwrap()], &*row.args].concat());
    // The result of a wrapped command is the last line of stderr: stdout is the command's.
    let is_run = row.command.starts_with("run ");
    let text = if is_run { ended.stderr.lines().last().unwrap_or_default() } else { &ended.stdout };
    let json: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    let told = if row.command == "doctor" { judge_doctor(&ended, &json) } else { judge(&server, name, &ended, &json) };
    let cell = told.unwrap_or_else(|wrong| panic!("{} {name}: {wrong}: {ended:?}", row.name));
    assert!(!matches!(name, "none" | "slow") || ended.code == 0, "{} {name}: {ended:?}", row.name);
    cell
}

/// Holds result, exit code and what the server saw against each other, and says them in short.
fn judge(server: &Server, fault: &str, ended: &Ended, json: &Value) -> Result<String, &'static str> {
    let results = match json["events"].as_array() {
        Some(events) if json["outcome"] == "ran" => events.as_slice(),
        Some(_) | None => std::slice::from_ref(json),
    };
    // Of the two events of a wrapped command the last one counts; both met the same.
    let result = results.last().ok_or("no result")?;
    let is_done = ["accepted", "queued", "data"].contains(&result["outcome"].as_str().unwrap_or_default());
    let told = |holds: bool, wrong: &'static str| if holds { Ok(()) } else { Err(wrong) };
    told(is_done == (ended.code == 0), "outcome and exit code contradict each other")?;
    told(is_done || result["exit"] == ended.code, "the result has another exit code")?;
    told(is_done || json["outcome"] == "ran" || !ended.stderr.is_empty(), "a failure that is not told")?;
    // After a Retry-After, the second one is not even tried.
    if let (false, Some(status), Ok(expected)) = (is_done, results[0].get("status"), fault[..3].parse::<u16>()) {
        told(*status == expected, "the result has another status")?;
    }
    let attempts: Option<Vec<u64>> = results.iter().map(|result| result["attempts"].as_u64()).collect();
    if let Some(attempts) = &attempts {
        told(attempts.iter().sum::<u64>() == server.came().len() as u64, "attempts and requests differ")?;
    }
    let attempts = result["attempts"].as_u64().filter(|attempts| *attempts > 1);
    let maybe = result["may_have_arrived"] == true || result["maybe_delivered"].as_u64().is_some_and(|count| count > 0);
    let retryable = if result["retryable"] == true { "r" } else { "" };
    let attempts = attempts.map(|attempts| format!("x{attempts}")).unwrap_or_default();
    Ok(format!("{retryable}{}{attempts}{}", ended.code, if maybe { "?" } else { "" }))
}

fn judge_doctor(ended: &Ended, json: &Value) -> Result<String, &'static str> {
    let mut cell = ended.code.to_string();
    for check in json["data"].as_array().ok_or("no checks")?.iter().filter(|check| check["verdict"] == "fail") {
        cell.push(match check["check"].as_str() {
            Some("connection") => 'n',
            Some("cloud-id") => 'i',
            Some("credentials") => 'c',
            Some(_) | None => return Err("a check that has nothing to do with the fault"),
        });
    }
    if (cell == "0") == (ended.code == 0) { Ok(cell) } else { Err("checks and exit code contradict each other") }
}

#[test]
fn every_command_against_every_fault() {
    let (rows, faults, folder) = (rows(), faults(), folder());
    // Those that wait come first, so that the others have their time.
    let cells: Vec<_> = faults.iter().rev().flat_map(|fault| rows.iter().map(move |row| (row, fault))).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((row, (name, fault))) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push(((row.name.as_str(), *name), cell(row, name, fault, folder.path())));
        }
        done
    };
    let found: std::collections::BTreeMap<_, _> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..12).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let mut table = format!("{LEGEND}{:21}", "");
    let names: String = faults.iter().map(|(name, _)| format!(" {name:6}")).collect();
    table.push_str(names.trim_end());
    for row in &rows {
        let line: String = faults.iter().map(|(name, _)| format!(" {:6}", found[&(&*row.name, *name)])).collect();
        table.push_str(&format!("\n{:21}{}", row.name, line.trim_end()));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_command_is_in_the_table_or_sends_nothing() {
    let all = commands();
    let is_group = |path: &[String]| all.iter().any(|(other, _)| other.len() > path.len() && other.starts_with(path));
    let leaves = all.iter().filter(|(path, _)| !is_group(path)).map(|(path, _)| path.join(" "));
    let mut leaves: Vec<_> = leaves.collect();
    let mut known: Vec<_> = rows().into_iter().map(|row| row.command).collect();
    known.extend(OTHERS.map(str::to_owned));
    leaves.sort();
    known.sort();
    known.dedup();
    assert_eq!(leaves, known);
}
