//! The three samples of every operation and kind send the same request.

use std::collections::BTreeMap;

use compass_mock::Mock;

use super::generated;
use super::pages::{SAMPLES, Shown};
use super::requests::Sent;
use super::world::{WEBHOOK_ID, client, shell, site};

/// What each sample sent, by its key. Each sent one request, which was accepted.
pub(crate) type All = BTreeMap<&'static str, Sent>;

fn received(mock: &Mock, key: &str, all: &mut All, shown: &'static Shown) {
    let requests = mock.take_requests();
    assert_eq!(requests.len(), 1, "{key}: {requests:?}");
    all.insert(&shown.key, Sent::of(&requests[0]));
}

pub(crate) async fn by_rust() -> All {
    let mock = site().await;
    let mut all = All::new();
    for shown in SAMPLES.iter() {
        let run = generated::run(&shown.key, &client(&mock), WEBHOOK_ID).await;
        assert!(run.is_ok(), "{}: {run:?}", shown.key);
        received(&mock, &shown.key, &mut all, shown);
    }
    all
}

async fn by_shell(sample: impl Fn(&Shown) -> &str) -> All {
    let mock = site().await;
    let mut all = All::new();
    for shown in SAMPLES.iter() {
        let output = shell(sample(shown), &mock).await;
        assert!(output.status.success(), "{}: {output:?}\n{}", shown.key, sample(shown));
        received(&mock, &shown.key, &mut all, shown);
    }
    all
}

fn assert_same(all: &All, others: &All) {
    for (key, sent) in all {
        assert_eq!(others.get(key), Some(sent), "{key}");
    }
    assert_eq!(all.len(), others.len());
    assert_eq!(all.len(), SAMPLES.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_compass_sends_is_what_rust_sends() {
    assert_same(&by_shell(|shown| &shown.compass).await, &by_rust().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_curl_sends_is_what_rust_sends() {
    if std::process::Command::new("curl").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "curl is missing: its samples cannot be run");
        eprintln!("skipped: curl is missing, so that its samples cannot be run");
        return;
    }
    assert_same(&by_shell(|shown| &shown.curl).await, &by_rust().await);
}

/// The program on a page is what was compiled: the same uses, the same statements.
#[test]
fn the_shown_programs_are_those_that_were_compiled() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/generated");
    let mut compiled: BTreeMap<Vec<String>, String> = BTreeMap::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        compiled.insert(essence(&text), path.display().to_string());
    }
    assert_eq!(compiled.len(), SAMPLES.len() + 1, "all samples, and the module that has them");
    for shown in SAMPLES.iter() {
        assert!(compiled.contains_key(&essence(&shown.rust)), "{}\n{}", shown.key, shown.rust);
    }
}

/// The uses and statements, without what makes a program or a function of them.
fn essence(text: &str) -> Vec<String> {
    let frame = ["#[tokio::main]", "pub(crate) async fn run"].into_iter().find(|frame| text.contains(frame));
    let Some((uses, function)) = frame.and_then(|frame| text.split_once(frame)) else { return Vec::new() };
    let (_, statements) = function.split_once("> {\n").unwrap();
    let is_frame = |line: &&str| {
        line.is_empty()
            || line.starts_with("//")
            || line.contains("Compass::from_env()")
            || line.contains("COMPASS_WEBHOOK_ID")
    };
    uses.lines().chain(statements.lines()).filter(|line| !is_frame(line)).map(str::to_owned).collect()
}

/// The secrets reach curl through its standard input: the list of processes shows arguments to everybody.
#[test]
fn no_secret_is_an_argument_of_a_program() {
    for shown in SAMPLES.iter() {
        let (printf, curl) = shown.curl.split_once("|\n").unwrap();
        assert!(printf.starts_with("printf '") && curl.contains(" --config - "), "{}", shown.curl);
        for secret in ["COMPASS_API_TOKEN", "COMPASS_WEBHOOK_ID", WEBHOOK_ID] {
            assert!(!curl.contains(secret), "{}", shown.curl);
            assert!(!shown.compass.contains(secret), "{}", shown.compass);
        }
        assert!(!shown.rust.contains(WEBHOOK_ID));
    }
}
