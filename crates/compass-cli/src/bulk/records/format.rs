//! Which format a file has.

use std::io::{self, BufRead, Read as _};
use std::path::Path;

use clap::ValueEnum;

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One JSON object in each line
    Jsonl,
    /// An array of JSON objects, or one object
    Json,
    /// Metrics in a table with a header row
    Csv,
}

/// What is known of the format before the file is read.
#[derive(Clone, Copy, Debug)]
pub(in crate::bulk) struct Hint {
    asked: Option<Format>,
    named: Option<Format>,
    may_be_table: bool,
}

/// How much of a file is looked at to tell its format.
const BEGINNING: u64 = 1 << 20;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl Hint {
    /// The format that was asked for, or else the one that the file's name tells. A table can only be of metrics.
    pub(in crate::bulk) fn new(asked: Option<Format>, path: Option<&Path>, may_be_table: bool) -> Self {
        let extension = path.and_then(Path::extension).and_then(|extension| extension.to_str());
        let named = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("jsonl" | "ndjson") => Some(Format::Jsonl),
            Some("json") => Some(Format::Json),
            Some("csv") => Some(Format::Csv),
            Some(_) | None => None,
        };
        Self { asked, named, may_be_table }
    }

    /// The format of a file that begins like this.
    pub(super) fn format(self, beginning: &[u8]) -> Format {
        match (self.asked, self.named) {
            (Some(asked), _) => return asked,
            (None, Some(named @ (Format::Jsonl | Format::Csv))) => return named,
            // Many call JSONL that, too.
            (None, Some(Format::Json) | None) => {}
        }
        match beginning.trim_ascii_start() {
            [b'[', ..] => Format::Json,
            // The first of many lines is a whole object. One object in several lines is not.
            text @ [b'{', ..] if !ends_in_first_line(text) => Format::Json,
            [b'{', ..] | [] => Format::Jsonl,
            [..] if self.named == Some(Format::Json) => Format::Json,
            [..] if self.may_be_table => Format::Csv,
            [..] => Format::Jsonl,
        }
    }
}

/// The beginning of a file, with the first line that is not blank at least, without the byte order mark.
pub(super) fn beginning(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut beginning = Vec::new();
    loop {
        let left = BEGINNING.saturating_sub(beginning.len() as u64);
        let read = reader.by_ref().take(left).read_until(b'\n', &mut beginning)?;
        let text = beginning.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&beginning);
        if read == 0 || !text.trim_ascii().is_empty() && text.ends_with(b"\n") {
            return Ok(text.to_vec());
        }
    }
}

/// Whether the object that begins the text ends in its first line, or the line is no JSON anyway.
fn ends_in_first_line(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let read = serde_json::from_slice::<serde::de::IgnoredAny>(line);
    !read.is_err_and(|error| error.is_eof())
}
