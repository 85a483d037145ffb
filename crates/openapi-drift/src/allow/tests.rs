use std::sync::Arc;

use openapi_contract::Pointer;

use super::*;
use crate::{Level, Operation, Site};

const LIST: &str = r#"
[[allow]]
rule = "request-enum-value-removed"
place = "POST /lamps/{id}"
reason = "Our lamps were never purple."
expires = 2026-12-31
"#;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn operation(method: &str, path: &str, id: &str) -> Site {
    let operation = Operation { id: Some(id.to_owned()), method: method.to_owned(), path: path.to_owned() };
    Site::of(&Arc::new(operation))
}

fn change(rule: &str, pointers: [Option<&str>; 2], sites: Vec<Site>) -> Change {
    let [base, revision] =
        pointers.map(|pointer| pointer.map(|pointer| Pointer::from_reference(&format!("#{pointer}")).unwrap()));
    let rule = super::rule(rule).unwrap();
    Change { level: Level::Breaking, rule, message: "it changed".to_owned(), base, revision, sites, example: None }
}

fn list(place: &str) -> Allow {
    Allow::parse(&LIST.replace("POST /lamps/{id}", place)).unwrap()
}

#[test]
fn a_list_is_read_and_printed_alike() {
    let allow = Allow::parse(LIST).unwrap();
    let [entry] = allow.entries().collect::<Vec<_>>()[..] else { panic!("{allow:?}") };
    assert_eq!(
        serde_json::to_value(entry).unwrap(),
        serde_json::json!({
            "rule": "request-enum-value-removed",
            "place": "POST /lamps/{id}",
            "reason": "Our lamps were never purple.",
            "expires": "2026-12-31",
        }),
    );
    assert_eq!(Allow::parse("# Nothing is accepted.\n").unwrap().entries().count(), 0);
}

#[test]
fn errors_name_entry_key_and_value() {
    for (from, to, message) in [
        (
            "request-enum-value-removed",
            "request-enum-values-removed",
            "entry 1: rule: \"request-enum-values-removed\" is no rule; the nearest is \"request-enum-value-removed\"",
        ),
        (
            "POST /lamps/{id}",
            "POST [/",
            "entry 1: place: \"POST [/\" is no glob: unclosed character class; missing ']'",
        ),
        ("Our lamps were never purple.", " ", "entry 1: reason: \"\" says nothing"),
        ("\"Our lamps were never purple.\"", "7", "entry 1: reason: 7 is no text"),
        (
            "reason = \"Our lamps were never purple.\"\n",
            "",
            "entry 1: reason: is missing; every entry has a rule, a place, a reason and a day on which it expires",
        ),
        (
            "2026-12-31",
            "\"2026-12-31\"",
            "entry 1: expires: \"2026-12-31\" is no day; write it without quotes, as 2026-12-31",
        ),
        (
            "2026-12-31",
            "2026-12-31T10:00:00Z",
            "entry 1: expires: 2026-12-31T10:00:00Z is no day; write it without quotes, as 2026-12-31",
        ),
        ("reason", "because", "entry 1: because: is no key of an entry; its keys are rule, place, reason, expires"),
        ("[[allow]]", "[[allowed]]", "allowed: is no key of this file; entries begin with `[[allow]]`"),
        ("[[allow]]", "[allow]", "allow: {"),
        ("2026-12-31", "2026-13-31", "line 6: is not valid TOML: "),
        (LIST, "allow = [1]", "entry 1: 1 is no table; write `[[allow]]` and one key on each line"),
    ] {
        let error = Allow::parse(&LIST.replace(from, to)).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}\n{message}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    let second = format!("{LIST}{}", LIST.replace("reason", "because"));
    let error = Allow::parse(&second).unwrap_err();
    assert_eq!((error.entry(), error.key()), (Some(2), Some("because")));
}

#[test]
fn days_are_days() {
    assert_eq!(day("2026-02-28").to_string(), "2026-02-28");
    for text in ["2026-02-30", "2026-2-3", "10:00:00", "2026-02-28T00:00:00", "tomorrow", ""] {
        let error = text.parse::<Date>().unwrap_err().to_string();
        assert_eq!(error, format!("\"{text}\" is no day; write it as 2026-12-31"));
    }
}

#[test]
fn a_place_is_an_operation_its_id_or_a_pointer_on_either_side() {
    let base = "/components/schemas/Lamp/properties/colour";
    let revision = "/components/schemas/Light/properties/colour";
    let sites = vec![operation("POST", "/lamps/{id}", "setLamp")];
    let changes = [change("request-enum-value-removed", [Some(base), Some(revision)], sites)];
    for (place, accepted) in [
        ("POST /lamps/{id}", true),
        ("POST /lamps/*", true),
        ("* /lamps/{id}", true),
        ("POST /**", true),
        ("POST *", false), // A star stops at a slash.
        ("POST /lamps/id", false),
        ("GET /lamps/{id}", false),
        ("setLamp", true),
        ("set*", true),
        ("SETLAMP", false),
        (base, true),
        (revision, true),
        ("/components/schemas/*/properties/colour", true),
        ("/components/schemas/Light/**", true),
        ("/components/schemas/Light", false),
        ("/components/*/properties/colour", false),
        ("/paths/**", false),
        ("**", true),
    ] {
        let allowed = list(place).apply(&changes, day("2026-01-01"));
        assert_eq!(allowed.accepted[0].is_some(), accepted, "{place}");
        assert_eq!(allowed.unused.len(), usize::from(!accepted), "{place}");
    }
}

#[test]
fn only_changes_of_the_same_rule_are_accepted() {
    let sites = vec![operation("POST", "/lamps/{id}", "setLamp")];
    let changes = [
        change("response-enum-value-removed", [None, None], sites.clone()),
        change("request-enum-value-removed", [None, None], sites),
    ];
    let allowed = Allow::parse(LIST).unwrap().apply(&changes, day("2026-01-01"));
    assert_eq!(allowed.accepted.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_change_felt_in_several_operations_is_accepted_in_all_of_them_or_not_at_all() {
    let both = vec![operation("POST", "/lamps/{id}", "setLamp"), operation("POST", "/rooms/{id}", "setRoom")];
    let changes = [change("request-enum-value-removed", [Some("/components/schemas/Lamp/enum"), None], both)];
    for (place, accepted) in
        [("POST /lamps/{id}", false), ("POST /*/{id}", true), ("set*", true), ("/components/schemas/Lamp/enum", true)]
    {
        assert_eq!(list(place).apply(&changes, day("2026-01-01")).accepted[0].is_some(), accepted, "{place}");
    }
    // What is felt in no operation has a pointer alone.
    let nowhere = [change("request-enum-value-removed", [None, None], Vec::new())];
    assert_eq!(list("**").apply(&nowhere, day("2026-01-01")).accepted, [None]);
}

#[test]
fn an_entry_holds_on_its_last_day_and_is_expired_on_the_next() {
    let changes = [change("request-enum-value-removed", [None, None], vec![operation("POST", "/lamps/{id}", "a")])];
    let allow = Allow::parse(LIST).unwrap();
    let last = allow.apply(&changes, day("2026-12-31"));
    assert_eq!((last.accepted[0].is_some(), last.expired.len(), last.unused.len()), (true, 0, 0));
    let after = allow.apply(&changes, day("2027-01-01"));
    assert_eq!((after.accepted[0].is_some(), after.expired.len(), after.unused.len()), (false, 1, 0));
}

#[test]
fn the_first_of_two_entries_accepts_and_the_second_is_not_unused() {
    let changes = [change("request-enum-value-removed", [None, None], vec![operation("POST", "/lamps/{id}", "a")])];
    let two = Allow::parse(&format!("{LIST}{}", LIST.replace("Our", "Their"))).unwrap();
    let allowed = two.apply(&changes, day("2026-01-01"));
    assert_eq!(allowed.accepted[0].as_ref().map(|entry| entry.reason.as_str()), Some("Our lamps were never purple."));
    assert_eq!(allowed.unused, []);
}
