use futures_util::stream;

use super::*;

async fn problem(upload: Upload, takes: Takes) -> Option<String> {
    check::check(&upload, takes).await.err()
}

#[tokio::test]
async fn lock_files_have_their_name_are_json_and_small() {
    let lock = |text: &str| Upload::bytes("package-lock.json", text.to_owned());
    assert_eq!(problem(lock("{}"), Takes::LockFile).await, None);
    assert!(problem(lock("{").named("yarn.lock"), Takes::LockFile).await.unwrap().contains("package-lock.json alone"));
    assert!(problem(lock("{"), Takes::LockFile).await.unwrap().starts_with("it is no JSON: EOF"));
    let of_length = |length: usize| format!("\"{}\"", "a".repeat(length - 2));
    assert_eq!(problem(lock(&of_length(1_999_999)), Takes::LockFile).await, None);
    assert_eq!(
        problem(lock(&of_length(2_000_000)), Takes::LockFile).await.unwrap(),
        "it has 2000000 bytes: the API takes lock files of less than 2000000"
    );
}

#[tokio::test]
async fn specifications_say_that_they_are_openapi() {
    for (name, text, expected) in [
        ("a.json", r#"{"openapi": "3.1.0", "info": {}}"#, None),
        ("a.yaml", "openapi: 3.0.3\ninfo: {}\n", None),
        ("a.yml", "swagger: '2.0'\n", None),
        ("a.json", "\u{feff}{\"openapi\": \"3.1.0\"}", None),
        ("a.json", "[]", Some("it is no JSON object")),
        ("a.yaml", "openapi: 4.0.0\n", Some("openapi: \"4.0.0\" is no version of OpenAPI 3")),
        ("a.yaml", "info: {}\n", Some("it is no OpenAPI document")),
        ("a.yaml", "a: [\n", Some("it is no YAML mapping")),
        ("a.xml", "<a/>", Some("an API specification is named")),
    ] {
        let found = problem(Upload::bytes(name, text), Takes::ApiSpec).await;
        let holds = match (&found, expected) {
            (None, None) => true,
            (Some(found), Some(expected)) => found.starts_with(expected),
            _ => false,
        };
        assert!(holds, "{name} {text}: {found:?}");
    }
}

#[tokio::test]
async fn attachments_are_what_their_names_say() {
    for (name, text, holds) in [
        ("a.json", "[1]", true),
        ("a.json", "[1", false),
        ("a.yaml", "- 1", true),
        ("a.yaml", "a: [", false),
        ("a.xml", "\u{feff} <a/>", true),
        ("a.json", "\u{feff}[1]", true),
        ("a.json", "\u{feff}", false),
        ("a.yaml", "a: 1\n---\nb: 2\n", true),
        ("a.yaml", "a: 1\n---\nb: [\n", false),
        ("a.xml", "a", false),
        ("a.xml", "", false),
        ("a.txt", "a", false),
        ("a/b.json", "{}", false),
    ] {
        assert_eq!(problem(Upload::bytes(name, text), Takes::Attachment).await.is_none(), holds, "{name} {text}");
    }
}

#[tokio::test]
async fn yaml_is_read_in_its_encodings() {
    let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(bytes).collect() };
    let good = "\u{feff}openapi: 3.1.0\ninfo: { title: \"\u{1f980}\" }\n";
    let odd = [utf_16(good, u16::to_le_bytes), vec![0]].concat();
    for (bytes, holds) in [
        (good.as_bytes().to_vec(), true),
        (utf_16(good, u16::to_le_bytes), true),
        (utf_16(good, u16::to_be_bytes), true),
        (odd, false),
        // Half of a surrogate pair, and Latin-1.
        (vec![0xFF, 0xFE, 0x00, 0xD8], false),
        (b"openapi: 3.1.0\ninfo: \xE4\n".to_vec(), false),
    ] {
        for takes in [Takes::ApiSpec, Takes::Attachment] {
            let found = problem(Upload::bytes("a.yaml", bytes.clone()), takes).await;
            let expected = (!holds).then(|| "it is no YAML: that is text in UTF-8 or UTF-16".to_owned());
            assert_eq!(found, expected, "{takes:?} {bytes:x?}");
        }
    }
}

#[test]
fn yaml_that_does_not_end_is_not_read_to_its_end() {
    assert_eq!(check::yaml_text("a: 1".as_bytes(), 4).unwrap(), "a: 1");
    let endless = check::yaml_text(std::io::repeat(b'#'), 4).unwrap_err();
    assert_eq!(endless, "it has more than 4 bytes: YAML that large cannot be checked");
}

#[tokio::test]
async fn a_stream_is_sent_once_and_a_file_as_often_as_needed() {
    let stream = Upload::stream("a.json", stream::iter([Ok::<_, std::io::Error>(Bytes::from("{}"))]));
    assert!(!stream.is_replayable());
    assert!(stream.part().await.is_ok());
    assert!(stream.part().await.unwrap_err().contains("has been sent already"));
    let path = std::env::temp_dir().join(format!("compass-sdk-{}.json", std::process::id()));
    std::fs::write(&path, "{}").unwrap();
    let file = Upload::path(&path);
    assert_eq!(problem(file.clone(), Takes::Attachment).await, None);
    assert!(file.part().await.is_ok() && file.part().await.is_ok());
    std::fs::remove_file(&path).unwrap();
    let gone = problem(file, Takes::Attachment).await.unwrap();
    assert!(gone.contains(&path.display().to_string()), "{gone}");
}

/// GitHub's own specification has hundreds of thousands of nodes.
#[tokio::test]
async fn large_specifications_are_read() {
    let paths: String = (0..150_000).map(|number| format!("  /p{number}: {{}}\n")).collect();
    let large = Upload::bytes("a.yaml", format!("openapi: 3.1.0\npaths:\n{paths}"));
    assert_eq!(problem(large, Takes::ApiSpec).await, None);
}
