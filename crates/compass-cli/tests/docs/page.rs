//! A page of Markdown: its commands, what is shown of their output, and its Rust.

use std::fs;
use std::ops::Range;
use std::path::Path;

use regex::Regex;

/// A page.
pub(crate) struct Page {
    /// Its path from the top of the checkout.
    pub(crate) name: String,
    pub(crate) lines: Vec<String>,
    pub(crate) commands: Vec<Command>,
    /// Blocks of Rust, and in which line they begin.
    pub(crate) rust: Vec<(usize, String)>,
}

/// A command, and what it is said to print.
#[derive(Debug)]
pub(crate) struct Command {
    /// The line that it stands in, counted from one.
    pub(crate) line: usize,
    pub(crate) text: String,
    pub(crate) output: Vec<String>,
    /// The lines of the output, counted from zero.
    pub(crate) shown: Range<usize>,
    /// Whether the output is said.
    has_output: bool,
}

impl Page {
    pub(crate) fn read(root: &Path, path: &Path) -> Self {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        let lines: Vec<String> = fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
        let mut page = Self { name, lines, commands: Vec::new(), rust: Vec::new() };
        let mut at = 0;
        while at < page.lines.len() {
            let fence = page.lines[at].clone();
            at += 1;
            let Some(info) = fence.trim_start().strip_prefix("```") else { continue };
            let end = (at..page.lines.len()).find(|line| page.lines[*line].trim() == "```");
            let end = end.unwrap_or_else(|| panic!("{}:{at}: the block has no end", page.name));
            match info {
                "console" => page.console(at..end, false),
                "console one" => page.console(at..end, true),
                "sh" => page.shell(at..end),
                "rust" => page.rust.push((at, page.lines[at..end].join("\n"))),
                // Shown, not run: files, output alone, other languages.
                "" | "text" | "toml" | "json" | "yaml" | "ini" | "markdown" | "rust,no_run" => {}
                other => panic!("{}:{at}: unknown kind of block: {other}", page.name),
            }
            assert!(
                !fence.starts_with(' ') || !matches!(info, "console" | "console one" | "sh"),
                "{}:{at}: commands do not stand in lists: this test would take the margin for output",
                page.name
            );
            at = end + 1;
        }
        page
    }

    fn console(&mut self, block: Range<usize>, is_one: bool) {
        let mut at = block.start;
        while at < block.end {
            let text = self.lines[at].strip_prefix("$ ");
            let text = text.unwrap_or_else(|| panic!("{}:{}: output without a command", self.name, at + 1));
            let (line, mut text) = (at + 1, text.to_owned());
            at += 1;
            while text.ends_with('\\') && at < block.end {
                text = format!("{text}\n{}", self.lines[at]);
                at += 1;
            }
            let start = at;
            while at < block.end && (is_one || !self.lines[at].starts_with("$ ")) {
                at += 1;
            }
            let output = self.lines[start..at].to_vec();
            self.commands.push(Command { line, text, output, shown: start..at, has_output: true });
        }
    }

    fn shell(&mut self, block: Range<usize>) {
        for at in block.filter(|line| !self.lines[*line].trim().is_empty()) {
            let (line, text) = (at + 1, self.lines[at].clone());
            self.commands.push(Command { line, text, output: Vec::new(), shown: at..at, has_output: false });
        }
    }
}

impl Command {
    /// Whether it goes on beside the commands after it.
    pub(crate) fn background(&self) -> Option<&str> {
        self.text.strip_suffix('&').map(str::trim)
    }

    /// In what the output differs from what is shown, if it does. A shown line that is `…` stands for any lines.
    pub(crate) fn differs(&self, printed: &str) -> Option<String> {
        let shown = stable(&self.output.join("\n"));
        let printed = stable(printed);
        let parts: Vec<&str> = shown.split("\n…").collect();
        let is_alike = match parts[..] {
            [whole] => printed == whole,
            [begin, end] => {
                printed.len() >= begin.len() + end.len() && printed.starts_with(begin) && printed.ends_with(end)
            }
            _ => panic!("line {}: more than one line that is left out", self.line),
        };
        (self.has_output && !is_alike).then(|| format!("--- shown\n{shown}\n--- printed\n{printed}\n---"))
    }
}

/// Output without what is another one each time: sequence numbers and times that the clock gives, the IDs of queued
/// messages, how long something took, and the system's number of an error.
fn stable(text: &str) -> String {
    let rules = [
        (r"\b1[789]\d{11}\b", "<ms>"),
        (r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<id>"),
        (r"\bin \d+(\.\d+)? m?s\b", "in <t>"),
        (r"\(os error \d+\)", "(os error <n>)"),
    ];
    rules
        .iter()
        .fold(text.to_owned(), |text, (pattern, name)| Regex::new(pattern).unwrap().replace_all(&text, *name).into())
}

/// Code without its margins, the comment signs of documentation, and what documentation hides.
pub(crate) fn without_margins(code: &str) -> String {
    let lines = code.lines().map(|line| line.trim().trim_start_matches("//!").trim());
    lines.filter(|line| !line.starts_with("# ")).collect::<Vec<_>>().join("\n")
}
