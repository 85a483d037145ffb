//! JSON pointers (RFC 6901): how every error and every change names its place.

use std::fmt::{self, Write as _};

use serde::{Serialize, Serializer};
use serde_json::Value;

/// The place of a value in a JSON document, as RFC 6901 writes it: `/paths/~1events/post`.
///
/// The empty pointer is the document itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The document itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The pointer made of these tokens, which are not escaped yet.
    pub fn from_tokens<T: AsRef<str>>(tokens: impl IntoIterator<Item = T>) -> Self {
        let mut pointer = Self::root();
        for token in tokens {
            pointer.push(token.as_ref());
        }
        pointer
    }

    /// The target of a local reference, the part of `#/components/schemas/Lamp` behind the `#`, with percent
    /// encoding undone as RFC 6901, section 6 wants it. `None` for references to other documents and to anchors.
    #[must_use]
    pub fn from_reference(reference: &str) -> Option<Self> {
        let fragment = reference.strip_prefix('#')?;
        (fragment.is_empty() || fragment.starts_with('/')).then(|| Self(percent_decode(fragment)))
    }

    /// This pointer as a local reference: `#/components/schemas/Lamp`.
    #[must_use]
    pub fn to_reference(&self) -> String {
        let mut reference = String::with_capacity(self.0.len() + 1);
        reference.push('#');
        for byte in self.0.bytes() {
            // What RFC 3986 allows in a fragment, less the percent sign itself.
            if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte) {
                reference.push(char::from(byte));
            } else {
                let _ = write!(reference, "%{byte:02X}"); // Writing to a string cannot fail.
            }
        }
        reference
    }

    /// Goes one level down, to the member or element that `token` names.
    pub fn push(&mut self, token: &str) {
        self.0.push('/');
        for c in token.chars() {
            match c {
                '~' => self.0.push_str("~0"),
                '/' => self.0.push_str("~1"),
                c => self.0.push(c),
            }
        }
    }

    /// Goes one level up; the root stays where it is.
    pub fn pop(&mut self) {
        self.0.truncate(self.0.rfind('/').unwrap_or(0));
    }

    /// The place one level below this one.
    #[must_use]
    pub fn join(&self, token: &str) -> Self {
        let mut below = self.clone();
        below.push(token);
        below
    }

    /// The tokens from the root down, unescaped.
    pub fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
    }

    /// The value at this place of `document`.
    #[must_use]
    pub fn find<'v>(&self, document: &'v Value) -> Option<&'v Value> {
        document.pointer(&self.0)
    }

    /// The value at this place of `document`, to change it.
    pub fn find_mut<'v>(&self, document: &'v mut Value) -> Option<&'v mut Value> {
        document.pointer_mut(&self.0)
    }

    /// The pointer as RFC 6901 writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Prints the pointer; the root, which RFC 6901 writes as nothing at all, as `(document)`.
impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if self.0.is_empty() { "(document)" } else { &self.0 })
    }
}

impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_escaped_and_unescaped() {
        let pointer = Pointer::from_tokens(["paths", "/lamps/{id}", "a~b"]);
        assert_eq!(pointer.as_str(), "/paths/~1lamps~1{id}/a~0b");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["paths", "/lamps/{id}", "a~b"]);
    }

    #[test]
    fn references_survive_the_way_there_and_back() {
        let pointer = Pointer::from_tokens(["paths", "/lamps/{id}", "100 %", "ä"]);
        assert_eq!(Pointer::from_reference(&pointer.to_reference()), Some(pointer));
        assert_eq!(Pointer::from_reference("#anchor"), None);
        assert_eq!(Pointer::from_reference("other.json#/a"), None);
        assert_eq!(Pointer::from_reference("#"), Some(Pointer::root()));
    }

    #[test]
    fn a_stray_percent_sign_is_kept() {
        assert_eq!(Pointer::from_reference("#/a%2").unwrap().as_str(), "/a%2");
        assert_eq!(Pointer::from_reference("#/a%zz").unwrap().as_str(), "/a%zz");
    }

    #[test]
    fn an_empty_key_is_a_place_of_its_own() {
        let document = serde_json::json!({"": {"": 1}});
        let mut pointer = Pointer::from_tokens(["", ""]);
        assert_eq!(pointer.find(&document), Some(&Value::from(1)));
        pointer.pop();
        assert_eq!(pointer.as_str(), "/");
        pointer.pop();
        assert_eq!(pointer, Pointer::root());
        pointer.pop();
        assert_eq!(pointer, Pointer::root());
    }
}
