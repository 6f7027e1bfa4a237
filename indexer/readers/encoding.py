"""From bytes to text: UTF-8, UTF-16 with BOM, Shift_JIS, EUC-JP, ISO-2022-JP."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import Final

EXPECTED: Final = "text in UTF-8 (or Shift_JIS, EUC-JP, ISO-2022-JP, UTF-16 with BOM)"
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_JIS_ESCAPE: Final = re.compile(rb"\x1b\$[@B]|\x1b\([BJ]")
_CANDIDATES: Final = ("utf-8", "cp932", "euc_jis_2004")
_MOST_LINES: Final = 300
_KANA: Final = re.compile("[ぁ-んァ-ヶー、。「」]")
_RARE: Final = re.compile("[\uff61-\uff9f\ue000-\uf8ff\u0400-\u04ff\u0370-\u03ff\x80-\x9f]")


class UnreadableText(ValueError):
    """Bytes in no encoding that is read; `line` counts from 1."""

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason)
        self.line = line


def detect(data: bytes) -> str:
    """The encoding of `data`, which may be cut off anywhere; `utf-8` where nothing fits.

    Every line has a vote, and the broken ones have none: read as Shift_JIS, a file of UTF-8 with
    a few bad bytes would be nonsense without an error.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    if _JIS_ESCAPE.search(data) and data.isascii():
        return "iso2022_jp_3"
    if data.isascii():
        return "utf-8"
    text = _read(data, "utf-8")
    if text is not None and _KANA.search(text):
        return "utf-8"  # by chance, nothing else reads as that from end to end
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    votes = Counter(filter(None, map(_of_line, lines[:_MOST_LINES])))
    return max(_CANDIDATES, key=lambda name: votes[name])


def _of_line(line: bytes) -> str | None:
    """The encoding in which a line reads best, None if it is broken in all of them."""
    texts = {name: _read(line, name) for name in _CANDIDATES}
    readable = [name for name, text in texts.items() if text is not None]
    return max(readable, key=lambda name: _plausibility(texts[name] or ""), default=None)


def _read(line: bytes, name: str) -> str | None:
    """The line as text, but for half a character at its end."""
    try:
        return codecs.getincrementaldecoder(name)().decode(line)
    except UnicodeDecodeError:
        return None


def _plausibility(text: str) -> float:
    """Kana speak for a reading, half-width kana, Greek, Cyrillic and private use against it."""
    foreign = sum(not char.isascii() for char in text) or 1
    return (len(_KANA.findall(text)) - 2 * len(_RARE.findall(text))) / foreign


def decode(data: bytes, encoding: str | None = None) -> str:
    """`data` as text with line feeds; UnreadableText names the line of the first bad byte."""
    name = encoding or detect(data)
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        bad = data[error.start : error.start + 4].hex(" ")
        raise UnreadableText(f"bytes that are no {name} ({bad})", line) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
