//! What an operation answers, and what each answer is in the SDK and in the program.

use super::Book;
use crate::contract::Operation;
use crate::markdown::{code, escaped, table};

/// A failure as the SDK and the program tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The variant of `compass_sdk::ErrorKind`.
    pub(super) kind: &'static str,
    /// The program's exit code.
    pub(super) exit: u8,
    pub(super) advice: &'static str,
}

const fn failure(kind: &'static str, exit: u8, advice: &'static str) -> Failure {
    Failure { kind, exit, advice }
}

/// What a status means, whatever the operation. The SDK and the program have the same in code, and a test holds each row
/// of each page against them.
pub(super) fn of_status(status: u16) -> Failure {
    match status {
        401 => failure("Authentication", 4, "Check email and API token: tokens end, and belong to one email."),
        403 => failure("Permission", 4, "Give the account what the permissions above say, or use another account."),
        404 | 410 => failure("NotFound", 3, "Check the IDs: what the request speaks of does not exist."),
        409 | 412 => failure("Conflict", 3, "Look at what is there already; it contradicts the request."),
        408 | 460 | 499 => failure("Timeout", 5, "Send it again later."),
        429 => failure(
            "RateLimited",
            5,
            "Wait a minute. SDK and program have waited and sent it again before they say so.",
        ),
        400..=499 => failure("Validation", 3, "Correct what the message names; the same request is refused again."),
        500..=599 => failure("Server", 5, "Send it again later."),
        _ => failure("UnexpectedResponse", 5, "Check the base URL: something else answers."),
    }
}

impl Book<'_> {
    pub(super) fn answers(&self, operation: &Operation) -> String {
        let known = self.notes.of(&operation.id);
        let advice = |status: u16| {
            known.into_iter().flat_map(|known| known.answers).find(|(of, _)| *of == status).map(|(_, advice)| *advice)
        };
        let of_contract = operation.responses.iter().map(|response| (response.status, escaped(&response.description)));
        let seen = known.into_iter().flat_map(|known| known.answers).map(|(status, _)| *status);
        let seen = seen.filter(|status| operation.responses.iter().all(|response| response.status != *status));
        let mut statuses: Vec<_> =
            of_contract.chain(seen.map(|status| (status, "Not in the contract.".to_owned()))).collect();
        statuses.sort_by_key(|(status, _)| *status);
        let rows = statuses.into_iter().map(|(status, meaning)| {
            if (200..300).contains(&status) {
                return [status.to_string(), meaning, code("Ok"), "0".to_owned(), String::new()];
            }
            let Failure { kind, exit, advice: of_all } = of_status(status);
            let advice = advice(status).unwrap_or(of_all).to_owned();
            [status.to_string(), meaning, code(kind), exit.to_string(), advice]
        });
        let mut text = table(["Status", "Meaning", "`ErrorKind`", "Exit code", "What to do"], rows);
        text.push_str("\nAny request can meet others: [see the index](index.md#what-any-request-can-meet).\n");
        for response in operation.responses.iter().filter(|response| response.is_success()) {
            if let Some(schema) = &response.schema {
                let fields = self.answer_fields(schema);
                text.push_str(&format!("\nThe body of a {}, in JSON:\n\n{fields}", response.status));
            }
        }
        text
    }
}
