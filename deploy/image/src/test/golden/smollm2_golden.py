"""Makes smollm2-greedy.json: llama.cpp's greedy tokens on SmolLM2-135M-Instruct Q4_1, for 24 prompts.

    python3 -m venv venv && venv/bin/pip install llama-cpp-python==0.3.36 numpy gguf     (ten minutes: builds llama.cpp)
    venv/bin/python smollm2_golden.py SmolLM2-135M-Instruct.Q4_1.gguf ../resources/golden/smollm2-greedy.json

Each case holds the prompt's text, its token ids (special tokens recognised), 64 greedy tokens, and for every step the
distance between llama.cpp's two best logits. Where that is small another engine may choose otherwise: activations
are rounded differently. How much that matters, llama.cpp itself shows: "float_kv" is what it chooses at each step,
behind the same tokens, when its KV cache holds 32-bit floats instead of 16-bit ones.

"unrounded" is what it chooses behind the same tokens when it rounds nothing at all: the same weights as 32-bit floats (a
scratch file of 540 MB), for which it leaves activations as they are. For each step: the best token, its logit, and how
far it lies above the second.
"""
import json
import pathlib
import sys
import tempfile

import gguf
import llama_cpp
import numpy as np

NEW_TOKENS = 64


def chat(user, system="You are a helpful AI assistant named SmolLM, trained by Hugging Face"):
    return (f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{user}<|im_end|>\n"
            "<|im_start|>assistant\n")


PROMPTS = [
    "The capital of France is",
    "Once upon a time, in a small village by the sea,",
    "def fibonacci(n):\n    ",
    "1, 2, 3, 4, 5,",
    "Water boils at",
    "La capitale de la France est",
    "Die Temperatur im Kessel ist zu hoch. Bitte",
    "El sensor de la puerta indica que",
    "La temperatura della cella frigorifera",
    "日本の首都は",
    "Температура котла",
    "{\"sensor\": \"boiler\", \"temperature\": 97, \"unit\": \"C\"}\nIs this normal? Answer:",
    chat("What is the capital of France?"),
    chat("The boiler reports 97 degrees Celsius; 80 is the limit. What should the operator do?"),
    chat("Translate to German: The door is open."),
    chat("Résume en une phrase : la pompe numéro trois a été arrêtée à midi pour un contrôle de routine, puis "
         "remise en marche sans incident."),
    chat("Write a haiku about a cold store."),
    chat("List three causes of a temperature rise in a cold store, one a line."),
    chat("hi"),
    chat("Is a door that opens 40 times in one hour at night unusual? Answer yes or no, then say why.",
         "You watch the sensors of a warehouse. Be brief."),
    chat("Explain in plain words how a heat pump works, for a child of ten. Use an example from the kitchen."),
    "SELECT sensor, avg(value) FROM readings WHERE",
    "Dear maintenance team,\n\nOn Monday at 07:40 the pressure in line 4 fell from 6.2 bar to 4.9 bar within two minutes "
    "and stayed there until the night shift closed the bypass valve. " * 3 + "\n\nIn short:",
    "The following log was recorded by a gateway in a dairy. " + " ".join(
        f"{6 + i // 4:02d}:{15 * (i % 4):02d} tank {1 + i % 3} {4.0 + (i * 7 % 13) / 10:.1f} C, agitator "
        f"{'on' if i % 5 else 'off'};" for i in range(40)) + " The tank with the highest temperature was tank",
]


def write_floats(model_file, float_file):
    """The same model with every tensor as 32-bit floats of the same values."""
    reader = gguf.GGUFReader(model_file)
    writer = gguf.GGUFWriter(float_file, reader.fields["general.architecture"].contents())
    for field in reader.fields.values():
        if not field.name.startswith("GGUF.") and field.name != "general.architecture":
            items = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(field.name, field.contents(), field.types[0], sub_type=items)
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        writer.add_tensor(tensor.name, values.reshape([int(size) for size in reversed(tensor.shape)]))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def rows_behind(model, prompt, tokens):
    """The logits from which each of the tokens is chosen."""
    model.reset()
    model.eval(prompt + tokens[:-1])
    return model.scores[len(prompt) - 1:len(prompt) + len(tokens) - 1]


def best_of(row):
    second, first = np.argsort(row)[-2:]
    return [int(first), round(float(row[first]), 4), round(float(row[first] - row[second]), 4)]


def main(model_file, golden_file):
    with tempfile.TemporaryDirectory() as scratch:
        float_file = str(pathlib.Path(scratch) / "floats.gguf")
        write_floats(model_file, float_file)
        cases = run(model_file, float_file)
    with open(golden_file, "w", encoding="utf-8") as out:
        out.write('{"engine": "llama.cpp, llama-cpp-python %s", "file": "SmolLM2-135M-Instruct.Q4_1.gguf", "cases": [\n' % llama_cpp.__version__)
        out.write(",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases))
        out.write("\n]}\n")


def run(model_file, float_file):
    settings = dict(n_threads=2, n_threads_batch=2, n_ctx=2048, n_batch=512, verbose=False)
    model = llama_cpp.Llama(model_file, **settings)
    float_kv = llama_cpp.Llama(model_file, type_k=0, type_v=0, logits_all=True, **settings)
    unrounded = llama_cpp.Llama(float_file, type_k=0, type_v=0, logits_all=True, **settings)

    def logits():
        pointer = llama_cpp.llama_get_logits_ith(model.ctx, -1)
        return np.ctypeslib.as_array(pointer, shape=(model.n_vocab(),)).copy()

    cases = []
    for text in PROMPTS:
        prompt = model.tokenize(text.encode(), add_bos=False, special=True)
        model.reset()
        model.eval(prompt)
        tokens, gaps = [], []
        for _ in range(NEW_TOKENS):
            row = logits()
            second, first = np.argsort(row)[-2:]
            tokens.append(int(first))
            gaps.append(round(float(row[first] - row[second]), 4))
            model.eval([int(first)])
        cases.append({
            "text": text, "prompt": prompt, "tokens": tokens, "gaps": gaps,
            "float_kv": rows_behind(float_kv, prompt, tokens).argmax(-1).tolist(),
            "unrounded": [best_of(row) for row in rows_behind(unrounded, prompt, tokens)],
        })
        print(len(prompt), "tokens:", repr(model.detokenize(tokens).decode(errors="replace"))[:100])
    return cases


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
