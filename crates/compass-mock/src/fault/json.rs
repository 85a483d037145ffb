//! Faults as the admin route `/__mock/faults` reads and shows them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::plan::{Rule, When};
use super::{End, Fault, Plan};
use crate::contract::OperationId;

/// A fault, and when it comes: at the next requests, or at a share of all.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that people say or leave out")]
pub(crate) struct FaultRequest {
    next: Option<usize>,
    rate: Option<f64>,
    operation: Option<String>,
    status: Option<u16>,
    headers: BTreeMap<String, String>,
    json: Option<Value>,
    retry_after: Option<u64>,
    latency_ms: Option<u64>,
    reset: Option<ResetWhen>,
    close: bool,
    truncate: bool,
    unfinished: bool,
    html: bool,
    silent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum ResetWhen {
    Before,
    After,
}

impl FaultRequest {
    /// Adds the fault to the plan; the error says what contradicts what.
    pub(crate) fn plan(self, plan: &mut Plan) -> Result<(), String> {
        let only = match &self.operation {
            Some(name) => Some(OperationId::of(name).ok_or_else(|| {
                let known: Vec<_> = OperationId::ALL.into_iter().map(OperationId::as_str).collect();
                format!("operation: {name:?} is none of {}", known.join(", "))
            })?),
            None => None,
        };
        let fault = self.fault()?;
        match (self.next, self.rate) {
            (Some(_), Some(_)) => return Err("next and rate: say one of the two".to_owned()),
            (Some(0), None) => return Err("next: 0 is no number of requests".to_owned()),
            (None, Some(share)) if !(0.0..=1.0).contains(&share) => {
                return Err(format!("rate: {share} is no share of the requests: that is 0 to 1"));
            }
            (next, None) => plan.next(only, next.unwrap_or(1), fault),
            (None, Some(share)) => plan.rate(only, share, fault),
        }
        Ok(())
    }

    fn fault(&self) -> Result<Fault, String> {
        let ends = [
            self.reset.map(|when| match when {
                ResetWhen::Before => End::ResetBefore,
                ResetWhen::After => End::ResetAfter,
            }),
            self.close.then_some(End::Closed),
            self.truncate.then_some(End::Truncated),
            self.unfinished.then_some(End::Unfinished),
            self.silent.then_some(End::Silent),
        ];
        let mut ends = ends.into_iter().flatten();
        let end = ends.next().unwrap_or(End::Whole);
        if ends.next().is_some() {
            return Err("reset, close, truncate, unfinished and silent: say one of them".to_owned());
        }
        let has_answer = self.status.is_some() || self.retry_after.is_some() || !self.headers.is_empty();
        let has_answer = has_answer || self.json.is_some() || self.html;
        let is_answered = match end {
            End::Whole | End::Truncated | End::Unfinished => true,
            End::Closed | End::ResetBefore | End::ResetAfter | End::Silent => false,
        };
        if has_answer && !is_answered {
            return Err("reset, close and silent: there is no answer, so leave out what is to be in it".to_owned());
        }
        if self.html && self.json.is_some() {
            return Err("html and json: say one of the two".to_owned());
        }
        let mut fault = Fault { end, ..Fault::NONE };
        // What gateways say most.
        match self.status.or(self.html.then_some(502)) {
            Some(status) => {
                fault.answer = Fault::try_status(status).map_err(|error| format!("status: {error}"))?.answer;
            }
            None if has_answer => return Err("status: it is missing, and there is an answer to give".to_owned()),
            None => {}
        }
        if self.html {
            fault = fault.into_html();
        }
        if let Some(body) = &self.json {
            fault = fault.json(body);
        }
        for (name, value) in &self.headers {
            fault = fault.try_with_header(name, value).map_err(|error| format!("headers: {error}"))?;
        }
        if let Some(seconds) = self.retry_after {
            fault = fault.with_header("retry-after", &seconds.to_string());
        }
        fault = fault.after(Duration::from_millis(self.latency_ms.unwrap_or_default()));
        if fault == Fault::NONE {
            return Err(
                "there is no fault: say one of status, latencyMs, reset, close, truncate, unfinished and silent"
                    .to_owned(),
            );
        }
        Ok(fault)
    }
}

impl Plan {
    /// The faults that are to come, in about the words in which they can be asked for.
    pub(crate) fn shown(&self) -> Value {
        self.rules().iter().flat_map(shown).collect()
    }
}

fn shown(rule: &Rule) -> Vec<Value> {
    let shown = |when: &str, value: Value, fault: &Fault| {
        let mut shown = json!({ when: value });
        if let Some(operation) = rule.only {
            shown["operation"] = operation.as_str().into();
        }
        if !fault.latency.is_zero() {
            shown["latencyMs"] = u64::try_from(fault.latency.as_millis()).unwrap_or(u64::MAX).into();
        }
        if let Some(answer) = &fault.answer {
            shown["status"] = answer.status.as_u16().into();
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let headers = answer.headers.iter().map(|(name, value)| json!([name.as_str(), text(value.as_bytes())]));
            shown["headers"] = headers.collect();
            shown["body"] = text(&answer.body).into();
        }
        match fault.end {
            End::Whole => {}
            End::Truncated => shown["truncate"] = true.into(),
            End::Unfinished => shown["unfinished"] = true.into(),
            End::Closed => shown["close"] = true.into(),
            End::ResetBefore => shown["reset"] = "before".into(),
            End::ResetAfter => shown["reset"] = "after".into(),
            End::Silent => shown["silent"] = true.into(),
        }
        shown
    };
    match &rule.when {
        When::Next { left, fault } => vec![shown("next", json!(left), fault)],
        When::Rate { share, fault } => vec![shown("rate", json!(share), fault)],
        When::Script(faults) => {
            let place = |index| if index + 1 == faults.len() { "last".into() } else { json!(index + 1) };
            faults.iter().enumerate().map(|(index, fault)| shown("script", place(index), fault)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Result<Value, String> {
        let mut plan = Plan::new(1);
        let request: FaultRequest = serde_json::from_str(text).map_err(|error| error.to_string())?;
        request.plan(&mut plan)?;
        Ok(plan.shown())
    }

    #[test]
    fn read_and_shown() {
        let told = [
            r#"{"next":3,"status":503,"retryAfter":7,"latencyMs":100,"operation":"createCompassEvent"}"#,
            r#"{"reset":"before"}"#,
            r#"{"reset":"after","rate":0.1}"#,
            r#"{"truncate":true,"status":200,"json":{"a":1},"headers":{"x-a":"b"}}"#,
            r#"{"html":true}"#,
            r#"{"silent":true,"latencyMs":5}"#,
            r#"{"close":true}"#,
            r#"{"unfinished":true,"status":200}"#,
        ];
        insta::assert_snapshot!(told.map(|text| format!("{text}\n  {}", plan(text).unwrap())).join("\n"));
        let mut plan = Plan::new(1);
        plan.script(None, [Fault::status(500), Fault::reset_after()].into());
        let expected = json!([
            { "script": 1, "status": 500, "headers": [], "body": "" },
            { "script": "last", "reset": "after" },
        ]);
        assert_eq!(plan.shown(), expected);
    }

    #[test]
    fn contradictions_are_named() {
        let wrong = [
            "{}",
            r#"{"next":1}"#,
            r#"{"latencyMs":0}"#,
            r#"{"next":0,"status":503}"#,
            r#"{"next":1,"rate":1,"status":503}"#,
            r#"{"rate":1.5,"status":503}"#,
            r#"{"status":99}"#,
            r#"{"status":100}"#,
            r#"{"status":1000}"#,
            r#"{"retryAfter":1}"#,
            r#"{"status":503,"html":true,"json":1}"#,
            r#"{"status":503,"reset":"before"}"#,
            r#"{"truncate":true,"silent":true}"#,
            r#"{"close":true,"reset":"after"}"#,
            r#"{"close":true,"html":true}"#,
            r#"{"reset":"during"}"#,
            r#"{"status":503,"headers":{"a b":"c"}}"#,
            r#"{"status":503,"operation":"createEvent"}"#,
            r#"{"state":503}"#,
        ];
        insta::assert_snapshot!(wrong.map(|text| format!("{text}\n  {}", plan(text).unwrap_err())).join("\n"));
    }
}
