"""An article's source comes out as a reader expects it from GitHub, whatever tool it is from."""

from __future__ import annotations

import re
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.article import Link, Section
from kb.content.markdown import RENDERER_VERSION, render


def html(source: str, title: str = "Title") -> str:
    """The rendered HTML without white space between its tags."""
    return re.sub(r">\s+<", "><", render(source, title).html)


class TestTitles:
    def test_the_first_heading_that_opens_the_body_is_the_title(self) -> None:
        rendered = render("# Reset *it*\n\nText\n\n## Then")
        assert rendered.title == "Reset it"
        assert rendered.html == '<p>Text</p>\n<h2 id="then">Then</h2>'

    def test_a_heading_that_repeats_the_title_is_dropped(self) -> None:
        rendered = render("Intro\n\n# **Reset** your pass-word!\n\nText", "reset your Password")
        assert rendered.title == "Reset your pass-word!"
        assert "<h" not in rendered.html

    def test_other_first_level_headings_move_all_headings_down(self) -> None:
        assert html("# Other\n## Sub\n###### Deep") == (
            '<h2 id="other">Other</h2><h3 id="sub">Sub</h3><h6 id="deep">Deep</h6>'
        )

    def test_a_heading_behind_text_is_not_the_title(self) -> None:
        rendered = render("Text\n\n# Later")
        assert rendered.title == "Later"
        assert '<h2 id="later">' in rendered.html

    def test_without_headings_there_is_no_title(self) -> None:
        assert render("Text").title == ""

    @pytest.mark.parametrize("source", ["Setext\n===\n\nx", "<h1>Setext</h1>\n\nx"])
    def test_headings_are_headings_however_they_are_written(self, source: str) -> None:
        assert render(source).title == "Setext"


class TestAnchors:
    def test_headings_have_ids_in_every_script(self) -> None:
        assert render("## 日本語 の設定\n## Größe & Farbe").anchors == (
            "日本語-の設定",
            "größe--farbe",
        )

    def test_headings_of_one_name_have_different_ids(self) -> None:
        assert render("## A\n## A\n## A").anchors == ("a", "a-1", "a-2")

    @pytest.mark.parametrize(
        "heading",
        ["## A {#own}", "## A{#own}", "## A {: #own}", "## A {#own .x}", "## A {/* #own */}"],
    )
    def test_a_writers_id_wins(self, heading: str) -> None:
        assert html(heading) == '<h2 id="own">A</h2>'

    def test_a_writers_id_wins_over_an_earlier_heading_of_that_name(self) -> None:
        assert render("## Own\n## B {#own}").anchors == ("own-1", "own")

    def test_ids_of_the_page_are_renamed_and_links_to_them_follow(self) -> None:
        rendered = render("[s](#search)\n\n## Search\n\n<p id=main>x</p>")
        assert rendered.anchors == ("search-1", "main-1")
        assert rendered.links[0].target == "#search-1"

    def test_a_named_anchor_of_old_html_is_an_id(self) -> None:
        assert render('<a name="old"></a>Text').anchors == ("old",)

    def test_a_heading_without_letters_has_an_id(self) -> None:
        assert render("## ???").anchors == ("section",)

    def test_a_line_of_attributes_gives_the_block_above_it_an_id(self) -> None:
        assert html("text\n{: #here}\n\n- a\n{: #list}") == (
            '<p id="here">text</p><ul id="list"><li>a</li></ul>'
        )


class TestContentsLists:
    @pytest.mark.parametrize("mark", ["* TOC", "- TOC", "1. TOC", "* Table of contents"])
    def test_a_list_of_contents_is_dropped_with_its_heading(self, mark: str) -> None:
        assert html(f"## Table of Contents\n\n{mark}\n{{:toc}}\n\n## One") == (
            '<h2 id="one">One</h2>'
        )

    def test_another_heading_above_it_stays(self) -> None:
        assert html("## One\n\n* TOC\n{:toc}") == '<h2 id="one">One</h2>'

    def test_marks_for_the_list_of_contents_are_dropped(self) -> None:
        assert html("## One\n{:.no_toc}\n\n[TOC]\n\nx") == '<h2 id="one">One</h2><p>x</p>'


class TestCallouts:
    def box(self, kind: str, title: str) -> str:
        return (
            f'<div class="callout callout-{kind}" role="note">'
            f'<p class="callout-title">{title}</p><p>text</p></div>'
        )

    @pytest.mark.parametrize(
        ("word", "kind"),
        [
            ("NOTE", "note"),
            ("TIP", "tip"),
            ("IMPORTANT", "important"),
            ("WARNING", "warning"),
            ("CAUTION", "caution"),
            ("INFO", "note"),
        ],
    )
    def test_alerts_of_github(self, word: str, kind: str) -> None:
        assert html(f"> [!{word}]\n> text") == self.box(kind, kind.capitalize())

    def test_alerts_have_a_title_of_their_own(self) -> None:
        assert html("> [!NOTE] **My** title\n> text") == self.box(
            "note", "<strong>My</strong> title"
        )

    def test_a_quote_that_is_no_alert_is_a_quote(self) -> None:
        assert html("> [!WHATEVER]\n> text").startswith("<blockquote>")

    @pytest.mark.parametrize(
        "source",
        [
            ":::warning T\n\ntext\n\n:::",
            "::: warning T\ntext\n:::",
            ":::warning[T]\ntext\n:::",
            ':::warning{title="T"}\ntext\n:::',
            '!!! warning "T"\n    text',
            '{% callout warning title="T" %}\ntext\n{% endcallout %}',
            '{% hint style="warning" title="T" %}\ntext\n{% endhint %}',
            '<Admonition type="warning" title="T">\n\ntext\n\n</Admonition>',
            '<Warning title="T">text</Warning>',
        ],
    )
    def test_every_dialect_gives_the_same_shape(self, source: str) -> None:
        assert html(source) == self.box("warning", "T")

    @pytest.mark.parametrize("mark", ["{% callout success %}", "{%callout success%}"])
    def test_jekylls_callouts_may_stand_in_one_line(self, mark: str) -> None:
        assert html(f"{mark}text{{% endcallout %}}") == self.box("tip", "Tip")

    def test_danger_is_a_caution(self) -> None:
        assert html(":::danger\ntext\n:::") == self.box("caution", "Caution")

    def test_a_label_above_a_paragraph_makes_it_a_callout(self) -> None:
        assert html("{: .warning }\ntext") == self.box("warning", "Warning")

    def test_callouts_nest(self) -> None:
        inner = ":::tip\ntext\n:::"
        for outer in (f"::::note\n{inner}\n::::\nafter", f":::note\n{inner}\n:::\nafter"):
            assert html(outer) == (
                '<div class="callout callout-note" role="note"><p class="callout-title">Note</p>'
                f"{self.box('tip', 'Tip')}</div><p>after</p>"
            )

    def test_a_callout_holds_lists_and_code_that_shows_a_callout(self) -> None:
        source = ":::note\n- a\n\n```\n:::\n```\n:::\nafter"
        assert "<li>a</li>" in html(source)
        assert ":::\n</code></pre></div></div><p>after</p>" in html(source)

    def test_a_callout_in_a_list_item_stays_in_it(self) -> None:
        assert html("1. a\n\n   > [!NOTE]\n   > text\n2. b").count("<ol>") == 1


class TestCode:
    def test_code_is_coloured_by_classes_and_keeps_its_language(self) -> None:
        assert render("```bash\necho 1\n```").html == (
            '<div class="highlight" data-lang="bash"><pre tabindex="0"><code>'
            '<span class="nb">echo</span><span class="w"> </span><span class="m">1</span>\n'
            "</code></pre></div>"
        )

    @pytest.mark.parametrize("info", ["{.python}", "python title='x'", "PYTHON {1,3}", "python,x"])
    def test_the_language_is_the_first_word_behind_the_fence(self, info: str) -> None:
        assert 'data-lang="python"' in html(f"```{info}\nx\n```")

    def test_an_unknown_language_is_shown_as_it_is(self) -> None:
        assert "<code>a &lt; b\n</code>" in html("```nonsense\na < b\n```")

    def test_tabs_in_code_stay(self) -> None:
        assert "all:\n\tcc x\n" in html("```\nall:\n\tcc x\n```")

    def test_a_longer_fence_shows_a_shorter_one(self) -> None:
        assert "<code>```\na\n```\n</code>" in html("````\n```\na\n```\n````")

    @pytest.mark.parametrize(
        "text",
        [
            "{% raw %}{{ x }}{% endraw %}",
            "{{site.baseurl}}/x",
            "<user>",
            "import x from 'y'",
            "* TOC\n{:toc}",
            "> [!NOTE]",
            "{% comment %}x{% endcomment %}",
            "https://example.com",
            ":::note\n:::",
        ],
    )
    def test_nothing_inside_code_is_anything_but_code(self, text: str) -> None:
        shown = text.replace("<", "&lt;").replace(">", "&gt;")
        assert f"<code>{shown}\n</code>" in render(f"```\n{text}\n```").html
        indented = "\n".join(f"    {line}" for line in text.split("\n"))
        assert f"<code>{shown}\n</code>" in render(f"Text\n\n{indented}\n").html
        if "\n" not in text:
            assert f"<code>{shown}</code>" in render(f"Text `{text}` text").html

    @given(st.text(st.characters(exclude_categories=["Cc", "Cs"])), st.sampled_from(["", "python"]))
    def test_a_fences_content_is_unchanged(self, code: str, language: str) -> None:
        code = " ".join(code.split("`"))
        section = render(f"```{language}\nx{code}\n```").sections[0]
        assert section.text.split() == f"x{code}".split()


class TestInline:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("~~a~~", "<del>a</del>"),
            ("==a==", "<mark>a</mark>"),
            ("snake_case_word", "snake_case_word"),
            ("**a**b *c*", "<strong>a</strong>b <em>c</em>"),
            ("`` a`b ``", "<code>a`b</code>"),
            (r"\$5 \# \<b\>", "$5 # &lt;b&gt;"),
            ("<mail@example.com>", '<a href="mailto:mail@example.com">mail@example.com</a>'),
            ("a  \nb", "a<br>\nb"),
            ("a\\\nb", "a<br>\nb"),
        ],
    )
    def test_marks_inside_a_line(self, source: str, expected: str) -> None:
        assert render(source).html == f"<p>{expected}</p>"

    @pytest.mark.parametrize(
        ("source", "target", "rest"),
        [
            ("https://example.com/a_b_c.", "https://example.com/a_b_c", "."),
            ("(www.example.com/x)", "https://www.example.com/x", ")"),
            ("https://example.com/a_(b)", "https://example.com/a_(b)", ""),
            ("<https://example.com/?a&b>", "https://example.com/?a&b", ""),
            ("a.b@example.com,", "mailto:a.b@example.com", ","),
        ],
    )
    def test_bare_addresses_are_links(self, source: str, target: str, rest: str) -> None:
        rendered = render(source)
        assert [link.target for link in rendered.links] == [target]
        assert rendered.html.endswith(f"</a>{rest}</p>")

    def test_an_address_in_a_link_is_not_a_second_link(self) -> None:
        assert len(render("[https://a.example](https://b.example)").links) == 1

    def test_keys_are_keys(self) -> None:
        assert "<kbd" in html("++ctrl+c++")

    def test_abbreviations_are_explained(self) -> None:
        assert '<abbr title="Two factors">2FA</abbr>' in html("Use 2FA.\n\n*[2FA]: Two factors")

    def test_footnotes_go_both_ways(self) -> None:
        rendered = render("Text[^n].\n\n[^n]: Note\n\n    - with a list")
        assert {link.target for link in rendered.links} <= {f"#{a}" for a in rendered.anchors}
        assert "<li>with a list" in rendered.html
        assert rendered.sections[0].text.startswith("Text.")

    @pytest.mark.parametrize(
        "source",
        ["<user>", "<your-name>", "<path>", "</user>", "<IP address>", "<title>"],
    )
    def test_placeholders_are_shown(self, source: str) -> None:
        for around in ("Type {} here", "- {}", "a | b\n--|--\n{} | x", "<p>{} here</p>"):
            if source == "<path>" and "<p>" in around:
                continue  # a real tag in real HTML
            assert source in render(around.format(source)).sections[0].text

    def test_what_is_a_tag_stays_a_tag(self) -> None:
        assert render("H<sub>2</sub>O <kbd>x</kbd> <br> <font color=red>y</font>").html == (
            "<p>H<sub>2</sub>O <kbd>x</kbd> <br> y</p>"
        )


class TestBlocks:
    def test_tables_scroll_and_align(self) -> None:
        assert html("Text\na | b\n:-:|--:\n`x\\|y` | 2 | 3\n") == (
            "<p>Text</p>"
            '<div class="table" tabindex="0" role="region" aria-label="Table 1"><table><thead><tr>'
            '<th class="align-center">a</th><th class="align-right">b</th></tr></thead>'
            '<tbody><tr><td class="align-center"><code>x|y</code></td>'
            '<td class="align-right">2</td></tr></tbody></table></div>'
        )

    def test_a_table_inside_a_table_scrolls_with_it(self) -> None:
        assert html("<table><tr><td><table></table></td></tr></table>").count('class="table"') == 1

    def test_words_in_braces_in_a_cell_stay(self) -> None:
        assert "{id}" in html("a | b\n--|--\nGet {id} | x")

    def test_images_load_late_and_may_have_no_alternative_text(self) -> None:
        assert render('![a](x.png "t")').html == (
            '<p><img alt="a" src="x.png" title="t" loading="lazy" decoding="async"></p>'
        )

    def test_details_open_without_a_script(self) -> None:
        source = "<details>\n<summary>More</summary>\n\n- a\n\n</details>"
        assert html(source) == "<details><summary>More</summary><ul><li>a</li></ul></details>"
        assert html('??? note "More"\n    - a') == html(source)

    @pytest.mark.parametrize(
        "source",
        [
            '=== "A"\n\n    one\n\n=== "B"\n\n    two',
            (
                '<Tabs>\n<TabItem value="a" label="A">\n\none\n\n</TabItem>\n'
                '<TabItem value="B">two</TabItem>\n</Tabs>'
            ),
        ],
    )
    def test_tabs_work_without_a_script(self, source: str) -> None:
        assert html(source) == (
            '<div class="tabs">'
            '<details class="tab" name="tabs-1" open="open"><summary>A</summary><p>one</p>'
            "</details>"
            '<details class="tab" name="tabs-1"><summary>B</summary><p>two</p></details></div>'
        )

    def test_markdown_inside_a_div_that_asks_for_it(self) -> None:
        assert html(
            '<div class="x" markdown="1">\n- a\n\n<div markdown="1">*b*</div>\n</div>\nc'
        ) == ("<div><ul><li>a</li></ul><div><p><em>b</em></p></div></div><p>c</p>")

    def test_no_article_begins_with_a_rule(self) -> None:
        assert html("# Title\n\n---\n\n* TOC\n{:toc}\n\n---\n\nText\n\n---") == "<p>Text</p><hr>"

    def test_html_ends_at_a_blank_line(self) -> None:
        assert html("<div>\n*a*\n\n*b*\n\n</div>") == "<div>\n*a*\n<p><em>b</em></p></div>"


class TestOtherTools:
    def test_imports_at_the_top_are_dropped(self) -> None:
        source = "\nimport Tabs from '@theme/Tabs';\nimport {A, B} from \"x\"\n\nText\n\nimport x"
        assert html(source) == "<p>Text</p><p>import x</p>"

    def test_the_sites_address_disappears_from_links(self) -> None:
        rendered = render(
            "[a]({{site.baseurl}}/a) [b]({{ site.url }}{{ site.baseurl }}/b)"
            " ![]({{site.baseurl}}/c)"
            ' <a href="{{ site.baseurl }}/d">d</a>\n\n<p><a href="{{site.baseurl}}/e">e</a></p>'
        )
        assert [link.target for link in rendered.links] == ["/a", "/b", "/c", "/d", "/e"]

    @pytest.mark.parametrize(
        "source",
        [
            "{% raw %}x{% endraw %}",
            "{% comment %}\n- a\n\n```\nb\n```\n{% endcomment %}\nx",
            "{% comment %}a{% endcomment %}x",
            "{::comment}\na\n{:/comment}\nx",
            "{::nomarkdown}x{:/nomarkdown}",
            "{/* a */}x",
            "<!-- a -->\nx",
        ],
    )
    def test_what_speaks_to_another_tool_is_dropped(self, source: str) -> None:
        assert html(source) in ("<p>x</p>", "x")

    def test_it_disappears_in_headings_and_tables_too(self) -> None:
        rendered = render("## [a]({{site.baseurl}}/a)\n\nx | y\n--|--\n[b]({{site.baseurl}}/b) | z")
        assert [link.target for link in rendered.links] == ["/a", "/b"]

    def test_liquid_is_text(self) -> None:
        source = "{% image foo.png alt %} {{ page.title }}"
        assert html(source) == f"<p>{source}</p>"


class TestWhatAPageHas:
    SOURCE = (
        "Intro *text*\nmore.\n\n- a\n- b\n\nx | y\n--|--\n1 | 2\n\n## One ![no](i.png)\n\n"
        "```\na  b\nc\n```\n\n### Two\n\n[a `b`](/t) ![](/e.png) <img src=/n.png> [![alt](/i)](/j)"
    )

    def test_sections_hold_the_text_below_each_heading(self) -> None:
        assert render(self.SOURCE, "T").sections == (
            Section("", 1, "", "Intro text more.\na\nb\nx y\n1 2"),
            Section("one", 2, "One", "a b\nc"),
            Section("two", 3, "Two", "a b"),
        )

    def test_a_page_without_text_has_one_empty_section(self) -> None:
        assert render("").sections == (Section("", 1, "", ""),)

    def test_links_and_images_stand_in_order_as_they_were_written(self) -> None:
        assert render(self.SOURCE, "T").links == (
            Link("image", "i.png", "no"),
            Link("link", "/t", "a b"),
            Link("image", "/e.png", ""),
            Link("image", "/n.png", None),
            Link("link", "/j", "alt"),
            Link("image", "/i", "alt"),
        )

    def test_words_are_counted_in_every_script(self) -> None:
        assert render("## Two words\n\nand three more").words == 5
        assert render("日本語の設定").words == 3


def test_the_version_names_everything_that_decides_how_a_page_looks() -> None:
    assert re.fullmatch(r"\w+(\+[\w.]+){4}", RENDERER_VERSION)


def test_threads_do_not_share_a_converter() -> None:
    sources = [f"# T{n}\n\n[^1] `{n}`\n\n[^1]: {n}" for n in range(40)]
    expected = [render(source) for source in sources]
    found: list[bool] = []

    def work() -> None:
        found.extend(render(s) == e for s, e in zip(sources, expected, strict=True))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 160


@pytest.mark.parametrize(
    "source",
    [
        "# a" * 20_000,
        "|" * 20_000,
        "    " * 5_000 + "x",
        "a " * 100_000,
        "```\n" * 9_000,
    ],
)
def test_odd_but_simple_text_costs_little(source: str) -> None:
    start = time.thread_time()
    render(source)
    assert time.thread_time() - start < 2
