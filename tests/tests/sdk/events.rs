//! Events of each kind: with every field that there is, and with those alone that the builders ask for.

use chrono::{DateTime, Utc};
use compass_sdk::event::{
    Alert, AlertPriority, AlertStatus, Author, Build, BuildPipeline, BuildState, Custom, CustomIcon, Deployment,
    DeploymentPipeline, DeploymentState, Environment, EnvironmentCategory, Event, EventSource, Flag, Incident,
    IncidentSeverity, IncidentSeverityLevel, IncidentState, Kind, Lifecycle, LifecycleStage, PullRequest,
    PullRequestStatus, Push, Sequence, Vulnerability, VulnerabilitySeverity, VulnerabilitySeverityLevel,
    VulnerabilityState, WebUrl,
};

use crate::cloud_id;

/// Begins a builder with what all kinds in the feed have. Macros, because a builder has in its type what is set.
macro_rules! begin {
    ($kind:ident) => {
        $kind::builder()
            .display_name(concat!(stringify!($kind), " 7"))
            .description("Line one\nline \u{201c}two\u{201d}")
            .url(url("https://example.com/7"))
            .last_updated(time("2026-09-01T12:07:00.5Z"))
            .sequence(Sequence::new(i64::MAX).unwrap())
            .event_source(EventSource::of("tool", "acme/shop"))
    };
}

/// What both deployments have.
macro_rules! deployment {
    () => {{
        let environment = Environment::builder().id("stage").display_name("Stage");
        let pipeline = DeploymentPipeline::builder().id("deploy").display_name("Deploy");
        begin!(Deployment)
            .environment(environment.category(EnvironmentCategory::Staging).build())
            .pipeline(pipeline.url(url("https://ci.example.com/deploy")).build())
            .deployment_number(-1)
    }};
}

/// What both pull requests have.
macro_rules! pull_request {
    () => {
        PullRequest::builder()
            .last_updated(time("2026-09-01T12:07:00.5Z"))
            .id("1")
            .pull_request_url(url("https://git.example.com/acme/shop/pulls/1"))
            .repository_url("git@git.example.com:acme/shop")
            .status(PullRequestStatus::InReview)
    };
}

fn url(text: &str) -> WebUrl {
    text.parse().unwrap()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn start() -> DateTime<Utc> {
    time("2026-09-01T12:00:00Z")
}

fn end() -> DateTime<Utc> {
    time("2026-09-01T12:06:00.000001Z")
}

/// The event that tests send where its kind does not matter.
pub(crate) fn flag() -> Event {
    full(Kind::Flag)
}

/// An event with every field.
pub(crate) fn full(kind: Kind) -> Event {
    match kind {
        Kind::Alert => {
            let event = begin!(Alert).id("alert-1").status(AlertStatus::Closed).priority(AlertPriority::P2);
            let event = event.created_at(start()).acknowledged_at(start()).snoozed_at(start()).closed_at(end());
            event.build().unwrap().into()
        }
        Kind::Build => {
            let pipeline =
                BuildPipeline::builder().id("build-1").display_name("Main").url(url("https://ci.example.com/1"));
            let event = begin!(Build).pipeline(pipeline.build()).state(BuildState::TimedOut);
            event.started_at(start()).completed_at(end()).build().unwrap().into()
        }
        Kind::Custom => begin!(Custom).id("custom-1").icon(CustomIcon::Checkpoint).build().unwrap().into(),
        Kind::Deployment => {
            let event = deployment!().state(DeploymentState::RolledBack);
            event.started_at(start()).completed_at(end()).build().unwrap().into()
        }
        Kind::Flag => begin!(Flag).id("flag-1").status("on").build().unwrap().into(),
        Kind::Incident => {
            let severity = IncidentSeverity::builder().label("SEV-1").level(IncidentSeverityLevel::One).build();
            let event = begin!(Incident).id("incident-1").state(IncidentState::Resolved).severity(severity);
            event.start_time(start()).end_time(end()).build().unwrap().into()
        }
        Kind::Lifecycle => begin!(Lifecycle).id("lifecycle-1").stage(LifecycleStage::EndOfLife).build().unwrap().into(),
        Kind::PullRequest => pull_request!().cloud_id(cloud_id()).build().unwrap().into(),
        Kind::Push => {
            let author = Author::builder().name("Ada").email("ada@example.com").build();
            begin!(Push).id("push-1").branch_name("main").author(author).build().unwrap().into()
        }
        Kind::Vulnerability => {
            let level = VulnerabilitySeverityLevel::Critical;
            let severity = VulnerabilitySeverity::builder().label("bad").level(level).build();
            let event = begin!(Vulnerability).id("vulnerability-1").state(VulnerabilityState::Remediated);
            let event = event.severity(severity).score(9.8).discovery_source("scanner").vulnerable_target("shop");
            event.start_time(start()).remediation_time(end()).build().unwrap().into()
        }
    }
}

/// An event with what the builder asks for.
pub(crate) fn required(kind: Kind) -> Event {
    match kind {
        Kind::Alert => begin!(Alert).id("alert-1").build().unwrap().into(),
        Kind::Build => {
            let event = begin!(Build).pipeline(BuildPipeline::builder().id("build-1").build());
            event.state(BuildState::InProgress).started_at(start()).build().unwrap().into()
        }
        // It has no field that may be left out.
        Kind::Custom | Kind::Lifecycle => full(kind),
        Kind::Deployment => deployment!().state(DeploymentState::Pending).build().unwrap().into(),
        Kind::Flag => begin!(Flag).id("flag-1").build().unwrap().into(),
        Kind::Incident => {
            let event = begin!(Incident).id("incident-1").state(IncidentState::Open);
            event.start_time(start()).build().unwrap().into()
        }
        Kind::PullRequest => pull_request!().build().unwrap().into(),
        Kind::Push => begin!(Push).id("push-1").branch_name("main").build().unwrap().into(),
        Kind::Vulnerability => {
            let severity = VulnerabilitySeverity::builder().level(VulnerabilitySeverityLevel::Low).build();
            let event = begin!(Vulnerability).id("vulnerability-1").state(VulnerabilityState::Open);
            event.severity(severity).start_time(start()).build().unwrap().into()
        }
    }
}
