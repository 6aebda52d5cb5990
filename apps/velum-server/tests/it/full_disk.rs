//! A disk that is full: an honest refusal, and nothing lost that was acknowledged.

use crate::people::{Recipient, RelayKey, Shared, random, rng};
use crate::running::{Home, Running};
use crypto::hpke::SecretPrekey;
use std::process::Command;
use vocab::limits::CONTROL_MESSAGE_BYTES;
use vocab::{ClaimId, MessageId};
use wire::v1::body::ShareState;
use wire::v1::{answer, request};

/// A server whose files cannot grow beyond about half a megabyte.
fn start_cramped(home: &Home) -> Running {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$0\" \"$@\""]);
    shell.arg(env!("CARGO_BIN_EXE_velum-server"));
    Running::start(&mut home.command(shell))
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let home = Home::new();
    let server = start_cramped(&home);
    let recipient = Recipient::new(&server);
    let kept = Shared::ready(&server, &recipient, 2);

    // A blob that does not fit: refused, nothing left, and the share can still be delivered later.
    let big = Shared::new(&RelayKey::of(&server), 1, vec![3; 2_000_000]);
    assert_eq!(server.send(&big.put(&recipient)).status, 201);
    assert_eq!(server.send(&big.put_blob(&recipient)).status, 503);
    assert_eq!(std::fs::read_dir(home.data().join("blobs/incoming")).unwrap().count(), 0);

    // Rows until the database is full.
    let mut posted = 0_u64;
    let full = loop {
        let id = MessageId::from_bytes(random());
        let sealed = vec![4; CONTROL_MESSAGE_BYTES];
        let post = request::post_message(recipient.mailbox, id, &recipient.post, sealed);
        match server.send(&post).status {
            201 => posted += 1,
            status => break status,
        }
        assert!(posted < 1000, "the limit is not in force");
    };
    assert_eq!(full, 503);
    assert_eq!(kept.status(&server), (ShareState::Ready, 2), "reading goes on");
    drop(server);

    let server = home.start();
    assert_eq!(kept.status(&server), (ShareState::Ready, 2));
    let reply = SecretPrekey::generate(&mut rng());
    let attempt = ClaimId::from_bytes(random());
    let response = server.send(&kept.claim(attempt, &reply.public().to_bytes()));
    assert!(kept.opens(attempt, &reply, &response));
    assert_eq!(server.send(&big.put_blob(&recipient)).status, 201);
    let mut last = 0;
    loop {
        let page = server.send(&request::messages(recipient.mailbox, &recipient.read, last));
        match answer::messages(&page).unwrap().messages.last() {
            Some(message) => last = message.sequence,
            None => break,
        }
    }
    assert!(last == posted || last == posted + 1, "{posted} acknowledged, {last} there");
}
