//! `compass doctor` and `compass demo`.

mod support;

use support::{COMPONENT, Ended, Server, compass, server};

const SITE: &str = r#"{"cloudId":"6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30"}"#;

fn doctor(server: &Server) -> Ended {
    let ended = compass(["doctor"]).env("COMPASS_COMPONENT", COMPONENT).sending_to(&server.url).run();
    Ended { stdout: ended.stdout.replace(&server.url, "http://127.0.0.1:…"), ..ended }
}

#[test]
fn a_site_that_is_there_and_one_whose_clock_is_not() {
    let server_without_clock = server(&[("200 OK", SITE), ("200 OK", r#"{"entitlements":{}}"#)]);
    insta::assert_snapshot!(doctor(&server_without_clock).told());
    let came = server_without_clock.came();
    // One request without credentials, and one that changes nothing.
    assert!(came[0].line.starts_with("GET /_edge/tenant_info "));
    assert!(!came[0].headers.iter().any(|header| header.to_lowercase().starts_with("authorization")));
    assert!(came[1].line.starts_with("POST /gateway/api/compass/v1/entitlements "));
    assert_eq!((came.len(), &*came[1].body), (2, r#"{"entitlements":[]}"#));

    let old = "200 OK\r\ndate: Tue, 01 Sep 2020 12:00:00 GMT";
    let ended = doctor(&server(Box::leak(Box::new([(old, SITE), ("200 OK", r#"{"entitlements":{}}"#)]))));
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("s ahead of the site's; set this machine's clock"), "{ended:?}");
}

#[test]
fn the_worst_that_was_found_is_the_exit_code() {
    let refused = doctor(&server(&[("200 OK", SITE), ("401 Unauthorized", "")]));
    assert_eq!(refused.code, 4);
    insta::assert_snapshot!(refused.told());
    let other = r#"{"cloudId":"00000000-0c3d-4b77-9a51-2f4c0a1d9e30"}"#;
    let other = doctor(&server(Box::leak(Box::new([("200 OK", other), ("400 Bad Request", "")]))));
    assert_eq!(other.code, 2);
    insta::assert_snapshot!(other.told());
    assert_eq!(compass(["doctor"]).sending_to("http://127.0.0.1:9").run().code, 5);
    insta::assert_snapshot!(compass(["doctor", "--output=json"]).run().told());
}

#[test]
fn the_demonstration_needs_nothing_and_shows_what_arrived() {
    // What the environment says of the real Compass is none of its business.
    let ended = compass(["demo"]).env("COMPASS_SITE", "example").env("COMPASS_COMPONENT", "x").run();
    insta::assert_snapshot!(ended.told());
    let json = compass(["demo", "--output=json"]).run().json();
    let received = json["data"]["received"].as_array().unwrap();
    // Ten kinds, and the metric.
    assert_eq!(received.len(), 11);
    assert_eq!(json["data"]["page"], serde_json::Value::Null);
}

#[cfg(unix)]
#[test]
fn the_demonstrations_page_stays_until_it_is_told_to_end() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    let mut demo = Command::new(env!("CARGO_BIN_EXE_compass"));
    let mut demo = demo.args(["demo", "--keep"]).env_clear().stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines().map(Result::unwrap);
    let page = lines.find(|line| line.starts_with("The page: http://127.0.0.1:"));
    assert!(page.is_some());
    assert!(Command::new("kill").arg(demo.id().to_string()).status().unwrap().success());
    assert_eq!(demo.wait().unwrap().code(), Some(0));
}
