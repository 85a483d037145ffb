//! `compass validate`: whether records would be sent, offline.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write as _};
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::input::{is_stdin, name, no_records, unreadable};
use super::item::Subject;
use super::records::{Format, Hint, Records};
use super::survey::Survey;
use super::{RECORDS, Stage, count};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::in_one_line;

const RESULTS: &str = "\
With --output json, one JSON object in each line on stdout, told apart by their field type:
  problem   record and line (counted from 1), column, field, rule, message, value: each where it
            is known
  summary   file, records, events, metrics, invalid, problems, untargeted (events that name neither
            component nor cloud ID), complete (false after --fail-fast, and of a file that cannot be
            told apart into records to its end)
A file that cannot be read, or has no records, is a failure as of any other command.
Exit codes: 0 if all records are valid, 3 if not, 2 if there are none.";

/// Options of `validate`.
#[derive(Debug, Args)]
#[command(after_long_help = format!("{RECORDS}\n\n{RESULTS}"))]
pub(crate) struct ValidateArgs {
    /// The file of events or metrics; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How the file is written; otherwise its name tells, or else its first character
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// What the records have to be; otherwise each may be either
    #[arg(long = "as", value_enum, value_name = "KIND")]
    subject: Option<Subject>,
    /// Stop at the first bad record
    #[arg(long)]
    fail_fast: bool,
}

/// Reads the file and tells everything that is wrong with it.
pub(crate) fn validate(args: &ValidateArgs, stage: &mut Stage<'_>) -> Result<Exit, Failure> {
    let input: Box<dyn Read> = if is_stdin(&args.file) {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(&args.file).map_err(|error| unreadable(&args.file, &error))?)
    };
    let hint = Hint::new(args.format, Some(&args.file), args.subject != Some(Subject::Event));
    let mut records = Records::read(input, hint).map_err(|error| unreadable(&args.file, &error))?;
    let name = name(&args.file);
    let mut out = BufWriter::new(&mut *stage.out);
    let mut unwritable = None;
    let surveyed = Survey::of(&mut records, args.subject, |record, problem| {
        let written = if stage.json {
            writeln!(out, "{}", problem.json(record))
        } else {
            writeln!(out, "{}", in_one_line(&format!("{name}:{problem}")))
        };
        unwritable = written.err();
        Ok(if args.fail_fast || unwritable.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    });
    let survey = surveyed.map_err(|error| unreadable(&args.file, &error))?;
    if survey.records() == 0 {
        return Err(no_records(&args.file));
    }
    if stage.json && unwritable.is_none() {
        unwritable = writeln!(out, "{}", summary(&name, &survey)).err();
    }
    unwritable = unwritable.or_else(|| out.flush().err());
    drop(out);
    match unwritable {
        // Whoever stops reading has read enough.
        Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            return Err(Failure::new(Exit::Other, format!("the result cannot be written: {error}")));
        }
        Some(_) | None => {}
    }
    stage.note(&sentence(&name, &survey));
    Ok(if survey.invalid == 0 { Exit::Delivered } else { Exit::Refused })
}

fn summary(name: &str, survey: &Survey) -> serde_json::Value {
    json!({
        "type": "summary",
        "file": name,
        "records": survey.records(),
        "events": survey.events,
        "metrics": survey.metrics,
        "invalid": survey.invalid,
        "problems": survey.problems,
        "untargeted": survey.untargeted.map_or(0, |(count, _)| count),
        "complete": survey.is_complete(),
    })
}

fn sentence(name: &str, survey: &Survey) -> String {
    let mut parts = vec![count(survey.records(), "record")];
    if survey.invalid == 0 {
        parts.push("all valid".to_owned());
    } else {
        parts.push(format!("{} invalid, {}", survey.invalid, count(survey.problems, "problem")));
    }
    if let Some((untargeted, _)) = survey.untargeted {
        parts.push(format!("{} without component or cloud ID", count(untargeted, "event")));
    }
    if !survey.is_complete() {
        parts.push("the rest was not read".to_owned());
    }
    format!("{name}: {}", parts.join(", "))
}
