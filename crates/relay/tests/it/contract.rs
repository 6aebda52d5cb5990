//! The contract suite on the in-memory store.

use relay::memory::MemoryRecords;

relay::relay_contract!(MemoryRecords::default);
