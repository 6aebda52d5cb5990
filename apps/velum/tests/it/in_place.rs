//! `velum clean --in-place`: the copy in the place of its original.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use crate::{folder, harbour, names, text, velum};

#[test]
fn the_copy_takes_the_place_and_the_name() {
    let folder = folder();
    velum(folder.path(), &["clean", "in.jpg", "--to", "out.jpg"]);
    let copy = std::fs::read(folder.path().join("out.jpg")).unwrap();
    let output = velum(folder.path(), &["clean", "in.jpg", "--in-place"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("replaced by its clean copy") && said.contains("gone"), "{said}");
    assert_eq!(names(folder.path()), ["in.jpg", "out.jpg"]);
    assert!(std::fs::read(folder.path().join("in.jpg")).unwrap() == copy);
    let metadata = std::fs::metadata(folder.path().join("in.jpg")).unwrap();
    assert_eq!((metadata.mode() & 0o777, metadata.mtime()), (0o600, 315_532_800));
}

#[test]
fn what_is_not_one_plain_file_is_left_as_it_is() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    symlink("in.jpg", path("link.jpg")).unwrap();
    std::fs::copy(path("in.jpg"), path("fixed.jpg")).unwrap();
    std::fs::set_permissions(path("fixed.jpg"), PermissionsExt::from_mode(0o444)).unwrap();
    std::fs::copy(path("in.jpg"), path("two.jpg")).unwrap();
    std::fs::hard_link(path("two.jpg"), path("names.jpg")).unwrap();
    for (name, id) in [
        ("link.jpg", "original-is-a-link"),
        ("fixed.jpg", "original-is-read-only"),
        ("two.jpg", "original-has-other-names"),
        ("-", "no-original-to-replace"),
    ] {
        let output = velum(folder.path(), &["clean", name, "--in-place", "--json"]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["photos"][0]["error"]["id"], id);
    }
    for name in ["in.jpg", "link.jpg", "fixed.jpg", "two.jpg", "names.jpg"] {
        assert!(std::fs::read(path(name)).unwrap() == std::fs::read(harbour()).unwrap(), "{name}");
    }
}

#[test]
fn an_original_that_cannot_be_cleaned_stays() {
    let folder = folder();
    let photo = std::fs::read(harbour()).unwrap();
    let half = folder.path().join("half.jpg");
    std::fs::write(&half, &photo[..100_000]).unwrap();
    let output = velum(folder.path(), &["clean", ".", "--in-place"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(std::fs::read(&half).unwrap() == photo[..100_000]);
    assert!(std::fs::read(folder.path().join("in.jpg")).unwrap() != photo);
    assert_eq!(names(folder.path()), ["half.jpg", "in.jpg"]);
}

#[test]
fn a_place_is_either_named_or_the_original() {
    let folder = folder();
    for arguments in [
        &["clean", "in.jpg"][..],
        &["clean", "in.jpg", "--in-place", "-o", "out"],
        &["clean", "in.jpg", "--in-place", "--to", "out.jpg"],
    ] {
        assert_eq!(velum(folder.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(names(folder.path()), ["in.jpg"]);
}
