//! Each check of the layers, shown to fail where it should.

use super::table::Row;
use super::*;

const METADATA: &str = r#"{"packages":[
  {"name":"velum-vocab","dependencies":[
    {"name":"data-encoding","kind":null},
    {"name":"proptest","kind":"dev"}]},
  {"name":"velum-media","dependencies":[
    {"name":"velum-vocab","kind":null,"path":"/x"},
    {"name":"velum-relay","kind":"dev","path":"/x"}]},
  {"name":"velum-relay","dependencies":[
    {"name":"velum-vocab","kind":null,"path":"/x"}]}]}"#;

fn layer(
    name: &'static str,
    row: Row,
    inside: &'static [&'static str],
    outside: &'static [&'static str],
) -> Layer {
    Layer { name, row, inside, outside }
}

fn true_table() -> Vec<Layer> {
    vec![
        layer("velum-vocab", Row::Words, &[], &["data-encoding"]),
        layer("velum-media", Row::Domain, &["velum-vocab"], &[]),
        layer("velum-relay", Row::Flow, &["velum-vocab"], &[]),
    ]
}

fn crates() -> Crates {
    crates_in(METADATA).unwrap()
}

/// Changes the table and expects exactly one problem with these words.
fn check(change: impl FnOnce(&mut Vec<Layer>), words: &str) {
    let mut table = true_table();
    change(&mut table);
    let problems = differences(&crates(), &table);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains(words), "{problems:?}");
}

#[test]
fn a_true_table_has_no_problem() {
    assert_eq!(differences(&crates(), &true_table()), Vec::<String>::new());
    assert_eq!(upward_edges(&crates(), &true_table()), Vec::<String>::new());
    assert_eq!(blindness(&crates()), Vec::<String>::new());
}

#[test]
fn a_crate_missing_from_the_table_is_found() {
    check(
        |table| {
            table.remove(0);
        },
        "velum-vocab is not in the table",
    );
}

#[test]
fn a_crate_that_is_gone_is_found() {
    check(
        |table| table.push(layer("velum-gone", Row::Domain, &[], &[])),
        "velum-gone, which does not exist",
    );
}

#[test]
fn a_new_edge_is_found() {
    check(|table| table[1].inside = &[], "uses the crate velum-vocab");
}

#[test]
fn a_new_outside_dependency_is_found() {
    check(|table| table[0].outside = &[], "uses the outside crate data-encoding");
}

#[test]
fn an_allowance_nobody_uses_is_found() {
    check(
        |table| table[2].inside = &["velum-vocab", "velum-wire"],
        "use the crate velum-wire, but it does not",
    );
}

#[test]
fn a_dependency_of_tests_alone_must_be_known_too() {
    let metadata = METADATA.replace("proptest", "some-test-crate");
    let problems = differences(&crates_in(&metadata).unwrap(), &true_table());
    assert!(problems[0].contains("some-test-crate"), "{problems:?}");
}

#[test]
fn an_edge_within_a_row_or_upward_is_found() {
    let mut table = true_table();
    table[0].row = Row::Domain;
    let problems = upward_edges(&crates(), &table);
    assert_eq!(problems, ["velum-media (Domain) may not know velum-vocab (Domain)"]);
}

#[test]
fn a_relay_that_reaches_photos_through_another_crate_is_found() {
    let mut crates = crates();
    let relay = crates.get_mut("velum-relay").unwrap();
    relay.inside.insert("velum-wire".to_owned());
    let wire = crates.entry("velum-wire".to_owned()).or_default();
    wire.inside.insert("velum-media".to_owned());
    let problems = blindness(&crates);
    assert_eq!(problems, ["velum-relay must stay blind, but it reaches velum-media"]);
}

#[test]
fn a_crate_missing_on_the_map_is_found() {
    let map = "| `vocab` | words |\n| `velum-relay` | x |\nand `media` elsewhere\n";
    let missing = missing_on_the_map(map, &true_table());
    assert_eq!(missing, ["ARCHITECTURE.md has no line for velum-media"]);
}
