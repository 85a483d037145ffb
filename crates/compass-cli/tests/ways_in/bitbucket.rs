//! Bitbucket Pipelines: the pipe, and pipelines that use it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{Ended, NO_ONE, World, settings};
use crate::yaml::{Variables, parse, scalars, text, top};

/// The script that the image of the pipe starts.
const SCRIPT: &str = "ways-in/report.sh";

/// What a container of a pipe has: its image's `PATH`, Bitbucket's own variables, and those of the pipe.
fn pipe(world: &World, of_step: &Variables, variables: &Variables) -> Ended {
    let is_own = |name: &str| name.starts_with("BITBUCKET_") || ["CI", "PATH", "COMPASS_BASE_URL"].contains(&name);
    let mut within: Variables =
        of_step.iter().filter(|(name, _)| is_own(name)).map(|(k, v)| (k.clone(), v.clone())).collect();
    within.extend(variables.clone());
    let program = world.path("program").display().to_string();
    within.insert("PATH".to_owned(), format!("{program}:/usr/bin:/bin"));
    world.run(&["sh"], &format!("exec sh '{}'", top().join(SCRIPT).display()), &within)
}

/// Runs the steps of a pipeline, and says how each line ended.
pub(crate) fn run(world: &World, pipeline: &Value) -> String {
    let mut report = String::new();
    let pipelines = &pipeline["pipelines"];
    let steps = pipelines["default"].as_array().or(pipelines["branches"]["main"].as_array()).unwrap();
    for step in steps.iter().map(|step| &step["step"]) {
        let image = step["image"].as_str().unwrap_or_default();
        let mut variables = world.variables("bitbucket-pipelines", image.contains("/compass-job:"));
        variables.remove("BITBUCKET_DEPLOYMENT_ENVIRONMENT");
        if let Some(environment) = step["deployment"].as_str() {
            variables.insert("BITBUCKET_DEPLOYMENT_ENVIRONMENT".to_owned(), environment.to_owned());
        }
        variables.extend(settings());
        let name = step["name"].as_str().unwrap();
        let mut code = 0;
        for part in ["script", "after-script"] {
            variables.insert("BITBUCKET_EXIT_CODE".to_owned(), code.to_string());
            for item in step[part].as_array().into_iter().flatten() {
                let ended = line(world, item, &variables);
                report.push_str(&format!("  {name}, {part}: exit {}\n", ended.code));
                if part == "script" && ended.code != 0 {
                    code = ended.code;
                    break;
                }
            }
        }
    }
    report
}

fn line(world: &World, item: &Value, variables: &Variables) -> Ended {
    if let Some(script) = item.as_str() {
        return world.run(&["bash", "-e"], script, variables);
    }
    assert!(item["pipe"].as_str().unwrap().starts_with("docker://"), "{item}");
    let declared: BTreeSet<_> =
        declared().into_iter().map(|variable| variable["name"].as_str().unwrap().to_owned()).collect();
    let given = scalars(&item["variables"]);
    assert!(given.keys().all(|name| declared.contains(name)), "{given:?}");
    let value = |text: String| text.strip_prefix('$').map_or(text.clone(), |name| variables[name].clone());
    pipe(world, variables, &given.into_iter().map(|(name, text)| (name, value(text))).collect())
}

fn declared() -> Vec<Value> {
    parse(&text("pipe.yml"))["variables"].as_array().unwrap().clone()
}

fn with(values: &[(&str, &str)]) -> Variables {
    let mut variables = settings();
    variables.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    variables
}

fn of_step(world: &World) -> Variables {
    world.variables("bitbucket-pipelines", false)
}

/// "Write a pipe for Bitbucket Pipelines" of Atlassian's documentation.
#[test]
fn the_pipe_has_what_its_documentation_asks_for() {
    let pipe = parse(&text("pipe.yml"));
    for key in ["name", "description", "image"] {
        assert!(pipe[key].is_string(), "{key}");
    }
    assert!(pipe["maintainer"]["name"].is_string() && pipe["tags"].is_array());
    // Names of images have no upper case: the name that is to be filled in leads nowhere.
    assert!(pipe["image"].as_str().unwrap().contains("YOUR-REGISTRY/"));
    let script = text(SCRIPT);
    for variable in declared() {
        let name = variable["name"].as_str().unwrap();
        assert!(name.starts_with("COMPASS_") || script.contains(name), "{name}: is not read");
        let default = variable["default"].as_str().unwrap();
        assert!(!default.starts_with('$') || default == format!("${name}"), "{name}: {default}");
    }
}

#[test]
fn a_deployment_arrives() {
    let world = World::new();
    for (outcome, state) in [("0", "SUCCESSFUL"), ("7", "FAILED")] {
        let ended = pipe(&world, &of_step(&world), &with(&[("OUTCOME", outcome)]));
        assert_eq!(ended.code, 0, "{ended:?}");
        let event = world.last();
        let own = &event["deploymentProperties"];
        assert_eq!(event["url"], "https://bitbucket.org/acme/shop/pipelines/results/42");
        assert_eq!((&own["pipeline"]["pipelineId"], &own["state"]), (&json!("acme/shop"), &json!(state)));
        assert_eq!(own["environment"]["environmentId"], "Staging");
    }
}

#[test]
fn no_variable_is_run() {
    let world = World::new();
    let nasty = "it's \"$(touch pwned)\" `touch pwned`; touch pwned";
    let arguments = format!("--name={nasty}\n\n--description=END\nEND");
    let variables = with(&[("STATE", "successful"), ("ENVIRONMENT", nasty), ("ARGUMENTS", &arguments)]);
    // The last line is an argument that `compass` does not know, and not the end of anything.
    let ended = pipe(&world, &of_step(&world), &variables);
    assert_eq!((ended.code, ended.said.contains("'END'")), (2, true), "{ended:?}");
    let variables =
        with(&[("STATE", "successful"), ("ENVIRONMENT", nasty), ("ARGUMENTS", &arguments[..arguments.len() - 4])]);
    assert_eq!(pipe(&world, &of_step(&world), &variables).code, 0);
    assert_eq!((&world.last()["displayName"], &world.last()["description"]), (&json!(nasty), &json!("END")));
    assert!(!world.path("work/pwned").exists());
    for (name, value) in
        [("EVENT", "help"), ("EVENT", "--help"), ("STRICT", "yes"), ("OUTCOME", "maybe"), ("STATE", "--help")]
    {
        let ended = pipe(&world, &of_step(&world), &with(&[(name, value)]));
        assert_eq!(ended.code, 2, "{name}: {ended:?}");
    }
}

#[test]
fn a_compass_that_is_not_reached_fails_the_step_only_where_that_is_wanted() {
    let world = World::new();
    for (variable, value, exit) in
        [("COMPASS_BASE_URL", NO_ONE, 5), ("COMPASS_EMAIL", "you@example.com", 4), ("COMPASS_API_TOKEN", "", 2)]
    {
        for (strict, code) in [("false", 0), ("true", exit)] {
            let ended =
                pipe(&world, &of_step(&world), &with(&[("OUTCOME", "0"), ("STRICT", strict), (variable, value)]));
            assert_eq!((ended.code, ended.said.contains("warning: ")), (code, strict == "false"), "{ended:?}");
        }
    }
    assert_eq!(world.told(), "");
}
