"""The harness's side of a contender: a process that stays up, so that its start and its compiler are not timed.

One line to it, one line back: `ok ANSWER`, `lacks REASON` for what the package does not offer, or `error MESSAGE`.
"""

import shutil
import subprocess
import sys
from pathlib import Path


class Failure(Exception):
    """Ends the comparison; says what is wrong and what helps."""


class Contender:
    @classmethod
    def rust(cls, name, family, target):
        return cls(name, [target / "worker" / "release" / "supple-peers", family, name])

    @classmethod
    def python(cls, name, family):
        return cls(name, [sys.executable, Path(__file__).with_name("worker.py"), family, name])

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        kind, text = self._exchange(line)
        if kind != "ok":
            raise Failure(f"{self.name}, asked to {line.split()[0]}: {text}")
        return text

    def save(self, task, folder):
        """Runs a task and has its arrays written; returns why not where the package does not offer it."""
        shutil.rmtree(folder, ignore_errors=True)  # an earlier run's arrays must not pass for this one's
        folder.mkdir(parents=True)
        kind, text = self._exchange(f"save {task} {folder}")
        if kind == "error":
            raise Failure(f"{self.name}, {task}: {text}")
        return text if kind == "lacks" else None

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def _exchange(self, line):
        try:
            print(line, file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass  # it may still have said why it ended
        kind, _, text = self.process.stdout.readline().rstrip("\n").partition(" ")
        if not kind:
            raise Failure(f"{self.name}: its process ended with status {self.process.wait()}; its messages are above")
        return kind, text
