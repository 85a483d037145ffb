//! A real browser, told what to do through the protocol of its developer tools.
//!
//! Nothing here sleeps: the browser says when it is ready, and the page itself says when a condition holds.

use std::{
    env,
    io::{BufRead, BufReader},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

/// Names the browser to use. If it is set, the tests do not do without one.
const VARIABLE: &str = "COMPASS_TEST_BROWSER";
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// How long a page may take for what it is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The browser, and the one tab of it that is in use.
pub(super) struct Browser {
    process: Child,
    socket: WebSocket<TcpStream>,
    requests: u64,
    tab: Option<Tab>,
    _profile: TempDir,
}

struct Tab {
    target: Value,
    session: Value,
    /// What the console holds against the page.
    complaints: Vec<String>,
}

/// How a page is looked at.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) width: u32,
    pub(super) scheme: &'static str,
}

pub(super) const WIDE: Look = Look { width: 1100, scheme: "light" };

/// The browser that is installed here, if one is.
pub(super) fn find() -> Option<PathBuf> {
    if let Some(path) = env::var_os(VARIABLE).map(PathBuf::from) {
        assert!(path.is_file(), "{VARIABLE}: {}: there is no such file", path.display());
        return Some(path);
    }
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH")?).collect();
    NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

impl Browser {
    pub(super) fn start(program: &Path) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the browser");
        let mut process = Command::new(program)
            // Root and most containers have no sandbox to offer; the browser sees nothing but our own page.
            .args(["--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"])
            .args(["--disable-background-networking", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let stderr = process.stderr.take().expect("it is piped");
        let (tell, told) = mpsc::channel();
        // To its end, or else the browser would stop when the pipe is full.
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some(address) = line.strip_prefix("DevTools listening on ") {
                    let _ = tell.send(address.trim().to_owned());
                }
            }
        });
        let address = told.recv_timeout(PATIENCE).expect("the browser says where it listens");
        let authority = address.strip_prefix("ws://").and_then(|rest| rest.split('/').next()).expect("a ws address");
        let stream = TcpStream::connect(authority).expect("the browser listens");
        stream.set_read_timeout(Some(PATIENCE * 2)).expect("the time is not zero");
        let (socket, _) = tungstenite::client(&address, stream).expect("a WebSocket");
        Self { process, socket, requests: 0, tab: None, _profile: profile }
    }

    /// Opens a new tab in place of the one before.
    pub(super) fn open(&mut self, url: &str, look: Look) {
        if let Some(tab) = self.tab.take() {
            self.call("Target.closeTarget", &json!({"targetId": tab.target}));
        }
        let target = self.call("Target.createTarget", &json!({"url": "about:blank"}))["targetId"].take();
        let session =
            self.call("Target.attachToTarget", &json!({"targetId": target, "flatten": true}))["sessionId"].take();
        self.tab = Some(Tab { target, session, complaints: Vec::new() });
        let metrics = json!({"width": look.width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
        let features = json!([{"name": "prefers-color-scheme", "value": look.scheme},
                              {"name": "prefers-reduced-motion", "value": "reduce"}]);
        self.call("Emulation.setEmulatedMedia", &json!({"features": features}));
        for domain in ["Page", "Runtime", "Log"] {
            self.call(&format!("{domain}.enable"), &json!({}));
        }
        let opened = self.call("Page.navigate", &json!({"url": url}));
        assert_eq!(opened["errorText"], Value::Null, "{url}");
        self.eval(
            "document.readyState === 'complete' || new Promise((done) => addEventListener('load', () => done()))",
        );
    }

    /// The value of an expression, or of the promise that it is.
    pub(super) fn eval(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true});
        let mut answer = self.call("Runtime.evaluate", &asked);
        assert_eq!(answer["exceptionDetails"], Value::Null, "{expression}");
        answer["result"]["value"].take()
    }

    /// Waits until the page fulfils a condition, which is looked at whenever the page changes.
    pub(super) fn wait_for(&mut self, condition: &str) {
        let limit = PATIENCE.as_millis();
        let outcome = self.eval(&format!(
            "new Promise((done) => {{
                const look = () => {{ if ({condition}) {{ observer.disconnect(); done(true); }} }};
                const observer = new MutationObserver(look);
                observer.observe(document, {{subtree: true, childList: true, attributes: true, characterData: true}});
                setTimeout(() => done(document.documentElement.innerText), {limit});
                look();
            }})"
        ));
        assert_eq!(outcome, true, "{condition}\n{}", self.complaints().join("\n"));
    }

    /// What the console of the tab says that it should not: errors, warnings, exceptions.
    pub(super) fn complaints(&mut self) -> &[String] {
        // Whatever was said before this answer is read before it.
        self.call("Runtime.evaluate", &json!({"expression": "0"}));
        self.tab.as_ref().map_or(&[], |tab| &*tab.complaints)
    }

    /// What the console said of this so far was to be expected.
    pub(super) fn forgive(&mut self, of: &str) {
        self.complaints();
        if let Some(tab) = &mut self.tab {
            tab.complaints.retain(|complaint| !complaint.contains(of));
        }
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        let mut request = json!({"id": id, "method": method, "params": parameters});
        if let Some(tab) = &self.tab {
            request["sessionId"] = tab.session.clone();
        }
        self.socket.send(Message::text(request.to_string())).expect("the browser listens");
        loop {
            let message = self.socket.read().unwrap_or_else(|error| panic!("{method}: {error}"));
            let Message::Text(text) = message else { continue };
            let mut message: Value = serde_json::from_str(&text).expect("the browser speaks JSON");
            if message["id"] == id {
                assert_eq!(message["error"], Value::Null, "{request}");
                return message["result"].take();
            }
            self.note(&message);
        }
    }

    fn note(&mut self, message: &Value) {
        let parameters = &message["params"];
        let level = match message["method"].as_str() {
            Some("Runtime.exceptionThrown") => "error",
            Some("Runtime.consoleAPICalled") => parameters["type"].as_str().unwrap_or_default(),
            Some("Log.entryAdded") => parameters["entry"]["level"].as_str().unwrap_or_default(),
            _ => return,
        };
        // A tab that is being closed may still say something, which is no longer of interest.
        let tab = self.tab.as_mut().filter(|tab| tab.session == message["sessionId"]);
        if let (Some(tab), "error" | "warning" | "assert") = (tab, level) {
            tab.complaints.push(parameters.to_string());
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to close, it ends its children, too, which otherwise still write to the folder that is about to go.
        let close = json!({"id": 0, "method": "Browser.close"});
        if self.socket.send(Message::text(close.to_string())).is_ok() {
            while self.socket.read().is_ok() {}
        }
        // For one that did not listen.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
