"""Nothing that an article says can run, imitate the page around it, or stall the renderer."""

from __future__ import annotations

import time

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.markdown import MAX_BYTES, render
from kb.content.sanitise import clean
from kb.errors import KbError

SCHEMES = ("http", "https", "mailto", "tel")


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every element that a browser would make of it, with its attributes."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return [(str(e.tag), dict(e.attrib)) for e in tree.iter() if isinstance(e.tag, str)]


def assert_harmless(html: str) -> None:
    for tag, attributes in elements(html):
        assert tag not in ("script", "style", "iframe", "meta", "form", "object", "embed", "svg")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "poster", "cite"):
            scheme = attributes.get(name, "").strip().lower().partition(":")
            assert not scheme[1] or scheme[0] in SCHEMES or not scheme[0].isalpha()


@pytest.mark.parametrize(
    "source",
    [
        "<img src=x onerror=alert(1)>",
        "# h {: onclick=alert(1)}",
        "# h {#x onclick=alert(1)}",
        "p\n{: onclick=alert(1) style=position:fixed}",
        "```math <script>alert(1)</script>\nx\n```",
        '```"onmouseover="alert(1)\nx\n```',
        '<p style="position:fixed">x</p>',
        '<meta http-equiv="refresh" content="0;url=//evil">',
        "<script>alert(1)</script>",
        "a <script>alert(1)</script> b",
        "<scr<script>ipt>alert(1)</script>",
        "<svg onload=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        (
            "<math><mtext><table><mglyph><style><!--</style>"
            '<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">'
        ),
        "<form action=/login><input name=password></form>",
        "> [!NOTE] <img src=x onerror=alert(1)>\n> x",
        ":::note[<img src=x onerror=alert(1)>]\nx\n:::",
        '!!! note "<img src=x onerror=alert(1)>"\n    x',
        '=== "<img src=x onerror=alert(1)>"\n    x',
        '<Tabs><TabItem label="<img src=x onerror=alert(1)>">x</TabItem></Tabs>',
        '<iframe src="javascript:alert(1)"></iframe>',
        "<iframe src='https://x\"onmouseover=\"alert(1)'></iframe>",
        '[a](x "t" onclick=alert(1))',
        "![a](x){: onerror=alert(1)}",
        "[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
        "*[x]: <img src=x onerror=alert(1)>\n\nx",
        "x | y\n--|--\n<img src=x onerror=alert(1)> | b",
        '<a href="x" id="a&quot; onclick=&quot;alert(1)">x</a>',
        '<td align="left&quot; onclick=&quot;alert(1)">x</td>',
    ],
)
def test_no_article_can_run_a_script(source: str) -> None:
    assert_harmless(render(source).html)


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "java\tscript:alert(1)",
        "&#x6A;avascript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "vbscript:msgbox(1)",
        "blob:https://x/1",
    ],
)
def test_links_have_no_schemes_that_run_or_read_files(target: str) -> None:
    for source in (
        f"[a]({target})",
        f"[a](<{target}>)",
        f"![a]({target})",
        f"[a][b]\n\n[b]: {target}",
        f'<a href="{target}">a</a>',
        f"<{target}>",
    ):
        rendered = render(source)
        assert_harmless(rendered.html)
        assert not [
            link for link in rendered.links if "script" in link.target.lower().split("/")[0]
        ]


def test_a_link_without_a_scheme_of_its_own_is_an_external_link_like_any_other() -> None:
    rendered = render("[a](//evil.example/x)")
    assert rendered.html == '<p><a href="//evil.example/x" rel="noopener">a</a></p>'


def test_links_that_leave_the_site_open_in_the_same_window_and_tell_nothing() -> None:
    html = render('<a href="https://x.example" target="_blank" rel="opener">a</a> [b](/c)').html
    assert html == '<p><a href="https://x.example" rel="noopener">a</a> <a href="/c">b</a></p>'


@pytest.mark.parametrize("source", ["{{7*7}}", "{% include secret.html %}", "${7*7}", "<%= 7*7 %>"])
def test_template_syntax_is_text(source: str) -> None:
    assert render(source).sections[0].text == source


def test_what_was_escaped_stays_text() -> None:
    rendered = render("&lt;script&gt;alert(1)&lt;/script&gt;")
    assert rendered.html == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert rendered.sections[0].text == "<script>alert(1)</script>"


@pytest.mark.parametrize("tag", ["script", "style", "title", "textarea"])
def test_what_stands_inside_of_what_is_no_text_is_removed_with_it(tag: str) -> None:
    assert clean(f"a<{tag}>secret</{tag}>b") == "ab"


def test_classes_cannot_imitate_the_page_around_the_article() -> None:
    html = render('<div class="site-header steps btn k">x</div>\n\ny\n{: .toast .steps}').html
    assert html == '<div class="steps">x</div>\n<p class="steps">y</p>'


def test_no_empty_classes_are_left() -> None:
    assert (
        "class"
        not in render('<table class="a"><tr class="b"></tr></table>\n\n<p class=c>x').html[70:]
    )


def test_a_frame_becomes_a_link_to_what_it_shows() -> None:
    rendered = render('a\n\n<iframe width="5" src="https://video.example/1?a=1&amp;b"></iframe>')
    assert "<iframe" not in rendered.html
    assert rendered.links[0].target == "https://video.example/1?a=1&b"
    assert rendered.links[0].text == "Open embedded content: video.example"


def test_a_megabyte_of_open_tags_is_refused_at_once() -> None:
    start = time.thread_time()
    with pytest.raises(KbError, match="nested too deeply"):
        render("<div>" * 200_000)
    assert time.thread_time() - start < 3


@pytest.mark.parametrize("source", ["> " * 5_000 + "x", "- " * 5_000 + "x", "1. " * 3_000 + "x"])
def test_what_nests_too_deeply_is_refused_at_once(source: str) -> None:
    start = time.thread_time()
    with pytest.raises(KbError, match="nested too deeply"):
        render(source)
    assert time.thread_time() - start < 5


def test_open_tags_that_every_paragraph_would_repeat_are_refused_at_once() -> None:
    start = time.thread_time()
    with pytest.raises(KbError, match="nested too deeply"):
        clean("<b>" * 150 + "<p>x" * 60_000)
    assert time.thread_time() - start < 5


def test_after_a_refusal_the_next_article_is_rendered() -> None:
    with pytest.raises(KbError):
        render("> " * 5_000)
    assert render("x").html == "<p>x</p>"


def test_more_than_two_megabytes_are_refused() -> None:
    with pytest.raises(KbError, match=r"2\.0 MB"):
        render("é" * (MAX_BYTES // 2 + 1))


def test_a_writer_who_forgets_to_close_paragraphs_is_not_refused() -> None:
    assert render("<p>one\n" * 500).html.count("<p>") == 500


PIECES = st.sampled_from(
    ["<", ">", "&", '"', "'", "script", "<script>", "</script>", "javascript:", "[a](", ")", "![",
     "](", "{", "}", "{:", "onclick=x", "`", "```", "\n", "\n\n", "    ", "- ", "> ", "# ", "|",
     "--|--", ":::note", ":::", "<div markdown=1>", "</div>", "<!--", "-->", "{% callout %}",
     "<img src=x onerror=x>", "style=x", "<a href=", "&#x6A;", "[^1]", "[^1]: ", "\x02", "\x03",
     "<Tabs>", "<TabItem label=x>", '=== "a"', "??? a", "!!! note", "~~", "==", "++", "https://x"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_any_text_renders_and_is_harmless(source: str) -> None:
    rendered = render(source)
    assert_harmless(rendered.html)
    assert "<script" not in rendered.html


@given(st.lists(PIECES, max_size=30).map("".join))
def test_what_was_rendered_is_what_the_sanitiser_leaves_alone(source: str) -> None:
    html = render(source).html
    assert clean(html) == html
