"""Makes small random encoders that tag and that find answers, and what transformers' own pipelines make of texts with them.

    python -m venv venv && venv/bin/pip install torch transformers==4.51.3 numpy
    venv/bin/python plugins/text-encoding/src/test/golden/pipelines.py [NAME ...]

The version is pinned: transformers 5 has no question-answering pipeline, and later versions of 4 add up the scores of answers
that read alike. Writes to src/test/resources/pipelines/NAME a folder as transformers saves it (config.json, model.safetensors,
tokenizer.json, tokenizer_config.json) and golden.json, whose offsets count code points. Of models that tag:

    "texts": [{"text",
               "strategies": {"simple" | "first" | "max" | "average": what the token-classification pipeline says},
               "words": "first" over the words that the tokenizer itself cuts, instead of the pipeline's guess at them}]
    "long": {"text", "words": the same, over windows that overlap by a quarter, each token from the window in which it is
             farther from the edge,
             "stride": what the pipeline with "first" and a stride of a quarter says}

Of models that find answers, in the order of the lists, best first:

    "questions": [{"question", "context", "windows": their number,
                   "pipeline": answers of the question-answering pipeline, max_answer_len 30, top_k 10,
                   "or_none": its best with handle_impossible_answer, "" for none,
                   "none": the score that it gives none,
                   "by_logits": answers of all windows in order of the sum of their logits, each with that sum, as SQuAD's
                   evaluation ranks them, and "none_logit", the least sum of the first token}]

Nothing of that is close to a tie: weights are drawn anew until the first and the second of every choice are apart.
"""
import json
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import tokenizers
import torch
import transformers

OUT = Path(__file__).parents[1] / "resources/pipelines"
BYTE_LEVEL = Path(__file__).parents[5] / "runtime/inference/src/test/resources/tokenizer/small/phi2.json"
ROOM = 64
STRATEGIES = ["simple", "first", "max", "average"]
PREFIXED = ["O", "B-DEV", "I-DEV", "B-VAL", "I-VAL", "B-LOC", "I-LOC"]
PLAIN = ["O", "DEV", "VAL", "LOC"]
LONGEST = 30
TOP_K = 10
APART = 5e-4

TEXTS = [
    "Pump P-101 at the Köln plant reports 3.7 bar.",
    "Die Temperatur im Kesselhaus 4 liegt bei 82,5 °C; Ventil geschlossen!",
    "L'opérateur a redémarré l'automate à Marseille, n'est-ce pas ?",
    "Насос номер 7 остановлен: давление упало до 0,4 бар.",
    "Η αντλία στη Θεσσαλονίκη λειτουργεί ξανά.",
    "המשאבה בחיפה פועלת, לחץ 2.1 בר",
    "पंप चालू है। तापमान ४२ डिग्री",
    "3号泵在上海停止运行,温度为85度。",
    "ポンプ3は東京で停止しました。",
    "서울 공장의 펌프가 멈췄습니다.",
    "🔥 Motor 7 überhitzt 😀👨‍👩‍👧‍👦 sofort prüfen!!!",
    "Donaudampfschifffahrtsgesellschaft: unmisunderstandability, antidisestablishmentarianism.",
    "GET http://192.0.2.7:8080/pump?id=101&unit=bar (see 'manual', p. 12–14)…",
    "  leading,\ttab\nnew line \u00a0 and   end  ",
    "a [SEP] b </s> c",
    "ปั๊มหยุดทำงาน",
    "",
    "Cafe\u0301 Ange\u0301lique: pompe arre\u0302te\u0301e",
]
FACTS = [
    "The boiler house of the Köln plant was built in 1974 by Ada Müller.",
    "Pump P-101 moves 40 cubic metres an hour at 3.7 bar; it was last serviced on 12 March.",
    "Bearing noise on fan 3 rose for nine days before the motor 🔥 overheated.",
    "Die Ersatzteile liegen in Regal 14, die Schlüssel beim Pförtner.",
    "Le technicien de Marseille a remplacé l'automate défectueux, n'est-ce pas ?",
    "Насос остановлен: давление упало до 0,4 бар.",
    "温度は85度です。ポンプは東京にあります。",
    "Antidisestablishmentarianism is no valve position (see 'manual', p. 12–14)…",
]
# Of those in whose words the pipeline's guess is right for WordPiece
LONG = [0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 0, 3]
QUESTIONS = ["Who built the boiler house?", "Wann wurde die Pumpe gewartet? 😀", "давление?"]

# name: (transformers' class, labels, cased, file's type, how much the context matters)
CASES = {
    "bert-tags": ("BertForTokenClassification", PREFIXED, "cased", "F32", 1),
    "bert-lexical-tags": ("BertForTokenClassification", PREFIXED, "cased", "F16", 0.02),
    "distilbert-plain-tags": ("DistilBertForTokenClassification", PLAIN, "uncased", "F32", 1),
    "roberta-tags": ("RobertaForTokenClassification", PREFIXED, "bytes", "F16", 1),
    "bert-answers": ("BertForQuestionAnswering", None, "uncased", "F32", 1),
    "distilbert-answers": ("DistilBertForQuestionAnswering", None, "cased", "F16", 1),
    "roberta-answers": ("RobertaForQuestionAnswering", None, "bytes", "F32", 1),
}
TYPES = {"F32": torch.float32, "F16": torch.float16}


class TooClose(Exception):
    """Two choices that another engine's rounding could swap."""


def word_pieces(cased, factory):
    """Every third word is a piece, every third two halves, and all others fall apart into what there is of them."""
    normalizer = tokenizers.normalizers.BertNormalizer(lowercase=not cased, strip_accents=not cased)
    cutter = tokenizers.pre_tokenizers.BertPreTokenizer()
    # No Thai: a word of unknown characters is one unknown token.
    known = [text for text in TEXTS + FACTS + QUESTIONS if "\u0e1b" not in text]
    words = sorted({word for text in known for word, _ in cutter.pre_tokenize_str(normalizer.normalize_str(text))})
    pieces = {piece for word in words for character in word for piece in (character, "##" + character)}
    for i, word in enumerate(words):
        half = (len(word) + 1) // 2
        pieces.update([{word}, {word[:half], "##" + word[half:]}, {word[:half]}][i % 3] - {"##"})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vocab.txt"
        file.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + sorted(pieces)) + "\n")
        return factory(vocab_file=str(file), do_lower_case=not cased, model_max_length=ROOM)


def byte_level():
    source = json.loads(BYTE_LEVEL.read_text())["model"]
    vocabulary = dict(source["vocab"])
    for token in ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]:
        vocabulary[token] = max(vocabulary.values()) + 1
    merges = [tuple(merge) if isinstance(merge, list) else tuple(merge.split(" ")) for merge in source["merges"]]
    order = {token: i for i, token in enumerate(sorted(vocabulary, key=vocabulary.get))}  # without gaps
    bpe = tokenizers.ByteLevelBPETokenizer(order, merges, add_prefix_space=False, trim_offsets=True)
    return transformers.RobertaTokenizerFast(tokenizer_object=roberta_frame(bpe._tokenizer), model_max_length=ROOM)


def roberta_frame(tokenizer):
    tokenizer.post_processor = tokenizers.processors.RobertaProcessing(
        ("</s>", tokenizer.token_to_id("</s>")), ("<s>", tokenizer.token_to_id("<s>")), trim_offsets=True,
        add_prefix_space=False)
    return tokenizer


def make_tokenizer(kind, model):
    distilled = model.startswith("Distil")
    factory = transformers.DistilBertTokenizerFast if distilled else transformers.BertTokenizerFast
    tokenizer = byte_level() if kind == "bytes" else word_pieces(kind == "cased", factory)
    tokenizer.split_special_tokens = True    # as Bantam's: the name of a special token in a text is text (decision 0098)
    return tokenizer


def make_model(kind, labels, tokenizer, dtype, context, generator):
    factory = getattr(transformers, kind)
    sizes = dict(vocab_size=len(tokenizer), pad_token_id=tokenizer.pad_token_id)
    if labels:
        sizes.update(id2label=dict(enumerate(labels)), label2id={label: i for i, label in enumerate(labels)})
    if "Distil" in kind:
        sizes.update(dim=32, hidden_dim=64, n_layers=2, n_heads=4, max_position_embeddings=ROOM)
    else:
        sizes.update(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
                     max_position_embeddings=ROOM)
    if "Roberta" in kind:  # counts positions from behind the padding's number
        sizes.update(max_position_embeddings=ROOM + tokenizer.pad_token_id + 1, type_vocab_size=1,
                     bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id)
    model = factory(factory.config_class(**sizes)).eval()
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if "LayerNorm.weight" in name or "layer_norm.weight" in name:
            value = 1 + 0.2 * noise
        elif weight.dim() == 1:
            value = 0.1 * noise
        elif "embeddings" in name:
            value = noise if "word" in name else context * noise
        elif "attention.output" in name or "out_lin" in name:
            value = context * noise / weight.shape[1] ** 0.5
        else:
            value = (6 if "qa_outputs" in name else 1.5) * noise / weight.shape[1] ** 0.5
        weight.data = value.to(TYPES[dtype]).float()
    if not labels:
        make_none_likely(model, tokenizer, dtype)
    return model


def make_none_likely(model, tokenizer, dtype):
    """Turns both classifiers towards the first token until it is about as good as the best of the others."""
    inputs = tokenizer(QUESTIONS[0], FACTS[0], return_tensors="pt", return_token_type_ids=False, truncation=True)
    with torch.no_grad():
        states = model.base_model(**inputs).last_hidden_state[0]
        logits = states @ model.qa_outputs.weight.T
        towards = states[0] - states[1:].mean(0)
        gap = logits[1:].max(0).values - logits[0]
        weight = model.qa_outputs.weight + gap[:, None] * towards / (towards @ towards)
    model.qa_outputs.weight.data = weight.to(TYPES[dtype]).float()


def windows(tokens, room, overlap):
    """First token and the one behind the last of each window."""
    begin, all_windows = 0, []
    while begin + room < tokens:
        all_windows.append((begin, begin + room))
        begin += room - overlap
    return all_windows + [(begin, tokens)]


def probabilities(logits):
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def require_apart(logits, what):
    """Neighbours of a sorted list must differ by more than rounding can."""
    for one, other in zip(logits, logits[1:]):
        if abs(one - other) < APART:
            raise TooClose(f"{what[:30]!r}: {one} {other}")


def token_scores(pipe, text):
    """Of a whole text through windows, each token from the window in which it is farther from the edge."""
    tokenizer, model = pipe.tokenizer, pipe.model
    whole = tokenizer(text, return_offsets_mapping=True, add_special_tokens=False, verbose=False)
    frame = tokenizer.num_special_tokens_to_add()
    room = ROOM - frame
    shown = windows(len(whole["input_ids"]), room, room // 4)
    scores = np.zeros((len(whole["input_ids"]), model.config.num_labels))
    depth = np.full(len(scores), -1)
    for begin, end in shown:
        ids = tokenizer.build_inputs_with_special_tokens(whole["input_ids"][begin:end])
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([ids])).logits[0].numpy()
        found = probabilities(logits)[1:1 + end - begin]
        for token in range(begin, end):
            left = token - begin if begin else len(scores)
            right = end - 1 - token if end < len(scores) else len(scores)
            if min(left, right) >= depth[token]:
                depth[token] = min(left, right)
                scores[token] = found[token - begin]
    return whole, scores


def words(pipe, text):
    """The pipeline's aggregation "first" over the tokenizer's own words."""
    whole, scores = token_scores(pipe, text)
    for row in scores:
        require_apart(np.log(np.sort(row)[:-3:-1]), text)
    numbers = whole.word_ids()
    first = transformers.pipelines.token_classification.AggregationStrategy.FIRST
    entities = pipe.gather_pre_entities(text, np.array(whole["input_ids"]), scores, whole["offset_mapping"],
                                        np.zeros(len(scores)), first)
    for i, entity in enumerate(entities):
        entity["is_subword"] = i > 0 and numbers[i] is not None and numbers[i] == numbers[i - 1]
    grouped = pipe.aggregate(entities, first)
    return spans(text, [entity for entity in grouped if entity["entity_group"] != "O"])


def spans(text, entities):
    return [dict(label=entity["entity_group"], text=text[entity["start"]:entity["end"]], start=int(entity["start"]),
                 end=int(entity["end"]), score=round(float(entity["score"]), 6)) for entity in entities]


def tags(model, tokenizer):
    pipe = transformers.TokenClassificationPipeline(model=model, tokenizer=tokenizer, device="cpu")
    texts = [dict(text=text, strategies={name: spans(text, pipe(text, aggregation_strategy=name)) for name in STRATEGIES},
                  words=words(pipe, text)) for text in TEXTS]
    long = " ".join(TEXTS[i] for i in LONG)
    stride = (ROOM - tokenizer.num_special_tokens_to_add()) // 4
    return dict(texts=texts, long=dict(text=long, words=words(pipe, long), stride=spans(
        long, pipe(long, aggregation_strategy="first", stride=stride))))


class Recorder(transformers.QuestionAnsweringPipeline):
    """The pipeline, with the logits of its last windows kept."""

    def postprocess(self, outputs, **settings):
        self.windows = list(outputs)
        return super().postprocess(outputs, **settings)


def answers(model, tokenizer):
    pipe = Recorder(model=model, tokenizer=tokenizer, device="cpu", max_seq_len=ROOM, max_answer_len=LONGEST)
    found = []
    for i, question in enumerate(QUESTIONS):
        contexts = [FACTS[i][:24], FACTS[i], FACTS[i + 3] + " " + FACTS[i + 1], " ".join(FACTS), " ".join(TEXTS + FACTS)]
        for context in contexts:
            found.append(one_question(pipe, question, context))
    return dict(questions=found)


def one_question(pipe, question, context):
    tokens = len(pipe.tokenizer(question, add_special_tokens=False)["input_ids"])
    room = ROOM - pipe.tokenizer.num_special_tokens_to_add(pair=True) - tokens
    asked = dict(question=question, context=context, doc_stride=min(128, room // 2))
    best = pipe(**asked, top_k=TOP_K)
    every = pipe(**asked, top_k=10**6, max_answer_len=1, handle_impossible_answer=True)
    # A byte-level token of a space alone has no text either, but stands elsewhere
    none = next(answer["score"] for answer in every if answer["end"] == 0)
    or_none = pipe(**asked, handle_impossible_answer=True)
    require_apart(np.log([answer["score"] for answer in pipe(**asked, top_k=TOP_K + 1, align_to_words=False)]), question)
    ranked, none_logit = by_logits(pipe, context)
    require_apart([answer["logit"] for answer in ranked], question)
    require_apart([none_logit, ranked[0]["logit"]], question)
    require_apart(np.log([none, best[0]["score"]]), question)
    return dict(question=question, context=context, windows=len(pipe.windows), pipeline=list(map(rounded, best)),
                or_none=or_none["answer"], none=round(none, 6),
                by_logits=list(map(rounded, ranked[:TOP_K])), none_logit=round(none_logit, 6))


def rounded(answer):
    return {key: round(value, 6) if isinstance(value, float) else int(value) if key in ("start", "end") else value
            for key, value in answer.items()}


def by_logits(pipe, context):
    """Answers of all windows by the sum of logits, widened to words of the whole context, each place once."""
    whole = pipe.tokenizer(context, return_offsets_mapping=True, add_special_tokens=False, verbose=False)
    numbers, offsets = whole.word_ids(), whole["offset_mapping"]
    places, none_logit, begin = {}, np.inf, 0
    for window in pipe.windows:
        starts, ends = window["start"][0].numpy().astype(float), window["end"][0].numpy().astype(float)
        shown = [i for i, text in enumerate(window["encoding"].sequence_ids) if text == 1]
        among = [0] + shown
        begin_at = dict(zip(among, probabilities(starts[among])))
        end_at = dict(zip(among, probabilities(ends[among])))
        none_logit = min(none_logit, starts[0] + ends[0])
        # Overlapping windows: this one begins with the token that the tokenizer left for it
        ids = window["encoding"].ids[shown[0]:shown[-1] + 1]
        while whole["input_ids"][begin:begin + len(ids)] != ids:
            begin += 1
        for i, start in enumerate(shown):
            for end in shown[i:i + LONGEST]:
                first, last = begin + i, begin + end - shown[0]
                while first > 0 and numbers[first] is not None and numbers[first - 1] == numbers[first]:
                    first -= 1
                while last + 1 < len(numbers) and numbers[last] is not None and numbers[last + 1] == numbers[last]:
                    last += 1
                place = offsets[first][0], offsets[last][1]
                logit = starts[start] + ends[end]
                if place not in places or logit > places[place]["logit"]:
                    places[place] = dict(score=float(begin_at[start] * end_at[end]), start=place[0], end=place[1],
                                         answer=context[place[0]:place[1]], logit=float(logit))
    return sorted(places.values(), key=lambda answer: -answer["logit"])[:TOP_K + 1], float(none_logit)


def lines(golden):
    """JSON with an answer a line."""
    text = json.dumps(golden, ensure_ascii=False)
    return text.replace('{"label"', '\n{"label"').replace('{"score"', '\n{"score"').replace('{"text"', '\n{"text"').replace(
        '{"question"', '\n{"question"')


def both_kinds(questions):
    """Whether there is none in one window, and an answer in many, by either ranking."""
    kinds = {(q["windows"] > 1, q["or_none"] == "", q["none_logit"] > q["by_logits"][0]["logit"]) for q in questions}
    return kinds >= {(False, True, True), (True, False, False)}


def make(name):
    kind, labels, vocabulary, dtype, context = CASES[name]
    tokenizer = make_tokenizer(vocabulary, kind)
    for seed in range(1, 1000):
        model = make_model(kind, labels, tokenizer, dtype, context, torch.Generator().manual_seed(seed))
        try:
            golden = tags(model, tokenizer) if labels else answers(model, tokenizer)
            if labels or both_kinds(golden["questions"]):
                break
            print(name, "seed", seed, "lacks a kind")
        except TooClose as close:
            print(name, "seed", seed, "has a tie:", close)
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    golden = dict(transformers=transformers.__version__, **golden)
    (folder / "golden.json").write_text(lines(golden) + "\n")
    model.to(TYPES[dtype]).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for file in ["special_tokens_map.json", "vocab.txt", "vocab.json", "merges.txt"]:
        (folder / file).unlink(missing_ok=True)
    print(name, "seed", seed, {file.name: file.stat().st_size for file in folder.iterdir()})


warnings.filterwarnings("ignore", message="Tokenizer does not support real words")
for wanted in sys.argv[1:] or CASES:
    make(wanted)
