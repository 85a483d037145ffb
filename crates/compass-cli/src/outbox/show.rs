//! What the outbox has, for people and for programs.

use std::borrow::Cow;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use compass_outbox::store::{Answer, Closed, Kept, State, Status, Why};
use serde_json::{Value, json};

use crate::output::in_one_line;

/// The numbers, as text.
pub(super) fn status_text(path: &Path, status: Option<&Status>, now: DateTime<Utc>) -> String {
    let Some(status) = status else { return format!("{}: empty, it is made when something is queued", path.display()) };
    let age = status.oldest.map(|oldest| format!(", the oldest for {}", age(now - oldest))).unwrap_or_default();
    let sent = if status.leased > 0 { format!(", {} being sent", status.leased) } else { String::new() };
    let last = status.last_success.map_or_else(|| "never".to_owned(), written);
    let mut lines = vec![
        format!("outbox        {}", path.display()),
        format!("queued        {}{sent}{age}", status.queued),
        format!("dead          {}", status.dead),
        format!("bytes         {}", status.bytes),
        format!("last success  {last}"),
        format!(
            "remembered    {} delivered, {} superseded, {} dropped",
            status.delivered, status.superseded, status.dropped
        ),
    ];
    lines.extend(status.closed.iter().map(|closed| format!("{:13} {}", why(closed), closed_text(closed))));
    lines.join("\n")
}

/// The numbers, as data. An outbox that is not there has nothing.
pub(super) fn status_json(path: &Path, status: Option<&Status>, now: DateTime<Utc>) -> Value {
    let empty = Status::default();
    let exists = status.is_some();
    let status = status.unwrap_or(&empty);
    json!({
        "outbox": path.display().to_string(),
        "exists": exists,
        "queued": status.queued,
        "sending": status.leased,
        "oldest": status.oldest.map(written),
        "oldest_age_seconds": status.oldest.map(|oldest| (now - oldest).num_seconds().max(0)),
        "bytes": status.bytes,
        "dead": status.dead,
        "delivered": status.delivered,
        "superseded": status.superseded,
        "dropped": status.dropped,
        "last_success": status.last_success.map(written),
        "closed": status.closed.iter().map(closed_json).collect::<Value>(),
    })
}

/// A way that is closed, in words.
pub(super) fn closed_text(closed: &Closed) -> String {
    let (whose, what) = whose_and_what(closed);
    format!("{whose} since {}, tried again at {}: {what}", written(closed.since), written(closed.until))
}

/// A way that was closed until now: when it was to be tried again is of no interest any more.
pub(super) fn was_closed(closed: &Closed) -> String {
    let (whose, what) = whose_and_what(closed);
    format!("{whose}, since {}: {what}", written(closed.since))
}

fn whose_and_what(closed: &Closed) -> (String, Cow<'_, str>) {
    let Closed { account, answer, .. } = closed;
    let whose = match closed.why {
        Why::Paused { .. } => format!("the credentials of {} at {}", account.email, account.destination),
        Why::Held => account.destination.to_string(),
    };
    (whose, in_one_line(&answer.message))
}

pub(super) const fn why(closed: &Closed) -> &'static str {
    match closed.why {
        Why::Paused { .. } => "paused",
        Why::Held => "held",
    }
}

pub(super) fn closed_json(closed: &Closed) -> Value {
    json!({
        "reason": why(closed),
        "destination": closed.account.destination.as_str(),
        "email": closed.account.email,
        "since": written(closed.since),
        "until": written(closed.until),
        "answer": answer_json(&closed.answer),
    })
}

pub(super) fn answer_json(answer: &Answer) -> Value {
    json!({
        "at": written(answer.at),
        "status": answer.status,
        "message": answer.message,
        "body": answer.body,
        "may_have_arrived": answer.may_have_arrived,
    })
}

/// A message, without its body.
pub(super) fn message_json(kept: &Kept) -> Value {
    let lane = &kept.envelope.lane;
    let origin = &kept.envelope.origin;
    json!({
        "message_id": kept.envelope.id,
        "state": kept.state,
        "kind": lane.kind.as_str(),
        "source": lane.source,
        "entity": lane.entity,
        "sequence": kept.envelope.sequence,
        "destination": lane.destination.as_str(),
        "cloud_id": lane.cloud_id,
        "accepted_at": written(kept.envelope.accepted_at),
        "attempts": kept.attempts,
        "next_attempt_at": kept.next_attempt_at.map(written),
        "leased_until": kept.leased_until.map(written),
        "ended_at": kept.ended_at.map(written),
        "answer": kept.answer.as_ref().map(answer_json),
        "coalesces": kept.envelope.coalesce.is_some(),
        "origin": { "repository": origin.repository, "commit": origin.commit, "run": origin.run },
    })
}

/// The same with its body.
pub(super) fn whole_json(kept: &Kept) -> Value {
    let mut json = message_json(kept);
    // What was accepted is JSON.
    json["body"] = serde_json::from_str(kept.envelope.body.get()).unwrap_or_default();
    json
}

/// A message in a line.
pub(super) fn message_line(kept: &Kept) -> String {
    let lane = &kept.envelope.lane;
    let what = kept.answer.as_ref().filter(|_| matches!(kept.state, State::Queued | State::Dead));
    let what = what.map(|answer| format!(": {}", in_one_line(&answer.message))).unwrap_or_default();
    let (id, state, at) = (kept.envelope.id, state(kept.state), written(kept.envelope.accepted_at));
    let attempts = if kept.attempts == 1 { "1 attempt".to_owned() } else { format!("{} attempts", kept.attempts) };
    format!("{id}  {state:10}  {at}  {} {:?}, {attempts}{what}", lane.kind, lane.entity)
}

/// A message with all there is to know of it.
pub(super) fn whole_text(kept: &Kept) -> String {
    let whole = whole_json(kept);
    let mut lines = Vec::new();
    for (name, value) in whole.as_object().into_iter().flatten() {
        let value = match value {
            Value::Null => continue,
            Value::String(text) => in_one_line(text).into_owned(),
            Value::Object(_) => serde_json::to_string_pretty(value).unwrap_or_default(),
            Value::Array(_) | Value::Bool(_) | Value::Number(_) => value.to_string(),
        };
        lines.push(format!("{:16} {value}", format!("{name}:")));
    }
    lines.join("\n")
}

const fn state(state: State) -> &'static str {
    match state {
        State::Queued => "queued",
        State::Delivered => "delivered",
        State::Dead => "dead",
        State::Superseded => "superseded",
        State::Dropped => "dropped",
    }
}

pub(super) fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// How long, by the largest unit that there is one of.
fn age(age: TimeDelta) -> String {
    let seconds = age.num_seconds().max(0);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_the_largest_unit_that_there_are_two_of() {
        let ages = [-5, 0, 119, 120, 7_199, 7_200, 172_799, 172_800].map(|seconds| age(TimeDelta::seconds(seconds)));
        assert_eq!(ages, ["0 s", "0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 days"]);
    }

    #[test]
    fn what_is_not_there_is_empty() {
        let path = Path::new("/x/outbox.db");
        let now = DateTime::UNIX_EPOCH;
        let json = status_json(path, None, now);
        assert_eq!((&json["exists"], &json["queued"], &json["closed"]), (&json!(false), &json!(0), &json!([])));
        assert!(status_text(path, None, now).contains("empty"));
    }
}
