//! Text from documents, made fit to be shown: it was written by others.

use std::borrow::Cow;

/// The text with everything visible that would move a cursor, end a line or turn the direction of writing: control
/// characters and those of Unicode that format without being seen, as Rust escapes them.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let escape = |c: char| match c {
        '\n' | '\r' | '\t' => c.escape_default().collect(),
        c if is_hidden(c) => c.escape_unicode().collect(),
        c => String::from(c),
    };
    Cow::Owned(text.chars().map(escape).collect())
}

/// [`visible`], and cut off behind `longest` characters with a word on how much was left out.
pub(super) fn short(text: &str, longest: usize) -> String {
    let count = text.chars().count();
    if count <= longest {
        return visible(text).into_owned();
    }
    let head: String = text.chars().take(longest).collect();
    format!("{}… ({} more characters)", visible(&head), count - longest)
}

/// Control characters, line and paragraph separators, marks of direction (UAX #9), zero-width characters, tags, and
/// what XML cannot hold.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_not_be_seen_is_shown() {
        for (text, shown) in [
            ("plain ä → 漢", "plain ä → 漢"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m"),
            ("\u{9b}31m\u{7f}\0", "\\u{9b}31m\\u{7f}\\u{0}"),
            ("user\u{202e}nimda", "user\\u{202e}nimda"),
            ("a\u{2028}b\u{200b}c\u{feff}", "a\\u{2028}b\\u{200b}c\\u{feff}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn what_is_cut_off_is_counted() {
        assert_eq!(short("äöü", 3), "äöü");
        assert_eq!(short("äöü\n", 3), "äöü… (1 more characters)");
    }
}
