//! Programs that cover a box, each in its own way.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use media::Format;

use super::photos::{Photo, Place};
use crate::clean::{is_installed, velum_program};

/// A program that covers a box in a photo.
pub(super) struct Program {
    pub(super) name: String,
    way: Way,
}

enum Way {
    Velum(PathBuf),
    /// libjpeg-turbo: grey units, all else as it was.
    Jpegtran,
    /// ImageMagick: decoded, drawn on, coded again.
    Magick(&'static str),
    /// OpenCV as programs that blur or fill faces use it: decoded, filled, coded again. Its time is
    /// without the start of Python.
    OpenCv(PathBuf),
}

/// Those that are installed; of the others it is said how to get them.
pub(super) fn all() -> Result<Vec<Program>> {
    let program = |name: &str, way| Program { name: name.to_owned(), way };
    let mut all = vec![program("velum cover --box", Way::Velum(velum_program()?))];
    match is_installed("jpegtran") {
        true => all.push(program("jpegtran -wipe", Way::Jpegtran)),
        false => println!("jpegtran is not installed: apt-get install libjpeg-turbo-progs"),
    }
    match ["magick", "convert"].into_iter().find(|name| is_installed(name)) {
        Some(name) => all.push(program("ImageMagick -draw", Way::Magick(name))),
        None => println!("ImageMagick is not installed: apt-get install imagemagick"),
    }
    match python() {
        Ok(python) => all.push(program("OpenCV, without Python's start", Way::OpenCv(python))),
        Err(error) => println!("OpenCV is not there: {error}"),
    }
    Ok(all)
}

/// Python with OpenCV, in the folder where other peers are too.
fn python() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench-python");
    let python = folder.join("bin/python3");
    if !python.is_file() {
        call(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let mut probe = Command::new(&python);
    if !probe.args(["-c", "import cv2"]).stderr(Stdio::null()).status()?.success() {
        let pip = ["-m", "pip", "install", "--quiet", "opencv-python-headless==5.0.0.93"];
        call(Command::new(&python).args(pip))?;
    }
    Ok(python)
}

const SCRIPT: &str = r"
import sys, time, cv2
cv2.setNumThreads(1)
source, target, left, top, right, bottom = sys.argv[1:]
start = time.process_time()
picture = cv2.imread(source, cv2.IMREAD_UNCHANGED)
picture[int(top):int(bottom), int(left):int(right)] = 0
cv2.imwrite(target, picture)
print(time.process_time() - start)
";

impl Program {
    pub(super) fn knows(&self, format: Format) -> bool {
        !matches!(self.way, Way::Jpegtran) || format == Format::Jpeg
    }

    /// Processor time for one photo, over all threads, the start of the program too.
    pub(super) fn seconds(&self, photo: &Photo, out: &Path) -> Result<f64> {
        let Place { left, top, width, height } = photo.place;
        let (right, bottom) = (left + width, top + height);
        let before = processor_seconds()?;
        match &self.way {
            Way::Velum(velum) => {
                let place = format!("--box={left},{top},{width},{height}");
                let mut command = Command::new(velum);
                call(command.arg("cover").arg(&photo.path).arg(place).arg("--to").arg(out))?;
            }
            Way::Jpegtran => {
                let place = format!("{width}x{height}+{left}+{top}");
                let mut command = Command::new("jpegtran");
                command.args(["-copy", "none", "-optimize", "-wipe", &place, "-outfile"]);
                call(command.arg(out).arg(&photo.path))?;
            }
            Way::Magick(name) => {
                let place = format!("rectangle {left},{top} {},{}", right - 1, bottom - 1);
                let mut command = Command::new(name);
                command.arg(&photo.path).args(["-fill", "black", "-draw", &place]);
                call(command.arg(out))?;
            }
            Way::OpenCv(python) => {
                let mut command = Command::new(python);
                command.args(["-c", SCRIPT]).arg(&photo.path).arg(out);
                let output =
                    command.args([left, top, right, bottom].map(|at| at.to_string())).output()?;
                ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                return Ok(String::from_utf8(output.stdout)?.trim().parse()?);
            }
        }
        Ok(processor_seconds()? - before)
    }
}

/// Processor time that this program and those it has waited for have used.
pub(super) fn processor_seconds() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().context("no fields")?.split_whitespace();
    let ticks = fields.skip(11).take(4).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / 100.0)
}

fn call(command: &mut Command) -> Result<()> {
    ensure!(command.stdout(Stdio::null()).status()?.success(), "{command:?} failed");
    Ok(())
}
