//! `--check`: says what would be used and tries whether it can be, without serving or changing
//! rows.

use crate::config::{BlobPlace, Config, Database};
use crate::routes::new_object;
use crate::site::make_private;
use anyhow::Context as _;
use blobs_s3::Bucket;
use std::fs;
use std::path::Path;
use store_postgres::PostgresRecords;

/// Tries all of it; the error is the first thing that cannot be used.
pub async fn check(config: &Config) -> anyhow::Result<()> {
    if let Database::Postgres(address) = &config.database {
        let address = address.clone();
        let asked = tokio::task::spawn_blocking(move || PostgresRecords::check(&address)).await?;
        asked.context("database")?;
    }
    if let BlobPlace::Bucket(place) = &config.blobs {
        let bucket = Bucket::open(place).context("blobs")?;
        bucket.check(new_object()).await.context("blobs")?;
    }
    if let Some(folder) = config.own_folder() {
        check_folder(folder).context("the data folder")?;
    }
    check_folder(&config.keys).context("the folder of keys")?;
    if let Some(web) = &config.web {
        fs::read_dir(web).context("the folder of the web app")?;
    }
    Ok(())
}

/// A folder that we can make files in; made if it is not there.
fn check_folder(folder: &Path) -> anyhow::Result<()> {
    if !folder.is_dir() {
        make_private(folder).context("could not be made")?;
    }
    let file = folder.join(format!("check-{}", std::process::id()));
    fs::write(&file, "").context("cannot be written to")?;
    fs::remove_file(&file).context("cannot be written to")
}
