//! One browser with a profile of its own, driven over WebDriver.
//!
//! Waiting is the browser's part: each search for something on the page goes on until it is
//! there, and a test fails with a picture of the page when it does not come.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use data_encoding::BASE64;
use serde_json::{Value, json};

/// How long something may take to appear. Generous: machines that build are slow.
const PATIENCE_MS: u64 = 60_000;

/// The key under which WebDriver names elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(crate) struct Browser {
    agent: ureq::Agent,
    /// Where commands of this session go.
    base: String,
    driver: Child,
}

impl Browser {
    /// Starts a browser that keeps its things in `profile`.
    pub(crate) fn open(profile: &Path) -> Self {
        let (driver, address) = start_driver();
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let mut browser = Self { agent: config.into(), base: address, driver };
        let downloads = profile.join("downloads");
        let mut arguments: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1200,900",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        // Everything this browser asks the network for, its workers included.
        arguments.push(format!("--log-net-log={}", profile.join("network.json").display()));
        let session = browser.send(
            "POST",
            "/session",
            &json!({"capabilities": {"alwaysMatch": {
                "goog:chromeOptions": {
                    "args": arguments,
                    "prefs": {"download.default_directory": downloads},
                },
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                "timeouts": {"implicit": PATIENCE_MS, "script": PATIENCE_MS},
            }}}),
        );
        let id = session.unwrap()["sessionId"].as_str().unwrap().to_owned();
        browser.base = format!("{}/session/{id}", browser.base);
        browser
    }

    pub(crate) fn go(&self, address: &str) {
        self.done("POST", "/url", &json!({"url": address}));
    }

    pub(crate) fn address(&self) -> String {
        self.done("GET", "/url", &Value::Null).as_str().unwrap().to_owned()
    }

    /// Waits until the page shows this text.
    pub(crate) fn sees(&self, text: &str) {
        self.find_by(
            "xpath",
            &format!("//body//*[contains(normalize-space(.), {})]", quoted(text)),
        );
    }

    /// Waits until the page no longer shows this text.
    pub(crate) fn sees_no(&self, text: &str) {
        let text = quoted(text);
        self.find_by("xpath", &format!("//body[not(.//*[contains(normalize-space(.), {text})])]"));
    }

    /// Waits until something matches this selector.
    pub(crate) fn find(&self, css: &str) -> String {
        self.find_by("css selector", css)
    }

    /// Whether something matches this selector now.
    pub(crate) fn has_now(&self, css: &str) -> bool {
        self.run("return document.querySelector(arguments[0]) !== null", &json!([css])) == true
    }

    /// Presses the button with this text.
    pub(crate) fn press(&self, text: &str) {
        let button = format!("//button[contains(normalize-space(.), {})]", quoted(text));
        // The page may draw a button anew between finding and pressing it.
        for _ in 0..5 {
            let element = self.find_by("xpath", &button);
            match self.send("POST", &format!("/element/{element}/click"), &json!({})) {
                Ok(_) => return,
                Err(error) if error["error"] == "stale element reference" => {}
                Err(error) => self.fail(&format!("could not press {text:?}: {error}")),
            }
        }
        self.fail(&format!("could not press {text:?}: it is always drawn anew"));
    }

    /// Types into a field, or chooses a file.
    pub(crate) fn fill(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.done("POST", &format!("/element/{element}/value"), &json!({"text": text}));
    }

    /// Presses keys, wherever the focus is.
    pub(crate) fn keys(&self, keys: &[&str]) {
        let each = |key: &&str| {
            [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
        };
        let actions: Vec<Value> = keys.iter().flat_map(each).collect();
        self.act("key", "keyboard", &json!(actions));
    }

    /// What a mouse, a pen or a finger does.
    pub(crate) fn point(&self, kind: &str, actions: &[Value]) {
        let source = json!({
            "type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": actions,
        });
        self.done("POST", "/actions", &json!({"actions": [source]}));
    }

    /// What a device does, step by step.
    pub(crate) fn act(&self, device: &str, id: &str, actions: &Value) {
        let source = json!({"type": device, "id": id, "actions": actions});
        self.done("POST", "/actions", &json!({"actions": [source]}));
    }

    /// Runs JavaScript on the page.
    pub(crate) fn run(&self, script: &str, arguments: &Value) -> Value {
        self.done("POST", "/execute/sync", &json!({"script": script, "args": arguments}))
    }

    /// Runs JavaScript that calls its last argument when it is done.
    pub(crate) fn run_async(&self, script: &str, arguments: &Value) -> Value {
        self.done("POST", "/execute/async", &json!({"script": script, "args": arguments}))
    }

    /// One command of the browser's own debugging protocol.
    pub(crate) fn debug(&self, command: &str, parameters: &Value) -> Value {
        self.done("POST", "/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// A passkey of this device, which says yes to everything, with the PRF extension or without.
    pub(crate) fn add_authenticator(&self) {
        self.authenticator(&json!(["prf"]));
    }

    pub(crate) fn add_authenticator_without_prf(&self) {
        self.authenticator(&json!([]));
    }

    fn authenticator(&self, extensions: &Value) {
        let options = json!({
            "protocol": "ctap2_1", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true, "extensions": extensions,
        });
        self.done("POST", "/webauthn/authenticator", &options);
    }

    /// Opens another tab and goes there.
    pub(crate) fn new_tab(&self) {
        let tab = self.done("POST", "/window/new", &json!({"type": "tab"}));
        self.done("POST", "/window", &json!({"handle": tab["handle"]}));
    }

    pub(crate) fn reload(&self) {
        self.done("POST", "/refresh", &json!({}));
    }

    /// What the page wrote to the console, except notes from the browser's makers.
    pub(crate) fn console(&self) -> Vec<String> {
        let log = self.done("POST", "/se/log", &json!({"type": "browser"}));
        let entries = log.as_array().unwrap().iter();
        let bad = entries.filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        bad.map(|entry| entry["message"].to_string()).collect()
    }

    /// The addresses the page asked for.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.done("POST", "/se/log", &json!({"type": "performance"}));
        let message = |entry: &Value| -> Value {
            serde_json::from_str(entry["message"].as_str().unwrap()).unwrap()
        };
        let messages = log.as_array().unwrap().iter().map(message);
        let sent = messages.filter(|it| it["message"]["method"] == "Network.requestWillBeSent");
        sent.map(|it| it["message"]["params"]["request"]["url"].as_str().unwrap().to_owned())
            .collect()
    }

    /// A picture of the whole page, as PNG.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let size = self.run(
            "const e = document.documentElement; return [e.clientWidth, Math.max(e.scrollHeight, innerHeight)]",
            &json!([]),
        );
        let clip = json!({"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1});
        let shot = self
            .debug("Page.captureScreenshot", &json!({"captureBeyondViewport": true, "clip": clip}));
        BASE64.decode(shot["data"].as_str().unwrap().as_bytes()).unwrap()
    }

    fn find_by(&self, using: &str, value: &str) -> String {
        match self.send("POST", "/element", &json!({"using": using, "value": value})) {
            Ok(element) => element[ELEMENT].as_str().unwrap().to_owned(),
            Err(_) => self.fail(&format!("the page never came to match {value}")),
        }
    }

    fn fail(&self, why: &str) -> ! {
        let text = self.run("return document.body.innerText", &json!([]));
        panic!("{why}\nconsole: {:?}\nthe page reads:\n{}", self.console(), text.as_str().unwrap());
    }

    fn done(&self, method: &str, path: &str, body: &Value) -> Value {
        self.send(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        let address = format!("{}{path}", self.base);
        let mut response = match method {
            "GET" => self.agent.get(&address).call(),
            "DELETE" => self.agent.delete(&address).call(),
            _ => self.agent.post(&address).send(body.to_string()),
        }
        .expect("chromedriver answers");
        let text = response.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        let value = answer["value"].take();
        if response.status().is_success() { Ok(value) } else { Err(value) }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends the browser, then the driver, which has nothing left to do.
        let _ = self.agent.delete(&self.base).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Starts chromedriver on a free port and waits until it says that it is ready.
fn start_driver() -> (Child, String) {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver is not installed");
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let ready = lines
        .map_while(Result::ok)
        .find_map(|line| line.split("successfully on port ").nth(1).map(str::to_owned))
        .expect("chromedriver did not start");
    let address = format!("http://127.0.0.1:{}", ready.trim_end_matches('.'));
    (driver, address)
}

/// A text as XPath writes it. Our texts use at most one kind of quote.
fn quoted(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}
