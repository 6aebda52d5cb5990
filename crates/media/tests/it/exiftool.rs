//! A second opinion from outside: exiftool, asked for everything it can see.

use std::process::Command;

use crate::{clean, jpeg, png, webp};

/// Groups of tags that say how a picture is coded, or come from the file system.
const STRUCTURE: &[&str] =
    &["ExifTool", "System", "File", "PNG", "RIFF", "Composite", "ICC-header", "ICC_Profile"];

/// Tags of PNG and RIFF that are more than structure.
const NOT_STRUCTURE: &[&str] = &["ModifyDate", "Author", "Comment", "Title", "Software"];

#[test]
fn exiftool_sees_only_structure_in_clean_copies() {
    let photos =
        [("jpg", jpeg::planted_everywhere()), ("png", png::planted()), ("webp", webp::planted())];
    let folder = tempfile::tempdir().unwrap();
    for (extension, photo) in photos {
        let path = folder.path().join(format!("photo.{extension}"));
        std::fs::write(&path, &photo).unwrap();
        assert!(telling_tags(&path).len() >= 5, "exiftool should see what was planted");
        std::fs::write(&path, clean(&photo)).unwrap();
        assert_eq!(telling_tags(&path), Vec::<String>::new());
    }
}

fn telling_tags(path: &std::path::Path) -> Vec<String> {
    let output = Command::new("exiftool")
        .args(["-a", "-G1", "-s", "-u", "-ee"])
        .arg(path)
        .output()
        .expect("exiftool is needed for this test: `cargo xtask test` installs it");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().filter(|line| is_telling(line)).map(str::to_owned);
    lines.collect()
}

/// Lines look like `[IFD0]          Orientation                     : Rotate 90 CW`.
fn is_telling(line: &str) -> bool {
    let Some((group, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) else {
        return true;
    };
    let tag = rest.split_whitespace().next().unwrap_or_default();
    if group == "IFD0" {
        return tag != "Orientation";
    }
    !STRUCTURE.contains(&group) || NOT_STRUCTURE.contains(&tag)
}
