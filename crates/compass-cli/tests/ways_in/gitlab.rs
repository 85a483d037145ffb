//! GitLab CI: the component in `templates`, and pipelines that use it.

use serde_json::{Map, Value, json};

use crate::world::{World, settings};
use crate::yaml::{Variables, lines, parse, scalar, scalars, text};

/// What the component is called in pipelines.
const COMPONENT: &str = "$CI_SERVER_FQDN/acme/compass/compass@";
/// What no job is called.
const KEYWORDS: [&str; 5] = ["include", "stages", "variables", "default", "workflow"];

/// The component's header and its text, which are two documents.
fn component() -> (Value, String) {
    let text = text("templates/compass.yml");
    let (header, content) = text.split_once("\n---\n").unwrap();
    (parse(header)["spec"]["inputs"].clone(), content.to_owned())
}

/// Whether a value has the form that an input asks for: the patterns that the component has, each known here.
fn is_allowed(input: &Value, value: &str) -> bool {
    if let Some(options) = input["options"].as_array() {
        return options.iter().any(|option| option == value);
    }
    let stays_in_quotes = !value.contains(['"', '\\', '\n']);
    match input["regex"].as_str().unwrap() {
        r#"^[^"\\\n]+$"# => stays_in_quotes && !value.is_empty(),
        r#"^[^"\\\n]*$"# => stays_in_quotes,
        "^[A-Za-z0-9_-]+$" => !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)),
        unknown => panic!("{unknown}: not known here"),
    }
}

/// The jobs of the component, as GitLab puts inputs into its text; or the input that it does not take.
fn included(given: &Variables) -> Result<Map<String, Value>, String> {
    let (inputs, mut content) = component();
    let inputs = inputs.as_object().unwrap();
    assert!(given.keys().all(|name| inputs.contains_key(name)), "{given:?}");
    for (name, input) in inputs {
        let default = input.get("default").map(scalar);
        let value = given.get(name).cloned().or(default).ok_or_else(|| format!("{name}: missing"))?;
        if !is_allowed(input, &value) {
            return Err(format!("{name}: {value:?}"));
        }
        content = content.replace(&format!("$[[ inputs.{name} ]]"), &value);
    }
    assert!(!content.contains("$[["), "{content}");
    let Value::Object(jobs) = parse(&content) else { panic!("{content}") };
    Ok(jobs)
}

/// What follows replaces what is there, but mappings grow.
fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                merge(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

/// The jobs of a pipeline, the component's among them, each with what it extends.
fn jobs(pipeline: &Value) -> Vec<(String, Value)> {
    let mut all = json!({});
    for include in pipeline["include"].as_array().into_iter().flatten() {
        let component = include["component"].as_str().unwrap();
        assert!(component.starts_with(COMPONENT), "{component}");
        merge(&mut all, &Value::Object(included(&scalars(&include["inputs"])).unwrap()));
    }
    merge(&mut all, pipeline);
    let all = all.as_object().unwrap();
    let is_job = |name: &String| !KEYWORDS.contains(&name.as_str());
    let mut jobs: Vec<_> =
        all.iter().filter(|(name, _)| is_job(name)).map(|(name, job)| (name.clone(), job.clone())).collect();
    for (_, job) in &mut jobs {
        if let Some(base) = job["extends"].as_str() {
            let mut whole = all[base].clone();
            merge(&mut whole, job);
            *job = whole;
        }
    }
    // `.post` is the last stage, wherever it stands.
    jobs.sort_by_key(|(_, job)| job["stage"] == ".post");
    jobs
}

/// Runs the jobs of a pipeline, and says how each ended and whether the pipeline passes.
pub(crate) fn run(world: &World, pipeline: &Value, own: &Variables) -> String {
    let (mut report, mut failed) = (String::new(), Vec::new());
    for (name, job) in jobs(pipeline) {
        let mut variables =
            world.variables("gitlab-ci", job["image"].as_str().is_some_and(|image| image.contains("/compass-job:")));
        for (variable, value) in scalars(&job["variables"]) {
            // GitLab replaces variables in variables, before any shell.
            let named = value.strip_prefix('$').filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
            let value = named.map_or(value.clone(), |name| variables[name].clone());
            variables.insert(variable, value);
        }
        for variable in ["CI_ENVIRONMENT_NAME", "CI_ENVIRONMENT_TIER"] {
            variables.remove(variable);
        }
        if let Some(environment) = job["environment"].as_str() {
            variables.insert("CI_ENVIRONMENT_NAME".to_owned(), environment.to_owned());
            variables.insert("CI_ENVIRONMENT_TIER".to_owned(), environment.to_owned());
        }
        // Those of the project are stronger than those of a job.
        variables.extend(settings());
        variables.extend(own.clone());
        let rule = job["rules"].as_array().map_or(json!({ "when": "on_success" }), |rules| rules[0].clone());
        let condition = rule["if"].as_str().map_or("1", |condition| &variables[&condition[1..]]);
        // The jobs of a stage start together: what counts is the stages before.
        let when = if failed.iter().any(|stage| *stage != job["stage"]) { "on_failure" } else { "on_success" };
        if condition.is_empty() || rule["when"] != when {
            report.push_str(&format!("  {name}: not run\n"));
            continue;
        }
        let ended = world.run(&["sh", "-e"], &lines(&job["script"]).join("\n"), &variables);
        let is_allowed = match &job["allow_failure"] {
            Value::Object(allowed) => allowed["exit_codes"].as_array().unwrap().contains(&json!(ended.code)),
            other => other == true,
        };
        if ended.code != 0 && !is_allowed {
            failed.push(job["stage"].clone());
        }
        report.push_str(&format!("  {name}: exit {}{}\n", ended.code, if is_allowed { ", allowed" } else { "" }));
    }
    report.push_str(if failed.is_empty() { "  passed\n" } else { "  failed\n" });
    report
}

fn pipeline(inputs: &[(&str, &str)]) -> Value {
    let mut given = json!({ "image": "registry.example.com/acme/compass-job:1" });
    for (name, value) in inputs {
        given[name] = json!(value);
    }
    let commit = "4f0e8f3b9c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f";
    json!({
        "include": [{ "component": format!("{COMPONENT}{commit}"), "inputs": given }],
        "deploy": { "script": ["./deploy.sh"] }
    })
}

/// "CI/CD components" and "CI/CD inputs" of GitLab's documentation.
#[test]
fn the_component_has_what_its_documentation_asks_for() {
    let (inputs, content) = component();
    for (name, input) in inputs.as_object().unwrap() {
        let keys: Vec<_> = input.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(
            keys.iter().all(|key| ["description", "default", "options", "regex", "type"].contains(key)),
            "{keys:?}"
        );
        assert!(input["description"].is_string(), "{name}");
        assert!(content.contains(&format!("$[[ inputs.{name} ]]")), "{name}: is not used");
        if let Some(default) = input.get("default") {
            assert!(is_allowed(input, default.as_str().unwrap()), "{name}");
        }
    }
    for (name, job) in included(&scalars(&pipeline(&[])["include"][0]["inputs"])).unwrap() {
        assert!(job["script"].is_array() || job["extends"].is_string(), "{name}");
    }
    // Of the component's text, scripts take nothing.
    let (_, scripts) = content.split_once("script:").unwrap();
    let (scripts, _) = scripts.split_once("\n\n").unwrap();
    assert!(!scripts.contains("$[["), "{scripts}");
}

#[test]
fn the_pipelines_end_arrives() {
    let world = World::new();
    let report = run(&world, &pipeline(&[("environment", "prod-eu")]), &Variables::new());
    assert_eq!(report, "  deploy: exit 0\n  compass-succeeded: exit 0\n  compass-failed: not run\n  passed\n");
    let event = world.last();
    let own = &event["deploymentProperties"];
    assert_eq!(event["url"], "https://gitlab.example.com/acme/web/shop/-/pipelines/1234567");
    assert_eq!((&own["pipeline"]["pipelineId"], &own["state"]), (&json!("acme/web/shop"), &json!("SUCCESSFUL")));
    assert_eq!(own["environment"]["environmentId"], "prod-eu");
    assert!(own["startedAt"].as_str().unwrap().starts_with("2026-08-31T08:00:00"), "{own}");

    world.breaks("deploy.sh");
    let report = run(&world, &pipeline(&[("environment", "prod-eu")]), &Variables::new());
    assert_eq!(report, "  deploy: exit 7\n  compass-succeeded: not run\n  compass-failed: exit 0\n  failed\n");
    assert_eq!(world.last()["deploymentProperties"]["state"], "FAILED");
}

#[test]
fn a_compass_that_is_not_reached_does_not_fail_the_pipeline() {
    let world = World::new();
    let unreachable = Variables::from([("COMPASS_BASE_URL".to_owned(), crate::world::NO_ONE.to_owned())]);
    let secretless = Variables::from([("COMPASS_API_TOKEN".to_owned(), String::new())]);
    let with = |inputs: &[(&str, &str)], own| run(&world, &pipeline(inputs), own);
    let told = with(&[("environment", "test")], &unreachable);
    assert!(told.contains("succeeded: exit 5, allowed\n") && told.ends_with("passed\n"), "{told}");
    let told = with(&[("environment", "test")], &secretless);
    assert!(told.contains("succeeded: not run\n") && told.ends_with("passed\n"), "{told}");
    // What is missing in the pipeline is missing in each run.
    let told = with(&[], &Variables::new());
    assert!(told.contains("succeeded: exit 2\n") && told.ends_with("failed\n"), "{told}");

    let mut strict = pipeline(&[("environment", "test")]);
    strict["compass-succeeded"] = json!({ "allow_failure": false });
    let told = run(&world, &strict, &unreachable);
    assert!(told.contains("succeeded: exit 5\n") && told.ends_with("failed\n"), "{told}");
}

#[test]
fn no_input_is_run() {
    let world = World::new();
    for value in ["$(touch pwned)", "`touch pwned`; touch pwned", "it's ${x} # & * : -"] {
        let report = run(&world, &pipeline(&[("environment", value)]), &Variables::new());
        assert!(report.ends_with("passed\n"), "{report}");
        assert_eq!(world.last()["deploymentProperties"]["environment"]["environmentId"], value);
    }
    assert!(!world.path("work/pwned").exists());
    // Those would end the quotes that they stand in.
    let image = ("image".to_owned(), "x".to_owned());
    for value in ["a\"\n  script: [touch pwned]", "a\nb", "\\", "\""] {
        for name in ["environment", "started-at", "stage", "image", "job-name", "event"] {
            let mut given = Variables::from([image.clone()]);
            given.insert(name.to_owned(), value.to_owned());
            assert!(included(&given).is_err(), "{name}: {value:?}");
        }
    }
}
