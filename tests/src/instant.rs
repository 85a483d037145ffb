//! Date-times of RFC 3339 as instants.
//!
//! `jiff` does the calendar, because the generated code uses `chrono` and must not be its own judge. Jiff alone
//! reads more than RFC 3339 (a blank for `T`, no seconds, a zone in brackets), hence the check of the form; and its
//! `Timestamp` ends on 9999-12-30, hence the civil date-time with its offset taken off by hand.

use jiff::{SignedDuration, civil::DateTime, fmt::temporal::Pieces};

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The time since 1970-01-01T00:00:00Z of a date-time with at most nine digits of fraction, and no leap second.
///
/// # Errors
/// What is wrong with the spelling, with the spelling itself.
pub(crate) fn parse(text: &str) -> Result<SignedDuration, String> {
    if !has_form(text.as_bytes()) {
        return Err(format!("{text:?} does not have the form of an RFC 3339 date-time"));
    }
    // `+00:00` and `-00:00` mean the same instant; only the second makes jiff cautious.
    let pieces = Pieces::parse(text).map_err(|error| format!("{text:?}: {error}"))?;
    let time = pieces.time().ok_or_else(|| format!("{text:?} has no time"))?;
    let offset = pieces.to_numeric_offset().ok_or_else(|| format!("{text:?} has no offset"))?;
    let local = pieces.date().to_datetime(time).duration_since(EPOCH);
    Ok(local - SignedDuration::from_secs(offset.seconds().into()))
}

/// `0000-00-00T00:00:00`, a fraction or none, then `Z` or `+00:00`; seconds up to 59.
fn has_form(text: &[u8]) -> bool {
    let Some((civil, rest)) = text.split_at_checked(19) else { return false };
    let fraction = match rest {
        [b'.', rest @ ..] => 1 + rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    let offset = match &rest[fraction..] {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', offset @ ..] => follows(offset, b"00:00"),
        _ => false,
    };
    let leap = &civil[17..] == b"60";
    follows(&civil.to_ascii_uppercase(), b"0000-00-00T00:00:00")
        && (fraction == 0 || (2..=10).contains(&fraction))
        && offset
        && !leap
}

/// Whether a text has digits where the pattern has `0`, and otherwise the pattern's own characters.
fn follows(text: &[u8], pattern: &[u8]) -> bool {
    let fits = |(byte, wanted): (&u8, &u8)| if *wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() == pattern.len() && text.iter().zip(pattern).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_has_many_spellings() {
        let instant = parse("2024-02-29T12:00:00Z").unwrap();
        for spelling in [
            "2024-02-29t12:00:00z",
            "2024-02-29T12:00:00.000000000Z",
            "2024-02-29T12:00:00-00:00",
            "2024-02-29T13:30:00+01:30",
            "2024-02-28T12:01:00.0-23:59",
        ] {
            assert_eq!(parse(spelling), Ok(instant), "{spelling}");
        }
        assert_eq!(parse("2024-02-29T12:00:00.000000001Z").unwrap() - instant, SignedDuration::from_nanos(1));
    }

    #[test]
    fn the_last_second_of_9999_is_an_instant() {
        assert_eq!(parse("9999-12-31T23:59:59Z").unwrap().as_secs(), 253_402_300_799);
        assert_eq!(parse("0001-01-01T00:00:00Z").unwrap().as_secs(), -62_135_596_800);
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "2024-02-29",
            "2024-02-29 12:00:00Z",
            "2024-02-29T12:00Z",
            "2024-02-29T12:00:00",
            "2024-02-29T12:00:00.Z",
            "2024-02-29T12:00:00,5Z",
            "2024-02-29T12:00:00+01",
            "2024-02-29T12:00:00+01:00[Europe/Berlin]",
            "2024-02-29T12:00:60Z",
            "2023-02-29T12:00:00Z",
            "+10000-01-01T00:00:00Z",
            "2024-02-29T12:00:0\u{e9}",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
