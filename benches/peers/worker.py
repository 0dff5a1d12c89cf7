"""The process of a peer written in Python: answers the lines that `contender.py` sends."""

import importlib
import importlib.metadata
import os
import sys
import time
from pathlib import Path

import numpy as np

import memory


def main():
    family, name = sys.argv[1:]
    # Answers have a channel of their own: a package may print.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker(f"{family}.{name}")
    for line in sys.stdin:
        command, *words = line.rstrip("\n").split(" ", 2)
        try:
            answer = getattr(worker, command)(*words)
        except ModuleNotFoundError as error:
            answer = f"error {error}; delete the folder {sys.prefix} and start again"
        except Exception as error:
            answer = f"error {type(error).__name__}: {error}".replace("\n", " ")
        print(answer, file=answers, flush=True)


class Worker:
    def __init__(self, module):
        self.module = module
        self.peer = None
        self.tasks = {}

    def about(self):
        self.peer = importlib.import_module(self.module)
        return "ok " + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in self.peer.PACKAGES)

    def load(self, folder):
        inputs = {path.stem: np.load(path) for path in Path(folder).glob("*.npy")}
        self.tasks = self.peer.tasks(inputs)
        return "ok"

    def run(self, task):
        self.tasks[task]()  # the contender before it has emptied the caches, and may have let cores sleep
        start = time.perf_counter()
        result = self.tasks[task]()
        seconds = time.perf_counter() - start
        del result  # not before the clock has stopped
        return f"ok {seconds!r}"

    def peak(self, task):
        self.tasks[task]()  # what is made once and kept does not count
        measure = getattr(self.peer, "peak", memory.of_process)
        return f"ok {measure(self.tasks[task])}"

    def save(self, task, folder):
        if isinstance(self.tasks[task], str):
            return f"lacks {self.tasks[task]}"
        for name, array in self.tasks[task]().items():
            np.save(Path(folder) / f"{name}.npy", array)
        return "ok"


if __name__ == "__main__":
    main()
