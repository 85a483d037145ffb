//! The help of every command.

mod support;

use support::{commands, compass};

#[test]
fn help_of_every_command() {
    let found = commands();
    let texts: String =
        found.iter().map(|(path, text)| format!("$ compass {} --help\n{text}\n", path.join(" "))).collect();
    insta::assert_snapshot!(texts);
}

#[test]
fn every_command_has_a_manual_page_and_completions_know_the_states() {
    let found = commands();
    for (path, _) in &found {
        let page = compass(["man"].into_iter().chain(path.iter().map(String::as_str))).run();
        assert_eq!(page.code, 0, "{path:?}");
        assert!(page.stdout.contains(".SH SYNOPSIS"), "{path:?}");
    }
    let script = compass(["completions", "bash"]).run();
    assert_eq!(script.code, 0);
    assert!(script.stdout.contains("ROLLED_BACK"));
    assert_eq!(compass(["man", "evnt"]).run().code, 2);
}

#[test]
fn no_option_takes_a_secret() {
    let found = commands();
    for (path, text) in found {
        for line in text.lines().filter(|line| line.trim_start().starts_with("--")) {
            let option = line.trim_start().split("  ").next().unwrap_or_default();
            let is_secret = ["token", "password", "secret", "webhook"].iter().any(|word| option.contains(word));
            assert!(!is_secret || !option.contains('<'), "{path:?}: {option}");
        }
    }
}

#[test]
fn whoever_stops_reading_is_no_failure() {
    let command = format!("{} completions bash | head -n 1", env!("CARGO_BIN_EXE_compass"));
    let output = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
