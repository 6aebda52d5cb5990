//! `velum man` and `velum completions`: made from the arguments, accepted by those who read them.

use std::process::Command;

use crate::{folder, names, shell, text, velum};

#[test]
fn the_manual_has_a_page_for_every_command() {
    let folder = folder();
    let output = velum(folder.path(), &["man", "pages"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let pages = names(&folder.path().join("pages"));
    for page in ["velum.1", "velum-check.1", "velum-clean.1", "velum-vault-new.1"] {
        assert!(pages.iter().any(|name| name == page), "{page} is not in {pages:?}");
    }
    let main = text(&velum(folder.path(), &["man"]).stdout);
    assert!(main.contains(".TH velum 1") && main.contains("clean"), "{main}");
    if Command::new("man").arg("--version").output().is_err() {
        return;
    }
    for page in pages {
        let output = shell(folder.path(), &format!("man --warnings -l pages/{page} > page.txt"));
        assert_eq!(text(&output.stderr), "", "{page}");
    }
}

#[test]
fn shells_understand_their_completions() {
    let folder = folder();
    for name in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&velum(folder.path(), &["completions", name]).stdout);
        assert!(script.contains("velum") && script.contains("in-place"), "{name}");
    }
    let output = shell(folder.path(), "\"$VELUM\" completions bash | bash -n");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}
