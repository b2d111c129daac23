"""Makes the golden files of the tokenizer tests with llama.cpp.

    pip install llama-cpp-python gguf
    python tokenizer_golden.py ../resources/tokenizer [SmolLM2-135M-Instruct.Q4_1.gguf]

It trains two small vocabularies on the strings of tokenizer_strings.py, writes them as GGUF files without
tensors, and lets llama.cpp encode every string with every pre-tokenizer. With a real GGUF it also
writes smollm2.json. Ids for `text` are made with special tokens as text, ids for `prompt` with
special tokens parsed; the files have four bytes of the SHA-256 of each string's ids.
"""

import collections
import hashlib
import json
import pathlib
import sys
import tempfile

import gguf
import llama_cpp

from tokenizer_strings import CURATED, clean, strings

BYTE_LEVEL_LABELS = [
    "default", "gpt-2", "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "mpt", "olmo", "jais", "phi-2",
    "llama-bpe", "llama3", "llama-v3", "falcon3", "dbrx", "smaug-bpe", "chatglm-bpe", "glm4", "qwen2", "deepseek-r1-qwen", "megrez", "stablelm2", "falcon",
    "deepseek-llm", "deepseek-coder", "deepseek-v3", "qwen35", "seed-coder", "bloom", "viking", "hunyuan", "exaone4", "minerva-7b", "lfm2",
]
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def byte_chars():
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, n = {}, 0
    for b in range(256):
        if b in printable:
            table[b] = chr(b)
        else:
            table[b] = chr(256 + n)
            n += 1
    return table


def corpus():
    text = [clean(s) for s in CURATED if len(set(s)) > 4 and not set("<\0") & set(s)]
    return text + [w for s in text for w in s.split()]


def train(words, count):
    """Plain BPE: joins the most frequent pair, ties by text."""
    merges, pieces = [], []
    words = [list(w) for w in words]
    while len(merges) < count:
        pairs = collections.Counter(p for w in words for p in zip(w, w[1:]))
        if not pairs:
            break
        best = max(pairs, key=lambda p: (pairs[p], p))
        merges.append(best)
        pieces.append("".join(best))
        for k, w in enumerate(words):
            out, i = [], 0
            while i < len(w):
                if i + 1 < len(w) and (w[i], w[i + 1]) == best:
                    out.append(w[i] + w[i + 1])
                    i += 2
                else:
                    out.append(w[i])
                    i += 1
            words[k] = out
    return merges, list(dict.fromkeys(pieces))


def byte_level_vocabulary():
    chars = byte_chars()
    words = ["".join(chars[b] for b in (" " * (i % 2) + s).encode()) for i, s in enumerate(corpus())]
    merges, pieces = train(words, 500)
    # Words that no merge makes: some families take a word whole if it is a token.
    whole = [w for w in ("ĠFrance", "345", "ĠSystem", "ĠWORLD", "Ġnumbers") if w not in pieces]
    tokens = SPECIALS + [*chars.values()] + [p for p in pieces if p not in chars.values()] + whole + ["<tool>"]
    types = [3] * 3 + [1] * (len(tokens) - 4) + [4]
    return dict(model="gpt2", tokens=tokens, types=types, scores=[], merges=[" ".join(m) for m in merges],
                bos=1, eos=2, unknown=0, add_space_prefix=False)


def sentence_piece_vocabulary(prefix):
    words = ["\u2581" + s.replace(" ", "\u2581") for s in corpus()]
    _, pieces = train(words, 500)
    # Characters that are in no longer piece are left to byte fallback.
    chars = sorted(set("".join(pieces)))
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)] + pieces + [c for c in chars if c not in pieces]
    tokens += ["<tool>"]
    types = [2, 3, 3] + [6] * 256 + [1] * (len(tokens) - 260) + [4]
    scores = [0.0] * 259 + [-float(i) for i in range(len(tokens) - 259)]
    return dict(model="llama", tokens=tokens, types=types, scores=scores, merges=[], bos=1, eos=2, unknown=0,
                add_space_prefix=prefix)


def write_gguf(path, v, pre):
    w = gguf.GGUFWriter(path, "llama")
    w.add_name(v.get("name", "fixture"))
    w.add_context_length(128)
    w.add_embedding_length(16)
    w.add_block_count(1)
    w.add_feed_forward_length(16)
    w.add_head_count(1)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_vocab_size(len(v["tokens"]))
    w.add_tokenizer_model(v["model"])
    w.add_tokenizer_pre(pre)
    w.add_token_list(v["tokens"])
    w.add_token_types(v["types"])
    if v["scores"]:
        w.add_token_scores(v["scores"])
    if v["merges"]:
        w.add_token_merges(v["merges"])
    for key, add in (("bos", w.add_bos_token_id), ("eos", w.add_eos_token_id), ("unknown", w.add_unk_token_id)):
        if key in v:
            add(v[key])
    if "add_space_prefix" in v:
        w.add_add_space_prefix(v["add_space_prefix"])
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def encode_all(path):
    model = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
    text = [model.tokenize(clean(s).encode(), add_bos=False, special=False) if s else [] for s in strings()]
    prompt = [model.tokenize(clean(s).encode(), add_bos=False, special=True) if s else [] for s in strings()]
    model.close()
    return dict(text=text, prompt=prompt)


def digest(lists):
    """Eight hexadecimal digits a string: the start of the SHA-256 of its ids, joined by commas."""
    return {name: "".join(hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:8] for ids in value) for name, value in lists.items()}


def golden(v, labels):
    out = {}
    for pre in labels:
        with tempfile.TemporaryDirectory() as d:
            path = pathlib.Path(d) / "vocabulary.gguf"
            write_gguf(path, v, pre)
            out[pre] = digest(encode_all(path))
    return out


def share(goldens):
    """Labels with the same ids share one entry: keeps the files small."""
    groups = {}
    for label, ids in goldens.items():
        groups.setdefault(json.dumps(ids), []).append(label)
    return [dict(labels=labels, **json.loads(ids)) for ids, labels in groups.items()]


def save(folder, name, value):
    (folder / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    v = byte_level_vocabulary()
    save(folder, "byte-level.json", dict(vocabulary=v, golden=share(golden(v, BYTE_LEVEL_LABELS))))
    for prefix in (True, False):
        v = sentence_piece_vocabulary(prefix)
        name = "sentence-piece.json" if prefix else "sentence-piece-no-prefix.json"
        save(folder, name, dict(vocabulary=v, golden=share(golden(v, ["default"]))))
    if len(sys.argv) > 2:
        save(folder, "smollm2.json", dict(labels=["smollm"], **digest(encode_all(sys.argv[2]))))


if __name__ == "__main__":
    main()
