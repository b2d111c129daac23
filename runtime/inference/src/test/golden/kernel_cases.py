"""Makes src/main/resources/dev/bantam/inference/selftest: small graphs, their inputs, and what must come out.

    python3 -m venv venv
    venv/bin/pip install numpy onnx
    venv/bin/python kernel_cases.py

The expected values are computed here, by numpy in 64-bit floats from the operators' definitions; no ONNX Runtime is involved.
cases.txt has a block of lines a case:

    case NAME GRAPH OPERATOR...       operators that need this kernel, those of MatMulNBits with ":" and their bits
    in NAME TYPE SHAPE VALUE...       SHAPE as 2x3, TYPE float, int32 or int64
    out NAME TOLERANCE SHAPE VALUE...

Tolerances. ONNX Runtime sums 32-bit floats in any order: 2e-5 of the largest expected value. Kernels that round their input to 8 bits get
inputs that those with a scale for each block (x86, ARM without dot products) meet exactly: whole multiples of a power of two, with 127 of
them in each block. Other kernels round in other steps; for them six standard deviations of the sum of such errors are added, each being
uniform within half a step of the widest row. Scales of weights are powers of two, which 16-bit floats hold, too.
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OUT = pathlib.Path(__file__).parents[2] / "main/resources/dev/bantam/inference/selftest"
FLOAT_SUM = 2e-5
STEP = 2.0**-6
random = np.random.default_rng(20)
lines = []


class Graph:
    """A graph in the making."""

    def __init__(self):
        self.nodes, self.constants, self.inputs, self.outputs = [], [], [], []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def given(self, name, shape, kind=TensorProto.FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def node(self, operator, ins, outs, domain="", **attributes):
        self.nodes.append(helper.make_node(operator, ins, outs, domain=domain, **attributes))
        return outs[0]

    def ort(self, operator, ins, outs, **attributes):
        return self.node(operator, ins, outs, "com.microsoft", **attributes)

    def result(self, name, shape):
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def save(self, file):
        graph = helper.make_graph(self.nodes, "kernel", self.inputs, self.outputs, self.constants)
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="bantam")
        (OUT / file).write_bytes(model.SerializeToString(deterministic=True))


def shape_of(array):
    return "x".join(str(n) for n in array.shape)


def numbers(array):
    return " ".join(np.format_float_positional(np.float32(v), unique=True, trim="-", precision=7, fractional=False) for v in array.ravel())


def normal(centre, width, shape):
    """Short to write, and exact in 32 bits as far as both sides of a comparison are concerned."""
    return np.round(random.normal(centre, width, shape), 2).astype(np.float32)


def case(name, graph, operators, inputs, outputs):
    lines.append(f"case {name} {graph} {' '.join(operators)}")
    for key, array in inputs.items():
        kind = {"f": "float", "i": "int"}[array.dtype.kind]
        kind = kind if kind == "float" else f"int{array.dtype.itemsize * 8}"
        values = numbers(array) if kind == "float" else " ".join(str(v) for v in array.ravel())
        lines.append(f"in {key} {kind} {shape_of(array)} {values}")
    for key, (array, rounding) in outputs.items():
        tolerance = rounding + FLOAT_SUM * np.abs(array).max()
        lines.append(f"out {key} {tolerance:.3g} {shape_of(array)} {numbers(array)}")


def rounded_rows(rows, columns, block):
    """Activations that 8 bits hold exactly, with one scale for each block."""
    whole = random.integers(-126, 127, (rows, columns))
    whole[:, ::block] = random.choice([-127, 127], whole[:, ::block].shape)
    return (whole * STEP).astype(np.float32)


def rounding_error(x, weights):
    """Six standard deviations of what rounding the rows of x to 8 bits adds to x @ weights.T."""
    step = (x.max() - x.min()) / 255
    return 6 * step / np.sqrt(12) * np.sqrt((weights**2).sum(1).max())


def packed(quanta, bits):
    """As MatMulNBits has them: the first of two in the low half of a byte."""
    return quanta.astype(np.uint8) if bits == 8 else (quanta[..., 0::2] | quanta[..., 1::2] << 4).astype(np.uint8)


def quantized_matrix(rows, columns, bits, block, zero_points):
    """Quanta [rows, blocks, block], scales [rows, blocks], zero points [rows, blocks], and the matrix that they stand for."""
    blocks = columns // block
    quanta = random.integers(0, 1 << bits, (rows, blocks, block))
    scales = (2.0 ** random.integers(-9, -5, (rows, blocks))).astype(np.float32)
    zeros = random.integers(0, 1 << bits, (rows, blocks)) if zero_points else np.full((rows, blocks), 1 << (bits - 1))
    return quanta, scales, zeros, ((quanta - zeros[..., None]) * scales[..., None]).reshape(rows, columns)


def matmul_nbits(name, bits, block, zero_points=False):
    rows, columns = 48, 128
    quanta, scales, zeros, matrix = quantized_matrix(rows, columns, bits, block, zero_points)
    graph = Graph()
    ins = [graph.given("x", ["rows", columns]), graph.constant("quanta", packed(quanta, bits)),
           graph.constant("scales", scales.ravel())]
    if zero_points:
        ins.append(graph.constant("zeros", packed(zeros, bits).ravel()))
    graph.ort("MatMulNBits", ins, ["y"], K=columns, N=rows, bits=bits, block_size=block, accuracy_level=4)
    graph.result("y", ["rows", rows])
    graph.save(f"{name}.onnx")
    for label, count in (("", 1), ("_rows", 9)):
        x = rounded_rows(count, columns, block)
        y = x.astype(np.float64) @ matrix.T
        case(name + label, f"{name}.onnx", [f"MatMulNBits:{bits}"], {"x": x}, {"y": (y, rounding_error(x, matrix))})


def gather_quantized():
    _, block, columns = 4, 32, 64
    quanta, scales, zeros, matrix = quantized_matrix(40, columns, 4, block, False)
    graph = Graph()
    ins = [graph.constant("quanta", packed(quanta, 4).reshape(40, -1)), graph.given("ids", ["rows"], TensorProto.INT64),
           graph.constant("scales", scales)]
    graph.ort("GatherBlockQuantized", ins, ["y"], bits=4, block_size=block, gather_axis=0, quantize_axis=1)
    graph.result("y", ["rows", columns])
    graph.save("gather_4bit.onnx")
    ids = np.array([39, 0, 7], np.int64)
    case("gather_4bit", "gather_4bit.onnx", ["GatherBlockQuantized"], {"ids": ids}, {"y": (matrix[ids], 0)})


def gemm():
    matrix = normal(0, 1, (40, 96))
    bias = normal(0, 1, 40)
    graph = Graph()
    graph.node("Gemm", [graph.given("x", ["rows", 96]), graph.constant("w", matrix), graph.constant("b", bias)], ["y"], transB=1)
    graph.result("y", ["rows", 40])
    graph.save("matmul_float.onnx")
    for name, rows in (("matmul_float", 1), ("matmul_float_rows", 9)):
        x = normal(0, 1, (rows, 96))
        y = x.astype(np.float64) @ matrix.T + bias
        case(name, "matmul_float.onnx", ["Gemm", "MatMul"], {"x": x}, {"y": (y, 0)})


def bytes_by_channel():
    """A product of bytes with a scale for each column, as imported encoders of 8 bits have it."""
    quanta = random.integers(-127, 128, (96, 40)).astype(np.int8)
    scales = (2.0 ** random.integers(-9, -5, 40)).astype(np.float32)
    matrix = quanta * scales.astype(np.float64)
    step = np.float32(1 / 256)
    graph = Graph()
    scale = graph.constant("step", step)
    graph.node("QuantizeLinear", [graph.given("x", ["rows", 96]), scale], ["bytes"])
    graph.ort("MatMulIntegerToFloat", ["bytes", graph.constant("w", quanta), scale, graph.constant("s", scales)], ["y"])
    graph.result("y", ["rows", 40])
    graph.save("matmul_bytes.onnx")
    x = (random.integers(0, 256, (5, 96)) / 256).astype(np.float32)
    case("matmul_bytes", "matmul_bytes.onnx", ["MatMulIntegerToFloat"], {"x": x}, {"y": (x @ matrix, 0)})


def bytes_dynamically():
    """A product of bytes whose scale is found while it runs, as quantized exports have it."""
    quanta = random.integers(-127, 128, (96, 40)).astype(np.int8)
    scale = np.float32(2.0**-7)
    graph = Graph()
    graph.node("DynamicQuantizeLinear", [graph.given("x", ["rows", 96])], ["bytes", "step", "zero"])
    graph.node("MatMulInteger", ["bytes", graph.constant("w", quanta), "zero"], ["whole"])
    graph.node("Cast", ["whole"], ["float"], to=TensorProto.FLOAT)
    graph.node("Mul", ["step", graph.constant("scale", scale)], ["both"])
    graph.node("Mul", ["float", "both"], ["y"])
    graph.result("y", ["rows", 40])
    graph.save("matmul_dynamic.onnx")
    x = ((random.integers(0, 256, (5, 96)) - 100) * STEP).astype(np.float32)
    x[0, :2] = [-100 * STEP, 155 * STEP]
    y = x @ (quanta * float(scale))
    case("matmul_dynamic", "matmul_dynamic.onnx", ["MatMulInteger", "DynamicQuantizeMatMul"], {"x": x}, {"y": (y, 0)})


def rms(x, weight, epsilon):
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + epsilon) * weight


def layer_norm(x, weight, bias, epsilon):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon) * weight + bias


def norms():
    size, epsilon = 72, 1e-5
    weight, bias = (normal(1, 0.3, size) for _ in range(2))
    x, skip = (normal(0, 2, (4, size)) for _ in range(2))
    total = (x + skip).astype(np.float64)
    for name, operator, plain, constants, y in (
            ("norm_rms", "SkipSimplifiedLayerNormalization", "SimplifiedLayerNormalization", {"w": weight},
             lambda v: rms(v, weight, epsilon)),
            ("norm_layer", "SkipLayerNormalization", "LayerNormalization", {"w": weight, "b": bias},
             lambda v: layer_norm(v, weight, bias, epsilon))):
        graph = Graph()
        names = [graph.constant(key, value) for key, value in constants.items()]
        graph.given("x", ["rows", size]), graph.given("skip", ["rows", size])
        graph.ort(operator, ["x", "skip", *names], ["y", "", "", "sum"], epsilon=epsilon)
        stash = {"stash_type": 1} if plain.startswith("Simplified") else {}
        graph.node(plain, ["x", *names], ["alone"], axis=-1, epsilon=epsilon, **stash)
        for out in ("y", "sum", "alone"):
            graph.result(out, ["rows", size])
        graph.save(f"{name}.onnx")
        case(name, f"{name}.onnx", [operator, plain], {"x": x, "skip": skip},
             {"y": (y(total), 0), "sum": (total, 0), "alone": (y(x.astype(np.float64)), 0)})


def softmax(x):
    power = np.exp(x - x.max(-1, keepdims=True))
    return power / power.sum(-1, keepdims=True)


def rotated(x, positions, cosine, sine):
    """x [sequence, heads, size], its halves turned as pairs (Su et al., arXiv 2104.09864)."""
    first, second = np.split(x, 2, -1)
    c, s = cosine[positions][:, None], sine[positions][:, None]
    return np.concatenate([first * c - second * s, second * c + first * s], -1)


def grouped_query_attention():
    heads, kv_heads, size, capacity = 4, 2, 16, 12
    angles = np.arange(capacity)[:, None] * 10000.0 ** (-np.arange(size // 2) / (size // 2))
    cosine, sine = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
    graph = Graph()
    width = (heads + 2 * kv_heads) * size
    cache = [1, kv_heads, "capacity", size]
    ins = [graph.given("qkv", [1, "sequence", width]), "", "", graph.given("past_key", cache), graph.given("past_value", cache),
           graph.given("length", [1], TensorProto.INT32), graph.given("total", [1], TensorProto.INT32),
           graph.constant("cos", cosine), graph.constant("sin", sine)]
    graph.ort("GroupQueryAttention", ins, ["y", "key", "value"], num_heads=heads, kv_num_heads=kv_heads, do_rotary=1,
              rotary_interleaved=0, scale=float(size**-0.5))
    graph.result("y", [1, "sequence", heads * size]), graph.result("key", cache), graph.result("value", cache)
    graph.save("attention_cached.onnx")
    for name, past, new in (("attention_cached", 8, 1), ("attention_cached_rows", 2, 9)):
        keys, values = (normal(0, 1, (1, kv_heads, capacity, size)) for _ in range(2))
        keys[:, :, past:], values[:, :, past:] = 0, 0
        qkv = normal(0, 1, (1, new, width))
        q, k, v = np.split(qkv[0].astype(np.float64).reshape(new, -1, size), [heads, heads + kv_heads], 1)
        positions = past + np.arange(new)
        all_keys, all_values = keys.astype(np.float64), values.astype(np.float64)
        all_keys[0, :, positions] = rotated(k, positions, cosine, sine)
        all_values[0, :, positions] = v
        q = rotated(q, positions, cosine, sine)
        y = np.zeros((new, heads, size))
        for head in range(heads):
            own = head * kv_heads // heads
            scores = q[:, head] @ all_keys[0, own].T * size**-0.5
            scores[np.arange(capacity)[None] > positions[:, None]] = -np.inf
            y[:, head] = softmax(scores) @ all_values[0, own]
        total = np.array([past + new], np.int32)
        inputs = {"qkv": qkv, "past_key": keys, "past_value": values, "length": total - 1, "total": total}
        case(name, "attention_cached.onnx", ["GroupQueryAttention"], inputs,
             {"y": (y.reshape(1, new, -1), 0), "key": (all_keys, 0), "value": (all_values, 0)})


def multi_head_attention():
    heads, size, sequence = 3, 16, 10
    graph = Graph()
    names = [graph.given(name, [1, "sequence", heads * size]) for name in ("q", "k", "v")]
    graph.ort("MultiHeadAttention", names, ["y"], num_heads=heads)
    graph.result("y", [1, "sequence", heads * size])
    graph.save("attention_whole.onnx")
    q, k, v = (normal(0, 1, (1, sequence, heads * size)) for _ in range(3))
    by_head = [a[0].astype(np.float64).reshape(sequence, heads, size).swapaxes(0, 1) for a in (q, k, v)]
    scores = by_head[0] @ by_head[1].swapaxes(1, 2) * size**-0.5
    y = (softmax(scores) @ by_head[2]).swapaxes(0, 1).reshape(1, sequence, -1)
    case("attention_whole", "attention_whole.onnx", ["MultiHeadAttention", "Attention"], {"q": q, "k": k, "v": v}, {"y": (y, 0)})


def activations():
    """Functions that ONNX Runtime computes by polynomials: right to about six digits."""
    graph = Graph()
    graph.given("x", ["rows", 40])
    x = normal(0, 3, (3, 40))
    wide = x.astype(np.float64)
    erf = np.vectorize(__import__("math").erf)
    made = {"Sigmoid": 1 / (1 + np.exp(-wide)), "Tanh": np.tanh(wide), "Erf": erf(wide), "Softmax": softmax(wide)}
    for operator in made:
        graph.node(operator, ["x"], [operator.lower()])
        graph.result(operator.lower(), ["rows", 40])
    graph.save("activations.onnx")
    case("activations", "activations.onnx", [*made, "Gelu", "FastGelu", "QuickGelu", "BiasGelu"], {"x": x},
         {operator.lower(): (y, 1e-5) for operator, y in made.items()})


OUT.mkdir(parents=True, exist_ok=True)
gemm()
matmul_nbits("matmul_4bit", 4, 32)
matmul_nbits("matmul_4bit_zero_points", 4, 32, zero_points=True)
matmul_nbits("matmul_8bit", 8, 32)
matmul_nbits("matmul_8bit_block_16", 8, 16)
gather_quantized()
bytes_by_channel()
bytes_dynamically()
norms()
grouped_query_attention()
multi_head_attention()
activations()
(OUT / "cases.txt").write_text("\n".join(lines) + "\n")
