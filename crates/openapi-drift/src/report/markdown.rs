//! Markdown for the text of a pull request on GitHub.
//!
//! Whatever comes from a document stands in `<code>`, and in there every character that Markdown or a table could
//! read is a character reference: those "cannot be used in place of symbols indicating structure" (CommonMark 0.31,
//! 2.5), and GitHub neither notifies people nor links or closes issues for what it finds in code.

use std::cmp::Reverse;

use super::clean::{short, visible};
use super::groups::{Group, details, groups, message, place, useless_entries};
use super::{Report, Verdict};
use crate::Level;

/// How long the text of a pull request may be on GitHub, in characters; bytes are counted here, which are no fewer.
const LIMIT: usize = 65_536;

/// What the end of the report takes: the sentence on what was left out, and what closes a fold.
const RESERVE: usize = 1024;

/// What the table may take, so that there is room for details.
const TABLE: usize = LIMIT / 2;

pub(super) fn render(report: &Report) -> String {
    let mut page = Page::default();
    page.push(
        &format!("## Drift\n\n{} → {}\n\n", code(&visible(&report.base)), code(&visible(&report.revision))),
        LIMIT,
    );
    page.push(&format!("**{}**\n", report.summary()), LIMIT);
    let groups = groups(report);
    table(report, &groups, &mut page);
    list("Rust items cannot be compared", report.rust_unavailable().map(|reason| short(reason, 1000)), &mut page);
    list("Entries that accept nothing", useless_entries(report), &mut page);
    let alone = report.items_alone().into_iter().map(|item| short(&item.to_string(), 400));
    let alone: Vec<String> = alone.map(|item| bullet(&item)).collect();
    fold("Rust items that no change accounts for", "item", &alone, &mut page);
    let mut heading = "\n### Details\n";
    for group in &groups {
        let entries: Vec<String> = group.changes.iter().map(|index| entry(report, *index)).collect();
        page.push(std::mem::take(&mut heading), LIMIT);
        fold(&code(&group.title()), "change", &entries, &mut page);
    }
    page.end()
}

/// One row for each change, the worst first.
fn table(report: &Report, groups: &[Group<'_>], page: &mut Page) {
    let mut rows: Vec<(Level, String)> = Vec::new();
    for group in groups {
        for index in &group.changes {
            let change = &report.changes[*index];
            let accepted = if matches!(report.verdict(*index), Verdict::Accepted(_)) { ", accepted" } else { "" };
            let (level, rule) = (change.level, change.rule);
            let (place, message) = (code(&group.title()), code(&message(change)));
            rows.push((level, format!("| {level}{accepted} | `{rule}` | {place} | {message} |\n")));
        }
    }
    rows.sort_by_key(|(level, _)| Reverse(*level));
    if !rows.is_empty() {
        page.push("\n| level | rule | where | what changed |\n|---|---|---|---|\n", TABLE);
    }
    for (_, row) in &rows {
        page.push_or_count(row, TABLE);
    }
}

fn list(title: &str, lines: impl IntoIterator<Item = String>, page: &mut Page) {
    let mut heading = format!("\n### {title}\n\n");
    for line in lines {
        page.push(&std::mem::take(&mut heading), LIMIT);
        page.push_or_count(&bullet(&line), LIMIT);
    }
}

/// Entries under a title that opens them; the title is HTML.
fn fold(title: &str, noun: &str, entries: &[String], page: &mut Page) {
    const END: &str = "\n</details>\n";
    let (count, s) = (entries.len(), if entries.len() == 1 { "" } else { "s" });
    let head = format!("\n<details>\n<summary>{title} ({count} {noun}{s})</summary>\n\n");
    let fits = |entry: &&String| page.has_room(head.len() + entry.len() + END.len(), LIMIT);
    // An opened fold without anything in it would say nothing.
    if !entries.first().is_some_and(|first| fits(&first)) {
        page.left_out += count;
        return;
    }
    page.push(&head, LIMIT);
    for entry in entries {
        page.push_or_count(entry, LIMIT - END.len());
    }
    page.push(END, LIMIT);
}

fn entry(report: &Report, index: usize) -> String {
    let change = &report.changes[index];
    let mut entry = format!("- **{}** `{}` {}\n", change.level, change.rule, code(&place(change)));
    entry.push_str(&format!("  - {}\n", code(&message(change))));
    for detail in details(report, index) {
        entry.push_str(&format!("  - {}: {}\n", detail.label, code(&detail.text)));
    }
    entry
}

fn bullet(text: &str) -> String {
    format!("- {}\n", code(text))
}

/// Text that is shown as it is, whatever it holds.
fn code(text: &str) -> String {
    let mut code = String::from("<code>");
    for c in visible(text).chars() {
        // What means nothing to Markdown is left readable for those who get the text by mail.
        if c.is_alphanumeric() || !c.is_ascii() || " /-,;%?(){}'\"=+^.".contains(c) {
            code.push(c);
        } else {
            code.push_str(&format!("&#{};", u32::from(c)));
        }
    }
    code.push_str("</code>");
    // GitHub makes links of what begins like a host's name; of URLs not, for want of a colon.
    code.replace("www.", "www&#46;")
}

/// The text so far, and how much did not fit.
#[derive(Default)]
struct Page {
    text: String,
    left_out: usize,
}

impl Page {
    fn has_room(&self, length: usize, limit: usize) -> bool {
        self.text.len() + length + RESERVE <= limit
    }

    /// Adds what gives the rest its form; too little to matter, and left out only where the rest is.
    fn push(&mut self, text: &str, limit: usize) {
        if self.has_room(text.len(), limit) {
            self.text.push_str(text);
        }
    }

    /// Adds something that counts, or counts it.
    fn push_or_count(&mut self, text: &str, limit: usize) {
        if self.has_room(text.len(), limit) {
            self.text.push_str(text);
        } else {
            self.left_out += 1;
        }
    }

    fn end(mut self) -> String {
        if self.left_out > 0 {
            self.text.push_str(&format!(
                "\n{} rows and details are left out: the text of a pull request is limited. The other formats have \
                 everything.\n",
                self.left_out
            ));
        }
        self.text
    }
}
