//! Each network on the same input, by `rten` and by onnxruntime, with one thread each.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use rten::Model;
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

const ROUNDS: usize = 5;

/// A file of `models/`, an input for it, and the output that is compared.
const CASES: [(&str, [usize; 4], &str); 5] = [
    ("faces.onnx", [1, 3, 480, 640], "bbox_8"),
    ("faces.onnx", [1, 3, 960, 1280], "bbox_8"),
    ("text-lines.onnx", [1, 3, 960, 1280], "fetch_name_0"),
    ("text-reading.onnx", [1, 3, 48, 320], "fetch_name_0"),
    ("selfie.onnx", [1, 3, 256, 256], ""),
];

pub(super) fn run() -> Result<()> {
    let python = super::models().join("../target/bench-python/bin/python3");
    if !python.is_file() {
        let folder = python.parent().and_then(Path::parent).context("no folder")?;
        call(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let pip = ["-m", "pip", "install", "--quiet", "onnxruntime==1.31.1", "numpy"];
        call(Command::new(&python).args(pip))?;
    }
    let work = tempfile::tempdir()?;
    println!("network             input        rten ms  onnxruntime ms   ratio  difference");
    for (file, shape, output) in CASES {
        let input = input(shape);
        let (ours, values) = ours(file, &input, output)?;
        let (theirs, others) = theirs(&python, file, &input, output, work.path())?;
        ensure!(values.len() == others.len(), "{file}: outputs of different sizes");
        let apart = values.iter().zip(&others).map(|(one, other)| (one - other).abs());
        let apart = apart.fold(0.0, f32::max);
        let [_, _, high, wide] = shape;
        let size = format!("{wide}x{high}");
        let ratio = ours / theirs;
        println!("{file:<19} {size:<10} {ours:>9.1} {theirs:>15.1} {ratio:>7.1} {apart:>11.1e}");
    }
    Ok(())
}

/// Samples like those of a soft picture.
fn input(shape: [usize; 4]) -> Tensor<f32> {
    let wide = shape[3];
    let count: usize = shape.iter().product();
    let value = |index: usize| {
        let (x, y) = ((index % wide) as f32, (index / wide) as f32);
        0.5 + 0.3 * (x / 17.0).sin() + 0.2 * (y / 11.0 + x / 40.0).cos()
    };
    Tensor::from_data(&shape, (0..count).map(value).collect::<Vec<_>>())
}

/// Milliseconds, and what came out.
fn ours(file: &str, input: &Tensor<f32>, output: &str) -> Result<(f64, Vec<f32>)> {
    let model = Model::load_file(super::models().join(file))?;
    let first = *model.output_ids().first().context("no output")?;
    let output = if output.is_empty() { first } else { model.node_id(output)? };
    let entry = *model.input_ids().first().context("no input")?;
    let pool = rten::ThreadPool::with_num_threads(1);
    let mut options = rten::RunOptions::default();
    options.thread_pool = Some(pool.into());
    let (mut best, mut values) = (f64::MAX, Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let inputs = vec![(entry, input.view().into())];
        let [result] = model.run_n(inputs, [output], Some(options.clone()))?;
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
        values = result.into_tensor::<f32>().context("no numbers")?.into_data();
    }
    Ok((best, values))
}

const SCRIPT: &str = r#"
import sys, time
import numpy, onnxruntime
model, shape, output, source, target, rounds = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
values = numpy.fromfile(source, numpy.float32).reshape([int(side) for side in shape.split(",")])
best = 1e9
for _ in range(int(rounds)):
    start = time.perf_counter()
    result = session.run([output] if output else None, {session.get_inputs()[0].name: values})
    best = min(best, time.perf_counter() - start)
result[0].astype(numpy.float32).tofile(target)
print(best * 1000)
"#;

fn theirs(
    python: &Path,
    file: &str,
    input: &Tensor<f32>,
    output: &str,
    work: &Path,
) -> Result<(f64, Vec<f32>)> {
    let (source, target) = (work.join("in"), work.join("out"));
    let bytes: Vec<u8> = input.iter().flat_map(|value| value.to_le_bytes()).collect();
    std::fs::write(&source, bytes)?;
    let shape: Vec<_> = input.shape().iter().map(usize::to_string).collect();
    let printed = Command::new(python)
        .args(["-c", SCRIPT])
        .arg(super::models().join(file))
        .args([&shape.join(","), output])
        .args([&source, &target])
        .arg(ROUNDS.to_string())
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
