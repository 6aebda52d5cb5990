//! Two devices, a network and a clock, driven by one seed.

use crate::simulation::server::{Crash, Fault, Server};
use crate::simulation::watcher::Watcher;
use relay::command::Sealed;
use relay::contract::scene::{
    self, CAPABILITY, CONTROL, MAILBOX, MemoryScene, READ, REPLY_KEY, START_SECONDS, put_mailbox,
};
use relay::model::{Share, WrappedHalf};
use relay::{Command, Rows};
use vocab::{ClaimId, ShareId, Timestamp};

const SHARES: u8 = 3;

/// How long a share lives in this world: long enough for some retries, short enough to expire.
const LIFE_SECONDS: u64 = 240;

/// What happened, so that a run in which nothing did is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) releases: u64,
    pub(crate) retries: u64,
    pub(crate) refusals: u64,
    pub(crate) withdrawals: u64,
    pub(crate) crashes: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.releases += other.releases;
        self.retries += other.retries;
        self.refusals += other.refusals;
        self.withdrawals += other.withdrawals;
        self.crashes += other.crashes;
    }
}

pub(crate) struct World {
    random: Random,
    server: Server,
    watcher: Watcher,
    network: Vec<Command>,
    system: Timestamp,
    /// The latest time the server put on disk.
    recorded: Timestamp,
    views: [u32; SHARES as usize],
    attempts: u8,
}

impl World {
    pub(crate) fn new(seed: u64, fault: Option<Fault>) -> Self {
        let start = Timestamp::from_unix_seconds(START_SECONDS).expect("before 9999");
        let mut random = Random(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let views = [(); SHARES as usize].map(|()| 1 + random.below(3) as u32);
        let mut world = Self {
            random,
            server: Server::new(fault),
            watcher: Watcher::default(),
            network: Vec::new(),
            system: start,
            recorded: start,
            views,
            attempts: 0,
        };
        for number in 0..SHARES {
            let promises = world.watcher.shares.entry(share(number)).or_default();
            promises.views = views[usize::from(number)];
            promises.not_after = Some(start.plus_seconds(LIFE_SECONDS));
        }
        world.deliver_at_once(put_mailbox());
        world.deliver_at_once(MemoryScene::new(Default::default()).put_capability());
        world
    }

    fn deliver_at_once(&mut self, command: Command) {
        self.server.receive(command, self.system, 0);
        self.server.commit(self.system, None);
    }

    /// One thing happens.
    pub(crate) fn step(&mut self) -> Result<(), String> {
        match self.random.below(100) {
            0..30 => {
                let request = self.request();
                self.network.push(request);
            }
            30..65 => self.deliver(),
            65..70 => {
                if let Some(lost) = self.pick() {
                    self.network.swap_remove(lost);
                }
            }
            70..93 => self.commit()?,
            _ => self.turn_clock(),
        }
        Ok(())
    }

    /// The network calms down; what was acknowledged must be there.
    pub(crate) fn settle(mut self) -> Result<Tally, String> {
        self.server.commit(self.system, None);
        for (id, promises) in &self.watcher.shares {
            let row = self.server.disk.share(*id).expect("memory does not fail");
            if promises.delivered && matches!(&row, Some(Share::Live(row)) if row.object.is_none())
            {
                return Err("an acknowledged upload was lost".into());
            }
            if promises.delivered && row.is_none() {
                return Err("an acknowledged share was forgotten".into());
            }
            if promises.withdrawn && !matches!(row, Some(Share::Ended(_))) {
                return Err("R3: an acknowledged withdrawal was lost".into());
            }
        }
        Ok(self.watcher.tally)
    }

    /// What a device sends next; mostly what moves things on.
    fn request(&mut self) -> Command {
        let number = self.random.below(u64::from(SHARES)) as u8;
        let share = share(number);
        match self.random.below(40) {
            0..8 => self.put_share(number),
            8..16 => scene::finish_blob(share),
            16..32 => {
                // Half of them new attempts, the others retries of some earlier one.
                if self.attempts == 0 || self.random.below(2) == 0 {
                    self.attempts = self.attempts.saturating_add(1);
                }
                let attempt = 1 + self.random.below(u64::from(self.attempts)) as u8;
                Command::Claim {
                    share,
                    claim: ClaimId::from_bytes([attempt; 16]),
                    reply_key: REPLY_KEY,
                    fresh: None,
                }
            }
            32 => Command::Withdraw { shares: vec![(share, CONTROL)] },
            33 if self.random.below(8) == 0 => {
                Command::DeleteCapability { capability: CAPABILITY, read: READ }
            }
            34 => MemoryScene::new(Default::default()).put_capability(),
            35 => Command::PostMessage {
                mailbox: MAILBOX,
                post: scene::POST,
                message: vocab::MessageId::from_bytes([number; 16]),
                body: Sealed(vec![0; vocab::limits::CONTROL_MESSAGE_BYTES]),
            },
            _ => Command::Sweep { rows_max: 4 },
        }
    }

    /// Each announcement seals the half anew.
    fn put_share(&mut self, number: u8) -> Command {
        let scene = MemoryScene::new(Default::default());
        let mut record = scene.record(self.views[usize::from(number)]);
        record.terms.not_after = scene.system.plus_seconds(LIFE_SECONDS);
        record.half = Some(WrappedHalf(vec![self.random.below(256) as u8; 72]));
        Command::PutShare { share: share(number), record: Box::new(record) }
    }

    /// One request arrives, and sometimes stays on its way to arrive again.
    fn deliver(&mut self) {
        let Some(place) = self.pick() else { return };
        let repeated = self.random.below(3) == 0;
        let command =
            if repeated { self.network[place].clone() } else { self.network.swap_remove(place) };
        let nonce = self.random.below(256) as u8;
        self.server.receive(command, self.system, nonce);
    }

    fn commit(&mut self) -> Result<(), String> {
        let crash = match self.random.below(10) {
            0 => Some(Crash::BeforeCommit),
            1 => Some(Crash::BeforeAnswer),
            _ => None,
        };
        self.watcher.tally.crashes += u64::from(crash.is_some());
        // A server that has nothing to write does not write the time either.
        let writes = self.server.has_work() && crash != Some(Crash::BeforeCommit);
        let answers = self.server.commit(self.system, crash);
        if writes {
            self.recorded = self.recorded.max(self.system);
        }
        answers.iter().try_for_each(|answer| self.watcher.see(answer, self.recorded))
    }

    fn turn_clock(&mut self) {
        let seconds = self.system.unix_seconds();
        let turned = match self.random.below(10) {
            0 => seconds - self.random.below(400),
            1 => seconds + self.random.below(200),
            _ => seconds + self.random.below(20),
        };
        self.system = Timestamp::from_unix_seconds(turned).expect("before 9999");
    }

    fn pick(&mut self) -> Option<usize> {
        let waiting = self.network.len() as u64;
        (waiting > 0).then(|| self.random.below(waiting) as usize)
    }
}

fn share(number: u8) -> ShareId {
    ShareId::from_bytes([100 + number; 16])
}

/// xorshift64*: small, fast, the same everywhere.
struct Random(u64);

impl Random {
    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end
    }
}
