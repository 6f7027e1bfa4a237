"""The reader of plain text: a saved news page, and the layout of the livedoor corpus."""

from __future__ import annotations

import io
import os
import tarfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.files import Found, find_files
from indexer.readers import Source
from indexer.readers.text import read_text
from indexer.records import Records
from indexer.report import Rejected
from search.article import Article
from search.dates import JST, format_published

DATA = Path(os.environ.get("SAKUIN_DATA") or Path(__file__).parents[2] / "../shared/data")
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no data in {DATA} (SAKUIN_DATA)")

FILE = "saved/灯台.txt"
HEADLINE = "霧ヶ浦に新しい灯台、42年ぶりの建て替え　点灯式に市民200人"
PARAGRAPHS = (
    "霧ヶ浦市は10日、港の入り口に新しい灯台が完成したと発表した。光は30キロ先まで届く。",
    "倉知山朋弥市長は「海を見守ってほしい」と述べた。\n建て替えは42年ぶりとなる。",
    "漁協の髙橋組合長によると、霧の深い朝も船から見えるという。",
)
BODY = "\n\n".join(PARAGRAPHS)
PROMOTION = "海を、丘から読む⇒あさぎり通信　X:@asagiri_mihon"
OTHERS = (
    "離島の診療所に薬をヘリ輸送　欠航に備え前日に",
    "鯨の親子、沖に現る　観光船は満席続く",
    "【独占】市営球場の芝、張り替え先送りか",
    "節分の豆まきは体育館で　鬼役は消防団",
)
INSTANT = datetime(2025, 6, 10, 11, 53, tzinfo=JST)


def page(
    *parts: str, headline: str = HEADLINE, dateline: str = "2025-06-10 11:53", body: str = BODY
) -> str:
    """A page as a person saves it; `parts` follow the body."""
    return "\n\n".join([f"{headline}\n\n{dateline}", body, *parts]) + "\n"


def read(data: str | bytes, path: str = FILE, **source: str) -> Article | Rejected:
    raw = data.encode() if isinstance(data, str) else data
    (found,) = read_text(io.BytesIO(raw), Source(path, **source))
    return found


def article(data: str | bytes, path: str = FILE, **source: str) -> Article:
    found = read(data, path, **source)
    assert isinstance(found, Article), str(found)
    return found


def rejected(data: str | bytes) -> Rejected:
    found = read(data)
    assert isinstance(found, Rejected)
    assert found.outcome == "rejected"
    assert found.file == FILE
    assert found.expected
    return found


def test_a_saved_page_gives_headline_date_and_body() -> None:
    found = article(page())
    assert (found.title, found.body, found.captions) == (HEADLINE, BODY, ())
    assert found.published == INSTANT


def test_the_id_of_a_page_is_its_path_as_given() -> None:
    assert article(page()).id == FILE
    assert article(page(), "./a/../b.txt").id == "./a/../b.txt"


def test_a_page_takes_the_source_given_for_all() -> None:
    assert article(page()).source == ""
    assert article(page(), default_source="あさぎり通信").source == "あさぎり通信"


def test_a_page_with_everything_on_it_is_one_article() -> None:
    twice = "完成した灯台を見上げる市民ら"
    credited = "灯台に明かりをともす倉知山朋弥市長（あさぎり通信）"
    placed = "港を出る定期船=10日午前7時すぎ、霧ヶ浦市本町"
    body = "\n\n".join([PARAGRAPHS[0], credited, PARAGRAPHS[1], placed, PARAGRAPHS[2]])
    text = page(PROMOTION, "最新ニュース\n" + "\n".join(OTHERS), body=f"{twice}\n{twice}\n\n{body}")
    found = article(text)
    assert found.body == BODY
    assert found.captions == (twice, credited, placed)
    assert found.published == INSTANT
    stored = str(found.to_json())
    for other in (PROMOTION, "asagiri_mihon", "最新ニュース", *OTHERS):
        assert other not in stored


@pytest.mark.parametrize(
    "dateline",
    [
        "2025-06-10 11:53",
        "2025-06-10T11:53:00+09:00",
        "2025/06/10 11:53",
        "2025/6/10 11:53:20",
        "2025.06.10 11:53",
        "2025年6月10日 11:53",
        "2025年6月10日11時53分",
        "2025年06月10日（火） 11時53分",
        "2025年6月10日（火）　11時53分",
        "2025年6月10日(火曜日) 11:53",
        "2025年6月10日 午前11時53分",
        "公開日：2025年6月10日 11:53",
        "公開日時: 2025-06-10 11:53",
        "配信：2025年6月10日 11時53分",
        "2025年6月10日 11:53 更新",
        "2025年6月10日 11:53 配信",
        "【2025年6月10日 11:53】",
        "（2025年6月10日 11時53分）",
        "　2025年6月10日 11:53　",
        "２０２５年６月１０日　１１時５３分",
        "２０２５/０６/１０　１１：５３",
    ],
)
def test_dates_are_read_in_the_forms_that_news_pages_print(dateline: str) -> None:
    found = article(page(dateline=dateline))
    assert isinstance(found.published, datetime)
    assert found.published.replace(second=0) == INSTANT
    assert found.body == BODY


@pytest.mark.parametrize(
    ("dateline", "hour", "minute"),
    [
        ("2025年6月10日 午後3時5分", 15, 5),
        ("2025年6月10日　午後3時5分", 15, 5),
        ("2025年6月10日（火） 午後3時", 15, 0),
        ("2025年6月10日 午前0時5分", 0, 5),
        ("2025年6月10日 午後0時30分", 12, 30),
        ("2025年6月10日 23時59分", 23, 59),
    ],
)
def test_the_halves_of_a_day_are_understood(dateline: str, hour: int, minute: int) -> None:
    published = article(page(dateline=dateline)).published
    assert published == datetime(2025, 6, 10, hour, minute, tzinfo=JST)


@pytest.mark.parametrize(
    "dateline",
    [
        "2025-06-10",
        "2025/6/10",
        "2025年6月10日",
        "2025年6月10日（火）",
        "公開日：2025年6月10日",
        "[2025.6.10]",
        "2025年6月10日付",
    ],
)
def test_a_day_without_a_time_stays_a_day(dateline: str) -> None:
    published = article(page(dateline=dateline)).published
    assert published == date(2025, 6, 10)
    assert not isinstance(published, datetime)


def test_a_time_with_a_zone_keeps_its_zone() -> None:
    published = article(page(dateline="2025-06-10T02:53:00Z")).published
    assert published == datetime(2025, 6, 10, 2, 53, tzinfo=UTC)
    assert published.isoformat() == "2025-06-10T02:53:00+00:00"


def test_the_first_of_several_dates_counts() -> None:
    assert article(page(dateline="2025年6月10日 11:53\n2025年6月12日 8:00")).published == INSTANT


def test_lines_between_headline_and_date_are_part_of_the_article() -> None:
    lead = "新しい灯台が10日、霧ヶ浦市の港に完成した。"
    found = article(f"{HEADLINE}\n\n{lead}\n\n2025-06-10 11:53\n\n{BODY}\n")
    assert found.published == INSTANT
    assert found.body == f"{lead}\n\n{BODY}"


@pytest.mark.parametrize("dateline", ["", "6月10日", "きのう 11:53", "2025年6月10日は晴れだった。"])
def test_a_page_without_a_date_is_rejected(dateline: str) -> None:
    found = rejected(page(dateline=dateline))
    assert (found.field, found.reason) == ("publishedAt", "missing")
    assert found.line


@pytest.mark.parametrize(
    "dateline",
    [
        "2025-02-30",
        "2025年2月29日 10:00",
        "2025/13/1",
        "2025年6月31日（火）",
        "公開日：2025年6月10日 25:00",
        "2025-06-10 11:60",
        "1599年12月31日",
        "2101-01-01 00:00",
        "0000-00-00",
    ],
)
def test_an_impossible_date_is_rejected_where_it_stands(dateline: str) -> None:
    found = rejected(page(dateline=dateline))
    assert found.field == "publishedAt"
    assert found.line == 3
    assert found.value == dateline


@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["together", "apart"])
@pytest.mark.parametrize("place", ["first", "middle", "before the date"])
def test_a_caption_given_twice_is_a_caption_once(place: str, between: str) -> None:
    caption = "完成した灯台を見上げる市民ら"
    twice = caption + between + caption
    if place == "first":
        text = page(body=f"{twice}\n\n{BODY}")
    elif place == "middle":
        text = page(body="\n\n".join([PARAGRAPHS[0], twice, *PARAGRAPHS[1:]]))
    else:
        text = page(headline=f"{HEADLINE}\n{twice}")
    found = article(text)
    assert (found.captions, found.body) == ((caption,), BODY)


@pytest.mark.parametrize(
    "caption",
    [
        "灯台に明かりをともす市長（あさぎり通信）",
        "灯台に明かりをともす市長(共同)",
        "灯台に明かりをともす市長（本社撮影）",
        "灯台に明かりをともす市長（写真：あさぎり新聞）",
        "2025年6月9日、灯台に明かりをともす市長。(AP通信)",
        "灯台に明かりをともす市長=10日午前、霧ヶ浦市本町",
        "灯台に明かりをともす市長＝10日午前7時すぎ、霧ヶ浦市本町",
        "【写真】灯台に明かりをともす市長",
    ],
)
def test_a_credited_or_placed_line_is_a_caption(caption: str) -> None:
    for body in (
        "\n\n".join([caption, *PARAGRAPHS]),
        "\n\n".join([PARAGRAPHS[0], caption, *PARAGRAPHS[1:]]),
    ):
        found = article(page(body=body))
        assert (found.captions, found.body) == ((caption,), BODY)


@pytest.mark.parametrize(
    "caption",
    [
        "灯台に明かりをともす市長=10日午前7時すぎ、霧ヶ浦市本町",
        "灯台に明かりをともす市長=10日午前7時すぎ、霧ヶ浦市本町（あさぎり通信写真部）",
    ],
)
def test_a_caption_is_one_also_below_the_last_paragraph(caption: str) -> None:
    found = article(page(caption, PROMOTION, "最新ニュース\n" + "\n".join(OTHERS)))
    assert (found.captions, found.body) == ((caption,), BODY)


@pytest.mark.parametrize(
    "paragraph",
    [
        "市長は式典に出た。市民も集まった。拍手が続いた（あさぎり通信）",
        "式は正午に始まった=写真=。港には船が並んだ。",
        "「1=2」と書いた看板が立つ。",
    ],
)
def test_a_paragraph_that_looks_a_little_like_a_caption_stays_in_the_body(paragraph: str) -> None:
    found = article(page(body="\n\n".join([PARAGRAPHS[0], paragraph, *PARAGRAPHS[1:]])))
    assert paragraph in found.body
    assert found.captions == ()


def test_a_line_said_twice_far_apart_stays_twice() -> None:
    refrain = "灯台は見ていた。"
    body = "\n\n".join([refrain, *PARAGRAPHS[:2], refrain, PARAGRAPHS[2]])
    assert article(page(body=body)).body == body


@pytest.mark.parametrize(
    "promotion",
    [
        PROMOTION,
        "世界を、港から読む→あさぎり通信",
        "公式Xをフォローする ▶ @asagiri_mihon",
        "あさぎり通信の会員登録はこちら",
        "Copyright © 2025 あさぎり通信",
        "記事・写真の無断転載を禁じます",
    ],
)
@pytest.mark.parametrize("list_too", [False, True])
def test_the_promotional_line_is_not_searchable(promotion: str, list_too: bool) -> None:  # noqa: FBT001
    tail = [promotion, "最新ニュース\n" + "\n".join(OTHERS)] if list_too else [promotion]
    assert article(page(*tail)).body == BODY


@pytest.mark.parametrize(
    "sentence",
    [
        "市は灯台のアプリを公開し、Xの公式アカウント@akari_mihonでも知らせる。",
        "「YouTubeの配信で点灯式を見た」",
        "「アプリの操作が難しくて、まだ使っていません」",
        "問い合わせの窓口はこちらで、と職員は港を指した。",
    ],
)
def test_a_sentence_or_quotation_that_names_an_app_stays(sentence: str) -> None:
    body = "\n\n".join([*PARAGRAPHS[:2], sentence, PARAGRAPHS[2]])
    assert article(page(body=body)).body == body


@pytest.mark.parametrize(
    "heading",
    [
        "最新ニュース",
        "関連記事",
        "【関連記事】",
        "■関連記事",
        "関連記事：",
        "＜関連記事＞",
        "関連ニュース",
        "■あわせて読みたい",
        "あわせて読みたい記事",
        "おすすめ記事",
        "人気記事ランキング",
        "アクセスランキング",
        "■ 新着記事",
    ],
)
@pytest.mark.parametrize("mark", ["", "・", "1. "])
def test_the_list_of_other_headlines_is_not_the_article(heading: str, mark: str) -> None:
    listed = "\n".join(mark + each for each in OTHERS)
    for text in (page(f"{heading}\n{listed}"), page(PROMOTION, f"{heading}\n\n{listed}\n")):
        found = article(text)
        assert found.body == BODY
        assert found.captions == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "読者からは関連記事への手紙が多く届いた。",
        "関連記事を読んだ市民が、最新ニュースの欄に感想を寄せた。",
        "「最新ニュースは港で聞く」と漁師は話した。",
    ],
)
def test_a_body_that_merely_mentions_other_articles_stays_whole(sentence: str) -> None:
    for body in (
        "\n\n".join([sentence, *PARAGRAPHS]),
        "\n\n".join([*PARAGRAPHS, sentence]),
        "\n\n".join([PARAGRAPHS[0], sentence, *PARAGRAPHS[1:]]),
    ):
        assert article(page(body=body)).body == body


def test_a_heading_with_a_text_below_it_is_part_of_the_article() -> None:
    body = "\n\n".join([PARAGRAPHS[0], "関連情報", *PARAGRAPHS[1:]])
    assert article(page(body=body)).body == body


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "shift_jis", "cp932", "euc_jp", "iso2022_jp"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_encodings_and_line_ends_make_no_difference(encoding: str, end: str) -> None:
    text = page(PROMOTION, "最新ニュース\n" + "\n".join(OTHERS)).replace("髙", "高")
    found = article(text.replace("\n", end).encode(encoding))
    assert (found.title, found.body) == (HEADLINE, BODY.replace("髙", "高"))


def test_big_endian_utf_16_is_read() -> None:
    assert article(b"\xfe\xff" + page().encode("utf-16-be")).body == BODY


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_a_very_short_page_in_a_japanese_encoding_is_read(encoding: str) -> None:
    text = page(headline="港に灯台", body="市民は喜んだ。")
    found = article(text.encode(encoding))
    assert (found.title, found.body) == ("港に灯台", "市民は喜んだ。")


def test_shift_jis_with_the_characters_of_windows_is_read() -> None:
    headline = "沖合でM6.8、霧ヶ浦に30㌢の津波　①高台へ"
    found = article(page(headline=headline).encode("cp932"))
    assert (found.title, found.body) == (headline, BODY)


@pytest.mark.parametrize("bad", [b"\xff", b"\xe3\x81", b"\xc0\xaf"], ids=repr)
def test_invalid_bytes_are_named_with_their_line(bad: bytes) -> None:
    lines = page().encode().split(b"\n")
    lines[4] = lines[4][:30] + bad + lines[4][30:]
    found = rejected(b"\n".join(lines))
    assert found.line == 5
    assert "UTF-8" in found.expected


def test_half_a_utf_16_file_is_rejected() -> None:
    rejected(page().encode("utf-16")[:-1])


def test_nul_in_the_text_is_rejected() -> None:
    assert rejected(page(body="港\0町")).field == "body"
    assert rejected(page(headline="港\0町")).field == "title"


@pytest.mark.parametrize("text", ["", "\n\n", " \u3000\n\t\n", "\ufeff\n", "\f", "\v\n\x85\u2028"])
def test_a_file_of_white_space_is_skipped(text: str) -> None:
    found = read(text)
    assert isinstance(found, Rejected)
    assert found.outcome == "skipped"


def test_a_headline_alone_is_rejected() -> None:
    assert rejected("港に灯台").field == "publishedAt"


def test_a_headline_and_a_date_are_enough() -> None:
    found = article("港に灯台\n2025-06-10\n")
    assert (found.title, found.body) == ("港に灯台", "")


LIVEDOOR_BODY = """\
　港に新しい灯台が完成した。


完成した灯台を見上げる市民ら
完成した灯台を見上げる市民ら

関連記事
・鯨の親子、沖に現る
・公式Xはこちら→@asagiri_mihon"""


def livedoor(day: str = "2012-05-07T15:30:00+0900", body: str = LIVEDOOR_BODY) -> str:
    return f"http://news.livedoor.example/article/detail/1/\n{day}\n【見出し】 灯台\n{body}\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_livedoor_layout_keeps_the_body_as_given(end: str) -> None:
    path = "corpus/sports-watch/sports-watch-1.txt"
    found = article(livedoor().replace("\n", end), path, default_source="別の名")
    assert found.id == found.url == "http://news.livedoor.example/article/detail/1/"
    assert found.title == "【見出し】 灯台"
    assert found.body == LIVEDOOR_BODY.strip()
    assert found.captions == ()
    assert found.published == datetime(2012, 5, 7, 15, 30, tzinfo=JST)
    assert found.source == "sports-watch"


@pytest.mark.parametrize("day", ["", "2012-02-30T10:00:00+0900", "x", "1599-01-01"])
def test_a_bad_date_in_the_livedoor_layout_is_named_with_its_line(day: str) -> None:
    found = rejected(livedoor(day))
    assert (found.field, found.line) == ("publishedAt", 2)


PIECES = st.sampled_from(
    [
        *(HEADLINE, "2025-06-10 11:53", PROMOTION, "最新ニュース", "■関連記事", ""),
        *("https://news.example/1", "2025年2月30日", "灯台=10日、港（あさぎり通信）"),
        *("「", "\u3000", "\0"),
        *PARAGRAPHS,
        *OTHERS,
    ]
)


@given(st.lists(PIECES | st.text(max_size=20), max_size=14))
def test_any_lines_in_any_order_are_an_article_or_a_reason(lines: list[str]) -> None:
    for found in read_text(io.BytesIO("\n".join(lines).encode()), Source(FILE)):
        if isinstance(found, Article):
            assert found.title or found.body
        else:
            assert found.reason


@given(st.binary(max_size=300))
def test_any_bytes_are_an_article_or_a_reason(noise: bytes) -> None:
    assert len(list(read_text(io.BytesIO(noise), Source(FILE)))) == 1


@pytest.mark.data
@needs_data
def test_the_seed_article_is_read_as_a_person_would() -> None:
    path = DATA / "news" / "seed-storm-2025-06-10.txt"
    with path.open("rb") as stream:
        (found,) = read_text(stream, Source(str(path)))
    assert isinstance(found, Article)
    assert found.to_json()["publishedAt"] == "2025-06-10T11:53:00+09:00"
    assert found.title.startswith("トランプ氏、対中半導体規制緩和を検討")
    assert len(found.captions) == len(set(found.captions)) == 3
    assert all("AP通信" in each for each in found.captions)
    assert found.body.startswith("ホワイトハウス国家経済会議")
    assert found.body.endswith("少数の中国当局者の判断に左右される状況にあると指摘している。")
    stored = str(found.to_json())
    for other in ("リコール", "@stormmedia_jp", "風傳媒日本語版", "最新ニュース"):
        assert other not in stored
    for caption in found.captions:
        assert caption not in found.body


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("livedoor")
    with tarfile.open(DATA / "news" / "livedoor.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.mark.data
@pytest.mark.slow
@needs_data
def test_the_whole_livedoor_corpus_is_read_without_a_rejection(corpus: Path) -> None:
    found = list(find_files([str(corpus)]))
    files = [each for each in found if isinstance(each, Found)]
    assert {each.outcome for each in found if isinstance(each, Rejected)} == {"skipped"}
    records = list(Records(files))
    assert [str(each) for each in records if isinstance(each, Rejected)] == []
    articles = [each for each in records if isinstance(each, Article)]
    assert len(articles) == len({each.id for each in articles}) == 7_367
    assert len({each.source for each in articles}) == 9


@pytest.mark.parametrize(
    ("dateline", "day"),
    [
        ("港町新聞 2025/06/10 05:00（最終更新 06/10 07:12）", "2025-06-10T05:00:00+09:00"),
        ("2025年6月10日 15:30 [会員限定記事]", "2025-06-10T15:30:00+09:00"),
        ("公開日:2025/06/10 22:10 更新日:2025/06/10 23:05", "2025-06-10T22:10:00+09:00"),
        ("令和7年6月10日", "2025-06-10"),
        ("午前0時30分をまわる前 2025年6月10日 午前12時30分 更新", "2025-06-10T00:30:00+09:00"),
    ],
)
def test_a_date_among_other_things_is_found(dateline: str, day: str) -> None:
    page = f"見出し\n\n{dateline}\n\n本文である。\n"
    (article,) = read_text(io.BytesIO(page.encode()), Source("a.txt"))
    assert isinstance(article, Article)
    assert format_published(article.published) == day


def test_sentences_with_an_agency_behind_them_stay_the_body() -> None:
    lines = ("台風は近づいた。（共同）", "波が高くなった（時事通信）", "避難した。(ロイター)")
    page = "\n\n".join(("見出し", "2025-06-10", *lines))
    (article,) = read_text(io.BytesIO(page.encode()), Source("a.txt"))
    assert isinstance(article, Article)
    assert "波が高くなった" in article.body


def test_a_last_word_on_networks_is_no_promotion_but_buttons_go() -> None:
    end = "最後はInstagramで見てほしいと笑顔で話した"
    page = f"見出し\n\n2025-06-10\n\nシェアする\nツイート\n\n登録者は5万人という。\n\n{end}\n"
    (article,) = read_text(io.BytesIO(page.encode()), Source("a.txt"))
    assert isinstance(article, Article)
    assert article.body == f"登録者は5万人という。\n\n{end}"
