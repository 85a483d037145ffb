//! JSON: the elements of an array, or one object. They are told apart by their brackets; whether each is right is seen
//! when it is read.

use std::io::{self, BufRead};

use super::{Content, MOST, Record, line_ends, too_long};
use crate::bulk::problem::{Broken, Problem};

/// The elements of a JSON array, or the one value that a file has instead.
#[derive(Debug)]
pub(in crate::bulk) struct Elements<R> {
    reader: R,
    buffer: Vec<u8>,
    state: State,
    line: u64,
    /// Bytes of the line that are behind.
    column: u64,
    number: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first bracket.
    Start,
    /// Behind the array's bracket.
    First,
    /// Behind an element.
    Behind,
    /// Behind the value that is no array.
    Alone,
    Ended,
}

impl<R: BufRead> Elements<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), state: State::Start, line: 1, column: 0, number: 0 }
    }

    pub(super) fn reader(&mut self) -> &mut R {
        &mut self.reader
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        let next = self.past_space()?;
        match (self.state, next) {
            (State::Ended, _) | (State::Start | State::Alone, None) => Ok(None),
            (State::Start, Some(b'[')) => {
                self.step();
                self.state = State::First;
                self.next()
            }
            (State::Start, Some(_)) => {
                self.state = State::Alone;
                self.value()
            }
            (State::Alone, Some(_)) => {
                Ok(Some(self.end("nothing may follow the object; one in each line is JSONL (--format jsonl)")))
            }
            (State::First | State::Behind, None) => Ok(Some(self.end("the array must end with `]`"))),
            (State::First | State::Behind, Some(b']')) => {
                self.step();
                self.state = State::Ended;
                match self.past_space()? {
                    None => Ok(None),
                    Some(_) => Ok(Some(self.end("nothing may follow the array"))),
                }
            }
            (State::First, Some(_)) => {
                self.state = State::Behind;
                self.value()
            }
            (State::Behind, Some(b',')) => {
                self.step();
                match self.past_space()? {
                    Some(b']' | b',') | None => Ok(Some(self.end("an element must follow the comma"))),
                    Some(_) => self.value(),
                }
            }
            (State::Behind, Some(_)) => Ok(Some(self.end("a comma or `]` must follow an element"))),
        }
    }

    /// A record that says why there are no more.
    fn end(&mut self, message: &str) -> Record<'_> {
        self.state = State::Ended;
        self.number += 1;
        let message = format!("{message}; nothing from here on was read");
        let problem = Problem::new(self.line, Broken::Syntax, message).column(self.column + 1);
        Record { number: self.number, line: self.line, content: Content::End(problem) }
    }

    /// Passes over one byte that is not a line's end.
    fn step(&mut self) {
        self.reader.consume(1);
        self.column += 1;
    }

    /// The next byte that is no space.
    fn past_space(&mut self) -> io::Result<Option<u8>> {
        loop {
            let chunk = self.reader.fill_buf()?;
            let Some(first) = chunk.first().copied() else { return Ok(None) };
            let space = chunk.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            if space == 0 {
                return Ok(Some(first));
            }
            (self.line, self.column) = moved(self.line, self.column, &chunk[..space]);
            self.reader.consume(space);
        }
    }

    /// The value that begins here.
    fn value(&mut self) -> io::Result<Option<Record<'_>>> {
        let (line, column) = (self.line, self.column + 1);
        let mut brackets = Brackets::default();
        self.buffer.clear();
        let mut is_too_long = false;
        loop {
            let chunk = self.reader.fill_buf()?;
            let end = chunk.iter().enumerate().find_map(|(place, byte)| brackets.end(place, *byte));
            let taken = &chunk[..end.unwrap_or(chunk.len())];
            is_too_long |= self.buffer.len() + taken.len() > MOST;
            if !is_too_long {
                self.buffer.extend_from_slice(taken);
            }
            let (read, is_last) = (taken.len(), end.is_some() || chunk.is_empty());
            (self.line, self.column) = moved(self.line, self.column, taken);
            self.reader.consume(read);
            if is_last {
                break;
            }
        }
        self.number += 1;
        let content = if is_too_long {
            Content::Unreadable(too_long(line))
        } else {
            Content::Json(self.buffer.trim_ascii_end(), column)
        };
        Ok(Some(Record { number: self.number, line, content }))
    }
}

/// Line and column behind `text`.
fn moved(line: u64, column: u64, text: &[u8]) -> (u64, u64) {
    let ends = line_ends(text);
    match text.iter().rposition(|byte| *byte == b'\n') {
        None => (line, column + text.len() as u64),
        Some(last) => (line + ends, (text.len() - last - 1) as u64),
    }
}

/// How deep the end of a text is in brackets, and whether it is in a string.
#[derive(Debug, Default)]
struct Brackets {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Brackets {
    /// Where the value ends, if this byte at `place` tells.
    fn end(&mut self, place: usize, byte: u8) -> Option<usize> {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return None;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth > 1 => self.depth -= 1,
            b'}' | b']' if self.depth == 1 => return Some(place + 1),
            b',' | b']' if self.depth == 0 => return Some(place),
            _ => {}
        }
        None
    }
}
