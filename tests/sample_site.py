"""The sample site: one small help center that all tests share, and ways to build and ask it."""

from __future__ import annotations

import atexit
import datetime as dt
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import html5lib

from kb.building import Builder
from kb.settings import Settings
from kb.web import create_app

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"

ARTICLES = {
    "billing/index.md": "---\ntitle: Billing\ndescription: Invoices and plans.\n---\n",
    "billing/cancel.md": (
        "---\ntitle: Cancel your plan\ndescription: Stop paying whenever you like.\n"
        "questions: [How do I unsubscribe?]\naliases: [/old/cancel]\nfeatured: true\n"
        "updated: 2026-05-01\n---\n"
        "You keep what you have paid for.\n\n"
        "## Before you cancel\n\nDownload your invoices first. See [refunds](refund.md#when).\n\n"
        "## Cancel on the web\n\n1. Open **Settings**.\n2. Choose **Plan**.\n\n"
        "## Cancel on the phone\n\nOpen the app.\n"
    ),
    "billing/refund.md": (
        "---\ntitle: Get a refund\nid: refunds\n---\n## When {#when}\n\nWithin 14 days.\n\n"
        "![A receipt](receipt.png)\n"
    ),
    "account/password.md": (
        "---\ntitle: Reset your password\nkeywords: [login, sign in]\n---\n"
        "We send you an e-mail.\n\n## No e-mail arrived\n\nLook into the spam folder.\n"
    ),
    "account/faq.md": (
        "---\ntitle: Account questions\n---\nShort answers.\n\n"
        "## Can I change my name?\n\nYes, under Profile.\n\n"
        "## Can two people share an account?\n\nNo, invite them instead.\n\n"
        "## Where is my data?\n\nIn Frankfurt.\n"
    ),
    "account/draft.md": "---\ntitle: Unfinished\nstatus: draft\n---\ncanarydraft\n",
    "account/internal.md": "---\ntitle: For us\naudience: staff\n---\ncanarystaff\n",
}
# The smallest PNG: one transparent pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@dataclass
class Site:
    """A help center in a folder of its own."""

    root: Path
    settings: Settings
    builder: Builder = field(init=False)

    def __post_init__(self) -> None:
        self.builder = Builder(self.settings)

    @property
    def articles(self) -> Path:
        return self.settings.articles

    def write(self, files: dict[str, str | bytes]) -> None:
        write(self.articles, files)

    def build(self) -> Any:
        return self.builder.build()

    def app(self, **options: Any) -> Flask:
        return create_app(self.settings, **options)


def make_site(root: Path, files: dict[str, str | bytes] | None = None, **settings: Any) -> Site:
    write(root / "articles", files if files is not None else sample())
    own = Settings(articles=root / "articles", data_dir=root / ".kb", **settings)
    site = Site(root, own)
    site.build()
    return site


@cache
def _built() -> Path:
    """The sample, built once in this process, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="kb-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return make_site(folder, sample()).root


def copy_site(root: Path) -> Site:
    """The sample site as `make_site` makes it, faster."""
    shutil.copytree(_built(), root, dirs_exist_ok=True)
    return Site(root, Settings(articles=root / "articles", data_dir=root / ".kb"))


def sample() -> dict[str, str | bytes]:
    return {**ARTICLES, "billing/receipt.png": PNG}


class Visitor:
    """A test client that looks at every page it gets: status, title, links, valid HTML, CSP."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, path: str, status: int = 200, **options: Any) -> str:
        answer = self.client.get(path, **options)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert "Set-Cookie" not in answer.headers, path
        text = answer.get_data(as_text=True)
        if answer.mimetype == "text/html":
            self._look_at(path, text)
        return text

    def post(self, path: str, data: dict[str, str], **options: Any) -> Any:
        options.setdefault("headers", {"Sec-Fetch-Site": "same-origin"})
        return self.client.post(path, data=data, **options)

    def _look_at(self, path: str, text: str) -> None:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        page = parser.parse(text)
        faults = [fault for _, fault, _ in parser.errors]
        assert not faults, f"{path}: invalid HTML: {faults[:5]}"
        assert page.findtext(".//title"), f"{path} has no title"
        assert len(page.findall(".//h1")) == 1, f"{path} needs one h1"
        ids = [e.get("id") for e in page.iter() if isinstance(e.tag, str) and e.get("id")]
        assert len(ids) == len(set(ids)), f"{path}: an id is there twice"
        assert not page.findall(".//style"), f"{path} has inline style"
        for element in page.iter():
            _nothing_inline(path, element)

    def links(self, path: str) -> set[str]:
        """The addresses on this site that a page links to, without their anchors."""
        found = re.findall(r'(?:href|src)="(/[^"#]*)', self.get(path))
        return {link.replace("&amp;", "&") for link in found}


PASSWORD = "four words nobody guesses"


def add_account(app: Flask, name: str = "ada", role: str = "writer") -> None:
    app.extensions["staff"].accounts.add(name, role, PASSWORD, dt.datetime.now(dt.UTC))


def signed_in(visitor: Visitor, name: str = "ada", role: str = "writer") -> Visitor:
    """The visitor as a member of staff, with an account of their own."""
    if name not in {account.name for account in visitor.app.extensions["staff"].accounts.all()}:
        add_account(visitor.app, name, role)
    answer = visitor.post("/staff/login", {"name": name, "password": PASSWORD})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return visitor


def _nothing_inline(path: str, element: ElementTree.Element) -> None:
    handlers = [name for name in element.attrib if name.startswith("on") or name == "style"]
    assert not handlers, f"{path}: inline {handlers}"
    if element.tag == "script" and element.get("type") != "application/ld+json":
        assert element.get("src"), f"{path} has an inline script"
