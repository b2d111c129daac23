"""Makes small random encoders of each family and head, and transformers' hidden states or logits for them.

    python -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python runtime/models/src/test/golden/encoders.py [NAME ...]

Writes to src/test/resources/encoders/NAME:

    config.json, model.safetensors, vocab.txt or vocab.json and merges.txt    a folder as transformers saves it, weights
                                                                               in F32 or F16
    golden.json    "texts": token ids of texts of several lengths, "types": their token types where the model has them,
                   "outputs": names of the graph's outputs in the order of golden.bin
    golden.bin     transformers' values for each text by itself, output by output, floats, little-endian

Weights are random with a fixed seed, and rounded to what the file holds. Norms and biases are random too, so that none
can be left out unseen.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers

OUT = Path(__file__).parents[1] / "resources/encoders"
VOCAB = 96
LENGTHS = [1, 3, 9, 17, 30]
BERT = dict(vocab_size=VOCAB, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
            max_position_embeddings=40)
TINY = dict(BERT, hidden_size=312, intermediate_size=64, num_hidden_layers=1, num_attention_heads=12)
NARROW = dict(BERT, hidden_size=52, intermediate_size=60, num_hidden_layers=3, num_attention_heads=2)
DISTIL = dict(vocab_size=VOCAB, dim=32, hidden_dim=64, n_layers=2, n_heads=4, max_position_embeddings=32)
ROBERTA = dict(BERT, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2, layer_norm_eps=1e-5)
NAMES = {0: "idle", 1: "running", 2: "broken"}
TAGS = {0: "O", 1: "B-DEV", 2: "I-DEV", 3: "B-VAL", 4: "I-VAL"}
# name: (transformers' class, configuration, file's type)
CASES = {
    "bert-plain": ("BertModel", BERT, "F32"),
    "bert-one-head": ("BertModel", dict(BERT, num_attention_heads=1, hidden_act="gelu_new", type_vocab_size=4), "F32"),
    "bert-texts": ("BertForSequenceClassification", dict(BERT, id2label=NAMES), "F32"),
    "bert-tokens": ("BertForTokenClassification", dict(BERT, id2label=TAGS, hidden_act="relu"), "F16"),
    "bert-span": ("BertForQuestionAnswering", BERT, "F32"),
    "bert-old-names": ("BertForMaskedLM", dict(BERT, layer_norm_eps=1e-5), "F32"),
    "tinybert-312": ("BertModel", TINY, "F16"),
    "tinybert-texts": ("BertForSequenceClassification", dict(NARROW, id2label={0: "NO", 1: "YES"}), "F32"),
    "tinybert-span": ("BertForQuestionAnswering", NARROW, "F16"),
    "distilbert-plain": ("DistilBertModel", DISTIL, "F32"),
    "distilbert-texts": ("DistilBertForSequenceClassification", dict(DISTIL, id2label=NAMES), "F32"),
    "distilbert-tokens": ("DistilBertForTokenClassification", dict(DISTIL, id2label=TAGS), "F32"),
    "distilbert-span": ("DistilBertForQuestionAnswering", dict(DISTIL, sinusoidal_pos_embds=True), "F32"),
    "roberta-plain": ("RobertaModel", ROBERTA, "F32"),
    "roberta-texts": ("RobertaForSequenceClassification", dict(ROBERTA, id2label=NAMES), "F32"),
    "roberta-tokens": ("XLMRobertaForTokenClassification", dict(ROBERTA, id2label=TAGS), "F32"),
    "roberta-span": ("XLMRobertaForQuestionAnswering", dict(ROBERTA, num_hidden_layers=2), "F16"),
}
HALVES = {"F32": torch.float32, "F16": torch.float16}


def randomize(model, generator, kind):
    """Spreads every weight so that each part of the model matters, whatever its size."""
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if "LayerNorm.weight" in name or "layer_norm.weight" in name:
            value = 1 + 0.3 * noise
        elif weight.dim() == 1:
            value = 0.2 * noise
        elif "embeddings" in name:
            value = noise if "position" not in name or "istil" not in type(model).__name__ else weight.detach() + noise
        else:
            value = 1.3 * noise / weight.shape[1] ** 0.5
        weight.data = value.to(HALVES[kind]).float()


def old_names(folder):
    """Names as the first BERT files have them: norms with gamma and beta, a head for masked words beside."""
    from safetensors.torch import load_file, save_file
    tensors = load_file(folder / "model.safetensors")
    renamed = {}
    for name, value in tensors.items():
        name = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        renamed[name] = value.clone()
    renamed["bert.pooler.dense.weight"] = torch.zeros(32, 32)
    renamed["bert.pooler.dense.bias"] = torch.zeros(32)
    renamed["cls.seq_relationship.weight"] = torch.zeros(2, 48)
    renamed["bert.embeddings.position_ids"] = torch.arange(40).unsqueeze(0)
    save_file(renamed, folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    config["architectures"] = ["BertForPreTraining"]
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")


def tokenizer(folder, roberta):
    if roberta:
        pieces = ["<s>", "<pad>", "</s>", "<unk>"] + [chr(c) for c in range(33, 33 + VOCAB - 5)] + ["<mask>"]
        (folder / "vocab.json").write_text(json.dumps({piece: i for i, piece in enumerate(pieces)}) + "\n")
        (folder / "merges.txt").write_text("#version: 0.2\n")
    else:
        pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"w{i}" for i in range(VOCAB - 5)]
        (folder / "vocab.txt").write_text("\n".join(pieces) + "\n")


def outputs(model, ids, types):
    inputs = dict(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long))
    if types is not None:
        inputs["token_type_ids"] = torch.tensor([types])
    core = getattr(model, model.base_model_prefix, model) if "MaskedLM" in type(model).__name__ else model
    with torch.no_grad():
        result = core(**inputs)
    return {name: result[name] for name in ("last_hidden_state", "logits", "start_logits", "end_logits")
            if name in result}


def make(name):
    kind, sizes, dtype = CASES[name]
    seed = sum(map(ord, name))
    factory = getattr(transformers, kind)
    pooled = {} if name != "tinybert-312" else dict(add_pooling_layer=False)
    model = factory(factory.config_class(**sizes), **pooled).eval()
    randomize(model, torch.Generator().manual_seed(seed), dtype)
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    texts = [[int(i) for i in rng.integers(5, VOCAB - 1, length)] for length in LENGTHS]
    typed = getattr(model.config, "type_vocab_size", 0) > 1
    types = [[int(i) for i in rng.integers(0, model.config.type_vocab_size, n)] for n in LENGTHS] if typed else None
    values = [outputs(model, ids, types[i] if typed else None) for i, ids in enumerate(texts)]
    with open(folder / "golden.bin", "wb") as file:
        for value in values:
            for tensor in value.values():
                file.write(tensor.numpy().astype("<f4").tobytes())
    golden = dict(texts=texts, outputs=list(values[0]))
    if typed:
        golden["types"] = types
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")
    model.to(HALVES[dtype]).save_pretrained(folder)
    if name == "bert-old-names":
        old_names(folder)
    tokenizer(folder, name.startswith("roberta"))
    for file in folder.glob("generation_config.json"):
        file.unlink()
    print(name, {k: list(v.shape) for k, v in values[-1].items()}, (folder / "model.safetensors").stat().st_size)


for wanted in sys.argv[1:] or CASES:
    make(wanted)
