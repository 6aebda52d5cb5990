//! The contract suite on PostgreSQL.

use relay::contract::scene::guard;
use relay::memory::MemoryMirror;
use relay::{Command, Error, Records, Reply, Rows, Stop};
use store_postgres::testing::Cluster;
use store_postgres::{Address, PostgresRecords};
use vocab::Timestamp;

/// A store whose server goes with it.
struct Temporary {
    records: PostgresRecords,
    _cluster: Cluster,
}

impl Records for Temporary {
    async fn submit(&self, command: Command, now: Timestamp) -> Result<Reply, Stop> {
        self.records.submit(command, now).await
    }

    async fn read<T, Q>(&self, question: Q) -> Result<T, Error>
    where
        T: Send + 'static,
        Q: FnOnce(&dyn Rows) -> T + Send + 'static,
    {
        self.records.read(question).await
    }
}

fn temporary() -> Temporary {
    let cluster = Cluster::new();
    let address = Address::parse(&cluster.address(), None).expect("an address");
    let records = PostgresRecords::open(&address, guard(MemoryMirror::default(), 1), |_| {})
        .expect("a new store opens");
    Temporary { records, _cluster: cluster }
}

relay::relay_contract!(temporary);
