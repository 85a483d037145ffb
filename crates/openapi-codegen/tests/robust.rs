//! Whatever is done to a contract, the generator answers with a client or with an error that helps.

mod support;

use std::num::NonZero;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use openapi_contract::{Document, Format, Pointer};
use serde_json::{Value, json};
use support::Sample;

/// Mutants of each sample, and of the contract that this workspace is about.
const MUTANTS: usize = 420;

/// A generator of numbers that are the same in each run (`SplitMix64`, after Steele, Lea and Flood, 2014).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let number = z ^ (z >> 31);
        usize::try_from(number % bound as u64).unwrap()
    }

    fn pick<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.below(values.len())]
    }
}

#[test]
fn mutated_contracts_give_a_client_or_an_error_that_helps() {
    static ESCAPED: AtomicUsize = AtomicUsize::new(0);
    let before = panic::take_hook();
    // Innermost of the hooks: what it sees would have been printed.
    panic::set_hook(Box::new(move |info| {
        ESCAPED.fetch_add(1, Ordering::Relaxed);
        before(info);
    }));
    let mut contracts = support::samples();
    contracts.push(support::compass());
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Tally::default());
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut tally = Tally::default();
                // Each mutant has its own numbers, so it does not matter which thread takes it.
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(contract) = contracts.get(number / MUTANTS) else { break };
                    tally.count(contract, number % MUTANTS);
                }
                all.lock().unwrap().add(tally);
            });
        }
    });
    let Tally { generated, refused, flaws } = all.into_inner().unwrap();
    assert!(flaws.is_empty(), "{} flaws, such as\n{}", flaws.len(), flaws[..flaws.len().min(10)].join("\n"));
    assert!(generated > MUTANTS && refused > MUTANTS, "{generated} generated, {refused} refused: too few of a kind");
    assert_eq!(ESCAPED.load(Ordering::Relaxed), 0, "panics that were printed");
}

/// What became of the mutants.
#[derive(Default)]
struct Tally {
    generated: usize,
    refused: usize,
    flaws: Vec<String>,
}

impl Tally {
    fn count(&mut self, contract: &Sample, number: usize) {
        let mut numbers = Numbers(number as u64);
        let mut root = contract.document.root().clone();
        let places = places(&root);
        let done: Vec<String> = (0..=numbers.below(3)).map(|_| mutate(&mut root, &places, &mut numbers)).collect();
        let Ok(mutant) = Document::from_value(root, Format::Json) else { return };
        let flaw = match panic::catch_unwind(AssertUnwindSafe(|| openapi_codegen::generate(&mutant, "a test"))) {
            Ok(Ok(_)) => {
                self.generated += 1;
                None
            }
            Ok(Err(error)) => {
                self.refused += 1;
                flaw(&error).map(|flaw| format!("{flaw}: {error}"))
            }
            Err(_) => Some("panicked".to_owned()),
        };
        self.flaws.extend(flaw.map(|flaw| format!("{}, mutant {number}, {done:?}: {flaw}", contract.name)));
    }

    fn add(&mut self, other: Self) {
        self.generated += other.generated;
        self.refused += other.refused;
        self.flaws.extend(other.flaws);
    }
}

/// What is the matter with an error: it should be one short line that names a place, and the operation there.
fn flaw(error: &openapi_codegen::Error) -> Option<&'static str> {
    let message = error.to_string();
    let tokens: Vec<String> = error.pointer().into_iter().flat_map(Pointer::tokens).collect();
    let in_operation = tokens.len() > 2 && tokens[0] == "paths" && METHODS.contains(&tokens[2].as_str());
    match () {
        () if message.trim().is_empty() => Some("empty"),
        () if message.lines().count() != 1 => Some("not one line"),
        () if message.chars().count() > 700 => Some("long"),
        () if error.pointer().is_none() => Some("without a place"),
        () if in_operation && error.operation().is_none() => Some("without its operation"),
        () => None,
    }
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Every place of a document below its root.
fn places(root: &Value) -> Vec<Pointer> {
    fn collect(value: &Value, pointer: &mut Pointer, places: &mut Vec<Pointer>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(object) => object.iter().map(|(key, child)| (key.clone(), child)).collect(),
            Value::Array(array) => array.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect(),
            _ => Vec::new(),
        };
        for (key, child) in children {
            pointer.push(&key);
            places.push(pointer.clone());
            collect(child, pointer, places);
            pointer.pop();
        }
    }
    let mut places = Vec::new();
    collect(root, &mut Pointer::root(), &mut places);
    places
}

/// Deletes, replaces, copies, renames or retypes the value at one place; says what it did.
fn mutate(root: &mut Value, places: &[Pointer], numbers: &mut Numbers) -> String {
    let place = numbers.pick(places).clone();
    let other = numbers.pick(places).find(root).cloned().unwrap_or_default();
    let reference = numbers.pick(places).to_reference();
    let mut above = place.clone();
    above.pop();
    let key = place.tokens().last().unwrap_or_default();
    match numbers.below(6) {
        0 => {
            match above.find_mut(root) {
                Some(Value::Object(object)) => drop(object.shift_remove(&key)),
                Some(Value::Array(array)) => {
                    if let Some(index) = key.parse().ok().filter(|index| *index < array.len()) {
                        array.remove(index);
                    }
                }
                _ => {}
            }
            format!("deleted {place}")
        }
        1 => {
            if let Some(value) = place.find_mut(root) {
                *value = other;
            }
            format!("put something else at {place}")
        }
        2 => {
            if let Some(value) = place.find_mut(root) {
                *value = json!({"$ref": reference});
            }
            format!("put a reference to {reference} at {place}")
        }
        3 => {
            let value = place.find(root).cloned().unwrap_or_default();
            match above.find_mut(root) {
                Some(Value::Object(object)) => drop(object.insert(format!("{key}_"), value)),
                Some(Value::Array(array)) => array.push(value),
                _ => {}
            }
            format!("duplicated {place}")
        }
        4 => {
            let (name, odd) = odd(numbers);
            if let Some(value) = place.find_mut(root) {
                *value = odd;
            }
            format!("put {name} at {place}")
        }
        _ => {
            if let Some(Value::Object(object)) = above.find_mut(root)
                && let Some(value) = object.shift_remove(&key)
            {
                object
                    .insert((*numbers.pick(&["", "type", "$ref", "é", "allOf", "x-y", "a b", "-1"])).to_owned(), value);
            }
            format!("renamed {place}")
        }
    }
}

fn odd(numbers: &mut Numbers) -> (String, Value) {
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e308),
        json!(""),
        json!("string"),
        json!("{"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"": {}}),
        json!({"type": "array"}),
        json!({"type": "object", "required": ["missing"]}),
        json!({"enum": [null, 1, "a", {}]}),
        json!({"not": {}}),
        json!({"oneOf": []}),
        json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"type": "string", "pattern": "("}),
        json!({"type": "integer", "default": "a", "minimum": 5, "maximum": 1}),
    ];
    let value = numbers.pick(&values).clone();
    (value.to_string(), value)
}
