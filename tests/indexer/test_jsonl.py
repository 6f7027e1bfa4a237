"""The reader of JSON lines: a bad line costs only itself."""

from __future__ import annotations

import io
import json
import random
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers import Source
from indexer.readers.encoding import detect
from indexer.readers.jsonl import read_jsonl
from indexer.report import Rejected
from search.article import Article
from search.dates import JST

FILE = "data/朝の便.jsonl"
TITLES = ("港に新しい灯台が完成した", "市長が会見で除雪計画を説明", "図書館の開館時間を延長へ")


def line(**members: Any) -> str:
    article = {"id": "a1", "title": "港の灯台", "publishedAt": "2025-06-10"} | members
    return json.dumps(article, ensure_ascii=False)


def read(data: str | bytes, **source: Any) -> list[Article | Rejected]:
    raw = data.encode() if isinstance(data, str) else data
    return list(read_jsonl(io.BytesIO(raw), Source(FILE, **source)))


def one_article(data: str | bytes, **source: Any) -> Article:
    (found,) = read(data, **source)
    assert isinstance(found, Article)
    return found


def one_rejected(data: str | bytes) -> Rejected:
    (found,) = read(data)
    assert isinstance(found, Rejected)
    assert found.outcome == "rejected"
    return found


def kinds(found: list[Article | Rejected]) -> str:
    """`a` for an article, `-` for what was rejected."""
    return "".join("a" if isinstance(each, Article) else "-" for each in found)


def around(bad: bytes, encoding: str = "utf-8") -> bytes:
    """A bad line between two good ones."""
    first, second = line(id="before", title=TITLES[0]), line(id="after", title=TITLES[1])
    return b"\n".join([first.encode(encoding), bad, second.encode(encoding), b""])


def test_a_line_gives_an_article_with_every_member() -> None:
    found = one_article(
        json.dumps(
            {
                "id": "x-1",
                "url": "https://news.example/1",
                "title": "港の灯台",
                "body": "一段落目。\n\n二段落目。",
                "publishedAt": "2025-06-10T11:53:00+09:00",
                "source": "みなと通信",
                "topics": ["国際"],
                "persons": ["倉知山朋弥"],
                "captions": ["完成した灯台"],
                "updatedAt": "2025-06-11",
                "authors": ["汐見"],
                "unknown": {"is": "left out"},
            }
        )
    )
    assert found == Article(
        id="x-1",
        url="https://news.example/1",
        title="港の灯台",
        body="一段落目。\n\n二段落目。",
        published=datetime(2025, 6, 10, 11, 53, tzinfo=JST),
        source="みなと通信",
        topics=("国際",),
        persons=("倉知山朋弥",),
        captions=("完成した灯台",),
        updated=date(2025, 6, 11),
        authors=("汐見",),
    )
    assert found.origin == str(Path(FILE).absolute())


def test_what_comes_out_as_json_goes_in_again() -> None:
    found = one_article(line(body="本文", url="https://news.example/1", captions=["港"]))
    assert one_article(json.dumps(found.to_json())) == found


def test_lines_come_in_order() -> None:
    found = read("\n".join(line(id=str(number)) for number in range(50)))
    assert [each.id for each in found] == [str(number) for number in range(50)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last_end", [True, False])
def test_line_ends_of_every_platform_are_read(end: str, last_end: bool) -> None:  # noqa: FBT001
    text = end.join([line(id="1"), line(id="2")]) + (end if last_end else "")
    assert [each.id for each in read(text)] == ["1", "2"]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert one_article(b"\xef\xbb\xbf" + line().encode()).title == "港の灯台"


@pytest.mark.parametrize("encoding", ["shift_jis", "cp932", "euc_jp", "iso2022_jp"])
def test_files_in_japanese_encodings_are_recognised(encoding: str) -> None:
    data = "\n".join(line(id=str(n), title=title) for n, title in enumerate(TITLES))
    found = read(data.encode(encoding))
    assert [each.title for each in found if isinstance(each, Article)] == list(TITLES)


@pytest.mark.parametrize("text", ["沖合でM6.8、霧ヶ浦に30㌢の津波", "波7㍍の恐れ", "①髙橋さん"])
def test_shift_jis_with_the_characters_of_windows_is_recognised(text: str) -> None:
    assert one_article(line(title=text, body=text * 3).encode("cp932")).title == text


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
@pytest.mark.parametrize("shift", [0, 1])
def test_a_large_file_in_a_japanese_encoding_is_recognised_wherever_its_head_ends(
    encoding: str, shift: int
) -> None:
    lines = [line(id="first", title="a" * shift + TITLES[0])]
    lines += [line(id=str(number), title=TITLES[0] * 20) for number in range(700)]
    found = read("\n".join(lines).encode(encoding))
    assert kinds(found) == "a" * 701


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_a_bad_line_of_a_japanese_encoding_costs_only_itself(encoding: str) -> None:
    bad = line(title=TITLES[2]).encode(encoding)[:-1] + b"\xfd\xff"
    found = read(around(bad, encoding))
    assert kinds(found) == "a-a"
    assert [each.title for each in found if isinstance(each, Article)] == list(TITLES[:2])


def test_a_line_in_another_encoding_costs_only_itself() -> None:
    assert kinds(read(around(line(title=TITLES[2]).encode("euc_jp")))) == "a-a"


def test_ascii_first_and_japanese_much_later_is_read() -> None:
    escaped = json.dumps({"id": "e", "title": "港" * 300_000, "publishedAt": "2025-06-10"})
    found = read(escaped + "\n" + line(title=TITLES[0]))
    assert kinds(found) == "aa"


def test_utf_16_is_one_rejection_that_says_so() -> None:
    rejected = one_rejected(("\n".join([line(id="1"), line(id="2")])).encode("utf-16"))
    assert "UTF-16" in rejected.reason
    assert "UTF-8" in rejected.expected


def test_an_empty_file_gives_nothing() -> None:
    assert read("") == []


def test_blank_lines_cost_nothing_but_are_counted() -> None:
    found = read(f"\n\r\n  \t\n{line(id='1')}\n\nbad\n\n")
    assert kinds(found) == "a-"
    assert isinstance(found[1], Rejected)
    assert found[1].line == 6


def test_a_line_cut_in_half_costs_only_itself() -> None:
    whole = line(title=TITLES[2]).encode()
    for end in range(1, len(whole) - 1, 7):
        found = read(around(whole[:end]))
        assert kinds(found) == "a-a", whole[:end]
        assert isinstance(found[1], Rejected)
        assert found[1].line == 2


def test_two_objects_on_one_line_are_no_article() -> None:
    assert kinds(read(around((line() + line()).encode()))) == "a-a"


def test_random_bytes_cost_only_their_lines() -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    noise = chance.randbytes(30_000).replace(b"\n", b"?")
    found = read(around(noise))
    assert kinds(found) == "a-a"
    assert isinstance(found[1], Rejected)
    assert found[1].line == 2
    assert len(json.dumps(found[1].to_json())) < 2_000


def test_a_file_of_random_bytes_names_each_of_its_lines() -> None:
    noise = random.Random(8).randbytes(100_000)  # noqa: S311 - no secret
    found = read(noise)
    assert set(kinds(found)) == {"-"}
    lines = [each.line for each in found if isinstance(each, Rejected)]
    assert lines == sorted(set(lines), key=lambda number: number or 0)
    assert None not in lines


STRING_MEMBERS = ("id", "url", "title", "body", "source", "publishedAt", "updatedAt")
LIST_MEMBERS = ("topics", "persons", "captions", "authors")


@pytest.mark.parametrize("member", STRING_MEMBERS)
@pytest.mark.parametrize("value", [1.5, True, ["x"], {"x": 1}], ids=repr)
def test_a_member_of_the_wrong_type_is_named(member: str, value: object) -> None:
    rejected = one_rejected(line(**{member: value}))
    assert (rejected.field, rejected.line, rejected.file) == (member, 1, FILE)
    assert rejected.expected
    assert rejected.value == repr(value)


@pytest.mark.parametrize("member", LIST_MEMBERS)
@pytest.mark.parametrize("value", ["国際", 1, {"x": 1}, [1], ["x", None], [["x"]]], ids=repr)
def test_a_list_of_the_wrong_type_is_named(member: str, value: object) -> None:
    rejected = one_rejected(line(**{member: value}))
    assert (rejected.field, rejected.line) == (member, 1)
    assert rejected.expected


@pytest.mark.parametrize("member", [*STRING_MEMBERS[:-2], *LIST_MEMBERS, "updatedAt"])
def test_null_is_as_good_as_nothing(member: str) -> None:
    text = {"title": "港", "body": "本文"}
    found = one_article(line(**(text | {member: None})))
    left = text | ({member: ""} if member in text else {})
    assert {"title": found.title, "body": found.body} == left


@pytest.mark.parametrize("member", STRING_MEMBERS)
@pytest.mark.parametrize("bad", ["港\0町", "港\ud83d町", "\udc00"], ids=ascii)
def test_nul_and_half_a_surrogate_pair_are_rejected_with_their_field(member: str, bad: str) -> None:
    data = json.dumps({"title": "港", "publishedAt": "2025-06-10"} | {member: bad})
    rejected = one_rejected(data)
    assert (rejected.field, rejected.line) == (member, 1)
    json.dumps(rejected.to_json(), ensure_ascii=False).encode()
    str(rejected).encode()


@pytest.mark.parametrize("member", LIST_MEMBERS)
@pytest.mark.parametrize("bad", ["港\0町", "港\ud83d町"], ids=ascii)
def test_nul_and_surrogates_inside_lists_are_rejected_too(member: str, bad: str) -> None:
    data = {"title": "港", "publishedAt": "2025-06-10", member: ["よし", bad]}
    rejected = one_rejected(json.dumps(data))
    assert rejected.field == member
    json.dumps(rejected.to_json(), ensure_ascii=False).encode()


def test_a_whole_surrogate_pair_is_one_character() -> None:
    escaped = r'{"title": "\ud83d\ude80", "publishedAt": "2025-06-10"}'
    assert one_article(escaped).title == "🚀"


@pytest.mark.parametrize(
    "published",
    [
        "",
        " ",
        "きのう",
        "2025",
        "2025-06",
        "2025-6-1",
        "2025-13-01",
        "2025-02-29",
        "2025-04-31",
        "2025-06-10T25:00:00",
        "2025-06-10T11:60:00",
        "2025-06-10T11:53:00+25:00",
        "2025-06-10T11:53:00+09:00:30",
        "0000-01-01",
        "1599-12-31",
        "1599-12-31T23:59:59",
        "2101-01-01",
        "2101-01-01T00:00:00+09:00",
        "12025-06-10",
        "1749524000",
    ],
)
@pytest.mark.parametrize("member", ["publishedAt", "updatedAt"])
def test_a_date_that_cannot_be_is_rejected_with_what_was_expected(
    member: str, published: str
) -> None:
    rejected = one_rejected(line(**{member: published}))
    assert (rejected.field, rejected.line) == (member, 1)
    assert "1600 to 2100" in rejected.expected


@pytest.mark.parametrize("more", ["", ', "publishedAt": null'])
def test_a_missing_date_is_rejected(more: str) -> None:
    rejected = one_rejected('{"id": "i7", "title": "港"' + more + "}")
    assert (rejected.field, rejected.id, rejected.reason) == ("publishedAt", "i7", "missing")


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("1600-01-01", date(1600, 1, 1)),
        ("2100-12-31", date(2100, 12, 31)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2025-06-10T11:53", datetime(2025, 6, 10, 11, 53, tzinfo=JST)),
        ("2025-06-10 11:53:20", datetime(2025, 6, 10, 11, 53, 20, tzinfo=JST)),
        ("2025-06-10T02:53:00Z", datetime(2025, 6, 10, 2, 53, tzinfo=UTC)),
        ("2025-06-10t02:53:00z", datetime(2025, 6, 10, 2, 53, tzinfo=UTC)),
        ("2100-12-31T23:59:59+00:00", datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_days_stay_days_and_times_without_a_zone_are_tokyos(text: str, published: date) -> None:
    found = one_article(line(publishedAt=text))
    assert found.published == published
    assert type(found.published) is type(published)


def test_the_first_and_last_instants_can_be_sorted_and_stored() -> None:
    for text in ("1600-01-01T00:00:00+14:00", "2100-12-31T23:59:59-12:00"):
        assert one_article(line(publishedAt=text)).to_json()["publishedAt"] == text


def test_neither_title_nor_body_is_no_article() -> None:
    rejected = one_rejected(line(title=" ", body="\u3000"))
    assert rejected.field in {"title", "body"}
    assert one_article(line(title="", body="本文だけ")).title == ""


@pytest.mark.parametrize("bad", ["1", '"港"', "null", "true", "[]", "[[1]]", "NaN", "-Infinity"])
def test_what_is_no_object_is_no_article(bad: str) -> None:
    found = read(around(bad.encode()))
    assert kinds(found) == "a-a"
    assert isinstance(found[1], Rejected)
    assert found[1].line == 2
    assert "object" in found[1].expected


@pytest.mark.parametrize("bad", ["[" * 200_000, '{"a":' * 200_000, '{"a":[' * 100_000])
def test_open_brackets_without_end_cost_only_their_line(bad: str) -> None:
    found = read(around(bad.encode()))
    assert kinds(found) == "a-a"
    assert isinstance(found[1], Rejected)
    assert found[1].line == 2
    assert len(json.dumps(found[1].to_json())) < 2_000


def test_a_number_of_a_million_digits_costs_only_its_line() -> None:
    bad = b'{"title": "x", "publishedAt": "2025-06-10", "id": ' + b"1" * 1_000_000 + b"}"
    assert kinds(read(around(bad))) == "a-a"


@pytest.mark.parametrize("member", ["publishedAt", "updatedAt", "topics", "id"])
def test_a_huge_value_is_shortened_in_the_report(member: str) -> None:
    rejected = one_rejected(line(**{member: "1:" * 100_000}))
    assert len(json.dumps(rejected.to_json())) < 2_000


class Huge(io.RawIOBase):
    """Good lines around one of 50 MB, made as they are read."""

    def __init__(self, length: int, *, last: bool) -> None:
        self._parts = self._made(length, last=last)
        self._held = b""

    @staticmethod
    def _made(length: int, *, last: bool) -> Iterator[bytes]:
        yield line(id="before").encode() + b"\n"
        yield b'{"title": "'
        for _ in range(length // 65_536):
            yield b"x" * 65_536
        yield b'"'
        if not last:
            yield b"\n" + line(id="after").encode() + b"\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._held:
            try:
                self._held = next(self._parts)
            except StopIteration:
                return 0
        taken = self._held[: len(buffer)]
        buffer[: len(taken)] = taken
        self._held = self._held[len(taken) :]
        return len(taken)


@pytest.mark.parametrize("last", [False, True])
def test_a_line_of_50_mb_is_named_and_never_held(last: bool) -> None:  # noqa: FBT001
    size = 50 * 1024 * 1024
    stream = io.BufferedReader(Huge(size, last=last))
    tracemalloc.start()
    try:
        found = list(read_jsonl(stream, Source(FILE)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kinds(found) == ("a-" if last else "a-a")
    assert isinstance(found[1], Rejected)
    assert (found[1].file, found[1].line) == (FILE, 2)
    assert "MB" in found[1].expected
    assert peak < size


def test_a_line_of_ten_megabytes_is_an_article() -> None:
    found = read(around(line(body="港" * 3_500_000).encode()))
    assert kinds(found) == "aaa"


def test_an_own_id_comes_first_then_the_url_then_the_content() -> None:
    url = "https://news.example/1"
    assert one_article(line(id="own", url=url)).id == "own"
    assert one_article(line(id=None, url=url)).id == url
    assert one_article(line(id="  ", url=url)).id == url
    assert one_article(line(id=7, url=url)).id == "7"
    twice = read(line(id=None) + "\n" + line(id=None, body="別の本文"))
    by_content, other = (each.id for each in twice if isinstance(each, Article))
    assert by_content
    assert by_content != other
    again = next(each for each in read(line(id=None) + "\n" + line()) if isinstance(each, Article))
    assert again.id == by_content
    assert by_content != one_article(line(id=None, publishedAt="2025-06-11")).id


def test_an_id_of_many_thousand_characters_is_rejected() -> None:
    assert one_rejected(line(id="x" * 10_000)).field == "id"


def test_a_rejection_carries_the_id_of_its_article() -> None:
    assert one_rejected(line(id="i9", publishedAt="x")).id == "i9"


def test_the_source_given_for_all_is_taken_where_an_article_names_none() -> None:
    assert one_article(line(), default_source="みなと通信").source == "みなと通信"
    assert one_article(line(source="朝"), default_source="みなと通信").source == "朝"


def test_texts_are_as_given_but_for_white_space_around_them() -> None:
    inside = "髙橋\u3000は\u200b言った。\r\n\r\n ＡＢＣ①"
    found = one_article(line(title=f" \u3000{inside}\n", body=f"\t{inside}  "))
    assert (found.title, found.body) == (inside, inside)


def test_lists_keep_their_order_and_each_value_once() -> None:
    assert one_article(line(persons=["い", "あ", " い ", ""])).persons == ("い", "あ")


@given(st.binary(max_size=400))
def test_no_bytes_whatever_stop_the_reading(noise: bytes) -> None:
    for each in read(noise):
        assert isinstance(each, Rejected)
        assert each.line
        assert each.reason
        json.dumps(each.to_json(), ensure_ascii=False).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*STRING_MEMBERS, *LIST_MEMBERS]), JSON))
def test_every_object_is_an_article_or_names_its_bad_field(members: dict[str, Any]) -> None:
    data = {"title": "港", "publishedAt": "2025-06-10"} | members
    (found,) = read(json.dumps(data))
    if isinstance(found, Article):
        assert one_article(json.dumps(found.to_json())) == found
    else:
        assert found.field in {*STRING_MEMBERS, *LIST_MEMBERS}
        assert found.expected
        json.dumps(found.to_json(), ensure_ascii=False).encode()


@given(st.text("港町の灯台abc、。ー々ぁア", min_size=30, max_size=300), st.booleans())
def test_the_encoding_of_japanese_is_told_apart(text: str, euc: bool) -> None:  # noqa: FBT001
    encoding = "euc_jp" if euc else "cp932"
    whole = f"市長は会見で、灯台の完成を喜ぶ市民の声を紹介した。{text}"
    assert whole.encode(encoding).decode(detect(whole.encode(encoding))) == whole


def test_the_only_article_of_a_file_has_its_path_as_id() -> None:
    alone = json.dumps({"title": TITLES[0], "publishedAt": "2025-06-10"})
    assert [each.id for each in read(alone + "\n\n") if isinstance(each, Article)] == [FILE]
    both = [each for each in read(alone + "\n" + line(id="b")) if isinstance(each, Article)]
    assert [len(each.id) for each in both] == [32, 1]
