"""Models at full size: made once, imported once, and what a token reads of them."""
import json
import os
import pathlib
import subprocess
import sys
import time

import engines


def gguf_of(folder, model, kind):
    """The model's file in the folder; make-full-size makes it if it is not there."""
    path = folder / f"{model}-{kind}.gguf"
    if not path.exists():
        command = [sys.executable, pathlib.Path(__file__).with_name("make-full-size"), model, "--type", kind, "--out", f"{path}.part"]
        subprocess.run(list(map(str, command)), check=True)
        os.rename(f"{path}.part", path)
    return path


def name_of(model, kind, fidelity):
    return f"{model}-{kind}-{fidelity}".replace("_", "-")


def imported(gguf, name, fidelity="exact"):
    """Imports unless that was done; seconds and peak resident bytes, or None."""
    if (pathlib.Path(os.environ["BANTAM_HOME"]) / "models" / name).exists():
        return None
    command = [engines.ROOT / "bantam", "model", "import", gguf, "--name", name, "--fidelity", fidelity]
    return engines.last_line([sys.executable, __file__, *map(str, command)])


def watched(command):
    """Runs it; seconds and peak resident bytes."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)}: status {status}")
    return {"seconds": time.monotonic() - start, "peak": usage.ru_maxrss * 1024}


def read_by_llama_cpp(gguf):
    """Bytes of weights that a decoded token reads: all but tables of which it takes a row."""
    import gguf as format

    tensors = {tensor.name: int(tensor.n_bytes) for tensor in format.GGUFReader(gguf).tensors}
    tables = {"position_embd.weight"} | ({"token_embd.weight"} if "output.weight" in tensors else set())
    return sum(size for name, size in tensors.items() if name not in tables)


def read_by_bantam(name):
    """The same of an imported model's graph."""
    import onnx

    shown = engines.last_line([engines.ROOT / "bantam", "model", "show", name, "--json"], stderr=subprocess.DEVNULL)
    digest = shown["variants"][0]["files"]["graph"]["sha256"]
    path = pathlib.Path(os.environ["BANTAM_HOME"]) / "models" / "blobs" / "sha256" / digest
    graph = onnx.load(path, load_external_data=False).graph
    tables = {"Gather", "GatherBlockQuantized", "GroupQueryAttention", "RotaryEmbedding"}
    read = {each for node in graph.node if node.op_type not in tables for each in node.input}
    places = {}
    for tensor in graph.initializer:
        place = {entry.key: entry.value for entry in tensor.external_data}
        if tensor.name in read:
            places[place.get("offset", tensor.name)] = int(place.get("length", len(tensor.raw_data)))
    return sum(places.values())


if __name__ == "__main__":
    # In a process of its own: a child's peak begins with what its parent has resident, which here is little.
    print(json.dumps(watched(sys.argv[1:])))
