//! A crate of its own for any contract: what has to stand around the generated module for it to compile.
//!
//! Here, not in xtask, because the versions and features below belong to the code that [`generate`](crate::generate)
//! writes, and because the samples are compiled with them.

use crate::Generated;

/// The first line of a manifest that was written here: who finds it may overwrite the crate.
pub const MARK: &str = "# Written by `cargo xtask codegen --contract`.";

/// Versions of the crates that the generated code may need: those of this workspace.
const CRATES: [(&str, &str); 6] = [
    ("chrono", r#"{ version = "0.4", default-features = false, features = ["serde"] }"#),
    ("uuid", r#"{ version = "1", default-features = false, features = ["serde"] }"#),
    ("regress", r#""0.12""#),
    ("futures", r#""0.3""#),
    ("base64", r#""0.22""#),
    ("rand", r#""0.9""#),
];

/// The manifest of a crate called `name`, generated from a contract called `title`.
#[must_use]
pub fn manifest(name: &str, title: &str, generated: &Generated) -> String {
    let extra: String = CRATES
        .iter()
        .filter(|(name, _)| generated.extra_crates.contains(name))
        .map(|(name, requirement)| format!("{name} = {requirement}\n"))
        .collect();
    let schemars: String = [("chrono", "chrono04"), ("uuid", "uuid1")]
        .iter()
        .filter(|(name, _)| generated.extra_crates.contains(name))
        .map(|(_, feature)| format!(", \"{feature}\""))
        .collect();
    let description = toml_string(&format!("Client generated from {title}"));
    format!(
        r#"{MARK}
[package]
name = "{name}"
version = "0.1.0"
edition = "2024"
description = {description}

[workspace]

[features]
default = ["rustls"]
rustls = ["reqwest/rustls"]
native-tls = ["reqwest/native-tls"]

[dependencies]
http = "1"
progenitor-client = "0.15.1"
reqwest = {{ version = "0.13.5", default-features = false, features = ["json", "multipart", "query", "stream"] }}
schemars = {{ version = "1.2", default-features = false, features = ["derive", "std"{schemars}] }}
serde = {{ version = "1", features = ["derive"] }}
serde_json = "1"
{extra}"#
    )
}

/// Whether a crate cannot have this name: because it is a word of Rust's, or that of a crate which it depends on.
#[must_use]
pub fn is_taken(name: &str) -> bool {
    let dependencies = ["http", "progenitor-client", "reqwest", "schemars", "serde", "serde_json", "test"];
    let name_in_code = name.replace('-', "_");
    syn::parse_str::<syn::Ident>(&name_in_code).is_err()
        || dependencies.contains(&name)
        || CRATES.iter().any(|(dependency, _)| *dependency == name)
}

/// The crate's `lib.rs`: the code of `model`, another crate's `lib.rs` around a generated module, under documentation
/// that fits any contract.
#[must_use]
pub fn library(title: &str, model: &str) -> String {
    let code: String = model.split_inclusive('\n').filter(|line| !line.starts_with("//!")).collect();
    let title: String = title.chars().map(|c| if c.is_control() || c == '`' { ' ' } else { c }).collect();
    format!(
        "//! Low-level client, generated from `{title}`: a method of [`Client`] for each operation, a type in [`types`]\n\
         //! for each schema. A [`Hook`] surrounds each request, for credentials, limits and retries.\n{code}"
    )
}

/// A TOML string: file names may hold quotes and backslashes.
fn toml_string(text: &str) -> String {
    // What JSON escapes, TOML escapes alike.
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Folder;

    #[test]
    fn a_manifest_asks_for_what_the_code_uses_and_survives_odd_file_names() {
        let generated = Generated {
            folder: Folder::new(std::collections::BTreeMap::new()),
            changes: Vec::new(),
            operations: Vec::new(),
            extra_crates: vec!["uuid"],
        };
        let manifest = manifest("lamps", "the \"lamps\".yaml", &generated);
        assert!(manifest.starts_with(MARK));
        assert!(manifest.contains(r#"description = "Client generated from the \"lamps\".yaml""#), "{manifest}");
        assert!(manifest.contains(r#"["derive", "std", "uuid1"]"#), "{manifest}");
        assert!(manifest.contains("\nuuid = ") && !manifest.contains("\nchrono = "), "{manifest}");
    }

    #[test]
    fn a_library_has_its_own_documentation() {
        assert_eq!(
            library("a.yaml", "//! Compass.\n\nmod generated;\n").lines().skip(2).collect::<Vec<_>>(),
            ["", "mod generated;"],
        );
    }
}
