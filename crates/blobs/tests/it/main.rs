//! Blobs on a real directory.
#![allow(clippy::unwrap_used, reason = "tests")]

use blobs::BlobDirectory;
use crypto::digest::sha256;
use relay::{IncomingObject, Objects, OutgoingObject};
use tempfile::TempDir;
use vocab::ObjectId;

fn object(number: u8) -> ObjectId {
    ObjectId::from_bytes([number; 16])
}

async fn read(blobs: &BlobDirectory, number: u8) -> Option<Vec<u8>> {
    let mut outgoing = blobs.open(object(number)).await.expect("the directory is there")?;
    let mut all = Vec::new();
    loop {
        let piece = outgoing.next().await.expect("the file is there");
        if piece.is_empty() {
            return Some(all);
        }
        all.extend(piece);
    }
}

async fn keep(blobs: &BlobDirectory, number: u8, pieces: &[&[u8]]) -> [u8; 32] {
    let mut incoming = blobs.begin(object(number)).await.expect("there is room");
    for piece in pieces {
        incoming.write(piece.to_vec()).await.expect("there is room");
    }
    incoming.keep().await.expect("there is room")
}

/// Every file below a directory, as names.
fn files(directory: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).expect("the directory is there") {
        let path = entry.expect("the directory is there").path();
        if path.is_dir() {
            names.extend(files(&path));
        } else {
            names.extend(path.file_name().and_then(|n| n.to_str()).map(str::to_owned));
        }
    }
    names
}

#[tokio::test]
async fn a_blob_reads_back_whole_with_its_digest() {
    let directory = TempDir::new().unwrap();
    let blobs = BlobDirectory::open(directory.path()).unwrap();
    let large = vec![7; 600_000];
    let digest = keep(&blobs, 1, &[b"first", &large, b""]).await;
    let whole = [b"first".as_slice(), &large].concat();
    assert_eq!(digest, sha256(&[&whole]));
    assert_eq!(read(&blobs, 1).await, Some(whole));
    assert_eq!(read(&blobs, 2).await, None);
    assert_eq!(blobs.list().unwrap(), [object(1)]);
}

#[tokio::test]
async fn a_blob_has_no_name_before_it_is_whole_and_leaves_nothing_when_dropped() {
    let directory = TempDir::new().unwrap();
    let blobs = BlobDirectory::open(directory.path()).unwrap();
    let mut incoming = blobs.begin(object(1)).await.unwrap();
    incoming.write(vec![1; 100]).await.unwrap();
    assert_eq!(read(&blobs, 1).await, None);
    assert!(blobs.list().unwrap().is_empty());
    drop(incoming);
    assert!(files(directory.path()).is_empty());
}

#[tokio::test]
async fn what_a_crash_left_half_done_goes_at_the_next_start() {
    let directory = TempDir::new().unwrap();
    let blobs = BlobDirectory::open(directory.path()).unwrap();
    keep(&blobs, 1, &[b"whole"]).await;
    let mut incoming = blobs.begin(object(2)).await.unwrap();
    incoming.write(vec![1; 100]).await.unwrap();
    // A crash runs no destructor.
    std::mem::forget(incoming);
    let blobs = BlobDirectory::open(directory.path()).unwrap();
    assert_eq!(files(directory.path()), [object(1).to_string()]);
    assert_eq!(read(&blobs, 1).await.unwrap(), b"whole");
}

#[tokio::test]
async fn a_deleted_blob_is_gone_and_deleting_again_is_success() {
    let directory = TempDir::new().unwrap();
    let blobs = BlobDirectory::open(directory.path()).unwrap();
    keep(&blobs, 1, &[b"bytes"]).await;
    let mut reading = blobs.open(object(1)).await.unwrap().unwrap();
    blobs.delete(object(1)).await.unwrap();
    blobs.delete(object(1)).await.unwrap();
    assert_eq!(read(&blobs, 1).await, None);
    assert!(files(directory.path()).is_empty());
    assert_eq!(reading.next().await.unwrap(), b"bytes", "who began to read may finish");
}
