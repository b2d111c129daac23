"""Makes src/main/resources/dev/bantam/inference/selftest: small graphs, their inputs, and what must come out.

    python3 -m venv venv
    venv/bin/pip install numpy onnx
    venv/bin/python kernel_cases.py

The expected values are computed here, by numpy in 64-bit floats from the operators' definitions; no ONNX Runtime is involved.
cases.txt has a block of lines a case:

    case NAME GRAPH OPERATOR...       operators that need this kernel; ":" and bits behind those of weights or KV caches with so many
    in NAME TYPE SHAPE VALUE...       SHAPE as 2x3, TYPE float, int8, int32 or int64
    out NAME TOLERANCE SHAPE VALUE...

Tolerances. ONNX Runtime sums 32-bit floats in any order: 2e-5 of the largest expected value. Kernels that round their input to 8 bits get
inputs that those with a scale for each block (x86, ARM without dot products) meet exactly: whole multiples of a power of two, with 127 of
them in each block. Other kernels round in other steps; for them six standard deviations of the sum of such errors are added, each being
uniform within half a step of the widest row. Scales of weights are powers of two, which 16-bit floats hold, too. Of KV caches of bytes
every byte must be right: no key or value lies near the middle between two.
"""

import math
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

    def result(self, name, shape, kind=TensorProto.FLOAT):
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def save(self, file):
        graph = helper.make_graph(self.nodes, "kernel", self.inputs, self.outputs, self.constants)
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="bantam")
        (OUT / file).write_bytes(model.SerializeToString(deterministic=True))


def shape_of(array):
    return "x".join(str(n) for n in array.shape)


def numbers(array):
    return " ".join(np.format_float_positional(np.float32(v), unique=True, trim="-", precision=7, fractional=False) for v in array.ravel())


def written(array):
    return numbers(array) if array.dtype.kind == "f" else " ".join(str(v) for v in array.ravel())


def normal(centre, width, shape):
    """Short to write, and exact in 32 bits as far as both sides of a comparison are concerned."""
    return np.round(random.normal(centre, width, shape), 2).astype(np.float32)


def case(name, graph, operators, inputs, outputs):
    lines.append(f"case {name} {graph} {' '.join(operators)}")
    for key, array in inputs.items():
        kind = {"f": "float", "i": "int"}[array.dtype.kind]
        kind = kind if kind == "float" else f"int{array.dtype.itemsize * 8}"
        lines.append(f"in {key} {kind} {shape_of(array)} {written(array)}")
    for key, (array, rounding) in outputs.items():
        if array.dtype == np.int8:
            lines.append(f"out {key} 0 {shape_of(array)} {written(array)}")
            continue
        tolerance = rounding + FLOAT_SUM * np.abs(array).max()
        told = np.round(array, 1 + math.ceil(-math.log10(tolerance)))
        lines.append(f"out {key} {tolerance:.3g} {shape_of(array)} {written(told)}")


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


def matmul_nbits(name, bits, block, zero_points=False, rows=48, columns=128, counts=(1, 9)):
    quanta, scales, zeros, matrix = quantized_matrix(rows, columns, bits, block, zero_points)
    graph = Graph()
    ins = [graph.given("x", ["rows", columns]), graph.constant("quanta", packed(quanta, bits)),
           graph.constant("scales", scales.ravel())]
    if zero_points:
        ins.append(graph.constant("zeros", packed(zeros, bits).ravel()))
    graph.ort("MatMulNBits", ins, ["y"], K=columns, N=rows, bits=bits, block_size=block, accuracy_level=4)
    graph.result("y", ["rows", rows])
    graph.save(f"{name}.onnx")
    for label, count in zip(("", "_rows"), counts):
        x = rounded_rows(count, columns, block)
        y = x.astype(np.float64) @ matrix.T
        case(name + label, f"{name}.onnx", [f"MatMulNBits:{bits}"], {"x": x}, {"y": (y, rounding_error(x, matrix))})


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


def seven_bits(rows, columns):
    """Weights of products of bytes. x86 without VNNI adds two of them in 16 bits, which eight bits overflow: known, and no fault of a machine."""
    return random.integers(-64, 64, (rows, columns)).astype(np.int8)


def bytes_by_channel():
    """A product of bytes with a scale for each column, as imported encoders of 8 bits have it."""
    quanta = seven_bits(96, 40)
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
    quanta = seven_bits(96, 40)
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
    case("matmul_dynamic", "matmul_dynamic.onnx", ["MatMulInteger", "DynamicQuantizeLinear", "DynamicQuantizeMatMul"], {"x": x}, {"y": (y, 0)})


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
    erf = np.vectorize(math.erf)
    made = {"Sigmoid": 1 / (1 + np.exp(-wide)), "Tanh": np.tanh(wide), "Erf": erf(wide), "Softmax": softmax(wide)}
    for operator in made:
        graph.node(operator, ["x"], [operator.lower()])
        graph.result(operator.lower(), ["rows", 40])
    graph.save("activations.onnx")
    case("activations", "activations.onnx", [*made, "Gelu", "FastGelu", "QuickGelu", "BiasGelu"], {"x": x},
         {operator.lower(): (y, 1e-5) for operator, y in made.items()})


def gather_rows(name, bits, block, zero_points):
    """Rows of a quantized table, as imported embeddings are."""
    columns = 2 * block
    quanta, scales, zeros, matrix = quantized_matrix(40, columns, bits, block, zero_points)
    graph = Graph()
    ins = [graph.constant("quanta", packed(quanta, bits).reshape(40, -1)), graph.given("ids", ["rows"], TensorProto.INT64),
           graph.constant("scales", scales)]
    if zero_points:
        ins.append(graph.constant("zeros", packed(zeros, bits)))
    graph.ort("GatherBlockQuantized", ins, ["y"], bits=bits, block_size=block, gather_axis=0, quantize_axis=1)
    graph.result("y", ["rows", columns])
    graph.save(f"{name}.onnx")
    ids = np.array([39, 0, 7], np.int64)
    case(name, f"{name}.onnx", [f"GatherBlockQuantized:{bits}"], {"ids": ids}, {"y": (matrix[ids], 0)})


def bytes_by_row():
    """A product of bytes over activations that each row stretches to 0 to 1, as in imported encoders of 8 bits."""
    quanta = seven_bits(96, 40)
    scales = (2.0 ** random.integers(-9, -5, 40)).astype(np.float32)
    matrix = quanta * scales.astype(np.float64)
    graph = Graph()
    last = graph.constant("last", np.array([-1], np.int64))
    low = graph.node("ReduceMin", [graph.given("x", ["rows", 96]), last], ["low"])
    high = graph.node("ReduceMax", ["x", last], ["high"])
    span = graph.node("Max", [graph.node("Sub", [high, low], ["range"]), graph.constant("smallest", np.float32(1e-30))], ["span"])
    unit = graph.node("Div", [graph.node("Sub", ["x", low], ["raised"]), span], ["unit"])
    step = graph.constant("step", np.float32(1 / 255))
    graph.node("QuantizeLinear", [unit, step], ["bytes"])
    graph.ort("MatMulIntegerToFloat", ["bytes", graph.constant("w", quanta), step, graph.constant("s", scales)], ["product"])
    graph.node("Mul", ["product", span], ["scaled"])
    graph.node("Gemm", [low, graph.constant("sums", matrix.sum(0, keepdims=True).astype(np.float32)), "scaled"], ["y"])
    graph.result("y", ["rows", 40])
    graph.save("matmul_bytes_by_row.onnx")
    whole = random.integers(0, 256, (5, 96))
    whole[:, 3], whole[:, 50] = 0, 255
    x = ((whole - np.array([[0], [100], [128], [255], [30]])) * STEP).astype(np.float32)
    operators = ["ReduceMin", "ReduceMax", "Max", "Sub", "Div", "QuantizeLinear", "MatMulIntegerToFloat", "Mul", "Gemm"]
    case("matmul_bytes_by_row", "matmul_bytes_by_row.onnx", operators, {"x": x}, {"y": (x @ matrix, 0)})


def norm_with_bias():
    """As after the layers of encoders, whose bias the norm adds."""
    size, epsilon = 72, 1e-12
    weight, bias, added = (normal(1, 0.3, size) for _ in range(3))
    x, skip = (normal(0, 2, (4, size)) for _ in range(2))
    graph = Graph()
    graph.given("x", ["rows", size]), graph.given("skip", ["rows", size])
    names = [graph.constant(key, value) for key, value in (("w", weight), ("b", bias), ("added", added))]
    graph.ort("SkipLayerNormalization", ["x", "skip", *names], ["y"], epsilon=epsilon)
    graph.result("y", ["rows", size])
    graph.save("norm_layer_bias.onnx")
    total = x.astype(np.float64) + skip + added
    case("norm_layer_bias", "norm_layer_bias.onnx", ["SkipLayerNormalization"], {"x": x, "skip": skip},
         {"y": (layer_norm(total, weight, bias, epsilon), 0)})


def fused_activations():
    """Those that are one node in imported graphs, right to about six digits."""
    graph = Graph()
    graph.given("x", ["rows", 40])
    x, bias = normal(0, 3, (3, 40)), normal(0, 1, 40)
    wide = x.astype(np.float64)
    phi = np.vectorize(lambda v: (1 + math.erf(v / math.sqrt(2))) / 2)
    shifted = wide + bias
    made = {
        "QuickGelu": wide / (1 + np.exp(-wide)), "Gelu": wide * phi(wide), "BiasGelu": shifted * phi(shifted), "Relu": np.maximum(wide, 0),
        "FastGelu": wide / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (wide + 0.044715 * wide**3))), "Tanh": np.tanh(wide)}
    graph.constant("bias", bias)
    for operator in made:
        add = graph.node if operator in ("Relu", "Tanh") else graph.ort
        add(operator, ["x", "bias"] if operator == "BiasGelu" else ["x"], [operator.lower()],
            **({"alpha": 1.0} if operator == "QuickGelu" else {}))
        graph.result(operator.lower(), ["rows", 40])
    graph.save("activations_fused.onnx")
    case("activations_fused", "activations_fused.onnx", [*made], {"x": x}, {operator.lower(): (y, 1e-5) for operator, y in made.items()})


def turned(x, cosine, sine, interleaved):
    """x [sequence, heads, size]: the first elements of each head, two for each angle, turned by pairs (Su et al., arXiv 2104.09864)."""
    width = 2 * cosine.shape[-1]
    part, rest = x[..., :width], x[..., width:]
    c, s = cosine[:, None], sine[:, None]
    first, second = (part[..., 0::2], part[..., 1::2]) if interleaved else np.split(part, 2, -1)
    pair = [first * c - second * s, second * c + first * s]
    return np.concatenate([np.stack(pair, -1).reshape(part.shape) if interleaved else np.concatenate(pair, -1), rest], -1)


def angles(rows, pairs):
    every = np.arange(rows)[:, None] * 10000.0 ** (-np.arange(pairs) / pairs)
    return np.cos(every).astype(np.float32), np.sin(every).astype(np.float32)


class Decoder:
    """Attention with a KV cache in the forms in which imported decoders have it.

    apart: queries, keys and values are three inputs; turns: elements of a head that a position turns, 0 for none; shifted: positions are
    an input; before: a node of its own turns; bits: 8 for a cache of bytes
    """

    heads, kv_heads, capacity = 4, 2, 12

    def __init__(self, name, operator, size=16, interleaved=0, turns=16, apart=False, shifted=False, before=False, window=0, cap=0.0, bits=0):
        self.name, self.operators, self.size, self.interleaved, self.turns, self.apart = name, [operator], size, interleaved, turns, apart
        self.shifted, self.before, self.window, self.cap, self.bits = shifted, before, window, cap, bits
        self.cosine, self.sine = angles(self.capacity + 8, max(turns // 2, 1))
        self.scales = [np.round(random.uniform(0.04, 0.06, (1, self.kv_heads, 1, size)), 3).astype(np.float32) for _ in range(2)]
        self.widths = [self.heads * size, self.kv_heads * size, self.kv_heads * size]
        self.save()

    def save(self):
        graph, kind = Graph(), TensorProto.INT8 if self.bits else TensorProto.FLOAT
        cache = ["batch", self.kv_heads, "capacity", self.size]
        parts = [graph.given(part, ["batch", "sequence", width]) for part, width in zip("qkv", self.widths)] if self.apart else [
            graph.given("qkv", ["batch", "sequence", sum(self.widths)]), "", ""]
        ins = [graph.given("past_key", cache, kind), graph.given("past_value", cache, kind),
               graph.given("length", ["batch"], TensorProto.INT32), graph.given("total", [1], TensorProto.INT32)]
        attributes = {"local_window_size": self.window} if self.window else {}
        attributes |= {"softcap": self.cap} if self.cap else {}
        tables = [graph.constant("cos", self.cosine), graph.constant("sin", self.sine)] if self.turns else []
        places = [graph.given("places", ["batch", "sequence"], TensorProto.INT64)] if self.shifted or self.before else []
        if self.before:
            turning = {"rotary_embedding_dim": self.turns} if self.turns < self.size else {}
            for at, heads in enumerate((self.heads, self.kv_heads)):
                parts[at] = graph.ort("RotaryEmbedding", [parts[at], *places, *tables], [f"turned_{at}"], num_heads=heads,
                                      interleaved=self.interleaved, **turning)
            self.operators.append("RotaryEmbedding")
        elif self.turns:
            ins += [*tables, *places]
            attributes |= {"do_rotary": 1, "rotary_interleaved": self.interleaved}
        if self.bits:
            ins += [""] * (9 - len(ins)) + [graph.constant(f"scale_{at}", scale) for at, scale in enumerate(self.scales)]
            attributes |= {"k_quant_type": "PER_CHANNEL", "v_quant_type": "PER_CHANNEL", "kv_cache_bit_width": self.bits}
        graph.ort("GroupQueryAttention", parts + ins, ["y", "key", "value"], num_heads=self.heads, kv_num_heads=self.kv_heads,
                  scale=float(self.size**-0.5), **attributes)
        graph.result("y", ["batch", "sequence", self.widths[0]]), graph.result("key", cache, kind), graph.result("value", cache, kind)
        graph.save(f"{self.name}.onnx")

    def cached(self, values, which):
        """What the cache holds of floats [sequence, kv_heads, size], and whether it is beyond doubt."""
        if not self.bits:
            return values, True
        steps = values / self.scales[which][0, :, 0].astype(np.float64)
        return np.round(steps), np.abs(np.abs(steps - np.floor(steps)) - 0.5).min() > 3e-4 and np.abs(steps).max() < 127

    def run(self, label, pasts, new, offset=0):
        """A case of so many tokens behind each sequence's past."""
        clear = False
        while not clear:
            qkv = normal(0, 1, (len(pasts), new, sum(self.widths)))
            clear = self.written(label, pasts, new, offset, qkv)

    def written(self, label, pasts, new, offset, qkv):
        shape = (len(pasts), self.kv_heads, self.capacity, self.size)
        caches = [random.integers(-127, 128, shape).astype(np.int8) if self.bits else normal(0, 1, shape) for _ in range(2)]
        results, filled = [], [cache.astype(np.float64) for cache in caches]
        for row, past in enumerate(pasts):
            positions = past + np.arange(new)
            q, k, v = np.split(qkv[row].astype(np.float64).reshape(new, -1, self.size), [self.heads, self.heads + self.kv_heads], 1)
            if self.turns:
                q, k = (turned(a, self.cosine[positions + offset], self.sine[positions + offset], self.interleaved) for a in (q, k))
            for which, (cache, fresh) in enumerate(zip(filled, (k, v))):
                caches[which][row, :, past:] = 0
                cache[row, :, past:] = 0
                held, clear = self.cached(fresh, which)
                if not clear:
                    return False
                cache[row, :, positions] = held
            results.append(self.attended(q, positions, *(cache[row] for cache in filled)))
        kind = np.int8 if self.bits else np.float64
        total = np.array(pasts, np.int32) + new
        inputs = dict(zip("qkv", np.split(qkv, np.cumsum(self.widths)[:2], -1))) if self.apart else {"qkv": qkv}
        inputs |= {"past_key": caches[0], "past_value": caches[1], "length": total - 1, "total": total.max(keepdims=True)}
        if self.shifted or self.before:
            inputs["places"] = np.array(pasts, np.int64)[:, None] + np.arange(new) + offset
        case(self.name + label, f"{self.name}.onnx", self.operators, inputs,
             {"y": (np.stack(results).reshape(len(pasts), new, -1), 0),
              **{key: (cache.astype(kind), 0) for key, cache in zip(("key", "value"), filled)}})
        return True

    def attended(self, q, positions, keys, values):
        """q [sequence, heads, size] over what the cache holds [kv_heads, capacity, size]."""
        if self.bits:
            keys, values = (held * scale[0].astype(np.float64) for held, scale in zip((keys, values), self.scales))
        y, seen = np.zeros(q.shape), np.arange(self.capacity)[None]
        hidden = (seen > positions[:, None]) | (seen <= positions[:, None] - (self.window or self.capacity))
        for head in range(self.heads):
            own = head * self.kv_heads // self.heads
            scores = q[:, head] @ keys[own].T * self.size**-0.5
            scores = self.cap * np.tanh(scores / self.cap) if self.cap else scores
            scores[hidden] = -np.inf
            y[:, head] = softmax(scores) @ values[own]
        return y


def decoders():
    one, several, batch = ("", [8], 1), ("_rows", [2], 6), ("_batch", [8, 3], 1)
    for decoder, runs in (
            (Decoder("attention_cached", "GroupQueryAttention"), (one, several, batch)),
            (Decoder("attention_neighbours", "GroupQueryAttention", interleaved=1), (one, several)),
            (Decoder("attention_window", "GroupQueryAttention", apart=True, shifted=True, window=4, cap=2.0), (one, several)),
            (Decoder("attention_turned_before", "GroupQueryAttention", size=24, turns=8, apart=True, before=True), (batch, several)),
            (Decoder("attention_bytes", "GroupQueryAttention:8", interleaved=1, bits=8), (one, several, batch)),
            (Decoder("attention_bytes_window", "GroupQueryAttention:8", apart=True, window=4, cap=2.0, bits=8), (one, several))):
        for label, pasts, new in runs:
            decoder.run(label, pasts, new, offset=5 if decoder.shifted else 0)


def encoder_attention():
    """Of texts with padding, and with the products in the same node."""
    heads, size, batch, sequence = 2, 16, 2, 6
    width = heads * size
    bias = normal(0, 1, 3 * width)

    def attended(q, k, v, mask):
        q, k, v = (a.reshape(len(a), -1, heads, size).swapaxes(1, 2) for a in (q, k, v))
        scores = np.where(mask[:, None, None] > 0, q @ k.swapaxes(2, 3) * size**-0.5, -np.inf)
        return (softmax(scores) @ v).swapaxes(1, 2).reshape(len(q), -1, width)

    graph = Graph()
    names = [graph.given(name, ["batch", "sequence", width]) for name in ("q", "k", "v")]
    graph.ort("MultiHeadAttention", [*names, graph.constant("bias", bias), graph.given("mask", ["batch", "sequence"], TensorProto.INT32)],
              ["y"], num_heads=heads)
    graph.result("y", ["batch", "sequence", width])
    graph.save("attention_padded.onnx")
    q, k, v = (normal(0, 1, (batch, sequence, width)) for _ in range(3))
    mask = (np.arange(sequence)[None] < np.array([[sequence], [4]])).astype(np.int32)
    y = attended(*(a.astype(np.float64) + b for a, b in zip((q, k, v), np.split(bias, 3))), mask)
    case("attention_padded", "attention_padded.onnx", ["MultiHeadAttention"], {"q": q, "k": k, "v": v, "mask": mask}, {"y": (y, 0)})

    weights = normal(0, 0.2, (width, 3 * width))
    graph = Graph()
    graph.ort("Attention", [graph.given("x", [1, "sequence", width]), graph.constant("w", weights), graph.constant("b", bias)], ["y"],
              num_heads=heads)
    graph.result("y", [1, "sequence", width])
    graph.save("attention_with_products.onnx")
    x = normal(0, 1, (1, sequence, width))
    y = attended(*np.split(x.astype(np.float64) @ weights + bias, 3, -1), np.ones((1, sequence)))
    case("attention_with_products", "attention_with_products.onnx", ["Attention"], {"x": x}, {"y": (y, 0)})


def places_of_decoders():
    """What a decoder's graph does with lengths and shapes: rows of tables by position, rows by sequence, the last rows, a bound."""
    batch, sequence, width, rows = 2, 3, 6, 2
    table = normal(0, 1, (16, width))
    graph = Graph()
    one, cap = graph.constant("one", np.int64(1)), graph.constant("cap", np.float32(2))
    flat, axis_0, axis_1 = (graph.constant(f"n_{n}", np.array([n], np.int64)) for n in (-1, 0, 1))
    graph.given("ids", ["batch", "sequence"], TensorProto.INT64)
    length = graph.given("length", ["batch"], TensorProto.INT32)
    kept = graph.given("rows", [1], TensorProto.INT64)
    count = graph.node("Squeeze", [graph.node("Shape", ["ids"], ["counts"], start=1)], ["count"])
    back = graph.node("Range", [graph.node("Sub", [one, count], ["first"]), one, one], ["back"])
    last = graph.node("Cast", [length], ["last"], to=TensorProto.INT64)
    places = graph.node("Add", [graph.node("Unsqueeze", [last, axis_1], ["column"]), back], ["places"])
    found = graph.node("Gather", [graph.constant("table", table), graph.node("Reshape", [places, flat], ["flat"])], ["found"])
    shape = graph.node("Concat", [graph.node("Shape", [length], ["sequences"]), graph.constant("rest", np.array([-1, width], np.int64))],
                       ["shape"], axis=0)
    graph.node("Reshape", [found, shape], ["texts"])
    graph.node("Split", [found, graph.constant("widths", np.array([4, 1, 1], np.int64))], ["queries", "keys", "values"], axis=-1)
    end = graph.constant("end", np.array([np.iinfo(np.int64).max], np.int64))
    ended = graph.node("Slice", [found, graph.node("Neg", [kept], ["start"]), end, axis_0], ["ended"])
    gate, up = "gate", "up"
    graph.node("Split", [ended], [gate, up], axis=-1, num_outputs=2)
    share = graph.node("Div", [graph.node("Mul", [gate, up], ["gated"]), cap], ["share"])
    graph.node("Mul", [graph.node("Tanh", [share], ["tanh"]), cap], ["bounded"])
    graph.node("Unsqueeze", ["bounded", axis_0], ["logits"])
    for name, dimensions in (("texts", ["batch", "sequence", width]), ("keys", ["tokens", 1]), ("logits", [1, "rows", 3])):
        graph.result(name, dimensions)
    graph.save("places.onnx")
    lengths = np.array([9, 4], np.int32)
    y = table[lengths[:, None] - sequence + 1 + np.arange(sequence)].astype(np.float64)
    tail = y.reshape(-1, width)[-rows:]
    operators = ["Add", "Cast", "Concat", "Div", "Gather", "Mul", "Neg", "Range", "Reshape", "Shape", "Slice", "Split", "Squeeze", "Sub",
                 "Tanh", "Unsqueeze"]
    inputs = {"ids": np.zeros((batch, sequence), np.int64), "length": lengths, "rows": np.array([rows], np.int64)}
    case("places", "places.onnx", operators, inputs,
         {"texts": (y, 0), "keys": (y.reshape(-1, width)[:, 4:5], 0),
          "logits": (2 * np.tanh(tail[:, :3] * tail[:, 3:] / 2)[None], 1e-5)})


def rows_of_encoders():
    """How an encoder's graph takes padding out of a batch and puts it back, and counts the tokens of a text."""
    width = 4
    table = normal(0, 1, (16, width))
    mask = np.array([[1, 1, 1, 1, 0], [1, 1, 0, 0, 0]], np.int64)
    graph = Graph()
    ids, present = (graph.given(name, ["batch", "sequence"], TensorProto.INT64) for name in ("ids", "mask"))
    zero, one = (graph.constant(f"v_{n}", np.array([n], np.int64)) for n in (0, 1))
    flat = graph.constant("flat", np.array([-1], np.int64))
    nought, unit = graph.constant("zero", np.int64(0)), graph.constant("one", np.int64(1))
    shape = graph.node("Shape", [ids], ["shape"])
    marks = graph.node("Reshape", [present, flat], ["marks"])
    tokens = graph.node("Reshape", [graph.node("NonZero", [marks], ["at"]), flat], ["tokens"])
    counted = graph.node("CumSum", [marks, nought], ["counted"])
    behind = graph.node("Max", [graph.node("Sub", [counted, one], ["behind"]), zero], ["row_of"])
    laid = graph.node("Reshape", [behind, shape], ["laid"])
    place = graph.node("Mod", [tokens, graph.node("Gather", [shape, unit], ["sequence_length"])], ["place"])
    words = graph.node("Gather", [graph.node("Reshape", [ids, flat], ["all"]), tokens], ["words"])
    sums = graph.node("Add", [graph.node("Gather", [graph.constant("table", table), words], ["by_word"]),
                              graph.node("Gather", ["table", place], ["by_place"])], ["sums"])
    graph.node("Gather", [sums, laid], ["texts"])
    graph.node("Gather", [sums, graph.node("Gather", [laid, nought], ["first"], axis=1)], ["firsts"])
    every = graph.node("Range", [nought, graph.node("Size", [ids], ["size"]), unit], ["every"])
    counts = graph.node("Cast", [graph.node("Mul", [every, graph.constant("v_3", np.array([3], np.int64))], ["thrice"])], ["counts"],
                        to=TensorProto.FLOAT)
    graph.node("Identity", [counts], ["numbers"])
    weights = graph.node("Transpose", [graph.given("weights", [3, width])], ["exchanged"])
    graph.node("Gemm", [sums, weights], ["y"])
    for name, dimensions in (("texts", ["batch", "sequence", width]), ("firsts", ["batch", width]), ("numbers", ["size"]),
                             ("y", ["tokens", 3])):
        graph.result(name, dimensions)
    graph.save("rows.onnx")
    ids = random.integers(0, 16, mask.shape)
    matrix = normal(0, 1, (3, width))
    packed_rows = (table[ids].astype(np.float64) + table[np.arange(5)])[mask > 0]
    laid = np.maximum(mask.ravel().cumsum() - 1, 0).reshape(mask.shape)
    operators = ["Add", "Cast", "CumSum", "Gather", "Gemm", "Identity", "Max", "Mod", "Mul", "NonZero", "Range", "Reshape", "Shape", "Size",
                 "Sub", "Transpose"]
    case("rows", "rows.onnx", operators, {"ids": ids, "mask": mask, "weights": matrix},
         {"texts": (packed_rows[laid], 0), "firsts": (packed_rows[laid[:, 0]], 0),
          "numbers": (3.0 * np.arange(10), 0), "y": (packed_rows @ matrix.T, 0)})


def bytes_to_floats():
    """As exports of 8 bits have their tables."""
    x, step = random.integers(-128, 128, (3, 40)).astype(np.int8), np.float32(2.0**-5)
    graph = Graph()
    graph.node("DequantizeLinear", [graph.given("x", ["rows", 40], TensorProto.INT8), graph.constant("step", step)], ["y"])
    graph.result("y", ["rows", 40])
    graph.save("dequantize.onnx")
    case("dequantize", "dequantize.onnx", ["DequantizeLinear"], {"x": x}, {"y": (x * float(step), 0)})


OUT.mkdir(parents=True, exist_ok=True)
gemm()
matmul_nbits("matmul_4bit", 4, 32)
matmul_nbits("matmul_4bit_zero_points", 4, 32, zero_points=True)
for width in (16, 64, 128, 256):
    matmul_nbits(f"matmul_4bit_block_{width}", 4, width, rows=20, columns=256, counts=(1, 5))
matmul_nbits("matmul_8bit", 8, 32)
matmul_nbits("matmul_8bit_block_16", 8, 16)
gather_rows("gather_4bit", 4, 32, False)
gather_rows("gather_4bit_zero_points", 4, 32, True)
gather_rows("gather_8bit", 8, 32, False)
bytes_by_channel()
bytes_by_row()
bytes_dynamically()
norms()
norm_with_bias()
decoders()
multi_head_attention()
encoder_attention()
activations()
fused_activations()
places_of_decoders()
rows_of_encoders()
bytes_to_floats()
(OUT / "cases.txt").write_text("\n".join(lines) + "\n")
