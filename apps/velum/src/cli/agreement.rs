//! The arguments of `velum agreement`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use client::Verb;
use vocab::limits;

use super::sharing::LimitArgs;

#[derive(Subcommand)]
pub(crate) enum AgreementCommand {
    /// The terms, and who stated what and when
    Show {
        /// What you call this person
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Write everything both have signed into one file that anyone can check
    Export {
        /// What you call this person
        #[arg(value_name = "NAME")]
        name: String,
        /// The file to write; nothing is overwritten
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Check such a file, without a vault and without a network
    Verify {
        /// The file; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Sign the terms once more: for longer, wider or narrower
    Renew(RenewArgs),
    /// Take one permission back, and leave the others as they are
    Withdraw(PermissionArgs),
    /// Say yes to being sent photos again, or to photos of yours being shown to others
    Allow(PermissionArgs),
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  velum agreement renew Robin\n  velum agreement renew Robin --days 60 --views 3\n  velum agreement renew Robin --no-keep\n\n\
    Without options it shows what the other person has proposed, and asks; if there is nothing, it \
    proposes the same terms for 30 more days. What is narrower holds at once, by your word alone. \
    What is wider holds when both have signed."
)]
pub(crate) struct RenewArgs {
    /// What you call this person
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Let a photo be marked for keeping
    #[arg(long)]
    pub(crate) allow_keep: bool,
    /// No photo can be marked for keeping
    #[arg(long, conflicts_with = "allow_keep")]
    pub(crate) no_keep: bool,
    /// Let showing others be allowed
    #[arg(long)]
    pub(crate) allow_show: bool,
    /// Showing others cannot be allowed
    #[arg(long, conflicts_with = "allow_show")]
    pub(crate) no_show: bool,
    /// Days after the end within which both delete the other's photos
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=limits::CONSENT_DAYS_MAX as i64))]
    pub(crate) delete_within: Option<u32>,
    /// Sign what the other person has proposed without being asked
    #[arg(long)]
    pub(crate) yes: bool,
}

impl RenewArgs {
    /// Whether these are terms of one's own.
    pub(crate) fn changes_anything(&self) -> bool {
        let LimitArgs { once, views, until } = &self.limits;
        let has_limits = *once || views.is_some() || until.until.is_some() || until.days.is_some();
        let is_changed = self.allow_keep || self.no_keep || self.allow_show || self.no_show;
        has_limits || is_changed || self.delete_within.is_some()
    }
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  velum agreement withdraw Robin --permission receive\n  velum agreement withdraw Robin --permission keep --share 3f9a"
)]
pub(crate) struct PermissionArgs {
    /// What you call this person
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// What it is about: that you are sent photos, or that they look, keep, or show others
    #[arg(long, value_name = "WHAT")]
    pub(crate) permission: PermissionName,
    /// One photo only: the first letters of its id, at least four
    #[arg(long, value_name = "SHARE")]
    pub(crate) share: Option<String>,
}

/// The four permissions.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum PermissionName {
    /// That you are sent photos
    Receive,
    /// That they look at yours
    View,
    /// That they keep yours
    Keep,
    /// That they show yours to others
    Show,
}

impl PermissionName {
    pub(crate) fn verb(self) -> Verb {
        match self {
            Self::Receive => Verb::Receive,
            Self::View => Verb::View,
            Self::Keep => Verb::Keep,
            Self::Show => Verb::Show,
        }
    }
}
