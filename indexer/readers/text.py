"""Plain text: a news page as a person saves it, or the layout of the livedoor news corpus.

A saved page is headline, date, body; around and between them stand photo captions (often twice),
a line of self-promotion and a list of other headlines, which are not the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import BinaryIO, Final

from indexer.readers import dateline
from indexer.readers.encoding import EXPECTED, UnreadableText, decode
from indexer.readers.source import Source
from indexer.report import Rejected, rejected_article, skipped
from search.article import Article, article_from_json
from search.dates import Published, format_published
from search.errors import InvalidArticle, shortened

LONGEST_TEXT: Final = 64 * 1024 * 1024
_DATE_WITHIN: Final = 8
_LONGEST_CAPTION: Final = 300
_ADDRESS: Final = re.compile(r"https?://\S+")
_CREDIT: Final = re.compile(
    r"[(（][^()（）]{0,40}(?:通信|共同|時事|ロイター|写真|撮影|提供|新聞|資料|アフロ|ゲッティ|コラージュ|"
    r"AP|AFP|EPA|Reuters|Getty|Bloomberg|PIXTA)[^()（）]{0,20}[)）]$",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(
    r"。[(（](?:共同|時事|ロイター|AP|AFP|Reuters|Bloomberg)(?:通信|[=＝]時事)?[)）]$"
)
_PLACED: Final = re.compile(
    r"[=＝][^=＝。]{0,40}(?:日|月|年|前|後|写真|撮影|提供|から)[^=＝。]{0,40}$"
)
_PHOTO: Final = re.compile(r"^(?:【写真】|[（(]?写真[:：]|写真[=＝]|▲|△|↑|\[写真\])")
_HEADING: Final = re.compile(
    r"(?:(?:この|本)記事(?:に|の|と)?)?(?:最新|関連|おすすめ|お薦め|オススメ|人気|注目|新着|主要|話題の?|"
    r"あわせて|合わせて|併せて|こちらも|ほかの|他の|その他の|次の|前の|編集部の|トップ)"
    r"(?:の|読みたい|読まれている|お読みください|チェック)*"
    r"(?:ニュース|記事|リンク|ランキング|トピックス?|一覧|コンテンツ|ストーリー|読みたい|動画|写真)*"
    r"|(?:アクセス|人気|記事|週間|月間)*ランキング|関連する?記事|よく読まれている記事|もっと(?:見る|読む)"
    r"|related (?:articles|news|stories)|latest news|read more|most read"
)
_DECORATION: Final = " \t\u3000■□◆◇●○▼▽▶▷★☆【】[]［］《》〈〉<>＜＞:：…-―─=＝|｜"
_PROMOTION: Final = re.compile(
    r"@\w{2,}|フォロー(?:する|して|を|お願い|はこちら)|友(?:だち|達)追加|購読(?:する|は|の|申)|"
    r"(?:会員|無料|チャンネル)登録(?:する|は|を|お願い|$)|こちら(?:から|へ|▶|>|＞)?$"
    r"|Copyright|©|\(c\)|無断転載|All rights reserved",
    re.IGNORECASE,
)
_BUTTON: Final = re.compile(
    r"(?:シェア|ツイート|ポスト|印刷|保存|ブックマーク|コメント)(?:する|を見る)?(?:\s*\d+)?|LINEで送る|"
    r"はてなブックマーク|記事を(?:保存|印刷)(?:する)?|お気に入り(?:に追加)?|(?:文字サイズ|フォントサイズ)[小中大\s]*"
)
_POINTER: Final = re.compile(r"[⇒→▶▷➡►≫»]|>>|＞＞")
_SENTENCE_END: Final = re.compile(r"[。！？!?」』）)]$")


def read_text(stream: BinaryIO, source: Source) -> Iterator[Article | Rejected]:
    """The one article of a text file."""
    data = stream.read(LONGEST_TEXT + 1)
    if len(data) > LONGEST_TEXT:
        expected = f"at most {LONGEST_TEXT // 1024 // 1024} MB"
        yield Rejected(file=source.name, reason="the file is too long", expected=expected)
        return
    try:
        text = decode(data)
    except UnreadableText as error:
        yield Rejected(file=source.name, line=error.line, reason=str(error), expected=EXPECTED)
        return
    if not text.removeprefix("\ufeff").strip():
        yield skipped(source.name, "the file is empty")
        return
    lines = text.removeprefix("\ufeff").split("\n")
    yield _livedoor(lines, source) if _is_livedoor(lines) else _page(lines, source)


def _is_livedoor(lines: list[str]) -> bool:
    return len(lines) > 2 and bool(_ADDRESS.fullmatch(lines[0].strip())) and _ADDRESS.search(
        lines[1]
    ) is None  # fmt: skip


def _livedoor(lines: list[str], source: Source) -> Article | Rejected:
    """Address, date, headline, then the body as it stands."""
    data = {
        "url": lines[0],
        "publishedAt": lines[1],
        "title": lines[2],
        "body": "\n".join(lines[3:]),
        "source": source.folder,
    }
    return _checked(data, source, date_line=2)


def _page(lines: list[str], source: Source) -> Article | Rejected:
    filled = [number for number, line in enumerate(lines) if line.strip()]
    headline = filled[0]
    found = _find_date(lines, filled, source)
    if isinstance(found, Rejected):
        return found
    if found is None:
        return Rejected(
            file=source.name,
            line=headline + 2,
            field="publishedAt",
            value=shortened(lines[filled[1]]) if len(filled) > 1 else None,
            reason="missing",
            expected=dateline.EXPECTED,
        )
    number, published = found
    between = lines[headline + 1 : number]
    body, captions = _body_and_captions([*between, "", *_without_tail(lines[number + 1 :])])
    data = {
        "publishedAt": format_published(published),
        "title": lines[headline],
        "body": body,
        "captions": captions,
    }
    return _checked(data, source, date_line=number + 1)


def _find_date(
    lines: list[str], filled: list[int], source: Source
) -> tuple[int, Published] | Rejected | None:
    for number in filled[1 : _DATE_WITHIN + 1]:
        try:
            published = dateline.parse_dateline(lines[number])
        except ValueError as error:
            return Rejected(
                file=source.name,
                line=number + 1,
                field="publishedAt",
                value=shortened(lines[number]),
                reason=shortened(str(error), 200),
                expected=dateline.EXPECTED,
            )
        if published is not None:
            return number, published
    return None


def _checked(data: Mapping[str, object], source: Source, *, date_line: int) -> Article | Rejected:
    try:
        return article_from_json(
            data,
            default_id=source.name,
            default_source=source.default_source,
            origin=source.origin,
        )
    except InvalidArticle as error:
        line = date_line if error.field == "publishedAt" else None
        return rejected_article(error, file=source.name, line=line)


def _without_tail(lines: list[str]) -> list[str]:
    """The lines up to the list of other headlines, and without the promotion before it."""
    end = len(lines)
    filled = sentences = 0
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number].strip()
        if _is_list_heading(line) and filled > 1 and sentences <= filled / 5:
            end = number
        filled += bool(line)
        sentences += line.endswith("。")
    while end and _is_tail(lines[end - 1]):
        end -= 1
    return lines[:end]


def _is_list_heading(line: str) -> bool:
    """A heading such as 最新ニュース; it begins a list if hardly a line behind is a sentence."""
    heading = line.strip(_DECORATION)
    return 0 < len(heading) <= 20 and _HEADING.fullmatch(heading.lower()) is not None


def _is_tail(line: str) -> bool:
    stripped = line.strip()
    if not stripped:
        return True
    is_sentence = stripped.endswith("。") or stripped[0] in "「『"
    return not is_sentence and len(stripped) <= 200 and _promotes(stripped)


def _promotes(line: str) -> bool:
    if _PROMOTION.search(line):
        return True
    return bool(_POINTER.search(line)) and not _SENTENCE_END.search(line)


def _body_and_captions(lines: list[str]) -> tuple[str, list[str]]:
    blocks = _blocks([line for line in lines if not _BUTTON.fullmatch(line.strip())])
    filled = [line for block in blocks for line in block]
    twice = {line for line, following in pairwise(filled) if line == following}
    captions: list[str] = []
    paragraphs: list[str] = []
    for number, block in enumerate(blocks):
        last = number == len(blocks) - 1 and bool(paragraphs)
        marked = [(line, line in twice or _is_caption(line, last=last)) for line in block]
        captions += [line for line, caption in marked if caption]
        kept = [line for line, caption in marked if not caption]
        if kept:
            paragraphs.append("\n".join(kept))
    if not paragraphs:
        captions = [line for line in captions if line in twice or _PHOTO.search(line)]
        paragraphs = ["\n".join(each for each in block if each not in captions) for block in blocks]
    body = "\n\n".join(block for block in paragraphs if block)
    return body, list(dict.fromkeys(captions))


def _blocks(lines: list[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _is_caption(line: str, *, last: bool) -> bool:
    """A short line that is marked as a photo, ends in a place and day, or in a credit.

    A bare agency in brackets behind the last paragraph signs the article, not a photo.
    """
    if len(line) > _LONGEST_CAPTION or line.count("。") > 1:
        return False
    if _PHOTO.search(line) or (_PLACED.search(line) and not line.endswith("。")):
        return True
    return bool(_CREDIT.search(line)) and not (last and _SIGNATURE.search(line))
