//! Commands for the runner of GitHub's actions, which it turns into annotations.
//!
//! A command is a line `::error title=…::message`. In its data `%`, carriage returns and line feeds are escaped as in
//! URLs, in the values of properties `:` and `,` as well: so does `@actions/core`, whose runner undoes it
//! (<https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>). GitHub shows the first ten of each
//! kind of a step and keeps all in its log: the worst come first.

use super::groups::{details, groups, message, place, useless_entries};
use super::{Report, Verdict, clean};
use crate::Level;

pub(super) fn render(report: &Report) -> String {
    let mut commands: Vec<(Level, String)> = Vec::new();
    for group in groups(report) {
        for index in &group.changes {
            let change = &report.changes[*index];
            let mut text = format!("{}\n{}\n{}", message(change), group.title(), place(change));
            for detail in details(report, *index) {
                text.push_str(&format!("\n{}: {}", detail.label, detail.text));
            }
            let (command, title) = match (report.verdict(*index), change.level) {
                (Verdict::Accepted(_), level) => ("notice", format!("{level}, accepted: {}", change.rule)),
                (_, Level::Breaking) => ("error", format!("breaking: {}", change.rule)),
                (_, Level::Warning) => ("warning", format!("warning: {}", change.rule)),
                (_, Level::Info) => ("notice", format!("info: {}", change.rule)),
            };
            commands.push((change.level, line(command, &title, &text)));
        }
    }
    commands.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
    let mut lines: Vec<String> = commands.into_iter().map(|(_, line)| line).collect();
    lines.extend(useless_entries(report).iter().map(|text| line("warning", "entries that accept nothing", text)));
    let alone: Vec<String> = report.items_alone().iter().map(|item| clean::short(&item.to_string(), 400)).collect();
    if !alone.is_empty() {
        lines.push(line("notice", "Rust items that no change accounts for", &alone.join("\n")));
    }
    if let Some(reason) = report.rust_unavailable() {
        lines.push(line("warning", "Rust items cannot be compared", &clean::short(reason, 1000)));
    }
    // No command: it is for the log.
    lines.push(report.summary().to_string());
    lines.into_iter().map(|line| format!("{line}\n")).collect()
}

fn line(command: &str, title: &str, message: &str) -> String {
    format!("::{command} title={}::{}", property(title), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_end_a_command_or_a_property() {
        assert_eq!(
            line("error", "a: b, 50%", "100%\r\n::warning::gotcha"),
            "::error title=a%3A b%2C 50%25::100%25%0D%0A::warning::gotcha",
        );
    }
}
