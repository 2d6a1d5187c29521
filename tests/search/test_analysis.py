"""Analysis: what is the same word, in many languages and for things that are no words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_site import make_site

from kb.knowledge_base import KnowledgeBase
from kb.search.analysis import LONGEST, fold, phrase_terms, places, stop_words, terms


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("en", "cancelled", "cancelling"),
        ("de", "Rechnungen", "Rechnung"),
        ("de", "Häuser", "Haus"),
        ("fr", "annulation", "annulations"),
        ("fr", "continuellement", "continuel"),
        ("es", "facturas", "factura"),
        ("pt", "contas", "conta"),
        ("pt-BR", "contas", "conta"),
        ("it", "fatture", "fattura"),
        ("nl", "rekeningen", "rekening"),
        ("ru", "пароля", "паролем"),
        ("sv", "räkningarna", "räkning"),
        ("da", "regningerne", "regning"),
        ("no", "regninger", "regning"),
        ("fi", "laskuja", "lasku"),
        ("hu", "számlák", "számla"),
        ("ro", "facturile", "facturi"),
    ],
)  # fmt: skip
def test_endings_do_not_matter_in_their_language(lang: str, one: str, other: str) -> None:
    assert terms(one, lang) == terms(other, lang)
    assert terms(one, lang) == terms(one.upper(), lang)


@pytest.mark.parametrize("lang", ["pl", "cs", "xx", "zh", "ja", "ar", ""])
def test_a_language_without_a_stemmer_keeps_its_words(lang: str) -> None:
    assert terms("Zamówienia gotowe", lang) == ["zamowienia", "gotowe"]
    assert isinstance(stop_words(lang), frozenset)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ärger", "arger"), ("CAFÉ", "cafe"), ("cafe\u0301", "cafe"), ("Straße", "strasse"),
        ("STRASSE", "strasse"), ("ﬁle", "file"), ("Œuvre", "oeuvre"), ("Łódź", "lodz"), ("Ærø", "aero"), ("İstanbul", "istanbul"),
        ("naïve", "naive"), ("ｆｕｌｌ", "full"), ("Ångström", "angstrom"), ("Ελλάδα", "ελλαδα"),
        ("ὈΔΟΣ", "οδοσ"), ("ὁδός", "οδοσ"),
    ],
)  # fmt: skip
def test_case_accents_and_ligatures_do_not_matter(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_turkish_letters_fold_without_loss() -> None:
    """Whatever case rules a keyboard has, dotted and dotless i find each other."""
    assert fold("İ") == fold("I") == fold("i") == fold("ı") == "i"
    assert terms("IŞIK", "tr") == terms("ışık", "tr") == terms("isik", "tr")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("請求書", ["請求", "求書"]),
        ("書", ["書"]),
        ("パスワード", ["パス", "スワ", "ワー", "ード"]),
        ("비밀번호 변경", ["비밀", "밀번", "번호", "변경"]),
        ("DNS設定", ["dns", "設定"]),
        ("2要素", ["2", "要素"]),
        ("設定。変更", ["設定", "変更"]),
        ("รหัส", ["รห", "หั", "ัส"]),
    ],
)  # fmt: skip
def test_cjk_is_cut_into_pairs_of_letters(text: str, expected: list[str]) -> None:
    for lang in ("ja", "zh", "ko", "en"):
        assert terms(text, lang) == expected


@pytest.mark.parametrize(
    ("written", "whole", "parts"),
    [
        ("wp-config.php", "wpconfigphp", {"wp", "config", "php"}),
        ("ERR_CONNECTION_REFUSED", "errconnectionrefused", {"err", "connection", "refused"}),
        ("e-mail", "email", {"mail"}),
        ("HTTP/2", "http2", {"http", "2"}),
        ("user@example.com", "userexamplecom", {"user", "example", "com"}),
        ("v2.1.3", "v213", {"v2", "1", "3"}),
        ("foo.bar_baz-qux", "foobarbazqux", {"foo", "bar", "baz", "qux"}),
    ],
)  # fmt: skip
def test_compounds_are_words_whole_and_in_part(written: str, whole: str, parts: set[str]) -> None:
    found = terms(written, "xx")
    assert whole in found
    assert parts <= set(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("e-mail", "email"), ("E-Mail", "email"), ("e‑mail", "email"), ("don't", "dont"), ("don’t", "don't"),
        ("customer's", "customer"), ("customer’s", "customer"), ("Wi-Fi", "wifi"),
    ],
)  # fmt: skip
def test_ways_to_write_a_word_share_a_term(one: str, other: str) -> None:
    assert set(terms(one, "en")) & set(terms(other, "en"))


@pytest.mark.parametrize(
    ("lang", "written", "noun"),
    [
        ("fr", "l'adresse", "adresse"), ("fr", "l’adresse", "adresse"), ("fr", "d'abonnement", "abonnement"),
        ("fr", "qu'une", "une"), ("it", "l'indirizzo", "indirizzo"), ("it", "dell’account", "account"),
        ("ca", "l'adreça", "adreça"),
    ],
)  # fmt: skip
def test_an_elided_article_is_no_part_of_the_word(lang: str, written: str, noun: str) -> None:
    assert set(terms(noun, lang)) <= set(terms(written, lang))


def test_an_apostrophe_inside_an_english_word_is_left_alone() -> None:
    assert terms("can't", "xx") == ["cant"]
    assert terms("o'clock", "xx") == ["oclock"]
    assert terms("the l's", "xx") == ["the", "l"]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("hi", "पासवर्ड बदलें", 2),
        ("ar", "كَلِمَة المرور", 2),
        ("he", "שָׁלוֹם", 1),
        ("ta", "கடவுச்சொல்", 1),
        ("en", "e\u0301te\u0301s", 1),
    ],
)
def test_vowel_signs_and_accents_do_not_cut_a_word(lang: str, text: str, expected: int) -> None:
    assert len(terms(text, lang)) == expected


def test_single_letters_of_cjk_are_in_the_index_but_not_in_queries() -> None:
    assert places("請求書", "ja", letters=True) == [
        ("請求", 0), ("請", 0), ("求書", 1), ("求", 1), ("書", 2),
    ]  # fmt: skip
    assert places("書", "ja", letters=True) == places("書", "ja") == [("書", 0)]


@given(st.text(max_size=200), st.sampled_from(["en", "de", "ja", "ru", "tr", "xx", "pt-BR"]))
def test_every_text_becomes_terms_of_bounded_length(text: str, lang: str) -> None:
    found = places(text, lang)
    assert all(0 < len(term) <= LONGEST for term, _ in found)
    assert all("\n" not in term for term, _ in found)  # the terms of an index are lines
    where = [place for _, place in found]
    assert where == sorted(where)
    assert len(phrase_terms(text, lang)) <= len(found)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_case_and_normal_form_never_matter(word: str) -> None:
    import unicodedata

    for form in ("NFC", "NFD"):
        assert terms(unicodedata.normalize(form, word), "en") == terms(word, "en")
    assert fold(word.casefold()) == fold(word)
    assert fold(fold(word)) == fold(word)


FILES = {
    "wp.md": "# Change the settings file\n\nOpen `wp-config.php` in an editor.\n",
    "err.md": "# The page does not load\n\nChrome says `ERR_CONNECTION_REFUSED` or `ERR_TIMED_OUT`.\n",
    "2fa.md": "# Turn on 2FA\n\nUse an app for the codes.\n",
    "mail.md": "# Change your e-mail\n\nOpen your profile.\n",
    "hex.md": "# Update fails\n\nWindows shows 0x80070005 then.\n",
    "http.md": "# Faster pages\n\nWe serve HTTP/2 everywhere.\n",
    "address.md": "# Who to write to\n\nWrite to user@example.com about it.\n",
    "cpp.md": "# The C++ client\n\nCompile it with C++ or C#.\n",
    "version.md": "# What is new\n\nReleased as v2.1.3 in May.\n",
    "names.md": "# Names of settings\n\nSet foo.bar_baz-qux to zero.\n",
    "dont.md": "# Mails you don’t want\n\nSay so, the customer’s choice counts.\n",
    "accents.md": "# Ärger mit der Größe im Café\n\nDie ﬁnale Ausgabe. Cœur, smörgåsbord, Dvořák.\n",
    "turkish.md": "# Işık ve İstanbul\n\nKapı.\n",
    "ja.md": "# 請求書を見る\n\nパスワードを再設定する方法。書く。\n",
    "zh.md": "# 更改密码\n\n如何取消订阅\n",
    "ko.md": "# 비밀번호 변경\n\n계정을 삭제합니다\n",
    "port.md": "# Open a port\n\nTry localhost:8080 and ::1, or --dry-run --no-cache.\n",
    "env.md": "# Environment\n\nSet KB_DATA_DIR=/var/lib/kb and `$HOME`.\n",
    "code.md": "# Decline codes\n\nThe code is E-1042, or error 51-B.\n",
    "function.md": "# Upload limits\n\nRaise maxUploadSize and call getUserById() again.\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    return KnowledgeBase(make_site(tmp_path_factory.mktemp("analysis"), FILES).settings).edition


def slugs(edition, text: str, lang: str = "en") -> list[str]:  # type: ignore[no-untyped-def]
    return [hit.article.slug for hit in edition.search(text, lang).hits]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("wp-config.php", "wp"), ("wp-config", "wp"), ("config.php", "wp"), ("wpconfig", "wp"), ("wp config", "wp"),
        ("ERR_CONNECTION_REFUSED", "err"), ("err connection refused", "err"), ("connection_refused", "err"),
        ("err_timed_out", "err"), ("connection refused", "err"),
        ("2FA", "2fa"), ("2fa", "2fa"), ("2-FA", "2fa"),
        ("e-mail", "mail"), ("email", "mail"), ("E-Mail", "mail"), ("E-MAIL", "mail"),
        ("0x80070005", "hex"), ("0X80070005", "hex"), ("error 0x80070005", "hex"),
        ("HTTP/2", "http"), ("http2", "http"), ("http", "http"),
        ("user@example.com", "address"), ("example.com", "address"), ("@example.com", "address"),
        ("C++", "cpp"), ("c++ client", "cpp"),
        ("v2.1.3", "version"), ("2.1.3", "version"), ("v2.1", "version"),
        ("foo.bar_baz-qux", "names"), ("bar_baz", "names"), ("qux", "names"), ("foo.bar", "names"), ("baz-qux", "names"),
        ("don't", "dont"), ("don’t want", "dont"), ("customer's choice", "dont"), ("customers choice", "dont"),
        ("arger", "accents"), ("ÄRGER", "accents"), ("groesse", "accents"), ("größe", "accents"), ("GRÖSSE", "accents"),
        ("cafe", "accents"), ("finale", "accents"), ("coeur", "accents"), ("smorgasbord", "accents"), ("Dvorak", "accents"),
        ("işık", "turkish"), ("Işık", "turkish"), ("isik", "turkish"), ("istanbul", "turkish"), ("İSTANBUL", "turkish"), ("kapı", "turkish"), ("kapi", "turkish"),
        ("請求書", "ja"), ("請求", "ja"), ("再設定", "ja"), ("書", "ja"), ("パスワード", "ja"),
        ("密码", "zh"), ("取消订阅", "zh"), ("비밀번호", "ko"), ("삭제", "ko"),
        ("localhost:8080", "port"), ("8080", "port"), ("--dry-run", "port"), ("dry run", "port"), ("--no-cache", "port"),
        ("KB_DATA_DIR", "env"), ("data_dir", "env"), ("/var/lib/kb", "env"), ("$HOME", "env"),
        ("E-1042", "code"), ("E1042", "code"), ("1042", "code"), ("51-B", "code"), ("51b", "code"),
        ("maxUploadSize", "function"), ("max upload size", "function"), ("getUserById", "function"), ("upload size", "function"),
    ],
)  # fmt: skip
def test_it_is_found_as_it_is_written_and_in_part(edition, text: str, slug: str) -> None:  # type: ignore[no-untyped-def]
    assert slugs(edition, text)[:1] == [slug]


MIXED = {
    "en.md": "---\ntitle: Password\nlang: en\n---\nReset the password of your account.\n",
    "de.md": "---\ntitle: Passwort\nlang: de\n---\nDas Passwort für den Account, kurz das Password.\n\n## Am Ende\n\nAm Do. kündigen Sie.\n",
    "fr.md": "---\ntitle: Mot de passe\nlang: fr\n---\nChangez l’adresse, ou le password.\n",
    "ja.md": "---\ntitle: パスワード\nlang: ja\n---\nパスワードを再設定する方法 password\n",
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    return KnowledgeBase(make_site(tmp_path_factory.mktemp("mixed"), MIXED).settings).edition


@pytest.mark.parametrize("lang", ["en", "de", "fr", "ja"])
def test_the_visitors_own_language_is_first_and_the_others_follow(mixed, lang: str) -> None:  # type: ignore[no-untyped-def]
    found = slugs(mixed, "password", lang)
    assert found[0] == lang
    assert set(found) == {"en", "de", "fr", "ja"}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Passwörter", "de"), ("adresse", "fr"), ("再設定", "ja"), ("account", "en"),
        ("kündigen", "de"), ("changez", "fr"), ("How do I kündigen?", "de"),
    ],
)  # fmt: skip
def test_words_of_another_language_are_found(mixed, text: str, slug: str) -> None:  # type: ignore[no-untyped-def]
    assert slugs(mixed, text, "en")[0] == slug


def test_a_hit_in_another_language_shows_the_section_that_has_the_words(mixed) -> None:  # type: ignore[no-untyped-def]
    (hit,) = mixed.search("kündigung", "en").hits
    assert (hit.article.slug, hit.section.title) == ("de", "Am Ende")
    assert [text for text, found in hit.snippet if found] == ["kündigen"]


def test_what_says_little_finds_nothing_in_another_language(mixed) -> None:  # type: ignore[no-untyped-def]
    assert slugs(mixed, "How do I reset it?", "en") == ["en"]


def test_a_language_that_no_article_has_finds_the_others(mixed) -> None:  # type: ignore[no-untyped-def]
    assert "en" in slugs(mixed, "password", "pl")
    assert slugs(mixed, "password", "de-AT")[0] == "de"
