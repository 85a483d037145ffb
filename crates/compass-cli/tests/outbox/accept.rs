//! Accepting: what it needs, what it says, and that what is delivered is what would have been sent.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;

use compass_mock::Fault;
use serde_json::{Value, json};

use crate::support::{COMPONENT, DEFINITION, DEPLOYMENT, SITE, SOURCE, TOKEN, compass, events, server};
use crate::world::{World, flags};

fn sorted(mut bodies: Vec<Value>) -> Vec<String> {
    let mut bodies: Vec<_> = bodies.drain(..).map(|body| body.to_string()).collect();
    bodies.sort();
    bodies
}

#[test]
fn every_command_is_queued_without_credentials_and_delivered_as_it_would_have_been_sent() {
    let (direct, queued) = (server([]), server([]));
    let world = World::new(&queued);
    let mut commands: Vec<Vec<&str>> =
        events().into_iter().map(|(_, args)| [&args[..], &["--component", COMPONENT]].concat()).collect();
    let metric =
        ["metric", "push", "87.5", "--title", "Coverage", "--annotation", "good", "--at", "2026-09-01T12:00:00Z"];
    commands.push([&metric[..], &["--source", SOURCE]].concat());
    commands.push([&metric[..], &["--definition", DEFINITION, "--component", COMPONENT]].concat());
    for args in &commands {
        let sent = compass(args.iter().copied()).sending_to(&direct.url).run();
        assert_eq!(sent.code, 0, "{sent:?}");
        let ended = world.command([args, &["--queue", "--output=json"][..]].concat()).run();
        assert_eq!((ended.code, &*ended.stderr), (0, ""), "{ended:?}");
        assert_eq!(ended.json()["outcome"], "queued");
    }
    assert_eq!(queued.bodies(), [] as [Value; 0]);
    assert_eq!(world.status()["queued"], commands.len());
    let ended = world.deliver(&[]);
    assert_eq!((ended.code, &ended.json()["data"]["delivered"]), (0, &json!(commands.len())), "{ended:?}");
    assert_eq!(sorted(queued.bodies()), sorted(direct.bodies()));
}

#[test]
fn results_say_as_what_it_is_queued() {
    let world = World::at("http://127.0.0.1:9");
    let ended = world.queue("dark-mode", "7", &[]);
    let mut json = ended.json();
    let id = json["message_id"].take();
    json["outbox"].take();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
    let shown = world.data(&["outbox", "show", id.as_str().unwrap()]);
    assert_eq!(shown["body"]["event"]["flag"]["flagProperties"]["id"], "dark-mode");
    assert_eq!((&shown["state"], &shown["attempts"], &shown["coalesces"]), (&json!("queued"), &json!(0), &json!(true)));
    // Texts are for people, and --quiet leaves them out.
    let text = world.command(["metric", "push", "3", "--source", SOURCE, "--queue"]).run();
    assert!(text.stdout.starts_with(&format!("queued: 3 for {SOURCE}, as 0")), "{text:?}");
    let quiet = world.command(["metric", "push", "3", "--source", SOURCE, "--queue", "-q"]).run();
    assert_eq!((quiet.code, &*quiet.stdout, &*quiet.stderr), (0, "", ""));
}

#[test]
fn the_ci_run_is_remembered_unless_nothing_is_to_be_detected() {
    let world = World::at("http://127.0.0.1:9");
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_RUN_ID", "42"),
        ("GITHUB_SERVER_URL", "https://github.example.com"),
        ("GITHUB_REPOSITORY", "acme/shop"),
        ("GITHUB_SHA", "4f0e8f3b9c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f"),
    ];
    let flag =
        ["event", "flag", "--id", "f", "--name", "f", "--url", "https://f.example.com", "--component", COMPONENT];
    let metric = ["metric", "push", "1", "--source", SOURCE];
    let undetected = [&flag[..], &["--no-detect", "--event-source", "s"]].concat();
    let mut origins = Vec::new();
    for args in [&flag[..], &metric, &undetected] {
        let command = world.command([args, &["--queue", "--output=json"]].concat());
        let ended = variables.iter().fold(command, |command, (name, value)| command.env(name, value)).run();
        assert_eq!(ended.code, 0, "{ended:?}");
        let id = ended.json()["message_id"].as_str().unwrap().to_owned();
        origins.push(world.data(&["outbox", "show", &id])["origin"].clone());
    }
    let origin = json!({
        "repository": "https://github.example.com/acme/shop",
        "commit": "4f0e8f3b9c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f",
        "run": "https://github.example.com/acme/shop/actions/runs/42",
    });
    assert_eq!(origins, [origin.clone(), origin, json!({ "repository": null, "commit": null, "run": null })]);
}

#[test]
fn nothing_is_asked_and_what_is_missing_is_refused() {
    let server = server([]);
    let world = World::new(&server);
    let flag = ["event", "flag", "--id", "f", "--name", "f", "--url", "https://f.example.com", "--event-source", "s"];
    let ended = world.sending([&flag[..], &["--queue"]].concat()).run();
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("--component or --cloud-id") && ended.stderr.contains("`compass site` prints it"));
    let nowhere = compass([&flag[..], &["--queue", "--cloud-id", SITE, "--outbox=x.db"]].concat()).run();
    assert_eq!(nowhere.code, 2, "{nowhere:?}");
    assert!(nowhere.stderr.contains("--site, COMPASS_SITE"), "{nowhere:?}");
    let no_place = compass([&flag[..], &["--queue", "--cloud-id", SITE, "--site=example"]].concat()).run();
    assert_eq!(no_place.code, 2, "{no_place:?}");
    assert!(no_place.stderr.contains("--outbox, COMPASS_OUTBOX"), "{no_place:?}");
    // With these it is enough, and nobody was asked anything.
    let ended = world.command([&flag[..], &["--queue", "--cloud-id", SITE]].concat()).run();
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(server.came().len(), 0);
}

#[test]
fn previews_show_the_request_and_queue_nothing() {
    let world = World::at("http://127.0.0.1:9");
    let args = ["event", "flag", "--id", "f", "--name", "f", "--url", "https://f.example.com", "--event-source", "s"];
    let args = [&args[..], &["--component", COMPONENT, "--sequence=1", "--at=2026-09-01T12:00:00Z"]].concat();
    for how in ["--dry-run", "--curl"] {
        let [with, without] =
            [&["--queue"][..], &[]].map(|queue| world.command([&args[..], &[how], queue].concat()).run());
        assert_eq!(with.told(), without.told());
    }
    assert!(!world.outbox().exists());
}

#[test]
fn a_broken_configuration_is_told_and_keeps_nothing_from_being_queued() {
    let world = World::at("http://127.0.0.1:9");
    for (text, told) in [
        ("[client]\nlimits = 7\n", "client.limits"),
        ("email = [\n", "compass.toml:"),
        ("outbox = \"/etc/passwd\"\n", "must not stand in a compass.toml"),
    ] {
        fs::write(world.folder().join("compass.toml"), text).unwrap();
        let ended = world.queue("f", "1", &[]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert_eq!(ended.json()["outbox"], world.outbox().to_str().unwrap());
        assert!(ended.stderr.starts_with("warning: ") && ended.stderr.contains(told), "{ended:?}");
        // Whoever sends does so with what he has said, or not at all.
        let direct = world.sending(["metric", "push", "1", "--source", SOURCE]).run();
        assert_eq!(direct.code, 2, "{direct:?}");
    }
    assert_eq!(world.data(&["outbox", "status", "--no-config"])["queued"], 3);
}

#[test]
fn values_that_a_broken_file_was_to_replace_do_not_count() {
    let world = World::at("http://127.0.0.1:9");
    let own = world.folder().join("own/compass");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("config.toml"), format!("component = \"{COMPONENT}\"\n")).unwrap();
    let flag = ["event", "flag", "--id", "f", "--name", "f", "--url", "https://f.example.com", "--event-source", "s"];
    let queue = || {
        let command = world.command([&flag[..], &["--queue"]].concat());
        command.env("XDG_CONFIG_HOME", world.folder().join("own").to_str().unwrap()).run()
    };
    assert_eq!(queue().code, 0);
    // Whose component it was to be nobody knows.
    fs::write(world.folder().join("compass.toml"), "componnent = \"another one\"\n").unwrap();
    let ended = queue();
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("--component or --cloud-id"), "{ended:?}");
}

#[test]
fn a_full_outbox_refuses_loudly_and_keeps_what_it_has() {
    let server = server([]);
    let world = World::new(&server);
    let kept = world.queued("kept", "1");
    let metric = ["metric", "push", "1", "--source", SOURCE, "--queue", "--output=json"];
    for (variable, bound) in [("COMPASS_OUTBOX_MAX_MESSAGES", "1"), ("COMPASS_OUTBOX_MAX_BYTES", "400")] {
        let ended = world.command(metric).env(variable, bound).run();
        assert_eq!((ended.code, &ended.json()["error"]), (5, &json!("not-delivered")), "{ended:?}");
        assert!(ended.stderr.contains("not accepted") && ended.stderr.contains("hint: "), "{ended:?}");
    }
    let wrong = world.command(metric).env("COMPASS_OUTBOX_MAX_MESSAGES", "many").run();
    assert_eq!(wrong.code, 2, "{wrong:?}");
    let listed = world.data(&["outbox", "list"]);
    assert_eq!(
        listed["messages"].as_array().unwrap().iter().map(|one| &one["message_id"]).collect::<Vec<_>>(),
        [&json!(kept)]
    );
    assert_eq!(world.deliver(&[]).code, 0);
    assert_eq!(world.command(metric).env("COMPASS_OUTBOX_MAX_MESSAGES", "1").run().code, 0, "there is room again");
}

#[test]
fn a_file_that_is_no_outbox_is_refused_and_left_alone() {
    let world = World::at("http://127.0.0.1:9");
    fs::write(world.outbox(), "precious").unwrap();
    let ended = world.queue("f", "1", &[]);
    assert_eq!(ended.code, 5, "{ended:?}");
    assert!(ended.stderr.contains("not accepted") && ended.stderr.contains("--outbox"), "{ended:?}");
    assert_eq!(world.command(["outbox", "status"]).run().code, 5);
    assert_eq!(fs::read(world.outbox()).unwrap(), b"precious");
}

#[test]
fn no_secret_is_in_the_files() {
    let server = server([Fault::status(503), Fault::status(401)]);
    let world = World::new(&server);
    let args = ["event", "flag", "--id", "f", "--name", "f", "--url", "https://f.example.com", "--event-source", "s"];
    let ended = world.sending([&args[..], &["--component", COMPONENT, "--queue"]].concat()).run();
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(world.deliver(&["--wait=30"]).code, 4);
    let basic = base64(&format!("me@example.com:{TOKEN}"));
    let mut looked_at = 0;
    for entry in fs::read_dir(world.folder()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        for secret in [TOKEN, &basic] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
        }
        looked_at += bytes.len();
    }
    assert!(looked_at > 1_000);
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn whoever_waits_is_told_what_came_of_it() {
    let refused = || Fault::status(400).json(&json!({ "errors": [{ "type": "FORMAT_INVALID", "message": "m" }] }));
    let cases = [
        (vec![], 0, "accepted"),
        (vec![refused()], 3, "failed"),
        (vec![Fault::status(401)], 4, "queued"),
        (vec![Fault::html(404)], 5, "queued"),
        (vec![Fault::status(503), Fault::none()], 0, "accepted"),
    ];
    let mut told = String::new();
    for (faults, code, outcome) in cases {
        let server = server(faults);
        let world = World::new(&server);
        let args =
            ["event", "flag", "--id", "f", "--name", "f", "--url", "https://f.example.com", "--event-source", "s"];
        let how = ["--component", COMPONENT, "--sequence=7", "--queue", "--wait=60", "--output=json"];
        let ended = world.sending([&args[..], &how].concat()).run();
        let json = ended.json();
        assert_eq!((ended.code, &json["outcome"], &json["exit"]), (code, &json!(outcome), &json!(code)), "{ended:?}");
        assert_eq!((&json["id"], &json["sequence"], &json["kind"]), (&json!("f"), &json!(7), &json!("flag")), "{json}");
        assert_eq!(json["outbox"], world.outbox().to_str().unwrap());
        let expected = i32::from(outcome == "queued");
        assert_eq!(world.status()["queued"], expected);
        told.push_str(&format!("{code} {outcome}: {}\n", json["attempts"]));
        let id = json["message_id"].as_str().unwrap();
        let shown = ended.stderr.replace(id, "[id]").replace(&server.url, "[url]");
        // Times are another matter each time.
        let shown: Vec<_> = shown.lines().map(|line| line.split(" since ").next().unwrap()).collect();
        told.push_str(&format!("{}\n\n", shown.join("\n")));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn without_a_wait_no_connection_is_opened() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let world = World::at(&format!("http://{}", listener.local_addr().unwrap()));
    fs::write(world.folder().join("values.csv"), format!("metricSourceId,value\n{SOURCE},1\n")).unwrap();
    let flag = ["event", "flag", "--id", "f", "--name", "f", "--url", "https://f.example.com", "--event-source", "s"];
    let mut commands = vec![
        [&flag[..], &["--component", COMPONENT, "--queue", "--wait=0"]].concat(),
        vec!["metric", "push", "1", "--source", SOURCE, "--queue", "--wait=0"],
        vec!["metric", "send", "values.csv", "--queue", "--wait=0"],
    ];
    if cfg!(unix) {
        commands.push([&DEPLOYMENT[..], &["--queue", "--wait=0", "--", "true"]].concat());
    }
    for args in &commands {
        let ended = world.sending(args.iter().copied()).env("PATH", "/usr/bin:/bin").run();
        assert_eq!(ended.code, 0, "{ended:?}");
        // What has connected waits there to be accepted, also when it has ended.
        assert_eq!(listener.accept().map(drop).unwrap_err().kind(), ErrorKind::WouldBlock, "{args:?}");
    }
    assert_eq!(world.status()["queued"], commands.len() + usize::from(cfg!(unix)), "a run has two");
}

#[test]
fn a_bound_in_a_file_is_a_number_or_the_same_as_text() {
    let world = World::at("http://127.0.0.1:9");
    for (bound, code) in [("1", 0), ("\"1\"", 5), ("2", 0)] {
        fs::write(world.folder().join("own.toml"), format!("outbox_max_messages = {bound}\n")).unwrap();
        let ended = world.queue("f", "1", &["--config=own.toml"]);
        assert_eq!((ended.code, ended.stderr.contains("warning")), (code, false), "{bound}: {ended:?}");
    }
}

#[test]
fn a_relative_outbox_is_the_one_that_is_meant_or_none() {
    let world = World::at("http://127.0.0.1:9");
    let folder = world.folder().canonicalize().unwrap();
    let (inner, path) = (folder.join("inner"), |name: &str| folder.join(name).display().to_string());
    fs::create_dir(&inner).unwrap();
    fs::write(world.folder().join("own.toml"), "outbox = \"./of-file.db\"\n").unwrap();
    let metric = ["metric", "push", "1", "--source", SOURCE, "--queue", "--output=json"];
    let queue = |how: &[&str]| {
        compass([&metric[..], how].concat()).within(&inner).env("COMPASS_BASE_URL", "http://127.0.0.1:9")
    };
    // An option is meant where it is given, and what a file says where the file is.
    let config = format!("--config={}", path("own.toml"));
    for (how, expected) in [("--outbox=here.db", path("inner/here.db")), (&*config, path("of-file.db"))] {
        let ended = queue(&[how]).run();
        assert_eq!((ended.code, &ended.json()["outbox"]), (0, &json!(expected)), "{ended:?}");
        assert!(fs::exists(&expected).unwrap());
        let told = compass(["outbox", "path", how]).within(&inner).run();
        assert_eq!(told.stdout, format!("{expected}\n"), "{told:?}");
    }
    // A variable goes along into other folders.
    let refused = queue(&[]).env("COMPASS_OUTBOX", "outbox.db").run();
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("COMPASS_OUTBOX: \"outbox.db\" is relative"), "{refused:?}");
    assert_eq!(queue(&["--outbox=here.db"]).env("COMPASS_OUTBOX", "outbox.db").run().code, 0, "it does not count");
    // What no shell has replaced.
    let home = queue(&["--outbox=~/outbox.db"]).run();
    assert_eq!((home.code, home.stderr.contains("only a shell replaces `~`")), (2, true), "{home:?}");
    assert!(!inner.join("outbox.db").exists() && !inner.join("~").exists());
}

#[test]
fn an_outage_is_no_failure_of_whoever_queues() {
    let world = World::at("http://127.0.0.1:9");
    let args = ["event", "flag", "--id", "f", "--name", "f", "--url", "https://f.example.com", "--event-source", "s"];
    let args = [&args[..], &["--component", COMPONENT, "--queue", "--wait=1", "--output=json"]].concat();
    let ended = world.sending(args.clone()).run();
    let json = ended.json();
    assert_eq!(
        (ended.code, &json["outcome"], &json["answer"]["status"]),
        (0, &json!("queued"), &Value::Null),
        "{ended:?}"
    );
    assert!(ended.stderr.starts_with("note: not delivered yet: "), "{ended:?}");
    // Without credentials nothing is tried, which is told.
    let ended = world.command(args).run();
    assert_eq!((ended.code, &ended.json()["attempts"]), (0, &json!(0)), "{ended:?}");
    assert!(ended.stderr.contains("it is queued, and was not sent") && ended.stderr.contains("COMPASS_API_TOKEN"));
    assert_eq!(world.status()["queued"], 2);
}

#[test]
fn of_states_that_wait_the_last_is_sent_unless_each_is_wanted() {
    let server = server([]);
    let world = World::new(&server);
    for (sequence, how) in [("1", &[][..]), ("2", &[]), ("3", &["--no-coalesce"]), ("4", &[])] {
        assert_eq!(world.queue("f", sequence, how).code, 0);
    }
    assert_eq!(world.deliver(&[]).code, 0);
    assert_eq!(flags(&server), [("f".to_owned(), 3), ("f".to_owned(), 4)]);
    assert_eq!((&world.status()["superseded"], &world.status()["delivered"]), (&json!(2), &json!(2)));
    // What would do nothing is no option.
    let push = ["event", "push", "--id", "4f0e8f3b", "--branch", "main", "--queue", "--no-coalesce"];
    assert_eq!(world.command(push).run().code, 2);
    assert_eq!(world.command(["event", "flag", "--no-coalesce"]).run().code, 2);
    let custom =
        ["event", "custom", "--id", "c", "--icon", "checkpoint", "--name", "c", "--url", "https://c.example.com"];
    for _ in 0..2 {
        let own = ["--event-source", "ci:acme/shop", "--component", COMPONENT, "--queue", "--coalesce"];
        assert_eq!(world.command([&custom[..], &own].concat()).run().code, 0);
    }
    let ended = world.deliver(&[]);
    assert_eq!(ended.json()["data"]["delivered"], 1, "{ended:?}");
}
