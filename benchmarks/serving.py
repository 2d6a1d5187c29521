"""Build, start, edit, memory and pages per second on real articles, beside one nginx worker.

    .venv/bin/python benchmarks/serving.py ../shared/corpora/rackspace/content [--copies 7]

`--copies` serves the articles that many times over, to see how things grow. Needs `wrk` and
`nginx` (Debian's packages); nginx serves the files that `kb build` made, in the same run.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

KB = [sys.executable, "-W", "ignore", "-m", "kb"]
NGINX = """
worker_processes 1; daemon off; pid {root}/nginx.pid; error_log {root}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; types {{ text/html html; }} default_type text/html;
  client_body_temp_path {root}; proxy_temp_path {root}; fastcgi_temp_path {root};
  uwsgi_temp_path {root}; scgi_temp_path {root};
  server {{
    listen 127.0.0.1:{port}; root {pages};
    gzip_static on; keepalive_requests 1000000;
    location / {{ try_files $uri.html $uri =404; }}
  }}
}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--copies", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        count = copy_articles(options.articles, root / "articles", options.copies)
        show("articles", f"{count:,}")
        measure(root)


def copy_articles(source: Path, target: Path, copies: int) -> int:
    """The articles once, and further times with another word in their titles and addresses."""
    shutil.copytree(source, target)
    originals = list(target.rglob("*.md"))
    for copy in range(2, copies + 1):
        for path in originals:
            other = target / f"copy-{copy}" / path.relative_to(target)
            other.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text("utf-8", "replace")
            text = re.sub(r"^(title: *['\"]?)", rf"\1Copy{copy} ", text, count=1, flags=re.M)
            other.write_text(re.sub(r"^permalink:.*\n", "", text, count=1, flags=re.M))
    return len(list(target.rglob("*.md")))


def measure(root: Path) -> None:
    for name in ("cold build and start", "warm start"):
        start = time.perf_counter()
        with serving(root) as (address, _):
            show(name, f"{time.perf_counter() - start:.2f} s")
    with serving(root) as (address, worker):
        show("memory at the start", f"{resident(worker):.0f} MB")
        show("an edit is visible after", f"{edit(root, address):.2f} s (median of 5)")
        pages = re.findall(r"<loc>.*?(/articles/[^<]+)</loc>", fetch(address + "/sitemap.xml"))
        for page in pages:
            fetch(address + page)
        show(f"memory after {len(pages):,} pages", f"{resident(worker):.0f} MB")
        beside_nginx(root, address, pages[len(pages) // 2])


@contextlib.contextmanager
def serving(root: Path) -> Iterator[tuple[str, int]]:
    """`kb serve` on a free port: its address and the process that answers."""
    port = free_port()
    environment = os.environ | {"KB_BASE_URL": f"http://127.0.0.1:{port}"}
    server = subprocess.Popen(
        [*KB, "serve", "--port", str(port)],
        cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert server.stdout
    try:
        while "Serving at" not in (line := server.stdout.readline()):
            assert line, "kb serve ended"
        yield f"http://127.0.0.1:{port}", child(server.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def child(pid: int) -> int:
    """The largest process below `pid`: the one that holds the library and the pages."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return max(map(int, found.stdout.split()), key=resident)


def resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def edit(root: Path, address: str) -> float:
    """Median seconds from saving a file to the page that shows it."""
    page = root / "articles" / "benchmark-page.md"
    took = []
    for number in range(6):
        page.write_text(f"# Benchmark page\n\nEdition {number}.\n")
        start = time.perf_counter()
        while f"Edition {number}." not in fetch(f"{address}/articles/benchmark-page"):
            time.sleep(0.005)
        took.append(time.perf_counter() - start)
        time.sleep(1)
    return sorted(took[1:])[2]


def beside_nginx(root: Path, address: str, page: str) -> None:
    subprocess.run([*KB, "build"], cwd=root, check=True, capture_output=True,
                   env=os.environ | {"KB_DATA_DIR": str(root / "published")})  # fmt: skip
    name = (root / "published/current").read_text()
    port = free_port()
    pages = root / "published/generations" / name / "public/pages"
    for folder in (pages, *pages.parents):
        if folder.is_relative_to(root):
            folder.chmod(0o755)
    config = root / "nginx.conf"
    config.write_text(NGINX.format(root=root, port=port, pages=pages))
    nginx = subprocess.Popen(["nginx", "-c", str(config)])
    try:
        time.sleep(1)
        rounds = [(load(f"http://127.0.0.1:{port}{page}"), load(address + page)) for _ in range(3)]
    finally:
        nginx.terminate()
        nginx.wait()
    theirs, ours = sorted(rounds)[1]
    show("one nginx worker", f"{theirs:,.0f} requests/s")
    show("kb serve, one process", f"{ours:,.0f} requests/s, ratio {ours / theirs:.2f}")


def load(address: str) -> float:
    """Requests per second, eight connections, four seconds, gzip accepted."""
    command = ["wrk", "-t1", "-c8", "-d4s", "-H", "Accept-Encoding: gzip", address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in told, told
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]


def fetch(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError:
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def show(name: str, value: str) -> None:
    print(f"{name:<28} {value}", flush=True)


if __name__ == "__main__":
    main()
