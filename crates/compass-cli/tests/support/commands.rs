//! Commands: the smallest of each kind of event, and all that the help has.

use super::compass;

/// The smallest command of each kind, its times and number fixed.
pub(crate) fn events() -> Vec<(&'static str, Vec<&'static str>)> {
    let feed = [
        "--name",
        "It's done",
        "--url",
        "https://ci.example.com/42",
        "--at",
        "2026-09-01T12:00:00Z",
        "--sequence",
        "7",
        "--event-source",
        "ci:acme/shop",
    ];
    let own: [(&str, &[&str]); 9] = [
        ("alert", &["--id", "alert-1"]),
        ("build", &["--pipeline-id", "shop-42", "--state", "in-progress", "--started-at", "2026-09-01T11:00:00Z"]),
        ("custom", &["--id", "load-test-42", "--icon", "checkpoint"]),
        (
            "deployment",
            &["--pipeline-id", "shop", "--environment", "production", "--number", "42", "--state", "SUCCESSFUL"],
        ),
        ("flag", &["--id", "dark-mode"]),
        ("incident", &["--id", "incident-1", "--state", "open", "--started-at", "2026-09-01T11:00:00+02:00"]),
        ("lifecycle", &["--id", "shop", "--stage", "end-of-life"]),
        ("push", &["--id", "4f0e8f3b", "--branch", "main"]),
        (
            "vulnerability",
            &["--id", "CVE-2026-0042", "--state", "open", "--severity", "high", "--started-at", "2026-09-01T11:00:00Z"],
        ),
    ];
    let mut events: Vec<_> =
        own.into_iter().map(|(kind, own)| (kind, [&["event", kind], own, &feed[..]].concat())).collect();
    let pull_request = [
        "event",
        "pull-request",
        "--id",
        "42",
        "--url",
        "https://git.example.com/pulls/42",
        "--repository-url",
        "git@example.com:acme/shop",
        "--status",
        "merged",
        "--at",
        "2026-09-01T12:00:00Z",
    ];
    events.insert(7, ("pull-request", pull_request.to_vec()));
    events
}

/// All commands, found by following the help, each with its help.
pub(crate) fn commands() -> Vec<(Vec<String>, String)> {
    fn follow(path: &[String], found: &mut Vec<(Vec<String>, String)>) {
        let ended = compass(path.iter().map(String::as_str)).arg("--help").run();
        assert_eq!((ended.code, &*ended.stderr), (0, ""), "{path:?}");
        let lines = ended.stdout.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names: Vec<_> = lines
            .take_while(|line| !line.is_empty())
            .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
            .collect();
        found.push((path.to_vec(), ended.stdout));
        for name in names {
            follow(&[path, &[name]].concat(), found);
        }
    }
    let mut found = Vec::new();
    follow(&[], &mut found);
    found
}
