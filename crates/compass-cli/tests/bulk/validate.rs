//! `compass validate`.

use std::io::Write as _;
use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::json;

use crate::support::SOURCE;
use crate::world::{Folder, NO_ONE, flag, shown};

const MIXED: &str = concat!(
    "\u{feff}{\"flag\": {\"displayName\": \"a\"}}\r\n",
    "\r\n",
    "{\"event\": {\"flag\": {\"displayName\": \" \", \"description\": \"\", \"url\": \"x\", \"lastUpdated\": \
     \"2026-09-01T12:00:00Z\", \"updateSequenceNumber\": -1, \"externalEventSourceId\": \"a\", \"flagProperties\": \
     {\"id\": \"\"}}}, \"componentID\": 7}\r\n",
    "nonsense\r\n",
    "{\"metricSourceId\": \"x\", \"value\": 1}\r\n",
    "{\"alert\": null}",
);

#[test]
fn validate_tells_everything_that_is_wrong() {
    let folder = Folder::new();
    folder.write("mixed.jsonl", &format!("{MIXED}\n{}\n", flag("good")));
    assert_snapshot!("validate_text", shown(&folder.command(NO_ONE, &["validate", "mixed.jsonl"]).output().unwrap()));
    let json = folder.command(NO_ONE, &["validate", "mixed.jsonl", "--as", "event", "--output", "json"]).output();
    assert_snapshot!("validate_json", shown(&json.unwrap()));
    let first = folder.command(NO_ONE, &["validate", "mixed.jsonl", "--fail-fast"]).output().unwrap();
    assert_snapshot!("validate_fail_fast", shown(&first));
}

#[test]
fn validate_takes_what_is_right_in_each_format() {
    let folder = Folder::new();
    folder.events(&["a", "b"]);
    let array = json!([flag("a"), { "metricSourceId": SOURCE, "value": 1 }]);
    folder.write("array.json", &format!("{array:#}")).write("one", &format!("{:#}", flag("a")));
    folder.write("metrics.csv", &format!("value,metricSourceId\n1,{SOURCE}\n"));
    for file in ["events.jsonl", "array.json", "one", "metrics.csv"] {
        let output = folder.command(NO_ONE, &["validate", file]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    }
    let mut piped = folder.command(NO_ONE, &["validate", "-", "-q"]);
    let mut piped = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    piped.stdin.take().unwrap().write_all(format!("[{}]", flag("a")).as_bytes()).unwrap();
    assert_snapshot!("validate_quiet", shown(&piped.wait_with_output().unwrap()));
}

#[test]
fn tables_are_told_by_line_and_column() {
    let folder = Folder::new();
    let source = SOURCE;
    folder.write(
        "bad.csv",
        &format!(
            "metricSourceId,value,timestamp,url,annotation\r\n{source},1.5,2026-09-01T12:00:00Z,,well done\r\n\
             {source},\"1,5\",yesterday,nowhere,{{}}\r\n\r\n{source},1\r\n,NaN,,,"
        ),
    );
    folder.write("header.csv", "metricSourceId,value,timestmp\n");
    let show = |file| shown(&folder.command(NO_ONE, &["validate", file]).output().unwrap());
    assert_snapshot!("table", format!("{}{}", show("bad.csv"), show("header.csv")));
}
