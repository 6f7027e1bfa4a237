"""What a query means for an article, and how it scores: the meaning of every node, in one place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import assert_never

from search.article import Article
from search.dates import tokyo_day
from search.labels import Linked, Linker, as_linked, labels_of, readings_of, unlinked
from search.literal import BETWEEN_PIECES, BETWEEN_WORDS, alternatives, places
from search.query import (
    And,
    AtLeast,
    Best,
    Between,
    Boosted,
    Everything,
    Leaf,
    Literal,
    Not,
    Nothing,
    OneOf,
    Opening,
    Or,
    Passing,
    Phrase,
    Query,
    Term,
    Weighted,
)
from search.schema import FIELD_END, VALUE_FACETS, AnalysedArticle, Facet, Field
from search.scoring import (
    LEAD,
    OPENING,
    OPENING_WEIGHT,
    PLACED,
    Averages,
    averages_of,
    idf_units,
    impact,
    opening_units,
)

Links = Mapping[Facet, Mapping[str, Linked]]
"""What every label of each facet is linked to."""


class Collection:
    """Analysed articles and what is known of all of them together."""

    def __init__(
        self,
        articles: Sequence[AnalysedArticle],
        averages: Averages | None = None,
        links: Links | None = None,
    ) -> None:
        self.articles = articles
        self.links = link_all(articles, unlinked) if links is None else links
        self._readings = readings_of(self.links[Facet.PERSON].values())
        self._forms: dict[str, set[str]] = {}
        self._read: dict[str, set[str]] = {}
        self.having: Counter[str] = Counter()
        """How many articles have each term."""
        totals: Counter[Field] = Counter()
        for each in articles:
            held = {term for field in Field for term in each.terms(field) if term}
            self.having.update(held)
            for reading, term in each.readings:
                if term in held:
                    self._read.setdefault(reading, set()).add(term)
            for field in Field:
                totals[field] += sum(map(bool, each.terms(field)))
                for place in each.words[field].tolist():
                    term, form = each.forms[place]
                    self._forms.setdefault(term, set()).add(form)
        self._averages = averages or averages_of(totals, len(articles))
        self._units: dict[Query, int] = {}

    def forms(self, term: str) -> list[str]:
        """Every way a term is written, itself first."""
        return [term, *sorted(self._forms.get(term, set()) - {term})]

    def terms_written(self, form: str) -> list[str]:
        """The terms that are written so somewhere."""
        return sorted(term for term in self.having if form in self.forms(term))

    def terms_read(self, reading: str) -> list[str]:
        """The terms of articles that give them this reading."""
        return sorted(self._read.get(reading, ()))

    def matches(self, query: Query, article: AnalysedArticle) -> bool:  # noqa: C901, PLR0911 - one a node
        """Whether an article matches; the meaning of every node, in one place."""
        match query:
            case Term():
                return any(query.term in article.terms(each) for each in query.fields)
            case Phrase():
                return any(self._side_by_side(query, article, each) for each in query.fields)
            case Literal():
                pieces = [(piece,) for piece in query.pieces]
                return any(
                    any(places(text, pieces, BETWEEN_PIECES, lambda _: True))
                    for each in query.fields
                    for _, text in literal_texts(article)[each]
                )
            case Boosted() | Weighted():
                return self.matches(query.clause, article)
            case And():
                return all(self.matches(clause, article) for clause in query.clauses)
            case Or() | Best():
                return any(self.matches(clause, article) for clause in query.clauses)
            case AtLeast():
                pairs = zip(query.clauses, query.weights, strict=True)
                found = (w for clause, w in pairs if self.matches(clause, article))
                return sum(found) >= query.needed
            case Not():
                return not self.matches(query.clause, article)
            case Passing():
                return self.passes(article.article, query.facet, query.rule)
            case Everything():
                return True
            case Nothing():
                return False
        assert_never(query)

    def values(self, article: Article, facet: Facet) -> list[str]:
        """The values of an article for a facet other than the date, each once."""
        linked = (self.links[facet][label].value for label in labels_of(article, facet))
        return list(dict.fromkeys(value for value in linked if value is not None))

    def passes(self, article: Article, facet: Facet, rule: OneOf | Between) -> bool:
        """Whether an article passes the filter on a facet."""
        match rule:
            case OneOf():
                return not set(rule.values).isdisjoint(self.values(article, facet))
            case Between():
                day = tokyo_day(article.published)
                return (rule.since or date.min) <= day <= (rule.until or date.max)
        assert_never(rule)

    def shown(self, article: Article) -> Article:
        """An article with its persons as they are linked."""
        links = self.links[Facet.PERSON]
        values = [links[each].value for each in labels_of(article, Facet.PERSON)]
        read = self._readings
        return as_linked(article, [Linked(each, read[each] if each else "") for each in values])

    def _side_by_side(self, phrase: Phrase, article: AnalysedArticle, field: Field) -> bool:
        pieces = [alternatives(slot, self.forms) for slot in phrase.slots]
        return any(
            any(places(text, pieces, BETWEEN_WORDS, article.border_from(start), phrase.gaps))
            for start, text in literal_texts(article)[field]
        )

    def score(self, query: Query, article: AnalysedArticle) -> int:  # noqa: PLR0911 - one a node
        """The score of an article that matches, in SCORE_UNITS."""
        match query:
            case Term():
                return self._idf(query) * self._impact(query.term, article)
            case Phrase() | Literal():
                return self._idf(query) * PLACED
            case Boosted():
                raised = self.score(query.by, article) if self.matches(query.by, article) else 0
                return self.score(query.clause, article) + raised
            case Weighted():
                return self.score(query.clause, article) * query.eighths // 8
            case And() | Or() | AtLeast():
                matching = [each for each in query.clauses if self.matches(each, article)]
                return sum(self.score(clause, article) for clause in matching)
            case Best():
                matching = [each for each in query.clauses if self.matches(each, article)]
                return max(self.score(clause, article) for clause in matching)
            case Not() | Passing() | Everything() | Nothing():
                return 0
        assert_never(query)

    def raised(self, opening: Opening, article: AnalysedArticle) -> int:
        """What an opening adds to the score of an article, in SCORE_UNITS."""
        return sum(
            OPENING_WEIGHT * (self._opening_units(pair) * eighths // 8)
            for pair, eighths in opening.pairs
            if pair in _beginning(article)
        )

    def _opening_units(self, pair: str) -> int:
        wanted = re.compile(f"(?={re.escape(pair)})")
        places = sum(len(wanted.findall(each.text)) for each in self.articles)
        return opening_units(len(self.articles), places)

    def _idf(self, leaf: Leaf) -> int:
        if leaf not in self._units:
            having = sum(self.matches(leaf, each) for each in self.articles)
            self._units[leaf] = idf_units(len(self.articles), having)
        return self._units[leaf]

    def _impact(self, term: str, article: AnalysedArticle) -> int:
        title, body, captions = (article.terms(each) for each in Field)
        counts = (
            title.count(term),
            body[:LEAD].count(term),
            body[LEAD:].count(term),
            captions.count(term),
        )
        lengths = {each: sum(map(bool, article.terms(each))) for each in Field}
        return impact(counts, lengths, self._averages)


def _beginning(article: AnalysedArticle) -> str:
    """Headline and the first characters of the body, one more where a pair may end in it."""
    title, body, *_ = article.text.split(FIELD_END)
    return f"{title}{FIELD_END}{body[: OPENING + 1]}"


def literal_texts(article: AnalysedArticle) -> dict[Field, list[tuple[int, str]]]:
    """The texts of each field, and where they begin in the literal text."""
    texts: dict[Field, list[tuple[int, str]]] = {each: [] for each in Field}
    start = 0
    for number, text in enumerate(article.text.split(FIELD_END)[:-1]):
        texts[list(Field)[min(number, 2)]].append((start, text))
        start += len(text) + 1
    return texts


def link_all(
    articles: Iterable[AnalysedArticle], linker: Linker, before: Links | None = None
) -> Links:
    """What the labels of articles are linked to; readings may be those from before."""
    given = [each.article for each in articles]
    counts = {f: Counter(label for a in given for label in labels_of(a, f)) for f in VALUE_FACETS}
    links = before or {}
    known = {facet: readings_of(each.values()) for facet, each in links.items()}
    return {facet: linker(facet, each, known.get(facet, {})) for facet, each in counts.items()}
