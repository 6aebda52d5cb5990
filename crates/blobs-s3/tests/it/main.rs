//! Blobs in a bucket of a real S3-speaking server.
#![allow(clippy::unwrap_used, reason = "tests")]

use blobs_s3::testing::{BUCKET, CREDENTIALS, S3Server};
use blobs_s3::{Bucket, Place, Trouble};
use crypto::digest::sha256;
use relay::{Error, IncomingObject, Objects, OutgoingObject};
use std::process::Command;
use std::time::Duration;
use vocab::ObjectId;

const MIB: usize = 1 << 20;

fn object(number: u8) -> ObjectId {
    ObjectId::from_bytes([number; 16])
}

/// Credentials come from the environment, which a test must not change for itself: it runs again
/// as a child that has them.
fn with_credentials(test: &str) -> bool {
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_some_and(|key| key == CREDENTIALS[0].1) {
        return true;
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    let status = again.args(["--exact", test]).envs(CREDENTIALS).status().unwrap();
    assert!(status.success());
    false
}

fn bucket(server: &S3Server) -> Bucket {
    let place = Place::parse(BUCKET, Some(&server.endpoint()), None).unwrap();
    Bucket::open(&place).unwrap()
}

async fn read(bucket: &Bucket, number: u8) -> Option<Vec<u8>> {
    let mut outgoing = bucket.open(object(number)).await.expect("the server answers")?;
    let mut all = Vec::new();
    loop {
        let piece = outgoing.next().await.expect("the server answers");
        if piece.is_empty() {
            return Some(all);
        }
        all.extend(piece);
    }
}

/// Bytes of which no part equals another.
fn bytes(length: usize) -> Vec<u8> {
    (0..length as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// Uploads in parts that are not completed, as the server lists them.
fn unfinished(server: &S3Server) -> usize {
    server.request("GET", "/velum-test?uploads").matches("<UploadId>").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_reads_back_whole_with_its_digest_in_one_piece_or_many() {
    if !with_credentials("a_blob_reads_back_whole_with_its_digest_in_one_piece_or_many") {
        return;
    }
    let server = S3Server::new();
    let bucket = bucket(&server);
    for (number, length) in [0, 1, 5 * MIB, 5 * MIB + 1, 12 * MIB].into_iter().enumerate() {
        let number = number as u8;
        let whole = bytes(length);
        let mut incoming = bucket.begin(object(number)).await.unwrap();
        for piece in whole.chunks(700_001) {
            incoming.write(piece.to_vec()).await.unwrap();
            assert_eq!(read(&bucket, number).await, None, "not visible before it is whole");
        }
        assert_eq!(incoming.keep().await.unwrap(), sha256(&[&whole]));
        assert_eq!(read(&bucket, number).await, Some(whole), "{length} bytes");
    }
    assert_eq!(read(&bucket, 99).await, None);
    assert_eq!(unfinished(&server), 0);
    let mut all = bucket.older_than(Duration::ZERO).await.unwrap();
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2, 3, 4].map(object));
    assert_eq!(bucket.older_than(Duration::from_secs(3600)).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_that_is_dropped_leaves_nothing() {
    if !with_credentials("a_blob_that_is_dropped_leaves_nothing") {
        return;
    }
    let server = S3Server::new();
    let bucket = bucket(&server);
    for length in [100, 11 * MIB] {
        let mut incoming = bucket.begin(object(1)).await.unwrap();
        incoming.write(bytes(length)).await.unwrap();
        assert_eq!(unfinished(&server), usize::from(length > 5 * MIB));
        drop(incoming);
        // The parts are thrown away beside us.
        assert!((0..10_000).any(|_| unfinished(&server) == 0));
        assert_eq!(read(&bucket, 1).await, None);
        assert!(bucket.older_than(Duration::ZERO).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_blob_is_gone_and_deleting_again_is_success() {
    if !with_credentials("a_deleted_blob_is_gone_and_deleting_again_is_success") {
        return;
    }
    let server = S3Server::new();
    let bucket = bucket(&server);
    let mut incoming = bucket.begin(object(1)).await.unwrap();
    incoming.write(b"bytes".to_vec()).await.unwrap();
    incoming.keep().await.unwrap();
    bucket.delete(object(1)).await.unwrap();
    bucket.delete(object(1)).await.unwrap();
    assert_eq!(read(&bucket, 1).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_and_a_store_that_is_away_keeps_nothing() {
    if !with_credentials("what_is_wrong_is_told_and_a_store_that_is_away_keeps_nothing") {
        return;
    }
    let server = S3Server::new();
    let place = |address, endpoint: &str| {
        Bucket::open(&Place::parse(address, Some(endpoint), None).unwrap()).unwrap()
    };
    assert_eq!(bucket(&server).check(object(1)).await, Ok(()));
    assert!(bucket(&server).older_than(Duration::ZERO).await.unwrap().is_empty());
    let other = place("s3://no-such-bucket", &server.endpoint());
    assert_eq!(other.check(object(1)).await, Err(Trouble::NoBucket));

    let bucket = bucket(&server);
    let mut incoming = bucket.begin(object(2)).await.unwrap();
    incoming.write(bytes(100)).await.unwrap();
    drop(server);
    assert_eq!(incoming.keep().await.unwrap_err(), Error::Unavailable);
    assert_eq!(bucket.open(object(2)).await.unwrap_err(), Error::Unavailable);
    assert_eq!(bucket.check(object(1)).await, Err(Trouble::NoAnswer));
}
