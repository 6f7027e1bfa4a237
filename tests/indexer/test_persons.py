"""Persons in articles: from the texts to one person each."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from indexer.enrich.furigana import furigana_behind
from indexer.enrich.persons import Mention, Person, PersonFinder, fold_into
from search.analysis.japanese import Analyser
from search.article import Article
from search.dates import parse_published
from search.readings import likeliest
from search.schema import Field

Finding = Callable[[Article], tuple[Person, ...]]
PUBLISHED = parse_published("2025-06-10")


def article(body: str, title: str = "", captions: tuple[str, ...] = ()) -> Article:
    """An article with these texts."""
    return Article(id="a", published=PUBLISHED, title=title, body=body, captions=captions)


@pytest.fixture(scope="module")
def find(analyser: Analyser) -> Finding:
    """Finds the persons of one article."""
    finder = PersonFinder()

    def found(given: Article) -> tuple[Person, ...]:
        columns = analyser.analyse_in_columns([given.title, given.body, *given.captions], raw=True)
        assert columns.raw is not None
        return finder.find([given], columns, columns.raw.lines)[0]

    return found


def names(persons: tuple[Person, ...]) -> set[str]:
    """The names of persons."""
    return {person.name for person in persons}


def named(given: Article, person: Person) -> list[str]:
    """What stands in the article where a person is mentioned."""
    texts = (given.title, given.body, *given.captions)
    return [texts[m.text][m.start : m.start + m.length] for m in person.mentions]


def test_a_person_goes_by_the_fullest_form(find: Finding) -> None:
    given = article(
        "自民党の石破茂首相は10日、会見した。石破氏は「関税は遺憾だ」と述べた。石破首相は訪米する。",
        "石破首相が会見",
    )
    (person,) = find(given)
    assert person.name == "石破茂"
    assert likeliest(person.reading) == "イシバ シゲル"
    assert sorted(named(given, person)) == ["石破", "石破", "石破", "石破茂"]
    assert person.mentions[0] == Mention(Field.TITLE, 0, 0, 2)


def test_a_name_in_katakana_takes_its_last_part_in(find: Finding) -> None:
    given = article(
        "ドナルド・トランプ大統領は9日、記者団に語った。トランプ氏は関税を課す。トランプ米大統領は強気だ。"
    )
    (person,) = find(given)
    assert person.name == "ドナルド・トランプ"
    assert len(person.mentions) == 3


def test_two_people_with_one_surname_stay_two(find: Finding) -> None:
    given = article(
        "田中一郎社長と田中花子弁護士が会見した。田中弁護士は謝罪し、田中社長は辞任を表明した。"
    )
    found = {person.name: named(given, person) for person in find(given)}
    assert found == {"田中一郎": ["田中一郎", "田中"], "田中花子": ["田中花子", "田中"]}


def test_mentions_are_places_in_the_text_as_given(find: Finding) -> None:
    given = article(
        "㍿サクインの髙橋一郎氏は　ﾄﾞﾅﾙﾄﾞ・ﾄﾗﾝﾌﾟ大統領と会談した。\n\n\n髙橋氏は帰国した。",
        captions=("握手する髙橋一郎氏",),
    )
    found = {person.name: person for person in find(given)}
    assert named(given, found["髙橋一郎"]) == ["髙橋一郎", "髙橋", "髙橋一郎"]
    assert found["髙橋一郎"].mentions[-1] == Mention(Field.CAPTIONS, 2, 4, 4)


@pytest.mark.parametrize(
    "body",
    [
        "トヨタ自動車は東京都で新型車を発表した。",
        "浅野木材工業は新工場を建てる。",
        "米国と日本は関税で合意した。中国は反発している。",
        "皆さん、お母さんと子どもたち、お客さんも集まった。",
        "ゴンザーガ家は領地を失い、加治木家が継いだ。",
        "サッカー選手と国会議員が出席した。",
        "同被告は無罪を主張し、会長兼社長は謝罪した。左投手が登板した。",
        "映画『ジョン・カーター』が公開された。",
        "3氏が受賞した。Aさん(35)は喜ぶ。",
        "新庁舎は霧ヶ浦市松見台に建つ。",
    ],
)
def test_companies_and_places_are_no_persons(find: Finding, body: str) -> None:
    assert names(find(article(body))) == set()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("日銀は21日、平松邦夫新社長の就任を発表した。", "平松邦夫"),
        ("アメリカ・オバマ大統領が演説した。", "オバマ"),
        ("アブドゥッラー・ギュル・トルコ外相が演説した。", "アブドゥッラー・ギュル"),
        ("Googleのチャド・ハーリー氏は語った。", "チャド・ハーリー"),
        ("卓球の石川佳純選手は勝った。", "石川佳純"),
    ],
)
def test_offices_and_countries_beside_a_name_are_no_part_of_it(
    find: Finding, body: str, name: str
) -> None:
    assert names(find(article(body))) == {name}


def test_a_speaker_is_not_run_together_with_what_is_said(find: Finding) -> None:
    given = article(
        "モデルのマリエが登場した。\nマリエ：○です。\nマリエ：みんなが結婚していました。"
    )
    assert names(find(given)) == {"マリエ"}


def test_articles_of_a_batch_do_not_mix(analyser: Analyser) -> None:
    given = [article("石破茂首相が会見した。"), article(""), article("鈴木一郎氏が受賞した。")]
    texts = [text for each in given for text in (each.title, each.body)]
    columns = analyser.analyse_in_columns(texts, raw=True)
    assert columns.raw is not None
    found = PersonFinder().find(given, columns, columns.raw.lines)
    assert [names(each) for each in found] == [{"石破茂"}, set(), {"鈴木一郎"}]


def test_columns_without_raw_words_are_refused(analyser: Analyser) -> None:
    columns = analyser.analyse_in_columns(["", "石破茂"])
    with pytest.raises(ValueError, match="raw=True"):
        PersonFinder().find([article("石破茂")], columns, None)  # type: ignore[arg-type]


def test_a_publishers_person_takes_in_what_was_extracted() -> None:
    here = (Mention(Field.BODY, 1, 3, 2),)
    extracted = [Person("石破", "イシバ", 0.9, here), Person("鈴木一郎", "", 0.8, ())]
    folded = fold_into(["石破茂", "岸田文雄"], extracted)
    assert [person.name for person in folded] == ["石破茂", "岸田文雄", "鈴木一郎"]
    assert folded[0].mentions == here
    assert folded[0].confidence == 1


@pytest.mark.parametrize(
    ("given", "extracted"),
    [
        ("石破 茂", "石破茂"),
        ("石破　茂", "石破"),
        ("渡邉紗千穂", "渡辺紗千穂"),
        ("渡邉 紗千穂", "渡辺"),
        ("高橋一郎", "髙橋一郎"),
        ("ドナルド　トランプ", "ドナルド・トランプ"),
        ("ﾄﾞﾅﾙﾄﾞ･ﾄﾗﾝﾌﾟ", "トランプ"),
        ("Donald Trump", "trump"),
    ],
)
def test_a_publisher_may_spell_a_name_in_its_own_way(given: str, extracted: str) -> None:
    here = (Mention(Field.BODY, 1, 3, 2),)
    folded = fold_into([given], [Person(extracted, "ヨミ", 0.9, here)])
    assert [(person.name, person.mentions) for person in folded] == [(given, here)]


def test_a_publishers_spelling_keeps_the_reading() -> None:
    (person,) = fold_into(["石破　茂"], [Person("石破茂", "イシバシゲル", 0.9, ())])
    assert person.reading == "イシバシゲル"


def test_variant_kanji_in_one_article_are_one_person(find: Finding) -> None:
    given = article("渡邉紗千穂さんが受賞した。渡辺紗千穂さんは喜んだ。渡邉さんは語った。")
    (person,) = find(given)
    assert len(person.mentions) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "あ",
        "・",
        "氏",
        "あいうえお" * 1_000,
        "Lorem ipsum " * 1_000,
        "石破abc茂トランプ・12さん" * 200,
        "トランプ" * 1_000,
        "\n" * 10_000 + "石破茂氏",
        "、".join(f"田中{chr(0x4E00 + number)}子" for number in range(500)),
        "田中一郎氏と田中二郎氏、田中氏は" * 200,
    ],
)
def test_odd_texts_do_no_harm(find: Finding, text: str) -> None:
    given = article(text)
    for person in find(given):
        assert all(named(given, person))
        assert 0 <= person.confidence <= 1


def repeated(piece: str) -> Callable[[int], str]:
    """Texts of any length that say the same again and again."""
    return lambda characters: (piece * (characters // len(piece) + 1))[:characters]


def listed(characters: int) -> str:
    """A list of names, none twice."""
    names = (f"田中{chr(0x4E00 + number)}子" for number in range(characters // 5))
    return "、".join(names)[:characters]


@pytest.mark.parametrize(
    "text_of",
    [
        repeated("石破首相とトランプ氏が会談した"),
        repeated("氏・さん"),
        repeated("田中一郎と田中氏、"),
        repeated("あいうえお"),
        repeated("トランプ"),
        repeated("Lorem ipsum "),
        repeated("石破abc茂トランプ・12さん☆"),
        repeated("マリエ：みんな『ジョン』"),
        repeated("。"),
        listed,
    ],
)
def test_more_text_takes_longer_in_proportion(
    analyser: Analyser, text_of: Callable[[int], str]
) -> None:
    finder = PersonFinder()

    def seconds(characters: int) -> float:
        given = article(text_of(characters))
        columns = analyser.analyse_in_columns(["", given.body], raw=True)
        assert columns.raw is not None
        times = []
        for _ in range(2):
            before = time.process_time()
            finder.find([given], columns, columns.raw.lines)
            times.append(time.process_time() - before)
        return min(times)

    assert seconds(4_000) < 24 * max(seconds(500), 0.002), "eight times the text"


def test_a_reading_in_brackets_is_the_persons_and_nobody_else(find: Finding) -> None:
    given = article(
        "大谷翔平（おおたに・しょうへい）選手が記者会見した。大谷選手は「うれしい」と話した。"
        "編集長の岸田文雄さん（きしだふみお）は元記者。岸田さんは編集部にいる。"
    )
    readings = {person.name: person.reading for person in find(given)}
    assert readings == {"大谷翔平": "オオタニ ショウヘイ", "岸田文雄": "キシダ フミオ"}


@pytest.mark.parametrize(
    ("text", "name", "known", "reading"),
    [
        ("石破茂（いしば・しげる）首相", "石破茂", "イシバ シゲル/シゲ", "イシバ シゲル"),
        (
            "大谷翔平選手(おおたに しょうへい、30)",
            "大谷翔平",
            "オオヤ ショウヘイ",
            "オオタニ ショウヘイ",
        ),
        ("藤井昌子（ふじいまさこ）", "藤井昌子", "フジイ ショウコ/マサコ", "フジイ マサコ"),
        ("藤井朗生（ふじいあきお）", "藤井朗生", "フジイ ?ロウショウ", "フジイ アキオ"),
        ("田中（さんづけ）", "田中", "タナカ", ""),
        ("田中（たなか", "田中", "タナカ", ""),
        ("朗生（あきお）", "朗生", "", ""),
        ("トランプ（とらんぷ）", "トランプ", "トランプ", ""),
        ("石毛（うち三人）", "石毛", "イシゲ", ""),
    ],
)
def test_what_stands_in_brackets_is_a_reading_or_not(
    text: str, name: str, known: str, reading: str
) -> None:
    found = furigana_behind(text, (0, len(name)), known)
    assert (found.reading if found else "") == reading
