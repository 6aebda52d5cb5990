#!/usr/bin/env python3
"""Makes models/faces.onnx from the file that its package holds.

usage: faces.py IN OUT

The network works at any size; only its header names one, 640 by 640. The header is rewritten so
that height and width are free. No weight is touched.
"""
import sys

import onnx


def free(value, names):
    """Gives dimensions names instead of numbers."""
    for dimension, name in zip(value.type.tensor_type.shape.dim, names):
        if isinstance(name, str):
            dimension.dim_param = name
        else:
            dimension.dim_value = name


def main():
    source, target = sys.argv[1:]
    model = onnx.load(source)
    free(model.graph.input[0], [1, 3, "height", "width"])
    for output in model.graph.output:
        count = len(output.type.tensor_type.shape.dim)
        free(output, [f"{output.name}_{index}" for index in range(count)])
    # What is said there of the values in between holds for the one size only.
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, target)


main()
