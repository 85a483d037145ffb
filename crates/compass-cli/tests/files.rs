//! Commands on files, webhooks, entitlements, the site, schemas and the configuration.

mod support;

use std::fs;

use serde_json::json;
use support::{COMPONENT, DEFINITION, Ended, SITE, compass, server};

const UUID: &str = "b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
const SPEC: &str = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\n";

/// A folder with a file of each kind.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("it's; a spec.yaml", SPEC),
        ("no-spec.yaml", "title: Shop\n"),
        ("package-lock.json", "{\"lockfileVersion\": 3}"),
        ("payload.json", "{\"ref\": \"refs/heads/main\"}"),
        ("note.json", "{\"version\": 1, \"type\": \"doc\", \"content\": []}"),
    ];
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

const COMMANDS: [&[&str]; 8] = [
    &["spec", "upload", "it's; a spec.yaml", "--component", COMPONENT],
    &["spec", "delete", "--component", UUID],
    &[
        "lockfile",
        "upload",
        "package-lock.json",
        "--source-id",
        "web/package-lock.json",
        "--url",
        "https://git.example.com/lock",
        "--component",
        UUID,
    ],
    &["lockfile", "delete", "--source-id", "web/package-lock.json", "--component", UUID],
    &["attachment", "upload", "payload.json", "--app", "app-1", "--key", "a key", "--component", UUID],
    &["attachment", "get", "--app", "app-1", "--key", "a key", "--component", UUID],
    &["attachment", "delete", "--app", "app-1", "--key", "a key", "--component", UUID],
    &["entitlements", "one", "two"],
];

#[test]
fn previews_of_all_other_operations() {
    let folder = folder();
    let metric: &[&str] = &[
        "metric",
        "push",
        "1",
        "--definition",
        DEFINITION,
        "--component",
        COMPONENT,
        "--annotation",
        "@note.json",
        "--at",
        "2026-09-01T12:00:00Z",
    ];
    let mut texts = String::new();
    for args in COMMANDS.into_iter().chain([metric, &["webhook", "invoke", "payload.json"]]) {
        for how in ["--dry-run", "--curl"] {
            let ended =
                compass(args.iter().copied().chain(["--site", "example", "-q", how])).within(folder.path()).run();
            assert_eq!((ended.code, &*ended.stderr), (0, ""), "{args:?}");
            texts.push_str(&format!("$ {} {how}\n{}\n", args.join(" "), ended.stdout));
        }
    }
    insta::assert_snapshot!(texts);
}

/// The file of a form, as previews show it but for its path.
fn form_of(came: &compass_mock::Request) -> serde_json::Value {
    let [part] = came.form().unwrap().try_into().unwrap();
    assert_eq!(part.name.as_deref(), Some("file"));
    json!({ "name": part.file_name, "media_type": part.media_type })
}

#[test]
fn the_letters_of_a_files_extension_may_be_of_any_case() {
    let (server, folder) = (server([]), folder());
    for (name, content) in [("a.JSON", "{}"), ("a.Yaml", "a: 1"), ("a.YML", "a: 1"), ("a.xMl", "<a/>")] {
        fs::write(folder.path().join(name), content).unwrap();
        let upload = |how: &[&str]| {
            let args = ["attachment", "upload", name, "--app", "app-1", "--key", "k", "--component", UUID];
            compass(args.iter().chain(how).copied()).sending_to(&server.url).within(folder.path()).run()
        };
        let mut shown = upload(&["--dry-run", "--output=json"]).json()["request"]["file"].take();
        shown.as_object_mut().unwrap().remove("path");
        assert_eq!(upload(&[]).code, 0, "{name}");
        assert_eq!(form_of(&server.came().pop().unwrap()), shown, "{name}");
    }
}

#[test]
fn each_is_sent_as_its_preview_says() {
    let server = server([]);
    let folder = folder();
    let mut told = String::new();
    for args in COMMANDS {
        let shown =
            compass(args.iter().copied().chain(["--dry-run", "--output=json"])).env("COMPASS_BASE_URL", &server.url);
        let shown = shown.within(folder.path()).run().json();
        let ended = compass(args.iter().copied()).sending_to(&server.url).within(folder.path()).run();
        assert_eq!(ended.code, 0, "{ended:?}");
        told.push_str(&format!("$ {}\n{}\n", args.join(" "), ended.told()));
        let came = server.came().pop().unwrap();
        let sent = (format!("{}{}", server.mock.origin(), came.target), came.method.as_str());
        assert_eq!(
            (&*sent.0, sent.1),
            (shown["request"]["url"].as_str().unwrap(), shown["request"]["method"].as_str().unwrap())
        );
        if let Some(file) = shown["request"].get("file") {
            let file = json!({ "name": file["name"], "media_type": file["media_type"] });
            assert_eq!(form_of(&came), file, "{args:?}");
        }
    }
    insta::assert_snapshot!(told.replace(server.mock.origin(), "http://127.0.0.1:…"));
}

#[test]
fn a_file_that_the_api_would_not_take_is_refused_in_dry_runs_too() {
    let folder = folder();
    for how in ["--dry-run", "--curl", "-q"] {
        let args = ["spec", "upload", "no-spec.yaml", "--component", COMPONENT, how];
        let ended = compass(args).sending_to("http://127.0.0.1:9").within(folder.path()).run();
        assert_eq!(ended.code, 3, "{ended:?}");
        assert!(ended.stderr.contains("neither `openapi` nor `swagger`"), "{ended:?}");
        let ended = compass(["spec", "upload", "none.yaml", "--component", UUID, how]);
        assert_eq!(ended.sending_to("http://127.0.0.1:9").within(folder.path()).run().code, 3);
    }
}

const WEBHOOK: &str = "wh-7f3e-not-to-be-shown";

fn webhook_stays_hidden(ended: &Ended) {
    assert!(!ended.told().contains("not-to-be-shown"), "{ended:?}");
}

#[test]
fn a_webhook_is_invoked_by_id_or_url_and_never_shown() {
    let folder = folder();
    let server = server([]);
    let whole = format!("{}/compass/v1/webhooks/{WEBHOOK}", server.url);
    let invoke = || compass(["webhook", "invoke", "payload.json"]).within(folder.path());
    let ways = [
        invoke().env("COMPASS_WEBHOOK_ID", WEBHOOK).env("COMPASS_BASE_URL", &server.url).run(),
        invoke().env("COMPASS_WEBHOOK_ID", &whole).run(),
        invoke().arg("--id-stdin").stdin(&format!("{whole}\n")).run(),
    ];
    for ended in &ways {
        assert_eq!(ended.code, 0, "{ended:?}");
        webhook_stays_hidden(ended);
    }
    for came in server.came() {
        assert_eq!(came.target, format!("/gateway/api/compass/v1/webhooks/{WEBHOOK}"));
        assert_eq!(came.body, r#"{"ref":"refs/heads/main"}"#);
        assert!(!came.headers.contains_key("authorization"));
    }
    assert_eq!(server.came().len(), 3);
    let shown = invoke().arg("--curl").env("COMPASS_WEBHOOK_ID", &whole).run();
    webhook_stays_hidden(&shown);
    assert!(shown.stdout.ends_with("  --config - <<END\nurl = \"$COMPASS_WEBHOOK_ID\"\nEND\n"), "{shown:?}");
    let failed = invoke()
        .arg("-v")
        .env("COMPASS_WEBHOOK_ID", &format!("http://127.0.0.1:9/compass/v1/webhooks/{WEBHOOK}"))
        .run();
    assert_eq!(failed.code, 5);
    webhook_stays_hidden(&failed);
    assert_eq!(invoke().env("COMPASS_BASE_URL", &server.url).run().code, 2, "no ID");
}

#[test]
fn the_site_tells_its_cloud_id_without_credentials() {
    let server = server([]);
    let ended = compass(["site", "--base-url", &server.url]).env("COMPASS_CLOUD_ID", UUID).run();
    assert_eq!(ended.told(), format!("exit 0\n--- stdout\n{SITE}\n--- stderr\n"));
}

#[test]
fn the_token_comes_from_standard_input_too() {
    let server = server([]);
    let args = ["entitlements", "one", "--token-stdin", "--email", "me@example.com", "--base-url", &server.url];
    assert_eq!(compass(args).stdin(&format!("{}\n", support::TOKEN)).run().code, 0);
    let empty = compass(args).run();
    assert_eq!(empty.code, 2);
    assert!(empty.stderr.contains("standard input is empty"), "{empty:?}");
}

#[test]
fn config_show_says_where_each_value_comes_from() {
    let folder = folder();
    fs::write(
        folder.path().join("compass.toml"),
        "site = \"example\"\nevent_source = \"ci:shop\"\n[client.retry]\nbudget = 1\n",
    )
    .unwrap();
    let show = |how: &str| {
        let shown = compass(["config", "show", "--component", COMPONENT, "--output", how])
            .env("COMPASS_API_TOKEN", support::TOKEN);
        let ended = shown.env("COMPASS_BASE_URL", "http://127.0.0.1:1").within(folder.path()).run();
        let path = folder.path().canonicalize().unwrap();
        ended.told().replace(&format!("{}/", path.display()), "")
    };
    insta::assert_snapshot!(show("text"));
    insta::assert_snapshot!(show("json"));
    let other = compass(["config", "show", "--no-config"]).within(folder.path()).run();
    assert!(!other.stdout.contains("ci:shop"), "{other:?}");
    let none = compass(["config", "show", "--config", "none.toml"]).within(folder.path()).run();
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("none.toml"), "{none:?}");
}

#[test]
fn config_show_has_the_values_of_the_outbox_that_are_in_force() {
    let folder = folder();
    fs::write(folder.path().join("own.toml"), "outbox = \"x.db\"\noutbox_max_bytes = 5000\n").unwrap();
    let place = folder.path().canonicalize().unwrap().join("x.db").display().to_string();
    let show = |how: &[&str], variables: &[(&str, &str)]| {
        let shown = compass([&["config", "show", "--output=json"], how].concat()).within(folder.path());
        let shown = variables.iter().fold(shown, |shown, (name, value)| shown.env(name, value)).run();
        assert_eq!(shown.code, 0, "{shown:?}");
        let rows = shown.json()["data"].as_array().unwrap().clone();
        let rows = rows.into_iter().filter(|row| row["key"].as_str().unwrap().starts_with("outbox"));
        rows.map(|row| json!([row["value"], row["source"]])).collect::<Vec<_>>()
    };
    let (messages, bytes) = (json!([1_000_000, "default"]), json!([1_073_741_824, "default"]));
    let state = folder.path().display().to_string();
    let state = (if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_STATE_HOME" }, &*state);
    let default = folder.path().join("compass/outbox.db").display().to_string();
    assert_eq!(show(&[], &[state]), [json!([default, "default"]), messages.clone(), bytes.clone()]);
    let rows = show(&["--config=own.toml"], &[state, ("COMPASS_OUTBOX_MAX_MESSAGES", "70")]);
    let expected =
        [json!([place, "own.toml:1"]), json!([70, "COMPASS_OUTBOX_MAX_MESSAGES"]), json!([5000, "own.toml:2"])];
    assert_eq!(rows, expected);
    // What cannot be used is shown as it is, with the reason.
    let rows = show(&[], &[("COMPASS_OUTBOX", "x.db"), ("COMPASS_OUTBOX_MAX_MESSAGES", "many")]);
    assert_eq!((&rows[0][0], &rows[1][0]), (&json!("x.db"), &json!("many")));
    for (row, why) in
        rows.iter().zip(["COMPASS_OUTBOX; not usable: \"x.db\" is relative", "not usable: must be a whole"])
    {
        assert!(row[1].as_str().unwrap().contains(why), "{row}");
    }
}

#[test]
fn schemas_are_json() {
    for subject in ["event", "metric", "config"] {
        let schema = compass(["schema", subject]).run().json();
        assert!(schema["$schema"].is_string(), "{subject}");
    }
    let config = compass(["schema", "config"]).run().json();
    assert!(config["properties"]["webhook_id"].is_null());
    assert_eq!(config["properties"]["client"]["additionalProperties"], false);
    assert_eq!(config["properties"]["outbox"]["type"], "string");
    for (name, default) in [("outbox_max_messages", 1_000_000), ("outbox_max_bytes", 1_073_741_824)] {
        let property = &config["properties"][name];
        assert_eq!(property["default"], default);
        let schema = jsonschema::validator_for(property).unwrap();
        for (value, is_valid) in
            [(json!(1), true), (json!("1"), true), (json!(-1), false), (json!(1.5), false), (json!("x"), false)]
        {
            assert_eq!(schema.is_valid(&value), is_valid, "{name}: {value}");
        }
    }
}
