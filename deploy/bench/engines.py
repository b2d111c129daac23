"""The engines that the scripts here compare: how each is started and what it prints.

All are fresh processes for each measurement, so that one cannot warm the other's caches beyond the page cache.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

# ONNX Runtime sends telemetry otherwise.
QUIET = {"ORT_DISABLE_TELEMETRY": "1"}
ROOT = pathlib.Path(__file__).resolve().parents[2]


def prompt(length):
    """The token ids that `bantam bench` uses too."""
    return [100 + (i * 37) % 20000 for i in range(length)]


def last_line(command, **options):
    """Runs a command and reads the JSON on the last line of its standard output."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))[:500]}: exit status {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def bantam_bench(model, prompt_tokens, new_tokens, threads, rounds):
    """What `bantam bench --json` prints."""
    return last_line([ROOT / "bantam", "bench", "--model", model, "--prompt-tokens", prompt_tokens, "--new-tokens", new_tokens,
                      "--threads", threads, "--rounds", rounds, "--json"], stderr=subprocess.DEVNULL)


def bantam_decode(model, tokens, new_tokens, threads):
    """Greedy tokens and the five best logits of each step."""
    return last_line([ROOT / "bantam", "decode", "--model", model, "--tokens", ",".join(map(str, tokens)), "--new", new_tokens,
                      "--threads", threads, "--json"], stderr=subprocess.DEVNULL)


def bantam_perplexity(model, text, window, threads, kv="float"):
    """What `bantam perplexity --json` prints."""
    return last_line([ROOT / "bantam", "perplexity", "--model", model, "--text", text, "--window", window, "--threads", threads,
                      "--kv", kv, "--json"], stderr=subprocess.DEVNULL)


def llama_cpp(action, **arguments):
    """Calls one of the functions below in a process of its own."""
    return last_line([sys.executable, __file__, action, json.dumps(arguments)], stderr=subprocess.DEVNULL, env=dict(os.environ, **QUIET))


def _load(gguf, threads, context):
    import llama_cpp as llama

    return llama.Llama(gguf, n_threads=threads, n_threads_batch=threads, n_ctx=context, n_batch=512, verbose=False)


def _logits(model):
    import llama_cpp as llama
    import numpy as np

    return np.ctypeslib.as_array(llama.llama_get_logits_ith(model.ctx, -1), shape=(model.n_vocab(),))


def _memory():
    """Anonymous and file-backed resident bytes, and swapped ones."""
    fields = {}
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in ("RssAnon", "RssFile", "VmSwap"):
            fields[name] = int(value.split()[0]) * 1024
    return fields


def bench(gguf, prompt_tokens, new_tokens, threads, rounds):
    """As `bantam bench`: medians of rounds after one warm-up."""
    before = _memory()
    start = time.perf_counter()
    model = _load(gguf, threads, prompt_tokens + new_tokens + 8)
    load = time.perf_counter() - start
    prefill, decode = [], []
    for _ in range(1 + rounds):
        model.reset()
        start = time.perf_counter()
        model.eval(prompt(prompt_tokens))
        token = int(_logits(model).argmax())
        prefill.append(prompt_tokens / (time.perf_counter() - start))
        start = time.perf_counter()
        for _ in range(new_tokens - 1):
            model.eval([token])
            token = int(_logits(model).argmax())
        decode.append((new_tokens - 1) / (time.perf_counter() - start))
    after = _memory()
    return {
        "prefill_tokens_per_second": statistics.median(prefill[1:]),
        "decode_tokens_per_second": statistics.median(decode[1:]),
        "load_seconds": load,
        "model_rss_anon_bytes": after["RssAnon"] + after["VmSwap"] - before["RssAnon"] - before["VmSwap"],
        "rss_file_bytes": after["RssFile"],
    }


def decode(gguf, tokens, new_tokens, threads, follow=(), context=0, window=0):
    """Greedy tokens, and at each step the logits of the five best.

    :param follow: tokens to go on with in place of the greedy ones, so that another engine's steps can be compared
    :param context: the context's size, where it decides something; otherwise as long as needed
    :param window: positions that a token sees, its own included, where the engine has no window of its own: tokens
        beyond it are evaluated one by one, and what lies before it is removed from the KV cache
    """
    model = _load(gguf, threads, context or len(tokens) + new_tokens + 8)
    at_once = min(len(tokens), window) if window else len(tokens)
    model.eval(tokens[:at_once])
    for token in tokens[at_once:]:
        _next(model, token, window)
    chosen, top = [], []
    for i in range(new_tokens):
        if i > 0:
            _next(model, follow[i - 1] if follow else chosen[-1], window)
        logits = _logits(model)
        best = [int(i) for i in logits.argsort()[::-1][:5]]
        top.append([[i, float(logits[i])] for i in best])
        chosen.append(best[0])
    return {"tokens": chosen, "top": top}


def _next(model, token, window):
    import llama_cpp as llama

    if window:
        llama.llama_memory_seq_rm(llama.llama_get_memory(model.ctx), 0, 0, max(0, model.n_tokens + 1 - window))
    model.eval([token])


def perplexity(gguf, text, window, threads):
    """As `bantam perplexity`: windows, the second half of each scored."""
    import numpy as np

    model = _load(gguf, threads, window)
    ids = model.tokenize(text.encode(), add_bos=False, special=False)
    import llama_cpp as llama

    begin = llama.llama_vocab_get_add_bos(llama.llama_model_get_vocab(model.model))
    total = scored = 0
    for at in range(0, len(ids) - window + 1, window):
        part = list(ids[at : at + window])
        if begin:
            part[0] = model.token_bos()
        model.reset()
        model.eval(part[: window // 2])
        for i in range(window // 2, window - 1):
            model.eval([part[i]])
            row = _logits(model).astype(np.float64)
            highest = row.max()
            total += np.log(np.exp(row - highest).sum()) + highest - row[part[i + 1]]
            scored += 1
    return {"perplexity": float(np.exp(total / scored)), "scored_tokens": scored}


def quantized(gguf, target):
    """Makes a file in llama.cpp's Q4_0 of another that is quantized already."""
    import llama_cpp as llama

    parameters = llama.llama_model_quantize_default_params()
    parameters.ftype = llama.LLAMA_FTYPE_MOSTLY_Q4_0
    parameters.allow_requantize = True
    if llama.llama_model_quantize(gguf.encode(), target.encode(), parameters) != 0:
        sys.exit(f"llama.cpp could not quantize {gguf}")
    return {"bytes": pathlib.Path(target).stat().st_size}


def genai(folder, prompt_tokens, new_tokens, rounds):
    """As `bench`, by ONNX Runtime GenAI, of a folder that `genai_export` made; the threads are in its configuration."""
    import onnxruntime_genai as og

    start = time.perf_counter()
    model = og.Model(folder)
    load = time.perf_counter() - start
    prefill, decode = [], []
    for _ in range(1 + rounds):
        parameters = og.GeneratorParams(model)
        parameters.set_search_options(max_length=prompt_tokens + new_tokens + 8)
        generator = og.Generator(model, parameters)
        start = time.perf_counter()
        generator.append_tokens(prompt(prompt_tokens))
        generator.generate_next_token()
        prefill.append(prompt_tokens / (time.perf_counter() - start))
        start = time.perf_counter()
        for _ in range(new_tokens - 1):
            generator.generate_next_token()
        decode.append((new_tokens - 1) / (time.perf_counter() - start))
    return {"prefill_tokens_per_second": statistics.median(prefill[1:]), "decode_tokens_per_second": statistics.median(decode[1:]),
            "load_seconds": load}


def row(cells):
    """Prints a row of a Markdown table."""
    print("| " + " | ".join(cells) + " |", flush=True)


def ratios(ours, theirs, key):
    """Ratios within each round, sorted: a shared machine drifts from round to round."""
    return sorted(a[key] / b[key] for a, b in zip(ours, theirs))


def spread(ratios):
    """The median of sorted ratios, and the least and the greatest."""
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"


def median(figures, key):
    return statistics.median(each[key] for each in figures)


if __name__ == "__main__":
    actions = {"bench": bench, "decode": decode, "perplexity": perplexity, "quantized": quantized, "genai": genai}
    print(json.dumps(actions[sys.argv[1]](**json.loads(sys.argv[2]))))
