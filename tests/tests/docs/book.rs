//! The book: its table of contents, and what its pages have from elsewhere.

use std::collections::BTreeSet;

use crate::{read, root};

/// The pages that the table of contents lists.
fn listed() -> BTreeSet<String> {
    let summary = read("docs/SUMMARY.md");
    let links = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned);
    links.collect()
}

#[test]
fn the_table_of_contents_lists_every_page() {
    let listed = listed();
    let mut there = BTreeSet::new();
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for path in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("docs/SUMMARY.md")
            {
                there.insert(path.strip_prefix(root().join("docs")).unwrap().display().to_string());
            }
        }
    }
    let (missing, gone) =
        (there.difference(&listed).collect::<Vec<_>>(), listed.difference(&there).collect::<Vec<_>>());
    assert!(
        missing.is_empty() && gone.is_empty(),
        "docs/SUMMARY.md lacks {missing:?}, and lists {gone:?}, which is not there"
    );
}

/// The SDK's table is held against its code by a test of the SDK.
#[test]
fn the_table_of_retries_is_the_sdks() {
    let table = read("crates/compass-sdk/src/delivery/retry/table.md");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 10, "{table}");
    assert!(
        read("docs/delivery.md").contains(&rows.join("\n")),
        "docs/delivery.md should have the table of crates/compass-sdk/src/delivery/retry/table.md:\n{}",
        rows.join("\n")
    );
}

/// What the page on delivery says in figures is what the SDK does.
#[test]
fn the_figures_of_delivery_are_the_sdks() {
    let page = read("docs/delivery.md");
    let (rate, retry) = (compass_sdk::limiter::Rate::default(), compass_sdk::RetryPolicy::default());
    for line in [
        format!("| requests in any {} s | {} |", rate.per_seconds, rate.requests),
        format!("| at once after a quiet time | {} |", rate.burst),
        format!("| times that a request is sent at most | {} |", retry.max_attempts),
        format!("| longest wait before the first retry | {} ms, doubled each time |", retry.first_delay_ms),
        format!("| longest wait before any retry | {} s |", retry.max_delay_ms / 1000),
        format!("| retries before successes have to earn further ones | {} |", retry.budget),
    ] {
        assert!(page.contains(&line), "docs/delivery.md should have:\n{line}");
    }
}
