use super::*;

fn answered(status: u16, body: &str) -> Error {
    let status = StatusCode::from_u16(status).unwrap();
    Failed {
        operation: Some(Operation::CreateCompassEvent),
        attempts: 1,
        ..Failed::before_sending(ErrorKind::of_answer(status, body.as_bytes()), status.to_string())
    }
    .answered(Some(status), body.as_bytes())
    .into()
}

#[test]
fn the_api_is_quoted_with_a_hint() {
    let body = r#"{"errors":[{"type":"COMPONENT_NOT_FOUND","message":"No such component."},{"type":"X"},{}]}"#;
    let error = answered(404, body);
    let kinds: Vec<_> = error.api_errors().iter().map(|error| &*error.kind).collect();
    assert_eq!(kinds, ["COMPONENT_NOT_FOUND", "X"]);
    assert_eq!(
        error.to_string(),
        "createCompassEvent: 404 Not Found: COMPONENT_NOT_FOUND: No such component.: X; hint: check the component's ID: \
         Compass has none like this, or the user may not see it"
    );
}

#[test]
fn what_is_not_the_apis_is_shown_by_its_first_line_and_commands_no_terminal() {
    let error = answered(502, "\n\n  <html>\u{1b}[31m bad gateway\r\n</html>");
    assert_eq!(error.to_string(), "createCompassEvent: 502 Bad Gateway: <html> [31m bad gateway");
    assert_eq!(answered(401, "").to_string().split(';').next(), Some("createCompassEvent: 401 Unauthorized"));
    let long = answered(500, &"é".repeat(5000)).to_string();
    assert!(long.ends_with('…') && long.chars().count() < 260, "{long}");
}

#[test]
fn attempts_are_told_when_there_were_several() {
    let mut error = answered(503, "");
    (error.0.attempts, error.0.elapsed) = (3, Duration::from_millis(1240));
    assert_eq!(error.to_string(), "createCompassEvent: 503 Service Unavailable (after 3 attempts in 1.2 s)");
}

/// A gateway's 404 was told as if Compass had refused the request, and a bulk run did not send it again.
#[test]
fn a_page_says_nothing_of_the_request() {
    let page = "<!doctype html><title>404 Not Found</title>";
    for status in [400, 404, 405, 409, 410, 412, 413, 422] {
        let error = answered(status, page);
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{status}");
        assert!(error.hint().is_some_and(|hint| hint.contains("answers instead")), "{error}");
    }
    // These are a gateway's to say.
    for status in [401, 403, 408, 429, 502, 503] {
        assert_eq!(answered(status, page).kind(), answered(status, "").kind(), "{status}");
    }
}

#[test]
fn every_status_has_a_kind() {
    let kinds = [
        (200, ErrorKind::UnexpectedResponse),
        (302, ErrorKind::UnexpectedResponse),
        (400, ErrorKind::Validation),
        (401, ErrorKind::Authentication),
        (403, ErrorKind::Permission),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Conflict),
        (422, ErrorKind::Validation),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Server),
        (504, ErrorKind::Server),
    ];
    for (status, kind) in kinds {
        assert_eq!(answered(status, "").kind(), kind, "{status}");
    }
}
