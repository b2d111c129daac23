"""Makes tiny llama models as transformers saves them and as GGUF, and transformers' logits for them.

    python -m venv venv && venv/bin/pip install torch transformers safetensors gguf
    venv/bin/python runtime/models/src/test/golden/tiny_safetensors.py

Also makes a LoRA adapter for the model "tied", as PEFT saves it and as llama.cpp's converter writes it, and the logits
of the model with the adapter added to its weights. Writes folders NAME/ and files NAME.gguf to src/test/resources/dev/bantam/models/importer/safetensors. Weights are random
with a fixed seed; NAME/golden.json holds, for each prompt, the logits of every position, computed in float32.
"""
import json
import shutil
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

OUT = Path(__file__).parents[1] / "resources/dev/bantam/models/importer/safetensors"
VOCAB, CONTEXT = 96, 64
PROMPTS = [[7], [1, 9, 30, 4, 77, 12, 5], [(i * 37 + 5) % VOCAB for i in range(40)]]
TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}{{ eos_token }}{% endfor %}"
LLAMA_3 = dict(rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
               original_max_position_embeddings=16)


def llama(**other):
    values = dict(vocab_size=VOCAB, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
                  num_key_value_heads=2, max_position_embeddings=CONTEXT, bos_token_id=1, eos_token_id=2)
    return {**values, **other}


CASES = {
    # name: (configuration, type of the weights, size of a shard, old spelling of rotary keys)
    "tied": (transformers.LlamaConfig(**llama(tie_word_embeddings=True)), torch.float32, "1GB", None),
    "sharded": (
        transformers.LlamaConfig(**llama(
            num_key_value_heads=1, head_dim=32, attention_bias=True, mlp_bias=True, rms_norm_eps=1e-5,
            rope_parameters=LLAMA_3)),
        torch.bfloat16, "60KB", None),
    "mistral": (
        transformers.MistralConfig(**llama(
            num_key_value_heads=4, sliding_window=None,
            rope_parameters=dict(rope_type="linear", rope_theta=500.0, factor=2.0))),
        torch.float16, "1GB", dict(rope_theta=500.0, rope_scaling=dict(type="linear", factor=2.0))),
}


def randomize(model):
    torch.manual_seed(20)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith("norm.weight"):
                weight.copy_(1 + 0.2 * torch.randn(weight.shape))
            else:
                weight.copy_(torch.randn(weight.shape) * (1.5 / weight.shape[-1] ** 0.5 if weight.dim() > 1 else 0.2))


def save_tokenizer(folder):
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)] + ["\u2581"]
    pieces = ["<unk>", "<s>", "</s>"] + letters + [a + b for a in "abcdef" for b in "ghijklmnop"]
    pieces += [f"<extra_{i}>" for i in range(VOCAB - 1 - len(pieces))] + ["<|end|>"]
    tokenizer = Tokenizer(models.BPE(
        vocab={piece: i for i, piece in enumerate(pieces)},
        merges=[(a, b) for a in "abcdef" for b in "ghijklmnop"], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>", "<|end|>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": {"content": "<s>", "lstrip": False},
                "eos_token": "</s>", "chat_template": TEMPLATE}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1) + "\n")


def respell(folder, old):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    del config["rope_parameters"]
    path.write_text(json.dumps({**config, **old}, indent=1) + "\n")


def permuted(weight, heads):
    """Rows of Q and K as llama.cpp wants them: the two of a rotated pair are neighbours."""
    parts = weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:])
    return parts.swapaxes(1, 2).reshape(weight.shape)


NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output", "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}


def gguf_name(name):
    bare, ending = name.rsplit(".", 1)
    if bare.startswith("model.layers."):
        _, _, layer, rest = bare.split(".", 3)
        return f"blk.{layer}.{NAMES[rest]}.{ending}"
    return f"{NAMES[bare]}.{ending}"


def rope_divisors(config, size):
    scaling = config.rope_parameters
    plain = scaling["rope_theta"] ** (-np.arange(0, size, 2) / size)
    scaled = transformers.modeling_rope_utils.ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")[0].numpy()
    return (plain / scaled).astype(np.float32)


def save_gguf(path, model, config):
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(size)
    writer.add_value_length(size)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_rope_dimension_count(size)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(["<unk>", "<s>", "</s>"] + [f"t{i}" for i in range(3, VOCAB)])
    writer.add_token_scores([float(-i) for i in range(VOCAB)])
    writer.add_token_types([2, 3, 3] + [1] * (VOCAB - 3))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    if config.rope_parameters["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(config.rope_parameters["factor"])
    if config.rope_parameters["rope_type"] == "llama3":
        writer.add_tensor("rope_freqs.weight", rope_divisors(config, size))
    for name, weight in model.named_parameters():
        values = weight.detach().float().numpy()
        if "q_proj" in name:
            values = permuted(values, config.num_attention_heads)
        if "k_proj" in name:
            values = permuted(values, config.num_key_value_heads)
        writer.add_tensor(gguf_name(name), values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def logits(model):
    golden = []
    for prompt in PROMPTS:
        with torch.no_grad():
            rows = model(torch.tensor([prompt])).logits[0]
        golden.append({"tokens": prompt, "logits": [[round(float(x), 5) for x in row] for row in rows]})
    return golden


def save_adapter(base):
    folder = OUT / "lora"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, attn_implementation="eager")
    torch.manual_seed(21)
    stored, writer = {}, gguf.GGUFWriter(OUT / "lora.gguf", "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 6.0)
    heads = {"q_proj": model.config.num_attention_heads, "k_proj": model.config.num_key_value_heads}
    with torch.no_grad():
        for name, weight in model.named_parameters():
            part = name.split(".")[-2]
            if part in ("q_proj", "k_proj", "v_proj", "down_proj"):
                a = torch.randn(4, weight.shape[1]) / weight.shape[1] ** 0.5
                b = torch.randn(weight.shape[0], 4) / 2
                weight += 6.0 / 4 * (b @ a)
                bare = "base_model.model." + name.removesuffix(".weight")
                stored[bare + ".lora_A.weight"], stored[bare + ".lora_B.weight"] = a, b
                b = b.numpy()
                writer.add_tensor(gguf_name(name) + ".lora_a", a.numpy())
                writer.add_tensor(gguf_name(name) + ".lora_b", permuted(b, heads[part]) if part in heads else b)
    save_file(stored, folder / "adapter_model.safetensors")
    config = {"peft_type": "LORA", "r": 4, "lora_alpha": 6, "use_rslora": False, "bias": "none", "fan_in_fan_out": False,
              "target_modules": ["q_proj", "k_proj", "v_proj", "down_proj"], "rank_pattern": {}, "modules_to_save": None}
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1) + "\n")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    golden = {"engine": f"transformers {transformers.__version__}", "prompts": logits(model)}
    (folder / "golden.json").write_text(json.dumps(golden).replace("}, {", "},\n{") + "\n")


def make(name, config, dtype, shard, old):
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    randomize(model)
    model.to(dtype).save_pretrained(folder, max_shard_size=shard)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager")
    save_tokenizer(folder)
    if old:
        respell(folder, old)
    save_gguf(OUT / f"{name}.gguf", model, config)
    golden = {"engine": f"transformers {transformers.__version__}", "prompts": logits(model)}
    (folder / "golden.json").write_text(json.dumps(golden).replace("}, {", "},\n{") + "\n")
    print(name, sorted((path.name, path.stat().st_size) for path in folder.iterdir()))


if __name__ == "__main__":
    for name, case in CASES.items():
        make(name, *case)
    save_adapter(OUT / "tied")
