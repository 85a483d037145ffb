//! The lines that `openapi_codegen::surface` prints, taken apart.

/// A public item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item<'l> {
    pub(super) kind: Kind,
    /// The type that it belongs to, with its modules: `types::Lamp`; for a type the type itself; empty for what stands
    /// alone.
    pub(super) owner: &'l str,
    /// Its name in there: `colour`, `Red`, `get_lamp`, `Clone`; empty for a type.
    pub(super) name: &'l str,
    /// The line up to what it is.
    pub(super) title: &'l str,
    /// What it is: the type of a field, the signature of a function, the payload of a variant, `struct`.
    pub(super) text: &'l str,
}

/// What kind of item it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Type,
    Trait,
    Field,
    Variant,
    Const,
    Function,
    Use,
}

impl<'l> Item<'l> {
    pub(super) fn parse(line: &'l str) -> Self {
        if line.starts_with("use ") || line.contains("::use ") {
            return Self { kind: Kind::Use, owner: "", name: line, title: line, text: "" };
        }
        // Whichever comes first says what kind of line it is.
        let ends = [": ", " = ", "(", "{"].map(|end| line.find(end).map_or((line.len(), ""), |at| (at, end)));
        let (at, end) = ends.into_iter().min_by_key(|(at, _)| *at).unwrap_or((line.len(), ""));
        let (title, rest) = line.split_at(at);
        let text = rest.strip_prefix(": ").unwrap_or(rest);
        let last = |title: &'l str| title.rsplit_once("::").unwrap_or(("", title));
        let item = |kind, (owner, name), text| Self { kind, owner, name, title, text };
        match end {
            " = " => item(Kind::Type, (title, ""), rest.trim_start()),
            ": " => {
                if let Some(field) = title.rsplit_once('.') {
                    item(Kind::Field, field, text)
                } else if let Some(ty) = text.strip_prefix("const ") {
                    item(Kind::Const, last(title), ty)
                } else if ["struct", "enum", "trait"].contains(&text) || text.starts_with("trait ") {
                    item(Kind::Type, (title, ""), text)
                } else {
                    Self { kind: Kind::Trait, owner: title, name: text, title: line, text: "" }
                }
            }
            _ => match title.rsplit_once("fn ") {
                Some((before, name)) => {
                    let owner = before.trim_end_matches("async ");
                    item(Kind::Function, (owner.strip_suffix("::").unwrap_or(owner), name), text)
                }
                None => item(Kind::Variant, last(title), text),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_line_is_read() {
        use Kind::{Const, Field, Function, Trait, Type, Use, Variant};
        for (line, kind, owner, name, text) in [
            ("types::Lamp: struct", Type, "types::Lamp", "", "struct"),
            ("Hook: trait fmt::Debug + Send", Type, "Hook", "", "trait fmt::Debug + Send"),
            ("types::Lamps = Vec<Lamp>", Type, "types::Lamps", "", "= Vec<Lamp>"),
            (
                "BoxFuture<, T> = Pin<Box<dyn Future<Output = T>>>",
                Type,
                "BoxFuture<, T>",
                "",
                "= Pin<Box<dyn Future<Output = T>>>",
            ),
            ("types::Lamp: From<&'static str>", Trait, "types::Lamp", "From<&'static str>", ""),
            (
                "types::error::ConversionError: std::error::Error",
                Trait,
                "types::error::ConversionError",
                "std::error::Error",
                "",
            ),
            ("types::Lamp.name: Option<String>", Field, "types::Lamp", "name", "Option<String>"),
            ("types::Lamp.0: fn(u8) -> u8", Field, "types::Lamp", "0", "fn(u8) -> u8"),
            ("types::Colour::Red", Variant, "types::Colour", "Red", ""),
            ("types::Colour::Other(String)", Variant, "types::Colour", "Other", "(String)"),
            ("types::Colour::Mix{ a: u8 }", Variant, "types::Colour", "Mix", "{ a: u8 }"),
            ("Operation::ALL: const [Self; 11usize]", Const, "Operation", "ALL", "[Self; 11usize]"),
            (
                "Client::async fn get_lamp(&self, id: &Uuid) -> A",
                Function,
                "Client",
                "get_lamp",
                "(&self, id: &Uuid) -> A",
            ),
            ("Client::fn base_url(&self) -> &str", Function, "Client", "base_url", "(&self) -> &str"),
            ("fn free(a: u8)", Function, "", "free", "(a: u8)"),
            ("types::defaults::fn lamp() -> Lamp", Function, "types::defaults", "lamp", "() -> Lamp"),
            ("use generated::{ Client, types }", Use, "", "use generated::{ Client, types }", ""),
        ] {
            let item = Item::parse(line);
            assert_eq!((item.kind, item.owner, item.name, item.text), (kind, owner, name, text), "{line}");
        }
    }
}
