use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use clap::Parser;

use super::git::{Git, Question};
use super::rows::{Attempt, Marker, Row, rows};
use super::{Arguments, Detected, System, detect, show};

/// A variable's name and value, for each.
type Variables = BTreeMap<String, String>;

/// A checkout as CI systems leave it, with a detached `HEAD`; or none at all.
#[derive(Debug, Default)]
struct Checkout {
    branch: Option<&'static str>,
    commit: Option<&'static str>,
    remote: Option<&'static str>,
    asked: RefCell<Vec<String>>,
}

const COMMIT: &str = "c0ffee0000000000000000000000000000000000";

impl Checkout {
    fn detached() -> Self {
        let remote = Some("https://x-access-token:must-not-show@git.example.com/acme/shop.git");
        Self { commit: Some(COMMIT), remote, ..Self::default() }
    }
}

impl Git for Checkout {
    fn ask(&self, question: Question<'_>) -> Option<String> {
        self.asked.borrow_mut().push(format!("{question:?}"));
        let answer = match question {
            Question::Branch => self.branch,
            Question::Commit => self.commit,
            Question::Remote => self.remote,
            Question::CommitTime(_) => self.commit.and(Some("2026-08-31T10:00:00+02:00")),
        };
        answer.map(str::to_owned)
    }
}

fn now() -> DateTime<Utc> {
    "2026-09-01T12:00:00Z".parse().unwrap()
}

fn variables(text: &str) -> Variables {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once('=').unwrap()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The fixtures by name.
fn fixtures() -> BTreeMap<String, Variables> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/detect/fixtures");
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let fixture = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, variables(&fs::read_to_string(path).unwrap()))
    };
    files.map(fixture).collect()
}

fn fixture(name: &str) -> Variables {
    fixtures().remove(name).unwrap()
}

fn run(arguments: &[&str], variables: &Variables, git: &dyn Git) -> String {
    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        arguments: Arguments,
    }
    let cli = Cli::try_parse_from([&["detect"], arguments].concat()).unwrap();
    let detected = cli.arguments.detected(&|name| variables.get(name).map(OsString::from), git);
    show::text(&detected, now())
}

fn json(variables: &Variables, git: &dyn Git) -> String {
    let mut detected = detected(variables);
    detected.fill(git);
    format!("{:#}\n", show::json(&detected, now()))
}

fn detected(variables: &Variables) -> Detected {
    detect(&|name| variables.get(name).map(OsString::from), None)
}

fn system(variables: &Variables) -> Option<System> {
    detected(variables).system.map(|system| system.value)
}

fn union(names: &[&str]) -> Variables {
    names.iter().flat_map(|name| fixture(name)).collect()
}

/// The names of all variables that are read for the system.
fn names(system: System) -> BTreeSet<&'static str> {
    rows(system).iter().flat_map(names_of_row).collect()
}

fn names_of_row(row: &Row) -> BTreeSet<&'static str> {
    let candidates = [
        row.build_id,
        row.job,
        row.pipeline_id,
        row.url,
        row.name,
        row.number,
        row.source_branch,
        row.tag,
        row.branch,
        row.commit,
        row.repository,
        row.started,
        row.committed,
        row.environment,
        row.category,
        row.actor,
    ];
    let attempt = match row.attempt {
        Attempt::Untold => None,
        Attempt::FromOne(name) | Attempt::FromZero(name) => Some(name),
    };
    let markers = row.markers.iter().map(|marker| match *marker {
        Marker::Set(name) | Marker::Is(name, _) | Marker::Begins(name, _) => name,
    });
    let of_candidate = |candidate: &'static str| -> Vec<&'static str> {
        if !candidate.contains('{') {
            return vec![candidate];
        }
        let inner = candidate.split('{').skip(1).map(|part| part.split_once('}').unwrap().0);
        inner.map(|name| name.trim_end_matches(['@', ':'])).collect()
    };
    candidates.concat().into_iter().flat_map(of_candidate).chain(attempt).chain(markers).collect()
}

#[test]
fn every_system_tells_what_its_documentation_says() {
    for (name, variables) in fixtures() {
        insta::assert_snapshot!(name, run(&[], &variables, &Checkout::detached()));
    }
}

#[test]
fn json_has_the_fields_of_the_table() {
    let shown = json(&fixture("gitlab-ci"), &Checkout::detached());
    insta::assert_snapshot!("json", shown);
    let nothing = json(&Variables::new(), &Checkout::default());
    insta::assert_snapshot!("json-nothing", nothing);
}

#[test]
fn every_system_has_a_fixture() {
    let found: BTreeSet<_> = fixtures().values().filter_map(system).collect();
    assert_eq!(found, BTreeSet::from(System::ALL));
    for (name, variables) in fixtures() {
        let system = system(&variables).unwrap().slug();
        assert!(name.starts_with(system), "{name} is taken for {system}");
    }
}

#[test]
fn every_variable_that_is_read_is_in_a_fixture() {
    let known: BTreeSet<_> = fixtures().into_values().flat_map(Variables::into_keys).collect();
    for system in System::ALL {
        let unknown: Vec<_> = names(system).into_iter().filter(|name| !known.contains(*name)).collect();
        assert_eq!(unknown, Vec::<&str>::new(), "{system}");
    }
}

#[test]
fn no_variable_with_a_secret_is_read() {
    for system in System::ALL {
        for name in names(system) {
            let upper = name.to_ascii_uppercase();
            let secret = ["TOKEN", "PASSWORD", "SECRET", "CREDENTIAL", "NETRC"].iter().any(|word| upper.contains(word));
            assert!(!secret && name != "CI_REPOSITORY_URL", "{system} reads {name}");
        }
    }
}

#[test]
fn nothing_secret_is_shown() {
    for (name, variables) in fixtures() {
        let git = Checkout::detached();
        for shown in [run(&[], &variables, &git), json(&variables, &git)] {
            assert!(!shown.contains("must-not-show"), "{name}: {shown}");
        }
    }
}

#[test]
fn user_names_in_urls_are_never_shown() {
    let hostile = "https://ada:must-not-show@ci.example.com/acme/shop";
    for (name, mut variables) in fixtures() {
        let urls: Vec<_> =
            variables.iter().filter(|(_, value)| value.contains("://")).map(|(name, _)| name.clone()).collect();
        for url in urls {
            variables.insert(url, hostile.to_owned());
        }
        let shown = run(&[], &variables, &Checkout::default());
        assert!(!shown.contains("must-not-show"), "{name}: {shown}");
    }
}

#[test]
fn a_marker_without_a_run_gives_way_to_a_system_with_one() {
    let mut inside = fixture("jenkins");
    inside.insert("GITHUB_ACTIONS".to_owned(), "true".to_owned());
    let found = detected(&inside);
    assert_eq!(found.system.unwrap().value, System::Jenkins);
    assert_eq!(found.also, [System::GitHubActions]);
}

#[test]
fn of_two_whole_systems_the_service_counts() {
    // A runner of GitHub Actions that a Jenkins job has started.
    let both = union(&["jenkins", "github-actions"]);
    let found = detected(&both);
    assert_eq!(found.system.unwrap().value, System::GitHubActions);
    assert_eq!(found.also, [System::Jenkins]);
    assert_eq!(found.url.unwrap().value, "https://github.com/acme/shop/actions/runs/16553012345");
    insta::assert_snapshot!("chosen", run(&["--system", "jenkins"], &both, &Checkout::default()));
}

/// What stands in for GitHub Actions sets its markers, which are no sign of another system.
#[test]
fn a_system_that_stands_in_for_another_is_the_only_one() {
    for (name, expected) in [("gitea-actions", System::GiteaActions), ("forgejo-actions", System::ForgejoActions)] {
        let found = detected(&fixture(name));
        assert_eq!(found.system.unwrap().value, expected);
        assert_eq!(found.also, []);
    }
    let inside = detected(&union(&["jenkins", "gitea-actions"]));
    assert_eq!(inside.also, [System::Jenkins]);
}

#[test]
fn a_lone_marker_is_better_than_nothing() {
    assert_eq!(system(&variables("CIRCLECI=true")), Some(System::CircleCi));
    assert_eq!(system(&variables("CI=true")), None);
    assert_eq!(system(&variables("GITHUB_ACTIONS=false")), None);
    assert_eq!(system(&variables("BUILD_TAG=v1")), None);
}

#[test]
fn a_chosen_system_needs_no_marker() {
    let shown = run(&["--system", "bamboo"], &variables("bamboo_buildNumber=7"), &Checkout::default());
    assert!(shown.contains("bamboo ") && shown.contains("bamboo_buildNumber"), "{shown}");
}

#[test]
fn blank_variables_count_as_absent() {
    for (name, variables) in fixtures() {
        for blank in ["", "  \t"] {
            let blanks: Variables = variables.keys().map(|name| (name.clone(), blank.to_owned())).collect();
            assert_eq!(system(&blanks), None, "{name}");
        }
    }
}

#[test]
fn git_alone_tells_something() {
    let git = Checkout { branch: Some("main"), ..Checkout::detached() };
    insta::assert_snapshot!("git", run(&[], &Variables::new(), &git));
    insta::assert_snapshot!("nothing", run(&[], &Variables::new(), &Checkout::default()));
}

#[test]
fn git_is_asked_only_for_what_is_missing() {
    let git = Checkout::detached();
    let mut found = detected(&fixture("gitlab-ci"));
    found.fill(&git);
    assert_eq!(*git.asked.borrow(), [""; 0]);
    let mut found = detected(&fixture("github-actions-tag"));
    found.fill(&git);
    assert_eq!(*git.asked.borrow(), [r#"CommitTime("4f0e8f3b9c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f")"#]);
    assert_eq!(found.branch, None, "a tag is on no branch");
}

#[test]
fn a_detached_head_has_no_branch() {
    let mut found = detected(&fixture("teamcity"));
    found.fill(&Checkout::detached());
    assert_eq!(found.branch, None);
    found.fill(&Checkout { branch: Some("main"), ..Checkout::default() });
    assert_eq!(found.branch.unwrap().value, "main");
}

#[test]
fn the_event_source_is_the_same_with_and_without_git() {
    let mut found = detected(&fixture("travis-ci"));
    let source = found.event_source().unwrap().value;
    assert_eq!(source.as_str(), "travis-ci:acme/shop");
    for remote in ["git@github.com:acme/shop.git", "git@github.com:ada/fork.git"] {
        found.fill(&Checkout { remote: Some(remote), ..Checkout::default() });
        assert_eq!(found.event_source().unwrap().value, source);
    }
}

#[test]
fn a_run_and_its_attempts_are_one_build_and_another_run_is_another() {
    // Of two jobs with one ID, the success of one would hide that the other has failed.
    for (variable, same) in
        [("GITHUB_RUN_ATTEMPT", true), ("GITHUB_JOB", false), ("GITHUB_RUN_ID", false), ("GITHUB_REPOSITORY", false)]
    {
        let first = fixture("github-actions");
        let mut second = first.clone();
        second.insert(variable.to_owned(), "9".to_owned());
        assert_eq!(detected(&first).build_id == detected(&second).build_id, same, "{variable}");
    }
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let mut hostile = fixture("circleci");
    hostile.insert("CIRCLE_BRANCH".to_owned(), "a\u{1b}[2Jb\nc\u{9b}".to_owned());
    let shown = run(&[], &hostile, &Checkout::default());
    assert!(shown.contains(r"a\u{1b}[2Jb\nc\u{9b}"), "{shown}");
    assert!(!shown.contains('\u{1b}'));
}
