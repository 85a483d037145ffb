//! The picture of the architecture: which of our crates stands on which, as cargo knows it.
//!
//! The rows are depths: a crate stands above all that it depends on. What follows from a longer way is not drawn. The
//! colours are those of the text around it, and change with it where the picture is looked at alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{read, root, update};

const FILE: &str = "docs/architecture.svg";

/// Sizes, in the picture's unit.
const WIDTH: usize = 190;
const HEIGHT: usize = 46;
const GAP: usize = 26;
const ROW: usize = 108;
const MARGIN: usize = 20;

/// Our crates, each with those that it depends on to be built; what its tests alone need is left out.
type Graph = BTreeMap<String, BTreeSet<String>>;

fn graph() -> Graph {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--locked", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let ours: BTreeSet<String> = packages.iter().map(name).collect();
    let needs = |package: &Value| {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let built = dependencies.filter(|dependency| dependency["kind"].is_null());
        built.map(name).filter(|dependency| ours.contains(dependency)).collect()
    };
    // Packages that have only tests are no part of the picture.
    let tests = root().join("tests");
    let is_drawn = |package: &&Value| !Path::new(package["manifest_path"].as_str().unwrap()).starts_with(&tests);
    packages.iter().filter(is_drawn).map(|package| (name(package), needs(package))).collect()
}

/// How many crates stand below a crate on the longest way down.
fn depth(graph: &Graph, name: &str) -> usize {
    graph[name].iter().map(|below| depth(graph, below) + 1).max().unwrap_or(0)
}

/// Whether a crate stands on another, at once or by others.
fn reaches(graph: &Graph, from: &str, to: &str) -> bool {
    graph[from].iter().any(|below| below == to || reaches(graph, below, to))
}

/// The dependencies that do not follow from others.
fn drawn(graph: &Graph) -> Vec<(&str, &str)> {
    let all = graph.iter().flat_map(|(from, below)| below.iter().map(move |to| (from.as_str(), to.as_str())));
    all.filter(|(from, to)| !graph[*from].iter().any(|between| reaches(graph, between, to))).collect()
}

/// The rows from the top down; within one, by where their neighbours above stand, so that few lines cross.
fn rows(graph: &Graph) -> Vec<Vec<&str>> {
    let deepest = graph.keys().map(|name| depth(graph, name)).max().unwrap_or(0);
    let mut rows: Vec<Vec<&str>> = Vec::new();
    for level in (0..=deepest).rev() {
        let mut row: Vec<&str> = graph.keys().map(String::as_str).filter(|name| depth(graph, name) == level).collect();
        let place = |name: &str| {
            let above = rows.iter().flat_map(|row| row.iter().enumerate());
            let places: Vec<usize> =
                above.filter(|(_, above)| graph[**above].contains(name)).map(|(place, _)| place).collect();
            // Thousandths, because places are ordered and means are no whole numbers.
            places.iter().sum::<usize>() * 1000 / places.len().max(1)
        };
        row.sort_by_key(|name| (place(name), *name));
        rows.push(row);
    }
    rows
}

fn picture(graph: &Graph) -> String {
    let rows = rows(graph);
    let widest = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = widest * (WIDTH + GAP) - GAP + 2 * MARGIN;
    let height = (rows.len() - 1) * ROW + HEIGHT + 2 * MARGIN;
    let mut places = BTreeMap::new();
    for (level, row) in rows.iter().enumerate() {
        let left = (width - (row.len() * (WIDTH + GAP) - GAP)) / 2;
        for (number, name) in row.iter().enumerate() {
            places.insert(*name, (left + number * (WIDTH + GAP), MARGIN + level * ROW));
        }
    }
    let lines = drawn(graph);
    let told: Vec<String> = graph
        .iter()
        .map(|(name, below)| match below.iter().map(String::as_str).collect::<Vec<_>>().join(", ") {
            below if below.is_empty() => format!("{name} on none of the others"),
            below => format!("{name} on {below}"),
        })
        .collect();
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="title description">
<!-- Generated from what cargo says of the dependencies: README.md beside this file says how. -->
<title id="title">The crates of the workspace and what they stand on</title>
<desc id="description">Each crate depends on those that a line leads down to: {}.</desc>
<style>
text {{ font: 15px ui-monospace, monospace; text-anchor: middle; fill: #1f2328 }}
rect {{ fill: #f6f8fa; stroke: #57606a }}
path {{ fill: none; stroke: #57606a; stroke-width: 1.5 }}
.ground {{ fill: #fff; stroke: none }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #e6edf3 }}
rect {{ fill: #161b22; stroke: #8d96a0 }}
path {{ stroke: #8d96a0 }}
.ground {{ fill: #0d1117 }}
}}
</style>
<rect class="ground" width="100%" height="100%" rx="6"/>
"#,
        told.join("; ")
    );
    for (from, to) in &lines {
        let ((from_x, from_y), (to_x, to_y)) = (places[from], places[to]);
        let (x1, y1, x2, y2) = (from_x + WIDTH / 2, from_y + HEIGHT, to_x + WIDTH / 2, to_y);
        let bend = ROW / 3;
        writeln!(svg, r#"<path d="M{x1} {y1} C{x1} {} {x2} {} {x2} {y2}"/>"#, y1 + bend, y2 - bend).unwrap();
    }
    for (name, (x, y)) in &places {
        writeln!(svg, r#"<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>"#).unwrap();
        writeln!(svg, r#"<text x="{}" y="{}">{name}</text>"#, x + WIDTH / 2, y + HEIGHT / 2 + 5).unwrap();
    }
    svg + "</svg>\n"
}

#[test]
fn the_picture_is_that_of_the_dependencies() {
    let picture = picture(&graph());
    // Browsers show an error instead of a picture where a comment has it.
    assert_eq!(picture.matches("--").count(), 2, "only the comment's own signs:\n{picture}");
    if update() {
        fs::write(root().join(FILE), &picture).unwrap();
    }
    let committed = read(FILE);
    assert!(
        committed == picture,
        "{FILE} is not what cargo says of the dependencies\n\
         hint: DOCS_UPDATE=1 cargo test -p workspace-tests --test docs, and look at it\n{picture}"
    );
}

#[test]
fn the_page_says_of_every_crate_what_it_is_for() {
    let page = read("docs/architecture.md");
    for name in graph().keys() {
        assert!(page.contains(&format!("| `{name}` |")), "docs/architecture.md has no row for {name}");
    }
}

#[test]
fn a_dependency_that_follows_from_others_is_not_drawn() {
    let graph: Graph = [("a", vec!["b", "c"]), ("b", vec!["c"]), ("c", vec![])]
        .into_iter()
        .map(|(name, below)| (name.to_owned(), below.into_iter().map(str::to_owned).collect()))
        .collect();
    assert_eq!(drawn(&graph), [("a", "b"), ("b", "c")]);
    assert_eq!(rows(&graph), [["a"], ["b"], ["c"]]);
}
