//! One report in every format, made by hand; and what a hostile document may not do to each.

use std::sync::Arc;

use openapi_contract::Pointer;
use serde_json::{Value, json};

use super::*;
use crate::{Direction, Operation, Rule, Site};

fn rule(id: &str) -> Rule {
    Rule::all().find(|rule| rule.id() == id).unwrap()
}

fn pointer(text: &str) -> Pointer {
    Pointer::from_reference(&format!("#{text}")).unwrap()
}

fn operation(method: &str, path: &str, id: Option<&str>) -> Arc<Operation> {
    Arc::new(Operation { id: id.map(str::to_owned), method: method.to_owned(), path: path.to_owned() })
}

fn body(operation: &Arc<Operation>, status: Option<&str>) -> Site {
    Site {
        direction: Some(if status.is_some() { Direction::Response } else { Direction::Request }),
        status: status.map(str::to_owned),
        media_type: Some("application/json".to_owned()),
        ..Site::of(operation)
    }
}

fn change(level: Level, id: &str, message: &str, base: &str, sites: Vec<Site>) -> Change {
    let (base, revision) = (Some(pointer(base)), Some(pointer(base)));
    Change { level, rule: rule(id), message: message.to_owned(), base, revision, sites, example: None }
}

/// Every kind of change and place that the formats tell apart.
fn changes() -> Vec<Change> {
    let create = operation("POST", "/lamps", Some("createLamp"));
    let replace = operation("PUT", "/lamps/{id}", Some("replaceLamp"));
    let list = operation("GET", "/rooms", None);
    let colour = "/components/schemas/Lamp/properties/colour";
    vec![
        Change {
            revision: Some(pointer("/components/schemas/Light/properties/colour")),
            example: Some(json!("purple")),
            ..change(
                Level::Breaking,
                "request-enum-value-removed",
                "\"purple\" is no longer accepted",
                colour,
                vec![body(&create, None), body(&replace, None)],
            )
        },
        Change {
            revision: None,
            ..change(
                Level::Breaking,
                "operation-removed",
                "the operation is gone",
                "/paths/~1rooms/get",
                vec![Site::of(&list)],
            )
        },
        change(
            Level::Warning,
            "response-undecided",
            "it cannot be told whether what is sent is still what was promised",
            "/paths/~1lamps/post/responses/200/content/application~1json/schema",
            vec![body(&create, Some("200"))],
        ),
        change(
            Level::Info,
            "request-property-added",
            "\"dimmed\" is new and optional",
            "/components/schemas/Lamp/properties/dimmed",
            vec![body(&create, None)],
        ),
        change(Level::Info, "version-changed", "the version is \"2\", it was \"1\"", "/info/version", Vec::new()),
    ]
}

const ALLOW: &str = r#"
[[allow]]
rule = "operation-removed"
place = "GET /rooms"
reason = "Nobody has rooms."
expires = 2026-12-31

[[allow]]
rule = "operation-removed"
place = "GET /halls"
reason = "Nobody has halls."
expires = 2026-12-31

[[allow]]
rule = "request-enum-value-removed"
place = "**"
reason = "Until the lamps are sold."
expires = 2025-12-31
"#;

const BASE_ITEMS: [&str; 9] = [
    "Client: struct",
    "Client::async fn get_rooms(&self) -> Vec<types::Room>",
    "types::Lamp: struct",
    "types::Lamp.colour: LampColour",
    "types::LampColour: enum",
    "types::LampColour::Purple",
    "types::Hall: struct",
    "types::Room: struct",
    "types::Room.name: String",
];

const REVISION_ITEMS: [&str; 5] = [
    "Client: struct",
    "types::Lamp: struct",
    "types::Lamp.colour: LampColour",
    "types::Lamp.dimmed: Option<bool>",
    "types::LampColour: enum",
];

fn report() -> Report {
    Report::new("before.yaml", "https://example.com/after.json", changes())
        .accepting(&Allow::parse(ALLOW).unwrap(), "2026-06-01".parse().unwrap())
        .with_rust_items(&BASE_ITEMS, &REVISION_ITEMS)
}

#[test]
fn text() {
    insta::assert_snapshot!(report().to_text(Colour::None));
}

#[test]
fn json() {
    insta::assert_snapshot!(report().to_json());
}

#[test]
fn markdown() {
    insta::assert_snapshot!(report().to_markdown());
}

#[test]
fn github() {
    insta::assert_snapshot!(report().to_github());
}

#[test]
fn junit() {
    insta::assert_snapshot!(report().to_junit());
}

#[test]
fn colour_adds_escape_sequences_and_changes_no_text() {
    let coloured = report().to_text(Colour::Terminal);
    assert!(coloured.contains("\u{1b}[31mbreaking\u{1b}[0m  request-enum-value-removed"), "{coloured}");
    let mut plain = coloured;
    for style in ["[31m", "[33m", "[36m", "[1m", "[2m", "[0m"] {
        plain = plain.replace(&format!("\u{1b}{style}"), "");
    }
    assert_eq!(plain, report().to_text(Colour::None));
}

#[test]
fn what_fails_depends_on_the_level_and_on_what_is_accepted() {
    for (level, failing) in [(Level::Breaking, 1), (Level::Warning, 2), (Level::Info, 4)] {
        let report = report().failing_on(level);
        assert_eq!(report.summary().failing, failing, "{level}");
    }
    let summary = report().summary();
    assert_eq!((summary.total(), summary.accepted), (5, 1));
    assert_eq!(summary.to_string(), "5 changes: 2 breaking, 1 warning, 2 info; 1 accepted");
}

#[test]
fn no_drift_is_said_in_every_format() {
    let report = Report::new("a", "b", Vec::new());
    assert_eq!(report.to_text(Colour::None), "a → b\n\nno drift\n");
    assert_eq!(report.to_github(), "no drift\n");
    assert!(report.to_markdown().ends_with("**no drift**\n"));
    assert!(report.to_junit().contains("<testcase name=\"no drift\"/>"), "{}", report.to_junit());
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!((&json["changes"], &json["rust"]), (&json!([]), &json!({"status": "not-asked"})));
}

#[test]
fn why_rust_is_not_compared_is_said_in_every_format_for_people() {
    let report = Report::new("a", "b", changes()).without_rust_items("b: no client can be generated");
    for text in [report.to_text(Colour::None), report.to_github(), report.to_markdown().replace("&#58;", ":")] {
        assert!(text.contains("Rust items cannot be compared"), "{text}");
        assert!(text.contains("b: no client can be generated"), "{text}");
    }
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["rust"], json!({"status": "unavailable", "reason": "b: no client can be generated"}));
    assert_eq!(json["changes"][0].get("rust"), None);
}

/// A document that means harm wherever a report takes text from it.
fn hostile() -> Report {
    let evil =
        "\u{1b}[2J\n::error::x\n| a | `b` <script>\u{202e} @everyone fixes #1 www.evil.example \u{9b}31m &amp; </code>";
    let place = operation("GET", evil, Some(evil));
    let site = Site { media_type: Some(evil.to_owned()), parameter: Some(evil.to_owned()), ..Site::of(&place) };
    let found = Pointer::from_tokens([evil]);
    let change = Change {
        level: Level::Breaking,
        rule: rule("operation-removed"),
        message: evil.to_owned(),
        base: Some(found.clone()),
        revision: Some(found),
        sites: vec![site],
        example: Some(json!(evil)),
    };
    Report::new(evil, evil, vec![change]).with_rust_items(&[format!("types::{evil}: struct")], &[])
}

#[test]
fn no_text_of_a_document_reaches_a_terminal_or_a_command() {
    let report = hostile();
    for text in
        [report.to_text(Colour::None), report.to_json(), report.to_markdown(), report.to_github(), report.to_junit()]
    {
        let found: Vec<char> = text.chars().filter(|c| clean::is_hidden(*c) && *c != '\n').collect();
        assert_eq!(found, [], "{text}");
    }
    for line in report.to_github().lines() {
        assert!(!line.starts_with("::error::"), "{line}");
    }
    assert!(serde_json::from_str::<Value>(&report.to_json()).is_ok());
}

#[test]
fn no_text_of_a_document_is_markdown() {
    let markdown = hostile().to_markdown();
    let rows: Vec<&str> = markdown.lines().filter(|line| line.starts_with("| breaking")).collect();
    let [row] = rows[..] else { panic!("{markdown}") };
    assert_eq!(row.matches('|').count(), 5, "{row}");
    for text in ["<script", "@", " #1", "`b`", "www.", "</code></code>"] {
        assert!(!markdown.contains(text), "{text}\n{markdown}");
    }
    assert_eq!(markdown.matches("<code>").count(), markdown.matches("</code>").count());
}

#[test]
fn a_pull_request_takes_as_much_as_fits_and_is_told_how_much_did_not() {
    let many: Vec<Change> = (0..2000)
        .map(|number| {
            let at = operation("GET", &format!("/lamps/{number}"), None);
            let level = if number == 1999 { Level::Breaking } else { Level::Info };
            change(level, "operation-removed", &"very ".repeat(40), &format!("/paths/~1{number}"), vec![Site::of(&at)])
        })
        .collect();
    let markdown = Report::new("a", "b", many).to_markdown();
    assert!(markdown.chars().count() < 65_536 && markdown.len() > 60_000, "{}", markdown.len());
    assert!(markdown.lines().any(|line| line.starts_with("| breaking")), "the worst comes first");
    assert_eq!(markdown.matches("<details>").count(), markdown.matches("</details>").count());
    let shown = markdown.matches("\n| ").count() - 1 + markdown.matches("\n- **").count();
    let said = format!("\n{} rows and details are left out", 4000 - shown);
    assert!(markdown.contains(&said), "{said}\n{}", &markdown[markdown.len() - 300..]);

    // One entry that is too long for itself.
    let huge = vec![Change { example: Some(json!("|".repeat(1_000_000))), ..changes().remove(4) }];
    let report = Report::new("a", "b", huge);
    assert!(report.to_markdown().len() < 65_536);
    assert!(report.to_text(Colour::None).len() < 2_000);
}
