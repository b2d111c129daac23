"""Makes the fixtures of every quantized GGUF tensor type.

    python -m venv venv && venv/bin/pip install gguf llama-cpp-python numpy
    venv/bin/python runtime/models/src/test/golden/tensor_types.py

Writes to src/test/resources/dev/bantam/models/importer:

- tensor/blocks.json: for each type random blocks, and the floats that PyPI's gguf takes them for. Both base64, floats as
  little-endian float32.
- types-NAME.gguf and types-NAME.json: tiny llama models in each type, quantized by ggml itself, with llama.cpp's logits
  of the last three positions of each prompt, and its greedy tokens with the two best logits of each step.
"""
import base64
import ctypes
import json
from pathlib import Path

import gguf
import llama_cpp
import numpy as np
from gguf import GGMLQuantizationType as Q

OUT = Path(__file__).parents[1] / "resources/dev/bantam/models/importer"
GGML = ctypes.CDLL(str(Path(llama_cpp.__file__).parent / "lib/libggml-base.so"))
VOCAB, CONTEXT, HEADS, KV_HEADS, STEPS = 96, 64, 4, 2, 32
PROMPTS = [[7], [1, 9, 30, 4, 77, 12, 5], [(i * 37 + 5) % VOCAB for i in range(40)]]

# Where the half floats of a block stand: they must be finite.
HALVES = {
    Q.F32: [], Q.F16: [0], Q.BF16: [],
    Q.Q4_0: [0], Q.Q4_1: [0, 2], Q.Q5_0: [0], Q.Q5_1: [0, 2], Q.Q8_0: [0], Q.IQ4_NL: [0],
    Q.Q2_K: [80, 82], Q.Q3_K: [108], Q.Q4_K: [0, 2], Q.Q5_K: [0, 2], Q.Q6_K: [208], Q.IQ4_XS: [0],
}

MODELS = {
    # name: (size of rows, type of a matrix by its name, untied head)
    "q5_0": (64, {"": Q.Q5_0}, False),
    "q5_1": (64, {"": Q.Q5_1}, False),
    "iq4_nl": (64, {"": Q.IQ4_NL}, False),
    "q2_k": (256, {"": Q.Q2_K}, False),
    "q3_k": (256, {"": Q.Q3_K}, False),
    "q4_k": (256, {"": Q.Q4_K}, True),
    "q5_k": (256, {"": Q.Q5_K}, False),
    "q6_k": (256, {"": Q.Q6_K}, True),
    "iq4_xs": (256, {"": Q.IQ4_XS}, True),
    # As llama.cpp's Q4_K_M and Q2_K files mix them.
    "q4_k_m": (256, {"attn_v": Q.Q6_K, "ffn_down": Q.Q6_K, "output.": Q.Q6_K, "": Q.Q4_K}, True),
    "q2_k_s": (256, {"attn_v": Q.Q4_K, "ffn_down": Q.Q3_K, "output.": Q.Q6_K, "": Q.Q2_K}, True),
}


def blocks():
    random = np.random.default_rng(5)
    fixtures = {}
    for kind, halves in HALVES.items():
        elements, size = gguf.GGML_QUANT_SIZES[kind]
        raw = random.integers(0, 256, (512 // elements, size), dtype=np.uint8)
        if kind in (Q.F32, Q.BF16):
            values = random.standard_normal((512, 1)).astype(np.float32)
            raw = gguf.quants.quantize(values, kind).view(np.uint8).reshape(512, size)
        for at in halves:
            raw[:, at : at + 2] = random.standard_normal((len(raw), 1)).astype(np.float16).view(np.uint8)
        floats = gguf.quants.dequantize(raw.reshape(1, -1), kind).astype("<f4").reshape(-1)
        assert floats.size == 512 and np.isfinite(floats).all(), kind
        fixtures[kind.name] = {name: base64.b64encode(data.tobytes()).decode() for name, data in [("blocks", raw), ("floats", floats)]}
    (OUT / "tensor").mkdir(parents=True, exist_ok=True)
    (OUT / "tensor/blocks.json").write_text(json.dumps(fixtures, indent=1) + "\n")


def quantize(weights, kind):
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    rows, columns = weights.shape
    raw = np.zeros((rows, columns // elements * size), np.uint8)
    chunk = GGML.ggml_quantize_chunk
    chunk.restype = ctypes.c_size_t
    chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p] + [ctypes.c_int64] * 3 + [ctypes.c_void_p]
    written = chunk(int(kind), weights.ctypes.data, raw.ctypes.data, 0, rows, columns, None)
    assert written == raw.size
    return raw


def write(path, width, kinds, untied):
    random = np.random.default_rng(21)
    feed_forward = 96 if width == 64 else width
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(1)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(width // HEADS)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(["<unk>", "<s>", "</s>", "<0x0A>"] + [f"t{i}" for i in range(4, VOCAB)])
    writer.add_token_scores([float(-i) for i in range(VOCAB)])
    writer.add_token_types([2, 3, 3, 6] + [1] * (VOCAB - 4))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)

    def matrix(name, rows, columns):
        weights = (random.standard_normal((rows, columns)) * 1.5 / np.sqrt(columns)).astype(np.float32)
        kind = next(kind for part, kind in kinds.items() if part in name)
        writer.add_tensor(name, quantize(weights, kind), raw_dtype=kind)

    def vector(name):
        writer.add_tensor(name, (1 + 0.2 * random.standard_normal(width)).astype(np.float32))

    kv = width // HEADS * KV_HEADS
    matrix("token_embd.weight", VOCAB, width)
    vector("blk.0.attn_norm.weight")
    for name, rows, columns in [
        ("attn_q", width, width), ("attn_k", kv, width), ("attn_v", kv, width), ("attn_output", width, width),
        ("ffn_gate", feed_forward, width), ("ffn_up", feed_forward, width), ("ffn_down", width, feed_forward),
    ]:
        matrix(f"blk.0.{name}.weight", rows, columns)
    vector("blk.0.ffn_norm.weight")
    vector("output_norm.weight")
    if untied:
        matrix("output.weight", VOCAB, width)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def golden(path):
    model = llama_cpp.Llama(str(path), n_ctx=CONTEXT, logits_all=True, verbose=False)
    prompts = []
    for prompt in PROMPTS:
        model.reset()
        model.eval(prompt)
        rows = [[round(float(x), 5) for x in row] for row in model.scores[: len(prompt)][-3:]]
        prompts.append({"tokens": prompt, "logits": rows})
    model.reset()
    model.eval(PROMPTS[1])
    greedy = []
    for _ in range(STEPS):
        logits = model.scores[model.n_tokens - 1]
        second, best = np.argsort(logits)[-2:]
        greedy.append([int(best), round(float(logits[best]), 4), round(float(logits[second]), 4)])
        model.eval([int(best)])
    return {"engine": f"llama-cpp-python {llama_cpp.__version__}", "prompts": prompts, "greedy": greedy}


if __name__ == "__main__":
    blocks()
    for name, case in MODELS.items():
        path = OUT / f"types-{name}.gguf"
        write(path, *case)
        path.with_suffix(".json").write_text(json.dumps(golden(path)).replace("}, {", "},\n{") + "\n")
        print(path.name, path.stat().st_size)
