"""How well and how fast mails are answered, beside the bare questions that are inside them.

    .venv/bin/python benchmarks/mails.py [--judgements ../shared] [--corpora ../shared/corpora]

Each question of the judgement sets is put into mails of about 300 words: a greeting, a story that
shares words with articles, other questions, a signature. `bare` is the share of questions with a
right article among the first three of a search, `mail` the same of the answers to the mail.
"""

# ruff: noqa: E501  (sentences read better whole)

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import TYPE_CHECKING

from corpora import real
from judgements import SHARED, load

from kb.search.answering import answers
from kb.search.indexing import build_indexes
from kb.search.searcher import Searcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from judgements import Judgement

    from kb.content.library import Library

FIRST = 3
MAILS = 4  # of each question
WORDS = 300
WANTED = 0.8
CORPUS = "rackspace"

GREETINGS = (
    "Hello,",
    "Hi there,",
    "Good morning support team,",
    "Dear Sir or Madam,",
    "Hi, hope you are all well.",
    "To whom it may concern,",
)
STORY = (
    "I have been a customer of yours for almost three years now and until last week I never had to write to you.",
    "We are a small company of five people and sell wooden toys, mostly before the holidays.",
    "My colleague set everything up at the time, but she left in March and nobody else knows how it was done.",
    "Yesterday evening I sat down after dinner to get this out of the way before our accountant comes on Friday.",
    "I clicked around for about an hour and honestly got more and more confused.",
    "My husband looked at it as well and could not help either.",
    "I also restarted the computer and tried another browser, without any change.",
    "A friend told me that it worked for her without any problem, so I suppose that I am doing something wrong.",
    "On the phone I was told to write to this address, so here I am.",
    "I read through the help pages first, but either I used the wrong words or it is not there.",
    "Our website went live two years ago and our customers are used to it by now, so I do not want to break anything.",
    "I am not a technical person, so a short explanation in plain words would be wonderful.",
    "There was an email from you in my inbox last month, but I am afraid that I deleted it.",
    "We pay by credit card and the last invoice was fine, so that cannot be the reason.",
    "The account is in the name of my brother, but I am the one who uses it from day to day.",
    "It is quite urgent for us because a new project starts on Monday and people are waiting.",
    "I took a picture of the screen, which I can send you if that is of any use.",
    "Last time somebody from your team answered within a few hours, which was great.",
    "Before that we were with another provider, and there it was a single button.",
    "I may have changed something in the settings in spring, but I do not remember what.",
    "My mother is eighty and depends on me for these things, so I try to do it in the evenings.",
    "We moved our office in summer and since then a lot of things had to be set up again.",
    "I was on holiday for two weeks and only saw this when I came back on Sunday.",
    "In the newspaper I read something different from what a neighbour told me, and now I do not know what to believe.",
    "The children were ill, so it took me longer than I thought to get back to this.",
    "I work from home three days a week and share the machine with my daughter.",
    "I wrote down the steps that I took, in case you want to see them.",
    "It is raining here, so at least I do not miss anything outside.",
    "Can you help me with this?",
    "Is there anything that I can do about it?",
    "Do you have any idea?",
    "Could you look into it?",
    "What am I doing wrong?",
)
LEADS = (
    "",
    "",
    "",
    "My question is this: ",
    "What I would like to know: ",
    "It is about the following: ",
    "So here is my question. ",
)
CLOSINGS = (
    "Thank you very much for your help.",
    "Many thanks in advance and have a good day.",
    "Looking forward to hearing from you soon.",
    "Thanks a lot for your time and patience.",
)
SIGNATURES = (
    "Best regards,\nThe office manager\nExample Toys Ltd\n12 Harbour Street, 4th floor\nTel. +44 20 7946 0018\nwww.example.com",
    "Kind regards\n\nSent from my phone",
    "--\nOperations | Example Toys\noperations@example.com | +1 555 0100\nThis message is confidential and only meant for the person it is addressed to. If you received it by mistake, let us know and delete it.",
    "Cheers,\nthe two of us at the counter",
    "Yours sincerely,\na customer of many years\n5 Mill Lane\nOld Town",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--judgements", type=Path, default=SHARED, metavar="FOLDER")
    parser.add_argument("--corpora", type=Path, default=SHARED / "corpora", metavar="FOLDER")
    options = parser.parse_args()
    print("| Set | Questions | | bare | mail | ratio | typing errors: bare | mail | ratio |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for judged in load(options.judgements):
            for name, searcher in searchers(judged.library, Path(folder) / judged.name):
                told = [f"{judged.name} | {len(judged.clean)} | {name}"]
                told += [row(searcher, some) for some in (judged.clean, judged.typos)]
                print(f"| {' | '.join(told)} |", flush=True)
        if (options.corpora / CORPUS).is_dir():
            timed(real(options.corpora / CORPUS, Path(folder) / "cache.sqlite"), Path(folder))


def searchers(library: Library, folder: Path) -> Iterator[tuple[str, Searcher]]:
    folder.mkdir()
    build_indexes(library, folder / "workshop", folder / "index")
    for name, semantic in (("words", False), ("`semantic`", True)):
        yield name, Searcher(folder / "index", library, semantic=semantic)


def row(searcher: Searcher, asked: list[Judgement]) -> str:
    bare = fmean(
        any(slug in one.relevant for slug, *_ in searcher.rank(one.text, "en", FIRST))
        for one in asked
    )
    mails = fmean(
        any(hit.article.slug in one.relevant for hit in answers(searcher, text, "en", FIRST))
        for one in asked
        for text in (mail(one.text, seed) for seed in range(MAILS))
    )
    ratio = mails / bare
    return f"{bare:.3f} | {mails:.3f} | {ratio:.2f}{'' if ratio >= WANTED else ' (missed)'}"


def timed(library: Library, folder: Path) -> None:
    """Questions are titles: what matters here is how many articles and words there are."""
    print(f"\nA mail of {WORDS} words at {len(library.articles)} articles, milliseconds:")
    titles = [article.title for article in library.articles][::5]
    for name, searcher in searchers(library, folder / CORPUS):
        took = []
        for seed, title in enumerate(titles):
            text = mail(title, seed)
            begin = time.perf_counter()
            answers(searcher, text, "en", 5)
            took.append((time.perf_counter() - begin) * 1000)
        print(
            f"{name}: median {median(took):.1f}, 95 in 100 at most {quantiles(took, n=20)[-1]:.1f}"
        )


def mail(question: str, seed: int, words: int = WORDS) -> str:
    """About so many words, with the question somewhere in the story."""
    chance = random.Random(f"{seed} {question}")
    told: list[str] = []
    for sentence in chance.sample(STORY, len(STORY)):
        told.append(sentence)
        if sum(len(one.split()) for one in told) > words - 50:
            break
    asked = chance.choice(LEADS) + _ended(question, chance)
    told.insert(chance.randrange(len(told) + 1), asked)
    closing = [chance.choice(CLOSINGS), chance.choice(SIGNATURES)]
    return "\n\n".join([chance.choice(GREETINGS), *_paragraphs(told, chance), *closing])


def _paragraphs(told: list[str], chance: random.Random) -> Iterator[str]:
    while told:
        some = chance.randint(2, 5)
        yield " ".join(told[:some])
        told = told[some:]


def _ended(question: str, chance: random.Random) -> str:
    """Some end what they ask with a mark, some do not."""
    question = question.strip()
    return question if question[-1:] in ".?!" else question + chance.choice(("?", ".", "...", ""))


if __name__ == "__main__":
    main()
