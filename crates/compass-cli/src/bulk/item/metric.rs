//! Metrics off a record.

use chrono::{DateTime, Utc};
use compass_api::types::{
    InsertMetricByMetricDefinitionRequestDto, InsertMetricByMetricSourceRequestDto, InsertMetricValueBody,
};
use compass_sdk::Metric;
use compass_sdk::validation::Rule;
use serde_json::json;

use super::{Broken, Problem, Shape, Text};
use crate::bulk::records::{Column, Row};

/// The body of the contract.
pub(super) fn of_json(text: Text<'_>, shape: &Shape) -> Result<Metric, Vec<Problem>> {
    let body = match (shape.has(Column::MetricSourceId), shape.has(Column::MetricDefinitionId)) {
        (true, true) => return Err(vec![one_target(text.line, "with both")]),
        (false, false) => return Err(vec![one_target(text.line, "with neither")]),
        (true, false) => text.parse::<InsertMetricByMetricSourceRequestDto>("").map(InsertMetricValueBody::from),
        (false, true) => text.parse::<InsertMetricByMetricDefinitionRequestDto>("").map(InsertMetricValueBody::from),
    };
    checked(text.line, body?)
}

fn one_target(line: u64, what: &str) -> Problem {
    let rule = Rule::OneTarget;
    Problem { value: Some(what.to_owned()), ..Problem::new(line, Broken::Rule(rule), rule.requirement()) }
}

fn checked(line: u64, body: InsertMetricValueBody) -> Result<Metric, Vec<Problem>> {
    Metric::try_from(body)
        .map_err(|violations| violations.iter().map(|violation| Problem::of_violation(line, "", violation)).collect())
}

/// A row of a table. All of its cells are read, so that everything that is wrong is told at once.
pub(super) fn of_row(row: &Row<'_>, line: u64) -> Result<Metric, Vec<Problem>> {
    let (cells, columns) = row.cells();
    if cells != columns {
        let message = format!("must have {columns} cells, as the header has; is one of {cells}");
        return Err(vec![Problem::new(line, Broken::Schema, message)]);
    }
    let mut row = Cells { row, line, problems: Vec::new() };
    let value = row.text(Column::Value).unwrap_or_default();
    let value = row.read(Column::Value, value, "must be a number, with a point", |text| text.parse::<f64>().ok());
    let timestamp = row.text(Column::Timestamp).and_then(|text| {
        let time = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc));
        row.read(Column::Timestamp, text, "must be a time like 2026-09-01T12:00:00Z (RFC 3339)", time)
    });
    let title = row.text(Column::Title).map(str::to_owned);
    let url = row.text(Column::Url).map(str::to_owned);
    let annotation = row.text(Column::Annotation).map(document);
    let ids = [Column::MetricSourceId, Column::MetricDefinitionId, Column::ComponentId].map(|column| row.text(column));
    // What cannot be read is noted; the rest is checked with something in its place.
    let rest = (annotation, timestamp, title, url, value.unwrap_or_default());
    let mut problems = row.problems;
    let metric = match ids.map(|id| id.map(str::to_owned)) {
        [Some(source), None, None] => {
            let (annotation, timestamp, title, url, value) = rest;
            let metric_source_id = source;
            let body =
                InsertMetricByMetricSourceRequestDto { annotation, metric_source_id, timestamp, title, url, value };
            checked(line, body.into())
        }
        [None, Some(metric_definition_id), Some(component_id)] => {
            let (annotation, timestamp, title, url, value) = rest;
            let body = InsertMetricByMetricDefinitionRequestDto {
                annotation,
                component_id,
                metric_definition_id,
                timestamp,
                title,
                url,
                value,
            };
            checked(line, body.into())
        }
        [source, definition, component] => {
            let named = [(source, "metricSourceId"), (definition, "metricDefinitionId"), (component, "componentId")];
            let named: Vec<_> = named.into_iter().filter_map(|(id, name)| id.map(|_| name)).collect();
            let with = if named.is_empty() { "with none".to_owned() } else { format!("with {}", named.join(" and ")) };
            Err(vec![one_target(line, &with)])
        }
    };
    match metric {
        Ok(metric) if problems.is_empty() => Ok(metric),
        Ok(_) => Err(problems),
        Err(violations) => {
            problems.extend(violations);
            Err(problems)
        }
    }
}

/// A text as an Atlassian document, as the contract has it: as a text. One that is no JSON object becomes a paragraph.
fn document(text: &str) -> String {
    if text.starts_with('{') {
        return text.to_owned();
    }
    let content = json!([{ "type": "paragraph", "content": [{ "type": "text", "text": text }] }]);
    json!({ "version": 1, "type": "doc", "content": content }).to_string()
}

/// The cells of a row and what is wrong with them.
struct Cells<'a> {
    row: &'a Row<'a>,
    line: u64,
    problems: Vec<Problem>,
}

impl<'a> Cells<'a> {
    fn text(&mut self, column: Column) -> Option<&'a str> {
        let cell = self.row.cell(column)?;
        match std::str::from_utf8(cell) {
            Ok(text) => Some(text),
            Err(error) => {
                let value = Some(format!("the byte 0x{:02X}", cell[error.valid_up_to()]));
                let problem = Problem::new(self.line, Broken::Utf8, "must be UTF-8").at(column.name());
                self.problems.push(Problem { value, ..problem });
                None
            }
        }
    }

    fn read<T>(&mut self, column: Column, text: &str, must: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = read(text);
        if value.is_none() {
            self.problem(column, must, text);
        }
        value
    }

    fn problem(&mut self, column: Column, must: &str, text: &str) {
        let shown: String = text.chars().take(80).collect();
        let problem = Problem::new(self.line, Broken::Schema, must).at(column.name());
        self.problems.push(Problem { value: Some(format!("{shown:?}")), ..problem });
    }
}
