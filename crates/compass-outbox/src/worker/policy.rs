//! What follows from which answer: one table, without time or I/O. The module above has it for people.

use std::time::Duration;

use super::failure::{Body, Came, Failure};

/// What follows from an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Verdict {
    /// Compass has it all the same.
    Delivered,
    /// It is sent again.
    Later,
    /// It is sent again, and nothing else of the account before that.
    SlowDown,
    /// It becomes a dead letter.
    Dead,
    /// The credentials are paused, whatever the message is.
    Paused,
    /// The account may not do this, perhaps only what this message asks for: the credentials are paused, and others go first after that.
    Forbidden,
    /// There is no such operation any more: the destination is held.
    Held,
}

/// The shortest time that a way is closed, and what the others are doubled from.
pub(super) const FIRST_CLOSING: Duration = Duration::from_mins(1);
/// The longest wait that the first retry of a message draws from, and what the others are doubled from.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
/// What the longest wait stops doubling at.
const MOST_BACKOFF: Duration = Duration::from_mins(15);
/// The shortest pause after a 429 without `Retry-After`, and what the others are doubled from.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// What these pauses stop doubling at.
const MOST_PAUSE: Duration = Duration::from_mins(5);
/// The longest rest after failures one after another, whatever message they were of.
const MOST_REST: Duration = Duration::from_secs(30);

#[expect(clippy::match_same_arms, reason = "it is read from above, and each line has a reason of its own")]
pub(super) fn decide(failure: &Failure) -> Verdict {
    let (status, body) = match failure.came {
        Came::Refused => return Verdict::Dead,
        Came::Nothing => return Verdict::Later,
        Came::Response(status, body) => (status, body),
    };
    match (status, body) {
        // A page is not from Compass, whatever its status says, and errors contradict the status.
        (200..=299, Body::Page | Body::Api) => Verdict::Later,
        (200..=299, Body::Other) => Verdict::Delivered,
        (401, _) => Verdict::Paused,
        (403, _) => Verdict::Forbidden,
        (404, Body::Api) => Verdict::Dead,
        (404, Body::Page | Body::Other) | (405 | 410, _) => Verdict::Held,
        (429, _) => Verdict::SlowDown,
        // What a proxy or gateway says of itself, or of the connection: 460 and 499 are gateways' own.
        (407 | 408 | 421 | 425 | 460 | 499, _) => Verdict::Later,
        // Some gateway's, which may refuse today what it lets through tomorrow: Compass answers in JSON.
        (400..=499, Body::Page) => Verdict::Later,
        (400..=499, _) => Verdict::Dead,
        // Redirects, which are not followed; server errors; what is no status of HTTP.
        (0..=199 | 300..=399 | 500.., _) => Verdict::Later,
    }
}

/// The wait before a message is sent again that was tried so often before the attempt that failed now: even from nothing to the
/// longest ("full jitter"), which doubles, so that those who failed together do not come back together.
pub(super) fn backoff(tried_before: u32, random: &mut fastrand::Rng) -> Duration {
    random_up_to(doubled(FIRST_BACKOFF, tried_before, MOST_BACKOFF), random)
}

/// The pause of an account after so many 429s one after another, this one not counted. At least half of the longest: there is nothing
/// to win by asking early.
pub(super) fn pause(before: u32, random: &mut fastrand::Rng) -> Duration {
    let half = doubled(FIRST_PAUSE, before, MOST_PAUSE) / 2;
    half + random_up_to(half, random)
}

/// The rest that a worker takes after so many rests without a success between them.
pub(super) fn rest(before: u32, random: &mut fastrand::Rng) -> Duration {
    let half = doubled(FIRST_BACKOFF, before, MOST_REST) / 2;
    half + random_up_to(half, random)
}

fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    let factor = 1_u32.checked_shl(times).unwrap_or(u32::MAX);
    first.saturating_mul(factor).min(most)
}

fn random_up_to(longest: Duration, random: &mut fastrand::Rng) -> Duration {
    let micros = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(random.u64(0..=micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every status of HTTP and its neighbours, in ranges of the same outcome, with each body.
    #[test]
    fn every_answer_has_its_outcome() {
        let mut lines = Vec::new();
        for came in [Came::Refused, Came::Nothing] {
            let failure = Failure { came, ..Failure::nothing("", false) };
            lines.push(format!("{came:?}: {:?}", decide(&failure)));
        }
        let of = |status, body| decide(&Failure::response(status, body, ""));
        let of_all = |status| [Body::Api, Body::Page, Body::Other].map(|body| of(status, body));
        let mut from = 100;
        for status in 100..=1000 {
            if status == 1000 || of_all(status) != of_all(from) {
                let [api, page, other] = of_all(from).map(|verdict| format!("{verdict:?}"));
                let last = status - 1;
                lines.push(format!("{from}-{last}: API {api}, page {page}, other {other}"));
                from = status;
            }
        }
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn waits_double_up_to_their_ends_and_never_overflow() {
        let longest = |wait: fn(u32, &mut fastrand::Rng) -> Duration, number| {
            let mut random = fastrand::Rng::with_seed(2026);
            let waits: Vec<_> = (0..1000).map(|_| wait(number, &mut random)).collect();
            (*waits.iter().min().unwrap(), *waits.iter().max().unwrap())
        };
        for (number, most) in [(0, 1), (1, 2), (5, 32), (9, 512), (10, 900), (31, 900), (32, 900), (u32::MAX, 900)] {
            let most = Duration::from_secs(most);
            let (shortest, longest) = longest(backoff, number);
            assert!(
                shortest < most / 50 && longest <= most && longest > most / 50 * 49,
                "{number}: {shortest:?} {longest:?}"
            );
        }
        for (number, most) in [(0, 5), (1, 10), (6, 300), (u32::MAX, 300)] {
            let most = Duration::from_secs(most);
            let (shortest, longest) = longest(pause, number);
            assert!(shortest >= most / 2 && longest <= most, "{number}: {shortest:?} {longest:?}");
        }
        let (shortest, longest) = longest(rest, 40);
        assert!(shortest >= MOST_REST / 2 && longest <= MOST_REST);
    }
}
