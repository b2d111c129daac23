"""What scripts that prove something have in common: steps with their seconds, and programs on a terminal of their own."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Failure(Exception):
    """A step that did not come out as it should."""


class Proof:
    """Steps one after the other, with their seconds."""

    def __init__(self):
        self.rows = []

    def step(self, name, action):
        begin = time.perf_counter()
        try:
            result, passed = action(), True
        except (Failure, subprocess.SubprocessError, OSError, ValueError, LookupError) as e:
            result, passed = f"FAILED: {e}", False
        self.add(name, round(time.perf_counter() - begin, 1), passed, result)
        return passed

    def add(self, name, seconds, passed, result):
        row = {"step": name, "seconds": seconds, "passed": passed, "result": result}
        self.rows.append(row)
        print(f"{name:34} {row['seconds']:7.1f} s  {result}", flush=True)

    def passed(self):
        return all(row["passed"] for row in self.rows)

    def seconds(self):
        return round(sum(row["seconds"] for row in self.rows), 1)


class OnTerminal:
    """A program with a terminal of its own, as if somebody sat there.

    prefix is what starts the program elsewhere, in namespaces for example: it stays outside of the terminal.
    """

    def __init__(self, command, folder=None, prefix=()):
        self.master, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.begin = time.perf_counter()
        # Its SIGINT is as a person's shell has it, also where this runs in the background and was given an ignored one.
        start = ["setsid", "--ctty", "env", "--default-signal=INT", *command]
        self.process = subprocess.Popen([*prefix, *start], stdin=terminal, stdout=terminal, stderr=terminal, cwd=folder)
        os.close(terminal)
        self.pieces = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while True:
            try:
                piece = os.read(self.master, 65536)
            except OSError:  # The kernel's word for a terminal that nobody holds any more.
                return
            if not piece:
                return
            self.pieces.append((self.seconds(), piece))

    def seconds(self):
        return time.perf_counter() - self.begin

    def text(self):
        """What it has printed. What was drawn over itself is one line each."""
        raw = b"".join(piece for _, piece in self.pieces).decode(errors="replace")
        return re.sub(r"\r+\n|\r", "\n", CONTROL.sub("", raw))

    def wait_for(self, pattern, limit):
        """What is printed within so many seconds from now: the match, and how long after the start it was there."""
        end = self.seconds() + limit
        while True:
            ended = self.process.poll() is not None
            if ended:
                self.reader.join(5)
            found = re.search(pattern, self.text(), re.MULTILINE)
            if found:
                return found, self.seconds()
            if ended:
                raise Failure(f"it ended with {self.process.returncode} before it printed /{pattern}/: {self.text()[-1200:]}")
            if self.seconds() > end:
                raise Failure(f"nothing like /{pattern}/ within {limit} s: {self.text()[-1200:]}")
            time.sleep(0.05)

    def interrupt(self, limit):
        """Ctrl-C, as it is typed; the exit status."""
        os.write(self.master, b"\x03")
        status = self.process.wait(limit)
        self.reader.join(5)
        return status

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
