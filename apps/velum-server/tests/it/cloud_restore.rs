//! A shared database put back from a dump, with the real programs: nothing that was over comes
//! back, at no server (R17).

use crate::cloud::Cloud;
use crate::people::{Recipient, RelayKey, Shared, random, rng};
use crate::running::Running;
use crypto::hpke::SecretPrekey;
use vocab::ClaimId;
use wire::v1::body::ShareState;

fn claims(server: &Running, shared: &Shared) -> u16 {
    let reply_key = SecretPrekey::generate(&mut rng()).public().to_bytes();
    server.send(&shared.claim(ClaimId::from_bytes(random()), &reply_key)).status
}

#[test]
fn r17_a_dump_put_back_gives_nothing_at_any_of_two_servers() {
    let cloud = Cloud::new();
    let [one, other] = [cloud.start(), cloud.start()];
    let recipient = Recipient::new(&one);
    let viewed = Shared::ready(&one, &recipient, 1);
    let withdrawn = Shared::ready(&other, &recipient, 2);
    let waiting = Shared::ready(&other, &recipient, 2);
    cloud.cluster.dump("dump");
    assert_eq!(claims(&one, &viewed), 200);
    assert_eq!(other.send(&withdrawn.withdraw()).status, 200);
    let shares = [&viewed, &withdrawn, &waiting];

    // Put back although servers run: none of them answers.
    cloud.cluster.restore_dump("dump");
    for server in [&one, &other] {
        for shared in shares {
            assert_eq!(claims(server, shared), 503);
        }
    }
    assert!(one.stop().success());
    let one = cloud.start();
    for shared in shares {
        assert_eq!(claims(&other, shared), 503, "until it is started again, too");
    }
    assert!(other.stop().success());
    let other = cloud.start();
    for server in [&one, &other] {
        for shared in shares {
            assert_eq!(shared.status(server), (ShareState::Ended, 0));
            assert_eq!(claims(server, shared), 410);
        }
    }
    // A new life, with keys that both have.
    let since = Recipient::new(&one);
    let fresh = Shared::new(&RelayKey::of(&other), 1, vec![1; 64]);
    assert_eq!(one.send(&fresh.put(&since)).status, 201);
    assert_eq!(other.send(&fresh.put_blob(&since)).status, 201);
    assert_eq!((claims(&one, &fresh), claims(&other, &fresh)), (200, 410));
    let ages = std::fs::read_dir(cloud.keys()).unwrap().filter_map(Result::ok);
    let ages = ages.filter(|file| file.file_name().to_string_lossy().starts_with("age-"));
    assert_eq!(ages.count(), 2, "one for each server");
}
