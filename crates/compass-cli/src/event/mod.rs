//! `compass event`: one event of any kind.

mod choice;
mod defaults;
mod feed;
mod form;
mod others;
mod pipelines;
mod troubles;

use chrono::{SubsecRound as _, Utc};
use clap::{Args, Subcommand};
use compass_outbox::Message;
use compass_sdk::Event;
use compass_sdk::ari::CloudId;
use compass_sdk::event::{Kind, Sequence, Target};
use compass_sdk::validation::Violations;
use serde_json::json;

pub(crate) use self::defaults::{Defaults, Want};
pub(crate) use self::feed::{EntryArgs, FeedArgs};
pub(crate) use self::form::{CLOCK, Form, time};
use self::others::{CustomArgs, FlagArgs, LifecycleArgs, PullRequestArgs, PushArgs};
pub(crate) use self::pipelines::{BuildArgs, BuildOwn, DeploymentArgs, DeploymentOwn};
use self::troubles::{AlertArgs, IncidentArgs, VulnerabilityArgs};
use crate::batch::{self, EventBatch};
use crate::detect::{self, behind_words};
use crate::failure::{Failure, Problem};
use crate::outbox::{Coalescing, OfEach, OfStates, OfUpdates, Queue, QueueArgs, Subject, WaitArgs};
use crate::output::{Done, Report, say};
use crate::program::Globals;
use crate::send::{ComponentArgs, Ready, SendArgs, receipt};
use crate::settings::{CloudIdArgs, Key, Settings};

/// What to send; each kind has options of its own
#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    /// Send an alert
    Alert(OfKind<AlertArgs>),
    /// Send a build
    Build(OfKind<BuildArgs>),
    /// Send a custom event: whatever no other kind says
    Custom(OfKind<CustomArgs, OfUpdates>),
    /// Send a deployment to an environment
    Deployment(OfKind<DeploymentArgs>),
    /// Send a change of a feature flag
    Flag(OfKind<FlagArgs>),
    /// Send an incident
    Incident(OfKind<IncidentArgs>),
    /// Send a stage of a component's life
    Lifecycle(OfKind<LifecycleArgs>),
    /// Send a pull request, which Compass takes from Forge apps alone and shows in no feed
    #[command(alias = "pullRequest")]
    PullRequest(OfKind<PullRequestArgs, OfEach>),
    /// Send a push to a branch
    Push(OfKind<PushArgs, OfEach>),
    /// Send all events of a file
    Send(EventBatch),
    /// Send a vulnerability that a scanner found
    Vulnerability(OfKind<VulnerabilityArgs>),
}

/// Options of a kind, and those of all.
#[derive(Debug, Args)]
pub(crate) struct OfKind<K: Args, C: Coalescing = OfStates> {
    #[command(flatten)]
    event: K,
    #[command(flatten)]
    envelope: EnvelopeArgs,
    #[command(flatten)]
    wait: WaitArgs,
    #[command(flatten)]
    coalescing: C,
}

/// Options of every event, whatever its kind.
#[derive(Debug, Args)]
pub(crate) struct EnvelopeArgs {
    #[command(flatten)]
    component: ComponentArgs,
    /// Take nothing from the CI system's variables and git; `compass detect` shows what they tell
    #[arg(long)]
    no_detect: bool,
    #[command(flatten)]
    pub(crate) send: SendArgs,
    #[command(flatten)]
    cloud_id: CloudIdArgs,
    #[command(flatten)]
    queue: QueueArgs,
}

/// The name of a kind's command: `pull-request`.
pub(crate) fn command_name(kind: Kind) -> String {
    let hyphened = |letter: char| {
        if letter.is_ascii_uppercase() { format!("-{}", letter.to_ascii_lowercase()) } else { letter.to_string() }
    };
    kind.as_str().chars().map(hyphened).collect()
}

pub(crate) fn run(command: &EventCommand, globals: &Globals) -> Result<Done, Failure> {
    let report = match command {
        EventCommand::Send(args) => return batch::events(args, globals).map(Done::Told),
        EventCommand::Alert(args) => {
            args.send(Kind::Alert, Some(&args.event.feed), Vec::new(), globals, |form, _| args.event.fill(form))
        }
        EventCommand::Build(args) => {
            args.send(Kind::Build, Some(&args.event.feed), Vec::new(), globals, |form, _| args.event.fill(form))
        }
        EventCommand::Custom(args) => {
            args.send(Kind::Custom, Some(&args.event.feed), Vec::new(), globals, |form, _| args.event.fill(form))
        }
        EventCommand::Deployment(args) => {
            args.send(Kind::Deployment, Some(&args.event.feed), Vec::new(), globals, |form, _| args.event.fill(form))
        }
        EventCommand::Flag(args) => {
            args.send(Kind::Flag, Some(&args.event.feed), Vec::new(), globals, |form, _| args.event.fill(form))
        }
        EventCommand::Incident(args) => {
            args.send(Kind::Incident, Some(&args.event.feed), Vec::new(), globals, |form, _| args.event.fill(form))
        }
        EventCommand::Lifecycle(args) => {
            args.send(Kind::Lifecycle, Some(&args.event.feed), Vec::new(), globals, |form, _| args.event.fill(form))
        }
        EventCommand::PullRequest(args) => {
            let wants = args.event.wants();
            args.send(Kind::PullRequest, None, wants, globals, |form, cloud_id| args.event.fill(form, cloud_id))
        }
        EventCommand::Push(args) => {
            let wants = args.event.wants();
            args.send(Kind::Push, Some(&args.event.feed), wants, globals, |form, _| args.event.fill(form))
        }
        EventCommand::Vulnerability(args) => {
            args.send(Kind::Vulnerability, Some(&args.event.feed), Vec::new(), globals, |form, _| args.event.fill(form))
        }
    };
    report.map(Done::Report)
}

impl<K: Args, C: Coalescing> OfKind<K, C> {
    fn send(
        &self,
        kind: Kind,
        feed: Option<&FeedArgs>,
        mut wants: Vec<Want>,
        globals: &Globals,
        fill: impl FnOnce(&mut Form<'_>, Option<CloudId>) -> Result<Event, Violations>,
    ) -> Result<Report, Failure> {
        let settings = self.envelope.settings(feed.and_then(|feed| feed.entry.event_source.as_ref()), globals)?;
        if feed.is_some() && settings.text(Key::EventSource).is_none() {
            wants.push(Want::Repository);
        }
        let defaults = self.envelope.defaults(kind, &wants, &settings);
        let mut form = Form::new(kind, &settings, &defaults, Utc::now().trunc_subsecs(3));
        let target = target(&settings, &mut form.problems);
        let filled = fill(&mut form, target.as_ref().map(Target::cloud_id));
        let name = command_name(kind);
        let what = format!("event {name}");
        let way = if self.envelope.queues() {
            Queue::ready(&what, &settings, globals, &mut form.problems).map(Way::Queue)
        } else {
            self.envelope.send.ready(&settings, globals, &mut form.problems).map(Way::Direct)
        };
        if (self.envelope.send.is_preview() || self.envelope.queues()) && target.is_none() {
            form.problems.push(no_target());
        }
        let finished = form.finish(filled);
        let (event, sequence_from) = match finished {
            Ok(finished) => finished,
            Err(problems) => return Err(refused(&what, problems)),
        };
        let Some(way) = way else { return Err(refused(&what, Vec::new())) };
        if sequence_from == Some(CLOCK) {
            warn_of_the_clock(&defaults);
        }
        match (way, target) {
            (Way::Direct(ready), target) => carry_out(&ready, target, &event, sequence_from),
            (Way::Queue(queue), Some(target)) => {
                let message = Message::event(&queue.destination, &target, &event);
                let message = message.origin(defaults.origin.clone()).coalesce(self.coalescing.coalesce());
                queue.accept(message, self.wait.wait(), subject(&target, &event, sequence_from))
            }
            // Without a target it was refused.
            (Way::Queue(_), None) => Err(refused(&what, Vec::new())),
        }
    }
}

/// How an event goes.
enum Way<'a> {
    Direct(Ready<'a>),
    Queue(Queue<'a>),
}

impl EnvelopeArgs {
    /// Whether it is queued. What is only shown is not.
    pub(crate) fn queues(&self) -> bool {
        self.queue.is_wanted() && !self.send.is_preview()
    }

    /// The settings of a run with these options, and with an event source if the command line has one.
    pub(crate) fn settings(&self, event_source: Option<&String>, globals: &Globals) -> Result<Settings, Failure> {
        let given = self.component.on(self.send.given()?.cloud_id(&self.cloud_id));
        self.queue.settings(self.queues(), given.flag(Key::EventSource, event_source), globals)
    }

    /// What CI system and git tell of an event of this kind.
    pub(crate) fn defaults(&self, kind: Kind, wants: &[Want], settings: &Settings) -> Defaults {
        if self.no_detect {
            return Defaults::default();
        }
        let found = Defaults::find(kind, wants, &detect::environment, &detect::Program::default(), Utc::now());
        // What is wrong with the component is told where the target is made.
        found.for_component(settings.component(&mut Vec::new()).as_ref())
    }
}

/// Says that the clock is behind the run's start, where the sequence number comes from it: Compass drops an update whose
/// number did not grow, and answers 202 all the same.
pub(crate) fn warn_of_the_clock(defaults: &Defaults) {
    if let Some(behind) = defaults.behind {
        say(
            "warning",
            &format!("the sequence number comes from this machine's clock, which is {}", behind_words(behind)),
        );
        say("hint", "set the clock, or give --sequence");
    }
}

/// Whose events they are, as far as the settings say it.
pub(crate) fn target(settings: &Settings, problems: &mut Vec<Problem>) -> Option<Target> {
    match settings.component(problems) {
        Some(component) => Some(Target::Component(component)),
        None => settings.parsed::<CloudId>(Key::CloudId, problems).map(Target::EventSource),
    }
}

/// Why a request without a target cannot be shown.
pub(crate) fn no_target() -> Problem {
    let place = "--component or --cloud-id";
    Problem::missing(place, "the site is not asked for its cloud ID; `compass site` prints it")
}

/// What is missing and wrong, and where to read about it.
pub(crate) fn refused(what: &str, problems: Vec<Problem>) -> Failure {
    let failure = Failure::of(what, problems).unwrap_or_else(|| Failure::usage(what));
    failure.hint(format!("compass {what} --help"))
}

fn carry_out(
    ready: &Ready<'_>,
    target: Option<Target>,
    event: &Event,
    sequence_from: Option<&str>,
) -> Result<Report, Failure> {
    let known = target.clone();
    ready.carry_out(
        |captor| {
            // A preview without a target was refused.
            let target = known.ok_or_else(|| Failure::usage("no component and no cloud ID"))?;
            let body = &event.to_request(&target);
            captor.capture(|client| async move { client.create_compass_event(body).await })
        },
        async |compass| {
            let target = match target {
                Some(target) => target,
                None => Target::EventSource(compass.site().cloud_id().await?),
            };
            compass.events().send(&target, event).await?;
            Ok(target)
        },
        |target| {
            let Subject { text, operation, fields } = subject(&target, event, sequence_from);
            receipt(format!("accepted: {text}"), operation, fields)
        },
    )
}

/// What is said of an event that was accepted.
fn subject(target: &Target, event: &Event, sequence_from: Option<&str>) -> Subject {
    let (kind, key, number) = (event.kind(), event.key(), event.sequence().map(Sequence::get));
    let component = match target {
        Target::Component(component) => Some(component.to_string()),
        Target::EventSource(_) => None,
    };
    let mut text = format!("{} {:?}", command_name(kind), key.entity());
    if let (Some(number), Some(from)) = (number, sequence_from) {
        text.push_str(&format!(", sequence {number} ({from})"));
    }
    Subject {
        text,
        operation: compass_api::Operation::CreateCompassEvent,
        fields: json!({
            "kind": kind.as_str(),
            "id": key.entity(),
            "sequence": number,
            "sequence_from": sequence_from,
            "event_source": event.event_source(),
            "component": component,
            "cloud_id": target.cloud_id().as_str(),
        }),
    }
}
