//! The pages of `docs/ci`: each block is run, and the snapshots say what arrived.

use serde_json::Value;

use crate::world::{World, settings};
use crate::yaml::{Block, Variables, blocks, parse, text, top};
use crate::{bitbucket, github, gitlab, other};

/// Runs each block of a page in a world of its own.
fn told(page: &str, run: impl Fn(&World, &Block) -> String) -> String {
    let blocks = blocks(page);
    assert!(!blocks.is_empty());
    let one = |block: &Block| {
        let world = World::new();
        let report = run(&world, block);
        format!("{}\n{report}{}", block.heading, world.told())
    };
    blocks.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// A block of commands, in a shell with a fixture's variables.
fn commands(world: &World, block: &Block, fixture: Option<&str>) -> String {
    assert_eq!(block.language, "sh");
    let mut variables = world.variables(fixture.unwrap_or("jenkins"), true);
    if fixture.is_none() {
        variables.retain(|name, _| ["PATH", "HOME", "COMPASS_BASE_URL"].contains(&name.as_str()));
    }
    variables.extend(settings());
    let ended = world.run(&["sh", "-e"], &block.text, &variables);
    let log: String =
        world.log().lines().filter(|line| !line.starts_with("  ")).map(|line| format!("  {line}\n")).collect();
    let log = log.replace(&world.path("home").display().to_string(), "HOME");
    format!("{log}  exit {}\n", ended.code)
}

fn yaml(block: &Block) -> Value {
    assert_eq!(block.language, "yaml", "{block:?}");
    parse(&block.text)
}

#[test]
fn github_actions() {
    let run = |world: &World, block: &Block| {
        let root = yaml(block);
        let mut report = String::new();
        for job in root["jobs"].as_object().unwrap().values() {
            let mut running = github::Job::new(world);
            running.steps(job);
            report.push_str(&running.report);
        }
        report
    };
    insta::assert_snapshot!(told("github-actions", run));
    insta::assert_snapshot!(
        "github_actions_that_fail",
        told("github-actions", |world, block| {
            for script in ["deploy.sh", "build.sh"] {
                world.breaks(script);
            }
            run(world, block)
        })
    );
}

#[test]
fn gitlab_ci() {
    let run = |world: &World, block: &Block| match yaml(block) {
        // What stands beside the `include` of another block.
        beside if beside.get("compass-succeeded").is_some() => {
            let included = parse(&blocks("gitlab-ci")[1].text);
            let mut whole = included.as_object().unwrap().clone();
            whole.extend(beside.as_object().unwrap().clone());
            let unreachable = Variables::from([("COMPASS_BASE_URL".to_owned(), crate::world::NO_ONE.to_owned())]);
            gitlab::run(world, &Value::Object(whole), &unreachable)
        }
        pipeline => gitlab::run(world, &pipeline, &Variables::new()),
    };
    insta::assert_snapshot!(told("gitlab-ci", run));
    insta::assert_snapshot!(
        "gitlab_ci_that_fails",
        told("gitlab-ci", |world, block| {
            for script in ["deploy.sh", "build.sh"] {
                world.breaks(script);
            }
            run(world, block)
        })
    );
}

#[test]
fn bitbucket_pipelines() {
    let run = |world: &World, block: &Block| bitbucket::run(world, &yaml(block));
    insta::assert_snapshot!(told("bitbucket-pipelines", run));
    insta::assert_snapshot!(
        "bitbucket_pipelines_that_fail",
        told("bitbucket-pipelines", |world, block| {
            for script in ["deploy.sh", "build.sh"] {
                world.breaks(script);
            }
            run(world, block)
        })
    );
}

#[test]
fn docker() {
    insta::assert_snapshot!(told("docker", |world, block| match block.language.as_str() {
        "dockerfile" => {
            let file = text("Dockerfile");
            for line in block.text.lines().filter(|line| line.starts_with("COPY --from=compass ")) {
                let source = line.split(' ').nth(2).unwrap();
                let is_there = |line: &str| line.starts_with("COPY") && line.ends_with(&format!(" {source}"));
                let (_, program) = file.split_once("FROM scratch").unwrap();
                assert!(program.lines().any(is_there), "{source}");
            }
            "  each path is in the image\n".to_owned()
        }
        _ => commands(world, block, Some("jenkins")),
    }));
}

#[test]
fn others() {
    insta::assert_snapshot!(told("other", |world, block| match block.language.as_str() {
        "sh" => commands(world, block, None),
        "groovy" => other::run(world, &block.heading, &block.text, &Value::Null),
        _ => other::run(world, &block.heading, &block.text, &yaml(block)),
    }));
}

#[test]
fn every_page_is_run_and_every_link_leads_somewhere() {
    let mut pages: Vec<_> = top().join("docs/ci").read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    pages.sort();
    assert_eq!(pages, ["bitbucket-pipelines.md", "docker.md", "github-actions.md", "gitlab-ci.md", "other.md"]);
    for page in pages {
        let page = page.to_str().unwrap();
        let text = text(&format!("docs/ci/{page}"));
        for link in text.split("](").skip(1).map(|rest| rest.split_once(')').unwrap().0) {
            assert!(top().join("docs/ci").join(link).exists(), "{page}: {link}");
        }
    }
}
