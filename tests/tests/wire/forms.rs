//! Files on the wire, as a server reads them.

use compass_api::{Operation, Part};
use compass_mock::{Fault, Request};
use futures_util::stream;
use reqwest::Body;

use crate::{
    cases::{Arguments, FILE, call},
    client, mock,
    support::{self, TakeRequest, Uploaded},
};

/// Uploads a part by one of the operations; the three build their forms by one template.
async fn uploaded(file: Part) -> Request {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    client(&server).upload_api_spec(&Arguments::COMPONENT, file).await.unwrap_err();
    server.take_request()
}

#[tokio::test]
async fn uploads_send_one_part_with_name_media_type_and_content_as_given() {
    let server = mock().await;
    server.faults().script([Fault::status(503)]);
    for operation in [Operation::UploadLockFile, Operation::UploadAttachment, Operation::UploadApiSpec] {
        call(&client(&server), operation, &Arguments::default()).await;
        let request = server.take_request();
        let content_type = request.header("content-type").unwrap();
        assert!(content_type.starts_with("multipart/form-data; boundary="), "{operation}: {content_type}");
        let (name, media_type, content) = FILE;
        assert_eq!(support::uploaded(&request), support::file(name, media_type, content), "{operation}");
    }
}

#[tokio::test]
async fn what_the_caller_leaves_out_is_not_made_up() {
    let part: Uploaded = (Some("file".to_owned()), None, None, b"x".to_vec());
    assert_eq!(support::uploaded(&uploaded(Part::bytes(b"x".as_slice())).await), part);
}

#[tokio::test]
async fn a_file_of_known_length_announces_it() {
    let stream = |chunks: [&'static str; 2]| Body::wrap_stream(stream::iter(chunks.map(Ok::<_, std::io::Error>)));
    for file in
        [Part::bytes(b"openapi: 3.1.0".as_slice()), Part::stream_with_length(stream(["openapi", ": 3.1.0"]), 14)]
    {
        let request = uploaded(file).await;
        assert_eq!(request.header("content-length"), Some(&*request.body.len().to_string()));
        assert_eq!(request.header("transfer-encoding"), None);
        assert_eq!(support::uploaded(&request).3, b"openapi: 3.1.0");
    }
}

#[tokio::test]
async fn a_streamed_file_of_unknown_length_arrives_whole() {
    // Far more than the buffers on the way hold, in chunks of odd sizes, with every byte there is.
    let chunk = |size: usize| (0..=u8::MAX).cycle().skip(size).take(size * 997).collect::<Vec<_>>();
    let chunks: Vec<_> = (0..40).map(chunk).collect();
    let whole = chunks.concat();
    let file = Part::stream(Body::wrap_stream(stream::iter(chunks.into_iter().map(Ok::<_, std::io::Error>))));
    let request = uploaded(file.file_name("big.yaml")).await;
    assert_eq!(request.header("content-length"), None);
    assert_eq!(request.header("transfer-encoding"), Some("chunked"));
    let (.., content) = support::uploaded(&request);
    assert!(content == whole, "{} bytes of {}", content.len(), whole.len());
}

#[tokio::test]
async fn a_file_that_fails_while_it_is_read_ends_the_upload() {
    let server = mock().await;
    let chunks = [Ok("half"), Err(std::io::Error::other("the disk is gone"))];
    let file = Part::stream(Body::wrap_stream(stream::iter(chunks)));
    let error = client(&server).upload_api_spec(&Arguments::COMPONENT, file).await.unwrap_err();
    assert!(matches!(error, compass_api::Error::CommunicationError(_)), "{error}");
    assert!(server.take_requests().is_empty(), "half a form is no request");
}

#[tokio::test]
async fn content_that_looks_like_a_form_stays_content() {
    let content = "--\r\n--a\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n\r\n--a--\r\n";
    assert_eq!(support::uploaded(&uploaded(Part::text(content)).await).3, content.as_bytes());
}

#[tokio::test]
async fn file_names_go_out_as_given_within_quotes() {
    for (name, header) in [
        ("openapi v1.yaml", "openapi v1.yaml"),
        ("\u{fc}bersicht \u{65e5}.json", "\u{fc}bersicht \u{65e5}.json"),
        ("100%25;a=b.json", "100%25;a=b.json"),
        ("say \"hi\".json", "say \\\"hi\\\".json"),
        ("C:\\spec.json", "C:\\\\spec.json"),
    ] {
        let request = uploaded(Part::text("x").file_name(name)).await;
        let body = String::from_utf8(request.body.into()).unwrap();
        let wanted = format!("\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{header}\"\r\n\r\nx\r\n");
        assert!(body.contains(&wanted), "{name:?}: {body}");
    }
}

/// The line break goes into the part's headers with a backslash before it, so that a file name can add headers of its
/// own. Whoever takes file names from elsewhere has to refuse it.
#[tokio::test]
async fn a_line_break_in_a_file_name_is_not_kept_out_by_reqwest() {
    let request = uploaded(Part::text("x").file_name("a\r\nX-Injected: yes\r\n.json")).await;
    let body = String::from_utf8(request.body.into()).unwrap();
    assert!(body.contains("filename=\"a\\\r\\\nX-Injected: yes"), "{body:?}");
}
