//! Strings and numbers, the awkward ones as often as the plain ones.

use jiff::civil::Date;
use proptest::{collection, num, prelude::*, sample::select};
use serde_json::{Number, Value};

use crate::instant;

/// Texts that have broken somebody's reader or writer, and some that look like values of another kind.
const AWKWARD: [&str; 24] = [
    "",
    " ",
    "\0",
    "\t\r\n",
    "\u{1b}[31m",
    "\u{7f}",
    "\"",
    "'",
    "\\",
    "\\u0000",
    "\u{2028}\u{2029}",
    "\u{feff}x",
    "\u{fffd}\u{ffff}\u{10ffff}",
    "e\u{301} \u{e9}",
    "\u{202e}\u{5d0}",
    "\u{1f469}\u{200d}\u{1f680}",
    "null",
    "true",
    "0",
    "-1.50e+3",
    "[]",
    "{\"a\": 1}",
    // Where no date-time belongs, these are two texts and must stay so.
    "2024-02-29T12:00:00Z",
    "2024-02-29T13:00:00+01:00",
];

/// Any text of Unicode, up to some ten thousand characters.
pub(super) fn text() -> impl Strategy<Value = String> {
    let of_chars = |chars: Vec<char>| chars.into_iter().collect::<String>();
    prop_oneof![
        6 => collection::vec(any::<char>(), 0..12).prop_map(of_chars),
        6 => collection::vec(proptest::char::range(' ', '~'), 0..24).prop_map(of_chars),
        6 => select(&AWKWARD[..]).prop_map(str::to_owned),
        1 => (any::<char>(), 1_000_usize..10_000).prop_map(|(one, count)| one.to_string().repeat(count)),
    ]
}

/// Date-times of RFC 3339, years 0001 to 9999 by the local and by the UTC calendar.
///
/// Beyond 9999 in UTC there is no spelling left to come back in. Leap seconds are left out: neither chrono nor jiff
/// has an instant for them, so that a round trip could not be judged.
pub(super) fn date_time() -> impl Strategy<Value = String> {
    let year = prop_oneof![3 => 1_i16..=9999, 3 => 1969_i16..=2038, 1 => Just(1), 1 => Just(9999)];
    let date = (year, 1_i8..=12, 1_i8..=31).prop_map(|(year, month, day)| {
        let first = Date::new(year, month, 1).expect("years and months are drawn from the calendar");
        first.with().day(day.min(first.days_in_month())).build().expect("the day is at most the month's last")
    });
    let midnight_or_not = prop_oneof![8 => (0..24, 0..60, 0..60), 1 => Just((0, 0, 0)), 1 => Just((23, 59, 59))];
    let digit = prop_oneof![2 => proptest::char::range('0', '9'), 1 => Just('0'), 1 => Just('9')];
    let fraction = prop_oneof![
        Just(String::new()),
        collection::vec(digit, 1..=9).prop_map(|digits| format!(".{}", digits.into_iter().collect::<String>())),
    ];
    let by_hours = (select(vec!['+', '-']), 0..24, prop_oneof![Just(0), Just(30), 0..60])
        .prop_map(|(sign, hours, minutes)| format!("{sign}{hours:02}:{minutes:02}"));
    let offset = prop_oneof![
        3 => Just("Z".to_owned()),
        1 => Just("z".to_owned()),
        1 => Just("+00:00".to_owned()),
        1 => Just("-00:00".to_owned()),
        4 => by_hours,
    ];
    let separator = prop_oneof![5 => Just('T'), 1 => Just('t')];

    (date, separator, midnight_or_not, fraction, offset).prop_map(|(date, separator, time, fraction, offset)| {
        let (hour, minute, second) = time;
        let local = format!("{date}{separator}{hour:02}:{minute:02}:{second:02}{fraction}");
        let text = format!("{local}{offset}");
        if in_range(&text) { text } else { format!("{local}Z") }
    })
}

fn in_range(text: &str) -> bool {
    let bound = |text| instant::parse(text).expect("the bounds are date-times");
    let range = bound("0001-01-01T00:00:00Z")..=bound("9999-12-31T23:59:59.999999999Z");
    instant::parse(text).is_ok_and(|instant| range.contains(&instant))
}

/// All of int64, with its ends and the ends of what other languages hold exactly.
pub(super) fn int64() -> impl Strategy<Value = i64> {
    let ends = [i64::MIN, i64::MAX, i64::from(i32::MIN), i64::from(i32::MAX), i64::from(u32::MAX)];
    let exact = [(1 << 53) - 1, 1 << 53, (1 << 53) + 1, -(1 << 53) - 1];
    prop_oneof![any::<i64>(), -10_i64..10, select([&ends[..], &exact[..]].concat())]
}

/// All finite doubles, and integers that a double holds exactly, spelled without a fraction.
///
/// Only such as `serde_json` reads back as it wrote them: without its feature `float_roundtrip`, the last bit of
/// some is lost in reading, which is no mistake of the types under test.
pub(super) fn double() -> impl Strategy<Value = Value> {
    let ends = [0.0, -0.0, 0.1, 1.0, -1.5, 1e21, 1e-7, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324];
    let floats = prop_oneof![num::f64::NORMAL, num::f64::SUBNORMAL, -1e3..1e3, select(ends.to_vec())]
        .prop_filter("serde_json reads another double back", |float| survives(*float))
        .prop_map(Value::from);
    let integers = prop_oneof![-(1_i64 << 53)..=1 << 53, -10_i64..10].prop_map(Value::from);
    let powers = (54_u32..64).prop_map(|power| Value::from(1_u64 << power));
    prop_oneof![6 => floats, 3 => integers, 1 => powers]
}

fn survives(float: f64) -> bool {
    let text = Number::from_f64(float).map(|number| number.to_string());
    let read = text.and_then(|text| serde_json::from_str::<f64>(&text).ok());
    read.is_some_and(|read| read.to_bits() == float.to_bits())
}

/// Any 128 bits in the lower case that RFC 9562 has writers use; the variant and version say nothing to the contract.
pub(super) fn uuid() -> impl Strategy<Value = String> {
    any::<u128>().prop_map(|bits| {
        let hex = format!("{bits:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    })
}
