//! What must hold on every screen: the accessibility engine finds nothing, in light and in dark,
//! and nothing is cut off on a narrow phone. A picture of each is left in `target/screens`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::browser::Browser;

/// The narrowest screen people use, in CSS pixels.
const NARROW: u32 = 320;

impl Browser {
    /// Checks the screen that is shown and leaves pictures of it.
    pub(crate) fn examine(&self, name: &str) {
        self.refuse_violations(name);
        self.leave_picture(name);
        self.scheme("dark");
        self.refuse_violations(&format!("{name}, dark"));
        self.leave_picture(&format!("{name}-dark"));
        self.scheme("light");
        self.refuse_cut_off(name);
    }

    fn scheme(&self, scheme: &str) {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        self.debug("Emulation.setEmulatedMedia", &json!({"features": [feature]}));
    }

    fn refuse_violations(&self, name: &str) {
        let engine = std::fs::read_to_string(engine()).unwrap();
        self.run(&format!("if (!window.axe) {{ {engine} }}"), &json!([]));
        let found = self.run_async(
            "const done = arguments[0];
             const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
             axe.run(document, {runOnly: tags}).then(
               (result) => done(result.violations.map((it) =>
                 [it.id, it.nodes.map((node) => node.html + ' ' + node.failureSummary)])),
               (error) => done([['engine', String(error)]]))",
            &json!([]),
        );
        assert_eq!(found, json!([]), "on the screen {name}");
    }

    fn refuse_cut_off(&self, name: &str) {
        let size = json!({"width": NARROW, "height": 640, "deviceScaleFactor": 1, "mobile": true});
        self.debug("Emulation.setDeviceMetricsOverride", &size);
        let width = self.run("return document.documentElement.scrollWidth", &json!([]));
        self.leave_picture(&format!("{name}-narrow"));
        self.debug("Emulation.clearDeviceMetricsOverride", &json!({}));
        assert!(width.as_u64().unwrap() <= u64::from(NARROW), "{name} is {width} wide");
    }

    pub(crate) fn leave_picture(&self, name: &str) {
        let folder = target().join("screens");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), self.picture()).unwrap();
    }
}

/// What the page wrote to the console that is not from the browser's makers, and the addresses it
/// asked for elsewhere: there must be neither.
pub(crate) fn refuse_noise(browser: &Browser, origin: &str) {
    assert_eq!(browser.console(), Vec::<String>::new());
    let elsewhere: Vec<String> = browser
        .requests()
        .into_iter()
        .filter(|address| {
            let address = address.strip_prefix("blob:").unwrap_or(address);
            // The browser's own first page is not ours.
            let is_ours = !address.starts_with("chrome:") && !address.starts_with("data:");
            is_ours && !address.starts_with(&format!("{origin}/"))
        })
        .collect();
    assert_eq!(elsewhere, Vec::<String>::new());
}

/// All bytes that the page's own storage holds, as the page itself could read them.
pub(crate) fn stored(browser: &Browser) -> Vec<u8> {
    let all = browser.run_async(
        "const done = arguments[0];
         const open = indexedDB.open('velum');
         open.onsuccess = () => {
           const store = open.result.transaction('records').objectStore('records');
           const keys = store.getAllKeys(), values = store.getAll();
           values.onsuccess = () => {
             const text = (bytes) => Array.from(bytes, (b) => String.fromCharCode(b)).join('');
             const local = JSON.stringify(localStorage) + JSON.stringify(sessionStorage);
             open.result.close();
             done([keys.result.join(), ...values.result.map(text), local]);
           };
         };",
        &json!([]),
    );
    let Value::Array(parts) = all else { panic!("no list") };
    let chars = parts.iter().flat_map(|part| part.as_str().unwrap().chars());
    chars.map(|c| c as u32 as u8).collect()
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}

/// The accessibility engine's one file.
fn engine() -> PathBuf {
    let path = std::env::var_os("VELUM_TEST_AXE").map(PathBuf::from);
    let path = path.unwrap_or_else(|| target().join("test-axe/axe_playwright_python/axe.min.js"));
    assert!(path.exists(), "axe is missing: run these tests with  cargo xtask test");
    path
}
