//! Markdown, as far as pages need it.

use std::fmt::Write as _;

/// A table; cells are Markdown already.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let line = |cells: [&str; N]| format!("| {} |\n", cells.join(" | "));
    let mut table = line(head) + &line([":--"; N]);
    for row in rows {
        table.push_str(&line(row.each_ref().map(String::as_str)));
    }
    table
}

/// A text of somebody else's as Markdown that shows it: in a table, too.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => escaped.push(' '),
            '\\' | '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#' => {
                let _ = write!(escaped, "\\{character}"); // Writing to a string cannot fail.
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A short text as code; in a table, too.
pub(crate) fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// A block of code.
pub(crate) fn block(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```\n", text.trim_end_matches('\n'))
}

/// What a heading's anchor is where pages are rendered: letters and digits, small, and hyphens for blanks.
pub(crate) fn anchor(heading: &str) -> String {
    let small = heading.chars().flat_map(char::to_lowercase);
    small
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-'))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}
