//! Whole runs against the mock, in this process: what is sent, what is said, and what the report has.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc;

use clap::Parser;
use compass_mock::{Fault, Mock};
use compass_sdk::clock::SystemClock;
use serde_json::{Value, json};

use super::*;
use crate::bulk::validate::{ValidateArgs, validate};
use crate::interrupts::Interrupt;

const SITE: &str = "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30";

/// Whom the events are for: the mock makes the event sources of components.
pub(super) fn target() -> Target {
    let uuids = "0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
    Target::Component(format!("ari:cloud:compass:{SITE}:component/{uuids}").parse().unwrap())
}

/// The `sequence`-th state of a flag.
pub(super) fn flag(id: &str, sequence: u64) -> Value {
    json!({ "flag": {
        "displayName": id, "description": "", "url": "https://flags.example.com", "lastUpdated": "2026-09-01T12:00:00Z",
        "updateSequenceNumber": sequence, "externalEventSourceId": "flags:acme/shop", "flagProperties": { "id": id }
    } })
}

pub(super) fn lines(values: impl IntoIterator<Item = Value>) -> String {
    values.into_iter().map(|value| format!("{value}\n")).collect()
}

#[derive(Parser)]
struct Events {
    #[command(flatten)]
    args: EventSendArgs,
}

#[derive(Parser)]
struct Metrics {
    #[command(flatten)]
    args: MetricSendArgs,
}

#[derive(Parser)]
struct Validate {
    #[command(flatten)]
    args: ValidateArgs,
}

/// A folder, and a Compass.
pub(super) struct World {
    folder: tempfile::TempDir,
    pub(super) mock: Mock,
    /// The mock lives as long as this does.
    _runtime: tokio::runtime::Runtime,
}

/// How a run ended, and what it said.
struct Ran {
    result: Result<Exit, Failure>,
    out: String,
    err: String,
}

impl Ran {
    fn exit(&self) -> Exit {
        self.result.as_ref().map_or_else(|failure| failure.exit, |exit| *exit)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }

    fn message(&self) -> &str {
        &self.result.as_ref().unwrap_err().message
    }
}

impl World {
    pub(super) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mock = runtime.block_on(Mock::builder().cloud_id(SITE).start()).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), mock, _runtime: runtime }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) -> &Self {
        fs::write(self.path(name), text).unwrap();
        self
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn compass(&self) -> Compass {
        let http = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
        let builder = Compass::builder().base_url(self.mock.base_url()).credentials("ada@example.com", "token");
        builder.http_client(http).build().unwrap()
    }

    /// Runs something on a stage whose results go to `out`.
    pub(super) fn on_stage(
        out: &mut dyn Write,
        run: impl FnOnce(&mut Stage<'_>) -> Result<Exit, Failure>,
    ) -> (Result<Exit, Failure>, String) {
        let mut err = anstream::StripStream::new(Vec::new());
        let mut stage = Stage {
            out,
            err: &mut err,
            json: true,
            quiet: false,
            terminal: false,
            clock: Arc::new(SystemClock::new()),
            attempts: None,
        };
        let result = run(&mut stage);
        (result, String::from_utf8(err.into_inner()).unwrap())
    }

    /// `event send` of a file in the folder; `compass` is asked for the client.
    fn send_with(
        &self,
        out: &mut dyn Write,
        file: &str,
        options: &[&str],
        compass: impl FnOnce() -> Result<Compass, Failure>,
    ) -> (Result<Exit, Failure>, String) {
        let file = self.path(file);
        let args = ["send", file.to_str().unwrap()].into_iter().chain(options.iter().copied());
        let args = Events::parse_from(args).args;
        let target = target();
        Self::on_stage(out, |stage| send_events(&args, Some(&target), Way::Direct(compass), stage))
    }

    fn send(&self, file: &str, options: &[&str]) -> Ran {
        let mut out = Vec::new();
        let (result, err) = self.send_with(&mut out, file, options, || Ok(self.compass()));
        Ran { result, out: String::from_utf8(out).unwrap(), err }
    }

    fn validate(&self, file: &str) -> Ran {
        let mut out = Vec::new();
        let args = Validate::parse_from(["validate", self.path(file).to_str().unwrap()]).args;
        let (result, err) = Self::on_stage(&mut out, |stage| validate(&args, stage));
        Ran { result, out: String::from_utf8(out).unwrap(), err }
    }

    pub(super) fn requests(&self) -> usize {
        self.mock.received().requests().len()
    }
}

#[test]
fn what_stops_a_run_stops_the_events_of_one_key_too() {
    for (status, options, exit) in [(401, &[][..], Exit::Authentication), (400, &["--fail-fast"][..], Exit::Refused)] {
        let world = World::new();
        world.write("events.jsonl", &lines((1..=100).map(|sequence| flag("one", sequence))));
        world.mock.faults().script([Fault::status(status)]);
        let ran = world.send("events.jsonl", options);
        assert_eq!((world.requests(), ran.exit()), (1, exit), "{status}: {}", ran.err);
        assert_eq!((&ran.json()["rejected"], &ran.json()["not_sent"]), (&json!(1), &json!(99)));
    }
}

#[test]
fn what_was_being_sent_at_the_second_interrupt_may_have_arrived() {
    let world = World::new();
    world.write("events.jsonl", &lines((1..=3).map(|sequence| flag("one", sequence))));
    world.mock.faults().script([Fault::silent()]);
    let args = Events::parse_from(["send", "-"]).args;
    let sending = Sending { args: &args.bulk, subject: Subject::Event, concurrency: args.concurrency, repeats: true };
    let input = Input::open(&world.path("events.jsonl")).unwrap();
    let (compass, target) = (world.compass(), target());
    let (mut out, before) = (Vec::new(), Before::default());
    let (result, err) = World::on_stage(&mut out, |stage| {
        let mut run = Run::new(stage, "events".to_owned(), false, 3);
        let head = Head::new(Subject::Event, "events".to_owned(), input.read().unwrap().seen().print(), 3);
        run.report = Some(Writer::create(&world.path("report.jsonl"), &head).unwrap());
        let run = RefCell::new(run);
        let mut records = sending.reader(&input).unwrap().0;
        let pump = Pump { records: &mut records, run: &run, subject: Subject::Event, before: &before, repeats: true };
        let clock = run.borrow().stage.clock.clone();
        let interrupts = futures_util::stream::iter([Interrupt; 2]);
        block_on(drive(events(pump, &run, Some(&target), &compass, args.concurrency), &run, interrupts, clock))
            .unwrap();
        let run = run.into_inner();
        assert_eq!((run.stop(), run.tally.left()), (Some(Stop::Abandoned), 2));
        assert_eq!(run.tally.count(Outcome::MaybeDelivered), 1);
        Ok(run.exit())
    });
    assert_eq!(result.unwrap(), Exit::NotDelivered, "{err}");
    let report = world.read("report.jsonl");
    let last: Value = serde_json::from_str(report.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&last["record"], &last["outcome"], report.lines().count()), (&json!(1), &json!("maybe-delivered"), 2));
}

#[test]
fn a_metric_that_the_report_cannot_have_is_not_sent() {
    let world = World::new();
    let source = format!(
        "ari:cloud:compass:{SITE}:metric-source/0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69"
    );
    world.write("values.csv", &format!("metricSourceId,value\n{source},1\n")).write("report.jsonl", "");
    let file = world.path("values.csv");
    let args = Metrics::parse_from(["send", file.to_str().unwrap()]).args;
    let sending = Sending { args: &args.bulk, subject: Subject::Metric, concurrency: args.concurrency, repeats: false };
    let input = Input::open(&file).unwrap();
    let (mut out, before, compass) = (Vec::new(), Before::default(), world.compass());
    let (result, _) = World::on_stage(&mut out, |stage| {
        let mut run = Run::new(stage, "values.csv".to_owned(), false, 1);
        // Opened to be read, it cannot be written.
        let report = world.path("report.jsonl");
        run.report = Some(Writer::lock(fs::File::open(&report).unwrap(), &report).unwrap());
        let run = RefCell::new(run);
        let mut records = sending.reader(&input).unwrap().0;
        let pump = Pump { records: &mut records, run: &run, subject: Subject::Metric, before: &before, repeats: false };
        let clock = run.borrow().stage.clock.clone();
        let metrics = metrics(pump, &run, &compass, args.concurrency, false);
        block_on(drive(metrics, &run, futures_util::stream::pending(), clock)).unwrap();
        sending.finish(run.into_inner(), Skipped::default())
    });
    let failure = result.unwrap_err();
    assert!(failure.message.contains("the report cannot be written"), "{failure:?}");
    assert_eq!(world.requests(), 0);
}

#[test]
fn a_file_that_became_shorter_was_changed() {
    let world = World::new();
    world.write("events.jsonl", &lines(["a", "b", "c"].map(|id| flag(id, 1))));
    let mut out = Vec::new();
    let (result, err) =
        world.send_with(&mut out, "events.jsonl", &["--report", world.path("r").to_str().unwrap()], || {
            world.write("events.jsonl", &lines([flag("d", 1)]));
            Ok(world.compass())
        });
    let failure = result.unwrap_err();
    assert!(failure.message.ends_with("it was changed while it was being sent"), "{failure:?} {err}");
    assert_eq!(failure.exit, Exit::Other);
}

#[test]
fn nothing_is_sent_of_a_file_that_cannot_be_told_apart_into_records() {
    let world = World::new();
    world.write("cut.json", &format!("[{}, {}", flag("a", 1), flag("b", 1)));
    let ran = world.send("cut.json", &[]);
    assert_eq!((ran.exit(), world.requests()), (Exit::Refused, 0), "{}", ran.err);
    let json = ran.json();
    assert_eq!((&json["outcome"], &json["complete"], &json["not_sent"]), (&json!("failed"), &json!(false), &json!(2)));
    let validated = world.validate("cut.json");
    let summary: Value = serde_json::from_str(validated.out.lines().last().unwrap()).unwrap();
    assert_eq!((&summary["complete"], &summary["records"]), (&json!(false), &json!(3)));
    assert!(validated.err.ends_with("the rest was not read\n"), "{}", validated.err);
}

#[test]
fn lines_are_sent_whatever_the_file_is_called() {
    let world = World::new();
    world.write("same.json", &lines(["a", "b", "c"].map(|id| flag(id, 1))));
    let ran = world.send("same.json", &[]);
    assert_eq!((ran.exit(), world.requests()), (Exit::Delivered, 3), "{}", ran.err);
    assert_eq!((&ran.json()["accepted"], &ran.json()["complete"]), (&json!(3), &json!(true)));
}

#[test]
fn a_record_that_was_accepted_and_is_invalid_now_hides_no_other() {
    let world = World::new();
    world.write("events.jsonl", &lines([flag("a", 1), json!({})]));
    world.mock.faults().next(1, Fault::status(400));
    let report = world.path("report.jsonl");
    let report = report.to_str().unwrap();
    assert_eq!(world.send("events.jsonl", &["--report", report]).exit(), Exit::Refused);
    let text = world.read("report.jsonl");
    world.write("report.jsonl", &format!("{text}{{\"record\":2,\"line\":2,\"outcome\":\"accepted\"}}\n"));
    let ran = world.send("events.jsonl", &["--resume", report]);
    let json = ran.json();
    assert_eq!((world.requests(), &json["accepted"], &json["skipped"]), (2, &json!(1), &json!(1)), "{}", ran.err);
    assert_eq!((ran.exit(), &json["invalid"], &json["not_sent"]), (Exit::Delivered, &json!(0), &json!(0)));
}

#[test]
fn no_records_are_no_success() {
    let world = World::new();
    world.write("empty", "").write("blank", "\n \n").write("array.json", "[]");
    for file in ["empty", "blank", "array.json"] {
        for ran in [world.send(file, &[]), world.send(file, &["--dry-run"]), world.validate(file)] {
            assert_eq!(ran.exit(), Exit::Usage, "{file}");
            assert!(ran.message().ends_with("there are no records in it"), "{}", ran.message());
        }
    }
}

/// Where nothing can be written.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_result_that_cannot_be_written_is_no_success() {
    let world = World::new();
    world.write("events.jsonl", &lines([flag("a", 1)]));
    for (options, exit) in [(&["--dry-run"][..], Exit::Other), (&[], Exit::Other)] {
        let (result, err) = world.send_with(&mut Full, "events.jsonl", options, || Ok(world.compass()));
        assert_eq!(result.unwrap(), exit);
        assert!(err.contains("error: the result cannot be written: "), "{err}");
    }
    // A failure stays what it is.
    world.mock.faults().script([Fault::status(401)]);
    let (result, _) = world.send_with(&mut Full, "events.jsonl", &[], || Ok(world.compass()));
    assert_eq!(result.unwrap(), Exit::Authentication);
}

#[test]
fn no_report_is_begun_without_credentials() {
    let world = World::new();
    world.write("events.jsonl", &lines([flag("a", 1)]));
    let report = world.path("report.jsonl");
    let options = ["--report", report.to_str().unwrap()];
    let (result, _) = world.send_with(&mut Vec::new(), "events.jsonl", &options, || Err(Failure::usage("no token")));
    assert_eq!(result.unwrap_err().message, "no token");
    assert!(!report.exists());
    assert_eq!(world.send("events.jsonl", &options).exit(), Exit::Delivered);
}

#[test]
fn names_of_fields_begin_no_line() {
    let world = World::new();
    let mut event = json!({ "event": flag("a", 1) });
    event["x\n::error::pwned"] = json!(1);
    world.write("events.jsonl", &lines([event]));
    for ran in [world.send("events.jsonl", &["--dry-run"]), world.validate("events.jsonl")] {
        assert!(!format!("{}{}", ran.err, ran.out).contains("\n::error"), "{}{}", ran.err, ran.out);
    }
    let args = Validate::parse_from(["validate", world.path("events.jsonl").to_str().unwrap()]).args;
    let mut out = Vec::new();
    let (_, _) = World::on_stage(&mut out, |stage| {
        stage.json = false;
        validate(&args, stage)
    });
    let told = String::from_utf8(out).unwrap();
    assert!(told.contains("x\\n::error::pwned") && told.lines().count() == 1, "{told}");
}

#[test]
fn nobody_waits_for_a_name_server() {
    let (answer, asked) = mpsc::channel::<()>();
    block_on(async {
        drop(tokio::task::spawn_blocking(move || asked.recv()));
        tokio::task::yield_now().await;
    })
    .unwrap();
    // It is still waited for there, and no longer here.
    assert!(answer.send(()).is_ok());
}
