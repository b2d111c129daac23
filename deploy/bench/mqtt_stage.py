"""A broker and a device for benchmarks: mosquitto with the settings of deploy/mosquitto, and `./bantam run`."""
import json
import os
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_broker(folder, port):
    settings = (ROOT / "deploy/mosquitto/bantam.conf").read_text()
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence_location {folder}/\n"
                      f"log_type error\n{'user root' if os.getuid() == 0 else ''}\n{settings}")
    path = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"
    return subprocess.Popen(["mosquitto", "-c", config], env={**os.environ, "PATH": path})


def start_device(bantam, folder, port, device, profile):
    """Starts `bantam run` with a device profile of one's own."""
    (folder / "profile.yaml").write_text(json.dumps(profile))
    (folder / "bantam.yaml").write_text(json.dumps({
        "device": device, "profile": str(folder / "profile.yaml"), "mqtt": {"url": f"mqtt://127.0.0.1:{port}"}}))
    return subprocess.Popen([bantam, "run", "--config", folder / "bantam.yaml"])
