"""Engine: a search engine in a process of its own, as the benchmarks talk to it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PYTHON = ("kb", "kb-semantic", "fts5", "tantivy", "whoosh")
NODE = ("lunr", "minisearch", "flexsearch", "flexsearch-tolerant")
PATIENCE = (7200.0, 300.0)  # seconds for building an index, in Python and in Node
BUDGET = 30.0  # seconds for timing one task
HEAP = 6_000  # MB that Node may use


class EngineError(Exception):
    """The engine is not installed, cannot do this, or died of it."""


class Engine:
    """A context manager: the process ends with it."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "peers.worker", name]
        if name in NODE:
            command = ["node", f"--max-old-space-size={HEAP}", "peers/worker.mjs", name]
        path = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])
        self.name = name
        self._process = subprocess.Popen(
            command, cwd=HERE, env=os.environ | {"PYTHONPATH": path}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def build(self, corpus: Path, folder: Path, task: str = "build") -> float:
        """Seconds, without reading the corpus. Raises EngineError after `PATIENCE`."""
        patience = threading.Timer(PATIENCE[self.name in NODE], self._process.kill)
        patience.start()
        try:
            return float(self._ask("build", corpus=str(corpus), folder=str(folder), task=task))
        finally:
            patience.cancel()

    def prepare(self, corpus: Path) -> None:
        self._ask("prepare", corpus=str(corpus))

    def open(self, folder: Path) -> float:
        """Seconds."""
        return float(self._ask("open", folder=str(folder)))

    def find(self, task: str, texts: list[str], limit: int = 10) -> list[Any]:
        """What `rank`, `tolerant`, `suggest` or `results` answers to each text."""
        return list(self._ask("find", task=task, texts=texts, limit=limit))

    def time(self, task: str, texts: list[str], limit: int) -> list[float]:
        """Seconds that each text takes, of as many as `BUDGET` allows."""
        return list(self._ask("time", task=task, texts=texts, limit=limit, budget=BUDGET))

    def resident(self) -> float:
        """Megabytes in memory."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    def _ask(self, call: str, **request: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        try:
            print(json.dumps({"call": call, **request}), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        answer = json.loads(line) if line else {"error": "the process ended"}
        if "error" in answer:
            raise EngineError(f"{self.name}: {answer['error']}")
        return answer["answer"]
