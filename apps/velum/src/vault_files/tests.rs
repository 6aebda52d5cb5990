//! Tests of the vault's files.

use super::*;

fn place() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_record_reads_back_until_it_is_removed() {
    let place = place();
    let files = VaultFiles::make(&place.path().join("a/vault")).unwrap();
    assert_eq!(files.read_record("head").unwrap(), None);
    files.write_record("head", b"one").unwrap();
    files.write_record("head", b"two").unwrap();
    assert_eq!(files.read_record("head").unwrap().unwrap(), b"two");
    files.remove_record("head").unwrap();
    files.remove_record("head").unwrap();
    assert_eq!(files.read_record("head").unwrap(), None);
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let place = place();
    let files = VaultFiles::make(&place.path().join("vault")).unwrap();
    for name in ["", "..", "a/b", "/etc", "lock", "unfinished", "Head", "a.b"] {
        assert!(files.write_record(name, b"x").is_err(), "{name}");
        assert!(files.read_record(name).is_err(), "{name}");
    }
}

#[test]
fn a_second_command_waits_and_then_is_told() {
    let place = place();
    let folder = place.path().join("vault");
    let first = VaultFiles::make(&folder).unwrap();
    let path = folder.join(LOCK);
    assert_eq!(lock(&path, Duration::ZERO).err(), Some(NotUsable::Busy));
    drop(first);
    assert!(lock(&path, Duration::ZERO).is_ok());
}

#[test]
fn a_folder_with_other_things_is_left_alone() {
    let place = place();
    std::fs::write(place.path().join("letter.txt"), b"mine").unwrap();
    assert_eq!(VaultFiles::make(place.path()).err(), Some(NotUsable::NotEmpty));
    let file = place.path().join("letter.txt");
    assert_eq!(VaultFiles::make(&file).err(), Some(NotUsable::NotAFolder));
    assert_eq!(VaultFiles::open(&file).err(), Some(NotUsable::NotAFolder));
    assert_eq!(VaultFiles::open(&place.path().join("no")).err(), Some(NotUsable::Missing));
}

#[test]
fn what_was_cut_off_is_tidied_away() {
    let place = place();
    let folder = place.path().join("vault");
    drop(VaultFiles::make(&folder).unwrap());
    std::fs::write(folder.join(TEMPORARY), b"half").unwrap();
    let files = VaultFiles::open(&folder).unwrap();
    assert!(!folder.join(TEMPORARY).exists());
    files.write_record("body", b"whole").unwrap();
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_look_in_and_links_are_not_followed() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = place();
    let folder = place.path().join("vault");
    let files = VaultFiles::make(&folder).unwrap();
    files.write_record("body", b"x").unwrap();
    let mode = |path: &Path| path.symlink_metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("body")), 0o600);
    assert_eq!(mode(&folder.join(LOCK)), 0o600);

    let elsewhere = place.path().join("elsewhere");
    std::fs::write(&elsewhere, b"not ours").unwrap();
    std::os::unix::fs::symlink(&elsewhere, folder.join("item-1")).unwrap();
    assert!(files.read_record("item-1").is_err());
    files.write_record("item-1", b"ours").unwrap();
    assert_eq!(std::fs::read(&elsewhere).unwrap(), b"not ours");
    drop(files);

    let link = place.path().join("link");
    std::os::unix::fs::symlink(&folder, &link).unwrap();
    assert_eq!(VaultFiles::open(&link).err(), Some(NotUsable::NotAFolder));
}
