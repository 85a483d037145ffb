//! The failures, by name.

use compass_mock::Fault;
use compass_sdk::retry::Failure;
use serde_json::json;

/// How a server fails.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// With these answers; the last stands for all later requests. Those that depend on it get the status of the
    /// operation's success.
    Answers(fn(u16) -> Vec<Fault>),
    /// It reads, and says nothing.
    Silence,
    /// It reads, says this, and nothing more.
    Stall(fn(u16) -> String),
    /// There is none.
    Nobody,
}

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) way: Way,
    /// Its place in the table of retries; none where that depends on the operation.
    pub(crate) failure: Option<Failure>,
}

const fn fault(name: &'static str, failure: Failure, way: Way) -> Case {
    Case { name, way, failure: Some(failure) }
}

const fn surprise(name: &'static str, answers: fn(u16) -> Vec<Fault>) -> Case {
    Case { name, way: Way::Answers(answers), failure: None }
}

fn refusal(status: u16, kind: &str, message: &str) -> Vec<Fault> {
    vec![Fault::status(status).json(&json!({ "errors": [{ "type": kind, "message": message }] }))]
}

fn html(status: u16) -> Fault {
    Fault::status(status).with_body("text/html", "<html>\n<title>Sorry</title>\n</html>")
}

/// What each of the success bodies fits.
fn fitting() -> serde_json::Value {
    json!({ "metricSourceId": "source", "value": 1, "timestamp": "2026-09-01T12:00:00Z" })
}

pub(crate) const FAULTS: [Case; 37] = [
    fault(
        "429, Retry-After in seconds",
        Failure::TooManyRequests,
        Way::Answers(|_| vec![Fault::status(429).with_header("retry-after", "7")]),
    ),
    // The clock starts half a minute before; when it is past, nothing is left to wait for.
    fault(
        "429, Retry-After with a date",
        Failure::TooManyRequests,
        Way::Answers(|_| vec![Fault::status(429).with_header("retry-after", "Tue, 01 Sep 2026 12:00:30 GMT")]),
    ),
    fault(
        "429, Retry-After that cannot be read",
        Failure::TooManyRequests,
        Way::Answers(|_| vec![Fault::status(429).with_header("retry-after", "soon")]),
    ),
    fault(
        "429 as the API says it",
        Failure::TooManyRequests,
        Way::Answers(|_| refusal(429, "RATE_LIMITED", "Slow down.")),
    ),
    fault("408", Failure::RequestTimeout, Way::Answers(|_| vec![Fault::status(408)])),
    fault(
        "500 as the API says it",
        Failure::InternalServerError,
        Way::Answers(|_| refusal(500, "INTERNAL_SERVER_ERROR", "Oops.")),
    ),
    fault(
        "500 with 5000 bytes of text",
        Failure::InternalServerError,
        Way::Answers(|_| vec![Fault::status(500).with_body("text/plain", "stack trace ".repeat(417))]),
    ),
    fault("500, body cut off", Failure::InternalServerError, Way::Answers(|_| vec![html(500).cut()])),
    fault("501", Failure::Rejected, Way::Answers(|_| vec![Fault::status(501)])),
    fault("502 with HTML", Failure::BadGateway, Way::Answers(|_| vec![html(502)])),
    fault("503", Failure::MaybeUnavailable, Way::Answers(|_| vec![Fault::status(503)])),
    fault(
        "503, Retry-After in seconds",
        Failure::Unavailable,
        Way::Answers(|_| vec![Fault::status(503).with_header("retry-after", "5")]),
    ),
    fault("504", Failure::GatewayTimeout, Way::Answers(|_| vec![Fault::status(504)])),
    fault("520", Failure::OtherServerError, Way::Answers(|_| vec![Fault::status(520)])),
    fault("no answer, the connection ends", Failure::NoResponse, Way::Answers(|_| vec![Fault::closed()])),
    fault("connection reset before processing", Failure::NoResponse, Way::Answers(|_| vec![Fault::reset_before()])),
    fault("connection reset after processing", Failure::NoResponse, Way::Answers(|_| vec![Fault::reset_after()])),
    fault("no answer in time", Failure::NoResponse, Way::Silence),
    fault(
        "headers that do not end in time",
        Failure::NoResponse,
        Way::Stall(|status| format!("HTTP/1.1 {status} Success\r\ncontent-type: app")),
    ),
    fault("no HTTP at all", Failure::NoResponse, Way::Stall(|_| "220 mail.example.com ESMTP\r\n\r\n".to_owned())),
    fault("no connection", Failure::NotConnected, Way::Nobody),
    fault("success, body cut off", Failure::UnreadableResponse, Way::Answers(|status| vec![html(status).cut()])),
    fault(
        "success, cut off behind the body",
        Failure::UnreadableResponse,
        Way::Answers(|status| vec![Fault::status(status).json(&fitting()).unfinished()]),
    ),
    fault(
        "success, body does not end in time",
        Failure::UnreadableResponse,
        Way::Stall(|status| format!("HTTP/1.1 {status} Success\r\ncontent-length: 10\r\n\r\nhalf")),
    ),
    surprise("success with HTML", |status| vec![html(status)]),
    surprise("success without a body", |status| vec![Fault::status(status)]),
    surprise("success with half the JSON", |status| {
        vec![Fault::status(status).with_body("application/json", r#"{"metricSourceId":"so"#)]
    }),
    surprise("success with JSON that is called text", |status| {
        vec![Fault::status(status).with_body("text/plain", fitting().to_string())]
    }),
    fault(
        "200 for 202, 202 for 200",
        Failure::UnexpectedStatus,
        Way::Answers(|status| vec![Fault::status(if status == 200 { 202 } else { 200 }).json(&fitting())]),
    ),
    fault("204", Failure::UnexpectedStatus, Way::Answers(|_| vec![Fault::status(204)])),
    fault(
        "302 to another host",
        Failure::UnexpectedStatus,
        Way::Answers(|_| vec![Fault::status(302).with_header("location", "https://elsewhere.example/login")]),
    ),
    fault(
        "400 as the API says it",
        Failure::Rejected,
        Way::Answers(|_| refusal(400, "FORMAT_INVALID", "Field [value] is invalid.")),
    ),
    fault("401 without a body", Failure::Rejected, Way::Answers(|_| vec![Fault::status(401)])),
    fault("403 with HTML", Failure::Rejected, Way::Answers(|_| vec![html(403)])),
    fault(
        "404 as the API says it",
        Failure::Rejected,
        Way::Answers(|_| refusal(404, "CREATE_EVENT_SOURCE_NOT_FOUND", "No such event source.")),
    ),
    fault("404 without a body", Failure::Rejected, Way::Answers(|_| vec![Fault::status(404)])),
    fault(
        "409 as the API says it",
        Failure::Rejected,
        Way::Answers(|_| refusal(409, "ATTACHED_EVENT_SOURCE_LIMIT_REACHED", "Too many.")),
    ),
];
