//! `compass event send` and `compass metric send`: all records of a file. They are read twice: to say what is wrong before
//! anything is sent, and to send what is not.

mod args;
mod drive;
mod fill;
mod progress;
mod pump;
mod run;
mod streams;
mod summary;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use compass_sdk::Compass;
use compass_sdk::event::Target;
use serde_json::json;

use self::args::BulkArgs;
pub(crate) use self::args::{EventSendArgs, MetricSendArgs};
use self::drive::drive;
pub(crate) use self::fill::Filling;
use self::fill::fill;
use self::pump::{Pump, is_gentle};
use self::run::{Run, TOLD};
use self::streams::{events, metrics};
use super::input::{Input, Print, Printed, Seen, name, no_records, unreadable};
use super::item::Subject;
use super::records::{Hint, Records};
use super::report::{Head, Writer};
use super::resume::{Before, Skipped, resume};
use super::survey::Survey;
use super::{Stage, count};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupts::interrupts;
use crate::outbox::OpenOutbox;
use crate::send::runtime;

/// How records go.
pub(crate) enum Way<'a, F> {
    /// By a client, which this is asked for when there is something to send.
    Direct(F),
    /// Into the outbox.
    Queue(Filling<'a>),
}

/// Sends the events of a file. `default` is whom events are for that do not say it.
pub(crate) fn send_events(
    args: &EventSendArgs,
    default: Option<&Target>,
    way: Way<'_, impl FnOnce() -> Result<Compass, Failure>>,
    stage: &mut Stage<'_>,
) -> Result<Exit, Failure> {
    let sending = Sending { args: &args.bulk, subject: Subject::Event, concurrency: args.concurrency, repeats: true };
    sending.run(default, way, stage)
}

/// Sends the metrics of a file.
pub(crate) fn send_metrics(
    args: &MetricSendArgs,
    way: Way<'_, impl FnOnce() -> Result<Compass, Failure>>,
    stage: &mut Stage<'_>,
) -> Result<Exit, Failure> {
    let (concurrency, repeats) = (args.concurrency, args.allow_repeat);
    let sending = Sending { args: &args.bulk, subject: Subject::Metric, concurrency, repeats };
    sending.run(None, way, stage)
}

/// The same, when it is known what is to be sent.
enum Means<'a> {
    /// There is nothing to be sent.
    Nothing,
    Client(Compass),
    Outbox(Filling<'a>, OpenOutbox),
}

/// What to send, and how.
struct Sending<'a> {
    args: &'a BulkArgs,
    subject: Subject,
    concurrency: NonZeroUsize,
    /// Whether what may have arrived is sent again. An event that arrives twice is passed over, by its sequence number. A
    /// pull request has none; that its state may have arrived is no reason not to tell it.
    repeats: bool,
}

impl Sending<'_> {
    fn run(
        &self,
        default: Option<&Target>,
        way: Way<'_, impl FnOnce() -> Result<Compass, Failure>>,
        stage: &mut Stage<'_>,
    ) -> Result<Exit, Failure> {
        let args = self.args;
        let input = Input::open(&args.file)?;
        let (survey, print) = self.survey(&input, stage)?;
        if survey.records() == 0 {
            return Err(no_records(&args.file));
        }
        if let (Some((untargeted, line)), None) = (survey.untargeted, default) {
            let events = count(untargeted, "event");
            let message =
                format!("{}: {events} without a component or cloud ID, the first one in line {line}", self.name());
            return Err(Failure::usage(message).hint("say whom they are for with --component or --cloud-id"));
        }
        if args.dry_run || !survey.is_complete() {
            return Ok(self.not_sent(&survey, stage));
        }
        let head = Head::new(self.subject, self.name(), print.clone(), survey.records());
        let (before, resumed) = match &args.resume {
            Some(path) => resume(path, &head).map(|(before, writer)| (before, Some(writer)))?,
            None => (Before::default(), None),
        };
        let in_doubt = if self.repeats { 0 } else { before.maybe.len() };
        let skipped = before.skipped();
        let left = survey.valid.iter().filter(|record| before.leaves(*record, self.repeats)).count() as u64;
        // Where none is left, nobody is asked for credentials. Where they are missing, or the outbox cannot be used, no report
        // is begun, so that the same command can be given again.
        let means = match way {
            Way::Queue(_) | Way::Direct(_) if left == 0 => Means::Nothing,
            Way::Queue(filling) => {
                let outbox = filling.open()?;
                Means::Outbox(filling, outbox)
            }
            Way::Direct(compass) => Means::Client(compass()?),
        };
        let report = match &args.report {
            Some(path) => Some(Writer::create(path, &head)?),
            None => resumed,
        };
        let mut run = Run::new(stage, self.name(), args.fail_fast, left + in_doubt);
        run.report = report;
        if in_doubt > 0 {
            run.in_doubt(in_doubt);
        }
        let run = RefCell::new(run);
        if left > 0 || survey.invalid > 0 {
            let (mut records, seen) = self.reader(&input)?;
            let (subject, repeats) = (self.subject, self.repeats);
            let pump = Pump { records: &mut records, run: &run, subject, before: &before, repeats };
            match &means {
                Means::Nothing => self.send(pump, None, default, &run)?,
                Means::Client(compass) => self.send(pump, Some(compass), default, &run)?,
                Means::Outbox(filling, outbox) => {
                    block_on(async {
                        let interrupts = interrupts()?;
                        fill(pump, filling, outbox, default, &run, interrupts).await
                    })??;
                }
            }
            self.compare(&mut records, &seen, &print, &mut run.borrow_mut());
        }
        self.finish(run.into_inner(), skipped)
    }

    /// Whether the file is still the one that was checked: its rest is read for that, unless nobody wants to wait.
    fn compare<R: io::Read>(&self, records: &mut Records<R>, seen: &Seen, print: &Print, run: &mut Run<'_, '_>) {
        if !is_gentle(run.stop()) {
            return;
        }
        match records.drain() {
            Ok(()) if seen.print() == *print => {}
            Ok(()) => {
                let message = format!("{}: it was changed while it was being sent", self.name());
                run.break_off(Failure::new(Exit::Other, message).hint("compare it with the report"));
            }
            Err(error) => run.break_off(unreadable(&self.args.file, &error)),
        }
    }

    fn name(&self) -> String {
        name(&self.args.file)
    }

    fn reader<'i>(&self, input: &'i Input) -> Result<(Records<Printed<&'i std::fs::File>>, Seen), Failure> {
        let unreadable = |error: io::Error| unreadable(&self.args.file, &error);
        let reader = input.read().map_err(unreadable)?;
        let seen = reader.seen();
        let hint = Hint::new(self.args.format, input.path(), self.subject == Subject::Metric);
        Ok((Records::read(reader, hint).map_err(unreadable)?, seen))
    }

    /// Reads all records for the first time, and tells what is wrong with them.
    fn survey(&self, input: &Input, stage: &mut Stage<'_>) -> Result<(Survey, Print), Failure> {
        let (mut records, seen) = self.reader(input)?;
        let name = self.name();
        let mut told = 0;
        let survey = Survey::of(&mut records, Some(self.subject), |_, problem| {
            told += 1;
            if told <= TOLD {
                stage.say(&format!("{name}:{problem}"));
            }
            Ok(if self.args.fail_fast { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        });
        let survey = survey.and_then(|survey| records.drain().map(|()| survey));
        let survey = survey.map_err(|error| unreadable(&self.args.file, &error))?;
        if told > TOLD {
            let more = count(told - TOLD, "more problem");
            stage.say(&format!("{more}; `compass validate` tells all of them"));
        }
        Ok((survey, seen.print()))
    }

    fn send<R: io::Read>(
        &self,
        pump: Pump<'_, '_, '_, R>,
        compass: Option<&Compass>,
        default: Option<&Target>,
        run: &RefCell<Run<'_, '_>>,
    ) -> Result<(), Failure> {
        block_on(async {
            let Some(compass) = compass else {
                pump.pass().await;
                return Ok(());
            };
            let interrupts = interrupts()?;
            let clock = run.borrow().stage.clock.clone();
            match self.subject {
                Subject::Event => {
                    drive(events(pump, run, default, compass, self.concurrency), run, interrupts, clock).await;
                }
                Subject::Metric => {
                    let metrics = metrics(pump, run, compass, self.concurrency, self.repeats);
                    drive(metrics, run, interrupts, clock).await;
                }
            }
            Ok(())
        })?
    }

    /// The end of a run that only checked.
    fn not_sent(&self, survey: &Survey, stage: &mut Stage<'_>) -> Exit {
        let exit = if survey.invalid == 0 { Exit::Delivered } else { Exit::Refused };
        let is_complete = survey.is_complete();
        let outcome = if is_complete { "dry-run" } else { "failed" };
        let (valid, invalid) = (survey.valid(), survey.invalid);
        let json = json!({
            "outcome": outcome, "exit": exit.code(), "file": self.name(), "accepted": 0, "queued": 0, "superseded": 0,
            "rejected": 0, "invalid": invalid, "not_delivered": 0, "maybe_delivered": 0, "not_sent": valid, "skipped": 0,
            "complete": is_complete,
        });
        let text = match (survey.broken, survey.stopped) {
            (true, _) => "nothing was sent: not all of it can be told apart into records".to_owned(),
            (false, true) => "nothing was sent: a record is invalid".to_owned(),
            (false, false) => format!("{valid} would be sent, {invalid} invalid"),
        };
        let exit = stage.result(&format!("{}: {text}", self.name()), &json, exit);
        if self.args.dry_run && is_complete && !stage.quiet {
            stage.tell("note", "dry run: nothing was sent");
        }
        exit
    }

    /// Says what became of everything, and how to go on.
    fn finish(&self, mut run: Run<'_, '_>, skipped: Skipped) -> Result<Exit, Failure> {
        run.progress.end();
        let (text, json) = (run.sentence(skipped), run.json(skipped));
        let exit = run.exit();
        if let Some(failure) = run.take_failure() {
            // The failure is the result.
            run.stage.say(&text);
            return Err(failure);
        }
        let ended = run.stage.result(&text, &json, exit);
        let hint = match (exit, &run.report) {
            (Exit::Delivered, _) | (Exit::Refused, None) => None,
            (_, Some(report)) => {
                let report = report.path().display();
                Some(format!("to go on: the same input and options, with --resume {report} instead of --report"))
            }
            (_, None) => Some(match self.subject {
                Subject::Event => {
                    "to go on: the same command, with --report. Events that arrive twice are passed over; of \
                     pull requests, which have no sequence number, an older state may replace a newer one"
                        .to_owned()
                }
                Subject::Metric => "with --report, a run can be resumed".to_owned(),
            }),
        };
        if let Some(hint) = hint {
            run.stage.tell("hint", &hint);
        }
        Ok(ended)
    }
}

/// Waits for this and for nothing else: not for a name server that does not answer, which would hold up whoever has
/// interrupted twice.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = runtime()?;
    let ended = runtime.block_on(future);
    runtime.shutdown_background();
    Ok(ended)
}
