//! Whether a request may be sent again.

use compass_api::Operation;
use http::StatusCode;

/// What operations have in common when it comes to sending them again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationClass {
    /// Its sequence number makes the server ignore an event that it knows already: sending it again is safe. A pull
    /// request has none (NOTES: "Events"). It goes again all the same, rather than not at all: it arrives at least once, and
    /// what arrives late can overwrite a newer state that was sent in the meantime.
    Event,
    /// A value that is sent twice is two values, and there is no delete.
    Metric,
    /// Writes the same file again, which is safe; but the file has to be at hand from its beginning.
    Upload,
    /// What is deleted stays deleted. The answer to the second request may be a 404 where the first one's was lost.
    Delete,
    /// Changes nothing.
    Read,
    /// What a webhook sets off is its owner's affair: twice may be too much.
    Webhook,
}

impl OperationClass {
    /// Every class.
    pub const ALL: [Self; 6] = [Self::Event, Self::Metric, Self::Upload, Self::Delete, Self::Read, Self::Webhook];

    /// The class of an operation of the contract.
    #[must_use]
    pub fn of(operation: Operation) -> Self {
        match operation {
            Operation::CreateCompassEvent => Self::Event,
            Operation::InsertMetricValue => Self::Metric,
            Operation::UploadLockFile | Operation::UploadAttachment | Operation::UploadApiSpec => Self::Upload,
            Operation::DeleteLockFile | Operation::DeleteAttachment | Operation::DeleteApiSpec => Self::Delete,
            // Evaluating is a POST only because its question needs a body.
            Operation::GetAttachment | Operation::EvaluateEntitlements => Self::Read,
            Operation::HandleWebhookInvocation => Self::Webhook,
        }
    }
}

impl From<Operation> for OperationClass {
    fn from(operation: Operation) -> Self {
        Self::of(operation)
    }
}

/// In what way a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// No connection was established, so nothing was sent: no such host, refused, TLS failed, timed out before.
    NotConnected,
    /// The request may have been sent, in part at least, and no status came: reset, closed, timed out.
    NoResponse,
    /// 429: over the limit.
    TooManyRequests,
    /// 408: the server, or a gateway before it, waited too long. And 460 and 499, which are gateways' own: the client
    /// seemed to be gone, but the request may have been passed on.
    RequestTimeout,
    /// 500.
    InternalServerError,
    /// 502: a gateway understood nothing of the answer.
    BadGateway,
    /// 503 with `Retry-After`: the server says when to come again. That it has done nothing it does not say
    /// (RFC 9110, section 15.6.4).
    Unavailable,
    /// 503 without `Retry-After`: it may come from a gateway behind which anything can have happened.
    MaybeUnavailable,
    /// 504: a gateway got no answer in time.
    GatewayTimeout,
    /// Any other status from 500 to 599, but for 501, 505 and 511.
    OtherServerError,
    /// A success whose body could not be read to its end, or not as what it should be.
    UnreadableResponse,
    /// Any other status from 400 to 499, and 501, 505 and 511: the same request gets the same answer. 511 is no answer of
    /// the server: something on the way wants its users to log in (RFC 6585, section 6).
    Rejected,
    /// A status that the operation does not have: another success, a redirect, or no status of HTTP.
    UnexpectedStatus,
}

impl Failure {
    /// Every way to fail.
    pub const ALL: [Self; 13] = [
        Self::NotConnected,
        Self::NoResponse,
        Self::TooManyRequests,
        Self::RequestTimeout,
        Self::InternalServerError,
        Self::BadGateway,
        Self::Unavailable,
        Self::MaybeUnavailable,
        Self::GatewayTimeout,
        Self::OtherServerError,
        Self::UnreadableResponse,
        Self::Rejected,
        Self::UnexpectedStatus,
    ];

    /// The failure that a status means which is not the operation's success. `retry_after`: whether the response has a
    /// `Retry-After` header that can be read.
    #[must_use]
    pub fn of_status(status: StatusCode, retry_after: bool) -> Self {
        match status.as_u16() {
            408 | 460 | 499 => Self::RequestTimeout,
            429 => Self::TooManyRequests,
            500 => Self::InternalServerError,
            502 => Self::BadGateway,
            503 if retry_after => Self::Unavailable,
            503 => Self::MaybeUnavailable,
            504 => Self::GatewayTimeout,
            400..=499 | 501 | 505 | 511 => Self::Rejected,
            506..=599 => Self::OtherServerError,
            _ => Self::UnexpectedStatus,
        }
    }
}

/// Whether a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resend {
    /// No: it would be wrong, or get the same answer.
    Never,
    /// Only if the caller has said that it may arrive twice.
    IfAllowed,
    /// If its body can be sent from the beginning once more.
    IfReplayable,
    /// Yes.
    Always,
}

impl Resend {
    /// Whether a request may be sent again. `replayable`: its body is at hand from the beginning; it matters for uploads
    /// only, whatever else has a body keeps it. `repeat_allowed`: the caller accepts that it may arrive twice.
    #[must_use]
    pub fn permits(self, replayable: bool, repeat_allowed: bool) -> bool {
        match self {
            Self::Never => false,
            Self::IfAllowed => repeat_allowed,
            Self::IfReplayable => replayable,
            Self::Always => true,
        }
    }
}

/// Whether the server may have done what a request asked for, although it failed.
///
/// `false` means that it certainly has not: the request did not get there, was invalid, or was turned away at the door by
/// a 429. A 503 says nothing of the kind, not even one that tells when to come back, nor do 408, 502 and 504.
#[must_use]
pub fn may_have_been_processed(failure: Failure) -> bool {
    match failure {
        Failure::NotConnected | Failure::TooManyRequests | Failure::Rejected => false,
        Failure::NoResponse
        | Failure::Unavailable
        | Failure::RequestTimeout
        | Failure::InternalServerError
        | Failure::BadGateway
        | Failure::MaybeUnavailable
        | Failure::GatewayTimeout
        | Failure::OtherServerError
        | Failure::UnreadableResponse
        | Failure::UnexpectedStatus => true,
    }
}

/// Whether a retry after this failure is taken from the [budget](super::RetryBudget). Not where the server itself says
/// when to come again: after a 429 the [limiter](crate::limiter::Limiter) slows the whole client down, and a `Retry-After`
/// is waited for.
#[must_use]
pub fn costs(failure: Failure) -> bool {
    match failure {
        Failure::TooManyRequests | Failure::Unavailable => false,
        Failure::NotConnected
        | Failure::NoResponse
        | Failure::RequestTimeout
        | Failure::InternalServerError
        | Failure::BadGateway
        | Failure::MaybeUnavailable
        | Failure::GatewayTimeout
        | Failure::OtherServerError
        | Failure::UnreadableResponse
        | Failure::Rejected
        | Failure::UnexpectedStatus => true,
    }
}

/// Whether sending a request again can bring another answer.
fn may_pass(failure: Failure) -> bool {
    match failure {
        Failure::Rejected | Failure::UnexpectedStatus => false,
        Failure::NotConnected
        | Failure::NoResponse
        | Failure::TooManyRequests
        | Failure::RequestTimeout
        | Failure::InternalServerError
        | Failure::BadGateway
        | Failure::Unavailable
        | Failure::MaybeUnavailable
        | Failure::GatewayTimeout
        | Failure::OtherServerError
        | Failure::UnreadableResponse => true,
    }
}

/// Whether a request of the class `operation` that failed as `failure` may be sent again: the module's
/// [table](super).
#[must_use]
pub fn decide(operation: OperationClass, failure: Failure) -> Resend {
    if !may_pass(failure) {
        return Resend::Never;
    }
    match operation {
        OperationClass::Event | OperationClass::Delete | OperationClass::Read => Resend::Always,
        OperationClass::Upload => Resend::IfReplayable,
        OperationClass::Metric | OperationClass::Webhook => {
            if may_have_been_processed(failure) {
                Resend::IfAllowed
            } else {
                Resend::Always
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(failure: Failure) -> &'static str {
        match failure {
            Failure::NotConnected => "not connected: nothing was sent",
            Failure::NoResponse => "no response: reset, timeout",
            Failure::TooManyRequests => "429",
            Failure::RequestTimeout => "408, 460, 499",
            Failure::InternalServerError => "500",
            Failure::BadGateway => "502",
            Failure::Unavailable => "503 with `Retry-After`",
            Failure::MaybeUnavailable => "503 without",
            Failure::GatewayTimeout => "504",
            Failure::OtherServerError => "other 5xx",
            Failure::UnreadableResponse => "success, body unreadable",
            Failure::Rejected => "other 4xx, 501, 505, 511",
            Failure::UnexpectedStatus => "unexpected success, redirect",
        }
    }

    fn resend(resend: Resend) -> &'static str {
        match resend {
            Resend::Never => "never",
            Resend::IfAllowed => "if allowed",
            Resend::IfReplayable => "if replayable",
            Resend::Always => "always",
        }
    }

    /// The table of the docs, as the code has it.
    fn table() -> String {
        let head = OperationClass::ALL.map(|class| format!(" {class:?} |")).concat();
        let rule = "---|".repeat(OperationClass::ALL.len());
        let mut table = format!("| failure | maybe processed | costs |{head}\n|---|---|---|{rule}\n");
        for case in Failure::ALL {
            let costs = match may_pass(case) {
                true if costs(case) => "yes",
                true => "no",
                false => "–",
            };
            let processed = if may_have_been_processed(case) { "yes" } else { "no" };
            let cells = OperationClass::ALL.map(|class| format!(" {} |", resend(decide(class, case)))).concat();
            table.push_str(&format!("| {} | {processed} | {costs} |{cells}\n", failure(case)));
        }
        table
    }

    #[test]
    fn the_table_in_the_docs_is_what_the_code_does() {
        let documented = include_str!("table.md");
        assert!(documented.contains(&table()), "src/delivery/retry/table.md should have:\n{}", table());
    }

    #[test]
    fn every_operation_has_the_class_of_its_method_but_for_posts() {
        for operation in Operation::ALL {
            let class = OperationClass::of(operation);
            match operation.method() {
                "PUT" => assert_eq!(class, OperationClass::Upload, "{operation}"),
                "DELETE" => assert_eq!(class, OperationClass::Delete, "{operation}"),
                "GET" => assert_eq!(class, OperationClass::Read, "{operation}"),
                method => assert_eq!(method, "POST", "{operation}"),
            }
        }
    }

    #[test]
    fn what_may_have_been_processed_is_never_repeated_unasked_where_that_does_harm() {
        for class in [OperationClass::Metric, OperationClass::Webhook] {
            for failure in Failure::ALL.into_iter().filter(|failure| may_have_been_processed(*failure)) {
                assert!(!decide(class, failure).permits(true, false), "{class:?} {failure:?}");
            }
        }
    }

    #[test]
    fn an_upload_never_goes_again_without_its_body() {
        for failure in Failure::ALL {
            assert!(!decide(OperationClass::Upload, failure).permits(false, true), "{failure:?}");
        }
    }

    #[test]
    fn every_status_is_a_failure_of_some_kind() {
        let of = |status| Failure::of_status(StatusCode::from_u16(status).unwrap(), false);
        let table = [
            (100, Failure::UnexpectedStatus),
            (204, Failure::UnexpectedStatus),
            (302, Failure::UnexpectedStatus),
            (400, Failure::Rejected),
            (401, Failure::Rejected),
            (408, Failure::RequestTimeout),
            (409, Failure::Rejected),
            (425, Failure::Rejected),
            (429, Failure::TooManyRequests),
            (460, Failure::RequestTimeout),
            (498, Failure::Rejected),
            (499, Failure::RequestTimeout),
            (500, Failure::InternalServerError),
            (501, Failure::Rejected),
            (502, Failure::BadGateway),
            (503, Failure::MaybeUnavailable),
            (504, Failure::GatewayTimeout),
            (505, Failure::Rejected),
            (506, Failure::OtherServerError),
            (511, Failure::Rejected),
            (599, Failure::OtherServerError),
            (600, Failure::UnexpectedStatus),
        ];
        for (status, failure) in table {
            assert_eq!(of(status), failure, "{status}");
        }
        assert_eq!(Failure::of_status(StatusCode::SERVICE_UNAVAILABLE, true), Failure::Unavailable);
    }
}
