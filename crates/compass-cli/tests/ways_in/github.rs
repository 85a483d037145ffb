//! GitHub Actions: `action.yml`, and workflows that use it.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::world::{Ended, NO_ONE, World, settings};
use crate::yaml::{Variables, parse, scalar, scalars, text, top};

/// What the action is called in workflows.
const ACTION: &str = "acme/compass@";
/// How GitHub starts scripts: those without `shell`, and those with `shell: bash`.
const DEFAULT: &[&str] = &["bash", "-e"];
const BASH: &[&str] = &["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"];

fn action() -> Value {
    parse(&text("action.yml"))
}

/// A job as the runner sees it: what expressions mean, what is on the `PATH`, and how it stands.
pub(crate) struct Job<'w> {
    world: &'w World,
    variables: Variables,
    contexts: Variables,
    status: &'static str,
    /// Each step that was run, and how it ended.
    pub(crate) report: String,
}

impl<'w> Job<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let mut contexts = Variables::new();
        for (name, value) in settings() {
            contexts.insert(format!("vars.{name}"), value.clone());
            contexts.insert(format!("secrets.{name}"), value);
        }
        let variables = world.variables("github-actions", false);
        Self { world, variables, contexts, status: "success", report: String::new() }
    }

    /// Replaces the expressions of a text.
    fn value(&self, text: &str) -> String {
        let Some((before, rest)) = text.split_once("${{") else { return text.to_owned() };
        let (expression, after) = rest.split_once("}}").unwrap();
        format!("{before}{}{}", self.term(expression.trim()), self.value(after))
    }

    /// What is not set is empty, as it is there.
    fn term(&self, term: &str) -> String {
        assert!(term.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{term}: not known here");
        if term == "job.status" { self.status.to_owned() } else { self.contexts.get(term).cloned().unwrap_or_default() }
    }

    fn values(&self, mapping: &Value) -> Variables {
        scalars(mapping).into_iter().map(|(name, text)| (name, self.value(&text))).collect()
    }

    /// Whether a step is run: without `always()` only as long as none has failed.
    fn holds(&self, step: &Value) -> bool {
        let condition = step["if"].as_str().unwrap_or_default();
        let mut is_run = self.status == "success" || condition == "always()";
        for term in condition.split(" && ").filter(|term| !["", "always()"].contains(term)) {
            let (path, is_equal, wanted) = match (term.split_once(" == "), term.split_once(" != ")) {
                (Some((path, wanted)), None) => (path, true, wanted),
                (None, Some((path, wanted))) => (path, false, wanted),
                (Some(_), Some(_)) | (None, None) => panic!("{term}: not known here"),
            };
            is_run &= (self.term(path) == wanted.trim_matches('\'')) == is_equal;
        }
        is_run
    }

    /// Runs a script, and takes what it leaves in the runner's files.
    fn script(&mut self, shell: &[&str], step: &Value, own: &Variables) -> Ended {
        let files = ["GITHUB_OUTPUT", "GITHUB_PATH"].map(|name| (name, self.world.path(name)));
        let mut variables = self.variables.clone();
        variables.extend(own.clone());
        for (name, file) in &files {
            fs::write(file, "").unwrap();
            variables.insert((*name).to_owned(), file.display().to_string());
        }
        let ended = self.world.run(shell, step["run"].as_str().unwrap(), &variables);
        let [outputs, path] = files.map(|(_, file)| fs::read_to_string(file).unwrap());
        if let Some(id) = step["id"].as_str() {
            for (name, value) in outputs.lines().map(|line| line.split_once('=').unwrap()) {
                self.contexts.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
            let outcome = if ended.code == 0 { "success" } else { "failure" };
            self.contexts.insert(format!("steps.{id}.outcome"), outcome.to_owned());
        }
        for folder in path.lines() {
            let path = self.variables.get_mut("PATH").unwrap();
            *path = format!("{folder}:{path}");
        }
        ended
    }

    /// Runs the action with inputs; `own` are the variables of the step that uses it.
    pub(crate) fn act(&mut self, with: &Variables, own: &Variables) -> (i32, Variables, String) {
        let action = action();
        let declared = action["inputs"].as_object().unwrap();
        let known: Vec<_> = with.keys().filter(|name| !declared.contains_key(*name)).collect();
        assert!(known.is_empty(), "{known:?}: no inputs");
        let outer = std::mem::take(&mut self.contexts);
        for (name, input) in declared {
            let value = with.get(name).cloned().unwrap_or_else(|| scalar(&input["default"]));
            self.contexts.insert(format!("inputs.{name}"), value);
        }
        let (mut code, mut said) = (0, String::new());
        for step in action["runs"]["steps"].as_array().unwrap() {
            if code != 0 || !self.holds_within(step) {
                continue;
            }
            if let Some(uses) = step["uses"].as_str() {
                self.cache(uses, step);
                continue;
            }
            let mut variables = own.clone();
            variables.extend(self.values(&step["env"]));
            variables.insert("GITHUB_ACTION_PATH".to_owned(), top().display().to_string());
            let ended = self.script(BASH, step, &variables);
            said.push_str(&ended.said);
            code = ended.code;
        }
        let outputs = action["outputs"].as_object().unwrap();
        let outputs =
            outputs.iter().map(|(name, output)| (name.clone(), self.value(output["value"].as_str().unwrap())));
        let outputs = outputs.collect();
        self.contexts = outer;
        (code, outputs, said)
    }

    /// Within an action it counts whether its own steps have failed.
    fn holds_within(&mut self, step: &Value) -> bool {
        let status = std::mem::replace(&mut self.status, "success");
        let holds = self.holds(step);
        self.status = status;
        holds
    }

    /// GitHub's cache, as files with the name of the key.
    fn cache(&mut self, uses: &str, step: &Value) {
        let with = self.values(&step["with"]);
        let kept = self.world.path(&with["key"]);
        if uses.starts_with("actions/cache/save@") {
            assert!(fs::exists(format!("{}/bin/compass", with["path"])).unwrap(), "{with:?}");
            fs::write(kept, &with["path"]).unwrap();
        } else if uses.starts_with("actions/cache/restore@") {
            if kept.exists() {
                fs::create_dir_all(format!("{}/bin", with["path"])).unwrap();
                let program = format!("{}/bin/compass", with["path"]);
                std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_compass"), program).unwrap();
                self.contexts.insert("steps.cache.outputs.cache-hit".to_owned(), "true".to_owned());
            }
        } else {
            panic!("{uses}: not known here");
        }
    }

    /// Runs the steps of a job of a workflow.
    pub(crate) fn steps(&mut self, job: &Value) {
        // An image takes its own `PATH` along.
        if job["container"].as_str().is_some_and(|image| image.contains("/compass-job:")) {
            self.with_program();
        }
        let of_job = self.values(&job["env"]);
        self.variables.extend(of_job);
        for step in job["steps"].as_array().unwrap() {
            if !self.holds(step) {
                continue;
            }
            let own = self.values(&step["env"]);
            let (name, code) = match step["uses"].as_str() {
                Some(uses) if uses.starts_with(ACTION) => {
                    let (code, outputs, _) = self.act(&self.values(&step["with"]), &own);
                    if let Some(id) = step["id"].as_str() {
                        let entries = outputs.into_iter();
                        self.contexts
                            .extend(entries.map(|(name, value)| (format!("steps.{id}.outputs.{name}"), value)));
                    }
                    ("the action", code)
                }
                Some(uses) => {
                    assert!(uses.starts_with("actions/checkout@"), "{uses}: not known here");
                    continue;
                }
                None => (step["name"].as_str().unwrap(), self.script(DEFAULT, step, &own).code),
            };
            self.report.push_str(&format!("  {name}: exit {code}\n"));
            if code != 0 {
                self.status = "failure";
            }
        }
    }

    fn with_program(&mut self) {
        self.variables.insert("PATH".to_owned(), self.world.variables("github-actions", true)["PATH"].clone());
    }

    fn with_settings(mut self) -> Self {
        self.variables.extend(settings());
        self
    }
}

fn inputs(values: &[(&str, &str)]) -> Variables {
    values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// "Metadata syntax reference" of GitHub's documentation.
#[test]
fn the_action_has_what_its_documentation_asks_for() {
    let action = action();
    for key in ["name", "description"] {
        assert!(action[key].is_string(), "{key}");
    }
    for (id, input) in action["inputs"].as_object().unwrap() {
        assert!(id.starts_with(|c: char| c.is_ascii_lowercase()), "{id}");
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
        assert!(input["description"].is_string(), "{id}");
        assert!(input["default"].is_null() || input["default"].is_string(), "{id}");
    }
    for (id, output) in action["outputs"].as_object().unwrap() {
        assert!(output["description"].is_string() && output["value"].is_string(), "{id}");
    }
    assert_eq!(action["runs"]["using"], "composite");
    let steps = action["runs"]["steps"].as_array().unwrap();
    let ids: Vec<_> = steps.iter().filter_map(|step| step["id"].as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let source = text("action.yml");
    for step in steps {
        assert_eq!(step["run"].is_string(), step["uses"].is_null(), "{step}");
        if let Some(script) = step["run"].as_str() {
            assert_eq!(step["shell"], "bash", "{step}");
            assert!(!script.contains("${{"), "an expression in a script: {script}");
        }
        if let Some(uses) = step["uses"].as_str() {
            let (_, commit) = uses.split_once('@').unwrap();
            assert!(commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{uses}: not pinned");
            assert!(source.contains(&format!("{uses} # v")), "{uses}: its version is missing");
        }
    }
}

#[test]
fn the_program_is_built_from_the_actions_own_commit_once() {
    let world = World::new();
    for _ in 0..2 {
        let (code, outputs, said) = Job::new(&world).act(&Variables::new(), &Variables::new());
        assert_eq!((code, &*outputs["exit-code"]), (0, ""), "{said}");
        // The next job has another machine.
        fs::remove_dir_all(world.path("temp")).unwrap();
        fs::create_dir(world.path("temp")).unwrap();
    }
    let log = world.log();
    let [rustup, cargo, folder, toolchain] = log.lines().collect::<Vec<_>>()[..] else { panic!("{log}") };
    assert_eq!(rustup, "rustup toolchain install 1.95 --profile minimal");
    assert!(cargo.starts_with("cargo install --locked --path crates/compass-cli --root "), "{cargo}");
    assert_eq!((folder, toolchain), (&*format!("  in {}", top().display()), "  toolchain 1.95"));
    assert_eq!(parse_rust_version(), "1.95");
}

#[test]
fn nothing_is_built_where_the_image_has_the_program() {
    let world = World::new();
    let mut job = Job::new(&world).with_settings();
    job.with_program();
    let with = inputs(&[("install", "false"), ("event", "deployment"), ("environment", "test")]);
    let (code, _, said) = job.act(&with, &Variables::new());
    assert_eq!((code, world.log()), (0, String::new()), "{said}");
    assert_eq!(world.last()["deploymentProperties"]["state"], "SUCCESSFUL");
}

fn parse_rust_version() -> String {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    manifest["workspace"]["package"]["rust-version"].as_str().unwrap().to_owned()
}

#[test]
fn a_deployment_arrives() {
    let world = World::new();
    let with = inputs(&[("event", "deployment"), ("environment", "prod-eu"), ("arguments", "--number=7\n\n")]);
    let (code, outputs, said) = Job::new(&world).with_settings().act(&with, &Variables::new());
    assert_eq!((code, &*outputs["exit-code"]), (0, "0"), "{said}");
    let event = world.last();
    let own = &event["deploymentProperties"];
    assert_eq!(event["url"], "https://github.com/acme/shop/actions/runs/16553012345");
    assert_eq!(own["pipeline"]["pipelineId"], "acme/shop/.github/workflows/deploy.yml");
    assert_eq!((&own["state"], &own["sequenceNumber"]), (&json!("SUCCESSFUL"), &json!(7)));
    assert_eq!((&own["environment"]["environmentId"], own["completedAt"].is_string()), (&json!("prod-eu"), true));
}

#[test]
fn a_job_that_failed_says_so() {
    for (status, state) in [("failure", "FAILED"), ("cancelled", "CANCELLED"), ("success", "SUCCESSFUL")] {
        let world = World::new();
        let mut job = Job::new(&world).with_settings();
        job.status = status;
        let with = inputs(&[("event", "build"), ("started-at", "2026-09-01T12:00:00Z")]);
        let (code, _, said) = job.act(&with, &Variables::new());
        assert_eq!((code, &world.last()["buildProperties"]["state"]), (0, &json!(state)), "{said}");
    }
}

#[test]
fn no_input_is_run() {
    let nasty = "it's \"$(touch pwned)\" `touch pwned`; touch pwned & ${{ github.token }} \\";
    let world = World::new();
    let arguments = format!("--name={nasty}\n--description=$(touch pwned)\n--number=1");
    let with = inputs(&[("event", "deployment"), ("environment", nasty), ("arguments", &arguments)]);
    let (code, _, said) = Job::new(&world).with_settings().act(&with, &Variables::new());
    assert_eq!(code, 0, "{said}");
    let event = world.last();
    assert_eq!((&event["displayName"], &event["description"]), (&json!(nasty), &json!("$(touch pwned)")));
    assert_eq!(event["deploymentProperties"]["environment"]["environmentId"], nasty);

    // Of those that are compared with words, none gets further; of the rest, none is an option of its own.
    for input in ["event", "strict", "install", "state", "started-at"] {
        for value in [nasty, "true\ntouch pwned", "--help", "$(touch pwned)"] {
            let mut with = inputs(&[("event", "deployment"), ("environment", "test"), (input, value)]);
            with.insert(input.to_owned(), value.to_owned());
            let (code, _, said) = Job::new(&world).with_settings().act(&with, &Variables::new());
            assert!(code != 0, "{input}: {value}: {said}");
        }
    }
    assert_eq!(world.told().matches("deployment ").count(), 1, "{}", world.told());
    assert!(!world.path("work/pwned").exists() && !top().join("pwned").exists());
}

#[test]
fn a_compass_that_is_not_reached_fails_the_job_only_where_that_is_wanted() {
    let world = World::new();
    let unreachable = inputs(&[("COMPASS_BASE_URL", NO_ONE)]);
    let unknown = inputs(&[("COMPASS_EMAIL", "you@example.com")]);
    let secretless = inputs(&[("COMPASS_API_TOKEN", "")]);
    for (own, exit) in [(unreachable, 5), (unknown, 4), (secretless, 2)] {
        for (strict, code) in [("false", 0), ("true", exit)] {
            let with = inputs(&[("event", "deployment"), ("environment", "test"), ("strict", strict)]);
            let (ended, outputs, said) = Job::new(&world).with_settings().act(&with, &own);
            assert_eq!((ended, &outputs["exit-code"]), (code, &exit.to_string()), "{own:?} {said}");
            assert_eq!(said.contains("::warning title=Compass::"), strict == "false", "{said}");
        }
    }
    // What is missing in the workflow is missing in each run.
    let with = inputs(&[("event", "deployment")]);
    let (ended, outputs, said) = Job::new(&world).with_settings().act(&with, &Variables::new());
    assert_eq!((ended, &*outputs["exit-code"], said.contains("--environment")), (2, "2", true), "{said}");
    assert_eq!(world.told(), "");
}
