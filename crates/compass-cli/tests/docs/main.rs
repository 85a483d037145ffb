//! Every command line of README.md and of the book's own pages is run, and has to print what is shown below it.
//!
//! A `console` block has commands (`$ `, continued after a `\`) and what they print, both streams in one. In a block that
//! is marked `console one`, what follows the first command is output, whatever it looks like. A `sh` block has commands
//! alone. A page is one shell session, from the first block to the last, in a folder of its own that links to all that the
//! checkout has at its top. `DOCS_UPDATE=1` writes what was printed into the pages instead of comparing.
//!
//! What is not run stands in `NOT_RUN`, each with its reason.

#![cfg(unix)]

mod page;
mod session;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use page::Page;
use session::Session;

/// Commands that are not run: the page, how the command begins, and why.
const NOT_RUN: &[(&str, &str, &str)] = &[
    ("README.md", "cargo xtask codegen   #", "writes into the checkout; its test is in xtask"),
    ("README.md", "cargo xtask test", "runs this test, among all others"),
    ("README.md", "cargo xtask codegen --check   #", "needs a client that was edited; its test is in xtask"),
    ("docs/first-steps.md", "cargo xtask codegen", "writes into the checkout; its test is in xtask"),
    ("docs/first-steps.md", "cargo xtask test", "runs this test, among all others"),
    ("docs/README.md", "DOCS_UPDATE=1 cargo test", "writes the pages that this test compares"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The pages whose commands are run here: what CI recipes and the reference show is tested where they are made.
fn pages() -> Vec<Page> {
    let folder = root().join("docs").read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut book: Vec<_> = folder.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    book.sort();
    let crates = root().join("crates").read_dir().unwrap().map(|entry| entry.unwrap().path().join("README.md"));
    let mut crates: Vec<_> = crates.filter(|path| path.is_file()).collect();
    crates.sort();
    let readme = std::iter::once(root().join("README.md"));
    readme.chain(book).chain(crates).map(|path| Page::read(&root(), &path)).collect()
}

fn is_run(page: &Page, command: &str) -> bool {
    !NOT_RUN.iter().any(|(name, begin, _)| *name == page.name && command.starts_with(begin))
}

/// Runs the commands of a page: how many there are, and what differs from what is shown.
fn compare(page: &Page, update: bool) -> (usize, Vec<String>) {
    let commands: Vec<_> = page.commands.iter().filter(|command| is_run(page, &command.text)).collect();
    if commands.is_empty() {
        return (0, Vec::new());
    }
    let printed = Session::new(&root(), &commands).run(&commands);
    assert_eq!(printed.len(), commands.len(), "{}: the shell ended early: {printed:#?}", page.name);
    let mut wrong = Vec::new();
    let mut text = page.lines.clone();
    // From the end, so that the places of what comes before stay as they are.
    for (command, printed) in commands.iter().zip(&printed).rev() {
        if let Some(differs) = command.differs(printed) {
            wrong.push(format!("{}:{}: $ {}\n{differs}", page.name, command.line, command.text));
            text.splice(command.shown.clone(), printed.lines().map(str::to_owned));
        }
    }
    if update && text != page.lines {
        fs::write(root().join(&page.name), text.join("\n") + "\n").unwrap();
    }
    (commands.len(), wrong)
}

#[test]
fn every_command_prints_what_is_shown() {
    let update = std::env::var_os("DOCS_UPDATE").is_some();
    let pages = pages();
    // Beside one another: most of the time they wait.
    let (mut count, mut wrong) = (0, Vec::new());
    std::thread::scope(|scope| {
        let runs: Vec<_> = pages.iter().map(|page| scope.spawn(|| compare(page, update))).collect();
        for run in runs {
            let (commands, differences) = run.join().unwrap();
            count += commands;
            wrong.extend(differences);
        }
    });
    assert!(count > 30, "only {count} commands were found");
    assert!(wrong.is_empty() || update, "{}\nDOCS_UPDATE=1 writes what was printed", wrong.join("\n"));
}

#[test]
fn what_is_not_run_is_there_and_has_a_reason() {
    let pages = pages();
    for (name, begin, reason) in NOT_RUN {
        let page = pages.iter().find(|page| page.name == *name).unwrap_or_else(|| panic!("{name}: no such page"));
        let is_there = page.commands.iter().any(|command| command.text.starts_with(begin));
        assert!(is_there && !reason.is_empty(), "{name}: has no command that begins with: {begin}");
    }
}

/// Rust in the pages is what an example or a documented test of a crate has, so that the compiler has seen it.
#[test]
fn rust_in_the_pages_is_an_excerpt_of_what_is_compiled() {
    let folders = root().join("crates").read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut compiled = Vec::new();
    for folder in folders {
        let examples = folder.join("examples");
        if examples.is_dir() {
            compiled
                .extend(examples.read_dir().unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()));
        }
        compiled.extend(fs::read_to_string(folder.join("src/lib.rs")));
    }
    let compiled: Vec<String> = compiled.iter().map(|text| page::without_margins(text)).collect();
    let mut count = 0;
    for page in pages() {
        let crate_root = root().join(&page.name).with_file_name("src").join("lib.rs");
        if fs::read_to_string(crate_root).is_ok_and(|text| text.contains("include_str!(\"../README.md\")")) {
            // It is a documented test itself.
            continue;
        }
        for (line, code) in &page.rust {
            for part in page::without_margins(code).split("\n\n") {
                let is_compiled = compiled.iter().any(|text| text.contains(part));
                assert!(
                    is_compiled,
                    "{}:{line}: is in no example and in no library's documentation:\n{part}",
                    page.name
                );
                count += 1;
            }
        }
    }
    assert!(count > 3, "only {count} pieces of Rust were found");
}

#[test]
fn pages_are_told_apart_by_name() {
    let names: Vec<_> = pages().into_iter().map(|page| page.name).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    assert!(names.iter().any(|name| name == "docs/first-steps.md"), "{names:?}");
}
