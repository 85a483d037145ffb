//! Patterns: whether every text that one regular expression matches is matched by another, really decided.
//!
//! Both become automata that say "it has matched by now"; a search through the pairs of their states finds a text that
//! the one accepts and the other does not, or proves that there is none. Look-around and back references, which are
//! beyond regular languages, and automata that grow too large, stay open.
//!
//! Schemas write patterns as ECMA-262 does (JSON Schema 2020-12 Validation, 6.3.3): they may match anywhere in the
//! text, and `\d` and `\w` mean ASCII.

use std::collections::{HashMap, HashSet, VecDeque};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::{primitives::StateID, start, syntax};
use regex_automata::{Anchored, MatchKind};

use super::tri::Tri;

/// How large an automaton may get, in bytes, and how many pairs of states are looked at.
const MOST_BYTES: usize = 1 << 20;
const MOST_PAIRS: usize = 20_000;
/// The longest sample that is looked for.
const LONGEST: usize = 80;

/// A regular expression that has become an automaton.
#[derive(Debug)]
pub(crate) struct Pattern {
    dfa: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// Where a run of the automaton is: it has matched, or it is in a state and has not matched yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Run {
    Matched,
    At(StateID),
}

impl Pattern {
    /// `None` for what is no regular language, is not understood here, or grows too large.
    pub(crate) fn new(ecma: &str) -> Option<Self> {
        let config = dense::Config::new()
            .match_kind(MatchKind::All)
            .start_kind(StartKind::Unanchored)
            .dfa_size_limit(Some(MOST_BYTES))
            .determinize_size_limit(Some(4 * MOST_BYTES));
        let dfa = dense::Builder::new()
            .configure(config)
            .syntax(syntax::Config::new().unicode(true).utf8(false))
            .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(4 * MOST_BYTES)))
            .build(&in_rust(ecma)?)
            .ok()?;
        let start = dfa.start_state(&start::Config::new().anchored(Anchored::No)).ok()?;
        Some(Self { dfa, start })
    }

    /// Whether the pattern matches somewhere in the text.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut run = self.begin();
        for byte in text.bytes() {
            run = self.step(run, byte);
        }
        self.ends_matched(run)
    }

    /// Whether every text that this pattern matches is matched by the other; if not, a text that shows it, where one
    /// of ASCII characters alone does.
    pub(crate) fn within(&self, other: &Self) -> (Tri, Option<String>) {
        match Self::difference(self, other, &readable_bytes()) {
            Search::Found(text) => return (Tri::No, String::from_utf8(text).ok()),
            Search::TooLarge => return (Tri::Maybe, None),
            Search::Nothing => {}
        }
        let all: Vec<u8> = (0..=u8::MAX).collect();
        match Self::difference(self, other, &all) {
            Search::Nothing => (Tri::Yes, None),
            Search::TooLarge => (Tri::Maybe, None),
            // Bytes that are no text prove nothing.
            Search::Found(text) => match String::from_utf8(text) {
                Ok(text) => (Tri::No, Some(text)),
                Err(_) => (Tri::Maybe, None),
            },
        }
    }

    /// The shortest text of at least `length` ASCII characters that the pattern matches.
    pub(crate) fn sample(&self, length: usize) -> Option<String> {
        let alphabet = readable_bytes();
        let mut open = VecDeque::from([(self.begin(), Vec::new())]);
        let mut seen = HashSet::from([(self.begin(), 0)]);
        while let Some((run, text)) = open.pop_front() {
            if text.len() >= length && self.ends_matched(run) {
                return String::from_utf8(text).ok();
            }
            if text.len() >= LONGEST || seen.len() > MOST_PAIRS {
                return None;
            }
            for byte in &alphabet {
                let next = self.step(run, *byte);
                if seen.insert((next, (text.len() + 1).min(length))) {
                    let mut longer = text.clone();
                    longer.push(*byte);
                    open.push_back((next, longer));
                }
            }
        }
        None
    }

    /// A text over the alphabet that `inner` matches and `outer` does not.
    fn difference(inner: &Self, outer: &Self, alphabet: &[u8]) -> Search {
        let begin = (inner.begin(), outer.begin());
        let mut open = VecDeque::from([begin]);
        // How each pair was reached: from which pair, by which byte.
        let mut reached = HashMap::from([(begin, None)]);
        while let Some(pair) = open.pop_front() {
            if inner.ends_matched(pair.0) && !outer.ends_matched(pair.1) {
                return Search::Found(way_to(pair, &reached));
            }
            for byte in alphabet {
                let next = (inner.step(pair.0, *byte), outer.step(pair.1, *byte));
                // Once the outer pattern has matched, it has for good.
                if next.1 != Run::Matched && !reached.contains_key(&next) {
                    if reached.len() >= MOST_PAIRS {
                        return Search::TooLarge;
                    }
                    reached.insert(next, Some((pair, *byte)));
                    open.push_back(next);
                }
            }
        }
        Search::Nothing
    }

    fn begin(&self) -> Run {
        Run::At(self.start)
    }

    fn step(&self, run: Run, byte: u8) -> Run {
        let Run::At(state) = run else { return run };
        let next = self.dfa.next_state(state, byte);
        // The automaton reports a match one byte late.
        if self.dfa.is_match_state(next) { Run::Matched } else { Run::At(next) }
    }

    fn ends_matched(&self, run: Run) -> bool {
        match run {
            Run::Matched => true,
            Run::At(state) => self.dfa.is_match_state(self.dfa.next_eoi_state(state)),
        }
    }
}

enum Search {
    Found(Vec<u8>),
    Nothing,
    TooLarge,
}

type Pair = (Run, Run);

fn way_to(pair: Pair, reached: &HashMap<Pair, Option<(Pair, u8)>>) -> Vec<u8> {
    let mut text = Vec::new();
    let mut here = pair;
    while let Some(Some((before, byte))) = reached.get(&here) {
        text.push(*byte);
        here = *before;
    }
    text.reverse();
    text
}

/// ASCII, letters and digits first, so that samples look like what people write.
fn readable_bytes() -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..128).collect();
    bytes.sort_by_key(|byte| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        byte if byte.is_ascii_graphic() => 3,
        b' ' => 4,
        _ => 5,
    });
    bytes
}

/// The expression as Rust's syntax has it; `None` where the two would not mean the same.
fn in_rust(ecma: &str) -> Option<String> {
    let mut rust = String::with_capacity(ecma.len());
    let mut chars = ecma.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let escaped = chars.next()?;
                match (escaped, in_class) {
                    ('d', true) => rust.push_str("0-9"),
                    ('d', false) => rust.push_str("[0-9]"),
                    ('w', true) => rust.push_str("0-9A-Za-z_"),
                    ('w', false) => rust.push_str("[0-9A-Za-z_]"),
                    ('s', _) => rust.push_str(r"[\t\n\x0B\f\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}]"),
                    ('D', _) => rust.push_str("[^0-9]"),
                    ('W', _) => rust.push_str("[^0-9A-Za-z_]"),
                    ('S', _) => rust.push_str(r"[^\t\n\x0B\f\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}]"),
                    // Word boundaries by Unicode in Rust; control characters and backspace; names of groups.
                    ('b' | 'B' | 'c' | 'k' | '0'..='9', _) => return None,
                    ('n' | 'r' | 't' | 'f' | 'v' | 'x' | 'u' | 'p' | 'P', _) => {
                        rust.push('\\');
                        rust.push(escaped);
                    }
                    (letter, _) if letter.is_alphanumeric() => return None,
                    (sign, _) => push_literal(&mut rust, sign),
                }
            }
            '[' if in_class => rust.push_str("\\["),
            '[' => {
                in_class = true;
                rust.push('[');
                if chars.peek() == Some(&'^') {
                    rust.extend(chars.next());
                }
                // ECMA's `[]` and `[^]` are sets of their own; Rust takes the bracket for a member.
                if chars.peek() == Some(&']') {
                    return None;
                }
            }
            ']' if in_class => {
                in_class = false;
                rust.push(']');
            }
            '&' | '~' if in_class => {
                rust.push('\\');
                rust.push(c);
            }
            // `.` leaves out four line ends in ECMA, one in Rust.
            '.' if !in_class => rust.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            c => rust.push(c),
        }
    }
    Some(rust)
}

fn push_literal(rust: &mut String, sign: char) {
    if sign.is_ascii_punctuation() && regex_syntax::is_meta_character(sign) {
        rust.push('\\');
    }
    rust.push(sign);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(inner: &str, outer: &str) -> (Tri, Option<String>) {
        Pattern::new(inner).unwrap().within(&Pattern::new(outer).unwrap())
    }

    #[test]
    fn containment_is_decided_and_shown() {
        assert_eq!(within("^[a-c]$", "^[a-z]+$"), (Tri::Yes, None));
        assert_eq!(within("^[a-z]+$", "^[a-c]$"), (Tri::No, Some("d".to_owned())));
        assert_eq!(within("^abc", "b"), (Tri::Yes, None));
        assert_eq!(within("", "^.*$").0, Tri::No, "line ends");
        assert_eq!(within("^[0-9]{3}$", r"^\d+$"), (Tri::Yes, None));
        assert_eq!(within(r"^\d+$", "^[0-9]{3}$").0, Tri::No);
        assert_eq!(within("^ä$", "^[^a]$"), (Tri::Yes, None));
        assert_eq!(within("^[^a]$", "^[b-z]$").0, Tri::No);
        assert_eq!(within("^.$", "^..?$"), (Tri::Yes, None));
    }

    #[test]
    fn patterns_match_anywhere_as_in_ecma() {
        let matches = |pattern: &str, text: &str| Pattern::new(pattern).unwrap().matches(text);
        assert!(matches("b", "abc") && matches("^a", "abc") && matches("c$", "abc") && matches("", ""));
        assert!(!matches("^b", "abc") && !matches("^$", "a"));
        assert!(!matches(r"\d", "٣"), "ECMA's digits are ASCII");
        assert!(
            matches(r"[[\]&~]", "[") && matches(r"^[\w-]+$", "a-b") && matches(r"\/", "/") && matches(r"^\-$", "-")
        );
        assert!(!matches("^.$", "\r") && matches(r"^\u0041$", "A"));
    }

    #[test]
    fn what_is_not_regular_stays_open() {
        for pattern in ["(?=a)", "(?!a)b", r"(a)\1", r"\bword\b", "[", "(", "[]", r"\"] {
            assert!(Pattern::new(pattern).is_none(), "{pattern}");
        }
        assert!(Pattern::new("(a|b){1000}{1000}").is_none(), "too large");
    }

    #[test]
    fn samples_are_short_and_long_enough() {
        assert_eq!(Pattern::new("^[A-Z]{2}-[0-9]+$").unwrap().sample(0).unwrap(), "AA-0");
        assert_eq!(Pattern::new("^a+$").unwrap().sample(4).unwrap(), "aaaa");
        assert_eq!(Pattern::new("^a$").unwrap().sample(4), None);
    }
}
