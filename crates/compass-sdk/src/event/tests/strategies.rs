//! Events of any kind, each made by its builder.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::event::*;

/// What all kinds in the feed have.
#[derive(Clone, Debug)]
struct Common {
    display_name: String,
    description: String,
    url: WebUrl,
    last_updated: DateTime<Utc>,
    sequence: Sequence,
    event_source: EventSource,
    id: String,
}

/// Begins a builder with what all kinds have.
macro_rules! begin {
    ($kind:ident, $common:ident) => {
        $kind::builder()
            .display_name($common.display_name)
            .description($common.description)
            .url($common.url)
            .last_updated($common.last_updated)
            .sequence($common.sequence)
            .event_source($common.event_source)
    };
}

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,12}"
}

fn id() -> impl Strategy<Value = String> {
    ".{0,6}[!-~].{0,6}"
}

fn url() -> impl Strategy<Value = WebUrl> {
    "https?://[a-z]{1,8}(\\.example)?(:8080)?(/[a-zA-Z0-9ü%&=#?.-]{0,12})?"
        .prop_filter_map("no URL", |text| WebUrl::parse(text).ok())
}

/// From the year 1 to the year 9000, to the nanosecond, so that hours can be added.
fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (-62_000_000_000_i64..220_000_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap())
}

fn duration() -> impl Strategy<Value = TimeDelta> {
    (0_i64..1_000_000).prop_map(TimeDelta::milliseconds)
}

fn common() -> impl Strategy<Value = Common> {
    let source =
        prop_oneof![id().prop_map(EventSource::new), (text(), id()).prop_map(|(a, b)| EventSource::of(&a, &b))];
    let sequence = (0_i64..).prop_map(|number| Sequence::new(number).unwrap());
    (text(), text(), url(), time(), sequence, source, id()).prop_map(
        |(display_name, description, url, last_updated, sequence, event_source, id)| Common {
            display_name,
            description,
            url,
            last_updated,
            sequence,
            event_source,
            id,
        },
    )
}

fn alert() -> impl Strategy<Value = Event> {
    use {AlertPriority as P, AlertStatus as S};
    let status = option::of(select(vec![S::Opened, S::Acknowledged, S::Snoozed, S::Closed]));
    let priority = option::of(select(vec![P::P1, P::P2, P::P3, P::P4, P::P5]));
    let later = || option::of(duration());
    (common(), status, priority, time(), any::<bool>(), later(), later(), later()).prop_map(
        |(common, status, priority, start, has_start, acknowledged, snoozed, closed)| {
            let closed = closed.or((status == Some(S::Closed)).then(TimeDelta::zero));
            let event = begin!(Alert, common).id(common.id).maybe_status(status).maybe_priority(priority);
            let event = event
                .maybe_created_at(has_start.then_some(start))
                .maybe_acknowledged_at(acknowledged.map(|after| start + after))
                .maybe_snoozed_at(snoozed.map(|after| start + after))
                .maybe_closed_at(closed.map(|after| start + after));
            event.build().unwrap().into()
        },
    )
}

fn build() -> impl Strategy<Value = Event> {
    use BuildState as S;
    let states = vec![S::InProgress, S::Successful, S::Cancelled, S::Failed, S::Error, S::TimedOut, S::Unknown];
    (common(), select(states), option::of(text()), option::of(url()), time(), option::of(duration())).prop_map(
        |(common, state, name, url, start, duration)| {
            let completed = duration.filter(|_| state != S::InProgress).map(|duration| start + duration);
            let pipeline = BuildPipeline::builder().id(common.id).maybe_display_name(name).maybe_url(url).build();
            let event = begin!(Build, common).pipeline(pipeline).state(state).started_at(start);
            event.maybe_completed_at(completed).build().unwrap().into()
        },
    )
}

fn custom() -> impl Strategy<Value = Event> {
    let icon = select(vec![CustomIcon::Info, CustomIcon::Warning, CustomIcon::Checkpoint]);
    (common(), icon).prop_map(|(common, icon)| begin!(Custom, common).id(common.id).icon(icon).build().unwrap().into())
}

fn deployment() -> impl Strategy<Value = Event> {
    use {DeploymentState as S, EnvironmentCategory as C};
    let states = vec![S::Pending, S::InProgress, S::Successful, S::Cancelled, S::Failed, S::RolledBack, S::Unknown];
    let category = select(vec![C::Production, C::Staging, C::Testing, C::Development, C::Unmapped]);
    let environment = (id(), text(), category)
        .prop_map(|(id, name, category)| Environment::builder().id(id).display_name(name).category(category).build());
    let times = (time(), any::<bool>(), option::of(duration()));
    (common(), select(states), environment, text(), url(), any::<i64>(), times).prop_map(
        |(common, state, environment, name, url, number, (start, has_start, duration))| {
            let over = !matches!(state, S::Pending | S::InProgress);
            let pipeline = DeploymentPipeline::builder().id(common.id).display_name(name).url(url).build();
            let event = begin!(Deployment, common).pipeline(pipeline).environment(environment);
            let event = event.deployment_number(number).state(state).maybe_started_at(has_start.then_some(start));
            let completed = duration.filter(|_| over).map(|duration| start + duration);
            event.maybe_completed_at(completed).build().unwrap().into()
        },
    )
}

fn flag() -> impl Strategy<Value = Event> {
    (common(), option::of(text()))
        .prop_map(|(common, status)| begin!(Flag, common).id(common.id).maybe_status(status).build().unwrap().into())
}

fn incident() -> impl Strategy<Value = Event> {
    use {IncidentSeverityLevel as L, IncidentState as S};
    let level = option::of(select(vec![L::One, L::Two, L::Three, L::Four, L::Five]));
    let severity = (option::of(text()), level)
        .prop_map(|(label, level)| IncidentSeverity::builder().maybe_label(label).maybe_level(level).build());
    let state = select(vec![S::Open, S::Resolved, S::Deleted]);
    (common(), state, option::of(severity), time(), option::of(duration())).prop_map(
        |(common, state, severity, start, duration)| {
            let duration = duration.or((state == S::Resolved).then(TimeDelta::zero));
            let event = begin!(Incident, common).id(common.id).state(state).maybe_severity(severity);
            let event = event.start_time(start).maybe_end_time(duration.map(|duration| start + duration));
            event.build().unwrap().into()
        },
    )
}

fn lifecycle() -> impl Strategy<Value = Event> {
    use LifecycleStage as S;
    (common(), select(vec![S::PreRelease, S::Production, S::Deprecation, S::EndOfLife]))
        .prop_map(|(common, stage)| begin!(Lifecycle, common).id(common.id).stage(stage).build().unwrap().into())
}

fn pull_request() -> impl Strategy<Value = Event> {
    use PullRequestStatus as S;
    let site = option::of(Just("6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30".parse().unwrap()));
    let status = select(vec![S::Created, S::InReview, S::Merged, S::Rejected]);
    (time(), site, id(), url(), id(), status).prop_map(|(time, site, id, url, repository, status)| {
        let event = PullRequest::builder().last_updated(time).maybe_cloud_id(site).id(id).pull_request_url(url);
        event.repository_url(repository).status(status).build().unwrap().into()
    })
}

fn push() -> impl Strategy<Value = Event> {
    let author = (option::of(text()), option::of(text()))
        .prop_map(|(name, email)| Author::builder().maybe_name(name).maybe_email(email).build());
    (common(), id(), option::of(author)).prop_map(|(common, branch, author)| {
        begin!(Push, common).id(common.id).branch_name(branch).maybe_author(author).build().unwrap().into()
    })
}

fn vulnerability() -> impl Strategy<Value = Event> {
    use {VulnerabilitySeverityLevel as L, VulnerabilityState as S};
    let severity = (option::of(text()), select(vec![L::Critical, L::High, L::Medium, L::Low]))
        .prop_map(|(label, level)| VulnerabilitySeverity::builder().maybe_label(label).level(level).build());
    // CVSS scores have one decimal.
    let score = option::of((0_u32..=100).prop_map(|tenths| f64::from(tenths) / 10.0));
    let state = select(vec![S::Open, S::Remediated, S::Declined]);
    let texts = (option::of(text()), option::of(text()));
    (common(), state, severity, score, texts, time(), option::of(duration())).prop_map(
        |(common, state, severity, score, (source, target), start, duration)| {
            let duration = duration.or((state == S::Remediated).then(TimeDelta::zero));
            let event = begin!(Vulnerability, common).id(common.id).state(state).severity(severity);
            let event = event.maybe_score(score).maybe_discovery_source(source).maybe_vulnerable_target(target);
            let event = event.start_time(start).maybe_remediation_time(duration.map(|duration| start + duration));
            event.build().unwrap().into()
        },
    )
}

pub(super) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        alert(),
        build(),
        custom(),
        deployment(),
        flag(),
        incident(),
        lifecycle(),
        pull_request(),
        push(),
        vulnerability(),
    ]
}
