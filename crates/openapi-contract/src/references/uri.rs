//! References against a base, as RFC 3986, section 5.2 resolves them: what `$id` needs, and no more.

/// The reference `reference`, which has no fragment, seen from `base`. The base of a document whose own address is
/// not known is empty.
pub(super) fn resolve(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    if scheme(reference).is_some() || base.is_empty() {
        return reference.to_owned();
    }
    let (scheme, rest) = match scheme(base) {
        Some(length) => base.split_at(length + 1),
        None => ("", base),
    };
    if reference.starts_with("//") {
        return format!("{scheme}{reference}");
    }
    let path_at = match rest.strip_prefix("//") {
        Some(after) => after.find(['/', '?']).map_or(rest.len(), |at| at + 2),
        None => 0,
    };
    let (authority, path) = rest.split_at(path_at);
    let path = path.split('?').next().unwrap_or_default();
    let merged = if reference.starts_with('/') {
        reference.to_owned()
    } else if reference.starts_with('?') {
        format!("{path}{reference}")
    } else if path.is_empty() && !authority.is_empty() {
        format!("/{reference}")
    } else {
        format!("{}{reference}", path.rfind('/').map_or("", |at| &path[..=at]))
    };
    format!("{scheme}{authority}{}", without_dots(&merged))
}

/// The reference's address and its fragment, without the `#`.
pub(super) fn split(reference: &str) -> (&str, &str) {
    reference.split_once('#').unwrap_or((reference, ""))
}

/// The length of the scheme, where there is one.
fn scheme(reference: &str) -> Option<usize> {
    let end = reference.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))?;
    (reference.as_bytes()[end] == b':' && reference.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(end)
}

fn without_dots(path: &str) -> String {
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                // The empty first segment is the leading slash, which stays.
                if segment == ".." && kept.last().is_some_and(|above| !above.is_empty() || kept.len() > 1) {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    let path = kept.join("/");
    query.map_or(path.clone(), |query| format!("{path}?{query}"))
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn references_resolve_as_in_rfc_3986_section_5_4() {
        for (reference, resolved) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
        ] {
            assert_eq!(resolve("http://a/b/c/d;p?q", reference), resolved, "{reference}");
        }
    }

    #[test]
    fn a_base_may_be_unknown_relative_or_without_a_path() {
        assert_eq!(resolve("", "lamp.json"), "lamp.json");
        assert_eq!(resolve("schemas/lamp.json", "bulb.json"), "schemas/bulb.json");
        assert_eq!(resolve("https://example.com", "bulb.json"), "https://example.com/bulb.json");
        assert_eq!(resolve("urn:example:lamp", ""), "urn:example:lamp");
    }
}
