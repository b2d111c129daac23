"""Makes a folder that ONNX Runtime GenAI runs of a decoder that Bantam has imported: the same nodes over the same weights.

GenAI gives an attention mask where Bantam gives lengths, and wants the logits of the last token only; its configuration
is written beside the graph. Needs the package onnx.
"""
import json
import pathlib
import shutil

import onnx
from onnx import TensorProto, helper, numpy_helper
import numpy as np


def installed(home, name, variant):
    """The files of a variant of a model's newest version, by role."""
    models = pathlib.Path(home) / "models"
    versions = sorted((models / name).iterdir(), key=lambda folder: int(folder.name))
    document = json.loads((versions[-1] / "installed.json").read_text())
    found = [each for each in document["variants"] if not variant or each["variant"] == variant]
    return {role: models / "blobs" / "sha256" / entry["sha256"] for role, entry in found[0]["files"].items()}


def export(files, folder, threads):
    """Writes graph, weights and configuration into the folder."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = json.loads(files["config"].read_text())
    model = onnx.load(str(files["graph"]), load_external_data=False)
    _take_mask(model.graph)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    weights = folder / files["weights"].name
    if not weights.exists():
        shutil.copyfile(files["weights"], weights)
    (folder / "genai_config.json").write_text(json.dumps(_configuration(config, threads), indent=2))


def _take_mask(graph):
    """Lengths from a mask {@code [1, total]} in place of inputs."""
    replaced = ("seqlens_k", "total_sequence_length", "logits_rows")
    kept = [value for value in graph.input if value.name not in replaced]
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, [1, "total"])
    del graph.input[:]
    graph.input.extend(kept + [mask])
    graph.initializer.append(numpy_helper.from_array(np.array([1], np.int64), "logits_rows"))
    for value in graph.output:
        if value.name == "logits":
            value.type.tensor_type.shape.dim[1].dim_value = 1
    graph.initializer.append(numpy_helper.from_array(np.array(1, np.int32), "mask.one"))
    nodes = [
        helper.make_node("Shape", ["attention_mask"], ["mask.shape"], start=1),
        helper.make_node("Cast", ["mask.shape"], ["mask.totals"], to=TensorProto.INT32),
        helper.make_node("Squeeze", ["mask.totals"], ["total_sequence_length"]),
        helper.make_node("Sub", ["mask.totals", "mask.one"], ["seqlens_k"]),
    ]
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + rest)


def _configuration(config, threads):
    options = {"intra_op_num_threads": threads, "inter_op_num_threads": 1, "log_id": "genai", "provider_options": []}
    decoder = {
        "session_options": options,
        "filename": "model.onnx",
        "head_size": config["head_size"],
        "hidden_size": config["hidden_size"],
        "num_attention_heads": config["heads"],
        "num_hidden_layers": config["layers"],
        "num_key_value_heads": config["kv_heads"],
        "inputs": {"input_ids": "input_ids", "attention_mask": "attention_mask",
                   "past_key_names": "past_key_values.%d.key", "past_value_names": "past_key_values.%d.value"},
        "outputs": {"logits": "logits", "present_key_names": "present.%d.key", "present_value_names": "present.%d.value"},
    }
    # No token ends the text: all engines decode as many.
    model = {"type": "llama", "bos_token_id": 1, "eos_token_id": config["vocab_size"] - 1, "pad_token_id": 0,
             "vocab_size": config["vocab_size"], "context_length": config["context_length"], "decoder": decoder}
    return {"model": model, "search": {"past_present_share_buffer": True, "do_sample": False, "max_length": 2048}}
