//! Doc comments as a person would write them: one `///` a line, with a space, and nothing that rustdoc would run.

use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, File, Lit, Meta, parse_quote};

/// Tidies every doc comment of a file.
pub(crate) fn tidy(file: &mut File) {
    Tidy.visit_file_mut(file);
}

struct Tidy;

impl VisitMut for Tidy {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        tidy_attributes(attributes);
    }
}

fn tidy_attributes(attributes: &mut Vec<Attribute>) {
    *attributes = std::mem::take(attributes)
        .into_iter()
        .flat_map(|attribute| match doc_text(&attribute) {
            Some(text) => lines(&text).into_iter().map(|line| doc(&attribute, &line)).collect(),
            None => vec![attribute],
        })
        .collect();
}

fn doc_text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    if !meta.path.is_ident("doc") {
        return None;
    }
    match &meta.value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// A doc comment of one line, inner or outer like `model`.
fn doc(model: &Attribute, line: &str) -> Attribute {
    let mut attribute: Attribute = parse_quote!(#[doc = #line]);
    attribute.style = model.style;
    attribute
}

/// The lines of a doc comment. Code in it is an example of the contract's author, not a test in Rust.
fn lines(text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        return vec![String::new()];
    }
    let mut in_code = false;
    text.trim_end()
        .lines()
        .map(|line| {
            let line = line.trim_end();
            let start = line.trim_start();
            if let Some(language) = start.strip_prefix("```") {
                in_code = !in_code;
                let language = if in_code && language.trim().is_empty() { "text" } else { language.trim() };
                return format!(" ```{language}");
            }
            // Four spaces begin a block of code, too.
            let indent = if in_code { line.len() - start.len() } else { (line.len() - start.len()).min(3) };
            match (start.is_empty(), line.starts_with(' ') && !in_code) {
                (true, _) => String::new(),
                // The space that stands between `///` and the text is there already.
                (false, true) => format!("{}{start}", " ".repeat(indent)),
                (false, false) => format!(" {}{start}", " ".repeat(indent)),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn code_is_no_test_and_lines_begin_with_a_space() {
        assert_eq!(
            lines("One.\n\n    let x = 1;\n```\nraw\n```\n\n"),
            [" One.", "", "   let x = 1;", " ```text", " raw", " ```"]
        );
        assert_eq!(lines(" Already spaced."), [" Already spaced."]);
        assert_eq!(lines(""), [""]);
        assert_eq!(lines("```json\n    {}\n```"), [" ```json", "     {}", " ```"]);
    }
}
