//! Events from a CI system: what no option says comes from its variables, and is weaker than all else.

mod support;

use std::path::Path;

use support::{COMPONENT, Compass, Ended, compass};

/// The program in the environment that a fixture of the detection has.
fn within(fixture: &str, args: &[&str]) -> Compass {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/detect/fixtures").join(fixture).with_extension("env");
    let text = std::fs::read_to_string(path).unwrap();
    let variables = text.lines().filter_map(|line| line.split_once('=')).filter(|(name, _)| !name.starts_with('#'));
    let place = ["--site", "example", "--component", COMPONENT, "--dry-run"];
    // Without them they would be of the clock.
    let fixed = ["--at", "2026-09-01T12:00:00Z", "--sequence", "7"];
    variables.fold(compass([args, &place, &fixed].concat()), |compass, (name, value)| compass.env(name, value))
}

fn told(fixture: &str, args: &[&str]) -> String {
    let ended: Ended = within(fixture, args).run();
    assert!(!ended.told().contains("must-not-show"), "{ended:?}");
    format!("# {fixture}: {}\n{}\n", args.join(" "), ended.told())
}

#[test]
fn a_ci_systems_variables_say_what_no_option_does() {
    let build = ["event", "build", "--state", "in-progress"];
    let deployment = ["event", "deployment", "--state", "in-progress"];
    let texts = [
        // GitHub tells neither when a run started nor where it deploys to.
        told("github-actions", &[&build[..], &["--started-at", "2026-09-01T11:00:00Z"]].concat()),
        told("github-actions", &[&deployment[..], &["--environment", "prod-eu"]].concat()),
        told("github-actions", &["event", "push"]),
        told("gitlab-ci", &build),
        told("gitlab-ci", &deployment),
    ];
    insta::assert_snapshot!(texts.concat());
}

#[test]
fn all_else_is_stronger() {
    let options = [
        ("--name", "displayName", "mine"),
        ("--url", "url", "https://example.com/mine"),
        ("--event-source", "externalEventSourceId", "mine:too"),
    ];
    let mut args = vec!["event", "deployment", "--state", "in-progress", "--environment", "test", "--output", "json"];
    args.extend(options.iter().flat_map(|(flag, _, value)| [*flag, *value]));
    let ended = within("gitlab-ci", &args).run();
    let deployment = &ended.json()["request"]["body"]["event"]["deployment"];
    for (_, field, value) in options {
        assert_eq!(deployment[field], value);
    }
    let environment = &deployment["deploymentProperties"]["environment"];
    assert_eq!((&environment["environmentId"], &environment["category"]), (&"test".into(), &"TESTING".into()));

    let ended = within("gitlab-ci", &args[..8]).env("COMPASS_EVENT_SOURCE", "ci:of-the-variable").run();
    let deployment = &ended.json()["request"]["body"]["event"]["deployment"];
    assert_eq!(deployment["externalEventSourceId"], "ci:of-the-variable");
}

#[test]
fn nothing_is_taken_when_that_is_not_wanted() {
    let ended = within("gitlab-ci", &["event", "deployment", "--state", "in-progress", "--no-detect"]).run();
    assert_eq!(ended.code, 2);
    for flag in ["--name", "--url", "--event-source", "--environment", "--number", "--pipeline-id"] {
        assert!(ended.stderr.contains(&format!("\n  {flag}")), "{flag}: {}", ended.stderr);
    }
}
