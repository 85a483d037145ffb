//! Scripts of the systems that need nothing of their own: what they would run, by what their files say.

use serde_json::Value;

use crate::world::{World, settings};
use crate::yaml::{Variables, lines, scalars};

/// The scripts of a file, each with variables of its own; the fixture of its system.
pub(crate) fn scripts(system: &str, text: &str, root: &Value) -> (&'static str, Vec<(String, Variables)>) {
    let steps = |path: &str| root.pointer(path).and_then(Value::as_array).unwrap().clone();
    match system {
        "CircleCI" => {
            let of = |step: &Value| step["run"].as_str().map(|script| (script.to_owned(), Variables::new()));
            ("circleci", steps("/jobs/deploy/steps").iter().filter_map(of).collect())
        }
        "Azure Pipelines" => {
            let of = |step: &Value| (step["script"].as_str().unwrap().to_owned(), scalars(&step["env"]));
            ("azure-pipelines", steps("/steps").iter().map(of).collect())
        }
        "Buildkite" => {
            let of = |step: &Value| (lines(&step["command"]).join("\n"), Variables::new());
            ("buildkite", steps("/steps").iter().map(of).collect())
        }
        "Jenkins" => {
            let of = |line: &str| Some(line.trim().strip_prefix("sh '")?.strip_suffix('\'')?.to_owned());
            ("jenkins", text.lines().filter_map(of).map(|script| (script, Variables::new())).collect())
        }
        unknown => panic!("{unknown}: not known here"),
    }
}

/// Runs them, and says how each ended.
pub(crate) fn run(world: &World, system: &str, text: &str, root: &Value) -> String {
    let (fixture, scripts) = scripts(system, text, root);
    assert!(!scripts.is_empty(), "{text}");
    let mut report = String::new();
    for (script, own) in scripts {
        let mut variables = world.variables(fixture, true);
        variables.extend(settings());
        // `$(NAME)` is a variable that reaches no script unless it is handed to it.
        for (name, value) in own {
            assert_eq!(value, format!("$({name})"));
        }
        let ended = world.run(&["sh", "-e"], &script, &variables);
        report.push_str(&format!("  {script}: exit {}\n", ended.code));
    }
    report
}
