use std::env::VarError;
use std::fs;
use std::path::Path;

use super::*;

/// Settings of a folder and some variables.
fn read(folder: &Path, variables: &[(&str, &str)], given: &Given) -> Result<Settings, Failure> {
    let variable = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned()).ok_or(VarError::NotPresent)
    };
    let world = World { variable: &variable, folder: Some(folder.to_owned()) };
    Settings::read(&world, &ConfigArgs::default(), given)
}

fn flag(key: Key, text: &str) -> Given {
    Given::default().flag(key, Some(&text.to_owned()))
}

/// A folder with a repository's file and, below `config`, the user's own.
fn folder(shared: &str, own: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(NAME), shared).unwrap();
    fs::create_dir_all(folder.path().join("config/compass")).unwrap();
    fs::create_dir_all(folder.path().join("deep/deeper")).unwrap();
    fs::write(folder.path().join("config/compass/config.toml"), own).unwrap();
    folder
}

#[test]
fn options_come_over_environment_over_the_repository_over_the_user() {
    let folder =
        folder("email = \"file\"\nsite = \"file\"", "email = \"user\"\nevent_source = \"user\"\nsite = \"user\"");
    let config = folder.path().join("config").display().to_string();
    let deep = folder.path().join("deep/deeper");
    let home = ("XDG_CONFIG_HOME", &*config);
    let settings = read(&deep, &[home], &Given::default()).unwrap();
    assert_eq!(settings.text(Key::EventSource), Some("user"));
    assert_eq!(settings.text(Key::Email), Some("file"));
    let settings = read(&deep, &[home, ("COMPASS_EMAIL", "environment")], &Given::default()).unwrap();
    assert_eq!(settings.text(Key::Email), Some("environment"));
    let settings = read(&deep, &[home, ("COMPASS_EMAIL", "environment")], &flag(Key::Email, "option")).unwrap();
    assert_eq!(settings.text(Key::Email), Some("option"));
    let settings = read(&deep, &[home, ("COMPASS_EMAIL", " ")], &Given::default()).unwrap();
    assert_eq!(settings.text(Key::Email), Some("file"), "an empty variable is none");
    assert!(settings.place(Key::Email).ends_with("compass.toml:1: email"), "{}", settings.place(Key::Email));
}

#[test]
fn site_and_base_url_replace_one_another_and_are_refused_side_by_side() {
    let folder = folder("site = \"file\"", "");
    let mut problems = Vec::new();
    let settings = read(folder.path(), &[], &flag(Key::BaseUrl, "http://127.0.0.1:1")).unwrap();
    assert_eq!(settings.address(&mut problems), Some(Address::Base("http://127.0.0.1:1".to_owned())));
    assert!(settings.is_overridden(Key::Site));
    let settings = read(folder.path(), &[("COMPASS_BASE_URL", "https://a.example")], &flag(Key::Site, "b")).unwrap();
    assert_eq!(settings.address(&mut problems), Some(Address::Site("b".to_owned())));
    assert!(problems.is_empty());
    let both = [("COMPASS_BASE_URL", "https://a.example"), ("COMPASS_SITE", "b")];
    assert_eq!(read(folder.path(), &both, &Given::default()).unwrap().address(&mut problems), None);
    assert_eq!(problems.len(), 1);
}

#[test]
fn the_sdks_configuration_is_layered_key_by_key() {
    let own = "[client]\nattempt_timeout_ms = 1\nlimits = \"unlimited\"\n[client.retry]\nbudget = 3\n";
    let folder = folder("[client.limits]\nrequests = 5\n[client.retry]\nmax_attempts = 1\n", own);
    let config = folder.path().join("config").display().to_string();
    let settings = read(folder.path(), &[("XDG_CONFIG_HOME", &*config)], &Given::default()).unwrap();
    let expected = serde_json::json!({
        "attempt_timeout_ms": 1, "operation_timeout_ms": 120_000, "permit_timeout_ms": 300_000,
        "limits": { "requests": 5, "per_seconds": 60, "burst": 10 },
        "retry": { "max_attempts": 1, "first_delay_ms": 500, "max_delay_ms": 30_000, "budget": 3 },
    });
    assert_eq!(serde_json::to_value(settings.config().unwrap()).unwrap(), expected);
    let settings = read(folder.path(), &[], &Given::default()).unwrap();
    assert_eq!(serde_json::to_value(settings.config().unwrap()).unwrap()["retry"]["budget"], 20);
}

/// What is told of a file, each problem in a line.
fn told(shared: &str) -> String {
    let folder = folder(shared, "");
    let failure = read(folder.path(), &[], &Given::default()).unwrap_err();
    assert_eq!(failure.exit, crate::exit::Exit::Usage);
    let lines: Vec<_> = failure.lines().into_iter().map(|(_, line)| line).collect();
    lines.join("\n").replace(&folder.path().display().to_string(), "")
}

#[test]
fn every_mistake_in_a_file_is_told_with_its_line_and_the_closest_name() {
    let file = "sit = \"a\"\nemail = 3\napi_token = \"s3cret\"\nwebhook_id = \"s3cret\"\ncolour = 1\nsite = \"evil.example\"\n\
                base_url = \"https://evil.example\"\n[client]\nattempt_timeout_ms = 0\nretry = 4\n[client.limits]\nrequest = 2\n\
                [clients]\nx = 1\n";
    let told = told(file);
    assert!(!told.contains("s3cret"), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn a_file_that_is_no_toml_is_told_without_showing_it() {
    let told = told("site = \"a\"\napi_token = s3cret\"\n");
    assert!(!told.contains("s3cret"), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn the_users_own_file_may_have_a_token_and_lead_anywhere() {
    let folder = folder("", "api_token = \"s3cret\"\nbase_url = \"https://gateway.example.com\"\nemail = \"me\"\n");
    let config = folder.path().join("config").display().to_string();
    let settings = read(folder.path(), &[("XDG_CONFIG_HOME", &*config)], &Given::default()).unwrap();
    let (email, token) = settings.credentials(&mut Vec::new()).unwrap();
    assert_eq!((&*email, token.expose()), ("me", "s3cret"));
    assert!(!format!("{token:?}").contains("s3cret"));
}

#[test]
fn a_component_of_another_site_is_refused() {
    let component = "ari:cloud:compass:6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30:component/\
        0d6c2c0e-5a43-4f0e-8f3b-7c1c7f1f6a11/b1f4a8d2-93c6-4d5e-a7c0-1e2d3c4b5a69";
    let folder = folder("", "");
    let other = [("COMPASS_CLOUD_ID", "00000000-0c3d-4b77-9a51-2f4c0a1d9e30")];
    let settings = read(folder.path(), &other, &flag(Key::Component, component)).unwrap();
    let mut problems = Vec::new();
    settings.component(&mut problems);
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
#[cfg(unix)]
fn a_home_in_another_encoding_is_a_path_like_any_other() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join(OsString::from_vec(b"caf\xe9".to_vec()));
    fs::create_dir_all(home.join(".config/compass")).unwrap();
    fs::write(home.join(".config/compass/config.toml"), "email = \"me@example.com\"").unwrap();
    let variable = |name: &str| match name {
        "HOME" => Err(VarError::NotUnicode(home.clone().into())),
        _ => Err(VarError::NotPresent),
    };
    let world = World { variable: &variable, folder: None };
    let settings = Settings::read(&world, &ConfigArgs::default(), &Given::default()).unwrap();
    assert_eq!(settings.text(Key::Email), Some("me@example.com"));
}

#[test]
fn no_secret_is_in_what_debug_shows() {
    let own = "api_token = \"hunter1\"";
    let folder = folder("", own);
    let config = folder.path().join("config").display().to_string();
    let settings = read(folder.path(), &[("XDG_CONFIG_HOME", &*config)], &Given::default()).unwrap();
    assert_eq!(settings.text(Key::ApiToken), Some("hunter1"));
    let variables = [("COMPASS_API_TOKEN", "hunter2"), ("COMPASS_WEBHOOK_ID", "hunter3")];
    let given = flag(Key::ApiToken, "hunter4");
    let told = format!("{settings:?} {:?} {given:?}", read(folder.path(), &variables, &Given::default()).unwrap());
    assert!(!told.contains("hunter"), "{told}");
}

#[test]
fn user_and_password_of_an_address_are_not_shown() {
    for (url, shown) in [
        ("example", "example"),
        ("https://example.com/gateway", "https://example.com/gateway"),
        ("https://me:hunter2@example.com/gateway", "https://(hidden)@example.com/gateway"),
        ("me:hunter2@example.atlassian.net", "(hidden)@example.atlassian.net"),
        // A password that nobody has escaped.
        ("https://me:hun/t#er@2@example.com", "https://(hidden)@example.com"),
    ] {
        assert_eq!(without_user(url), shown);
    }
}
