//! What is secret goes to whom it is for, and is shown to nobody.

mod support;

use std::net::TcpListener;
use std::process::Command;

use compass_mock::Mock;
use support::{COMPONENT, compass};

/// The proxy got the API token, and its 202 was taken for delivery.
#[test]
fn a_proxy_gets_nothing_of_what_goes_to_this_machine() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mock = runtime.block_on(Mock::start()).unwrap();
    let flag = ["event", "flag", "--id=f", "--name=n", "--url=https://x.example.com", "--event-source=s"];
    for command in [[&flag[..], &["--component", COMPONENT]].concat(), vec!["doctor"]] {
        let run = compass(command).env("http_proxy", &url).env("ALL_PROXY", &url);
        let ended = run.sending_to(&mock.base_url()).run();
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    assert!(proxy.accept().is_err(), "something came to the proxy");
    assert_eq!(mock.received().events().len(), 1);
    runtime.block_on(mock.stop()).unwrap();
}

/// Everybody on the machine can read what arguments a program has.
#[test]
#[cfg(unix)]
fn curl_gets_a_webhooks_url_where_nobody_else_sees_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("payload.json"), r#"{"price":"$5"}"#).unwrap();
    let whole = "https://example.atlassian.net/gateway/api/compass/v1/webhooks/not-to-be-shown";
    for (webhook, place) in [(whole, &[][..]), ("not-to-be-shown", &["--base-url", "https://example.com/a$b`c"])] {
        let args = [&["webhook", "invoke", "payload.json", "--curl"], place].concat();
        let shown = compass(args).within(folder.path()).env("COMPASS_WEBHOOK_ID", webhook).run();
        assert!(!shown.told().contains("not-to-be-shown"), "{shown:?}");
        // A function in place of curl: its words, and what it reads.
        let script = format!("curl() {{ printf '%s\\n' \"$@\"; echo --; cat; }}\n{}", shown.stdout);
        let ran = Command::new("sh").arg("-c").arg(&script).env("COMPASS_WEBHOOK_ID", webhook).output().unwrap();
        let ran = String::from_utf8(ran.stdout).unwrap();
        let (words, read) = ran.split_once("--\n").unwrap();
        assert!(words.contains(r#"{"price":"$5"}"#) && words.ends_with("--config\n-\n"), "{ran}");
        assert!(!words.contains("webhooks"), "{ran}");
        let start =
            if place.is_empty() { "https://example.atlassian.net/gateway/api" } else { "https://example.com/a$b%60c" };
        assert_eq!(read, format!("url = \"{start}/compass/v1/webhooks/not-to-be-shown\"\n"));
    }
}

#[test]
fn a_password_in_an_address_is_not_shown() {
    let url = "https://me:hunter2@example.com";
    for command in
        [&["config", "show"][..], &["config", "show", "--output=json"], &["doctor"], &["doctor", "--output=json"]]
    {
        let by_variable = compass(command.iter().copied()).env("COMPASS_BASE_URL", url).run();
        let by_option = compass([command, &["--site", url]].concat()).run();
        for ended in [by_variable, by_option] {
            assert!(!ended.told().contains("hunter2"), "{ended:?}");
            assert!(ended.stdout.contains("https://(hidden)@example.com"), "{ended:?}");
        }
    }
}
