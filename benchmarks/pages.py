"""Pages on a slow phone: requests, bytes, paint, movement and blocked time, beside other pages.

    .venv/bin/python benchmarks/pages.py [--mkdocs COMMAND] [--lighthouse COMMAND]

The handbook is built and served as its own article on running kb says. Chromium is slowed down by
DevTools to Lighthouse's slow phone: a quarter of this processor, 1.6 Mbit/s, 150 ms a round trip,
412 x 823 points at 1.75. Every view has an empty cache. Beside it stands a page without anything
but its text, the floor, and with `--mkdocs` the same article as MkDocs Material makes it
(`pip install mkdocs-material` in an environment of its own); nginx serves both, with gzip.
`--lighthouse` (`npm install lighthouse`) asks that for its four scores.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from serving import KB, free_port, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

HANDBOOK = Path(__file__).parents[1] / "articles"
ARTICLE = "05-running/make-it-yours.md"
PAGES = {
    "home": "/",
    "category": "/categories/running",
    "article": "/articles/make-it-yours",
    "search": "/search?q=logo",
    "FAQ": "/articles/questions-about-kb",
}
SCORED = {name: PAGES[name] for name in ("home", "article", "search")} | {"contact": "/contact"}
PHONE = {
    "viewport": {"width": 412, "height": 823},
    "device_scale_factor": 1.75,
    "is_mobile": True,
    "has_touch": True,
}
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
WATCH = """
  window.seen = { lcp: 0, cls: 0, long: [] };
  const watch = (type, each) => {
    const seer = new PerformanceObserver((list) => list.getEntries().forEach(each));
    seer.observe({ type, buffered: true });
  };
  watch("largest-contentful-paint", (entry) => (seen.lcp = entry.startTime));
  watch("layout-shift", (entry) => (seen.cls += entry.hadRecentInput ? 0 : entry.value));
  watch("longtask", (entry) => seen.long.push([entry.startTime, entry.duration]));
"""
FIRST = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
SEEN = f"() => ({{ ...seen, fcp: {FIRST} }})"
NGINX = """
daemon off; pid {root}/nginx.pid; error_log {root}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; include /etc/nginx/mime.types; gzip on; gzip_min_length 256;
  gzip_types text/css application/javascript text/javascript image/svg+xml application/json;
  client_body_temp_path {root}; proxy_temp_path {root}; fastcgi_temp_path {root};
  uwsgi_temp_path {root}; scgi_temp_path {root};
  server {{ listen 127.0.0.1:{port}; root {pages}; }}
}}
"""


@dataclass(frozen=True, slots=True)
class View:
    """One first view: milliseconds, but for `requests`, `kilobytes` and `movement` (CLS)."""

    requests: float
    kilobytes: float
    first_paint: float
    largest_paint: float
    movement: float
    blocked: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mkdocs")
    parser.add_argument("--lighthouse")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, kb(Path(folder)) as address:
        with peers(Path(folder) / "peers", options.mkdocs) as others:
            views = {f"kb, {name}": address + path for name, path in PAGES.items()} | others
            table(measured(views, options.rounds))
        scores(options.lighthouse, address)
    show("load when it began", f"{busy:.1f}, when it ended {os.getloadavg()[0]:.1f}")


# ── What is measured ────────────────────────────────────────────────────


@contextlib.contextmanager
def kb(root: Path) -> Iterator[str]:
    """The handbook, built whole and served by granian."""
    shutil.copytree(HANDBOOK, root / "articles")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    own = os.environ | {"KB_BASE_URL": address}
    subprocess.run([*KB, "build"], cwd=root, env=own, check=True, capture_output=True)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--blocking-threads", "4", "--no-log", "kb.wsgi:app"], cwd=root, env=own
    )
    try:
        until_ready(f"{address}/readyz")
        yield address
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def peers(root: Path, mkdocs: str | None) -> Iterator[dict[str, str]]:
    root.mkdir()
    (root / "plain.html").write_text(plain((HANDBOOK / ARTICLE).read_text("utf-8")))
    found = {"a page of text alone": "/plain.html"}
    if mkdocs:
        material(mkdocs, root)
        found["MkDocs Material, article"] = f"/material/{ARTICLE.removesuffix('.md')}/"
    else:
        show("MkDocs Material", "left out: no --mkdocs")
    port = free_port()
    config_file = root / "nginx.conf"
    config_file.write_text(NGINX.format(root=root, port=port, pages=root))
    for above in (root, root.parent):
        above.chmod(0o755)
    server = subprocess.Popen(["nginx", "-c", str(config_file)])
    try:
        until_ready(f"http://127.0.0.1:{port}/plain.html")
        yield {name: f"http://127.0.0.1:{port}{path}" for name, path in found.items()}
    finally:
        server.terminate()
        server.wait()


def material(mkdocs: str, root: Path) -> None:
    """The handbook by MkDocs Material as it comes, without fonts from elsewhere."""
    shutil.copytree(HANDBOOK, root / "articles")
    for path in (root / "articles").rglob("*.md"):  # it has other icons
        path.write_text(re.sub(r"^icon: .*\n", "", path.read_text("utf-8"), flags=re.M))
    config = {"site_name": "Help", "theme": {"name": "material", "font": False}}
    (root / "mkdocs.yml").write_text(json.dumps(config | {"docs_dir": "articles"}))
    command = [mkdocs, "build", "-q", "-f", "mkdocs.yml", "-d", "material"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)


def plain(source: str) -> str:
    """The floor: an article as HTML without styles, scripts and pictures, but for an empty icon."""
    import markdown

    title = re.search(r"^title: (.*)$", source, re.M)
    text = markdown.markdown(re.sub(r"\A---.*?---\n", "", source, flags=re.S), extensions=["extra"])
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head += f'<title>{title and title[1]}</title><link rel="icon" href="data:,">'
    return f'<!doctype html><html lang="en">{head}<h1>{title and title[1]}</h1>{text}</html>'


def until_ready(address: str) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.1)
    raise SystemExit(f"{address} does not answer.")


# ── On the slow phone ───────────────────────────────────────────────────


def measured(views: dict[str, str], rounds: int) -> dict[str, View]:
    """The median of every figure, the views taking turns."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[View]] = {name: [] for name in views}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for _ in range(rounds + 1):
            for name, address in views.items():
                found[name].append(view(browser, address))
        browser.close()
    columns = {name: zip(*map(astuple, all_of[1:]), strict=True) for name, all_of in found.items()}
    return {name: View(*map(statistics.median, each)) for name, each in columns.items()}


def view(browser: Browser, address: str) -> View:
    """One first view. What begins after the page is complete (its worker) is not in it."""
    context = browser.new_context(**PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    slow = context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions", LINE)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(WATCH)
    sizes: list[int] = []
    slow.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="load")
    page.wait_for_timeout(2000)
    seen = page.evaluate(SEEN)
    context.close()
    blocked = sum(max(0, took - 50) for begun, took in seen["long"] if begun + took > seen["fcp"])
    sizes = [size for size in sizes if size]  # an icon inside the sheet has none
    return View(
        len(sizes), sum(sizes) / 1024, seen["fcp"], seen["lcp"], round(seen["cls"], 4), blocked
    )


def table(views: dict[str, View]) -> None:
    floor = views["a page of text alone"].largest_paint
    print("| | requests | KB | first paint | largest paint | to the floor | CLS | blocked |")
    print("|---|---|---|---|---|---|---|---|")
    for name, v in views.items():
        print(
            f"| {name} | {v.requests:.0f} | {v.kilobytes:.1f} | {v.first_paint:.0f} ms"
            f" | {v.largest_paint:.0f} ms | {v.largest_paint / floor:.2f} | {v.movement:g}"
            f" | {v.blocked:.0f} ms |"
        )


# ── By Lighthouse ───────────────────────────────────────────────────────


def scores(lighthouse: str | None, address: str) -> None:
    if not lighthouse:
        return show("Lighthouse", "left out: no --lighthouse")
    print("| | performance | accessibility | best practices | SEO |\n|---|---|---|---|---|")
    for name, path in SCORED.items():
        told = json.loads(audit(lighthouse, address + path))
        categories = list(told["categories"].values())
        row = " | ".join(f"{round(100 * each['score'])}" for each in categories)
        print(f"| {name} | {row} |")
        asked = [ref for each in categories for ref in each["auditRefs"] if ref["weight"]]
        audits = [told["audits"][ref["id"]] for ref in asked]
        failed = [each["title"] for each in audits if each["score"] == 0]
        if failed:
            show(name, "; ".join(failed))
    return None


def audit(lighthouse: str, address: str) -> str:
    flags = "--headless=new --no-sandbox --disable-gpu"
    wanted = "performance,accessibility,best-practices,seo"
    return subprocess.run(
        [lighthouse, address, "--quiet", "--output=json", f"--only-categories={wanted}",
         f"--chrome-flags={flags}"],
        capture_output=True, text=True, check=True,
        env=os.environ | {"CHROME_PATH": shutil.which("chromium") or ""},
    ).stdout  # fmt: skip


if __name__ == "__main__":
    main()
