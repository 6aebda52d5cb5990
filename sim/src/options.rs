//! What the command line asks for.

use anyhow::{Context as _, Result, bail};
use relay::simulation::Fault;
use std::thread;

/// What is simulated.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) schedules: u64,
    pub(crate) seed: u64,
    pub(crate) fault: Option<Fault>,
    pub(crate) threads: usize,
}

impl Options {
    /// Reads `[--schedules N] [--seed S] [--fault NAME] [--threads T]`.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let mut options = Self { schedules: 100_000, seed: 0, fault: None, threads: cores };
        let mut arguments = arguments.iter();
        while let Some(flag) = arguments.next() {
            let value = arguments.next().with_context(|| format!("{flag} needs a value"))?;
            match flag.as_str() {
                "--schedules" => options.schedules = whole(flag, value)?,
                "--seed" => options.seed = whole(flag, value)?,
                "--threads" => options.threads = usize::try_from(whole(flag, value)?)?.max(1),
                "--fault" => options.fault = Some(fault(value)?),
                other => bail!("unknown option: {other}"),
            }
        }
        Ok(options)
    }
}

/// A whole number; underscores may make it readable.
fn whole(flag: &str, value: &str) -> Result<u64> {
    value.replace('_', "").parse().with_context(|| format!("{flag} needs a whole number"))
}

fn fault(name: &str) -> Result<Fault> {
    name.parse().map_err(|_| {
        let names: Vec<_> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        anyhow::anyhow!("there is no fault {name}; there are: {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read_and_unknown_ones_refused() {
        let options =
            parse("--schedules 1_000 --seed 7 --fault no-fence --threads 3").expect("these are");
        let fault = Some(Fault::NoFence);
        assert_eq!(options, Options { schedules: 1000, seed: 7, fault, threads: 3 });
        assert_eq!(parse("").expect("nothing is fine").seed, 0);
        for wrong in ["--seed", "--seed x", "--fault none", "--fast 1", "7"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
