"""Makes small random models of each family, transformers' logits for them, and llama.cpp's greedy tokens.

    python -m venv venv && venv/bin/pip install torch transformers safetensors gguf numpy
    python -m venv cpp && cpp/bin/pip install llama-cpp-python numpy
    venv/bin/python runtime/models/src/test/golden/families.py
    cpp/bin/python runtime/models/src/test/golden/families.py --llama-cpp

Names after the options restrict both to those models. Writes to src/test/resources/families/NAME:

    config.json, model.safetensors    as transformers saves them, weights in F16
    float.gguf                        the same weights: matrices in F16, the rest in F32
    quantized.gguf                    matrices in Q8_0 or Q4_0
    golden.json, logits.bin           prompts, transformers' best token and its logits at every position (half floats,
                                      little-endian, prompt by prompt; for LongRoPE a prompt ends where the short factors do)
    llama-cpp.json                    llama.cpp's 32 greedy tokens after each prompt on quantized.gguf, with its two best
                                      logits at each step. Not for models that llama.cpp computes otherwise (it
                                      ignores some windows and scales) or refuses.

Weights are random with a fixed seed, and rounded to what F16 holds, so that all float files agree.
"""
import json
import sys
import warnings
from pathlib import Path

import numpy as np

OUT = Path(__file__).parents[1] / "resources/families"
VOCAB, STEPS = 64, 32
LLAMA = dict(vocab_size=VOCAB, hidden_size=64, intermediate_size=64, num_hidden_layers=1, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=128)
SMALL = dict(LLAMA, hidden_size=32, intermediate_size=32, num_hidden_layers=2)
LONG = [round(1.5 + 0.7 * i, 2) for i in range(64)]
SHORT = [round(1 + 0.05 * i, 2) for i in range(64)]


def longrope(rotated, context):
    return dict(rope_type="longrope", rope_theta=10000.0, original_max_position_embeddings=context,
                short_factor=SHORT[: rotated // 2], long_factor=LONG[: rotated // 2])


def partial(factor, theta=10000.0):
    return dict(rope_type="default", rope_theta=theta, partial_rotary_factor=factor)


LLAMA3 = dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)
# name: (transformers' class, configuration, quantized type, whether llama.cpp computes the same)
CASES = {
    "llama-grouped": ("Llama", dict(SMALL, tie_word_embeddings=True), "Q4_0", True),
    "llama-3": ("Llama", dict(SMALL, num_key_value_heads=1, head_dim=16, rope_parameters=LLAMA3), "Q8_0", True),
    "llama-biases": ("Llama", dict(SMALL, num_key_value_heads=4, attention_bias=True, mlp_bias=True), "Q4_0", True),
    "llama-window": ("Mistral", dict(SMALL, head_dim=16, sliding_window=20), "Q8_0", False),
    "qwen2-grouped": ("Qwen2", dict(SMALL, tie_word_embeddings=True), "Q4_0", True),
    "qwen2-one-key": ("Qwen2", dict(SMALL, num_key_value_heads=1, rms_norm_eps=1e-6), "Q8_0", True),
    "qwen2-no-groups": ("Qwen2", dict(SMALL, num_key_value_heads=4), "Q4_0", True),
    "gpt2-two-heads": ("GPT2", dict(n_embd=32, n_head=2, n_layer=2, n_inner=64, n_positions=128), "Q8_0", True),
    "gpt2-wide-heads": ("GPT2", dict(n_embd=64, n_head=2, n_layer=1, n_inner=32, n_positions=128), "Q4_0", True),
    "gpt2-narrow-heads": ("GPT2", dict(n_embd=32, n_head=4, n_layer=3, n_inner=32, n_positions=128), "Q8_0", True),
    "gptneox-quarter": ("GPTNeoX", dict(LLAMA, num_attention_heads=1, rope_parameters=partial(0.25),
                                        intermediate_size=64), "Q4_0", True),
    "gptneox-serial": ("GPTNeoX", dict(LLAMA, num_attention_heads=2, rope_parameters=partial(0.25),
                                       use_parallel_residual=False), "Q8_0", True),
    "gptneox-whole": ("GPTNeoX", dict(SMALL, num_attention_heads=2, rope_parameters=partial(1.0),
                                      tie_word_embeddings=True), "Q8_0", False),
    "gptneox-dolly": ("GPTNeoX", dict(SMALL, num_hidden_layers=1, hidden_size=160, num_attention_heads=2, intermediate_size=32,
                                      rope_parameters=partial(0.25)), "Q4_0", True),
    "gemma-one-key": ("Gemma", dict(SMALL, num_key_value_heads=1, head_dim=16), "Q4_0", True),
    "gemma-grouped": ("Gemma", dict(LLAMA, head_dim=16, num_attention_heads=6, num_key_value_heads=3), "Q8_0", True),
    "gemma-no-groups": ("Gemma", dict(SMALL, num_key_value_heads=4, head_dim=8), "Q8_0", True),
    "qwen3-wide-heads": ("Qwen3", dict(SMALL, head_dim=32, tie_word_embeddings=True), "Q4_0", True),
    "qwen3-one-key": ("Qwen3", dict(SMALL, num_key_value_heads=1, head_dim=16, rms_norm_eps=1e-6), "Q8_0", True),
    "qwen3-no-groups": ("Qwen3", dict(SMALL, num_key_value_heads=4, head_dim=8), "Q4_0", True),
    "gemma2-window": ("Gemma2", dict(SMALL, num_hidden_layers=3, head_dim=16, query_pre_attn_scalar=16,
                                     sliding_window=20, attn_logit_softcapping=8.0,
                                     final_logit_softcapping=1.5), "Q8_0", True),
    "gemma2-one-key": ("Gemma2", dict(SMALL, num_key_value_heads=1, head_dim=24, query_pre_attn_scalar=24,
                                      num_hidden_layers=2, sliding_window=7), "Q4_0", True),
    "gemma2-scaled": ("Gemma2", dict(SMALL, num_key_value_heads=4, head_dim=16, query_pre_attn_scalar=40,
                                     sliding_window=64), "Q8_0", False),
    "gemma3-six-layers": ("Gemma3", dict(SMALL, num_hidden_layers=6, num_key_value_heads=1, head_dim=16,
                                         query_pre_attn_scalar=16, sliding_window=20), "Q8_0", True),
    "gemma3-three-layers": ("Gemma3", dict(SMALL, num_hidden_layers=3, head_dim=16, query_pre_attn_scalar=16,
                                           sliding_window=7, layer_types=["sliding_attention"] * 2 + ["full_attention"]),
                            "Q4_0", True),
    "gemma3-stretched": ("Gemma3", dict(SMALL, num_hidden_layers=2, num_key_value_heads=4, head_dim=8,
                                        query_pre_attn_scalar=8, sliding_window=33,
                                        layer_types=["sliding_attention", "full_attention"],
                                        rope_parameters=dict(
                                            sliding_attention=dict(rope_type="default", rope_theta=10000.0),
                                            full_attention=dict(rope_type="linear", factor=8.0, rope_theta=1e6))),
                         "Q8_0", True),
    "phi3-plain": ("Phi3", dict(SMALL, num_key_value_heads=4), "Q4_0", True),
    "phi3-window": ("Phi3", dict(SMALL, sliding_window=20), "Q8_0", False),
    "phi3-longrope": ("Phi3", dict(LLAMA, rope_parameters=longrope(16, 24), original_max_position_embeddings=24),
                      "Q4_0", True),
    "phi3-window-longrope": ("Phi3", dict(SMALL, head_dim=8, sliding_window=29, tie_word_embeddings=True,
                                          rope_parameters=longrope(8, 40), original_max_position_embeddings=40),
                             "Q8_0", False),
}


def prompts(config):
    """A long prompt, and the part of it that LongRoPE's short factors serve."""
    tokens = [(i * 37 + i * i * 5 + 7) % VOCAB for i in range(72)]
    rope = getattr(config, "rope_parameters", None) or {}
    short = rope.get("original_max_position_embeddings") if rope.get("rope_type") == "longrope" else None
    return [tokens[:short], tokens] if short else [tokens]


def random_model(kind, settings, seed):
    import torch
    import transformers

    config_class = getattr(transformers, kind + ("TextConfig" if kind == "Gemma3" else "Config"))
    special = dict(bos_token_id=1, eos_token_id=2, pad_token_id=0)
    if kind == "GPTNeoX":
        settings = {key: value for key, value in settings.items() if key != "num_key_value_heads"}
    config = config_class(**{"vocab_size": VOCAB, **settings, **special})
    config._attn_implementation = "eager"
    model_class = getattr(transformers, kind + ("LMHeadModel" if kind == "GPT2" else "ForCausalLM"))
    model = model_class(config).eval().float()
    random = np.random.default_rng(seed)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            values = random.standard_normal(tuple(weights.shape))
            if weights.dim() > 1:
                fan_in = weights.shape[0 if kind == "GPT2" and "transformer.h" in name else -1]
                # A tied embedding as large as the rest would make a model repeat its last token for ever.
                small = kind.startswith(("Gemma", "GPT2")) and name.endswith(("embed_tokens.weight", "wte.weight"))
                values *= (0.3 if small else 1.5) / np.sqrt(fan_in)
            else:
                unit = name.endswith("weight") and not kind.startswith("Gemma")
                values = values * 0.2 + (1 if unit else 0)
            weights.copy_(torch.from_numpy(values.astype(np.float16).astype(np.float32)))
    return config, model


def save_safetensors(model, folder):
    import copy

    half = copy.deepcopy(model).half()
    half.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)


def metadata(writer, kind, config):
    heads = config.num_attention_heads
    hidden = config.hidden_size
    head = getattr(config, "head_dim", None) or hidden // heads
    layers = config.num_hidden_layers
    feed_forward = config.n_inner or 4 * hidden if kind == "GPT2" else config.intermediate_size
    writer.add_block_count(layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(hidden)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(heads)
    writer.add_head_count_kv(getattr(config, "num_key_value_heads", None) or heads)
    if kind == "GPT2":
        writer.add_layer_norm_eps(config.layer_norm_epsilon)
    elif kind == "GPTNeoX":
        writer.add_layer_norm_eps(config.layer_norm_eps)
        writer.add_parallel_residual(config.use_parallel_residual)
    else:
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        writer.add_key_length(head)
        writer.add_value_length(head)
    if kind != "GPT2":
        rotary(writer, config.rope_parameters, head, config)
    if getattr(config, "sliding_window", None):
        writer.add_sliding_window(config.sliding_window)
        types = getattr(config, "layer_types", None) or []
        if kind.startswith("Gemma") and "full_attention" in types:
            writer.add_sliding_window_pattern(types.index("full_attention") + 1)
    if kind == "Gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if kind in ("Gemma2", "Gemma3") and config.query_pre_attn_scalar != head:
        writer.add_attention_scale(config.query_pre_attn_scalar**-0.5)


def rotary(writer, rope, head, config):
    import gguf

    rope = rope.get("full_attention", rope)
    writer.add_rope_freq_base(rope["rope_theta"])
    rotated = int(rope.get("partial_rotary_factor", 1) * head)
    writer.add_rope_dimension_count(rotated)
    if rope["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    if rope["rope_type"] == "longrope":
        original = rope["original_max_position_embeddings"]
        stretch = config.max_position_embeddings / original
        writer.add_rope_scaling_orig_ctx_len(original)
        writer.add_rope_scaling_attn_factors(float(np.sqrt(1 + np.log(stretch) / np.log(original))))
        for which in ("long", "short"):
            writer.add_tensor(f"rope_factors_{which}.weight", np.array(rope[which + "_factor"], np.float32))
    if rope["rope_type"] == "llama3":
        writer.add_tensor("rope_freqs.weight", llama3_divisors(rope, head))


def llama3_divisors(rope, head):
    """By how much each pair turns slower: all of the factor for long waves, nothing for short ones."""
    divisors = []
    for i in range(head // 2):
        turns = rope["original_max_position_embeddings"] / (2 * np.pi * rope["rope_theta"] ** (2 * i / head))
        share = (turns - rope["low_freq_factor"]) / (rope["high_freq_factor"] - rope["low_freq_factor"])
        share = min(max(share, 0), 1)
        divisors.append(1 / ((1 - share) / rope["factor"] + share))
    return np.array(divisors, np.float32)


def vocabulary(writer):
    writer.add_tokenizer_model("llama")
    writer.add_token_list(["<unk>", "<s>", "</s>", "<0x0A>"] + [f"t{i}" for i in range(4, VOCAB)])
    writer.add_token_scores([float(-i) for i in range(VOCAB)])
    writer.add_token_types([2, 3, 3, 6] + [1] * (VOCAB - 4))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)


def as_ggml(kind, config, name, weights):
    """What llama.cpp's converter does to some families' tensors."""
    heads = config.num_attention_heads
    if kind in ("Llama", "Mistral") and name.split(".")[-2] in ("q_proj", "k_proj"):
        count = heads if "q_proj" in name else config.num_key_value_heads
        halves = weights.reshape(count, 2, -1, *weights.shape[1:])
        return halves.swapaxes(1, 2).reshape(weights.shape)
    if kind == "GPT2" and weights.ndim == 2 and ".h." in name:
        return np.ascontiguousarray(weights.T)
    if kind == "GPTNeoX" and "query_key_value" in name:
        return np.ascontiguousarray(weights.reshape(heads, 3, -1, *weights.shape[1:]).swapaxes(0, 1)).reshape(weights.shape)
    if kind.startswith("Gemma") and name.endswith("norm.weight"):
        return weights + 1
    return weights


def save_gguf(kind, config, model, path, matrices):
    import gguf

    arch = {"Mistral": "llama", "GPTNeoX": "gptneox"}.get(kind, kind.lower())
    writer = gguf.GGUFWriter(path, arch)
    metadata(writer, kind, config)
    vocabulary(writer)
    number = next(key for key, value in gguf.MODEL_ARCH_NAMES.items() if value == arch)
    names = gguf.get_tensor_name_map(number, config.num_hidden_layers)
    tied = getattr(config, "tie_word_embeddings", False)
    for name, weights in model.state_dict().items():
        ours = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if ours is None or name.endswith((".attn.bias", ".masked_bias")) or tied and ours == "output.weight":
            continue
        weights = as_ggml(kind, config, name, weights.numpy())
        is_matrix = weights.ndim == 2 and "position_embd" not in ours
        type_ = gguf.GGMLQuantizationType[matrices] if is_matrix else gguf.GGMLQuantizationType.F32
        writer.add_tensor(ours, gguf.quants.quantize(np.ascontiguousarray(weights), type_), raw_dtype=type_)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make(names):
    import torch
    import transformers

    for seed, (name, (kind, settings, quantized, _)) in enumerate(CASES.items()):
        if names and name not in names:
            continue
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        config, model = random_model(kind, settings, seed)
        save_safetensors(model, folder)
        save_gguf(kind, config, model, folder / "float.gguf", "F16")
        save_gguf(kind, config, model, folder / "quantized.gguf", quantized)
        texts = prompts(config)
        with torch.no_grad():
            logits = [model(torch.tensor([tokens]), use_cache=False).logits[0].numpy() for tokens in texts]
        np.concatenate(logits).astype("<f2").tofile(folder / "logits.bin")
        golden = {"engine": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}",
                  "prompts": [{"tokens": tokens, "best": rows.argmax(-1).tolist()} for tokens, rows in zip(texts, logits)]}
        (folder / "golden.json").write_text(json.dumps(golden) + "\n")
        print(name, sum(f.stat().st_size for f in folder.iterdir()), f"logits to {np.abs(logits[-1]).max():.1f}")


def run_llama_cpp(names):
    import llama_cpp

    for name, (_, _, quantized, same) in CASES.items():
        folder = OUT / name
        if names and name not in names or not same:
            continue
        prompts = json.loads((folder / "golden.json").read_text())["prompts"]
        tokens = prompts[-1]["tokens"]
        model = llama_cpp.Llama(str(folder / "quantized.gguf"), n_ctx=128, logits_all=True, verbose=False, type_k=0, type_v=0)
        steps = []
        # llama.cpp takes LongRoPE's long factors where its context is long, whatever the prompt.
        for length in (5, len(tokens)) if len(prompts) == 1 else (len(tokens),):
            model.reset()
            model.eval(tokens[:length])
            greedy, best = [], []
            for _ in range(STEPS):
                logits = np.array(model.scores[model.n_tokens - 1])
                order = np.argsort(-logits, kind="stable")
                greedy.append(int(order[0]))
                best.append([round(float(logits[i]), 4) for i in order[:2]])
                model.eval([greedy[-1]])
            steps.append({"prompt": tokens[:length], "greedy": greedy, "best": best})
        golden = {"engine": f"llama-cpp-python {llama_cpp.__version__}", "type": quantized.lower(), "runs": steps}
        (folder / "llama-cpp.json").write_text(json.dumps(golden) + "\n")
        print(name, [len(set(step["greedy"])) for step in steps])


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    arguments = sys.argv[1:]
    if arguments[:1] == ["--llama-cpp"]:
        run_llama_cpp(arguments[1:])
    else:
        make(arguments)
