//! `compass run`: a command, and the events that say how it goes.

mod child;
mod courier;
mod ending;
mod plan;
mod queued;
mod report;

use std::ffi::OsString;
use std::pin::pin;
use std::time::Duration;

use chrono::{SubsecRound as _, Utc};
use clap::{Args, Subcommand};
use serde_json::Map;

use self::child::{Child, Signals};
use self::courier::{Courier, Direct, Patience, Told};
use self::ending::Ending;
use self::plan::{Piped, Plan, State};
use self::queued::Queued;
pub(crate) use self::report::last_line;
use self::report::{Course, refuse, report, warn};
use crate::event::{
    BuildOwn, DeploymentOwn, EntryArgs, EnvelopeArgs, Want, command_name, no_target, refused, target, warn_of_the_clock,
};
use crate::failure::{Failure, Problem};
use crate::interrupts::unwatched;
use crate::outbox::{Coalescing as _, OfStates, Queue};
use crate::output::Done;
use crate::program::Globals;
use crate::send::wait_for;
use crate::settings::Key;
use crate::trace;

/// How many seconds Compass may hold up the end of the job, unless told otherwise.
const WAIT: u64 = 10;

/// What the command does
#[derive(Debug, Subcommand)]
pub(crate) enum RunCommand {
    /// Run a command that builds
    #[command(override_usage = "compass run build [OPTIONS] -- <COMMAND>...")]
    Build(Wrap<BuildOwn>),
    /// Run a command that deploys
    #[command(override_usage = "compass run deployment [OPTIONS] -- <COMMAND>...")]
    Deployment(Wrap<DeploymentOwn>),
}

/// A command and what is told of it.
#[derive(Debug, Args)]
#[command(mut_arg("token_stdin", |arg| arg.hide(true)))]
pub(crate) struct Wrap<K: Args> {
    /// The command and its arguments, after `--`
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
    #[command(flatten)]
    entry: EntryArgs,
    #[command(flatten)]
    own: K,
    /// When it started: RFC 3339; when the command starts unless told otherwise
    #[arg(long, value_name = "TIME")]
    started_at: Option<String>,
    /// Fail if Compass could not be told, although the command succeeded
    #[arg(long)]
    strict: bool,
    /// How many seconds Compass may hold up the end of the job: 10 unless told otherwise, and 0 with --queue, where it is
    /// how long to try to deliver what is queued; what is being sent then is waited for
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(0..=600))]
    wait: Option<u64>,
    #[arg(long, help = keep_credentials_help())]
    keep_credentials: bool,
    #[command(flatten)]
    envelope: EnvelopeArgs,
    #[command(flatten)]
    coalescing: OfStates,
}

fn keep_credentials_help() -> String {
    let names = child::credentials().collect::<Vec<_>>().join(" and ");
    format!(
        "Leave {names} in the command's environment, for a `compass` that it runs. They are taken out otherwise: that keeps \
         them from whatever prints or sends its environment, not from a process of the same user that reads \
         /proc/PPID/environ"
    )
}

/// Whatever happens, stdout is left to the command, and the result for programs is the last line of stderr. A preview,
/// which runs none, is a report as everywhere.
pub(crate) fn run(command: &RunCommand, globals: &Globals) -> Done {
    let done = match command {
        RunCommand::Build(args) => args.run(globals),
        RunCommand::Deployment(args) => args.run(globals),
    };
    done.unwrap_or_else(|failure| Done::Told(refuse(globals, &failure)))
}

impl<K: Piped> Wrap<K> {
    /// Everything that can be wrong is found before the command starts.
    fn run(&self, globals: &Globals) -> Result<Done, Failure> {
        let kind = command_name(K::KIND);
        let what = format!("run {kind}");
        if self.envelope.send.reads_stdin() {
            let failure = Failure::usage("--token-stdin: standard input is that of the command");
            return Err(failure.hint("give the API token as COMPASS_API_TOKEN or in your own configuration file"));
        }
        let settings = self.envelope.settings(self.entry.event_source.as_ref(), globals)?;
        let wants: &[Want] = if settings.text(Key::EventSource).is_none() { &[Want::Repository] } else { &[] };
        let defaults = self.envelope.defaults(K::KIND, wants, &settings);
        let (mut problems, mut unreachable) = (Vec::new(), Vec::new());
        // Not required of the command line, so that it is told together with all else that is missing.
        if self.command.is_empty() {
            problems.push(Problem::missing("-- COMMAND", "the command and its arguments, after `--`"));
        }
        let target = target(&settings, &mut problems);
        let queues = self.envelope.queues();
        let queue = if queues { Queue::ready(&what, &settings, globals, &mut unreachable) } else { None };
        let ready = if queues { None } else { self.envelope.send.ready(&settings, globals, &mut unreachable) };
        let is_preview = self.envelope.send.is_preview();
        match (&target, self.wait) {
            (None, _) if is_preview => problems.push(no_target()),
            (None, _) if queues => unreachable.push(no_target()),
            (_, Some(0)) if !queues => {
                problems.push(Problem::unusable(
                    "--wait",
                    "0 leaves no time to tell Compass: must be 1 or more without --queue",
                ));
            }
            (Some(_) | None, _) => {}
        }
        // A job that gets no secrets, such as that of a pull request from outside, still has to run.
        if is_preview || self.strict || !unreachable.iter().all(|problem: &Problem| problem.is_missing) {
            problems.append(&mut unreachable);
        }
        let start = Utc::now().trunc_subsecs(3);
        let plan = Plan::new(self, &settings, &defaults, start);
        let (first, last) = match (plan.event(State::InProgress, start), plan.event(State::Successful, start)) {
            (Ok(first), Ok(last)) if problems.is_empty() => (first, last),
            (Err(more), _) | (Ok(_), Err(more)) => {
                problems.extend(more);
                return Err(refused(&what, problems));
            }
            (Ok(_), Ok(_)) => return Err(refused(&what, problems)),
        };
        if let (Some(queue), Some(target), true) = (&queue, &target, unreachable.is_empty()) {
            let (origin, coalesce) = (defaults.origin.clone(), self.coalescing.coalesce());
            if self.entry.sequence.as_deref().is_none_or(|text| text == "now") {
                warn_of_the_clock(&defaults);
            }
            let courier = Courier::Queue(Queued::new(queue, target, origin, coalesce));
            return self.accompanied(globals, &plan, &first, &courier);
        }
        let Some(ready) = ready else {
            let failure = Failure::of(&untold(&kind), unreachable);
            return self.alone(globals, &plan, failure.unwrap_or_else(|| Failure::usage(untold(&kind))));
        };
        let preview = ready.preview(|captor| {
            let target = target.clone().ok_or_else(|| Failure::usage("no component and no cloud ID"))?;
            [&first, &last]
                .map(|event| {
                    let body = event.to_request(&target);
                    captor.capture(|client| async move { client.create_compass_event(&body).await })
                })
                .into_iter()
                .collect()
        })?;
        if let Some(report) = preview {
            return Ok(Done::Report(report));
        }
        if self.entry.sequence.as_deref().is_none_or(|text| text == "now") {
            warn_of_the_clock(&defaults);
        }
        match ready.client() {
            Ok(compass) => self.accompanied(globals, &plan, &first, &Courier::Direct(Direct::new(compass, target))),
            Err(failure) if self.strict => Err(failure),
            // What keeps this program from sending, such as an image without certificates, is no reason of the command's.
            Err(failure) => {
                let message = format!("{}: {}", untold(&kind), failure.message);
                self.alone(globals, &plan, Failure { message, ..failure })
            }
        }
    }

    /// Runs the command, and tells Compass.
    fn accompanied(
        &self,
        globals: &Globals,
        plan: &Plan<'_, K>,
        first: &compass_sdk::Event,
        courier: &Courier<'_>,
    ) -> Result<Done, Failure> {
        trace::listen(globals.verbose);
        let course = wait_for(self.course(plan, first, courier))??;
        report(globals, plan, &course, self.strict);
        // The last one says how it ended, so that its failure counts more.
        let undelivered = course.told.iter().rev().find_map(|told| told.result.as_ref().err());
        match undelivered {
            Some(failure) if self.strict && course.ending.code == 0 => Ok(Done::Told(failure.exit)),
            Some(_) | None => Ok(Done::Ran(course.ending.code)),
        }
    }

    async fn course(
        &self,
        plan: &Plan<'_, K>,
        first: &compass_sdk::Event,
        courier: &Courier<'_>,
    ) -> Result<Course, Failure> {
        // Before there is anything to hand them on to, so that none is lost.
        let mut signals = listen()?;
        let mut child = match Child::start(&self.command, self.keep_credentials) {
            Ok(child) => child,
            Err(ending) => {
                let told = self.last(plan, courier, &mut Patience::from_now(), &mut signals, &ending).await;
                let told = self.settle(courier, vec![told], &mut signals).await;
                return Ok(Course { ending, told, untold: None });
            }
        };
        // While the command runs, Compass may take its time.
        let mut sending = pin!(courier.send(first));
        let mut answer = None;
        let ending = {
            let mut work = pin!(child.wait(&mut signals));
            loop {
                tokio::select! {
                    ending = &mut work => break ending?,
                    result = &mut sending, if answer.is_none() => answer = Some(result),
                }
            }
        };
        // When it has ended, half of the time is for what is still under way: if that arrives later all the same, its
        // sequence number is the lower one.
        let mut patience = Patience::from_now();
        let answer = match (answer, courier) {
            (Some(answer), _) => answer,
            (None, Courier::Direct(_)) => {
                patience.answer(self.wait(courier) / 2, sending, async { signals.next().await.name }).await
            }
            // The disk is not Compass: it answers, or fails.
            (None, Courier::Queue(_)) => sending.await,
        };
        let first = Told::new(State::InProgress, first, answer);
        let last = self.last(plan, courier, &mut patience, &mut signals, &ending).await;
        let told = self.settle(courier, vec![first, last], &mut signals).await;
        Ok(Course { ending, told, untold: None })
    }

    fn wait(&self, courier: &Courier<'_>) -> Duration {
        Duration::from_secs(self.wait.unwrap_or(match courier {
            Courier::Direct(_) => WAIT,
            Courier::Queue(_) => 0,
        }))
    }

    /// What became of what was queued, after it was tried for a while.
    async fn settle(&self, courier: &Courier<'_>, told: Vec<Told>, signals: &mut Signals) -> Vec<Told> {
        match courier {
            Courier::Direct(_) => told,
            Courier::Queue(queued) => queued.settle(told, self.wait(courier), signals).await,
        }
    }

    /// Tells how it ended, in all the time that is left.
    async fn last(
        &self,
        plan: &Plan<'_, K>,
        courier: &Courier<'_>,
        patience: &mut Patience,
        signals: &mut Signals,
        ending: &Ending,
    ) -> Told {
        match plan.event(ending.state, Utc::now().trunc_subsecs(3)) {
            Ok(event) => {
                let answer = match courier {
                    Courier::Direct(_) => {
                        let signal = async { signals.next().await.name };
                        patience.answer(self.wait(courier), courier.send(&event), signal).await
                    }
                    Courier::Queue(_) => courier.send(&event).await,
                };
                Told::new(ending.state, &event, answer)
            }
            Err(problems) => Told {
                state: ending.state,
                sequence: None,
                result: Err(refused("run", problems)),
                of_outbox: Map::new(),
            },
        }
    }

    /// Runs the command without telling anybody.
    fn alone(&self, globals: &Globals, plan: &Plan<'_, K>, untold: Failure) -> Result<Done, Failure> {
        warn(&untold);
        let ending = wait_for(async {
            let mut signals = listen()?;
            match Child::start(&self.command, self.keep_credentials) {
                Ok(mut child) => child.wait(&mut signals).await,
                Err(ending) => Ok(ending),
            }
        })??;
        let course = Course { ending, told: Vec::new(), untold: Some(untold) };
        report(globals, plan, &course, self.strict);
        Ok(Done::Ran(course.ending.code))
    }
}

fn untold(kind: &str) -> String {
    format!("Compass is not told of this {kind}")
}

fn listen() -> Result<Signals, Failure> {
    Signals::listen().map_err(|error| unwatched(&error))
}
