//! `cargo xtask drift`: what it prints, and how it exits.

use serde_json::Value;

use crate::workspace::{Run, Workspace};

/// The vendored contract without the last value of an enum that requests have.
fn without_p5(workspace: &Workspace) {
    let contract = workspace.read("openapi/compass-v1.json");
    let (before, after) = contract.split_once("\"P4\",\n").unwrap();
    let (_, after) = after.split_once("\"P5\"\n").unwrap();
    workspace.write("new.json", &format!("{before}\"P4\"\n{after}"));
}

fn allow(workspace: &Workspace, place: &str, expires: &str) {
    let entry = format!(
        "[[allow]]\nrule = \"request-enum-value-removed\"\nplace = \"{place}\"\nreason = \"Nobody has P5.\"\nexpires = {expires}\n"
    );
    workspace.write("openapi/drift-allow.toml", &entry);
}

fn has(run: &Run, lines: &[&str]) {
    for line in lines {
        assert!(run.stdout.contains(line) || run.stderr.contains(line), "{line}\n{}\n{}", run.stdout, run.stderr);
    }
}

#[test]
fn the_vendored_contract_does_not_drift_from_itself() {
    let workspace = Workspace::new();
    let run = workspace.run("drift --against @/openapi/compass-v1.json --fail-on any");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(run.stdout, "openapi/compass-v1.json → @/openapi/compass-v1.json\n\nno drift\n");
}

#[test]
fn a_value_that_requests_may_no_longer_have_fails_with_the_rust_item_it_was() {
    let workspace = Workspace::new();
    without_p5(&workspace);
    let run = workspace.run("drift --against @/new.json");
    assert_eq!(run.code, 1, "{run:?}");
    has(
        &run,
        &[
            "POST /compass/v1/events (createCompassEvent)\n  breaking  request-enum-value-removed  ",
            "rust: - types::CompassAlertEventPropertiesInputDtoPriority::P5\n",
            "error: 1 of 1 changes fail: --fail-on breaking\nhint: `cargo xtask vendor`",
        ],
    );
    assert!(run.stdout.ends_with("\n1 change: 1 breaking, 0 warnings, 0 info\n"), "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}'), "colours are for terminals: {}", run.stdout);

    // The other way round a value is new, which breaks nobody who sends it.
    let back = workspace.run("drift --base @/new.json --against @/openapi/compass-v1.json");
    assert_eq!(back.code, 0, "{back:?}");
    has(&back, &["info      request-enum-value-added  "]);
    assert!(!back.stdout.contains("rust: "), "nobody asked: {}", back.stdout);
    let any = workspace.run("drift --base @/new.json --against @/openapi/compass-v1.json --fail-on any --rust");
    assert_eq!(any.code, 1, "{any:?}");
    has(
        &any,
        &[
            "rust: + types::CompassAlertEventPropertiesInputDtoPriority::P5\n",
            "error: 1 of 1 changes fail: --fail-on any\n",
        ],
    );
}

#[test]
fn accepted_drift_is_reported_and_does_not_fail() {
    let workspace = Workspace::new();
    without_p5(&workspace);
    allow(&workspace, "POST /compass/v1/events", "9999-12-31");
    let run = workspace.run("drift --against @/new.json --fail-on any");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    has(&run, &["accepted: until 9999-12-31: Nobody has P5.\n", "0 info; 1 accepted\n"]);

    // The contract beside itself says nothing of the entry.
    let itself = workspace.run("drift --against @/openapi/compass-v1.json");
    assert_eq!((itself.code, itself.stderr.as_str()), (0, ""), "{itself:?}");
}

#[test]
fn entries_that_accept_nothing_are_reported() {
    let workspace = Workspace::new();
    without_p5(&workspace);
    allow(&workspace, "POST /compass/v1/events", "2001-01-01");
    let expired = workspace.run("drift --against @/new.json");
    assert_eq!(expired.code, 1, "{expired:?}");
    has(
        &expired,
        &[
            "warning: openapi/drift-allow.toml: request-enum-value-removed at \"POST /compass/v1/events\" expired on \
             2001-01-01 and accepts nothing\n",
            "entries that accept nothing\n  request-enum-value-removed at ",
        ],
    );

    allow(&workspace, "POST /compass/v1/metrics", "9999-12-31");
    let unused = workspace.run("drift --against @/new.json");
    assert_eq!(unused.code, 1, "{unused:?}");
    has(&unused, &["request-enum-value-removed at \"POST /compass/v1/metrics\" is unused: no change matches it\n"]);

    workspace.write("allow.toml", "[[allow]]\nrule = \"request-enum-value-remove\"\nplace = \"**\"\n");
    let bad = workspace.run("drift --against @/new.json --allow @/allow.toml");
    assert_eq!((bad.code, bad.stdout.as_str()), (2, ""), "{bad:?}");
    assert_eq!(
        bad.stderr,
        "error: allow.toml: entry 1: rule: \"request-enum-value-remove\" is no rule; the nearest is \
         \"request-enum-value-removed\"\n"
    );
}

#[test]
fn a_contract_that_cannot_be_fetched_is_an_error_that_names_the_url() {
    let workspace = Workspace::new();
    let record = workspace.read("openapi/compass-v1.source.toml");
    let url = "https://developer.atlassian.com/cloud/compass/swagger.v3.json";
    assert!(record.contains(url));
    workspace.write("openapi/compass-v1.source.toml", &record.replace(url, "https://127.0.0.1:9/contract.json"));
    for (task, message) in [
        ("drift", "error: https://127.0.0.1:9/contract.json: cannot be reached: "),
        ("vendor", "error: https://127.0.0.1:9/contract.json: cannot be reached: "),
        (
            "drift --against https://127.0.0.1:9/other.json",
            "error: https://127.0.0.1:9/other.json: cannot be reached: ",
        ),
        (
            "drift --against http://127.0.0.1:9/",
            "error: http://127.0.0.1:9/: what everything is generated from is not ",
        ),
        ("drift --against @/none.json", "error: @/none.json: cannot be read: "),
        ("drift --base @/none.json --against @/openapi/compass-v1.json", "error: @/none.json: cannot be read; "),
    ] {
        let run = workspace.run(task);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{task}: {run:?}");
        assert!(run.stderr.starts_with(message), "{task}\n{}", run.stderr);
        assert_eq!(run.stderr.trim_end().lines().count(), 1, "{task}: one message\n{}", run.stderr);
    }
}

#[test]
fn a_vendored_contract_that_was_edited_is_not_compared() {
    let workspace = Workspace::new();
    let contract = workspace.read("openapi/compass-v1.json");
    workspace.write("openapi/compass-v1.json", &contract.replace("Send event", "Send an event"));
    let run = workspace.run("drift --against @/openapi/compass-v1.json");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("its SHA-256 is "), "{run:?}");
}

#[test]
fn every_format_is_printed() {
    let workspace = Workspace::new();
    without_p5(&workspace);
    let print = |format: &str| {
        let run = workspace.run(&format!("drift --against @/new.json --format {format}"));
        assert_eq!(run.code, 1, "{format}: {run:?}");
        run.stdout
    };
    let json: Value = serde_json::from_str(&print("json")).unwrap();
    assert_eq!(json["summary"]["failing"], 1, "{json:#}");
    assert_eq!(json["changes"][0]["sites"][0]["operation_id"], "createCompassEvent", "{json:#}");
    assert_eq!(json["rust"]["status"], "compared", "{json:#}");
    assert!(print("markdown").contains("\n| breaking | `request-enum-value-removed` | "));
    assert!(print("github").starts_with("::error title=breaking%3A request-enum-value-removed::"));
    assert!(print("junit").contains(" failures=\"1\" "));
}

#[test]
fn a_contract_without_a_client_is_compared_all_the_same_and_the_report_says_why() {
    let workspace = Workspace::new();
    let astray = r##"{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get":
        {"operationId": "getA", "responses": {"200": {"$ref": "#/components/responses/None"}}}}}}"##;
    workspace.write("astray.json", astray);
    workspace
        .write("sound.json", &astray.replace("\"$ref\": \"#/components/responses/None\"", "\"description\": \"A.\""));
    let run = workspace.run("drift --base @/sound.json --against @/astray.json --rust");
    has(
        &run,
        &[
            "  warning   reference-unresolved  ",
            "\nRust items cannot be compared\n  @/astray.json: no client can be generated: operation getA: ",
        ],
    );
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
}

#[test]
fn an_overlay_whose_mistake_upstream_has_mended_is_a_hint() {
    let workspace = Workspace::new();
    let overlay = "@/openapi/overlays/20-metric-429.yaml";
    assert_eq!(workspace.run(&format!("overlay {overlay} @/openapi/compass-v1.json -o @/mended.json")).code, 0);
    let run = workspace.run("drift --against @/mended.json");
    assert!(
        run.stderr.starts_with(
            "hint: @/openapi/overlays/20-metric-429.yaml: /actions/0: \
             \"$.paths['/compass/v1/metrics'].post.responses['429'].content\" selects nothing in @/mended.json: "
        ),
        "{run:?}"
    );
    has(&run, &["response-media-type-removed", "rust: no item changes\n"]);
    assert!(!run.stdout.contains("Rust items cannot be compared"), "{}", run.stdout);
}
