//! Links and anchors of every page, without a network.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::root;

/// A page: what it links to, in which line, and what can be linked to in it.
struct Page {
    links: Vec<(usize, String)>,
    anchors: BTreeSet<String>,
}

impl Page {
    fn of(text: &str) -> Self {
        let mut page = Self { links: Vec::new(), anchors: BTreeSet::new() };
        let mut seen = BTreeMap::new();
        let mut heading = None;
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        // A reference without a definition is text to Markdown, and a mistake to whoever wrote it.
        let mut undefined = Vec::new();
        let mut broken = |link: pulldown_cmark::BrokenLink<'_>| {
            undefined.push((line(link.span.start), link.reference.to_string()));
            None
        };
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let parser = Parser::new_with_broken_link_callback(text, options, Some(&mut broken));
        for (event, span) in parser.into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    page.anchors.extend(heading.take().map(|text: String| anchor(&text, &mut seen)));
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push((line(span.start), dest_url.into_string()));
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    page.anchors.extend(attributes(&html, "id").chain(attributes(&html, "name")));
                    let to = attributes(&html, "href").chain(attributes(&html, "src"));
                    page.links.extend(to.map(|to| (line(span.start), to)));
                }
                _ => {}
            }
        }
        // `[x]` in prose is no link to anybody; `[text][name]` is, and its definition is missing.
        page.links.extend(undefined.into_iter().filter(|(_, name)| name.contains(['/', '#'])));
        page
    }
}

/// The values of an attribute in a piece of HTML.
fn attributes<'h>(html: &'h str, name: &str) -> impl Iterator<Item = String> + use<'h> {
    let begin = format!(" {name}=\"");
    html.split(&begin)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}

/// A heading's anchor: letters in lower case, digits, `-` and `_` stay, spaces become `-`, all else goes; one that was there
/// before gets a number. GitHub and mdBook do so alike.
fn anchor(heading: &str, seen: &mut BTreeMap<String, usize>) -> String {
    let kept = heading.trim().chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ => letter.is_alphanumeric().then_some(letter),
    });
    let id: String = kept.collect::<String>().to_lowercase();
    let count = seen.entry(id.clone()).or_insert(0);
    *count += 1;
    if *count == 1 { id } else { format!("{id}-{}", *count - 1) }
}

/// What is wrong with a link of the page `name`, if anything.
fn complaint(name: &Path, link: &str, pages: &BTreeMap<PathBuf, Page>) -> Option<String> {
    if let Some((scheme, rest)) = link.split_once(':') {
        let host = rest.strip_prefix("//").unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default();
        return match scheme {
            "https" if host.contains('.') && !link.contains(char::is_whitespace) => None,
            "http" if host.starts_with("127.0.0.1") => None,
            _ => Some("is no https URL".to_owned()),
        };
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    if path.starts_with('/') {
        return Some("begins at no page: write it relative to this file".to_owned());
    }
    let target = if path.is_empty() { name.to_owned() } else { below(name.parent()?, path)? };
    let file = root().join(&target);
    if !file.exists() {
        return Some(format!("there is no {}", target.display()));
    }
    // Systems whose file names have no case find what others do not.
    let written =
        target.file_name().and_then(|name| file.canonicalize().ok().map(|real| real.file_name() == Some(name)));
    if written == Some(false) {
        return Some(format!("{} is spelt otherwise", target.display()));
    }
    let anchor = anchor?;
    match pages.get(&target) {
        Some(page) if page.anchors.contains(anchor) => None,
        Some(_) => Some(format!("{} has no heading #{anchor}", target.display())),
        None => Some(format!("{} is no page whose headings are known", target.display())),
    }
}

/// The path from the root, of one that is relative to a folder; none if it leads out of the checkout.
fn below(folder: &Path, path: &str) -> Option<PathBuf> {
    let mut whole = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::ParentDir => whole.pop().then_some(())?,
            Component::Normal(part) => whole.push(part),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    Some(whole)
}

/// Every page of the documentation, by its path from the root.
fn pages() -> BTreeMap<PathBuf, Page> {
    let mut names =
        vec![PathBuf::from("README.md"), "CHANGELOG.md".into(), "NOTICE.md".into(), "openapi/NOTES.md".into()];
    let crates = root().join("crates").read_dir().unwrap().map(|entry| entry.unwrap().file_name());
    names.extend(
        crates.map(|name| Path::new("crates").join(name).join("README.md")).filter(|name| root().join(name).exists()),
    );
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in root().join(&folder).read_dir().unwrap().map(Result::unwrap) {
            let name = folder.join(entry.file_name());
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(name),
                false if name.extension().is_some_and(|extension| extension == "md") => names.push(name),
                false => {}
            }
        }
    }
    let read = |name: PathBuf| {
        let page = Page::of(&fs::read_to_string(root().join(&name)).unwrap());
        (name, page)
    };
    names.into_iter().map(read).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let links = pages.iter().flat_map(|(name, page)| page.links.iter().map(move |(line, link)| (name, line, link)));
    let wrong: Vec<String> = links
        .clone()
        .filter_map(|(name, line, link)| {
            complaint(name, link, &pages).map(|what| format!("{}:{line}: {link}: {what}", name.display()))
        })
        .collect();
    assert!(links.count() > 100, "hardly any link was found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_leads_nowhere_is_told_with_the_reason() {
    let text = "# Two words\n\n## `code`, and more\n\n# Two words\n\n[a](#two-words-1) <a id=\"by-hand\"></a> [b](#by-hand)\n\n\
                [c][no/definition]\n";
    let page = Page::of(text);
    let expected = ["by-hand", "code-and-more", "two-words", "two-words-1"];
    assert_eq!(page.anchors.iter().collect::<Vec<_>>(), expected);
    let links: Vec<_> = page.links.iter().map(|(line, link)| (*line, link.as_str())).collect();
    assert_eq!(links, [(7, "#two-words-1"), (7, "#by-hand"), (9, "no/definition")]);

    let name = PathBuf::from("docs/page.md");
    let pages = BTreeMap::from([(PathBuf::from("README.md"), page)]);
    let told = |link| complaint(&name, link, &pages).unwrap_or_default();
    assert_eq!(told("../README.md#two-words"), "");
    assert_eq!(told("https://example.com/a#b"), "");
    assert_eq!(told("../README.md#three-words"), "README.md has no heading #three-words");
    assert_eq!(told("../Cargo.toml#package"), "Cargo.toml is no page whose headings are known");
    assert_eq!(told("nowhere.md"), "there is no docs/nowhere.md");
    assert_eq!(told("/README.md"), "begins at no page: write it relative to this file");
    assert_eq!(told("http://example.com"), "is no https URL");
    assert_eq!(told("https://example"), "is no https URL");
}
