//! Media types, as `content` names them (RFC 9110, section 8.3.1).

use std::collections::BTreeMap;

/// A media type in one spelling: names in lower case, parameters by name, those included that go without saying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MediaType {
    /// The type and subtype.
    pub(super) essence: String,
    parameters: BTreeMap<String, String>,
}

/// What became of the parameters of a media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameters {
    Same,
    Added,
    Removed,
    Changed,
}

impl MediaType {
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = text.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let mut parameters: BTreeMap<String, String> = parts
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()))
            .collect();
        if let Some(charset) = parameters.get_mut("charset") {
            charset.make_ascii_lowercase();
        }
        // JSON is UTF-8 whether it says so or not (RFC 8259, section 8.1).
        if is_json(&essence) {
            parameters.entry("charset".to_owned()).or_insert_with(|| "utf-8".to_owned());
        }
        Self { essence, parameters }
    }

    pub(super) fn parameters_became(&self, new: &Self) -> Parameters {
        let kept =
            |from: &Self, to: &Self| from.parameters.iter().all(|(name, value)| to.parameters.get(name) == Some(value));
        match (kept(self, new), kept(new, self)) {
            (true, true) => Parameters::Same,
            (true, false) => Parameters::Added,
            (false, true) => Parameters::Removed,
            (false, false) => Parameters::Changed,
        }
    }

    /// Whether this is a range such as `text/*` that covers the other.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let range = &self.essence;
        range == "*/*"
            || range.strip_suffix('*').is_some_and(|kind| kind.ends_with('/') && other.essence.starts_with(kind))
    }

    pub(super) fn is_range(&self) -> bool {
        self.essence.contains('*')
    }
}

impl std::fmt::Display for MediaType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.essence)?;
        let goes_without_saying =
            |name: &str, value: &str| is_json(&self.essence) && (name, value) == ("charset", "utf-8");
        let mut said = self.parameters.iter().filter(|(name, value)| !goes_without_saying(name, value));
        said.try_for_each(|(name, value)| write!(f, "; {name}={value}"))
    }
}

fn is_json(essence: &str) -> bool {
    essence == "application/json" || essence.ends_with("+json")
}
