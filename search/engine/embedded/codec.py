"""Whoosh's codec interface over array segments: nothing but array files is written or read.

`ArrayCodec` and `ArraySegment` are the only names of ours that Whoosh pickles into its table of
contents; they stay where they are for as long as the format lives, and hold plain values only.
Whoosh's own Searcher works on such an index for Term, And, Or and Not over `word` and `id`;
slowly, and so for checking.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.analysis import IDAnalyzer
from whoosh.codec import base
from whoosh.fields import ID, KEYWORD, Schema
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from search.engine.embedded.container import SUFFIX
from search.engine.embedded.segment import Segment
from search.schema import Field

WORD, IDENTITY = "word", "id"


def whoosh_schema() -> Schema:
    """Only classes of Whoosh: the schema is pickled."""
    word = KEYWORD()
    word.analyzer = IDAnalyzer()
    return Schema(**{IDENTITY: ID(unique=True, stored=True), WORD: word})


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads and makes segments of arrays; see whoosh.codec.base.Codec."""

    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:  # noqa: ARG002
        """See Codec."""
        return ArraySegment(indexname)

    def per_document_writer(self, storage: Any, segment: ArraySegment) -> Unused:  # noqa: ARG002
        """See Codec; ArrayWriter keeps the articles itself."""
        return Unused()

    def field_writer(self, storage: Any, segment: ArraySegment) -> Unused:  # noqa: ARG002
        """See Codec; ArrayWriter keeps the postings itself."""
        return Unused()

    def terms_reader(self, storage: Any, segment: ArraySegment) -> Terms:
        """See Codec."""
        return Terms(Segment(segment_path(storage, segment)))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> Documents:
        """See Codec."""
        return Documents(Segment(segment_path(storage, segment)), segment)


class ArraySegment(base.Segment):  # type: ignore[misc]
    """What the table of contents keeps of a segment: its name, count and deletions."""

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self.count = 0
        self.deleted: set[int] = set()

    def codec(self) -> ArrayCodec:
        """See Segment."""
        return ArrayCodec()

    def should_assemble(self) -> bool:
        """One file already."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """See Segment."""
        self.count = doccount

    def doc_count_all(self) -> int:
        """See Segment."""
        return self.count

    def deleted_count(self) -> int:
        """See Segment."""
        return len(self.deleted)

    def deleted_docs(self) -> Iterator[int]:
        """See Segment."""
        return iter(self.deleted)

    def is_deleted(self, docnum: int) -> bool:
        """See Segment."""
        return docnum in self.deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:  # noqa: FBT001, FBT002
        """See Segment."""
        (self.deleted.add if delete else self.deleted.discard)(docnum)


def segment_path(storage: Any, segment: ArraySegment) -> Path:
    """The array file of a segment."""
    name: str = segment.make_filename(SUFFIX)
    return Path(storage.folder) / name


class Unused:
    """What Whoosh's writer opens and closes around a segment, and ours does not use."""

    is_closed = False

    def close(self) -> None:
        """Whoosh asks whether it was called."""
        self.is_closed = True


class Documents(base.PerDocumentReader):  # type: ignore[misc]
    """Counts, deletions, lengths and ids; see whoosh.codec.base.PerDocumentReader."""

    def __init__(self, arrays: Segment, segment: ArraySegment) -> None:
        self._arrays = arrays
        self._segment = segment
        lengths = [arrays.file[f"length.{each}"].astype(np.int64) for each in Field]
        self._lengths = np.sum(lengths, axis=0)

    def doc_count(self) -> int:
        """See PerDocumentReader."""
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        """See PerDocumentReader."""
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        """See PerDocumentReader."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """See PerDocumentReader."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """See PerDocumentReader."""
        return self._segment.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """See PerDocumentReader."""
        return int(self._lengths[docnum]) if fieldname == WORD else default

    def field_length(self, fieldname: str) -> int:
        """See PerDocumentReader."""
        return int(self._lengths.sum()) if fieldname == WORD else 0

    def min_field_length(self, fieldname: str) -> int:
        """See PerDocumentReader."""
        return int(self._lengths.min(initial=0)) if fieldname == WORD else 0

    def max_field_length(self, fieldname: str) -> int:
        """See PerDocumentReader."""
        return int(self._lengths.max(initial=0)) if fieldname == WORD else 0

    def stored_fields(self, docnum: int) -> dict[str, str]:
        """The id; the article itself is read by `Segment.article`."""
        return {IDENTITY: self._arrays.id(docnum)}


class Terms(base.TermsReader):  # type: ignore[misc]
    """The terms of `word`, and ids as terms of `id`; see whoosh.codec.base.TermsReader."""

    def __init__(self, arrays: Segment) -> None:
        self._arrays = arrays

    def _article(self, text: bytes) -> int | None:
        return self._arrays.number(text.decode())

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field, text = term
        found = self._article(text) if field == IDENTITY else self._arrays.term(text.decode())
        return found is not None

    def indexed_field_names(self) -> list[str]:
        """See TermsReader."""
        return [IDENTITY, WORD]

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """See TermsReader; ids are left out, as nobody walks through them."""
        return ((WORD, text) for text in self._arrays.terms())

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """See TermsReader."""
        return (term for term in self.terms() if fieldname == WORD and term[1] >= prefix)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """See TermsReader."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """See TermsReader."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def _articles(self, fieldname: str, text: bytes) -> list[int]:
        if fieldname == IDENTITY:
            found = self._article(text)
            articles = [] if found is None else [found]
        else:
            number = self._arrays.term(text.decode())
            articles = [] if number is None else self._arrays.postings(number)[0].tolist()
        if not articles:
            raise TermNotFound(f"{fieldname}:{text!r}")
        return articles

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """See TermsReader; frequencies inside an article are not told."""
        articles = self._articles(fieldname, text)
        count = len(articles)
        return TermInfo(float(count), count, 1, 1, 1.0, articles[0], articles[-1])

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """0 for an unknown term, which SegmentReader relies on."""
        return len(self._articles(fieldname, text)) if (fieldname, text) in self else 0

    def frequency(self, fieldname: str, text: bytes) -> float:
        """As doc_frequency."""
        return float(self.doc_frequency(fieldname, text))

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        """See TermsReader."""
        info = self.term_info(fieldname, text)
        articles = self._articles(fieldname, text)
        return ListMatcher(
            articles,
            [1.0] * len(articles),
            [b""] * len(articles),
            format_,
            scorer,
            term=(fieldname, text),
            terminfo=info,
        )

    def close(self) -> None:
        """See TermsReader."""
