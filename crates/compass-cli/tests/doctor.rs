//! `compass doctor` and `compass demo`.

mod support;

use compass_mock::Fault;
use serde_json::json;
use support::{COMPONENT, Ended, SITE, Server, compass, server};

fn doctor(server: &Server) -> Ended {
    let ended = compass(["doctor"]).env("COMPASS_COMPONENT", COMPONENT).sending_to(&server.url).run();
    Ended { stdout: ended.stdout.replace(&server.url, "http://127.0.0.1:…"), ..ended }
}

/// A site's answer that says whose it is.
fn site(cloud_id: &str) -> Fault {
    Fault::status(200).json(&json!({ "cloudId": cloud_id }))
}

#[test]
fn a_site_that_is_there() {
    let server = server([]);
    let ended = doctor(&server);
    assert_eq!(ended.code, 0, "{ended:?}");
    // Both have this machine's clock, and may look at it in different seconds.
    let clock = ended.stdout.lines().find(|line| line.contains("clock")).unwrap();
    assert!(clock.starts_with("pass  clock"), "{clock}");
    insta::assert_snapshot!(ended.told().replace(clock, "pass  clock  …"));
    let came = server.came();
    // One request without credentials, and one that changes nothing.
    assert_eq!((came[0].method.as_str(), &*came[0].target), ("GET", "/_edge/tenant_info"));
    assert!(!came[0].headers.contains_key("authorization"));
    assert_eq!((came[1].method.as_str(), &*came[1].target), ("POST", "/gateway/api/compass/v1/entitlements"));
    assert_eq!((came.len(), &*came[1].body), (2, &br#"{"entitlements":[]}"#[..]));
}

#[test]
fn a_clock_that_is_ahead_of_the_sites_is_to_be_set() {
    let old = site(SITE).with_header("date", "Tue, 01 Sep 2020 12:00:00 GMT");
    let ended = doctor(&server([old, Fault::none()]));
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("s ahead of the site's; set this machine's clock"), "{ended:?}");
}

#[test]
fn the_worst_that_was_found_is_the_exit_code() {
    let steady = |ended: Ended| {
        let clock = ended.stdout.lines().find(|line| line.contains("clock")).unwrap();
        ended.told().replace(clock, "pass  clock  …")
    };
    let refused = doctor(&server([Fault::none(), Fault::status(401)]));
    assert_eq!(refused.code, 4);
    insta::assert_snapshot!(steady(refused));
    let other = doctor(&server([site("00000000-0c3d-4b77-9a51-2f4c0a1d9e30"), Fault::status(400)]));
    assert_eq!(other.code, 2);
    insta::assert_snapshot!(steady(other));
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
