//! The arguments of the commands that only read and write files.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use vision::Kind;

#[derive(Args)]
#[command(after_help = "Examples:\n  velum check holiday.jpg\n  velum check photos/\n  \
    velum check holiday.jpg --picture seen.png\n  \
    velum check holiday.jpg --pictures look/\n  velum check --json *.jpg | jq .\n  \
    velum check holiday.jpg --only text\n  velum check --message note.txt\n  velum check --explain")]
pub(crate) struct CheckArgs {
    /// Photos and clips to look into, and folders of them; `-` reads one from standard input
    #[arg(required_unless_present_any = ["explain", "message"], value_name = "PHOTO")]
    pub(crate) photos: Vec<PathBuf>,
    /// Check the message that goes along: a text file, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) message: Option<PathBuf>,
    /// For every picture hidden in a photo, write one with both side by side into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) pictures: Option<PathBuf>,
    /// Write a copy with a line and a number around everything visible that is found: of one photo
    /// under this name, of several or a folder into a folder of this name. It is a PNG and shows all that
    /// the photo shows: it is for you to look at
    #[arg(long, value_name = "OUT", requires = "photos")]
    pub(crate) picture: Option<PathBuf>,
    /// Look for one thing only: what is hidden in the file, or what the picture shows
    #[arg(long, value_name = "WHAT", conflicts_with = "explain")]
    pub(crate) only: Option<Only>,
    /// Explain what can be hidden in a photo: all kinds of it, or one
    #[arg(
        long,
        value_name = "KIND",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        conflicts_with_all = ["photos", "picture", "pictures", "message"]
    )]
    pub(crate) explain: Option<String>,
    /// Print one JSON document instead of words
    #[arg(long)]
    pub(crate) json: bool,
}

impl CheckArgs {
    /// Whether hidden things are looked for.
    pub(crate) fn hidden(&self) -> bool {
        matches!(self.only, None | Some(Only::Hidden))
    }

    /// What is looked for in pictures.
    pub(crate) fn kinds(&self) -> &'static [Kind] {
        match self.only {
            None => &Kind::ALL,
            Some(Only::Hidden) => &[],
            Some(Only::Faces) => &[Kind::Face],
            Some(Only::Text) => &[Kind::Text],
            Some(Only::Codes) => &[Kind::Code],
        }
    }
}

/// What `velum check` looks for. Of what is visible, exit code 1 says that there is some.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Only {
    /// What is hidden in the file; the picture is not looked at
    Hidden,
    /// Faces in the picture
    Faces,
    /// Text in the picture
    Text,
    /// QR codes, bar codes and the like in the picture
    Codes,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  velum clean holiday.jpg -o to-send/\n  velum clean photos/ -o to-send/\n  \
    velum clean in.jpg --to out.jpg\n  velum clean photos/ --dry-run\n\n\
    Copies in a folder get names such as photo-k3v9q2ma.jpg, which say nothing about the original. \
    Their date is 1 January 1980. Of a folder, everything that is a photo or clip by its content is \
    cleaned, whatever it is called; links in it are not followed."
)]
pub(crate) struct CleanArgs {
    /// Photos and clips to clean, and folders of them; they are only read. `-` reads one from
    /// standard input
    #[arg(required = true, value_name = "PHOTO")]
    pub(crate) photos: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) way: WayArgs,
    /// Say what would be done, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print what was taken out and what stays, to the byte
    #[arg(long)]
    pub(crate) receipt: bool,
    /// Print one JSON document instead of words
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where copies go.
#[derive(Args)]
pub(crate) struct PlaceArgs {
    /// Folder for the copies; made if it is missing
    #[arg(
        short,
        long,
        value_name = "DIR",
        conflicts_with_all = ["to", "in_place"],
        required_unless_present_any = ["to", "in_place", "dry_run"]
    )]
    pub(crate) out: Option<PathBuf>,
    /// Name of the one copy; `-` writes to standard output
    #[arg(long, value_name = "OUT", conflicts_with = "in_place")]
    pub(crate) to: Option<PathBuf>,
    /// Replace a file that is already at --to
    #[arg(long, requires = "to")]
    pub(crate) overwrite: bool,
    /// Put each clean copy in the place of its original, which is then gone; asks nothing
    #[arg(long)]
    pub(crate) in_place: bool,
}

/// What a copy is to be like.
#[derive(Args)]
pub(crate) struct WayArgs {
    /// Turn the picture itself upright where that changes none of it, so that no turn is named
    #[arg(long)]
    pub(crate) upright: bool,
    /// Keep the second picture that makes the first brighter on HDR screens
    #[arg(long)]
    pub(crate) keep_hdr: bool,
    /// Changes the picture: make it smaller (a longer side of 2560 pixels, or as many as you say),
    /// smooth it a little and save it anew. This makes traces of the camera weaker; nothing proves
    /// they are gone
    #[arg(
        long,
        value_name = "PIXELS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "2560",
        conflicts_with_all = ["upright", "keep_hdr"],
        value_parser = clap::value_parser!(u32).range(16..=16_384)
    )]
    pub(crate) resave: Option<u32>,
}

#[derive(Args)]
#[command(
    after_help = "Example:\n  velum completions bash > ~/.local/share/bash-completion/completions/velum"
)]
pub(crate) struct CompletionsArgs {
    /// Your shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  velum man | man -l -\n  velum man ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Folder for the pages of all commands; without it, the main page is printed
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}
