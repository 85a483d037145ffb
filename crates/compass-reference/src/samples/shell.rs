//! Words of a POSIX shell.

/// The text as one word.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._:/@+,%".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A command, each part on a line of its own.
pub(super) fn command(parts: &[String]) -> String {
    parts.join(" \\\n  ")
}
