"""`python -m benchmarks.persons`: how well persons are found, and what each stage costs.

With `--thresholds` it shows instead whether those set by hand only fit what they were set on.
Reads the shared data (SAKUIN_DATA, by default ../shared/data). Spans that the labels leave open are
neither rewarded nor punished. GiNZA's figures are those of the prototype's report.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks.report import Section, table
from benchmarks.thresholds import Counts, cross_validate
from indexer.analysing import BATCH, analyse_batch
from indexer.enrich.linking import link
from indexer.enrich.passages import Found, Passage, Source
from indexer.enrich.persons import Person, PersonFinder, as_named
from indexer.enrich.sequences import Tables, load_weights, tag
from indexer.enrich.topics import TopicFinder
from search.analysis.columns import Columns, RawWords
from search.analysis.japanese import Analyser
from search.analysis.normalize import literal_text
from search.article import Article
from search.dates import parse_published

GINZA: Final = "GiNZA (ja_ginza 5.3.0)"
GINZA_FIGURES: Final = (73.6, 70.8, 62.1)
"""Mentions and sets of news_dev, and GSD's test set, as the report has them."""
_PUBLISHED: Final = parse_published("2025-06-10")
_END_OF_SEED: Final = "最新ニュース"
Span = tuple[int, int]


def data_folder() -> Path:
    """The folder of the shared data."""
    return Path(os.environ.get("SAKUIN_DATA") or Path(__file__).parents[1] / "../shared/data")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, its persons' spans with the name of each, and spans that are left open."""

    text: str
    persons: dict[Span, str]
    open: tuple[Span, ...]

    def is_open(self, span: Span) -> bool:
        """Whether the labels say nothing about a span."""
        if span in self.persons:
            return False
        return any(span[0] < end and start < span[1] for start, end in self.open)


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 in percent."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        """Of what was found, what is right."""
        return 100 * self.right / max(self.found, 1)

    @property
    def recall(self) -> float:
        """Of what should be found, what was."""
        return 100 * self.right / max(self.wanted, 1)

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 200 * self.right / max(self.found + self.wanted, 1)


def read_labelled(name: str, folder: Path) -> list[Labelled]:
    """A set of the shared data: `news_dev`, `gsd_dev` or one of those for training."""
    with (folder / "persons" / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [_labelled(json.loads(line)) for line in file]


def _labelled(row: dict[str, Any]) -> Labelled:
    text = row["text"]
    if "persons" in row:
        spans = {(start, end): text[start:end] for start, end in row["persons"]}
        return Labelled(text, spans, ())
    persons = [each for each in row["spans"] if each["type"] == "person"]
    longest: dict[str, str] = {}
    for each in persons:
        if each["canonical"] not in text:
            old = longest.get(each["canonical"], "")
            longest[each["canonical"]] = max(old, each["surface"], key=len)
    names = {
        (each["start"], each["end"]): longest.get(each["canonical"], each["canonical"])
        for each in persons
    }
    ignored = tuple((e["start"], e["end"]) for e in row["spans"] if e["type"] == "ignore")
    return Labelled(text, names, ignored)


def read_seed(folder: Path) -> str:
    """The article that started the project, without the list of other headlines behind it."""
    text = (folder / "news/seed-storm-2025-06-10.txt").read_text("utf-8")
    return text.split(_END_OF_SEED, maxsplit=1)[0]


def find_persons(texts: Sequence[str], finder: PersonFinder) -> list[tuple[Person, ...]]:
    """The persons of each text, taken as the body of an article."""
    articles = [Article(id=text[:9], published=_PUBLISHED, body=text) for text in texts]
    columns, raw = _analysed(articles, Analyser())
    return finder.find(articles, columns, raw.lines)


def _analysed(articles: Sequence[Article], analyser: Analyser) -> tuple[Columns, RawWords]:
    texts = [text for each in articles for text in (each.title, each.body, *each.captions)]
    columns = analyser.analyse_in_columns(texts, raw=True)
    assert columns.raw is not None  # noqa: S101 - asked for
    return columns, columns.raw


def spans_of(person: Person) -> list[Span]:
    """Where a person is named."""
    return [(each.start, each.start + each.length) for each in person.mentions]


def score_mentions(rows: Sequence[Labelled], found: Sequence[Sequence[Person]]) -> Score:
    """Spans that are exactly right."""
    pairs = list(zip(rows, map(_all_spans, found), strict=True))
    counted = [{span for span in spans if not row.is_open(span)} for row, spans in pairs]
    right = sum(len(spans & row.persons.keys()) for spans, row in zip(counted, rows, strict=True))
    return Score(right, sum(map(len, counted)), sum(len(row.persons) for row in rows))


def _all_spans(persons: Iterable[Person]) -> set[Span]:
    return {span for person in persons for span in spans_of(person)}


def score_sets(rows: Sequence[Labelled], found: Sequence[Sequence[Person]]) -> Score:
    """Persons of a text under the right name."""
    right = count = wanted = 0
    for row, persons in zip(rows, found, strict=True):
        names = set(row.persons.values())
        mine = {person.name for person in persons if not all(map(row.is_open, spans_of(person)))}
        right += len(mine & names)
        count += len(mine)
        wanted += len(names)
    return Score(right, count, wanted)


def score_linking(rows: Sequence[Labelled]) -> Score:
    """Mentions under the right name where the spans are given."""
    analyser = Analyser()
    bodies = [
        Article(id=f"{n}", published=_PUBLISHED, title="", body=row.text)
        for n, row in enumerate(rows)
    ]
    tables = Tables(load_weights(), _analysed(bodies, analyser)[1].lines)
    tables.update()
    pairs = [
        pair
        for row, body in zip(rows, bodies, strict=True)
        for pair in _linked(row, _analysed([body], analyser), tables)
    ]
    right = sum(literal_text(name).text == linked for linked, name in pairs)
    return Score(right, len(pairs), len(pairs))


def _linked(
    row: Labelled, analysed: tuple[Columns, RawWords], tables: Tables
) -> list[tuple[str, str]]:
    """The name of each mention as linked, and as it should be."""
    columns, raw = analysed
    passage = Passage(columns.text, raw, tables.looks(), (0, len(raw.line)))
    spans = sorted(row.persons)
    found = [_given(passage, row.text, span) for span in spans]
    names = link([as_named(passage, each) for each in found])
    return list(zip(names, map(row.persons.__getitem__, spans), strict=True))


def _given(passage: Passage, text: str, span: Span) -> Found:
    """A mention with the words that a span of the body covers; before it is the empty title."""
    start = len(literal_text(text[: span[0]] + "|").text)
    form = literal_text(text[span[0] : span[1]]).text
    ends = zip(passage.start, passage.end, strict=True)
    inside = [at for at, (a, b) in enumerate(ends) if a < start + len(form) and b > start]
    return Found(inside[0], inside[-1], form, 1.0, Source.TAGGED)


def quality() -> str:
    """The table of figures beside GiNZA's."""
    finder = PersonFinder()
    news, gsd = (read_labelled(name, data_folder()) for name in ("news_dev", "gsd_dev"))
    found = find_persons([row.text for row in news], finder)
    mentions, sets = score_mentions(news, found), score_sets(news, found)
    sentences = score_mentions(gsd, find_persons([row.text for row in gsd], finder))
    rows = [
        ("news_dev, mentions", *_figures(mentions), str(GINZA_FIGURES[0])),
        ("news_dev, persons of an article", *_figures(sets), str(GINZA_FIGURES[1])),
        ("news_dev, linking (spans given)", "", "", f"{score_linking(news).precision:.1f}", ""),
        ("gsd_dev, mentions", *_figures(sentences), f"{GINZA_FIGURES[2]} (its test set)"),
    ]
    return table(("set", "precision", "recall", "F1", f"F1 of {GINZA}"), rows)


_WHAT: Final = """
Persons found in the texts, on the labelled development sets; nothing of them was trained on.
Spans that the labels leave open are neither rewarded nor punished. GiNZA's figures are those of a
report of ours, made with version 5.3.0 on the same passages. What was read by hand:
[persons-read.md](persons-read.md), and over the archive
[decisions/archive.md](decisions/archive.md).
"""


def persons_section() -> Section:
    """How well persons are found, and what it costs."""
    costs = speed(list(news_articles()))
    return Section("Persons", f"{_WHAT.strip()}\n\n{quality()}\n\n{costs}")


def _figures(score: Score) -> tuple[str, str, str]:
    return f"{score.precision:.1f}", f"{score.recall:.1f}", f"**{score.f1:.1f}**"


def seed() -> str:
    """The persons of the seed article."""
    (persons,) = find_persons([read_seed(data_folder())], PersonFinder())
    rows = [
        (each.name, each.reading, f"{each.confidence:.2f}", str(len(each.mentions)))
        for each in persons
    ]
    return table(("person", "reading", "confidence", "mentions"), rows)


def speed(articles: Sequence[Article]) -> str:
    """What each stage costs, in CPU time of one process, on articles seen once before."""
    analyser, finder, topics = Analyser(), PersonFinder(), TopicFinder()
    batches = [list(articles[start : start + BATCH]) for start in range(0, len(articles), BATCH)]
    analysed = [_analysed(batch, analyser) for batch in batches]
    whole = [analyse_batch(analyser, batch) for batch in batches]
    tables = Tables(load_weights(), analysed[0][1].lines)

    def analyse() -> None:
        for batch in batches:
            _analysed(batch, analyser)

    def tag_all() -> None:
        for _, raw in analysed:
            tag(tables, raw)

    def find_all() -> None:
        for batch, (columns, raw) in zip(batches, analysed, strict=True):
            finder.find(batch, columns, raw.lines)

    def find_topics() -> None:
        for batch in whole:
            topics.find(batch)

    characters = sum(len(each.title) + len(each.body) for each in articles)
    seconds = {
        "analysis": _timed(analyse),
        "tagging, lines new": _timed(tag_all),
        "tagging, lines known": _timed(tag_all),
        "persons, lines new": _timed(find_all),
        "persons, lines known": _timed(find_all),
        "topics": _timed(find_topics),
    }
    pass_over = seconds["persons, lines known"] - seconds["tagging, lines known"]
    seconds["of it mentions and linking"] = pass_over
    order = [*list(seconds)[:5], "of it mentions and linking", "topics"]
    rows = [(name, f"{seconds[name]:.2f}", f"{characters / seconds[name]:,.0f}") for name in order]
    return table(("stage", "s", "characters a second and core"), rows)


def _timed(stage: Callable[[], object]) -> float:
    """CPU time in seconds."""
    before = time.process_time()
    stage()
    return time.process_time() - before


def odd_texts(characters: int = 100_000) -> str:
    """Whether four times the text takes four times as long, whatever it says."""
    rows = []
    for name, text in _odd(4 * characters).items():
        short, long = (_seconds_of(text[:size]) for size in (characters, len(text)))
        speed = f"{len(text) / long:,.0f}"
        rows.append((name, f"{len(text):,}", f"{long:.2f}", speed, f"{long / short:.1f}x"))
    return table(("text", "characters", "s", "characters a second", "to a fourth of it"), rows)


def _odd(characters: int) -> dict[str, str]:
    def repeated(piece: str) -> str:
        return (piece * (characters // len(piece) + 1))[:characters]

    kanji = [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)]
    names = "、".join(f"田中{one}{other}" for other in kanji for one in kanji[:70])
    return {
        "hiragana": repeated("あいうえおかきくけこ"),
        "katakana": repeated("トランプ"),
        "Latin": repeated("Lorem ipsum dolor "),
        "mixed": repeated("石破abc茂トランプ・12さん☆"),
        "no sentence ends": repeated("田中一郎氏と田中二郎氏が会談した"),
        "different names": names[:characters],
        "full stops": repeated("。"),
    }


def _seconds_of(text: str) -> float:
    article = Article(id="x", published=_PUBLISHED, body=text)
    analyser, finder = Analyser(), PersonFinder()

    def find() -> None:
        columns, raw = _analysed([article], analyser)
        finder.find([article], columns, raw.lines)

    return _timed(find)


def news_articles(most: int = 1_500) -> Iterator[Article]:
    """Articles of Japanese Wikinews."""
    with lzma.open(data_folder() / "news/jawikinews.jsonl.xz", "rt", encoding="utf-8") as file:
        for line in islice(file, most):
            row = json.loads(line)
            yield Article(
                id=str(row["id"]), published=_PUBLISHED, title=row["title"], body=row["body"]
            )


def thresholds() -> str:
    """Whether thresholds chosen on one half of news_dev hold on the other."""
    rows = read_labelled("news_dev", data_folder())
    articles = [Article(id="x", published=_PUBLISHED, body=row.text) for row in rows]
    columns, raw = _analysed(articles, Analyser())
    finder = PersonFinder()

    def measure() -> list[Counts]:
        found = finder.find(articles, columns, raw.lines)
        return [_counts(row, persons) for row, persons in zip(rows, found, strict=True)]

    return cross_validate(measure)


def _counts(row: Labelled, persons: Sequence[Person]) -> Counts:
    """Of mentions and sets together."""
    scores = [score([row], [persons]) for score in (score_mentions, score_sets)]
    right = sum(each.right for each in scores)
    return 2 * right, sum(each.found + each.wanted for each in scores)


def main() -> None:
    """Print everything, or how the thresholds hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.persons", description=__doc__)
    parser.add_argument("--thresholds", action="store_true", help="cross-validate those of rules")
    if parser.parse_args().thresholds:
        print(thresholds())
        return
    print(quality(), seed(), speed(list(news_articles())), odd_texts(), sep="\n\n")


if __name__ == "__main__":
    main()
