//! Two devices, a network, a clock and an operator, driven by one seed.

mod operator;

use super::Tally;
use super::devices::{CONTROL, Devices, READ, mailbox, share, token};
use super::fault::Fault;
use super::random::Random;
use super::server::{Crash, Key, Packet, Server};
use super::watcher::{Broken, Watcher, tells_nothing};
use crate::fence::{Age, Finding};
use crate::memory::Tables;
use crate::{Command, read};
use vocab::Timestamp;
use vocab::limits::CLAIM_RETRY_SECONDS;
use wire::v1::body::ShareState;

/// When every schedule begins: 2026-11-24T00:00:00Z.
const START_SECONDS: u64 = 1_795_478_400;

/// Most requests on their way.
const NETWORK_MAX: usize = 64;

pub(super) struct World {
    random: Random,
    server: Server,
    devices: Devices,
    watcher: Watcher,
    network: Vec<Packet>,
    system: Timestamp,
    /// The latest time the system ever had.
    latest: Timestamp,
    /// Copies of the database that the operator has, and one that follows behind.
    copies: Vec<Tables>,
    replica: Tables,
    /// The age of all that was ever answered.
    answered: Age,
}

impl World {
    pub(super) fn new(seed: u64, fault: Option<Fault>) -> Self {
        let system = Timestamp::from_unix_seconds(START_SECONDS).expect("before 9999");
        let mut world = Self {
            random: Random::new(seed),
            server: Server::new(fault, system),
            devices: Devices::default(),
            watcher: Watcher::default(),
            network: Vec::with_capacity(NETWORK_MAX),
            system,
            latest: system,
            copies: Vec::new(),
            replica: Tables::default(),
            answered: Age::default(),
        };
        for _ in 0..3 {
            world.devices.plan(system, &mut world.random);
        }
        world.answered = world.server.disk.age();
        world.consent_at_once();
        world
    }

    /// The recipient is there and consents, as it mostly is when something is shared.
    fn consent_at_once(&mut self) {
        let now = self.server.time(self.system);
        let key = Key { life: self.server.life(), day: now.day_number() };
        let (mailbox, consent) = (self.devices.put_mailbox(), self.devices.put_capability(now));
        for command in [mailbox, consent] {
            self.server.receive(&Packet { command, key }, self.system, &mut self.random);
        }
    }

    /// One thing happens.
    pub(super) fn step(&mut self) -> Broken {
        match self.random.below(1000) {
            0..300 => self.ask(),
            300..680 => self.deliver(),
            680..700 => {
                if let Some(lost) = self.pick() {
                    self.network.swap_remove(lost);
                }
            }
            700..880 => return self.commit(),
            880..930 => self.turn_clock(),
            930..960 => return self.look(),
            other => return self.operate(other),
        }
        Ok(())
    }

    /// A device sends something.
    fn ask(&mut self) {
        let now = self.server.time(self.system);
        let command = self.devices.request(now, &mut self.random);
        let key = Key { life: self.server.life(), day: now.day_number() };
        if self.network.len() == NETWORK_MAX {
            let lost = self.random.place(NETWORK_MAX);
            self.network.swap_remove(lost);
        }
        self.network.push(Packet { command, key });
    }

    /// One request arrives, and sometimes stays on its way to arrive again.
    fn deliver(&mut self) {
        let Some(place) = self.pick() else { return };
        self.watcher.reaches(&self.network[place].command, &self.server.disk);
        self.server.receive(&self.network[place], self.system, &mut self.random);
        if !self.random.one_in(3) {
            self.network.swap_remove(place);
        }
    }

    fn commit(&mut self) -> Broken {
        let crash = match self.random.below(80) {
            0..2 => Some(Crash::BeforeCommit),
            2 => Some(Crash::BeforeMirror),
            3 => Some(Crash::InMirror),
            4..7 => Some(Crash::BeforeAnswer),
            _ => None,
        };
        self.commit_with(crash)?;
        match crash {
            Some(crash) => {
                self.watcher.tally.crashes += 1;
                self.watcher.tally.torn += u64::from(crash == Crash::InMirror);
                self.after_crash()
            }
            None => Ok(()),
        }
    }

    fn commit_with(&mut self, crash: Option<Crash>) -> Broken {
        let answers = self.server.commit(self.system, crash, &mut self.random);
        if !answers.is_empty() {
            self.answered = self.server.disk.age();
        }
        for answer in &answers {
            self.watcher.see(answer, &self.devices, &self.server.disk)?;
            if answer.result.as_ref().is_err_and(|no| !tells_nothing(&answer.command, *no)) {
                return Err("R15: a refusal that tells why".to_owned());
            }
        }
        Ok(())
    }

    fn turn_clock(&mut self) {
        let seconds = self.system.unix_seconds();
        let turned = match self.random.below(100) {
            0..10 => seconds - self.random.below(400),
            10..20 => seconds + self.random.below(200),
            20 if self.random.one_in(4) => {
                self.watcher.boxes.leapt = true;
                seconds + 86_400 * self.random.below(100)
            }
            _ => seconds + self.random.below(20),
        };
        self.system = Timestamp::from_unix_seconds(turned).expect("before 9999");
        self.latest = self.latest.max(self.system);
    }

    /// The devices look: what has come, and where things stand.
    fn look(&mut self) -> Broken {
        self.read_messages()?;
        if self.devices.shares.is_empty() {
            return Ok(());
        }
        let number = self.random.place(self.devices.shares.len());
        self.check_status(number)
    }

    fn read_messages(&mut self) -> Broken {
        let (number, rows) = (self.devices.mailbox, &self.server.disk.rows);
        let (place, token) = (mailbox(number), token(READ, number));
        let after = self.watcher.boxes.after(place);
        let Ok(messages) = read::messages(rows, place, token, after, 16) else { return Ok(()) };
        self.watcher.boxes.read(place, &messages, &mut self.watcher.tally)?;
        let through = self.watcher.boxes.after(place);
        if !messages.is_empty() {
            let forget = Command::DeleteMessages { mailbox: place, read: token, through };
            let key = Key { life: self.server.life(), day: 0 };
            self.network.push(Packet { command: forget, key });
        }
        Ok(())
    }

    fn check_status(&self, number: usize) -> Broken {
        let place = share(number as u8);
        let asked = [(place, token(CONTROL, number as u8)), (place, token(READ, number as u8))];
        let rows = &self.server.disk.rows;
        let Ok(said) = read::statuses(rows, &asked, self.system) else {
            return Err("a status cannot fail".to_owned());
        };
        if (said[1].state, said[1].views_left) != (ShareState::Ended, 0) {
            return Err("R15: a wrong token learned something".to_owned());
        }
        let promises = self.watcher.shares.get(number);
        let over = promises.is_some_and(|promises| promises.withdrawn || promises.old);
        let (state, left) = (said[0].state, said[0].views_left as usize);
        if over && (state, left) != (ShareState::Ended, 0) {
            return Err("R3, R17: the status of what is over does not say so".to_owned());
        }
        let views = self.devices.shares[number].views as usize;
        if left > views - self.watcher.given(number).min(views) {
            return Err("R1: views that were given are still to be given".to_owned());
        }
        let now = self.server.time(self.system);
        if self.watcher.must_live(number, &self.devices, now) && state != ShareState::Ready {
            return Err("R12: a share ended without a reason".to_owned());
        }
        Ok(())
    }

    /// Everything calms down; what was promised must be there, and nothing else.
    pub(super) fn settle(mut self) -> Result<Tally, String> {
        self.commit_with(None)?;
        self.commit_with(None)?;
        for number in 0..self.devices.shares.len() {
            self.check_status(number)?;
        }
        for number in 0..=self.devices.mailbox {
            self.devices.mailbox = number;
            while self.waiting(number) > 0 {
                self.read_messages()?;
            }
        }
        self.watcher.boxes.all_read()?;
        // R16: a minute later nothing is left that must not be.
        self.system = self.server.time(self.system).plus_seconds(CLAIM_RETRY_SECONDS + 1);
        for _ in 0..40 {
            let key = Key { life: self.server.life(), day: 0 };
            let sweep = Packet { command: Command::Sweep { rows_max: 100 }, key };
            self.server.receive(&sweep, self.system, &mut self.random);
            self.commit_with(None)?;
            if !self.server.has_work() {
                break;
            }
            self.commit_with(None)?;
        }
        self.check_rest()?;
        Ok(self.watcher.tally)
    }

    fn waiting(&mut self, number: u8) -> usize {
        let place = mailbox(number);
        let after = self.watcher.boxes.after(place);
        let rows = &self.server.disk.rows;
        let waiting = read::messages(rows, place, token(READ, number), after, 16);
        waiting.map_or(0, |messages| messages.len())
    }

    fn check_rest(&self) -> Broken {
        let disk = &self.server.disk;
        if disk.rows.sealed_releases() > 0 {
            return Err("R16: a release that may be retried no more is still there".to_owned());
        }
        let needed = disk.rows.needed_objects();
        if let Some(_lost) = needed.iter().find(|object| !disk.blobs.contains(object)) {
            return Err("a blob that was acknowledged is lost".to_owned());
        }
        if disk.blobs.len() > needed.len() {
            return Err("R16: a blob that no share needs is still there".to_owned());
        }
        Ok(())
    }

    fn pick(&mut self) -> Option<usize> {
        let waiting = self.network.len();
        (waiting > 0).then(|| self.random.place(waiting))
    }
}
