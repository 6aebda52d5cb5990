//! Each network on the same input: with our layers natively and in Chromium, by `rten` alone, and by
//! onnxruntime with one thread. Processor time; in Chromium, where there is one thread, time.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use rten::Model;
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use super::photo::processor_seconds;

const ROUNDS: usize = 5;

/// The processor's clock tells hundredths.
const ROUND_SECONDS: f64 = 0.4;

/// A file of `models/`, the width and height of what it looks at, and the output that is compared.
const CASES: [(&str, [usize; 2], &str); 5] = [
    ("faces.onnx", [640, 480], "bbox_8"),
    ("faces.onnx", [1280, 960], "bbox_8"),
    ("text-lines.onnx", [1280, 960], "fetch_name_0"),
    ("text-reading.onnx", [320, 48], "fetch_name_0"),
    ("selfie.onnx", [256, 256], ""),
];

/// Milliseconds of processor time, and what came out.
type Run = (f64, Vec<f32>);

pub(super) fn run() -> Result<()> {
    let python = super::models().join("../target/bench-python/bin/python3");
    if !python.is_file() {
        let folder = python.parent().and_then(Path::parent).context("no folder")?;
        call(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let pip = ["-m", "pip", "install", "--quiet", "onnxruntime==1.31.1", "numpy"];
        call(Command::new(&python).args(pip))?;
    }
    let work = tempfile::tempdir()?;
    let in_chromium = in_chromium()?;
    println!(
        "network             input     Velum ms  rten ms  onnxruntime ms  ratio  Chromium ms  difference"
    );
    for ((file, [wide, high], output), chromium) in CASES.into_iter().zip(in_chromium) {
        let bytes = super::weights(file)?;
        let shape = [1, 3, high, wide];
        let look = bench_web::Look::new(file, bytes, wide, high);
        let (ours, values) = measured(|| Ok(look.run()))?;
        let input = Tensor::from_data(&shape, bench_web::soft_samples(shape));
        let (plain, _) = rten_alone(file, &input, output)?;
        let (theirs, others) = theirs(&python, file, &input, output, work.path())?;
        ensure!(values.len() == others.len(), "{file}: outputs of different sizes");
        let apart = values.iter().zip(&others).map(|(one, other)| (one - other).abs());
        let apart = apart.fold(0.0, f32::max);
        let (size, ratio) = (format!("{wide}x{high}"), ours / theirs);
        println!(
            "{file:<19} {size:<9} {ours:>8.1} {plain:>8.1} {theirs:>15.1} {ratio:>6.1} {chromium:>12.1} {apart:>11.1e}"
        );
    }
    Ok(())
}

/// The same networks on the same inputs in Chromium: milliseconds.
fn in_chromium() -> Result<Vec<f64>> {
    let files = CASES.map(|(file, ..)| super::weights(file));
    let files = files.into_iter().collect::<Result<Vec<_>>>()?;
    let cases = CASES.map(|(file, [wide, high], _)| format!("{file},{wide},{high}"));
    let files: Vec<_> = files.iter().map(Vec::as_slice).collect();
    let times = crate::browser::run(&format!("look={}", cases.join(";")), &files)?;
    ensure!(times.len() == CASES.len(), "the page did not report a time for each network");
    Ok(times)
}

/// The least processor time of some rounds, each long enough for the clock.
fn measured(look: impl Fn() -> Result<Vec<f32>>) -> Result<Run> {
    let start = Instant::now();
    let mut values = look()?;
    let each = start.elapsed().as_secs_f64();
    let looks = (ROUND_SECONDS / each).ceil().max(1.0) as usize;
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let before = processor_seconds()?;
        for _ in 0..looks {
            values = look()?;
        }
        best = best.min((processor_seconds()? - before) / looks as f64);
    }
    Ok((best * 1e3, values))
}

fn rten_alone(file: &str, input: &Tensor<f32>, output: &str) -> Result<Run> {
    let model = Model::load_file(super::models().join(file))?;
    let first = *model.output_ids().first().context("no output")?;
    let output = if output.is_empty() { first } else { model.node_id(output)? };
    let entry = *model.input_ids().first().context("no input")?;
    measured(|| {
        let [result] = model.run_n(vec![(entry, input.view().into())], [output], None)?;
        Ok(result.into_tensor::<f32>().context("no numbers")?.into_data())
    })
}

const SCRIPT: &str = r#"
import sys, time
import numpy, onnxruntime
model, shape, output, source, target, rounds, seconds = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
values = numpy.fromfile(source, numpy.float32).reshape([int(side) for side in shape.split(",")])
best, name = 1e9, session.get_inputs()[0].name
for _ in range(int(rounds)):
    before, looks = time.process_time(), 0
    while time.process_time() - before < float(seconds):
        result = session.run([output] if output else None, {name: values})
        looks += 1
    best = min(best, (time.process_time() - before) / looks)
result[0].astype(numpy.float32).tofile(target)
print(best * 1000)
"#;

fn theirs(
    python: &Path,
    file: &str,
    input: &Tensor<f32>,
    output: &str,
    work: &Path,
) -> Result<Run> {
    let (source, target) = (work.join("in"), work.join("out"));
    let bytes: Vec<u8> = input.iter().flat_map(|value| value.to_le_bytes()).collect();
    std::fs::write(&source, bytes)?;
    let shape: Vec<_> = input.shape().iter().map(usize::to_string).collect();
    let printed = Command::new(python)
        .args(["-c", SCRIPT])
        .arg(super::models().join(file))
        .args([&shape.join(","), output])
        .args([&source, &target])
        .args([ROUNDS.to_string(), ROUND_SECONDS.to_string()])
        .output()?;
    ensure!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let best = String::from_utf8(printed.stdout)?.trim().parse()?;
    let values = std::fs::read(&target)?;
    let values =
        values.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
    Ok((best, values.collect()))
}

fn call(command: &mut Command) -> Result<()> {
    ensure!(command.status()?.success(), "{command:?} failed");
    Ok(())
}
