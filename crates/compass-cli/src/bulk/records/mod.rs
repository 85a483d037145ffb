//! Records: the events or metrics of a file, one after another, as they stand there. Never more than one of them is in
//! memory.

mod elements;
mod format;
mod lines;
mod table;
#[cfg(test)]
mod tests;

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use self::elements::Elements;
pub(super) use self::format::{Format, Hint};
use self::lines::Lines;
use self::table::Table;
pub(super) use self::table::{Column, Row};
use super::problem::{Broken, Problem};

/// How long a record may be, in bytes: much longer than any that Compass takes, and short enough for memory to stay flat.
const MOST: usize = 16 << 20;

/// A record of a file.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// Its place among the records, counted from 1.
    pub(super) number: u64,
    /// The line it begins in, counted from 1.
    pub(super) line: u64,
    pub(super) content: Content<'a>,
}

/// What a record consists of.
#[derive(Debug)]
pub(super) enum Content<'a> {
    /// JSON, or what should be; it begins at this byte of the line, counted from 1.
    Json(&'a [u8], u64),
    /// A row of a table.
    Row(Row<'a>),
    /// It cannot be told what it is.
    Unreadable(Problem),
    /// It cannot be told what follows, either: no record does.
    End(Problem),
}

/// The reader of what is behind the beginning, with the beginning in front of it again.
type Whole<R> = Chain<Cursor<Vec<u8>>, BufReader<R>>;

/// The records of a file in any format.
#[derive(Debug)]
pub(super) enum Records<R: Read> {
    Lines(Lines<Whole<R>>),
    Elements(Elements<Whole<R>>),
    Table(Box<Table<Whole<R>>>),
}

impl<R: Read> Records<R> {
    /// Reads records in the format that `hint` and, if it leaves that open, the first line say.
    pub(super) fn read(input: R, hint: Hint) -> io::Result<Self> {
        let mut reader = BufReader::with_capacity(1 << 16, input);
        let beginning = format::beginning(&mut reader)?;
        let format = hint.format(&beginning);
        let whole = Cursor::new(beginning).chain(reader);
        Ok(match format {
            Format::Jsonl => Self::Lines(Lines::new(whole)),
            Format::Json => Self::Elements(Elements::new(whole)),
            Format::Csv => Self::Table(Box::new(Table::new(whole))),
        })
    }

    /// The next record, if there is one.
    pub(super) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        match self {
            Self::Lines(lines) => lines.next(),
            Self::Elements(elements) => elements.next(),
            Self::Table(table) => table.next(),
        }
    }

    /// Reads what is left, which has no records that could be told apart.
    pub(super) fn drain(&mut self) -> io::Result<()> {
        match self {
            Self::Lines(lines) => io::copy(lines.reader(), &mut io::sink()),
            Self::Elements(elements) => io::copy(elements.reader(), &mut io::sink()),
            Self::Table(table) => table.drain(),
        }
        .map(drop)
    }
}

fn too_long(line: u64) -> Problem {
    Problem::new(line, Broken::TooLong, format!("must have at most {} MiB", MOST >> 20))
}

/// How many lines end in the text.
pub(super) fn line_ends(text: &[u8]) -> u64 {
    text.split(|byte| *byte == b'\n').count() as u64 - 1
}

/// Skips to the end of the line.
fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            return Ok(());
        }
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let read = end.map_or(chunk.len(), |end| end + 1);
        reader.consume(read);
        if end.is_some() {
            return Ok(());
        }
    }
}
