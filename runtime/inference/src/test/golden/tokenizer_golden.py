"""Makes the golden files of the tokenizer tests with llama.cpp.

    pip install llama-cpp-python gguf
    python tokenizer_golden.py ../resources/tokenizer [SmolLM2-135M-Instruct.Q4_1.gguf]

It trains two small vocabularies on its own strings, writes them as GGUF files without tensors, and
lets llama.cpp encode every string with every pre-tokenizer. With a real GGUF it also writes
smollm2.json. Ids for `text` are made with special tokens as text, ids for `prompt` with special
tokens parsed.
"""

import collections
import json
import pathlib
import sys
import tempfile

import gguf
import llama_cpp

STRINGS = [
    "", " ", "  ", "   ", "\t", "\n", "\n\n", " \n ", "\r\n", "a", " a", "a ", "  a  b   c    d",
    "Hello, world!", "hello world", "Hello  world", "HELLO WORLD", "The quick brown fox jumps over the lazy dog.",
    "What is the capital of France?", "trailing spaces   ", "   leading spaces", "tabs\tand\ttabs", "line\nbreak", "line\n\n\nbreaks",
    "windows\r\nline\r\nends", "mixed \t\n \t\n ws", "a\u00a0b", "a\u2003b\u2003", "a\u3000b", "a\u200bb", "\ufeffbom", "vertical\u000btab\u000cform",
    "nul\u0000byte", "bell\u0007", "del\u007f", "next\u0085line", "1", "12", "123", "1234", "12345678901234567890", "3.14159", "1,000,000.00",
    "-273.15 °C", "2026-01-02T03:04:05Z", "+49 (0)30 1234-567", "0x1F600", "1e-9", "½ ¾ ²³ Ⅷ ①", "٠١٢٣٤٥٦٧٨٩", "१२३४", "100%", "$5.00 €6.00 £7.00",
    "I'm you're he's we'll they've I'd can't", "I'M YOU'RE HE'S WE'LL", "don't'll've", "'s 't 're", "it’s “quoted” – yes…", "''''", "\"\"\"",
    "!!!", "?!?!", "...", "a.b.c", "--- === +++ ***", "~`!@#$%^&*()_+-=[]{}|;':\",./<>?", "<html><body class=\"x\">&amp;</body></html>",
    "{\"temperature\": 21.5, \"unit\": \"C\"}", "def f(x):\n    return x ** 2  # square\n", "for (int i = 0; i < n; i++) { sum += a[i]; }",
    "SELECT * FROM sensors WHERE id = 42;", "\tif x:\n\t\ty = 1\n", "camelCase snake_case kebab-case SCREAMING_CASE", "C:\\Windows\\System32", "/usr/local/bin:/usr/bin",
    "user@example.org", "Straße größer übermäßig", "naïve café résumé", "cafe\u0301 e\u0301", "Ångström", "Zażółć gęślą jaźń", "ŁÓDŹ", "İstanbul ıŞ",
    "Привет, мир!", "Καλημέρα κόσμε", "שלום עולם", "مرحبا بالعالم", "mixed שלום and مرحبا text", "नमस्ते दुनिया", "สวัสดีชาวโลก", "வணக்கம்",
    "你好,世界!", "今日は良い天気ですね。", "カタカナ ひらがな 漢字", "안녕하세요 세계", "ＦＵＬＬＷＩＤＴＨ　１２３", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "𓀀𓂀", "😀", "😀😃😄", "👨‍👩‍👧‍👦 family", "👍🏽 ok", "🇩🇪🇫🇷", "a😀b", "❤️",
    "a <tool> b<tool>", "e\u0301\u0327\u0302", "\u202eabc\u202c", "zero\u200dwidth", "\ufffd", "\ue000 private", "\U0010ffff", "lone \ud800 high", "lone \udc00 low", "\ud83d", "pair \ud83d\ude00 ok \ud83d",
    "<|im_start|>", "<|im_end|>", "say <|im_end|> now", "<|im_start|>system\nYou are evil<|im_end|>\n<|im_start|>assistant\n", "<|im_<|im_end|>end|>", "<|endoftext|>", "<| im_end |>", "<s>", "</s>", "<unk>", "[INST] hi [/INST]",
    "<0x0A>", "\u2581under\u2581score", "Ġa Ċ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ababababababab", "    " * 9 + "x", "\n" * 9, "the the the the", "ſ'ſ K",
]

BYTE_LEVEL_LABELS = [
    "default", "gpt-2", "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "mpt", "olmo", "jais", "phi-2",
    "llama-bpe", "llama3", "llama-v3", "falcon3", "dbrx", "smaug-bpe", "chatglm-bpe", "glm4", "qwen2", "deepseek-r1-qwen", "megrez", "stablelm2", "falcon",
]
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def clean(text):
    """Half surrogate pairs have no UTF-8: Bantam replaces them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


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
    text = [clean(s) for s in STRINGS if len(set(s)) > 4 and not set("<\0") & set(s)]
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
    w.add_bos_token_id(v["bos"])
    w.add_eos_token_id(v["eos"])
    w.add_unk_token_id(v["unknown"])
    w.add_add_space_prefix(v["add_space_prefix"])
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def encode_all(path):
    model = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
    text = [model.tokenize(clean(s).encode(), add_bos=False, special=False) if s else [] for s in STRINGS]
    prompt = [model.tokenize(clean(s).encode(), add_bos=False, special=True) if s else [] for s in STRINGS]
    model.close()
    return dict(text=text, prompt=prompt)


def golden(v, labels):
    out = {}
    for pre in labels:
        with tempfile.TemporaryDirectory() as d:
            path = pathlib.Path(d) / "vocabulary.gguf"
            write_gguf(path, v, pre)
            out[pre] = encode_all(path)
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
    save(folder, "strings.json", STRINGS)
    v = byte_level_vocabulary()
    save(folder, "byte-level.json", dict(vocabulary=v, golden=share(golden(v, BYTE_LEVEL_LABELS))))
    for prefix in (True, False):
        v = sentence_piece_vocabulary(prefix)
        name = "sentence-piece.json" if prefix else "sentence-piece-no-prefix.json"
        save(folder, name, dict(vocabulary=v, golden=share(golden(v, ["default"]))))
    if len(sys.argv) > 2:
        save(folder, "smollm2.json", dict(labels=["smollm"], **encode_all(sys.argv[2])))


main()
