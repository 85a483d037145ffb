//! How long it takes to compare two documents of 10 MB with 700 operations or more, and what memory it takes.
//!
//! `cargo bench -p openapi-drift` prints the median and the fastest of the runs, with and without reading, and the
//! peak memory of a process that does nothing else. The documents are the vendored Compass contract, over and over,
//! under new names; the second has its keys the other way round and one schema in a hundred edited.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use openapi_contract::{Document, METHODS};
use openapi_drift::compare;
use serde_json::{Map, Value, json};

const RUNS: usize = 15;
const BYTES: usize = 10_000_000;
const OPERATIONS: usize = 700;
/// One schema in so many is edited.
const EDITED: usize = 100;
/// The argument that asks for one run, to measure its memory.
const ONCE: &str = "--once";

fn main() {
    let files =
        ["base", "revision"].map(|name| Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("json"));
    if env::args().any(|argument| argument == ONCE) {
        let [base, revision] = files.map(|file| Document::read(file).expect("the document is valid"));
        black_box(compare(&base, &revision));
        println!("{} MB", peak_kilobytes() / 1000);
        return;
    }
    write(&files);
    let [base_text, revision_text] =
        files.each_ref().map(|file| fs::read_to_string(file).expect("the document was just written"));
    let mut changes = 0;
    let mut times: [Vec<Duration>; 2] = Default::default();
    for _ in 0..RUNS {
        let started = Instant::now();
        let base = Document::parse(&base_text).expect("the document is valid");
        let revision = Document::parse(&revision_text).expect("the document is valid");
        let is_read = Instant::now();
        changes = black_box(compare(&base, &revision)).len();
        times[0].push(started.elapsed());
        times[1].push(is_read.elapsed());
    }
    println!("{} kB against {} kB, {changes} changes", base_text.len() / 1000, revision_text.len() / 1000);
    for (name, times) in ["read and compare", "compare"].iter().zip(&mut times) {
        times.sort();
        println!("  {name:17} median {:>8.1?}  fastest {:>8.1?}", times[RUNS / 2], times[0]);
    }
    let once = Command::new(env::current_exe().expect("the bench has a file")).arg(ONCE).output();
    print!("  peak memory       {}", String::from_utf8_lossy(&once.expect("the bench can be run").stdout));
}

/// Writes the two documents, whose making must not count.
fn write(files: &[PathBuf; 2]) {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/compass-v1.json");
    let contract: Value = serde_json::from_str(&fs::read_to_string(contract).expect("the vendored contract"))
        .expect("the vendored contract is JSON");
    let base = enlarged(&contract);
    let items = base["paths"].as_object().expect("paths are an object").values();
    let operations = items.flat_map(|item| METHODS.iter().filter_map(|method| item.get(method))).count();
    assert!(operations >= OPERATIONS, "only {operations} operations");
    let mut revision = reversed(&base);
    edit(&mut revision);
    for (file, document) in files.iter().zip([base, revision]) {
        fs::write(file, document.to_string()).expect("the target folder can be written to");
    }
}

/// The contract's paths and schemas under new names, until there are `BYTES` of them as JSON.
fn enlarged(contract: &Value) -> Value {
    let text = contract.to_string();
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for copy in 0..=(BYTES / text.len()) {
        let renamed = text
            .replace("#/components/schemas/", &format!("#/components/schemas/Copy{copy}"))
            .replace("\"operationId\":\"", &format!("\"operationId\":\"copy{copy}_"));
        let renamed: Value = serde_json::from_str(&renamed).expect("only names were changed");
        let named = |kind: &str| renamed.pointer(kind).and_then(Value::as_object).cloned().unwrap_or_default();
        paths.extend(named("/paths").into_iter().map(|(path, item)| (format!("/copy{copy}{path}"), item)));
        schemas.extend(
            named("/components/schemas").into_iter().map(|(name, schema)| (format!("Copy{copy}{name}"), schema)),
        );
    }
    json!({"openapi": "3.1.0", "info": contract["info"], "paths": paths, "components": {"schemas": schemas}})
}

/// The same document, with the keys of all its objects the other way round.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().rev().map(|(key, member)| (key.clone(), reversed(member))).collect::<Map<_, _>>().into()
        }
        Value::Array(elements) => elements.iter().map(reversed).collect(),
        scalar => scalar.clone(),
    }
}

/// Gives one schema in a hundred another property and takes what it required.
fn edit(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object_mut().expect("schemas are an object");
    for schema in schemas.values_mut().step_by(EDITED) {
        let schema = schema.as_object_mut().expect("each schema is an object");
        schema.shift_remove("required");
        let properties = schema.entry("properties").or_insert_with(|| json!({}));
        properties["benchEdited"] = json!({"type": "string", "maxLength": 9});
    }
}

/// The most memory that this process ever had, as Linux counts it; 0 elsewhere.
fn peak_kilobytes() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
