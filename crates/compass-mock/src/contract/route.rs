//! Which path of the contract a request's path is.

use percent_encoding::percent_decode_str;

/// A path with parameters: `/compass/v1/webhooks/{webhookId}`.
pub(super) struct Template {
    segments: Vec<Segment>,
}

enum Segment {
    /// Stands in the path as it is.
    Literal(String),
    /// Stands for any segment that is not empty.
    Parameter(String),
}

impl Template {
    /// Parameters are whole segments: the contract has no others, and others have no meaning here.
    pub(super) fn parse(path: &str) -> Result<Self, String> {
        let path = path.strip_prefix('/').ok_or("does not begin with a slash")?;
        let segments = path.split('/').map(|segment| {
            let parameter = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
            match parameter {
                Some(name) if !name.is_empty() && !name.contains(['{', '}']) => Ok(Segment::Parameter(name.to_owned())),
                None if !segment.contains(['{', '}']) => Ok(Segment::Literal(segment.to_owned())),
                Some(_) | None => Err(format!("{segment:?} is neither a parameter nor without one")),
            }
        });
        Ok(Self { segments: segments.collect::<Result<_, String>>()? })
    }

    /// The names of the parameters, in the order of the path.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Literal(_) => None,
            Segment::Parameter(name) => Some(name.as_str()),
        })
    }

    /// The parameters of a path, still as they were sent; `None` if the path is another one.
    ///
    /// The path is cut at its slashes before anything is decoded, so that `%2F` belongs to a parameter.
    pub(super) fn matches(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let mut sent = path.strip_prefix('/')?.split('/');
        let mut parameters = Vec::new();
        for segment in &self.segments {
            let sent = sent.next()?;
            match segment {
                Segment::Literal(literal) => {
                    if sent != literal && !percent_decode_str(sent).eq(literal.bytes()) {
                        return None;
                    }
                }
                Segment::Parameter(_) if sent.is_empty() => return None,
                Segment::Parameter(name) => parameters.push((name.as_str(), sent.to_owned())),
            }
        }
        sent.next().is_none().then_some(parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(template: &str, path: &str) -> Option<Vec<String>> {
        let template = Template::parse(template).unwrap();
        let parameters = template.matches(path)?;
        Some(parameters.into_iter().map(|(name, value)| format!("{name}={value}")).collect())
    }

    #[test]
    fn parameters_are_whole_segments_as_they_were_sent() {
        assert_eq!(matches("/a/{b}/c/{d}", "/a/1%2F2/c/x%20y"), Some(vec!["b=1%2F2".into(), "d=x%20y".into()]));
        assert_eq!(matches("/a", "/a"), Some(vec![]));
    }

    #[test]
    fn a_literal_may_be_spelled_with_percent_signs() {
        assert_eq!(matches("/a/events", "/a/%65vent%73"), Some(vec![]));
        assert_eq!(matches("/a/events", "/a%2Fevents"), None);
    }

    #[test]
    fn other_paths_do_not_match() {
        for path in ["", "/", "/a", "/a/", "/a//", "/a/b/", "/a/b/c", "a/b", "/A/b", "//a/b"] {
            assert_eq!(matches("/a/{b}", path), None, "{path:?}");
        }
    }

    #[test]
    fn templates_that_mean_nothing_here_are_refused() {
        for path in ["a", "/{}", "/a{b}", "/{a}b", "/{a}{b}", "/{a"] {
            assert!(Template::parse(path).is_err(), "{path:?}");
        }
    }
}
