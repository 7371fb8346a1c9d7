//! A headless Chromium, told what to do through its debugger.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::socket::Socket;
use crate::support::within;

/// The names under which systems have it.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A browser with one page; ended when dropped.
pub(crate) struct Browser {
    child: Child,
    socket: Socket,
    session: String,
    asked: u64,
    /// Requests that fail once each, as part of what they ask for.
    failing: Vec<&'static str>,
    _profile: TempDir,
}

impl Browser {
    /// Opens a page of 1280 by 800 pixels.
    #[track_caller]
    pub(crate) fn open(url: &str) -> Self {
        Self::open_failing(url, &[])
    }

    /// The same in a browser whose first request for each of these ends without an answer, as all
    /// do when a network of the machine changes.
    #[track_caller]
    pub(crate) fn open_failing(url: &str, requests: &[&'static str]) -> Self {
        let profile = TempDir::with_prefix("prebake-browser-").unwrap();
        let mut child = start(&profile);
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let told = "DevTools listening on ws://127.0.0.1:";
        let place = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| line.strip_prefix(told).map(str::to_owned));
        let place =
            place.unwrap_or_else(|| panic!("the browser ended without a word about its debugger"));
        // It would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let (port, path) = place.split_once('/').unwrap();
        let socket = Socket::connect(port.parse().unwrap(), &format!("/{path}")).unwrap();
        let mut browser = Self {
            child,
            socket,
            session: String::new(),
            asked: 0,
            failing: requests.to_vec(),
            _profile: profile,
        };
        let target = browser.ask("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.ask("Target.attachToTarget", &attach);
        attached["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        let size = json!({ "width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        browser.ask("Emulation.setDeviceMetricsOverride", &size);
        if !requests.is_empty() {
            browser.ask("Fetch.enable", &json!({}));
        }
        browser.ask("Page.navigate", &json!({ "url": url }));
        browser
    }

    /// Does something and gives its result.
    #[track_caller]
    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        let answer = self.try_ask(method, parameters);
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The same; the error, if that cannot be done now.
    fn try_ask(&mut self, method: &str, parameters: &Value) -> Result<Value, Value> {
        let asked = self.tell(method, parameters);
        loop {
            let mut answer: Value = serde_json::from_slice(&self.socket.frame().unwrap()).unwrap();
            if answer["id"] == asked {
                let error = answer["error"].take();
                return if error.is_null() { Ok(answer["result"].take()) } else { Err(error) };
            }
            if answer["method"] == "Fetch.requestPaused" {
                self.answer_or_fail(&answer["params"]);
            }
        }
    }

    /// Asks for something without waiting for it; the number of the question.
    fn tell(&mut self, method: &str, parameters: &Value) -> u64 {
        self.asked += 1;
        let mut message = json!({ "id": self.asked, "method": method, "params": parameters });
        if !self.session.is_empty() {
            message["sessionId"] = self.session.clone().into();
        }
        self.socket.send(message.to_string().as_bytes(), true);
        self.asked
    }

    fn answer_or_fail(&mut self, request: &Value) {
        let url = request["request"]["url"].as_str().unwrap();
        let id = &request["requestId"];
        if let Some(at) = self.failing.iter().position(|part| url.contains(part)) {
            self.failing.remove(at);
            self.tell("Fetch.failRequest", &json!({ "requestId": id, "errorReason": "Aborted" }));
        } else {
            self.tell("Fetch.continueRequest", &json!({ "requestId": id }));
        }
    }

    /// Whether every request that was to fail has.
    pub(crate) fn has_failed_all(&self) -> bool {
        self.failing.is_empty()
    }

    /// The value of an expression in the page; of one that is just being loaded, nothing.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let question = json!({ "expression": expression, "returnByValue": true });
        let answer = self.try_ask("Runtime.evaluate", &question);
        answer.map_or(Value::Null, |mut answer| answer["result"]["value"].take())
    }

    /// Waits until an expression is true in the page.
    #[track_caller]
    pub(crate) fn until(&mut self, expression: &str) {
        within(Duration::from_secs(90), expression, || {
            (self.value(expression) == true).then_some(())
        });
    }

    /// Clicks at a place of the page.
    pub(crate) fn click(&mut self, x: u16, y: u16) {
        for kind in ["mousePressed", "mouseReleased"] {
            let at = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", &at);
        }
    }

    /// Presses the keys of lower-case letters, and Enter for a line end.
    pub(crate) fn press(&mut self, text: &str) {
        for char in text.chars() {
            let (key, code) = match char {
                '\n' => ("Enter".to_owned(), "Enter".to_owned()),
                letter => (letter.to_string(), format!("Key{}", letter.to_ascii_uppercase())),
            };
            for kind in ["keyDown", "keyUp"] {
                self.ask(
                    "Input.dispatchKeyEvent",
                    &json!({ "type": kind, "key": key, "code": code }),
                );
            }
        }
    }

    /// What is shown, a PNG.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        let picture = self.ask("Page.captureScreenshot", &json!({ "format": "png" }));
        unbase64(picture["data"].as_str().unwrap())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(profile: &TempDir) -> Child {
    for name in NAMES {
        let child = Command::new(name)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--no-first-run", "--remote-debugging-port=0", "about:blank"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        if let Ok(child) = child {
            return child;
        }
    }
    panic!(
        "this test needs a browser, and none of {NAMES:?} is here: run scripts/test as root, which \
         installs Chromium where apt is, or install it"
    );
}

fn unbase64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = four.iter().fold(0_u32, |bits, byte| bits << 6 | u32::from(value(*byte)));
        let bits = bits << (6 * (4 - four.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}
