//! How long a document of 10 MB takes through reading, one overlay, and lowering.
//!
//! `cargo bench -p openapi-contract` prints the median and the fastest of the runs, for each stage, for JSON and YAML.
//! The document is the vendored Compass contract, over and over, under new names.

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use openapi_contract::lower::lower;
use openapi_contract::overlay::Overlay;
use openapi_contract::{Document, Format};
use serde_json::{Map, Value, json};

const RUNS: usize = 15;
const BYTES: usize = 10_000_000;

/// One correction far down, and one that meets every operation.
const OVERLAY: &str = r"
overlay: 1.0.0
info: {title: Corrections, version: 1.0.0}
actions:
  - target: $.components.schemas.Copy7ErrorDto
    update: {description: corrected}
  - target: $.paths.*.post
    update: {x-corrected: true}
";

fn main() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/compass-v1.json");
    let contract: Value = serde_json::from_str(&fs::read_to_string(contract).expect("the vendored contract"))
        .expect("the vendored contract is JSON");
    let overlay = Overlay::parse(OVERLAY).expect("the overlay above is valid");
    let mut table = String::new();
    for format in [Format::Json, Format::Yaml] {
        // YAML takes more room for the same: both texts have the same length.
        let text = match format {
            Format::Json => enlarged(&contract, BYTES).to_string(),
            Format::Yaml => format.print(&enlarged(&contract, BYTES / 13 * 10)),
        };
        let mut stages: [Vec<Duration>; 4] = Default::default();
        for _ in 0..RUNS {
            let started = Instant::now();
            let document = Document::parse(&text).expect("the document is valid");
            let is_read = Instant::now();
            let corrected = overlay.apply(&document).expect("the overlay fits");
            let is_overlaid = Instant::now();
            black_box(lower(&corrected.document).expect("the document can be lowered"));
            let is_lowered = Instant::now();
            let spans = [(started, is_read), (is_read, is_overlaid), (is_overlaid, is_lowered), (started, is_lowered)];
            for (stage, (from, to)) in stages.iter_mut().zip(spans) {
                stage.push(to.duration_since(from));
            }
        }
        writeln!(table, "{format:?}, {} kB", text.len() / 1000).expect("a string takes it");
        for (name, times) in ["read", "overlay", "lower", "all"].iter().zip(&mut stages) {
            times.sort();
            writeln!(table, "  {name:8} median {:>8.1?}  fastest {:>8.1?}", times[RUNS / 2], times[0])
                .expect("a string takes it");
        }
    }
    print!("{table}");
}

/// The contract's paths and schemas under new names, until there are `bytes` of them as JSON.
fn enlarged(contract: &Value, bytes: usize) -> Value {
    let copy_length = contract.to_string().len();
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for copy in 0..=(bytes / copy_length) {
        let renamed =
            contract.to_string().replace("#/components/schemas/", &format!("#/components/schemas/Copy{copy}"));
        let renamed: Value = serde_json::from_str(&renamed).expect("only names were changed");
        let named = |kind: &str| renamed.pointer(kind).and_then(Value::as_object).cloned().unwrap_or_default();
        paths.extend(named("/paths").into_iter().map(|(path, item)| (format!("/copy{copy}{path}"), item)));
        schemas.extend(
            named("/components/schemas").into_iter().map(|(name, schema)| (format!("Copy{copy}{name}"), schema)),
        );
    }
    json!({"openapi": "3.1.0", "info": contract["info"], "paths": paths, "components": {"schemas": schemas}})
}
