//! The commands of the demonstration.

use crate::request::curl::quoted;

/// A command of this program.
pub(super) struct Command {
    pub(super) args: Vec<String>,
    /// As one would type it; the options that are the same for all are left out.
    pub(super) shown: String,
}

const SITE: &str = "c0ffee00-5ca1-4ab1-8e0f-0123456789ab";
const IDS: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301/6ba7b810-9dad-41d1-80b4-00c04fd430c8";

/// One for each kind of event, and one for a metric.
pub(super) fn commands() -> Vec<Command> {
    let events: [(&str, &str, &[&str]); 9] = [
        ("push", "Fix the cart", &["--id", "4f0e8f3b", "--branch", "main"]),
        ("build", "shop #42", &["--pipeline-id", "shop-42", "--state", "successful", "--started-at", "now"]),
        (
            "deployment",
            "shop 1.4.2",
            &["--pipeline-id", "shop", "--environment", "production", "--number", "42", "--state", "successful"],
        ),
        ("flag", "Dark mode is on", &["--id", "dark-mode"]),
        ("alert", "Checkout is slow", &["--id", "alert-7", "--status", "opened"]),
        ("incident", "Checkout is down", &["--id", "incident-7", "--state", "open", "--started-at", "now"]),
        (
            "vulnerability",
            "CVE-2026-0042",
            &["--id", "CVE-2026-0042", "--state", "open", "--severity", "high", "--started-at", "now"],
        ),
        ("lifecycle", "shop is live", &["--id", "shop", "--stage", "production"]),
        ("custom", "Load test passed", &["--id", "load-test-42", "--icon", "checkpoint"]),
    ];
    let component = format!("ari:cloud:compass:{SITE}:component/{IDS}");
    let mut commands: Vec<Command> = events
        .into_iter()
        .map(|(kind, name, own)| {
            let shown = [&["event", kind, "--name", name], own].concat();
            let common =
                ["--url", "https://ci.example.com/42", "--event-source", "demo:acme/shop", "--component", &component];
            Command::new(&shown, &[&common[..], &["--no-detect"]].concat())
        })
        .collect();
    let pull = ["event", "pull-request", "--id", "42", "--status", "merged"];
    let places = ["--url", "https://git.example.com/pulls/42", "--repository-url", "https://git.example.com/acme/shop"];
    commands.push(Command::new(&pull, &[&places[..], &["--component", &component, "--no-detect"]].concat()));
    let source = format!("ari:cloud:compass:{SITE}:metric-source/{IDS}");
    commands.push(Command::new(&["metric", "push", "87.5", "--title", "Test coverage"], &["--source", &source]));
    commands
}

impl Command {
    fn new(shown: &[&str], more: &[&str]) -> Self {
        let is_plain =
            |word: &str| word.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._:/".contains(letter));
        let words = shown.iter().map(|word| if is_plain(word) { (*word).to_owned() } else { quoted(word) });
        Self {
            shown: words.collect::<Vec<_>>().join(" "),
            args: shown.iter().chain(more).map(|word| (*word).to_owned()).collect(),
        }
    }
}
