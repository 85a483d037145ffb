//! The library crates, packaged and built each on its own, as those who depend on them will get them.

use std::path::Path;

use anyhow::Context as _;

/// The library crates that others may depend on.
pub(crate) const PACKAGES: [&str; 7] = [
    "openapi-contract",
    "openapi-codegen",
    "openapi-drift",
    "compass-api",
    "compass-sdk",
    "compass-mock",
    "compass-outbox",
];

/// Removes what an earlier `cargo package` unpacked of our crates, so that the next one unpacks them anew.
///
/// `cargo package` hands the crates of a workspace to one another through a registry below `target/package`. What it
/// unpacks from there goes below Cargo's home, in a folder named after that registry's path and the crate's version,
/// and is taken as it lies when the folder is there already: in the same checkout, a crate whose version did not change would be
/// built against the neighbours of an earlier commit.
pub(crate) fn forget_unpacked(cargo_home: &Path) -> anyhow::Result<()> {
    let sources = cargo_home.join("registry").join("src");
    if !sources.exists() {
        return Ok(());
    }
    for registry in folders(&sources)? {
        // A registry in a folder has no host, which the names of all others begin with.
        if !registry.starts_with('-') {
            continue;
        }
        let registry = sources.join(registry);
        for unpacked in folders(&registry)? {
            if is_ours(&unpacked) {
                let unpacked = registry.join(unpacked);
                std::fs::remove_dir_all(&unpacked)
                    .with_context(|| format!("{}: cannot be removed", unpacked.display()))?;
            }
        }
    }
    Ok(())
}

/// Whether a folder's name is that of one of our crates and a version.
fn is_ours(name: &str) -> bool {
    PACKAGES.iter().any(|package| {
        name.strip_prefix(package)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
    })
}

/// The names of the folders in a folder; what is no text names nothing of ours.
fn folders(folder: &Path) -> anyhow::Result<Vec<String>> {
    let unreadable = || format!("{}: cannot be read", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        if entry.path().is_dir() {
            names.extend(entry.file_name().into_string().ok());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::forget_unpacked;

    #[test]
    fn only_our_crates_of_registries_in_folders_are_removed() {
        let home = tempfile::tempdir().unwrap();
        let unpacked = |path: &str| home.path().join("registry/src").join(path);
        let removed =
            ["-22c3805d/compass-api-0.1.0", "-22c3805d/openapi-contract-1.2.3-rc.1", "-3c95/compass-sdk-0.1.0"];
        let kept =
            ["-22c3805d/compass-api-extra-0.1.0", "-22c3805d/serde-1.0.0", "index.example-1949/compass-api-0.1.0"];
        for path in removed.iter().chain(&kept) {
            std::fs::create_dir_all(unpacked(path).join("src")).unwrap();
        }

        forget_unpacked(home.path()).unwrap();

        assert_eq!(removed.iter().filter(|path| unpacked(path).exists()).count(), 0);
        assert_eq!(kept.iter().filter(|path| unpacked(path).exists()).count(), kept.len());
    }

    #[test]
    fn a_home_without_sources_is_left_as_it_is() {
        forget_unpacked(tempfile::tempdir().unwrap().path()).unwrap();
    }
}
