//! `compass run`: a command, and the events that say how it goes.

mod child;
mod courier;
mod ending;
mod plan;

use std::ffi::OsString;
use std::time::Duration;

use chrono::{SubsecRound as _, Utc};
use clap::{Args, Subcommand};

use self::child::Child;
use self::courier::{Courier, Direct, Queued, Told};
use self::ending::Ending;
use self::plan::{Piped, Plan, State};
use crate::event::{BuildOwn, DeploymentOwn, EntryArgs, EnvelopeArgs, Want, command_name, no_target, refused, target};
use crate::failure::{Failure, Problem};
use crate::outbox::{Coalescing as _, OfStates, Queue};
use crate::output::{Done, say};
use crate::program::Globals;
use crate::send::runtime;
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
    /// how long to try to deliver what is queued
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(0..=600))]
    wait: Option<u64>,
    #[command(flatten)]
    envelope: EnvelopeArgs,
    #[command(flatten)]
    coalescing: OfStates,
}

pub(crate) fn run(command: &RunCommand, globals: &Globals) -> Result<Done, Failure> {
    match command {
        RunCommand::Build(args) => args.run(globals),
        RunCommand::Deployment(args) => args.run(globals),
    }
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
        let defaults = self.envelope.defaults(K::KIND, wants);
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
        if is_preview || self.strict || !unreachable.iter().all(Problem::is_missing) {
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
            let courier = Courier::Queue(Queued::new(queue, target, origin, coalesce));
            return self.accompanied(globals, &plan, &first, &courier);
        }
        let Some(ready) = ready else {
            return self.alone(&kind, unreachable);
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
        self.accompanied(globals, &plan, &first, &Courier::Direct(Direct::new(ready.client()?, target)))
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
        let wait = Duration::from_secs(self.wait.unwrap_or(match courier {
            Courier::Direct(_) => WAIT,
            Courier::Queue(_) => 0,
        }));
        let (ending, told) = runtime()?.block_on(async {
            let mut child = match Child::start(&self.command) {
                Ok(child) => child,
                Err(ending) => {
                    let told = self.last(plan, courier, wait, &ending).await;
                    return Ok((ending, courier.settle(vec![told], wait).await));
                }
            };
            // While the command runs, Compass may take its time. When it has ended, half of the time that is left is for
            // what is still under way: if it arrives later all the same, its sequence number is the lower one.
            let (ending, first) = courier.beside(State::InProgress, first, child.wait(), wait / 2).await;
            let ending = ending?;
            let last = self.last(plan, courier, wait / 2, &ending).await;
            Ok::<_, Failure>((ending, courier.settle(vec![first, last], wait).await))
        })?;
        courier::report(globals, plan, &ending, &told, self.strict);
        // The last one says how it ended, so that its failure counts more.
        let undelivered = told.iter().rev().find_map(|told| told.result.as_ref().err());
        match undelivered {
            Some(failure) if self.strict && ending.code == 0 => Ok(Done::Told(failure.exit)),
            Some(_) | None => Ok(Done::Ran(ending.code)),
        }
    }

    async fn last(&self, plan: &Plan<'_, K>, courier: &Courier<'_>, wait: Duration, ending: &Ending) -> Told {
        match plan.event(ending.state, Utc::now().trunc_subsecs(3)) {
            Ok(event) => courier.within(ending.state, &event, wait).await,
            Err(problems) => Told { state: ending.state, sequence: None, result: Err(refused("run", problems)) },
        }
    }

    /// Runs the command without telling anybody.
    fn alone(&self, kind: &str, missing: Vec<Problem>) -> Result<Done, Failure> {
        if let Some(failure) = Failure::of(&format!("Compass is not told of this {kind}"), missing) {
            courier::warn(&failure);
        }
        let ending = runtime()?.block_on(async {
            match Child::start(&self.command) {
                Ok(mut child) => child.wait().await,
                Err(ending) => Ok(ending),
            }
        })?;
        if let Some(error) = &ending.error {
            say("error", error);
        }
        Ok(Done::Ran(ending.code))
    }
}
