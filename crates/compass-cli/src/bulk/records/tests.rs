use std::io::{self, Read};

use proptest::prelude::*;

use super::*;

/// A reader that gives no more than the next size at once.
struct Split<'a> {
    text: &'a [u8],
    sizes: std::iter::Cycle<std::vec::IntoIter<usize>>,
}

impl Read for Split<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.sizes.next().unwrap_or(1).min(self.text.len()).min(buffer.len());
        let (now, later) = self.text.split_at(most);
        buffer[..most].copy_from_slice(now);
        self.text = later;
        Ok(most)
    }
}

/// All records of a text: number, line, and what they consist of.
fn records(input: impl Read, format: Option<Format>) -> Vec<(u64, u64, String)> {
    let mut records = Records::read(input, Hint::new(format, None, true)).unwrap();
    let mut all = Vec::new();
    while let Some(Record { number, line, content }) = records.next().unwrap() {
        let text = match content {
            Content::Json(bytes, column) => format!("{column} {}", String::from_utf8_lossy(bytes)),
            Content::Row(row) => {
                let cells = Column::ALL.iter().filter_map(|column| row.cell(*column));
                cells.map(|cell| String::from_utf8_lossy(cell).into_owned()).collect::<Vec<_>>().join("|")
            }
            Content::Unreadable(problem) => format!("! {problem}"),
            Content::End(problem) => format!("!! {problem}"),
        };
        all.push((number, line, text));
    }
    all
}

fn of(text: &str) -> Vec<String> {
    records(text.as_bytes(), None).into_iter().map(|(_, line, text)| format!("{line}: {text}")).collect()
}

#[test]
fn formats_are_told_by_the_first_character() {
    assert_eq!(of("{\"a\": 1}\r\n\r\n  {\"b\": 2}  \n"), ["1: 1 {\"a\": 1}", "3: 1   {\"b\": 2}"]);
    assert_eq!(of("\u{feff}\n [1,\n  {\"a\": \"],\\\"}\"} ]\n"), ["2: 3 1", "3: 3 {\"a\": \"],\\\"}\"}"]);
    assert_eq!(of("{\n \"a\": [1]\n}\n"), ["1: 1 {\n \"a\": [1]\n}"]);
    assert_eq!(of("value,metricSourceId\n\n 1 , x \n"), ["3: x|1"]);
    assert_eq!(
        of("nonsense"),
        ["1: !! 1: column 1 must be one of metricSourceId, metricDefinitionId, componentId, value, \
         timestamp, title, url, annotation, in a header separated by commas; nothing from here on was read; is \
         \"nonsense\" [schema]"]
    );
    assert_eq!(of(" \n\n"), [] as [&str; 0]);
}

#[test]
fn a_name_that_says_json_may_be_of_lines() {
    let format = |name: &str, text: &str| Hint::new(None, Some(name.as_ref()), true).format(text.as_bytes());
    for (text, told) in [
        ("{\"a\": 1}\n{\"a\": 2}\n", Format::Jsonl),
        ("[{\"a\": 1},\n{\"a\": 2}]\n", Format::Json),
        ("{\n\"a\": 1}\n", Format::Json),
        ("nonsense\n", Format::Json),
    ] {
        assert_eq!(format("same.json", text), told, "{text}");
        assert_eq!(format("same.jsonl", text), Format::Jsonl, "{text}");
        assert_eq!(format("same.CSV", text), Format::Csv, "{text}");
    }
    let asked = Hint::new(Some(Format::Json), Some("same.jsonl".as_ref()), true);
    assert_eq!(asked.format(b"{}\n{}\n"), Format::Json);
}

#[test]
fn an_array_that_is_none_is_told_where_it_ends_to_be_one() {
    assert_eq!(of("[]"), [] as [&str; 0]);
    assert_eq!(of("[1 2]"), ["1: 2 1 2"]);
    assert_eq!(
        of("[{} {}]")[1],
        "1: !! 1:5: a comma or `]` must follow an element; nothing from here on was read [syntax]"
    );
    assert_eq!(of("[{},]")[1], "1: !! 1:5: an element must follow the comma; nothing from here on was read [syntax]");
    assert_eq!(of("[{},\n{}")[2], "2: !! 2:3: the array must end with `]`; nothing from here on was read [syntax]");
    assert_eq!(of("[{}]\n[]")[1], "2: !! 2:1: nothing may follow the array; nothing from here on was read [syntax]");
    assert_eq!(of("[,{}]"), ["1: 2 ", "1: 3 {}"]);
    assert_eq!(of("[{}, {\"a\": }, {}]").len(), 3);
    let object = "1: !! 1:4: nothing may follow the object; one in each line is JSONL (--format jsonl); nothing from here on \
         was read [syntax]";
    let two = records("{} {}".as_bytes(), Some(Format::Json));
    assert_eq!(format!("1: {}", two[1].2), object);
}

#[test]
fn a_record_that_is_too_long_does_not_fill_the_memory_nor_hide_the_next() {
    let long = format!("{{\"a\": \"{}\"}}", "x".repeat(MOST));
    let lines = of(&format!("{{}}\n{long}\n{{}}\n"));
    assert_eq!(lines, ["1: 1 {}", "2: ! 2: must have at most 16 MiB [too-long]", "3: 1 {}"]);
    let elements = of(&format!("[{long},\n{{}}]"));
    assert_eq!(elements, ["1: ! 1: must have at most 16 MiB [too-long]", "2: 1 {}"]);
    let quote = of(&format!("value,metricSourceId\n1,x\n2,\"{}", "x\n".repeat(MOST)));
    assert_eq!(quote[0], "2: x|1");
    assert!(quote[1].ends_with("must have at most 16 MiB; nothing from here on was read [too-long]"), "{}", quote[1]);
    assert_eq!(quote.len(), 2);
}

#[test]
fn rows_are_numbered_by_the_line_they_begin_in() {
    let text = "value,metricSourceId,title\r\n1,a,\"two\r\nlines\"\r\n\r\n\r\n2,b,\r\n3,c,x";
    assert_eq!(of(text), ["2: a|1|two\r\nlines", "6: b|2", "7: c|3|x"]);
}

/// A JSON object that has what makes trouble.
fn object() -> impl Strategy<Value = serde_json::Value> {
    let text = prop_oneof!["[ -~]{0,8}", Just("],{\\\"\n[}".to_owned()), Just("ä\u{feff}€".to_owned())];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<i32>().prop_map(Into::into),
        text.clone().prop_map(Into::into)
    ];
    let value = leaf.prop_recursive(3, 12, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(Into::into));
    prop::collection::vec((text, value), 1..4)
        .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect()))
}

proptest! {
    #[test]
    fn each_format_gives_the_same_records_however_it_is_split(
        objects in prop::collection::vec(object(), 1..8),
        sizes in prop::collection::vec(1_usize..40, 1..6),
        pretty in any::<bool>(),
        blank in "(\n|\r\n|  \n){0,3}",
    ) {
        let lines: String = objects.iter().map(|object| format!("{object}\r\n{blank}")).collect();
        let array = serde_json::Value::Array(objects.clone());
        let array = format!("\u{feff}{blank}{}{blank}", if pretty { format!("{array:#}") } else { array.to_string() });
        for (text, format) in [(lines, Format::Jsonl), (array, Format::Json)] {
            let split = Split { text: text.as_bytes(), sizes: sizes.clone().into_iter().cycle() };
            let read = records(split, Some(format));
            prop_assert_eq!(&read, &records(text.as_bytes(), None));
            let values: Vec<serde_json::Value> = read
                .iter()
                .map(|(_, _, text)| serde_json::from_str(text.split_once(' ').unwrap().1).unwrap())
                .collect();
            prop_assert_eq!(&values, &objects);
            for (number, line, text) in read {
                prop_assert!(number > 0 && line > 0, "{}", text);
            }
        }
    }

    #[test]
    fn nothing_makes_a_reader_panic_or_go_on_forever(
        text in prop_oneof!["[\\[\\]{},\" \\\\a1\n\r]{0,60}", "(value|,|\"|\n|\r|x|metricSourceId){0,40}"],
        format in prop::sample::select(vec![None, Some(Format::Jsonl), Some(Format::Json), Some(Format::Csv)]),
        sizes in prop::collection::vec(1_usize..5, 1..4),
    ) {
        let split = Split { text: text.as_bytes(), sizes: sizes.into_iter().cycle() };
        let read = records(split, format);
        prop_assert_eq!(read, records(text.as_bytes(), format));
    }
}
