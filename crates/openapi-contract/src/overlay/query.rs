//! `JSONPath` queries, and the places that they select.

use std::collections::HashSet;
use std::fmt;
use std::ptr;

use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

use crate::Pointer;

/// How deep brackets and parentheses may be nested in a query. The parser's time doubles with each nested filter and
/// its stack grows with each level; real queries need four or five.
const MAX_NESTING: usize = 12;

/// A valid `JSONPath` ([RFC 9535](https://www.rfc-editor.org/rfc/rfc9535)), as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    text: String,
    path: JsonPath,
}

impl Query {
    /// Checks a query; the error says what is wrong with it, and where.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if nesting(text) > MAX_NESTING {
            return Err(format!("{text:?} nests brackets and parentheses more than {MAX_NESTING} deep; simplify it"));
        }
        let path = JsonPath::parse(text).map_err(|error| {
            // The parser counts bytes from zero; people count characters from one.
            let before = text.get(..error.position()).map_or(error.position(), |before| before.chars().count());
            format!(
                "{text:?} is not a valid JSONPath (RFC 9535): at character {}, {}; a query begins with \"$\", and names \
                 with other characters than letters, digits and \"_\" stand in brackets: $['x-name']",
                before + 1,
                error.message(),
            )
        })?;
        Ok(Self { text: text.to_owned(), path })
    }

    /// The places of the nodes that it selects in `root`, each once, in the order in which it finds them.
    pub(super) fn select(&self, root: &Value) -> Vec<Pointer> {
        // `$['a', 'a']` selects one node twice. To append to it twice, or to report it twice, helps nobody.
        let mut seen = HashSet::new();
        let mut places = Vec::new();
        for node in self.path.query_located(root) {
            if seen.insert(ptr::from_ref(node.node())) {
                let mut place = Pointer::root();
                for element in node.location().iter() {
                    match element {
                        PathElement::Name(name) => place.push(name),
                        PathElement::Index(index) => place.push(&index.to_string()),
                    }
                }
                places.push(place);
            }
        }
        places
    }

    /// The query as its author wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// The most brackets and parentheses that are open at once, those within quotes left out.
fn nesting(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(end), _) if character == end => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '[' | '(') => {
                open += 1;
                most = most.max(open);
            }
            (None, ']' | ')') => open = open.saturating_sub(1),
            (Some(_) | None, _) => {}
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn selected(query: &str, document: &Value) -> Vec<String> {
        Query::parse(query).unwrap().select(document).iter().map(|place| place.as_str().to_owned()).collect()
    }

    #[test]
    fn places_are_escaped_and_counted_from_the_front() {
        let document = json!({"paths": {"/lamps/{id}": {"a~b": [1, 2, 3]}}});
        assert_eq!(selected("$.paths['/lamps/{id}']['a~b'][-1]", &document), ["/paths/~1lamps~1{id}/a~0b/2"]);
        assert_eq!(selected("$..[::-2]", &document), ["/paths/~1lamps~1{id}/a~0b/2", "/paths/~1lamps~1{id}/a~0b/0"]);
        assert_eq!(selected("$", &document), [""]);
        assert_eq!(selected("$.nothing", &document), [""; 0]);
    }

    #[test]
    fn a_node_selected_twice_is_one_place() {
        assert_eq!(selected("$['a', 'b', 'a']", &json!({"a": 1, "b": 1})), ["/a", "/b"]);
    }

    #[test]
    fn quotes_hide_brackets_from_the_count_of_levels() {
        assert_eq!(nesting("$.a[?(@.b == '((([[[')]"), 2);
        assert_eq!(nesting(r#"$["\"[", '\'['][0]"#), 1);
        assert_eq!(nesting("]])"), 0);
    }

    #[test]
    fn heaps_of_brackets_neither_overflow_the_stack_nor_take_for_ever() {
        for (opening, closing) in [("(", ")"), ("[?@", "]"), ("[?count(@", ")]"), ("[", "]"), ("!", "")] {
            for count in [MAX_NESTING / 2, 100_000] {
                let query = format!("$[?{}@.a{}]", opening.repeat(count), closing.repeat(count));
                let _ = Query::parse(&query);
            }
        }
        assert!(Query::parse(&format!("${}", "[?@".repeat(13))).unwrap_err().contains("more than 12 deep"));
    }

    #[test]
    fn errors_count_characters() {
        let error = Query::parse("$['ä'].").unwrap_err();
        assert!(error.contains("at character 8, "), "{error}");
    }
}
