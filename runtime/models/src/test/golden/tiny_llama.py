"""Makes the tiny llama models of the import tests, and llama.cpp's logits for them.

    python -m venv venv && venv/bin/pip install gguf llama-cpp-python numpy
    venv/bin/python runtime/models/src/test/golden/tiny_llama.py

Writes NAME.gguf and NAME.json to src/test/resources/dev/bantam/models/importer. Weights are random with a fixed seed.
A golden holds, for each prompt, the logits of its last three positions (fewer for shorter prompts).
"""
import json
from pathlib import Path

import gguf
import llama_cpp
import numpy as np
from gguf import GGMLQuantizationType as Q

OUT = Path(__file__).parents[1] / "resources/dev/bantam/models/importer"
HIDDEN, FEED_FORWARD, HEADS, KV_HEADS, VOCAB, CONTEXT = 64, 96, 4, 2, 96, 64
PROMPTS = [[7], [1, 9, 30, 4, 77, 12, 5], [(i * 37 + 5) % VOCAB for i in range(40)]]


def types(every, **others):
    return lambda name: next((t for key, t in others.items() if key in name.replace(".", "_")), every)


CASES = {
    # name: (layers, type of a matrix by its name, untied head, extras)
    "f32": (1, types(Q.F32), False, False),
    "f16": (1, types(Q.F16), True, False),
    "bf16": (1, types(Q.BF16), False, False),
    "q4_0": (2, types(Q.Q4_0), False, False),
    "q4_1": (2, types(Q.Q4_1), False, False),
    "q8_0": (2, types(Q.Q8_0), True, False),
    "mixed": (
        2,
        types(Q.Q4_1, attn_q=Q.F16, attn_k=Q.Q8_0, ffn_up=Q.Q4_0, ffn_gate=Q.Q8_0, token_embd=Q.Q8_0),
        True,
        True,
    ),
}


def write(path, layers, type_of, untied, extras):
    random = np.random.default_rng(20)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(layers)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(HIDDEN // HEADS)
    writer.add_tokenizer_model("llama")
    pieces = ["<unk>", "<s>", "</s>", "<0x0A>"] + [f"t{i}" for i in range(4, VOCAB)]
    writer.add_token_list(pieces)
    writer.add_token_scores([float(-i) for i in range(VOCAB)])
    writer.add_token_types([2, 3, 3, 6] + [1] * (VOCAB - 4))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)

    def matrix(name, rows, columns):
        weights = (random.standard_normal((rows, columns)) * 1.5 / np.sqrt(columns)).astype(np.float32)
        kind = type_of(name)
        writer.add_tensor(name, gguf.quants.quantize(weights, kind), raw_dtype=kind)

    def vector(name, size, middle=1.0):
        writer.add_tensor(name, (middle + 0.2 * random.standard_normal(size)).astype(np.float32))

    matrix("token_embd.weight", VOCAB, HIDDEN)
    kv = HIDDEN // HEADS * KV_HEADS
    for i in range(layers):
        p = f"blk.{i}."
        vector(p + "attn_norm.weight", HIDDEN)
        for name, rows, columns in [
            ("attn_q", HIDDEN, HIDDEN), ("attn_k", kv, HIDDEN), ("attn_v", kv, HIDDEN), ("attn_output", HIDDEN, HIDDEN),
            ("ffn_gate", FEED_FORWARD, HIDDEN), ("ffn_up", FEED_FORWARD, HIDDEN), ("ffn_down", HIDDEN, FEED_FORWARD),
        ]:
            matrix(p + name + ".weight", rows, columns)
            if extras and name in ("attn_q", "attn_k", "attn_v"):
                vector(p + name + ".bias", rows, 0.0)
        vector(p + "ffn_norm.weight", HIDDEN)
    vector("output_norm.weight", HIDDEN)
    if untied:
        matrix("output.weight", VOCAB, HIDDEN)
    if extras:
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(2.0)
        writer.add_tensor("rope_freqs.weight", np.linspace(1, 8, HIDDEN // HEADS // 2).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def logits(path):
    model = llama_cpp.Llama(str(path), n_ctx=CONTEXT, logits_all=True, verbose=False)
    golden = []
    for prompt in PROMPTS:
        model.reset()
        model.eval(prompt)
        rows = [[round(float(x), 5) for x in row] for row in model.scores[: len(prompt)][-3:]]
        golden.append({"tokens": prompt, "logits": rows})
    return golden


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for name, case in CASES.items():
        path = OUT / f"tiny-{name}.gguf"
        write(path, *case)
        golden = {"engine": f"llama-cpp-python {llama_cpp.__version__}", "prompts": logits(path)}
        path.with_suffix(".json").write_text(json.dumps(golden).replace("}, {", "},\n{") + "\n")
        print(path.name, path.stat().st_size)
