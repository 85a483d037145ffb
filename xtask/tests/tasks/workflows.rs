//! What CI runs, and what it trusts.

use std::fs;
use std::path::Path;

use openapi_contract::Format;
use serde_json::Value;

/// A workflow: its name, its text, and what the text says.
struct Workflow {
    name: String,
    text: String,
    root: Value,
}

fn workflows() -> Vec<Workflow> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(".github/workflows");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let file = entry.unwrap().path();
        let text = fs::read_to_string(&file).unwrap();
        let root = Format::Yaml.parse(&text).unwrap();
        Workflow { name: file.file_name().unwrap().to_string_lossy().into_owned(), text, root }
    };
    folder.read_dir().unwrap().map(read).collect()
}

impl Workflow {
    fn jobs(&self) -> impl Iterator<Item = &Value> {
        self.root["jobs"].as_object().unwrap().values()
    }

    fn steps(&self) -> impl Iterator<Item = &Value> {
        self.jobs().flat_map(|job| job["steps"].as_array().unwrap())
    }
}

#[test]
fn every_action_is_pinned_to_a_commit_with_its_version_beside_it() {
    let mut count = 0;
    for workflow in workflows() {
        let uses = workflow.steps().chain(workflow.jobs()).filter_map(|step| step["uses"].as_str());
        // The action of this repository is of the commit that is checked out.
        let uses = uses.filter(|action| *action != "./");
        for action in uses {
            let (name, commit) = action.split_once('@').unwrap_or((action, ""));
            let is_pinned = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_pinned, "{}: {name} is not pinned to a commit: {commit}", workflow.name);
            let is_named = workflow.text.lines().filter(|line| line.contains(action)).all(|line| line.contains(" # v"));
            assert!(is_named, "{}: {action}: the version is missing", workflow.name);
            count += 1;
        }
    }
    assert!(count > 0);
}

#[test]
fn the_check_runs_what_ci_runs_on_every_change() {
    let workflows = workflows();
    let check = workflows.iter().find(|workflow| workflow.name == "check.yml").unwrap();
    assert!(check.steps().any(|step| step["run"] == ".ci/run"), "{}", check.text);
    for event in ["push", "pull_request"] {
        assert!(check.root["on"].get(event).is_some(), "{event}\n{}", check.text);
    }
}

#[test]
fn no_job_has_rights_by_default_or_runs_for_ever() {
    for workflow in workflows() {
        let permissions = workflow.root["permissions"].as_object().unwrap();
        assert!(permissions.values().all(|right| right == "read"), "{}: {permissions:?}", workflow.name);
        for job in workflow.jobs() {
            assert!(job["timeout-minutes"].is_number(), "{}: {job}", workflow.name);
        }
        for step in
            workflow.steps().filter(|step| step["uses"].as_str().is_some_and(|uses| uses.contains("/checkout@")))
        {
            assert_eq!(step["with"]["persist-credentials"], false, "{}: {step}", workflow.name);
        }
    }
}

/// What stands in `${{ }}` is put into a script before a shell reads it: a branch may be called `$(…)`.
#[test]
fn no_expression_is_put_into_a_script() {
    for workflow in workflows() {
        for script in workflow.steps().filter_map(|step| step["run"].as_str()) {
            assert!(!script.contains("${{"), "{}: {script}", workflow.name);
        }
    }
}
