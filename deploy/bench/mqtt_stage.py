"""A broker and devices for benchmarks: mosquitto with the settings of deploy/mosquitto, and `./bantam run`."""
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


def start_device(bantam, folder, port, device, profile, site=None, home=None, log=None):
    """Starts `bantam run` with a device profile of one's own.

    site: further keys of bantam.yaml, of `mqtt` too; home: its BANTAM_HOME, in place of this process's; log: a file for what it prints
    """
    (folder / "profile.yaml").write_text(json.dumps(profile))
    config = {"device": device, "profile": str(folder / "profile.yaml"), **(site or {})}
    config["mqtt"] = {"url": f"mqtt://127.0.0.1:{port}", **config.get("mqtt", {})}
    (folder / "bantam.yaml").write_text(json.dumps(config))
    environment = {**os.environ, **({"BANTAM_HOME": str(home)} if home else {})}
    output = {"stdout": log, "stderr": log} if log else {}
    return subprocess.Popen([bantam, "run", "--config", folder / "bantam.yaml"], env=environment, **output)


def home():
    """The folder for models and state that `./bantam` uses by itself."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(os.environ.get("BANTAM_HOME") or Path(data) / "bantam").resolve()


def home_with_models(folder):
    """Makes a home of its own, but with the models that are installed in `home()`."""
    models = home() / "models"
    for file in models.rglob("*"):
        if file.is_file() and not file.relative_to(models).parts[0].startswith("."):  # Locks and half downloads.
            link = folder / "models" / file.relative_to(models)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(file.resolve())
    return folder
