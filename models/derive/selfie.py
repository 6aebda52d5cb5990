#!/usr/bin/env python3
"""Makes models/selfie.onnx from the TensorFlow Lite file that its package holds.

usage: selfie.py IN OUT

TensorFlow Lite keeps channels last, ONNX keeps them first; weights and sizes are put in the other
order, and every operator becomes the one that computes the same. One of them is MediaPipe's own: a
transposed convolution with a bias. Weights stay 16 bits wide, as they are in the package. No
weight's value is touched.
"""
import struct
import sys

import numpy
import onnx
import tflite
from onnx import TensorProto, helper, numpy_helper

TYPES = {0: numpy.float32, 1: numpy.float16, 2: numpy.int32}
OPERATORS = {
    number: name for name, number in vars(tflite.BuiltinOperator).items() if isinstance(number, int)
}
RELU = 1
SAME = 0


class Converter:
    """One network, operator by operator."""

    def __init__(self, data):
        self.model = tflite.Model.GetRootAsModel(data, 0)
        self.graph = self.model.Subgraphs(0)
        self.nodes, self.weights = [], {}
        self.names, self.constants = {}, {}
        self.count = 0

    # What the file says.

    def shape(self, tensor):
        shape = self.graph.Tensors(tensor).ShapeAsNumpy()
        return [] if isinstance(shape, int) else [int(side) for side in shape]

    def constant(self, tensor):
        """The numbers of a tensor, or None where they are computed."""
        if tensor in self.constants:
            return self.constants[tensor]
        kind = self.graph.Tensors(tensor).Type()
        buffer = self.model.Buffers(self.graph.Tensors(tensor).Buffer())
        if buffer.DataLength() == 0:
            return None
        values = numpy.frombuffer(buffer.DataAsNumpy().tobytes(), TYPES[kind])
        values = values.reshape(self.shape(tensor))
        return values.astype(numpy.float32) if kind == 1 else values

    def options(self, operator, kind):
        options, table = kind(), operator.BuiltinOptions()
        options.Init(table.Bytes, table.Pos)
        return options

    # What is made of it.

    def name(self, of):
        self.count += 1
        return f"{of}_{self.count}"

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def weight(self, of, values):
        """Puts numbers into the network; many of them with 16 bits each."""
        name, values = self.name(of), numpy.ascontiguousarray(values)
        if values.dtype == numpy.float32 and values.size > 16:
            half = f"{name}_h"
            self.weights[half] = numpy_helper.from_array(values.astype(numpy.float16), half)
            return self.node("Cast", [half], name, to=TensorProto.FLOAT)
        self.weights[name] = numpy_helper.from_array(values, name)
        return name

    def value(self, tensor):
        """The name of what a tensor holds."""
        if tensor in self.names:
            return self.names[tensor]
        values = self.constant(tensor)
        if values.ndim == 4:
            values = values.transpose(0, 3, 1, 2)
        elif values.ndim == 1 and values.size > 1:
            values = values.reshape(1, -1, 1, 1)
        return self.weight("k", values.astype(numpy.float32))

    def activated(self, name, activation):
        if activation == 0:
            return name
        if activation != RELU:
            raise SystemExit(f"activation {activation} is not known")
        return self.node("Relu", [name], self.name("act"))

    def convert(self):
        [source] = [self.graph.Inputs(at) for at in range(self.graph.InputsLength())]
        [target] = [self.graph.Outputs(at) for at in range(self.graph.OutputsLength())]
        self.names[source] = "x"
        for at in range(self.graph.OperatorsLength()):
            self.operator(self.graph.Operators(at))
        first = lambda shape: [shape[0], shape[3], shape[1], shape[2]]
        value = lambda name, tensor: helper.make_tensor_value_info(
            name, TensorProto.FLOAT, first(self.shape(tensor))
        )
        graph = helper.make_graph(
            self.nodes,
            "tfl",
            [value("x", source)],
            [value(self.names[target], target)],
            list(self.weights.values()),
        )
        version = [helper.make_opsetid("", 13)]
        return helper.make_model(
            graph, opset_imports=version, ir_version=8, producer_name="tfl2onnx"
        )

    def operator(self, operator):
        code = self.model.OperatorCodes(operator.OpcodeIndex())
        kind = OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        inputs = [operator.Inputs(at) for at in range(operator.InputsLength())]
        output, name = operator.Outputs(0), self.name(kind.lower())
        if kind == "DEQUANTIZE":
            self.constants[output] = self.constant(inputs[0]).astype(numpy.float32)
            return
        rule = getattr(self, kind.lower(), None)
        if rule is None:
            raise SystemExit(f"operator {kind} is not known")
        self.names[output] = rule(operator, inputs, output, name)

    # One rule for each operator.

    def conv_2d(self, operator, inputs, output, name):
        options = self.options(operator, tflite.Conv2DOptions)
        weights = self.constant(inputs[1])
        return self.convolution(options, inputs, name, weights, weights.transpose(0, 3, 1, 2), 1)

    def depthwise_conv_2d(self, operator, inputs, output, name):
        options = self.options(operator, tflite.DepthwiseConv2DOptions)
        weights, groups = self.constant(inputs[1]), self.shape(inputs[0])[3]
        turned = weights.transpose(3, 0, 1, 2)
        return self.convolution(options, inputs, name, weights, turned, groups)

    def convolution(self, options, inputs, name, weights, turned, groups):
        strides = [options.StrideH(), options.StrideW()]
        kernel = list(weights.shape[1:3])
        pads = [0] * 4
        if options.Padding() == SAME:
            pads = same(self.shape(inputs[0])[1:3], kernel, strides)
        names = [self.value(inputs[0]), self.weight("w", turned)]
        names.append(self.weight("b", self.constant(inputs[2]).ravel()))
        self.node(
            "Conv", names, name, strides=strides, pads=pads, group=groups, kernel_shape=kernel
        )
        return self.activated(name, options.FusedActivationFunction())

    def custom(self, operator, inputs, output, name):
        code = self.model.OperatorCodes(operator.OpcodeIndex()).CustomCode().decode()
        if code != "Convolution2DTransposeBias":
            raise SystemExit(f"operator {code} is not known")
        options = operator.CustomOptionsAsNumpy().tobytes()
        _, across, down = struct.unpack("<iii", options[:12])
        weights = self.constant(inputs[1])
        kernel = list(weights.shape[1:3])
        if kernel != [down, across]:
            raise SystemExit("a transposed convolution whose squares overlap is not known")
        names = [self.value(inputs[0]), self.weight("w", weights.transpose(3, 0, 1, 2))]
        names.append(self.weight("b", self.constant(inputs[2]).ravel()))
        return self.node("ConvTranspose", names, name, strides=[down, across], kernel_shape=kernel)

    def add(self, operator, inputs, output, name):
        options = self.options(operator, tflite.AddOptions)
        self.node("Add", [self.value(of) for of in inputs], name)
        return self.activated(name, options.FusedActivationFunction())

    def mul(self, operator, inputs, output, name):
        options = self.options(operator, tflite.MulOptions)
        self.node("Mul", [self.value(of) for of in inputs], name)
        return self.activated(name, options.FusedActivationFunction())

    def relu(self, operator, inputs, output, name):
        return self.node("Relu", [self.value(inputs[0])], name)

    def logistic(self, operator, inputs, output, name):
        return self.node("Sigmoid", [self.value(inputs[0])], name)

    def hard_swish(self, operator, inputs, output, name):
        source, hard = self.value(inputs[0]), self.name("hs")
        self.node("HardSigmoid", [source], hard, alpha=1 / 6, beta=0.5)
        return self.node("Mul", [source, hard], name)

    def average_pool_2d(self, operator, inputs, output, name):
        options = self.options(operator, tflite.Pool2DOptions)
        if [options.FilterHeight(), options.FilterWidth()] != self.shape(inputs[0])[1:3]:
            raise SystemExit("a mean of parts of a picture is not known")
        return self.node("GlobalAveragePool", [self.value(inputs[0])], name)

    def resize_bilinear(self, operator, inputs, output, name):
        options = self.options(operator, tflite.ResizeBilinearOptions)
        before, after = self.shape(inputs[0]), self.shape(output)
        factors = numpy.array([1, 1, after[1] / before[1], after[2] / before[2]], numpy.float32)
        way = "half_pixel" if options.HalfPixelCenters() else "asymmetric"
        if options.AlignCorners():
            way = "align_corners"
        names = [self.value(inputs[0]), "", self.weight("s", factors)]
        return self.node("Resize", names, name, mode="linear", coordinate_transformation_mode=way)


def same(size, kernel, strides):
    """What is put around a picture so that its size is divided by the strides and no more."""
    pads = []
    for side, width, stride in zip(size, kernel, strides):
        missing = max((-(-side // stride) - 1) * stride + width - side, 0)
        pads.append((missing // 2, missing - missing // 2))
    return [pads[0][0], pads[1][0], pads[0][1], pads[1][1]]


def main():
    source, target = sys.argv[1:]
    with open(source, "rb") as file:
        model = Converter(file.read()).convert()
    onnx.checker.check_model(model)
    onnx.save(model, target)


main()
