//! A generated folder in memory: written in one go, or compared with the one on disk.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use similar::TextDiff;

/// The files of a generated folder: relative paths with `/` between their parts, and the text of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    files: BTreeMap<String, String>,
    /// Whether the folder on disk has other files besides, which are somebody else's.
    is_shared: bool,
}

/// A file on disk that is not what would be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The file, below the folder.
    pub path: PathBuf,
    /// What is the matter with it.
    pub kind: StaleKind,
    /// The first lines of the difference, as a unified diff: `-` is on disk, `+` would be generated.
    pub diff: String,
}

/// What is the matter with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaleKind {
    /// It differs from what would be generated.
    Differs,
    /// It would be generated, but is not there.
    Missing,
    /// It is there, but nothing generates it.
    Orphaned,
}

/// How many lines of a difference are worth showing.
const DIFF_LINES: usize = 12;

impl Folder {
    pub(crate) fn new(files: BTreeMap<String, String>) -> Self {
        Self { files, is_shared: false }
    }

    /// A folder of one file.
    #[must_use]
    pub fn of(path: &str, text: String) -> Self {
        Self::new(BTreeMap::from([(path.to_owned(), text)]))
    }

    /// The same files in a folder that has others besides: those are nobody's orphans.
    #[must_use]
    pub fn among_others(self) -> Self {
        Self { is_shared: true, ..self }
    }

    /// Path and text of each file, in the order of the paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Makes `folder` hold these files and no others. Files that are as they should be are not touched, so that
    /// nothing is built again for them.
    ///
    /// # Errors
    /// When a file cannot be read, written or removed; the error names it.
    pub fn write(&self, folder: &Path) -> io::Result<Vec<Stale>> {
        let stale = self.check(folder)?;
        for file in &stale {
            let path = folder.join(&file.path);
            match file.kind {
                StaleKind::Orphaned => fs::remove_file(&path).map_err(|error| naming(&path, &error))?,
                StaleKind::Differs | StaleKind::Missing => {
                    if let Some(parent) = path.parent() {
                        fs::create_dir_all(parent).map_err(|error| naming(parent, &error))?;
                    }
                    let text = self.files.get(&slashed(&file.path)).map(String::as_str).unwrap_or_default();
                    fs::write(&path, text).map_err(|error| naming(&path, &error))?;
                }
            }
        }
        Ok(stale)
    }

    /// Compares `folder` with these files: stale, missing and orphaned ones, in the order of their paths.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read; the error names it. A folder that is not there is empty.
    pub fn check(&self, folder: &Path) -> io::Result<Vec<Stale>> {
        let mut on_disk = BTreeMap::new();
        read_all(folder, folder, &mut on_disk)?;
        let mut stale = Vec::new();
        for (path, text) in &self.files {
            match on_disk.remove(path) {
                Some(found) if found == text.as_bytes() => {}
                Some(found) => {
                    let found = String::from_utf8_lossy(&found);
                    stale.push(Stale { path: path.into(), kind: StaleKind::Differs, diff: diff(&found, text) });
                }
                None => stale.push(Stale { path: path.into(), kind: StaleKind::Missing, diff: String::new() }),
            }
        }
        let orphaned = on_disk.into_keys().filter(|_| !self.is_shared);
        stale.extend(orphaned.map(|path| Stale { path: path.into(), kind: StaleKind::Orphaned, diff: String::new() }));
        stale.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(stale)
    }
}

impl From<BTreeMap<String, String>> for Folder {
    fn from(files: BTreeMap<String, String>) -> Self {
        Self::new(files)
    }
}

fn read_all(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(naming(folder, &error)),
    };
    for entry in entries {
        let path = entry.map_err(|error| naming(folder, &error))?.path();
        if path.is_dir() {
            read_all(root, &path, files)?;
        } else {
            let text = fs::read(&path).map_err(|error| naming(&path, &error))?;
            files.insert(slashed(path.strip_prefix(root).unwrap_or(&path)), text);
        }
    }
    Ok(())
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn naming(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn diff(on_disk: &str, generated: &str) -> String {
    let difference = TextDiff::from_lines(on_disk, generated);
    let unified = difference.unified_diff().context_radius(1).to_string();
    let mut short: String = unified.split_inclusive('\n').take(DIFF_LINES).collect();
    let more = unified.lines().count().saturating_sub(DIFF_LINES);
    if more > 0 {
        let _ = writeln!(short, "… and {more} more lines"); // Writing to a string cannot fail.
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> Folder {
        Folder::new(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    #[test]
    fn a_written_folder_is_up_to_date_and_every_kind_of_staleness_is_found() {
        let disk = tempfile::tempdir().unwrap();
        let wanted = folder(&[("a.rs", "one\n"), ("types/b.rs", "two\n"), ("types/c.rs", "three\n")]);
        wanted.write(disk.path()).unwrap();
        assert_eq!(wanted.check(disk.path()).unwrap(), []);

        fs::write(disk.path().join("a.rs"), "other\n").unwrap();
        fs::remove_file(disk.path().join("types/b.rs")).unwrap();
        fs::write(disk.path().join("types/left.rs"), "").unwrap();
        let stale = wanted.check(disk.path()).unwrap();
        let kinds: Vec<_> = stale.iter().map(|file| (slashed(&file.path), file.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("a.rs".to_owned(), StaleKind::Differs),
                ("types/b.rs".to_owned(), StaleKind::Missing),
                ("types/left.rs".to_owned(), StaleKind::Orphaned),
            ],
        );
        assert_eq!(stale[0].diff, "@@ -1 +1 @@\n-other\n+one\n");

        wanted.write(disk.path()).unwrap();
        assert_eq!(wanted.check(disk.path()).unwrap(), []);
    }

    #[test]
    fn a_folder_that_is_not_there_lacks_every_file() {
        let disk = tempfile::tempdir().unwrap();
        let stale = folder(&[("a.rs", "")]).check(&disk.path().join("none")).unwrap();
        assert_eq!(stale.len(), 1);
        assert_eq!(stale[0].kind, StaleKind::Missing);
    }

    #[test]
    fn long_differences_are_cut() {
        let text = |word: &str| (0..100).map(|line| format!("{word} {line}\n")).collect::<String>();
        let diff = diff(&text("a"), &text("b"));
        assert_eq!(diff.lines().count(), DIFF_LINES + 1);
        assert!(diff.ends_with("… and 189 more lines\n"), "{diff}");
    }
}
