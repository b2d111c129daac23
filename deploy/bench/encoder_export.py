"""Encoders for other engines: an ONNX graph of transformers' weights, in the form that ONNX Runtime runs fastest.

PyTorch writes the graph, and ONNX Runtime's optimizer for transformers fuses attention, norms and activations in it: what
the publishers of ready exports do too.
"""
import pathlib
import shutil

TOKENIZER_FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]


def export(folder, out):
    """Writes model.onnx and the tokenizer's files to `out`, unless they are there."""
    folder, out = pathlib.Path(folder), pathlib.Path(out)
    if (out / "model.onnx").exists():
        return out
    out.mkdir(parents=True, exist_ok=True)
    copy_tokenizer(folder, out)
    raw = out / "exported.onnx"
    heads, hidden = _write(folder, raw)
    from onnxruntime.transformers import optimizer

    model = optimizer.optimize_model(str(raw), model_type="bert", num_heads=heads, hidden_size=hidden, opt_level=0)
    model.save_model_to_file(str(out / "model.part"))
    raw.unlink()
    (out / "model.part").rename(out / "model.onnx")
    return out


def copy_tokenizer(folder, out):
    for name in TOKENIZER_FILES:
        if (pathlib.Path(folder) / name).exists():
            shutil.copy(pathlib.Path(folder) / name, pathlib.Path(out) / name)


def _write(folder, path):
    import torch
    import transformers

    # Written out, attention is of a form that the optimizer knows.
    model = transformers.AutoModel.from_pretrained(str(folder), attn_implementation="eager").eval()
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if model.config.model_type == "bert" else [])

    class States(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, *inputs):
            return self.model(**dict(zip(names, inputs))).last_hidden_state

    ids = torch.arange(5, 23).reshape(2, 9)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    axes = {name: {0: "batch", 1: "sequence"} for name in names + ["last_hidden_state"]}
    torch.onnx.export(States().eval(), (ids, mask, torch.zeros_like(ids))[: len(names)], str(path), dynamo=False, opset_version=17,
                      input_names=names, output_names=["last_hidden_state"], dynamic_axes=axes)
    return model.config.num_attention_heads, model.config.hidden_size
