//! The `Retry-After` header, as [RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3) has
//! it: whole seconds, or a date.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// The longest time that a header is believed: one hour. A longer one counts as this.
///
/// The budget of the API is one per minute. A server or proxy that asks for a day means a fault that somebody has to
/// see, and a date that is years ahead means a wrong clock.
pub(crate) const LONGEST: Duration = Duration::from_hours(1);

/// How long the header's `value` asks to wait, at the time `now`.
///
/// A date that is past is [`Duration::ZERO`]. `None` if the value is neither a number of seconds nor one of the three
/// forms of an HTTP date.
#[must_use]
pub(crate) fn parse(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim_matches([' ', '\t']);
    let wait = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // All digits, so what cannot be read is too large.
        value.parse().map_or(LONGEST, Duration::from_secs)
    } else {
        // As chrono's time: not every system's own has room for every time that `now` can be.
        let date = DateTime::<Utc>::from(httpdate::parse_http_date(value).ok()?);
        date.signed_duration_since(now).to_std().unwrap_or(Duration::ZERO)
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn now() -> DateTime<Utc> {
        "1994-11-06T08:49:07Z".parse().unwrap()
    }

    #[test]
    fn seconds() {
        for (value, seconds) in [("0", 0), ("120", 120), (" 007\t", 7), ("3600", 3600)] {
            assert_eq!(parse(value, now()), Some(Duration::from_secs(seconds)), "{value:?}");
        }
    }

    #[test]
    fn dates_in_all_three_forms() {
        for value in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(parse(value, now()), Some(Duration::from_secs(30)), "{value:?}");
        }
    }

    #[test]
    fn a_past_date_is_no_wait() {
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:06 GMT", now()), Some(Duration::ZERO));
    }

    #[test]
    fn more_than_an_hour_is_an_hour() {
        for value in ["3601", "18446744073709551616", &"9".repeat(400), "Mon, 06 Nov 2034 08:49:37 GMT"] {
            assert_eq!(parse(value, now()), Some(LONGEST), "{value:?}");
        }
    }

    #[test]
    fn garbage_is_none() {
        for value in ["", " ", "-1", "+5", "1.5", "1e3", "soon", "١٢", "2034-11-06T08:49:37Z", "Sun, 06 Nov 1994"] {
            assert_eq!(parse(value, now()), None, "{value:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 2000, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn never_panics_and_never_waits_longer(
            value in prop_oneof![any::<String>(), "[0-9]{0,30}", "(Sun|Mon), [0-9]{2} (Feb|Nov) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"],
            seconds in any::<i64>(),
        ) {
            let now = DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MIN_UTC);
            if let Some(wait) = parse(&value, now) {
                prop_assert!(wait <= LONGEST);
            }
        }
    }
}
