//! The table that judges the engine: `tests/cases/<name>/{base,revision,expected}.yaml`, forward and swapped.
//!
//! `expected.yaml` lists every change as `level rule-id`: two alike are two lines, sorted by level and then by ID. Each
//! rule has a folder of its own name; `equivalent-…` tells nothing, and `direction-…`, `closed-world-…` and
//! `recursive-…` are what is easily got wrong.

#[path = "support/proof.rs"]
mod proof;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use openapi_contract::{Document, Format, Pointer};
use openapi_drift::{Change, Level, Rule, compare};
use serde_json::Value;

/// Folders that are named after no rule begin with one of these.
const BEYOND_RULES: [&str; 4] = ["equivalent-", "direction-", "closed-world-", "recursive-"];

/// How many folders there are, so that one that vanishes does not go unnoticed.
const FOLDERS: usize = 256;

/// Discriminators are advice to the reader, which no schema refuses an instance for.
const DECIDED_WITHOUT_EXAMPLE: &str = "-discriminator-";

struct Case {
    name: String,
    base: Document,
    revision: Document,
    forward: Vec<String>,
    swapped: Vec<String>,
}

/// One comparison of a case.
struct Run<'c> {
    name: String,
    base: &'c Document,
    revision: &'c Document,
    expected: &'c [String],
    changes: Vec<Change>,
}

impl Case {
    fn read(folder: &Path) -> Self {
        let document = |stem: &str| {
            Document::read(folder.join(stem).with_extension("yaml")).unwrap_or_else(|error| panic!("{error}"))
        };
        let file = folder.join("expected.yaml");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let expected = Format::Yaml.parse(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let lines = |direction: &str| -> Vec<String> {
            let lines = expected.get(direction).and_then(Value::as_array);
            let lines = lines.unwrap_or_else(|| panic!("{}: no list {direction}", file.display()));
            lines.iter().map(|line| line.as_str().expect("each line is a text").to_owned()).collect()
        };
        Self {
            name: folder.file_name().expect("each case is a folder").to_string_lossy().into_owned(),
            base: document("base"),
            revision: document("revision"),
            forward: lines("forward"),
            swapped: lines("swapped"),
        }
    }

    fn runs(&self) -> [Run<'_>; 2] {
        let run = |direction, base, revision, expected| Run {
            name: format!("{}, {direction}", self.name),
            base,
            revision,
            expected,
            changes: compare(base, revision),
        };
        [
            run("forward", &self.base, &self.revision, &*self.forward),
            run("swapped", &self.revision, &self.base, &*self.swapped),
        ]
    }
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of cases can be read")
        .map(|entry| entry.expect("each entry can be read").path())
        .collect();
    folders.sort();
    folders.iter().map(|folder| Case::read(folder)).collect()
}

/// A change as `expected.yaml` writes it.
fn line(change: &Change) -> String {
    format!("{} {}", change.level, change.rule.id())
}

/// Rules for what containment finds and no finer rule tells. No pair of documents is known that leads to one; the
/// namer's own tests see to them.
const NETS: [&str; 4] = ["request-narrowed", "response-widened", "request-undecided", "response-undecided"];

/// A change with all that helps to find out why it was told.
fn explained(change: &Change) -> String {
    let place = |pointer: &Option<Pointer>| pointer.as_ref().map_or("nowhere".to_owned(), ToString::to_string);
    let place = match (place(&change.base), place(&change.revision)) {
        (base, revision) if base == revision => base,
        (base, revision) => format!("{base} -> {revision}"),
    };
    format!("{}: {}\n               at {place}", line(change), change.message)
}

/// Whether a rule is one of schemas: those have a name in both directions.
fn is_of_schema(id: &str) -> bool {
    let ids: BTreeSet<String> = Rule::all().map(|rule| rule.id()).collect();
    let twin = |from: &str, to: &str| id.strip_prefix(from).map(|name| format!("{to}{name}"));
    let twin = twin("request-", "response-").or_else(|| twin("response-", "request-"));
    !id.contains("-media-type-") && twin.is_some_and(|twin| ids.contains(&twin))
}

#[test]
fn each_case_tells_what_it_should_and_nothing_else() {
    let cases = cases();
    let mut report = String::new();
    let (mut wrong, mut runs) = (0, 0);
    for run in cases.iter().flat_map(Case::runs) {
        runs += 1;
        let mut missing = run.expected.to_vec();
        let mut unexpected = Vec::new();
        for change in &run.changes {
            match missing.iter().position(|expected| *expected == line(change)) {
                Some(index) => drop(missing.remove(index)),
                None => unexpected.push(explained(change)),
            }
        }
        if missing.is_empty() && unexpected.is_empty() {
            continue;
        }
        wrong += 1;
        writeln!(report, "{}", run.name).expect("a string takes it");
        for (kind, lines) in [("missing", missing), ("unexpected", unexpected)] {
            for line in lines {
                writeln!(report, "  {kind:10} {line}").expect("a string takes it");
            }
        }
    }
    assert!(wrong == 0, "{wrong} of {runs} comparisons tell something else:\n\n{report}");
}

#[test]
fn each_rule_has_a_folder_and_is_expected_somewhere() {
    let cases = cases();
    assert_eq!(cases.len(), FOLDERS, "a folder was added or lost: correct the count");

    let ids: BTreeSet<String> = Rule::all().map(|rule| rule.id()).filter(|id| !NETS.contains(&id.as_str())).collect();
    let expected = |case: &Case| -> BTreeSet<String> {
        let lines = case.forward.iter().chain(&case.swapped);
        lines.filter_map(|line| line.split_once(' ')).map(|(_, id)| id.to_owned()).collect()
    };
    let told: BTreeSet<String> = cases.iter().flat_map(expected).collect();
    let unknown: Vec<_> = told.difference(&ids).collect();
    assert!(unknown.is_empty(), "expected, but no rules: {unknown:#?}");
    let untold: Vec<_> = ids.difference(&told).collect();
    assert!(untold.is_empty(), "rules that no case expects: {untold:#?}");

    let names: BTreeSet<&str> = ids
        .iter()
        .map(|id| if is_of_schema(id) { id.split_once('-').expect("it begins with its direction").1 } else { id })
        .collect();
    let folders: BTreeSet<&str> = cases.iter().map(|case| &*case.name).collect();
    let missing: Vec<_> = names.difference(&folders).collect();
    assert!(missing.is_empty(), "rules without a folder: {missing:#?}");
    let stray: Vec<_> = folders
        .difference(&names)
        .filter(|folder| !BEYOND_RULES.iter().any(|beginning| folder.starts_with(beginning)))
        .collect();
    assert!(stray.is_empty(), "folders named after no rule: {stray:#?}");
    for case in &cases {
        let about =
            |line: &String| line.ends_with(&format!(" {}", case.name)) || line.ends_with(&format!("-{}", case.name));
        let its_own = !names.contains(&*case.name) || case.forward.iter().any(about);
        assert!(its_own, "{}: the rule is not expected forward", case.name);
    }
}

#[test]
fn what_breaks_through_a_schema_is_proved_by_an_example() {
    let cases = cases();
    let mut report = String::new();
    let mut proved = 0;
    for run in cases.iter().flat_map(Case::runs) {
        for change in &run.changes {
            let id = change.rule.id();
            if change.level != Level::Breaking || !is_of_schema(&id) || id.contains(DECIDED_WITHOUT_EXAMPLE) {
                continue;
            }
            match proof::check(change, run.base, run.revision) {
                Ok(true) => proved += 1,
                Ok(false) => {}
                Err(complaint) => {
                    writeln!(report, "{}\n  {}\n  {complaint}", run.name, explained(change))
                        .expect("a string takes it");
                }
            }
        }
    }
    assert!(report.is_empty(), "breaking changes without a proof:\n\n{report}");
    assert!(proved >= 100, "only {proved} examples could be checked: do the pointers lead to schemas?");
}
