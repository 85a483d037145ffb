//! The pages, taken apart.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The samples of one example, as its page has them.
#[derive(Debug)]
pub(crate) struct Shown {
    /// `createCompassEvent.flag`
    pub(crate) key: String,
    /// Name and text of the file that is uploaded.
    pub(crate) file: Option<(String, String)>,
    pub(crate) curl: String,
    pub(crate) compass: String,
    pub(crate) rust: String,
}

impl Shown {
    pub(crate) fn operation(&self) -> &str {
        self.key.split('.').next().unwrap()
    }
}

/// A row of an operation's table of answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) operation: String,
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) exit: i32,
}

pub(crate) fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// Names and texts of all pages.
pub(crate) static PAGES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let entries = docs().join("reference").read_dir().unwrap();
    let mut pages: Vec<_> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    pages.sort();
    pages
});

/// The samples of all pages, those first that make what others read or delete.
pub(crate) static SAMPLES: LazyLock<Vec<Shown>> = LazyLock::new(|| {
    let mut samples: Vec<_> = PAGES.iter().flat_map(|(_, text)| samples_of(text)).collect();
    let place = |shown: &Shown| match shown.operation() {
        operation if operation.starts_with("delete") => 2,
        operation if operation.starts_with("get") => 1,
        _ => 0,
    };
    samples.sort_by_key(place);
    samples
});

/// The answers of all pages.
pub(crate) static ANSWERS: LazyLock<Vec<Answer>> =
    LazyLock::new(|| PAGES.iter().flat_map(|(_, text)| sections(text)).flat_map(answers_of).collect());

/// The sections of a page about one operation each, with the operation's ID.
pub(crate) fn sections(page: &str) -> Vec<(String, &str)> {
    let id = |section: &str| Some(section.split_once(" · operation `")?.1.split('`').next()?.to_owned());
    page.split("\n## ").skip(1).filter_map(|section| Some((id(section)?, section))).collect()
}

fn answers_of((operation, section): (String, &str)) -> Vec<Answer> {
    let (_, table) = section.split_once("### Answers\n\n").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<_> = row.split(" | ").map(|cell| cell.trim_matches(['|', ' ', '`'])).collect();
        Answer {
            operation: operation.clone(),
            status: cells[0].parse().unwrap(),
            kind: cells[2].to_owned(),
            exit: cells[3].parse().unwrap(),
        }
    })
    .collect()
}

fn samples_of(page: &str) -> Vec<Shown> {
    page.split("<!-- samples of ")
        .skip(1)
        .map(|text| {
            let (key, text) = text.split_once(" -->").unwrap();
            let text = text.split("<!-- ").next().unwrap();
            let block =
                |title: &str| block(text, &format!("**{title}**\n\n")).unwrap_or_else(|| panic!("{key}: {title}"));
            let file = text.split_once("` is\n\n").map(|(before, _)| {
                let name = before.rsplit('`').next().unwrap();
                (name.to_owned(), self::block(text, "` is\n\n").unwrap())
            });
            Shown { key: key.to_owned(), file, curl: block("curl"), compass: block("compass"), rust: block("Rust") }
        })
        .collect()
}

/// The block of code that stands behind a text.
fn block(text: &str, title: &str) -> Option<String> {
    let (_, text) = text.split_once(title)?;
    let (_, text) = text.split_once('\n')?;
    Some(text.split_once("\n```")?.0.to_owned() + "\n")
}

#[test]
fn every_operation_has_one_section_and_every_kind_one_sample() {
    let contract = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/compass-v1.json"));
    let contract: serde_json::Value = serde_json::from_str(&contract.unwrap()).unwrap();
    let items = contract["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let mut operations: Vec<_> = operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
    operations.sort_unstable();
    let mut told: Vec<_> = PAGES.iter().flat_map(|(_, text)| sections(text)).map(|(operation, _)| operation).collect();
    told.sort_unstable();
    assert_eq!(told, operations, "operations of the contract = sections of the pages");
    assert_eq!(operations.len(), 11);

    let mut shown: Vec<_> = SAMPLES.iter().map(Shown::operation).collect();
    shown.sort_unstable();
    shown.dedup();
    assert_eq!(shown, operations, "operations of the contract = operations with samples");
    let event = "createCompassEvent.";
    let mut kinds: Vec<_> = SAMPLES.iter().filter_map(|shown| shown.key.strip_prefix(event)).collect();
    kinds.sort_unstable();
    let known = compass_sdk::event::Kind::ALL.map(compass_sdk::event::Kind::as_str);
    assert_eq!(kinds, known, "kinds of the SDK = kinds with samples");

    let mut keys: Vec<_> = SAMPLES.iter().map(|shown| &*shown.key).collect();
    let mut compiled = super::generated::SAMPLES.to_vec();
    keys.sort_unstable();
    compiled.sort_unstable();
    assert_eq!(keys, compiled, "samples of the pages = compiled samples");
    assert_eq!(keys.len(), 21);
}

#[test]
fn links_between_the_pages_lead_somewhere() {
    let anchors = |text: &str| -> Vec<String> {
        let headings = text
            .lines()
            .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
        let anchor = |heading: &str| -> String {
            let kept = heading.to_lowercase().replace(' ', "-");
            kept.chars().filter(|letter| letter.is_alphanumeric() || *letter == '-').collect()
        };
        headings.map(anchor).collect()
    };
    let mut count = 0;
    for (name, text) in PAGES.iter() {
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
            let file = if file.is_empty() { name } else { file };
            let target = std::fs::read_to_string(docs().join("reference").join(file));
            let target = target.unwrap_or_else(|error| panic!("{name}: {link}: {error}"));
            if let Some(anchor) = anchor {
                assert!(anchors(&target).iter().any(|known| known == anchor), "{name}: {link}");
            }
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}

/// Each option of a table is in the sample below it, and the sample is run: so none of them is invented.
#[test]
fn every_field_of_an_event_is_in_its_sample() {
    let (_, page) = PAGES.iter().find(|(name, _)| name == "events.md").unwrap();
    let mut count = 0;
    for section in page.split("\n### ").filter(|section| section.contains("Option of `compass`")) {
        let [shown] = &samples_of(section)[..] else { panic!("{section}") };
        let words: Vec<_> = shown.compass.split_whitespace().collect();
        for row in section.lines().filter(|line| line.starts_with("| ")).skip(2) {
            let option = row.trim_end_matches(" |").rsplit("| ").next().unwrap().trim_matches('`');
            if !option.trim().is_empty() {
                assert!(words.contains(&option), "{}: {option}\n{}", shown.key, shown.compass);
                count += 1;
            }
        }
    }
    assert!(count > 80, "{count}");
}
