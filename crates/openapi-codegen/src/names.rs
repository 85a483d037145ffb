//! Names as progenitor 0.15 writes them in Rust, so that collisions are seen before it runs.

use heck::{ToPascalCase, ToSnakeCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// The Rust type that a schema of this name becomes; typify names types.
pub(crate) fn of_type(name: &str) -> String {
    identifier(name, "X", str::to_pascal_case)
}

/// The variant that stands for an operation of this name; ours, so it only has to go with [`snake`].
pub(crate) fn variant(name: &str) -> String {
    identifier(name, "_", str::to_pascal_case)
}

/// The Rust method or argument that an operation or parameter of this name becomes.
pub(crate) fn snake(name: &str) -> String {
    identifier(name, "_", str::to_snake_case)
}

/// An identifier made like progenitor and typify make theirs; they differ in what they put before a digit.
fn identifier(name: &str, before_digit: &str, case: impl Fn(&str) -> String) -> String {
    let mut cased = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        name => {
            let letters = name.chars().filter(|c| *c != '\'');
            case(&letters.map(|c| if is_xid_continue(c) { c } else { '-' }).collect::<String>())
        }
    };
    match cased.chars().next() {
        None => cased = case("x"),
        Some(first) if !is_xid_start(first) => cased.insert_str(0, before_digit),
        Some(_) => {}
    }
    // `gen` is a keyword since edition 2024, which syn does not say of an identifier.
    if cased == "gen" || syn::parse_str::<syn::Ident>(&cased).is_err() {
        cased.push('_');
    }
    cased
}

/// `name` itself, or the first of `name_2`, `name_3`, … that `taken` does not know.
pub(crate) fn free_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_owned();
    }
    let mut number = 2_u32;
    loop {
        let candidate = format!("{name}_{number}");
        if !taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_progenitor() {
        assert_eq!(snake("uploadAPISpec"), "upload_api_spec");
        assert_eq!(of_type("uploadAPISpec"), "UploadApiSpec");
        assert_eq!(variant("uploadAPISpec"), "UploadApiSpec");
        assert_eq!(of_type("2fa"), "X2fa");
        assert_eq!(variant("2fa"), "_2fa");
        assert_eq!(snake("gen"), "gen_");
        assert_eq!(snake("Länge"), "länge");
        assert_eq!(snake("-1"), "minus1");
        assert_eq!(snake("type"), "type_");
        assert_eq!(snake("2fa/enable"), "_2fa_enable");
        assert_eq!(snake("it's"), "its");
        assert_eq!(of_type("+"), "X");
    }

    #[test]
    fn free_names_count_up() {
        assert_eq!(free_name("a", |name| name == "a" || name == "a_2"), "a_3");
    }
}
