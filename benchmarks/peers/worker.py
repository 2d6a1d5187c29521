"""Worker: one engine in a process of its own, asked by lines of JSON.

A line `{"call": "rank", "text": …, "limit": …}` is answered by `{"answer": …}`, or by
`{"error": …}`; times are in seconds, taken here, so that talking costs nothing.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peers import Peer


def engine(name: str) -> Peer:
    """Only what is compared has to be installed."""
    if name == "fts5":
        from peers.fts5 import Fts5

        return Fts5()
    if name == "tantivy":
        from peers.tantivy import Tantivy

        return Tantivy()
    if name == "whoosh":
        from peers.whoosh import Whoosh

        return Whoosh()
    from peers.kb import Kb

    return Kb(semantic=name == "kb-semantic")


class Worker:
    def __init__(self, peer: Peer) -> None:
        self.peer = peer

    def build(self, corpus: str, folder: str, task: str) -> float:
        """`task`: `build`, or what else makes an index of the corpus."""
        source = self.peer.read(Path(corpus))
        return _took(lambda: getattr(self.peer, task)(source, Path(folder)))

    def prepare(self, corpus: str) -> None:
        self.peer.prepare(Path(corpus))

    def open(self, folder: str) -> float:
        return _took(lambda: self.peer.open(Path(folder)))

    def find(self, task: str, texts: list[str], limit: int) -> list[Any]:
        return [getattr(self.peer, task)(text, limit) for text in texts]

    def time(self, task: str, texts: list[str], limit: int, budget: float) -> list[float]:
        """Each text once, without garbage collection and without results kept from before.

        None is begun after `budget` seconds.
        """
        ask = getattr(self.peer, task)
        self.peer.forget()
        gc.collect()
        gc.disable()
        took: list[float] = []
        begin = time.perf_counter()
        try:
            for text in texts:
                if time.perf_counter() - begin > budget:
                    break
                took.append(_took(lambda text=text: ask(text, limit)))
        finally:
            gc.enable()
        return took


def _took(work: Any) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main(name: str) -> None:
    worker = Worker(engine(name))
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"answer": getattr(worker, request.pop("call"))(**request)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
