//! Formats: read as assertions, because generated clients and servers read them so.
//!
//! What a format accepts is known here only as far as containment needs it: a sample that every reader accepts, and
//! texts that none does. Everything between is left open.

use serde_json::Number;

use super::numbers::Bound;
use super::tri::Tri;

/// The formats of strings with a text that has it.
const SAMPLES: [(&str, &str); 21] = [
    ("date-time", "2026-01-31T12:00:00Z"),
    ("date", "2026-01-31"),
    ("time", "12:00:00Z"),
    ("duration", "P1D"),
    ("uuid", "6f1e2c1a-5b7d-4c3e-9a8b-0123456789ab"),
    ("email", "a@example.com"),
    ("idn-email", "a@example.com"),
    ("hostname", "example.com"),
    ("idn-hostname", "example.com"),
    ("ipv4", "192.0.2.1"),
    ("ipv6", "2001:db8::1"),
    ("uri", "https://example.com/"),
    ("iri", "https://example.com/"),
    ("uri-reference", "a"),
    ("iri-reference", "a"),
    ("uri-template", "a"),
    ("json-pointer", "/a"),
    ("relative-json-pointer", "0"),
    ("regex", "a"),
    ("byte", "YQ=="),
    ("base64url", "YQ"),
];

/// Which formats are part of others: whatever has the first has the second.
const WITHIN: [(&str, &str); 7] = [
    ("email", "idn-email"),
    ("hostname", "idn-hostname"),
    ("uri", "iri"),
    ("uri", "uri-reference"),
    ("uri", "iri-reference"),
    ("iri", "iri-reference"),
    ("uri-reference", "iri-reference"),
];

/// What a format is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// It restricts strings.
    Text,
    /// It restricts numbers.
    Number,
    /// It restricts nothing: a hint for those who show or store the value.
    Nothing,
}

/// What the format restricts. An unknown one is taken to restrict strings in an unknown way.
pub(crate) fn subject(format: &str) -> Subject {
    match format {
        "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64" | "float" => Subject::Number,
        "double" | "password" => Subject::Nothing,
        _ => Subject::Text,
    }
}

/// The range that a format of integers stands for.
pub(crate) fn range(format: &str) -> Option<(Bound, Bound)> {
    let bound = |value: Number| Bound { value, inclusive: true };
    let (lower, upper): (Number, Number) = match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0.into(), u8::MAX.into()),
        "uint16" => (0.into(), u16::MAX.into()),
        "uint32" => (0.into(), u32::MAX.into()),
        "uint64" => (0.into(), u64::MAX.into()),
        _ => return None,
    };
    Some((bound(lower), bound(upper)))
}

/// Whether every text of the one format has the other.
pub(crate) fn implies(inner: &str, outer: &str) -> bool {
    inner == outer || WITHIN.contains(&(inner, outer))
}

/// A text that has the format.
pub(crate) fn sample(format: &str) -> Option<&'static str> {
    SAMPLES.iter().find(|(name, _)| *name == format).map(|(_, sample)| *sample)
}

/// Whether a text has the format, as far as all its readers agree.
pub(crate) fn accepts(format: &str, text: &str) -> Tri {
    if sample(format) == Some(text) {
        return Tri::Yes;
    }
    let lacks = |needed: &[char]| needed.iter().any(|c| !text.contains(*c));
    let refused = match format {
        "date-time" => text.len() < 20 || lacks(&['-', ':']),
        "date" => text.len() != 10 || lacks(&['-']),
        "time" => text.len() < 9 || lacks(&[':']),
        "duration" => !text.starts_with('P'),
        "uuid" => text.len() != 36 || lacks(&['-']),
        "email" | "idn-email" => lacks(&['@']),
        "ipv4" => lacks(&['.']),
        "ipv6" | "uri" | "iri" => lacks(&[':']),
        "hostname" | "idn-hostname" | "relative-json-pointer" => text.is_empty(),
        "json-pointer" => !text.is_empty() && !text.starts_with('/'),
        "byte" => !text.len().is_multiple_of(4),
        "base64url" => text.len() % 4 == 1,
        _ => return Tri::Maybe,
    };
    if refused { Tri::No } else { Tri::Maybe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_has_its_format_and_those_around_it() {
        for (name, sample) in SAMPLES {
            assert_eq!(accepts(name, sample), Tri::Yes, "{name}");
        }
        for (inner, outer) in WITHIN {
            let sample = sample(inner).unwrap();
            assert_ne!(accepts(outer, sample), Tri::No, "{inner} within {outer}");
            assert!(implies(inner, outer) && !implies(outer, inner));
        }
    }

    #[test]
    fn samples_are_what_a_validator_accepts_and_refused_texts_are_what_it_refuses() {
        let texts = ["", "a", "aa", "aaaa", " ", "0", "/", "2026"];
        for (name, sample) in SAMPLES {
            let schema = serde_json::json!({"format": name});
            let options = jsonschema::options().should_validate_formats(true);
            let validator = options.should_ignore_unknown_formats(true).build(&schema).unwrap();
            assert!(validator.is_valid(&sample.into()), "{name}");
            // Not in JSON Schema, or not built in here.
            let known_there = !["byte", "base64url", "idn-email", "idn-hostname"].contains(&name);
            for text in texts.iter().filter(|text| known_there && accepts(name, text) == Tri::No) {
                assert!(!validator.is_valid(&(*text).into()), "{name}: {text:?}");
            }
        }
    }
}
