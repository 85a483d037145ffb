//! Text for people.

use super::clean::{short, visible};
use super::groups::{details, groups, message, place, useless_entries};
use super::{Colour, Report, Verdict};
use crate::Level;

/// The escape sequences of terminals (ECMA-48, "select graphic rendition").
const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";
const CYAN: &str = "\u{1b}[36m";
const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// How far the lines below a change are moved in: as far as the name of its rule.
const INDENT: &str = "            ";

pub(super) fn render(report: &Report, colour: Colour) -> String {
    let paint = |style: &str, text: &str| match colour {
        Colour::Terminal => format!("{style}{text}{RESET}"),
        Colour::None => text.to_owned(),
    };
    let mut text = format!("{} → {}\n", visible(&report.base), visible(&report.revision));
    for group in groups(report) {
        text.push_str(&format!("\n{}\n", paint(BOLD, &group.title())));
        for index in group.changes {
            let change = &report.changes[index];
            let style = match (report.verdict(index), change.level) {
                (Verdict::Accepted(_), _) => DIM,
                (_, Level::Breaking) => RED,
                (_, Level::Warning) => YELLOW,
                (_, Level::Info) => CYAN,
            };
            let level = paint(style, &format!("{:8}", change.level));
            text.push_str(&format!("  {level}  {}  {}\n", change.rule, paint(DIM, &place(change))));
            text.push_str(&format!("{INDENT}{}\n", message(change)));
            for detail in details(report, index) {
                text.push_str(&format!("{INDENT}{}: {}\n", detail.label, detail.text));
            }
        }
    }
    section(&mut text, &paint(BOLD, "Rust items that no change accounts for"), report.items_alone());
    if let Some(reason) = report.rust_unavailable() {
        section(&mut text, &paint(BOLD, "Rust items cannot be compared"), [short(reason, 1000)]);
    }
    section(&mut text, &paint(BOLD, "entries that accept nothing"), useless_entries(report));
    text.push_str(&format!("\n{}\n", report.summary()));
    text
}

/// A heading and a list, if there is anything to list.
fn section(text: &mut String, title: &str, lines: impl IntoIterator<Item = impl ToString>) {
    let lines: String = lines.into_iter().map(|line| format!("  {}\n", visible(&line.to_string()))).collect();
    if !lines.is_empty() {
        text.push_str(&format!("\n{title}\n{lines}"));
    }
}
