"""Makes src/test/resources/context/golden.json: log-probabilities and a sliding context, as llama.cpp computes them.

    python3 -m venv venv && venv/bin/pip install llama-cpp-python==0.3.36 numpy gguf     (ten minutes: builds llama.cpp)
    venv/bin/python runtime/inference/src/test/golden/context_golden.py

For small models of runtime/models/src/test/resources/families, their weights as 32-bit floats, with a cache of 32-bit floats: an answer of
three times the context. Each token is the likeliest behind an empty cache into which the whole window was evaluated, so nothing
of a dropped token can be left in it. When the window has no room for the next token, the tokens behind its first "keep" are dropped
but for the latest half of the room for them. A frequency penalty keeps the answer from going in circles; the stop token is never taken.

"logprobs" are natural logarithms of the probabilities of the picked tokens before that penalty, "top" the three likeliest of each of the
first places, and "slides" how many of the answer's tokens there were when the window slid. Prompts whose answers have picks near to ties are passed over.
"""
import json
import pathlib
import sys
import tempfile

import llama_cpp
import numpy as np

ROOT = pathlib.Path(__file__).parents[5]
sys.path.insert(0, str(ROOT / "deploy/image/src/test/golden"))
from smollm2_golden import write_floats  # noqa: E402

OUT = pathlib.Path(__file__).parents[1] / "resources/context/golden.json"
CONTEXT, KEEP, PROMPT = 64, 6, 20
PENALTY, STOP = 0.25, 2
CLEAR = 1e-3
MODELS = ["llama-grouped", "gpt2-two-heads", "gemma-grouped"]


def row_behind(model, tokens):
    model.reset()
    model.eval(tokens)
    return np.array(model.scores[len(tokens) - 1], np.float64)


def logprobs_of(row):
    highest = row.max()
    return row - highest - np.log(np.exp(row - highest).sum())


def run(model, prompt):
    window, counts = list(prompt), np.zeros(model.n_vocab())
    tokens, logprobs, top, slides = [], [], [], []
    while len(tokens) < 3 * CONTEXT:
        if len(window) > CONTEXT:
            window = window[:KEEP] + window[-((CONTEXT - KEEP) // 2):]
            slides.append(len(tokens))
        row = row_behind(model, window)
        penalized = row - PENALTY * counts
        penalized[STOP] = -np.inf
        second, first = np.argsort(penalized)[-2:]
        if penalized[first] - penalized[second] < CLEAR:
            return None
        likelihoods = logprobs_of(row)
        tokens.append(int(first))
        logprobs.append(round(float(likelihoods[first]), 5))
        top.append([[int(i), round(float(likelihoods[i]), 5)] for i in np.argsort(-row, kind="stable")[:3]])
        counts[first] += 1
        window.append(int(first))
    return {"prompt": prompt, "tokens": tokens, "logprobs": logprobs, "top": top[:12], "slides": slides}


def main():
    cases = []
    for name in MODELS:
        with tempfile.TemporaryDirectory() as scratch:
            floats = str(pathlib.Path(scratch) / "floats.gguf")
            write_floats(str(ROOT / "runtime/models/src/test/resources/families" / name / "float.gguf"), floats)
            model = llama_cpp.Llama(floats, n_ctx=128, logits_all=True, verbose=False, type_k=0, type_v=0, n_threads=1)
            for seed in range(100):
                prompt = np.random.default_rng(seed).integers(4, model.n_vocab(), PROMPT).tolist()
                case = run(model, prompt)
                if case:
                    break
            else:
                sys.exit(name + ": every answer has picks that are near to ties")
            cases.append({"model": name, **case})
            print(name, "seed", seed, "different tokens", len(set(case["tokens"])), "slides", case["slides"])
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with open(OUT, "w", encoding="utf-8") as out:
        out.write('{"engine": "llama.cpp, llama-cpp-python %s", "context": %d, "keep": %d, "penalty": %s, "stop": %d, "cases": [\n'
                  % (llama_cpp.__version__, CONTEXT, KEEP, PENALTY, STOP))
        out.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
        out.write("\n]}\n")


if __name__ == "__main__":
    main()
