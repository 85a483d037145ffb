//! Files on the wire, as a server reads them.

use std::path::PathBuf;

use compass_api::Operation;
use compass_mock::Request;
use compass_sdk::{Upload, event::WebUrl};

use crate::{
    calls::{API_SPEC, ATTACHMENT, FORGE_APP, KEY, LOCK_FILE, LOCK_FILE_ID, call, lock_file, streamed},
    client, component, mock,
    support::{TakeRequest, file, uploaded},
};

/// A file on disk, until the test ends.
struct OnDisk(PathBuf);

impl OnDisk {
    fn new(name: &str, content: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("compass-sdk-uploads-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.parent().unwrap());
    }
}

/// Uploads an attachment, which takes more formats than the others.
async fn attached(file: Upload) -> Request {
    let server = mock().await;
    client(server.origin()).attachments(&component(), FORGE_APP).upload(KEY, file).await.unwrap();
    server.take_request()
}

#[tokio::test]
async fn each_upload_sends_one_part_with_name_media_type_and_content() {
    let server = mock().await;
    for (operation, expected) in [
        (Operation::UploadLockFile, file("package-lock.json", "application/json", LOCK_FILE)),
        (Operation::UploadAttachment, file("report.xml", "application/xml", ATTACHMENT)),
        (Operation::UploadApiSpec, file("openapi.yaml", "application/yaml", API_SPEC)),
    ] {
        call(&client(server.origin()), operation).await.unwrap();
        assert_eq!(uploaded(&server.take_request()), expected, "{operation}");
    }
}

#[tokio::test]
async fn bytes_paths_and_streams_arrive_the_same() {
    let on_disk = OnDisk::new("from-disk.json", r#"{"a":1}"#);
    let files = [
        Upload::bytes("report.json", r#"{"a":1}"#),
        Upload::path(&on_disk.0).named("report.json"),
        streamed("report.json", &["{\"a\"", ":1}"]),
    ];
    for upload in files {
        let sent = uploaded(&attached(upload.clone()).await);
        assert_eq!(sent, file("report.json", "application/json", r#"{"a":1}"#), "{upload:?}");
    }
    let sent = uploaded(&attached(Upload::path(&on_disk.0)).await);
    assert_eq!(sent, file("from-disk.json", "application/json", r#"{"a":1}"#));
}

/// Gateways want to know the length beforehand, where it can be known.
#[tokio::test]
async fn files_of_known_length_announce_it() {
    let on_disk = OnDisk::new("announced.json", "[]");
    for file in [Upload::bytes("report.json", "[]"), Upload::path(&on_disk.0)] {
        let request = attached(file.clone()).await;
        assert_eq!(request.header("content-length"), Some(&*request.body.len().to_string()), "{file:?}");
        assert_eq!(request.header("transfer-encoding"), None, "{file:?}");
    }
    let request = attached(streamed("report.json", &["[", "]"])).await;
    assert_eq!((request.header("content-length"), request.header("transfer-encoding")), (None, Some("chunked")));
}

#[tokio::test]
async fn files_that_the_api_would_not_take_are_not_sent() {
    let server = mock().await;
    let client = client(server.origin());
    let component = component();
    let url = WebUrl::parse("https://git.example.com/lock").unwrap();
    let errors = [
        client.lock_files(&component).upload(LOCK_FILE_ID, &url, lock_file().named("yarn.lock")).await,
        client.api_specs(&component).upload(Upload::bytes("openapi.yaml", "title: none")).await,
        client.api_specs(&component).upload(Upload::path("/nowhere/openapi.yaml")).await,
        client.attachments(&component, FORGE_APP).upload(KEY, Upload::bytes("a.txt", "a")).await.map(drop),
    ];
    for error in errors {
        let error = error.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (compass_sdk::ErrorKind::Invalid, 0), "{error}");
        assert!(!error.may_have_been_sent() && !error.is_retryable(), "{error}");
    }
    assert!(server.take_requests().is_empty());
}
