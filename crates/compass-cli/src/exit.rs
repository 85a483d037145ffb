//! Exit codes: few, so that scripts can rely on them.

use compass_sdk::ErrorKind;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// It did what it was asked to; what was to be sent has been accepted.
    Delivered = 0,
    /// Whatever no other code says: an output that cannot be written, a runtime that cannot be set up.
    Other = 1,
    /// The command line or a setting is missing or cannot be read.
    Usage = 2,
    /// What was to be sent breaks a rule, or Compass refused it.
    Refused = 3,
    /// Compass did not accept who asked: 401, 403.
    Authentication = 4,
    /// It did not arrive, or nobody can tell: no connection, no answer, 5xx, the request limit, an answer of something else.
    NotDelivered = 5,
}

impl Exit {
    /// All codes, in the order of their numbers.
    pub(crate) const ALL: [Self; 6] =
        [Self::Delivered, Self::Other, Self::Usage, Self::Refused, Self::Authentication, Self::NotDelivered];

    /// The number.
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }

    /// The name in results for programs; it does not change.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Other => "other",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::Authentication => "authentication",
            Self::NotDelivered => "not-delivered",
        }
    }

    /// What it means, for help texts.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Delivered => "done; what was to be sent has been accepted, or queued with --queue",
            Self::Other => "anything else",
            Self::Usage => "an option or a setting is missing or cannot be read",
            Self::Refused => "invalid, or rejected by Compass",
            Self::Authentication => "Compass did not accept the credentials (401, 403)",
            Self::NotDelivered => "not delivered: network, 5xx, request limit; the outbox full or not usable",
        }
    }

    /// What a failure of the SDK means.
    pub(crate) fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Configuration => Self::Usage,
            ErrorKind::Invalid | ErrorKind::Validation | ErrorKind::NotFound | ErrorKind::Conflict => Self::Refused,
            ErrorKind::Authentication | ErrorKind::Permission => Self::Authentication,
            ErrorKind::RateLimited
            | ErrorKind::Server
            | ErrorKind::Timeout
            | ErrorKind::Transport
            | ErrorKind::UnexpectedResponse => Self::NotDelivered,
            // The SDK's list is open. What is not known is not delivered for certain, and not 0.
            _ => Self::Other,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_success_is_zero_and_numbers_are_places() {
        for (place, exit) in Exit::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(exit.code()), place);
            assert_eq!(exit.code() == 0, exit == Exit::Delivered);
        }
    }
}
