//! JSONL: one record in each line.

use std::io::{self, BufRead, Read as _};

use super::{Content, MOST, Record, skip_line, too_long};

/// The lines of a file that are not blank.
#[derive(Debug)]
pub(in crate::bulk) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    line: u64,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), line: 0, number: 0 }
    }

    pub(super) fn reader(&mut self) -> &mut R {
        &mut self.reader
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        // A line of the greatest length, and its end.
        let most = MOST as u64 + 2;
        loop {
            self.buffer.clear();
            if self.reader.by_ref().take(most).read_until(b'\n', &mut self.buffer)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            if !self.buffer.trim_ascii_start().is_empty() {
                break;
            }
        }
        self.number += 1;
        let (number, line) = (self.number, self.line);
        if !self.buffer.ends_with(b"\n") && self.buffer.len() > MOST {
            skip_line(&mut self.reader)?;
            return Ok(Some(Record { number, line, content: Content::Unreadable(too_long(line)) }));
        }
        let content = Content::Json(self.buffer.trim_ascii_end(), 1);
        Ok(Some(Record { number, line, content }))
    }
}
