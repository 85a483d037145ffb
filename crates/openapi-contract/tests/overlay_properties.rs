//! What holds for every document: checked on documents and overlays that nobody thought of.

use openapi_contract::Pointer;
use openapi_contract::overlay::Overlay;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Queries that select siblings, nodes within nodes, elements from the back, and one node several times.
const QUERIES: [&str; 12] = [
    "$.*",
    "$..*",
    "$..a",
    "$..[0]",
    "$..[-1]",
    "$..[::2]",
    "$..[::-1]",
    "$..[0, 0, 'a', 'b', -1]",
    "$..[?@ == 1]",
    "$..[?@.a]",
    "$.*.*",
    "$.*..[1, 0]",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..3).prop_map(Value::from),
        "[a~/]{0,2}".prop_map(Value::from)
    ];
    leaf.prop_recursive(5, 80, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[ab~/01]{0,2}", inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn overlay(version: &str, actions: &Value) -> Overlay {
    let overlay = json!({"overlay": version, "info": {"title": "T", "version": "1"}, "actions": actions});
    Overlay::parse(&overlay.to_string()).unwrap()
}

/// `value` without the nodes at `places`, written in the plainest way: rebuilt from what is left.
fn without(value: &Value, places: &[Pointer], here: &Pointer) -> Option<Value> {
    if places.contains(here) {
        return None;
    }
    Some(match value {
        Value::Array(array) => {
            let kept =
                array.iter().enumerate().filter_map(|(n, inner)| without(inner, places, &here.join(&n.to_string())));
            Value::Array(kept.collect())
        }
        Value::Object(object) => {
            let kept =
                object.iter().filter_map(|(key, inner)| Some((key.clone(), without(inner, places, &here.join(key))?)));
            Value::Object(kept.collect())
        }
        other => other.clone(),
    })
}

proptest! {
    #[test]
    fn removing_takes_the_selected_nodes_and_nothing_else(root in any_json(), query in prop::sample::select(&QUERIES[..])) {
        let mut changed = root.clone();
        let edits = overlay("1.0.0", &json!([{"target": query, "remove": true}])).apply_to(&mut changed).unwrap();
        let places: Vec<Pointer> = edits.changes.into_iter().map(|change| change.pointer).collect();
        // As text, so that the order of keys counts.
        prop_assert_eq!(changed.to_string(), without(&root, &places, &Pointer::root()).unwrap().to_string());
        prop_assert_eq!(edits.unmatched.len(), usize::from(places.is_empty()));
    }

    #[test]
    fn an_empty_update_changes_nothing(members in prop::collection::vec(("[ab]{1,2}", any_json()), 0..6), version in prop::sample::select(vec!["1.0.0", "1.1.0"])) {
        let root = Value::Object(members.into_iter().collect());
        let mut changed = root.clone();
        overlay(version, &json!([{"target": "$", "update": {}}])).apply_to(&mut changed).unwrap();
        prop_assert_eq!(changed.to_string(), root.to_string());
    }

    #[test]
    fn an_update_keeps_the_order_of_keys_and_adds_at_the_end(old in any_json(), new in any_json()) {
        let mut changed = json!({"first": 1, "old": old, "last": 2});
        overlay("1.1.0", &json!([{"target": "$", "update": {"new": new, "last": 3}}])).apply_to(&mut changed).unwrap();
        prop_assert_eq!(changed.to_string(), json!({"first": 1, "old": old, "last": 3, "new": new}).to_string());
    }

    #[test]
    fn an_update_by_itself_merges_objects_and_doubles_arrays(root in any_json()) {
        let mut changed = json!({"x": root});
        overlay("1.1.0", &json!([{"target": "$.x", "update": root}])).apply_to(&mut changed).unwrap();
        let doubled = |array: &Vec<Value>| [array.as_slice(), array].concat();
        let same_or_doubled = match &root {
            Value::Array(array) => changed["x"] == Value::from(doubled(array)),
            Value::Object(object) => changed["x"].as_object().is_some_and(|after| after.keys().eq(object.keys())),
            other => &changed["x"] == other,
        };
        prop_assert!(same_or_doubled, "{changed}");
    }

    #[test]
    fn whatever_the_overlay_nothing_panics(
        mut root in any_json(),
        steps in prop::collection::vec((prop::sample::select(&QUERIES[..]), 0..3, any_json()), 1..5),
    ) {
        let actions: Vec<Value> = steps.into_iter().enumerate().map(|(index, (target, kind, value))| match kind {
            0 => json!({"target": target, "update": value, "x-index": index}),
            1 => json!({"target": target, "remove": true, "x-index": index}),
            _ => json!({"target": target, "copy": "$.*", "x-index": index}),
        }).collect();
        let _ = overlay("1.1.0", &json!(actions)).apply_to(&mut root);
        let _ = overlay("1.1.0", &json!(actions)).apply_to(&mut root);
    }

    #[test]
    fn whatever_the_query_nothing_panics(query in r#"\$([.]{0,2}[a-z*\[\]()?@!&|='"0-9:, é-]{0,4}){0,6}"#, root in any_json()) {
        let text = json!({"overlay": "1.0.0", "info": {"title": "T", "version": "1"},
                          "actions": [{"target": query, "remove": true}]}).to_string();
        if let Ok(overlay) = Overlay::parse(&text) {
            let _ = overlay.apply_to(&mut root.clone());
        }
    }

    #[test]
    fn whatever_the_text_nothing_panics(value in any_json(), text in ".{0,80}") {
        let _ = Overlay::parse(&text);
        let _ = Overlay::parse(&value.to_string());
        for key in ["overlay", "info", "extends", "actions"] {
            let mut overlay = json!({"overlay": "1.1.0", "info": {"title": "T", "version": "1"}, "actions": [{"target": "$", "update": {}}]});
            overlay[key] = value.clone();
            let _ = Overlay::parse(&overlay.to_string());
        }
        for key in ["target", "description", "update", "remove", "copy"] {
            let mut action = json!({"target": "$", "update": {}});
            action[key] = value.clone();
            let _ = Overlay::parse(&json!({"overlay": "1.1.0", "info": {"title": "T", "version": "1"}, "actions": [action]}).to_string());
        }
    }
}
