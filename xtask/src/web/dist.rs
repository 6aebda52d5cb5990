//! Lays out the folder that is served, and makes sure it tells nothing about this machine.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The weights that are used in a browser.
const MODELS: [&str; 4] = ["faces.onnx", "text-lines.onnx", "text-reading.onnx", "selfie.onnx"];

/// Where everything comes from.
pub(super) struct From<'a> {
    pub(super) static_files: &'a Path,
    pub(super) made: &'a [PathBuf],
    /// The folder `models/`. Licences go along with what they are for.
    pub(super) models: &'a Path,
}

/// Puts the static files and what was made into a new folder, then swaps it with the old one.
///
/// The swap keeps a server that is running from ever seeing half a web app for longer than two
/// renames take.
pub(super) fn lay_out(web: &Path, from: &From<'_>) -> Result<PathBuf> {
    let From { static_files, made, models } = *from;
    let (dist, new, old) = (web.join("dist"), web.join("dist.new"), web.join("dist.old"));
    for leftover in [&new, &old] {
        if leftover.exists() {
            fs::remove_dir_all(leftover)?;
        }
    }
    copy_tree(static_files, &new)
        .with_context(|| format!("could not copy {}", static_files.display()))?;
    for folder in made {
        copy_tree(folder, &new.join("app"))?;
    }
    let kept = new.join("models");
    copy_tree(&models.join("licences"), &kept.join("licences"))?;
    for model in MODELS {
        fs::copy(models.join(model), kept.join(model))
            .with_context(|| format!("could not copy {model}"))?;
    }
    if dist.exists() {
        fs::rename(&dist, &old)?;
    }
    fs::rename(&new, &dist)?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(dist)
}

/// Fails if any file holds the name of one of these folders.
pub(super) fn refuse_machine_paths(folder: &Path, paths: &[PathBuf]) -> Result<()> {
    for file in files_in(folder)? {
        let bytes = fs::read(&file)?;
        for path in paths {
            if contains(&bytes, path.as_os_str().as_encoded_bytes()) {
                let name = file.strip_prefix(folder).unwrap_or(&file);
                bail!("{} holds the path {}", name.display(), path.display());
            }
        }
    }
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for file in files_in(from)? {
        let copy = to.join(file.strip_prefix(from)?);
        if let Some(parent) = copy.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(&file, &copy)?;
    }
    Ok(())
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("velum-{name}-{}", std::process::id()));
            fs::create_dir_all(folder.join("static/icons")).unwrap();
            fs::create_dir_all(folder.join("made")).unwrap();
            fs::create_dir_all(folder.join("models/licences")).unwrap();
            for model in MODELS {
                fs::write(folder.join("models").join(model), "weights").unwrap();
            }
            fs::write(folder.join("models/licences/faces.txt"), "MIT").unwrap();
            fs::write(folder.join("static/icons/i.svg"), "<svg/>").unwrap();
            fs::write(folder.join("made/web.js"), "from /home/someone/velum").unwrap();
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn static_and_made_files_are_laid_out_and_old_ones_go() {
        let folder = Folder::new("layout");
        let (web, files) = (folder.0.join("web"), folder.0.join("static"));
        fs::create_dir_all(web.join("dist")).unwrap();
        fs::write(web.join("dist/stale.js"), "").unwrap();
        let (made, models) = ([folder.0.join("made")], folder.0.join("models"));
        let from = From { static_files: &files, made: &made, models: &models };
        let dist = lay_out(&web, &from).unwrap();
        assert!(dist.join("models/faces.onnx").is_file());
        assert!(dist.join("models/licences/faces.txt").is_file());
        assert!(dist.join("icons/i.svg").is_file());
        assert!(dist.join("app/web.js").is_file());
        assert!(!dist.join("stale.js").exists());
    }

    #[test]
    fn a_machine_path_in_the_output_is_refused() {
        let folder = Folder::new("paths");
        let made = folder.0.join("made");
        assert!(refuse_machine_paths(&made, &[PathBuf::from("/home/someone")]).is_err());
        assert!(refuse_machine_paths(&made, &[PathBuf::from("/home/other")]).is_ok());
    }
}
