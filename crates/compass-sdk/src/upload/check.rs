//! What the API takes (NOTES: "Files"), checked before anything is sent.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Content, Upload, length};

/// What an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// npm's lock file.
    LockFile,
    /// An OpenAPI document.
    ApiSpec,
    /// JSON, YAML or XML.
    Attachment,
}

/// A lock file has to be smaller than this: 2 MB. Whether MB means 10⁶ or 2²⁰ bytes is not published, so the smaller.
const LOCK_FILE_LIMIT: u64 = 2_000_000;

/// YAML is read as a whole to check it.
const YAML_LIMIT: u64 = 256 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Yaml,
    Xml,
}

/// The format that a file's name tells.
fn format(file_name: &str) -> Option<Format> {
    match Path::new(file_name).extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "json" => Some(Format::Json),
        "yaml" | "yml" => Some(Format::Yaml),
        "xml" => Some(Format::Xml),
        _ => None,
    }
}

pub(super) fn media_type(file_name: &str) -> Option<&'static str> {
    Some(match format(file_name)? {
        Format::Json => "application/json",
        Format::Yaml => "application/yaml",
        Format::Xml => "application/xml",
    })
}

/// What an OpenAPI document says of itself.
#[derive(Deserialize)]
struct Versions {
    openapi: Option<String>,
    swagger: Option<String>,
}

pub(super) async fn check(upload: &Upload, takes: Takes) -> Result<(), String> {
    let name = upload.file_name();
    if name.chars().any(|character| character.is_control() || matches!(character, '/' | '\\')) {
        return Err("its name has slashes or control characters: give it a plain name with `named`".to_owned());
    }
    let format = match (takes, format(name)) {
        (Takes::LockFile, _) if name != "package-lock.json" => {
            return Err("the API takes npm's package-lock.json alone: name it so with `named` if it is one".to_owned());
        }
        (Takes::LockFile, _) => Format::Json,
        (Takes::ApiSpec, None | Some(Format::Xml)) => {
            return Err("an API specification is named .json, .yaml or .yml".to_owned());
        }
        (Takes::ApiSpec | Takes::Attachment, Some(format)) => format,
        (Takes::Attachment, None) => return Err("an attachment is named .json, .yaml, .yml or .xml".to_owned()),
    };
    match &upload.content {
        // What comes is seen by the API first.
        Content::Stream(_) => Ok(()),
        Content::Bytes(bytes) => content(&bytes[..], length(bytes.len()), takes, format),
        Content::Path(path) => {
            let path = path.clone();
            let checked = tokio::task::spawn_blocking(move || {
                let file = std::fs::File::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                let length = file.metadata().map_err(|error| format!("{}: {error}", path.display()))?.len();
                content(BufReader::new(file), length, takes, format)
            });
            checked.await.map_err(|error| format!("it could not be checked: {error}"))?
        }
    }
}

fn content(reader: impl Read, length: u64, takes: Takes, format: Format) -> Result<(), String> {
    if takes == Takes::LockFile && length >= LOCK_FILE_LIMIT {
        return Err(format!("it has {length} bytes: the API takes lock files of less than {LOCK_FILE_LIMIT}"));
    }
    let reader = without_mark(reader).map_err(|error| format!("it cannot be read: {error}"))?;
    match (takes, format) {
        (Takes::ApiSpec, Format::Json) => {
            is_openapi(serde_json::from_reader(reader).map_err(|error| format!("it is no JSON object: {error}"))?)
        }
        (Takes::ApiSpec, _) => {
            let text = yaml_text(reader, YAML_LIMIT)?;
            let versions = serde_saphyr::from_str_with_options(&text, yaml_options());
            is_openapi(versions.map_err(|error| format!("it is no YAML mapping: {error}"))?)
        }
        (_, Format::Json) => serde_json::from_reader::<_, IgnoredAny>(reader)
            .map(drop)
            .map_err(|error| format!("it is no JSON: {error}")),
        (_, Format::Yaml) => {
            every_document(&yaml_text(reader, YAML_LIMIT)?).map_err(|error| format!("it is no YAML: {error}"))
        }
        (_, Format::Xml) => begins_as_xml(reader)
            .map_err(|error| format!("it cannot be read: {error}"))?
            .then_some(())
            .ok_or_else(|| "it is no XML: that begins with `<`".to_owned()),
    }
}

/// An OpenAPI document says which version it is of (OpenAPI 3.1.0, OpenAPI Object; Swagger 2.0 likewise).
fn is_openapi(versions: Versions) -> Result<(), String> {
    match (versions.openapi, versions.swagger) {
        (Some(version), _) if version.starts_with("3.") => Ok(()),
        (None, Some(version)) if version == "2.0" => Ok(()),
        (Some(version), _) => Err(format!("openapi: {version:?} is no version of OpenAPI 3")),
        (None, Some(version)) => Err(format!("swagger: {version:?} is not \"2.0\"")),
        (None, None) => Err("it is no OpenAPI document: it has neither `openapi` nor `swagger`".to_owned()),
    }
}

/// The same from behind its byte order mark, if it has one (RFC 8259, section 8.1: readers may ignore it).
fn without_mark(reader: impl Read) -> io::Result<impl BufRead> {
    const MARK: [u8; 3] = *b"\xEF\xBB\xBF";

    let mut reader = BufReader::new(reader);
    let mut beginning = Vec::new();
    Read::by_ref(&mut reader).take(length(MARK.len())).read_to_end(&mut beginning)?;
    if beginning == MARK {
        beginning.clear();
    }
    Ok(io::Cursor::new(beginning).chain(reader))
}

/// YAML as text: UTF-8, or UTF-16 if it begins with that one's mark (YAML 1.2.2, section 5.2).
///
/// The library reads from a reader, too, but then brings decoders for all that the web is written in: 0.2 MB of a program.
pub(super) fn yaml_text(reader: impl Read, limit: u64) -> Result<String, String> {
    let mut bytes = Vec::new();
    let unreadable = |error| format!("it cannot be read: {error}");
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if length(bytes.len()) > limit {
        return Err(format!("it has more than {limit} bytes: YAML that large cannot be checked"));
    }
    let text = match &bytes[..] {
        [0xFF, 0xFE, units @ ..] => utf_16(units, u16::from_le_bytes),
        [0xFE, 0xFF, units @ ..] => utf_16(units, u16::from_be_bytes),
        _ => String::from_utf8(bytes).ok(),
    };
    text.ok_or_else(|| "it is no YAML: that is text in UTF-8 or UTF-16".to_owned())
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (units, rest) = bytes.as_chunks();
    let units: Vec<u16> = units.iter().copied().map(unit).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty())
}

/// Reads all documents of a YAML file; there may be several.
fn every_document(text: &str) -> Result<(), serde_saphyr::Error> {
    serde_saphyr::from_multiple_with_options::<IgnoredAny>(text, yaml_options()).map(drop)
}

/// Contracts of large APIs have more in them than a library expects of YAML.
fn yaml_options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 50_000_000,
            max_nodes: 20_000_000,
            max_total_scalar_bytes: 512 * 1024 * 1024,
            max_depth: 128,
        },
    }
}

/// Whether the first character that is no space is a `<`.
fn begins_as_xml(mut reader: impl BufRead) -> io::Result<bool> {
    loop {
        let bytes = reader.fill_buf()?;
        let Some(first) = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) else {
            let length = bytes.len();
            if length == 0 {
                return Ok(false);
            }
            reader.consume(length);
            continue;
        };
        return Ok(*first == b'<');
    }
}
