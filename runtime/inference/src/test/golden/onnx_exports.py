"""Makes src/test/resources/export: small random decoders as Optimum exports and onnx-community lays them out.

    python3 -m venv venv
    venv/bin/pip install 'optimum-onnx==0.1.0' 'onnxruntime==1.29.0' onnx-ir torch
    venv/bin/python onnx_exports.py ../resources/export

llama/  rotary positions, grouped queries, input position_ids; weights outside the graph (model.onnx_data)
        onnx/model_q4.onnx (MatMulNBits), model_int8.onnx (dynamic), model_fp16.onnx (cache and logits of 16 bits)
        onnx/model_gqa.onnx, model_gqa_fixed.onnx: the same weights with GroupQueryAttention, as onnxruntime-genai lays graphs
        out: the cache may be shared; in the second its length is fixed
gpt2/   learned positions, tied head, no position_ids; weights within the graph

    venv/bin/python onnx_exports.py --add-this-cpu ../resources/export     # the 8-bit tokens on a CPU of another kind

golden.json beside each: logits of transformers, and for each graph the tokens that onnxruntime chooses greedily.
"""

import json
import pathlib
import shutil
import sys

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers.float16 import convert_float_to_float16
from optimum.exporters.onnx import main_export
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

VOCAB = 288
CONTEXT = 160
NEW_TOKENS = 24
TEMPLATE = "{% for m in messages %}<|start|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}"


def tokenizer():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({piece: i for i, piece in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|start|>", "<|end|>"])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|start|>", eos_token="<|end|>", chat_template=TEMPLATE)


def randomize(model, seed):
    """Weights large enough that logits differ clearly."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, 0.12)
            else:
                parameter.add_(torch.randn_like(parameter) * 0.1)
    return model.eval()


def llama():
    return randomize(LlamaForCausalLM(LlamaConfig(
        vocab_size=VOCAB, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=CONTEXT, rope_theta=10000.0, bos_token_id=256,
        eos_token_id=[257, 256], tie_word_embeddings=False)), 1)


def gpt2():
    return randomize(GPT2LMHeadModel(GPT2Config(
        vocab_size=VOCAB, n_embd=48, n_layer=2, n_head=4, n_positions=CONTEXT, bos_token_id=256, eos_token_id=257)), 2)


def export(model, folder, work, position_ids):
    saved = work / folder.name
    model.save_pretrained(saved)
    tokenizer().save_pretrained(saved)
    main_export(str(saved), output=str(work / "out"), task="text-generation-with-past", do_validation=False,
                no_post_process=True, **({} if position_ids else {"no_position_ids": True}))
    (folder / "onnx").mkdir(parents=True)
    for name in ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"]:
        if (saved / name).exists():
            shutil.copy(saved / name, folder / name)
    graph = onnx.load(str(work / "out" / "model.onnx"))
    shutil.rmtree(work / "out")
    return graph


def quantize(model, onnx_folder, work):
    onnx.save(model, str(work / "float.onnx"))
    quantizer = MatMulNBitsQuantizer(onnx.load(str(work / "float.onnx")), block_size=32, is_symmetric=True, accuracy_level=4)
    quantizer.process()
    onnx.save(quantizer.model.model, str(onnx_folder / "model_q4.onnx"))
    quantize_dynamic(str(work / "float.onnx"), str(onnx_folder / "model_int8.onnx"), weight_type=QuantType.QInt8)
    onnx.save(convert_float_to_float16(onnx.load(str(work / "float.onnx")), keep_io_types=False),
              str(onnx_folder / "model_fp16.onnx"))


def gqa(model, cache_length):
    """A graph of onnxruntime-genai's layout: lengths come from attention_mask, the cache goes through GroupQueryAttention."""
    config = model.config
    heads, kv_heads, head, hidden = 4, 2, 16, 64
    nodes, constants, inputs, outputs = [], [], [], []

    def constant(name, array):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(operator, ins, outs, domain="", **attributes):
        nodes.append(helper.make_node(operator, ins, outs, domain=domain, **attributes))
        return outs[0]

    def linear(x, weight, out):
        return node("MatMul", [x, constant(out + ".w", weight.detach().numpy().T)], [out])

    def norm(x, weight, out):
        return node("SimplifiedLayerNormalization", [x, constant(out + ".w", weight.detach().numpy())], [out],
                    axis=-1, epsilon=config.rms_norm_eps)

    inputs.append(helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch_size", "sequence_length"]))
    inputs.append(helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch_size", "total_sequence_length"]))
    outputs.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch_size", "sequence_length", VOCAB]))
    node("ReduceSum", ["attention_mask", constant("axis1", np.array([1], np.int64))], ["sum"], keepdims=0)
    node("Sub", ["sum", constant("one", np.array(1, np.int64))], ["last"])
    node("Cast", ["last"], ["seqlens_k"], to=TensorProto.INT32)
    node("Shape", ["attention_mask"], ["mask_shape"])
    node("Gather", ["mask_shape", constant("index1", np.array(1, np.int64))], ["total64"], axis=0)
    node("Cast", ["total64"], ["total"], to=TensorProto.INT32)
    angles = np.outer(np.arange(CONTEXT), 10000.0 ** (-np.arange(0, head, 2) / head))
    constant("cos", np.cos(angles).astype(np.float32))
    constant("sin", np.sin(angles).astype(np.float32))
    x = node("Gather", [constant("embedding", model.model.embed_tokens.weight.detach().numpy()), "input_ids"], ["x"])
    past, present = cache_length or "past_sequence_length", cache_length or "total_sequence_length"
    for i, layer in enumerate(model.model.layers):
        attention = layer.self_attn
        h = norm(x, layer.input_layernorm.weight, f"norm1.{i}")
        qkv = [linear(h, p.weight, f"{n}.{i}") for n, p in
               [("q", attention.q_proj), ("k", attention.k_proj), ("v", attention.v_proj)]]
        names = [f"past_key_values.{i}.key", f"past_key_values.{i}.value"]
        made = [f"present.{i}.key", f"present.{i}.value"]
        for name in names:
            inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch_size", kv_heads, past, head]))
        for name in made:
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch_size", kv_heads, present, head]))
        node("GroupQueryAttention", qkv + names + ["seqlens_k", "total", "cos", "sin"], [f"attention.{i}"] + made,
             domain="com.microsoft", num_heads=heads, kv_num_heads=kv_heads, do_rotary=1)
        x = node("Add", [x, linear(f"attention.{i}", attention.o_proj.weight, f"o.{i}")], [f"after_attention.{i}"])
        h = norm(x, layer.post_attention_layernorm.weight, f"norm2.{i}")
        gate = linear(h, layer.mlp.gate_proj.weight, f"gate.{i}")
        node("Sigmoid", [gate], [f"sigmoid.{i}"])
        node("Mul", [gate, f"sigmoid.{i}"], [f"silu.{i}"])
        up = linear(h, layer.mlp.up_proj.weight, f"up.{i}")
        node("Mul", [f"silu.{i}", up], [f"hidden.{i}"])
        x = node("Add", [x, linear(f"hidden.{i}", layer.mlp.down_proj.weight, f"down.{i}")], [f"after_mlp.{i}"])
    h = norm(x, model.model.norm.weight, "final_norm")
    node("MatMul", [h, constant("head.w", model.lm_head.weight.detach().numpy().T)], ["logits"])
    graph = helper.make_graph(nodes, "decoder", inputs, outputs, constants)
    return helper.make_model(graph, ir_version=9, opset_imports=[
        helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)])


def prompts():
    random = np.random.default_rng(3)
    return [random.integers(0, VOCAB, size).tolist() for size in (1, 7, 24)]


def logits(model, tokens):
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0].numpy()


def greedy(path, tokens, fixed):
    """The prompt in one run, then token by token, with a cache that grows; of a fixed one, with room for all."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [i.name for i in session.get_inputs()]
    cache = {}
    for i in session.get_inputs():
        if i.name.startswith("past"):
            length = fixed or 0
            cache[i.name] = np.zeros((1, i.shape[1], length, i.shape[3]),
                                     np.float16 if i.type == "tensor(float16)" else np.float32)
    chosen, now, past = [], tokens, 0
    for _ in range(NEW_TOKENS):
        total = past + len(now)
        feed = {"input_ids": np.array([now], np.int64), "attention_mask": np.ones((1, total), np.int64), **cache}
        if "position_ids" in names:
            feed["position_ids"] = np.arange(past, total, dtype=np.int64)[None]
        result = dict(zip([o.name for o in session.get_outputs()], session.run(None, feed)))
        cache = {name: result[name.replace("past_key_values", "present")] for name in cache}
        now, past = [int(result["logits"][0, -1].argmax())], total
        chosen += now
    return chosen


def golden(model, folder, fixed=()):
    graphs = {path.name: [greedy(path, p, CONTEXT if path.name in fixed else None) for p in prompts()]
              for path in sorted((folder / "onnx").glob("*.onnx"))}
    wanted = [{"tokens": p, "logits": [[round(float(v), 5) for v in row] for row in logits(model, p)]} for p in prompts()]
    (folder / "golden.json").write_text(json.dumps({"prompts": wanted, "greedy": graphs}) + "\n")


def add_this_cpu(target):
    """8-bit products saturate on some CPUs: keeps the tokens of this one beside those of others."""
    file = target / "llama" / "golden.json"
    wanted = json.loads(file.read_text())
    graph = target / "llama" / "onnx" / "model_int8.onnx"
    chosen = [greedy(graph, prompt["tokens"], None) for prompt in wanted["prompts"]]
    others = wanted.setdefault("greedy_elsewhere", {}).setdefault(graph.name, [])
    if chosen not in [wanted["greedy"][graph.name], *others]:
        others.append(chosen)
        file.write_text(json.dumps(wanted) + "\n")


def main():
    if sys.argv[1] == "--add-this-cpu":
        add_this_cpu(pathlib.Path(sys.argv[2]))
        return
    target = pathlib.Path(sys.argv[1])
    work = target / "work"
    shutil.rmtree(target, ignore_errors=True)
    work.mkdir(parents=True)
    model, folder = llama(), target / "llama"
    graph = export(model, folder, work, position_ids=True)
    quantize(graph, folder / "onnx", work)
    onnx.save(graph, str(folder / "onnx" / "model.onnx"), save_as_external_data=True, location="model.onnx_data",
              size_threshold=1024)
    onnx.save(gqa(model, None), str(folder / "onnx" / "model_gqa.onnx"))
    onnx.save(gqa(model, CONTEXT), str(folder / "onnx" / "model_gqa_fixed.onnx"))
    golden(model, folder, fixed=["model_gqa_fixed.onnx"])
    model, folder = gpt2(), target / "gpt2"
    onnx.save(export(model, folder, work, position_ids=False), str(folder / "onnx" / "model.onnx"))
    golden(model, folder)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
