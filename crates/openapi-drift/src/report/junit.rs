//! JUnit's XML, which most CI servers show as a list of tests.

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::groups::{details, groups, message, place};
use super::{Report, Verdict, clean};

pub(super) fn render(report: &Report) -> String {
    let mut junit = Junit::new("openapi-drift");
    for group in groups(report) {
        let mut suite = TestSuite::new(group.title());
        for index in &group.changes {
            suite.add_test_case(case(report, *index, &group.title()));
        }
        junit.add_test_suite(suite);
    }
    if report.changes.is_empty() {
        // Servers take a report without any test for one that was not written.
        let mut suite = TestSuite::new("document");
        suite.add_test_case(TestCase::new("no drift", TestCaseStatus::success()));
        junit.add_test_suite(suite);
    }
    junit.to_string().expect("memory can be written, and the strings are XML since they were made")
}

fn case(report: &Report, index: usize, group: &str) -> TestCase {
    let change = &report.changes[index];
    let mut text = format!("{}\n{}", message(change), place(change));
    for detail in details(report, index) {
        text.push_str(&format!("\n{}: {}", detail.label, detail.text));
    }
    let status = match report.verdict(index) {
        Verdict::Failing => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(change.level.to_string()).set_message(message(change)).set_description(text.as_str());
            status
        }
        Verdict::Accepted(entry) => {
            let mut status = TestCaseStatus::skipped();
            let reason = clean::visible(&entry.reason);
            status.set_message(format!("accepted until {}: {reason}", entry.expires)).set_description(text.as_str());
            status
        }
        Verdict::Passing => TestCaseStatus::success(),
    };
    let is_passing = report.verdict(index) == Verdict::Passing;
    let mut case = TestCase::new(format!("{} {} {}", change.level, change.rule, place(change)), status);
    case.set_classname(group);
    if is_passing {
        case.set_system_out(text);
    }
    case
}
