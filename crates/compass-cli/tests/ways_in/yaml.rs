//! YAML, and the fenced blocks of a Markdown page.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Names and values.
pub(crate) type Variables = BTreeMap<String, String>;

/// The top of the repository.
pub(crate) fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

/// The text of a file of the repository.
pub(crate) fn text(path: &str) -> String {
    std::fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) fn parse(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The texts of a mapping's scalars.
pub(crate) fn scalars(mapping: &Value) -> Variables {
    let entries = mapping.as_object().into_iter().flatten();
    entries.map(|(name, value)| (name.clone(), scalar(value))).collect()
}

pub(crate) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => panic!("no scalar: {value}"),
    }
}

/// A list of texts, or one text.
pub(crate) fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Array(lines) => lines.iter().map(scalar).collect(),
        Value::Null => Vec::new(),
        one => vec![scalar(one)],
    }
}

/// What stands between two fences.
#[derive(Debug)]
pub(crate) struct Block {
    /// The heading before it.
    pub(crate) heading: String,
    /// The word after the fence.
    pub(crate) language: String,
    pub(crate) text: String,
}

/// The fenced blocks of a page of `docs/ci`.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let (mut blocks, mut heading, mut open) = (Vec::new(), String::new(), None);
    for line in text(&format!("docs/ci/{page}.md")).lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block { heading: heading.clone(), language: language.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.text.push_str(&format!("{line}\n")),
            (None, None) => {
                if let Some(text) = line.strip_prefix('#') {
                    text.trim_start_matches('#').trim().clone_into(&mut heading);
                }
            }
        }
    }
    assert!(open.is_none(), "{page}: a block without end");
    blocks
}
