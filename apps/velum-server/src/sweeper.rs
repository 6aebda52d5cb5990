//! The sweeper: R16, every few seconds, whether anybody asks or not.

use crate::log::log;
use crate::site::Site;
use relay::{Command, Error, Objects as _, Records as _, Reply, Stop};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Rows of each kind in one round, so that claims never wait long for a sweep.
const ROWS_MAX: u32 = 256;

/// How often a bucket is looked through for objects that no row knows.
const ORPHANS_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Sweeps for ever.
pub(crate) async fn sweep_for_ever(site: Site) {
    let mut ticks = interval(site.sweep_every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut orphans_at = Instant::now();
    loop {
        ticks.tick().await;
        // A folder was looked through before the first upload.
        if site.blobs.are_shared() && orphans_at <= Instant::now() {
            orphans_at = Instant::now() + ORPHANS_EVERY;
            if let Err(error) = site.delete_orphans().await {
                log("orphans", &error);
            }
        }
        if let Err(error) = sweep(&site).await {
            log("sweep", &error);
        }
    }
}

/// One round to its end.
async fn sweep(site: &Site) -> Result<(), Error> {
    while let Reply::Swept { rows, .. } =
        submit(site, Command::Sweep { rows_max: ROWS_MAX }).await?
        && rows >= ROWS_MAX
    {}
    loop {
        let doomed = site.records.read(|rows| rows.doomed_objects(ROWS_MAX)).await??;
        if doomed.is_empty() {
            break;
        }
        for object in &doomed {
            site.blobs.delete(*object).await?;
        }
        submit(site, Command::ForgetObjects { objects: doomed }).await?;
    }
    turn_keys(site).await
}

/// Makes the day's keys before the first device asks, and destroys those whose time is over.
async fn turn_keys(site: &Site) -> Result<(), Error> {
    let now = site.now();
    let today = site.records.read(move |rows| relay::read::clock(rows, now)).await??.day_number();
    let turning = Site::clone(site);
    let turned = tokio::task::spawn_blocking(move || turning.keys.turn(today)).await;
    turned.ok().and_then(Result::ok).map(|_| ()).ok_or(Error::Unavailable)
}

async fn submit(site: &Site, command: Command) -> Result<Reply, Error> {
    site.submit(command).await.map_err(|stop| match stop {
        Stop::Error(error) => error,
        // The sweeper holds no token that could be wrong.
        Stop::Refusal(_) => Error::Corrupt,
    })
}
