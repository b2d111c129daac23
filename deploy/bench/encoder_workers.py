"""The engines that the encoder benchmarks compare: a long-running process each, told over pipes what to do.

A worker loads its model, prints {"ready": true}, and answers each line of standard input with a line:

    {"call": 32}     embed all texts, 32 to a call of the engine        {"seconds": ...}, of the calls alone
    {"show": 8}      embed the first 8 texts, one to a call             {"embeddings": [[...], ...]}

So no start of a process, no loading and no printing is in a figure. What every engine does within the time: texts to
tokens, the graph, pooling, and embeddings of length 1 in the process's memory. The workers in Java lie beside this file.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

import engines

HERE = pathlib.Path(__file__).resolve().parent
BATCH = 32


class Worker:
    """One engine in a process of its own."""

    def __init__(self, name, command, log, **environment):
        self.name = name
        self._log = log
        self._process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(log, "w"),
                                         text=True, env=dict(os.environ, **environment))
        self._answer()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended: see {self._log}")
        return json.loads(line)

    def ask(self, **what):
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def seconds(self, call):
        return self.ask(call=call)["seconds"]

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def python_worker(kind, folder, texts, threads, log):
    """`kind` is one of the functions at the end of this file."""
    environment = {"OMP_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "true", "HF_HUB_OFFLINE": "1"}
    return Worker(kind.replace("_", "-"), [sys.executable, __file__, kind, folder, texts, threads], log, **environment)


def java(class_path, source, *arguments, options=()):
    home = os.environ.get("JAVA_HOME")
    return [f"{home}/bin/java" if home else "java", *options, "-cp", class_path, HERE / source, *arguments]


def bantam_worker(model, texts, threads, log):
    """Bantam's toolkit as the launcher starts it, on the class path of this checkout's last build."""
    folder = engines.ROOT / "runtime/cli/target/dist/current"
    subprocess.run([engines.ROOT / "bantam", "--version"], stdout=subprocess.DEVNULL, check=True)    # builds what is stale
    class_path = ":".join((folder / "classpath").read_text().split())
    environment = {"DJL_OFFLINE": "true", "RUST_FLAVOR": "cpu", "DJL_CACHE_DIR": str(pathlib.Path(log).parent / "djl"),
                   "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_ARENA_MAX": "2"}
    command = java(class_path, "BantamWorker.java", home() / "models", model, texts, threads, options=["-XX:+UseSerialGC", "-Xmx512m"])
    return Worker("Bantam", command, log, **environment)


def home():
    """Where Bantam keeps models."""
    data = os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share"
    return pathlib.Path(os.environ.get("BANTAM_HOME") or pathlib.Path(data) / "bantam").resolve()


def langchain_class_path(log):
    """langchain4j's class path; Maven fetches it on the first call."""
    listing = pathlib.Path(log).with_suffix(".classpath")
    if not listing.exists():
        subprocess.run(["mvn", "-q", "-B", "-f", HERE / "langchain4j", "dependency:build-classpath", f"-Dmdep.outputFile={listing.resolve()}"],
                       check=True)
    return listing.read_text().strip()


def langchain_worker(graph, tokenizer, texts, threads, log):
    """langchain4j's in-process embedding."""
    command = java(langchain_class_path(log), "LangchainWorker.java", graph, tokenizer, texts, threads)
    return Worker("langchain4j", command, log)


def langchain_jar(log):
    """The jar of langchain4j's 8-bit model."""
    return next(path for path in langchain_class_path(log).split(":") if "embeddings-all-minilm-l6-v2-q" in path)


def _serve(texts, embed):
    """`embed` takes a list of texts and gives an array of embeddings."""
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        what = json.loads(line)
        if "show" in what:
            print(json.dumps({"embeddings": [[float(x) for x in embed([text])[0]] for text in texts[: what["show"]]]}), flush=True)
            continue
        size = what["call"]
        start = time.perf_counter()
        for at in range(0, len(texts), size):
            embed(texts[at : at + size])
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)


def sentence_transformers(folder, threads):
    """The model as its authors run it, on PyTorch."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    model = SentenceTransformer(str(folder), device="cpu")
    return lambda texts: model.encode(texts, batch_size=BATCH, show_progress_bar=False)


def fastembed(folder, threads):
    """A folder with model.onnx, tokenizer.json and the files of JSON that belong to it."""
    import numpy as np
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    TextEmbedding.add_custom_model(model="local/encoder", pooling=PoolingType.MEAN, normalization=True,
                                   sources=ModelSource(hf="local/encoder"), dim=384, model_file="model.onnx")
    model = TextEmbedding("local/encoder", specific_model_path=str(folder), threads=threads)
    return lambda texts: np.stack(list(model.embed(texts, batch_size=BATCH)))


def onnx_runtime(folder, threads):
    """ONNX Runtime's own Python with Hugging Face's tokenizers: nothing between them."""
    import numpy as np
    import onnxruntime as ort
    from tokenizers import Tokenizer

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding()

    def embed(texts):
        found = tokenizer.encode_batch(texts)
        mask = np.array([each.attention_mask for each in found], np.int64)
        given = {"input_ids": np.array([each.ids for each in found], np.int64), "attention_mask": mask,
                 "token_type_ids": np.zeros_like(mask)}
        states = session.run(None, {name: given[name] for name in names})[0]
        pooled = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    return embed


if __name__ == "__main__":
    kind, folder, texts, threads = sys.argv[1:]
    _serve(json.loads(pathlib.Path(texts).read_text()), globals()[kind](pathlib.Path(folder), int(threads)))
