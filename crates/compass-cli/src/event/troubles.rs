//! Alerts, incidents and vulnerabilities.

use clap::Args;
use compass_sdk::Event;
use compass_sdk::event::{
    Alert, AlertPriority, AlertStatus, Incident, IncidentSeverity, IncidentSeverityLevel, IncidentState, Vulnerability,
    VulnerabilitySeverity, VulnerabilitySeverityLevel, VulnerabilityState,
};
use compass_sdk::validation::Violations;

use super::choice::one_of;
use super::feed::{FeedArgs, with_common};
use super::form::{Form, field};

/// An alert
#[derive(Debug, Args)]
pub(crate) struct AlertArgs {
    #[command(flatten)]
    pub(super) feed: FeedArgs,
    /// The alert's ID; its updates have the same
    #[arg(long)]
    id: Option<String>,
    /// Where the alert stands
    #[arg(long, value_parser = one_of::<AlertStatus>())]
    status: Option<String>,
    /// How urgent it is
    #[arg(long, value_parser = one_of::<AlertPriority>())]
    priority: Option<String>,
    /// When it was opened: RFC 3339, or `now`
    #[arg(long, value_name = "TIME")]
    created_at: Option<String>,
    /// When it was last acknowledged
    #[arg(long, value_name = "TIME")]
    acknowledged_at: Option<String>,
    /// When it was last snoozed
    #[arg(long, value_name = "TIME")]
    snoozed_at: Option<String>,
    /// When it was last closed; a closed one needs it
    #[arg(long, value_name = "TIME")]
    closed_at: Option<String>,
}

impl AlertArgs {
    pub(super) fn fill(&self, form: &mut Form<'_>) -> Result<Event, Violations> {
        let common = form.common(&self.feed);
        let id = form.text(field("--id", "alertProperties.id"), self.id.as_ref());
        let status = field("--status", "alertProperties.status");
        let status = form.any_choice(status, self.status.as_ref(), AlertStatus::Opened);
        let priority = field("--priority", "alertProperties.priority");
        let priority = form.any_choice(priority, self.priority.as_ref(), AlertPriority::P1);
        let created = form.any_time(field("--created-at", "alertProperties.createdAt"), self.created_at.as_ref());
        let acknowledged = field("--acknowledged-at", "alertProperties.acknowledgedAt");
        let acknowledged = form.any_time(acknowledged, self.acknowledged_at.as_ref());
        let snoozed = form.any_time(field("--snoozed-at", "alertProperties.snoozedAt"), self.snoozed_at.as_ref());
        let closed = form.any_time(field("--closed-at", "alertProperties.closedAt"), self.closed_at.as_ref());
        with_common!(Alert::builder(), common)
            .id(id)
            .maybe_status(status)
            .maybe_priority(priority)
            .maybe_created_at(created)
            .maybe_acknowledged_at(acknowledged)
            .maybe_snoozed_at(snoozed)
            .maybe_closed_at(closed)
            .build()
            .map(Event::from)
    }
}

/// An incident
#[derive(Debug, Args)]
pub(crate) struct IncidentArgs {
    #[command(flatten)]
    pub(super) feed: FeedArgs,
    /// The incident's ID; its updates have the same
    #[arg(long)]
    id: Option<String>,
    /// Where the incident stands
    #[arg(long, value_parser = one_of::<IncidentState>())]
    state: Option<String>,
    /// How severe it is; ONE is the most severe
    #[arg(long, value_name = "LEVEL", value_parser = one_of::<IncidentSeverityLevel>())]
    severity: Option<String>,
    /// How the severity is shown
    #[arg(long, value_name = "TEXT")]
    severity_label: Option<String>,
    /// When it started: RFC 3339, or `now`
    #[arg(long, value_name = "TIME")]
    started_at: Option<String>,
    /// When it ended: RFC 3339, or `now`; a resolved one needs it
    #[arg(long, value_name = "TIME")]
    ended_at: Option<String>,
}

impl IncidentArgs {
    pub(super) fn fill(&self, form: &mut Form<'_>) -> Result<Event, Violations> {
        let common = form.common(&self.feed);
        let id = form.text(field("--id", "incidentProperties.id"), self.id.as_ref());
        let state = form.choice(field("--state", "incidentProperties.state"), self.state.as_ref(), IncidentState::Open);
        let level = field("--severity", "incidentProperties.severity.level");
        let level = form.any_choice(level, self.severity.as_ref(), IncidentSeverityLevel::One);
        let label = field("--severity-label", "incidentProperties.severity.label");
        let label = form.any_text(label, self.severity_label.as_ref());
        let severity = (level.is_some() || label.is_some())
            .then(|| IncidentSeverity::builder().maybe_level(level).maybe_label(label).build());
        let started = form.start(field("--started-at", "incidentProperties.startTime"), self.started_at.as_ref(), None);
        let ended = form.any_time(field("--ended-at", "incidentProperties.endTime"), self.ended_at.as_ref());
        with_common!(Incident::builder(), common)
            .id(id)
            .state(state)
            .maybe_severity(severity)
            .start_time(started)
            .maybe_end_time(ended)
            .build()
            .map(Event::from)
    }
}

/// A vulnerability that a scanner found
#[derive(Debug, Args)]
pub(crate) struct VulnerabilityArgs {
    #[command(flatten)]
    pub(super) feed: FeedArgs,
    /// The vulnerability's ID; its updates have the same
    #[arg(long)]
    id: Option<String>,
    /// Where it stands
    #[arg(long, value_parser = one_of::<VulnerabilityState>())]
    state: Option<String>,
    /// How severe it is
    #[arg(long, value_name = "LEVEL", value_parser = one_of::<VulnerabilitySeverityLevel>())]
    severity: Option<String>,
    /// How the severity is shown
    #[arg(long, value_name = "TEXT")]
    severity_label: Option<String>,
    /// The CVSS score, from 0 to 10
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    score: Option<String>,
    /// The tool that found it
    #[arg(long, value_name = "TEXT")]
    discovery_source: Option<String>,
    /// The system that is vulnerable
    #[arg(long, value_name = "TEXT")]
    vulnerable_target: Option<String>,
    /// When it began: RFC 3339, or `now`
    #[arg(long, value_name = "TIME")]
    started_at: Option<String>,
    /// When it was remediated: RFC 3339, or `now`; a remediated one needs it
    #[arg(long, value_name = "TIME")]
    remediated_at: Option<String>,
}

impl VulnerabilityArgs {
    pub(super) fn fill(&self, form: &mut Form<'_>) -> Result<Event, Violations> {
        let common = form.common(&self.feed);
        let id = form.text(field("--id", "vulnerabilityProperties.id"), self.id.as_ref());
        let state = field("--state", "vulnerabilityProperties.state");
        let state = form.choice(state, self.state.as_ref(), VulnerabilityState::Open);
        let level = field("--severity", "vulnerabilityProperties.severity.level");
        let level = form.choice(level, self.severity.as_ref(), VulnerabilitySeverityLevel::Low);
        let label = field("--severity-label", "vulnerabilityProperties.severity.label");
        let label = form.any_text(label, self.severity_label.as_ref());
        let score = form.any_number(field("--score", "vulnerabilityProperties.score"), self.score.as_ref());
        let found_by = field("--discovery-source", "vulnerabilityProperties.discoverySource");
        let found_by = form.any_text(found_by, self.discovery_source.as_ref());
        let target = field("--vulnerable-target", "vulnerabilityProperties.vulnerableTarget");
        let target = form.any_text(target, self.vulnerable_target.as_ref());
        let started = field("--started-at", "vulnerabilityProperties.vulnerabilityStartTime");
        let started = form.start(started, self.started_at.as_ref(), None);
        let remediated = field("--remediated-at", "vulnerabilityProperties.remediationTime");
        let remediated = form.any_time(remediated, self.remediated_at.as_ref());
        with_common!(Vulnerability::builder(), common)
            .id(id)
            .state(state)
            .severity(VulnerabilitySeverity::builder().level(level).maybe_label(label).build())
            .maybe_score(score)
            .maybe_discovery_source(found_by)
            .maybe_vulnerable_target(target)
            .start_time(started)
            .maybe_remediation_time(remediated)
            .build()
            .map(Event::from)
    }
}
