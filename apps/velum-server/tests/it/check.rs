//! `--check`: what would be used, without secrets, and whether it can be.

use crate::cloud::Cloud;
use crate::running::Home;
use std::process::{Command, Output};
use store_postgres::testing::Stop;

fn output(command: &mut Command) -> (bool, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.success(), text(stdout), text(stderr))
}

#[test]
fn one_machine_is_checked() {
    let home = Home::new();
    let mut command = home.command(Command::new(env!("CARGO_BIN_EXE_velum-server")));
    let (good, shown, _) = output(command.arg("--check"));
    assert!(good && shown.contains("database = SQLite in"), "{shown}");
    // Nothing can be made under a file.
    std::fs::write(home.path().join("file"), "").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_velum-server"));
    command.arg("--check").arg("--data").arg(home.path().join("file/data"));
    let (good, _, told) = output(&mut command);
    assert!(!good && told.contains("the data folder"), "{told}");
}

#[test]
fn many_machines_are_checked_and_what_fails_is_named_without_secrets() {
    let mut cloud = Cloud::new();
    let check = |cloud: &Cloud| output(cloud.command().arg("--check"));
    let (good, shown, told) = check(&cloud);
    assert!(good && shown.contains("database = postgres://velum@"), "{shown}{told}");
    assert!(shown.contains("blobs = s3://velum-test/blobs at http://127.0.0.1"), "{shown}");
    assert_eq!(
        cloud.cluster.sql("SELECT to_regnamespace('velum') IS NULL"),
        "t",
        "changes nothing"
    );

    let mut elsewhere = cloud.command();
    let (good, _, told) = output(elsewhere.args(["--check", "--blobs", "s3://no-such-bucket"]));
    assert!(!good && told.contains("no such bucket"), "{told}");

    let address = cloud.cluster.address().replace("velum@", "velum:s3cret@");
    cloud.cluster.stop(Stop::Fast);
    let mut away = cloud.command();
    let (good, shown, told) = output(away.env("VELUM_DATABASE", address).arg("--check"));
    assert!(!good && told.contains("no connection to the database"), "{told}");
    assert!(shown.contains(":****@") && !format!("{shown}{told}").contains("s3cret"));
}

#[test]
fn a_server_that_could_bring_views_back_does_not_start() {
    let cloud = Cloud::new();
    cloud.cluster.sql("SELECT pg_create_physical_replication_slot('replica')");
    let (good, _, told) = output(&mut cloud.command());
    assert!(!good && told.contains("synchronous_standby_names"), "{told}");
}
