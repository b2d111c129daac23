"""Bantam's generation loop as a process that the benchmarks ask, one prompt after the other."""
import json
import os
import subprocess

import encoder_workers
import engines


class Worker:
    """GenerationWorker.java, which answers one prompt after the other."""

    def __init__(self, model, threads, prefix_bytes=0, kv="float"):
        subprocess.run([engines.ROOT / "bantam", "--version"], stdout=subprocess.DEVNULL, check=True)    # builds what is stale
        class_path = ":".join((engines.ROOT / "runtime/cli/target/dist/current/classpath").read_text().split())
        home = encoder_workers.home()
        environment = {"ORT_DISABLE_TELEMETRY": "1", "DJL_OFFLINE": "true", "RUST_FLAVOR": "cpu", "DJL_CACHE_DIR": str(home / "cache/djl"),
                       "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_ARENA_MAX": "2"}
        command = encoder_workers.java(class_path, "GenerationWorker.java", home / "models", model, threads, prefix_bytes, kv,
                                       options=["-XX:+UseSerialGC", "-Xmx512m"])
        self.process = subprocess.Popen(list(map(str, command)), env={**os.environ, **environment}, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.process.stdout.readline()

    def ask(self, **what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()
