//! The place of an accepted change: a glob over operations and JSON pointers.

use globset::{GlobBuilder, GlobMatcher};

use crate::{Change, Site};

/// A glob whose `*` and `?` stop at a `/`.
#[derive(Clone, Debug)]
pub(super) struct Place(GlobMatcher);

impl Place {
    pub(super) fn parse(glob: &str) -> Result<Self, globset::Error> {
        let glob = with_literal_braces(glob);
        // A backslash escapes on every platform, so that a list means the same on each.
        let glob = GlobBuilder::new(&glob).literal_separator(true).backslash_escape(true).build()?;
        Ok(Self(glob.compile_matcher()))
    }

    /// Whether all of the change lies in this place: one of its pointers does, or every operation that it is felt in.
    pub(super) fn covers(&self, change: &Change) -> bool {
        let pointers = [&change.base, &change.revision];
        pointers.into_iter().flatten().any(|pointer| self.0.is_match(pointer.as_str()))
            || (!change.sites.is_empty() && change.sites.iter().all(|site| self.has(site)))
    }

    fn has(&self, site: &Site) -> bool {
        let operation = &site.operation;
        self.0.is_match(format!("{} {}", operation.method, operation.path))
            || operation.id.as_ref().is_some_and(|id| self.0.is_match(id))
    }
}

/// `globset` reads `{a,b}` as a choice, so that `/lamps/{id}` would match `/lamps/id` and nothing else.
fn with_literal_braces(glob: &str) -> String {
    let mut literal = String::with_capacity(glob.len());
    let mut chars = glob.chars();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                literal.push(c);
                literal.extend(chars.next());
                continue;
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '{' | '}' if !in_class => literal.push('\\'),
            _ => {}
        }
        literal.push(c);
    }
    literal
}
