"""The commands as a person runs them: real processes, a real port, real files."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sample_site import ROOT, sample, write

if TYPE_CHECKING:
    from collections.abc import Iterator

KB = [sys.executable, "-W", "ignore", "-m", "kb"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("KB_")}


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*KB, *arguments],
        cwd=folder,
        env=ENVIRONMENT | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[str]:
    """A running `kb serve`; its address, once it has said it."""
    port = str(free_port())
    server = subprocess.Popen(
        [*KB, "serve", *arguments, "--port", port],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    told = []
    try:
        assert server.stdout
        for line in server.stdout:
            told.append(line)
            if found := re.search(r"Serving at (http://\S+)", line):
                yield found[1]
                return
        raise AssertionError("".join(told))
    finally:
        server.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def fetch(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code}"


def eventually(address: str, text: str, seconds: float = 20) -> float:
    """How long it took until the page showed the text. Generous: machines are noisy."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        if text in fetch(address):
            return time.monotonic() - start
        time.sleep(0.02)
    raise AssertionError(f"{address} never showed {text!r}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("served")
    write(folder / "articles", sample())
    with serving(folder) as address:
        yield folder / "articles", address


def test_serve_answers_pages_styles_and_searches(served: tuple[Path, str]) -> None:
    _, address = served
    home = fetch(address + "/")
    assert "Cancel your plan" in home
    style = re.search(r'href="(/static/css/[^"]+)"', home)
    assert style
    assert "--" in fetch(address + style[1])
    assert "<mark>" in fetch(address + "/search?q=password")


def test_an_edit_a_new_file_a_rename_and_a_deletion_show(served: tuple[Path, str]) -> None:
    articles, address = served
    page = articles / "account/password.md"
    page.write_text(page.read_text() + "\n## Freshly added\n")
    eventually(f"{address}/articles/password", "Freshly added")
    (articles / "brand-new.md").write_text("# Brand new\n")
    eventually(f"{address}/articles/brand-new", "Brand new")
    (articles / "brand-new.md").rename(articles / "renamed.md")
    eventually(f"{address}/articles/renamed", "Brand new")
    (articles / "renamed.md").unlink()
    eventually(f"{address}/articles/renamed", "HTTP 404")


def test_the_open_page_of_a_writer_reloads_itself(served: tuple[Path, str]) -> None:
    _, address = served
    assert "/static/js/reload.js" in fetch(address + "/")
    assert re.fullmatch(r"\d{6}-[0-9a-f]{16}", fetch(address + "/-/generation"))


def test_drafts_are_served_only_when_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "articles", sample())
    with serving(tmp_path, "--drafts") as address:
        assert "canarydraft" in fetch(address + "/articles/draft")


def test_folders_with_spaces_and_signs_are_served(tmp_path: Path) -> None:
    folder = tmp_path / "my help & more"
    write(folder / "Plans & prices", {"What's new?.md": "---\ntitle: News & more\n---\nHello\n"})
    with serving(tmp_path, str(folder)) as address:
        assert "Plans &amp; prices" in fetch(address + "/")
        assert "News &amp; more" in fetch(address + "/articles/whats-new")


def test_what_cannot_be_served_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        write(tmp_path / "articles", {"a.md": "# A\n"})
        cases = {
            ("serve", "missing"): "does not exist",
            ("serve", "file"): "is a file",
            ("serve", "empty"): "There is no article",
            ("serve", "--port", port): "Cannot listen on",
            ("serve", "--host", "0.0.0.0", "--drafts"): "only on this machine",
        }
        for arguments, words in cases.items():
            answer = run(tmp_path, *arguments)
            assert answer.returncode == 2, answer.stderr
            assert words in answer.stderr
            assert "Traceback" not in answer.stderr
            assert len(answer.stderr.strip().splitlines()) <= 2


def test_a_mistake_in_the_settings_is_named_with_all_the_others(tmp_path: Path) -> None:
    (tmp_path / "kb.toml").write_text('titel = "x"\naccent = "red"\n')
    answer = run(tmp_path, "serve", KB_PROXYS="1")
    assert answer.returncode == 2
    for words in ("did you mean title?", "#0f6b5c", "did you mean KB_PROXIES?"):
        assert words in answer.stderr


def test_without_articles_the_handbook_is_served(tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        assert fetch(address + "/").count('href="/articles/') >= 5


@pytest.mark.parametrize("command", [[], ["serve"], ["build"], ["check"], ["report"]])
def test_help_reads_well(tmp_path: Path, command: list[str]) -> None:
    answer = run(tmp_path, *command, "--help")
    assert answer.returncode == 0
    assert "Usage: kb" in answer.stdout
    assert "\x1b" not in answer.stdout
    assert max(map(len, answer.stdout.splitlines())) <= 80


def test_version_and_wrong_use_have_their_exit_codes(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").stdout.startswith("kb 0.")
    assert run(tmp_path, "sevre").returncode == 2


def test_build_makes_every_page_ready_and_a_worker_serves_them(tmp_path: Path) -> None:
    write(tmp_path / "articles", sample())
    answer = run(tmp_path, "build")
    assert answer.returncode == 0, answer.stderr
    name = (tmp_path / ".kb/current").read_text()
    pages = tmp_path / ".kb/generations" / name / "public/pages"
    for file in ("index.html", "articles/cancel.html.br", "articles/cancel.html.gz", "sitemap.xml"):
        assert (pages / file).is_file(), file
    assert "nothing had changed" in run(tmp_path, "build").stdout


def test_report_prints_votes_as_table_csv_and_json(tmp_path: Path) -> None:
    write(tmp_path / "articles", sample())
    assert "No votes yet" in (run(tmp_path, "build"), run(tmp_path, "report"))[1].stdout
    with serving(tmp_path) as address:
        data = b"helpful=no"
        post = urllib.request.Request(f"{address}/articles/cancel/votes", data, {"Origin": address})
        thanks = urllib.request.urlopen(post).geturl()
        text = b"reason=out-of-date&text=%3D1%2B1"
        urllib.request.urlopen(urllib.request.Request(thanks, text, {"Origin": address})).close()
    assert "billing/cancel" in run(tmp_path, "report").stdout
    table = run(tmp_path, "report", "--csv").stdout
    assert "'=1+1" in table
    assert '"no": 1' in run(tmp_path, "report", "--json").stdout


def test_the_wheel_holds_all_that_kb_needs(tmp_path: Path) -> None:
    """Templates, static files, languages and the handbook travel inside."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        assert "kb/translations/de/LC_MESSAGES/messages.mo" in packed.namelist()
        packed.extractall(tmp_path / "env")
    code = (
        "from pathlib import Path; from kb.configuring import read_settings; import kb\n"
        "from kb.building import Builder; from kb.resources import resource_folder\n"
        "from kb.web import create_app\n"
        "if __name__ == '__main__':\n"
        "  assert 'env' in kb.__file__, kb.__file__\n"
        "  s = read_settings(articles=resource_folder('articles'), data_dir=Path('d'))\n"
        "  Builder(s).build(); c = create_app(s).test_client()\n"
        "  home = c.get('/').text; import re\n"
        "  style = re.search('/static/css/[^\"]+', home)[0]\n"
        "  print(c.get(style).status_code, c.get('/search?q=article').text.count('<mark>') > 3)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=tmp_path, capture_output=True, text=True,
        check=False, env=ENVIRONMENT | {"PYTHONPATH": str(tmp_path / "env")},
    )  # fmt: skip
    assert answer.stdout == "200 True\n", answer.stderr
