//! CSV: metrics in rows below a header.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::{Content, MOST, Record, line_ends, too_long};
use crate::bulk::problem::{Broken, Problem};

/// What a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bulk) enum Column {
    MetricSourceId,
    MetricDefinitionId,
    ComponentId,
    Value,
    Timestamp,
    Title,
    Url,
    Annotation,
}

impl Column {
    pub(in crate::bulk) const ALL: [Self; 8] = [
        Self::MetricSourceId,
        Self::MetricDefinitionId,
        Self::ComponentId,
        Self::Value,
        Self::Timestamp,
        Self::Title,
        Self::Url,
        Self::Annotation,
    ];

    /// The column's name: the contract's for the field.
    pub(in crate::bulk) const fn name(self) -> &'static str {
        match self {
            Self::MetricSourceId => "metricSourceId",
            Self::MetricDefinitionId => "metricDefinitionId",
            Self::ComponentId => "componentId",
            Self::Value => "value",
            Self::Timestamp => "timestamp",
            Self::Title => "title",
            Self::Url => "url",
            Self::Annotation => "annotation",
        }
    }
}

/// A row and what its columns are.
#[derive(Clone, Copy, Debug)]
pub(in crate::bulk) struct Row<'a> {
    cells: &'a csv::ByteRecord,
    columns: &'a [Column],
}

impl<'a> Row<'a> {
    /// The cell of a column; none if it is empty.
    pub(in crate::bulk) fn cell(&self, column: Column) -> Option<&'a [u8]> {
        let place = self.columns.iter().position(|known| *known == column)?;
        self.cells.get(place).map(<[u8]>::trim_ascii).filter(|cell| !cell.is_empty())
    }

    /// How many cells there are, and should be.
    pub(in crate::bulk) fn cells(&self) -> (usize, usize) {
        (self.cells.len(), self.columns.len())
    }
}

/// The rows of a table.
#[derive(Debug)]
pub(in crate::bulk) struct Table<R> {
    reader: csv::Reader<Rationed<R>>,
    /// How many bytes the row may still have.
    ration: Rc<Cell<usize>>,
    columns: Option<Vec<Column>>,
    row: csv::ByteRecord,
    number: u64,
    ended: bool,
}

impl<R: Read> Table<R> {
    pub(super) fn new(reader: R) -> Self {
        let ration = Rc::new(Cell::new(MOST));
        let reader = Rationed { reader, ration: Rc::clone(&ration), last: b'\n' };
        // The return before a line's end is left to the cell, which is trimmed: the library would count the line late.
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(reader);
        Self { reader, ration, columns: None, row: csv::ByteRecord::new(), number: 0, ended: false }
    }

    pub(super) fn drain(&mut self) -> io::Result<u64> {
        self.ration.set(usize::MAX);
        io::copy(self.reader.get_mut(), &mut io::sink())
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        if self.ended || !self.read()? {
            return Ok(None);
        }
        if self.ended {
            return Ok(Some(self.stopped(too_long(self.line()))));
        }
        if self.columns.is_none() {
            match columns(&self.row, self.line()) {
                Ok(columns) => self.columns = Some(columns),
                Err(problem) => {
                    self.ended = true;
                    return Ok(Some(self.stopped(problem)));
                }
            }
            return self.next();
        }
        self.number += 1;
        let columns = self.columns.as_deref().unwrap_or_default();
        let content = Content::Row(Row { cells: &self.row, columns });
        Ok(Some(Record { number: self.number, line: self.line(), content }))
    }

    /// Reads a row. One that is too long is the last: it may be that a quote does not end.
    fn read(&mut self) -> io::Result<bool> {
        loop {
            self.ration.set(MOST);
            match self.reader.read_byte_record(&mut self.row) {
                Ok(true) if self.row.len() == 1 && self.row[0].trim_ascii().is_empty() => {}
                Ok(is_there) => return Ok(is_there),
                Err(_) if self.ration.get() == 0 => {
                    self.ended = true;
                    return Ok(true);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The line that the row begins in. The reader is at the line behind it, and the library's own number is that of the
    /// blank lines before it.
    fn line(&self) -> u64 {
        let within = line_ends(self.row.as_slice());
        self.reader.position().line().saturating_sub(within + u64::from(!self.ended)).max(1)
    }

    fn stopped(&mut self, problem: Problem) -> Record<'_> {
        self.number += 1;
        let message = format!("{}; nothing from here on was read", problem.message);
        let problem = Problem { message, ..problem };
        Record { number: self.number, line: problem.line, content: Content::End(problem) }
    }
}

/// What the header says of the columns.
fn columns(header: &csv::ByteRecord, line: u64) -> Result<Vec<Column>, Problem> {
    let wrong = |message| Problem::new(line, Broken::Schema, message);
    let mut columns = Vec::new();
    for (place, name) in header.iter().enumerate() {
        let name = String::from_utf8_lossy(name.trim_ascii());
        let known = Column::ALL.into_iter().find(|column| column.name() == name);
        let Some(column) = known else {
            let names = Column::ALL.map(Column::name).join(", ");
            let message = format!("column {} must be one of {names}, in a header separated by commas", place + 1);
            return Err(Problem { value: Some(format!("{name:?}")), ..wrong(message) });
        };
        if columns.contains(&column) {
            return Err(wrong(format!("column {name} must be there once")));
        }
        columns.push(column);
    }
    let has = |column| columns.contains(&column);
    if !has(Column::Value) {
        return Err(wrong("there must be a column value".to_owned()));
    }
    let has_target = has(Column::MetricSourceId) || has(Column::MetricDefinitionId) && has(Column::ComponentId);
    if !has_target {
        return Err(wrong("there must be a column metricSourceId, or metricDefinitionId and componentId".to_owned()));
    }
    Ok(columns)
}

/// A reader that fails when its ration is used up, and ends its last line.
#[derive(Debug)]
struct Rationed<R> {
    reader: R,
    ration: Rc<Cell<usize>>,
    last: u8,
}

impl<R: Read> Read for Rationed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.ration.get();
        if left == 0 {
            return Err(io::Error::other("the row is too long"));
        }
        let most = buffer.len().min(left);
        let mut read = self.reader.read(&mut buffer[..most])?;
        if read == 0 && self.last != b'\n' && most > 0 {
            buffer[0] = b'\n';
            read = 1;
        }
        self.last = buffer[..read].last().copied().unwrap_or(self.last);
        self.ration.set(left - read);
        Ok(read)
    }
}
