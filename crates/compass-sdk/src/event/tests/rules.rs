//! Each rule, broken alone at each place that it holds at; and several at once.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::valid::{field, valid};
use super::{Kind, read};
use crate::event::{Alert, AlertStatus, EventSource, Sequence, WebUrl};
use crate::event::{Vulnerability, VulnerabilitySeverity, VulnerabilitySeverityLevel, VulnerabilityState};
use crate::validation::{Rule, Violation};

/// Kind, field beneath it, a value that breaks the rule.
fn cases() -> Vec<(Kind, &'static str, Value, Rule)> {
    let early = || json!("2026-09-01T11:59:59.999Z");
    let far = || json!("+12026-09-01T12:00:00Z");
    let mut cases = vec![
        (Kind::Alert, "alertProperties.id", json!(""), Rule::NotBlank),
        (Kind::Alert, "alertProperties.acknowledgedAt", early(), Rule::TimeOrder),
        (Kind::Alert, "alertProperties.acknowledgedAt", far(), Rule::FourDigitYear),
        (Kind::Alert, "alertProperties.snoozedAt", early(), Rule::TimeOrder),
        (Kind::Alert, "alertProperties.snoozedAt", far(), Rule::FourDigitYear),
        (Kind::Alert, "alertProperties.closedAt", early(), Rule::TimeOrder),
        (Kind::Alert, "alertProperties.closedAt", far(), Rule::FourDigitYear),
        (Kind::Alert, "alertProperties.closedAt", json!(null), Rule::EndMissing),
        (Kind::Build, "buildProperties.pipeline.pipelineId", json!(" "), Rule::NotBlank),
        (Kind::Build, "buildProperties.pipeline.url", json!(""), Rule::WebUrl),
        (Kind::Build, "buildProperties.completedAt", early(), Rule::TimeOrder),
        (Kind::Build, "buildProperties.completedAt", far(), Rule::FourDigitYear),
        (Kind::Custom, "customEventProperties.id", json!("\n"), Rule::NotBlank),
        (Kind::Deployment, "deploymentProperties.pipeline.pipelineId", json!(""), Rule::NotBlank),
        (Kind::Deployment, "deploymentProperties.pipeline.url", json!("jobs/2"), Rule::WebUrl),
        (Kind::Deployment, "deploymentProperties.environment.environmentId", json!(""), Rule::NotBlank),
        (Kind::Deployment, "deploymentProperties.completedAt", early(), Rule::TimeOrder),
        (Kind::Deployment, "deploymentProperties.completedAt", far(), Rule::FourDigitYear),
        (Kind::Flag, "flagProperties.id", json!(""), Rule::NotBlank),
        (Kind::Incident, "incidentProperties.id", json!(""), Rule::NotBlank),
        (Kind::Incident, "incidentProperties.endTime", early(), Rule::TimeOrder),
        (Kind::Incident, "incidentProperties.endTime", far(), Rule::FourDigitYear),
        (Kind::Incident, "incidentProperties.endTime", json!(null), Rule::EndMissing),
        (Kind::Lifecycle, "lifecycleProperties.id", json!(""), Rule::NotBlank),
        (Kind::PullRequest, "pullRequestProperties.id", json!(""), Rule::NotBlank),
        (Kind::PullRequest, "pullRequestProperties.pullRequestUrl", json!("ftp://a.example/1"), Rule::WebUrl),
        (Kind::PullRequest, "pullRequestProperties.repoUrl", json!(""), Rule::NotBlank),
        (Kind::Push, "pushEventProperties.id", json!(""), Rule::NotBlank),
        (Kind::Push, "pushEventProperties.branchName", json!(""), Rule::NotBlank),
        (Kind::Vulnerability, "vulnerabilityProperties.id", json!(""), Rule::NotBlank),
        (Kind::Vulnerability, "vulnerabilityProperties.score", json!(10.1), Rule::ScoreRange),
        (Kind::Vulnerability, "vulnerabilityProperties.score", json!(-0.1), Rule::ScoreRange),
        (Kind::Vulnerability, "vulnerabilityProperties.remediationTime", early(), Rule::TimeOrder),
        (Kind::Vulnerability, "vulnerabilityProperties.remediationTime", far(), Rule::FourDigitYear),
        (Kind::Vulnerability, "vulnerabilityProperties.remediationTime", json!(null), Rule::EndMissing),
    ];
    for kind in Kind::ALL {
        cases.push((kind, "lastUpdated", far(), Rule::FourDigitYear));
        if kind != Kind::PullRequest {
            cases.push((kind, "externalEventSourceId", json!(""), Rule::NotBlank));
            cases.push((kind, "url", json!("javascript:alert(1)"), Rule::WebUrl));
            cases.push((kind, "updateSequenceNumber", json!(-1), Rule::SequenceNotNegative));
        }
    }
    cases
}

fn pointer(kind: Kind, path: &str) -> String {
    format!("/{kind}/{}", path.replace('.', "/"))
}

fn places(violations: &crate::validation::Violations) -> Vec<(String, Rule)> {
    violations.iter().map(|one| (one.path().to_owned(), one.rule())).collect()
}

#[test]
fn each_rule_alone_is_told_with_its_place() {
    for (kind, path, value, rule) in cases() {
        let mut json = valid(kind);
        *field(&mut json, &pointer(kind, path)) = value.clone();
        let violations = read(json).expect_err(path);
        assert_eq!(places(&violations), [(format!("{kind}.{path}"), rule)], "{value}");
    }
}

#[test]
fn all_that_is_wrong_with_an_event_is_told_at_once() {
    for kind in Kind::ALL {
        let (mut json, mut seen, mut expected) = (valid(kind), BTreeSet::new(), Vec::new());
        for (_, path, value, rule) in cases().into_iter().filter(|case| case.0 == kind) {
            // The first value for each field: one field has one value.
            if seen.insert(path) {
                *field(&mut json, &pointer(kind, path)) = value;
                expected.push((format!("{kind}.{path}"), rule));
            }
        }
        let mut found = places(&read(json).unwrap_err());
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_start_in_no_year_of_rfc_3339_is_refused_at_every_kind_that_has_one() {
    let starts = [
        (Kind::Alert, "alertProperties.createdAt"),
        (Kind::Build, "buildProperties.startedAt"),
        (Kind::Deployment, "deploymentProperties.startedAt"),
        (Kind::Incident, "incidentProperties.startTime"),
        (Kind::Vulnerability, "vulnerabilityProperties.vulnerabilityStartTime"),
    ];
    for (kind, path) in starts {
        let mut json = valid(kind);
        *field(&mut json, &pointer(kind, path)) = json!("-0001-01-01T00:00:00Z");
        assert_eq!(places(&read(json).unwrap_err()), [(format!("{kind}.{path}"), Rule::FourDigitYear)]);
    }
}

#[test]
fn what_is_not_over_has_not_completed() {
    let unfinished = [
        (Kind::Build, "buildProperties", "IN_PROGRESS"),
        (Kind::Deployment, "deploymentProperties", "PENDING"),
        (Kind::Deployment, "deploymentProperties", "IN_PROGRESS"),
    ];
    for (kind, own, state) in unfinished {
        let mut json = valid(kind);
        json[kind.as_str()][own]["state"] = json!(state);
        let violations = read(json.clone()).unwrap_err();
        assert_eq!(places(&violations), [(format!("{kind}.{own}.completedAt"), Rule::EndTooEarly)], "{state}");
        json[kind.as_str()][own]["completedAt"] = json!(null);
        assert!(read(json).is_ok(), "{state}");
    }
}

#[test]
fn what_the_contract_allows_and_no_rule_forbids_is_taken() {
    let same_time = json!("2026-09-01T12:00:00Z");
    let fine = [
        (Kind::Alert, "alertProperties.createdAt", json!(null)),
        // Acknowledged, snoozed and closed are each of the last time: an alert may be opened again.
        (Kind::Alert, "alertProperties.closedAt", same_time.clone()),
        (Kind::Alert, "alertProperties.status", json!(null)),
        (Kind::Alert, "alertProperties.status", json!("OPENED")),
        (Kind::Build, "buildProperties.completedAt", same_time.clone()),
        (Kind::Build, "buildProperties.completedAt", json!(null)),
        (Kind::Build, "displayName", json!("")),
        (Kind::Build, "lastUpdated", json!("2020-01-01T00:00:00+02:00")),
        (Kind::Deployment, "deploymentProperties.startedAt", json!(null)),
        (Kind::Deployment, "deploymentProperties.completedAt", json!(null)),
        (Kind::Incident, "incidentProperties.state", json!("OPEN")),
        (Kind::Incident, "incidentProperties.severity", json!({})),
        (Kind::Flag, "flagProperties.status", json!("whatever")),
        (Kind::Push, "pushEventProperties.author", json!({})),
        (Kind::Vulnerability, "vulnerabilityProperties.score", json!(0)),
        (Kind::Vulnerability, "vulnerabilityProperties.score", json!(null)),
        (Kind::Vulnerability, "vulnerabilityProperties.state", json!("DECLINED")),
        (Kind::Vulnerability, "updateSequenceNumber", json!(i64::MAX)),
    ];
    for (kind, path, value) in fine {
        let mut json = valid(kind);
        *field(&mut json, &pointer(kind, path)) = value.clone();
        read(json).unwrap_or_else(|violations| panic!("{path} = {value}: {violations}"));
    }
}

#[test]
fn a_builder_checks_as_reading_does() {
    let time = |text: &str| text.parse().unwrap();
    let violations = Alert::builder()
        .display_name("Disk almost full")
        .description("")
        .url(WebUrl::parse("https://example.com/").unwrap())
        .last_updated(time("2026-09-01T12:00:00Z"))
        .sequence(Sequence::new(1).unwrap())
        .event_source(EventSource::new(" "))
        .id("")
        .status(AlertStatus::Closed)
        .created_at(time("2026-09-01T12:00:00Z"))
        .acknowledged_at(time("2026-09-01T11:00:00Z"))
        .build()
        .unwrap_err();
    let text = "4 rules are broken:
  alert.externalEventSourceId: must not be empty or blank; is \" \" [not-blank]
  alert.alertProperties.id: must not be empty or blank; is \"\" [not-blank]
  alert.alertProperties.acknowledgedAt: must not be before what it follows; is 2026-09-01T11:00:00Z, \
                `createdAt` is 2026-09-01T12:00:00Z [time-order]
  alert.alertProperties.closedAt: must be there in this state; is absent, the state is CLOSED [end-missing]";
    assert_eq!(violations.to_string(), text);
    let by_value: Vec<Violation> = violations.clone().into_iter().collect();
    assert!((&violations).into_iter().eq(&by_value));
}

/// JSON has no NaN, so that only a builder can meet one.
#[test]
fn a_score_that_is_no_number_is_refused() {
    let now = chrono::DateTime::UNIX_EPOCH;
    let violations = Vulnerability::builder()
        .display_name("CVE-2026-0042")
        .description("")
        .url(WebUrl::parse("https://example.com/").unwrap())
        .last_updated(now)
        .sequence(Sequence::now())
        .event_source(EventSource::of("trivy", "acme/shop"))
        .id("CVE-2026-0042")
        .state(VulnerabilityState::Open)
        .severity(VulnerabilitySeverity::builder().level(VulnerabilitySeverityLevel::Low).build())
        .score(f64::NAN)
        .start_time(now)
        .build()
        .unwrap_err();
    assert_eq!(places(&violations), [("vulnerability.vulnerabilityProperties.score".to_owned(), Rule::ScoreRange)]);
}

#[test]
fn a_long_value_is_shortened() {
    let mut json = valid(Kind::Push);
    json["push"]["url"] = json!("x".repeat(10_000));
    let violations = read(json).unwrap_err();
    let value = violations.iter().next().unwrap().value();
    assert!(value.chars().count() < 100 && value.ends_with("…\""), "{value}");
}

#[test]
fn every_rule_of_events_is_broken_in_a_test() {
    let mut broken: BTreeSet<_> = cases().into_iter().map(|case| case.3).collect();
    // Broken in tests of their own: two here and above, three in those of metrics.
    broken.extend([
        Rule::OneKind,
        Rule::EndTooEarly,
        Rule::FiniteNumber,
        Rule::AtlassianDocument,
        Rule::OneTarget,
        Rule::Ari,
    ]);
    assert_eq!(broken, Rule::ALL.iter().copied().collect::<BTreeSet<_>>());
    assert_eq!(Rule::ALL.iter().map(|rule| rule.id()).collect::<BTreeSet<_>>().len(), Rule::ALL.len());
}
