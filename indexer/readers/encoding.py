"""From bytes to text: UTF-8, UTF-16 with BOM, Shift_JIS, EUC-JP, ISO-2022-JP."""

from __future__ import annotations

import codecs
import re
from typing import Final

import charset_normalizer

EXPECTED: Final = "text in UTF-8 (or Shift_JIS, EUC-JP, ISO-2022-JP, UTF-16 with BOM)"
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_JIS_ESCAPE: Final = re.compile(rb"\x1b\$[@B]|\x1b\([BJ]")
_JAPANESE: Final = ["cp932", "euc_jp"]


class UnreadableText(ValueError):
    """Bytes in no encoding that is read; `line` counts from 1."""

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason)
        self.line = line


def detect(data: bytes) -> str:
    """The encoding of `data`, which may be cut off anywhere; `utf-8` where nothing else fits.

    UTF-8 with a few bad bytes is still UTF-8: read as Shift_JIS, it would be nonsense.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    if _JIS_ESCAPE.search(data) and data.isascii():
        return "iso2022_jp_3"
    if _mostly_utf8(data):
        return "utf-8"
    best = charset_normalizer.from_bytes(data, cp_isolation=_JAPANESE).best()
    return best.encoding if best else "utf-8"


def _mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(not char.isascii() for char in text) - bad
    return bad <= 1 or good > 20 * bad


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
