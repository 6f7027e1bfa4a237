"""Who is one person over the whole archive, and what an operator may say of it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.enrich.archive import PeopleLinker, link_persons, spelling_key
from indexer.enrich.corrections import Corrections, load_corrections, read_corrections
from indexer.enrich.offices import may_be_one, read_office
from indexer.pipeline import Options, reindex
from search.analysis.japanese import Analyser
from search.article import Article
from search.dates import parse_published
from search.engine.base import Engine, Window
from search.engine.embedded.engine import EmbeddedEngine
from search.engine.memory import MemoryEngine
from search.errors import WrongUsage
from search.labels import PersonLabel
from search.query import Everything, FacetRequest
from search.readings import likeliest
from search.schema import Facet


def label(text: str) -> PersonLabel:
    """`name/office/reading`, with ! behind it where the publisher gave it."""
    given_by_publisher = text.endswith("!")
    name, office, reading = [*text.rstrip("!").split("/"), "", ""][:3]
    return PersonLabel(name, office, reading, given_by_publisher)


def linked(*texts: str, corrections: Corrections | None = None) -> list[str | None]:
    """What labels are shown as, each written `label` or `label*articles`."""
    counts: dict[PersonLabel, int] = {}
    for text in texts:
        written, _, count = text.partition("*")
        counts[label(written)] = int(count or 1)
    found = link_persons(counts, corrections)
    return [found[each] for each in counts]


@pytest.mark.parametrize(
    "names",
    [
        ("高橋一郎*2", "髙橋一郎"),
        ("高橋一郎*2", "高橋 一郎"),
        ("ケビン・ハセット*2", "ケビン＝ハセット", "ｹﾋﾞﾝ･ﾊｾｯﾄ"),
        ("スコット・ベセント*2", "スコット・ベイセント"),
        ("ウラジーミル・プーチン*2", "ウラジミール・プーチン"),
        ("Donald Trump*2", "ＤＯＮＡＬＤ　ＴＲＵＭＰ"),
        ("石井ゆかり//イシイ ユカリ*2", "いしいゆかり"),
    ],
)
def test_spellings_of_one_name_are_one_person(names: tuple[str, ...]) -> None:
    assert set(linked(*names)) == {label(names[0].partition("*")[0]).name}


@pytest.mark.parametrize(
    "names",
    [
        ("高橋一郎", "高橋二郎"),
        ("斎藤一", "斎藤元"),
        ("ジョー", "ジョ"),
        ("ジョン・スミス", "ジョン・スミソン"),
        ("石破茂", "石破"),
        ("田中角栄*9", "田中*3"),
        ("マイケル・ジョーダン*9", "マイケル*5"),
        ("ジョージ・マイケル*9", "マイケル・ジョーダン*9", "マイケル"),
        ("イヴァンカ・トランプ*9", "ドナルド・トランプ*9", "トランプ"),
        ("ジェームズ・キャメロン*9", "キャメロン/首相"),
        ("福田康夫/首相*9", "福田赳夫/首相*9", "福田/首相"),
        ("ジョージ・ブッシュ/大統領*9", "ブッシュ/元大統領"),
        ("金正恩/総書記//", "金/副大統領"),
        ("中田英寿/知事/ナカタ ヒデトシ", "中田/知事/ナカダ"),
        ("長谷川閑史/知事/ハセガワ ヤスチカ", "長谷/知事/ハセ"),
    ],
)
def test_where_it_is_unclear_persons_stay_apart(names: tuple[str, ...]) -> None:
    found = linked(*names)
    assert len(set(found)) == len(found), found


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("石破茂/首相/イシバ シゲル", "石破/首相/イシバ"),
        ("石破茂/首相", "石破/総理"),
        ("ドナルド・トランプ/米大統領", "トランプ/大統領"),
        ("スコット・ベセント/財務長官", "ベイセント/米財務長官"),
        ("習近平/国家主席", "習/中国国家主席"),
        ("長谷川閑史/知事/ハセガワ ヤスチカ", "長谷川/知事/ハセガワ"),
        ("スティーブン・スピルバーグ*3", "スピルバーグ"),
        ("ゼップ・ブラッター*3", "ブラッター*12"),
    ],
)
def test_a_surname_goes_with_the_only_full_name_that_fits(full: str, short: str) -> None:
    assert set(linked(full, short)) == {label(full.partition("*")[0]).name}


def test_a_surname_is_linked_by_title_and_stays_alone_without() -> None:
    found = linked("石破茂/首相*3", "石破/首相*5", "石破*2")
    assert found == ["石破茂", "石破茂", "石破"]


def test_the_publishers_spelling_is_shown_even_if_others_are_more_frequent() -> None:
    assert linked("髙橋一郎!", "高橋一郎*9") == ["髙橋一郎"] * 2
    assert linked("トランプ!", "ドナルド・トランプ/大統領*9", "トランプ/大統領*9") == [
        *("トランプ", "ドナルド・トランプ", "トランプ")
    ]


def test_the_most_frequent_spelling_is_shown_then_the_longest_then_the_first() -> None:
    assert linked("渡辺一*2", "渡邉一*3") == ["渡邉一"] * 2
    assert linked("渡辺 一", "渡辺一") == ["渡辺 一"] * 2
    assert linked("渡辺一", "渡邉一") == ["渡辺一"] * 2


CORRECTIONS = """
# 運用者による訂正
block = ["鬼", "中準銀"]
split = ["髙橋一郎", "石破"]

[merge]
"ドナルド・トランプ" = ["トランプ", "D・トランプ"]
"三遊亭円楽" = ["楽太郎"]

[rename]
"ベイセント" = "スコット・ベセント"
"小泉純一郎" = "小泉 純一郎"
"""


def corrected(*texts: str) -> list[str | None]:
    return linked(*texts, corrections=read_corrections(CORRECTIONS))


def test_an_operator_merges_splits_renames_and_blocks() -> None:
    assert (
        corrected("トランプ", "トランプ/大統領", "D・トランプ", "ドナルド・トランプ")
        == ["ドナルド・トランプ"] * 4
    )
    assert corrected("楽太郎") == ["三遊亭円楽"], "also where nobody writes the name"
    assert corrected("高橋一郎*2", "髙橋一郎") == ["高橋一郎", "髙橋一郎"]
    assert corrected("石破茂/首相", "石破/首相") == ["石破茂", "石破"]
    assert corrected("ベイセント") == ["スコット・ベセント"]
    assert corrected("小泉 純一郎/首相*2", "小泉純一郎") == ["小泉 純一郎"] * 2
    assert linked("渡邉一*2", "渡辺一", corrections=Corrections(rename={"渡辺一": "渡辺"})) == [
        *("渡辺", "渡辺")
    ], "in any spelling"
    assert corrected("小泉純一郎/首相", "小泉/首相") == ["小泉 純一郎"] * 2
    assert corrected("鬼", "鬼/首相", "鬼塚") == [None, None, "鬼塚"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("merge = 1", "merge is no table"),
        ("[merge]\n甲 = [", "expected TOML"),
        ('[merge]\n"甲" = "乙"', "expected a list, as in"),
        ('[merge]\n"甲" = [1]', "expected a list, as in"),
        ('[merge]\n"" = ["甲"]', "1 to 200 characters"),
        ('[split]\n"甲" = ["乙"]', "split is"),
        ('[merge]\n"乙" = ["甲"]\n"丙" = ["甲"]', "'甲' is merged into '乙' and '丙'"),
        ('[merge]\n"乙" = ["甲"]\n"丙" = ["乙"]', "'乙', which is merged into '丙'"),
        ('block = ["甲"]\n[merge]\n"乙" = ["甲"]', "'甲' is in merge and in block"),
        ('split = ["乙"]\n[merge]\n"乙" = ["甲"]', "'乙' is in merge and in split"),
        ('[merge]\n"乙" = ["甲"]\nblock = ["丙"]', "block stands in [merge]"),
        ('[rename]\n"甲" = "a\\u0000b"', "control characters"),
        ('[rename]\n"甲" = "' + "乙" * 201 + '"', "1 to 200 characters"),
        ("a = " + "[" * 5_000, "expected TOML"),
        ("a = " + "9" * 5_000, "expected TOML"),
        ('[rename]\n"甲" = ["乙"]', "expected another name"),
        ('[rename]\n"甲" = " "', "expected another name"),
        ('block = "甲"', "expected a list"),
        ('[join]\n"甲" = ["乙"]', "'join' is not known"),
        ('[rename]\n"甲" = "乙"\nblock = ["丙"]', "stand above"),
    ],
)
def test_what_is_wrong_in_corrections_is_told(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(WrongUsage) as raised:
        load_corrections(file)
    assert told in str(raised.value)
    assert str(file) in str(raised.value)


def test_corrections_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="cannot be read"):
        load_corrections(tmp_path / "nowhere.toml")
    (tmp_path / "latin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WrongUsage, match="UTF-8"):
        load_corrections(tmp_path / "latin")


names = st.sampled_from(
    [
        *("石破茂", "石破", "石破 茂", "髙橋一郎", "高橋一郎", "トランプ"),
        *("ドナルド・トランプ", "いしばしげる", "鬼", "甲"),
    ]
)
labels = st.builds(
    PersonLabel,
    names,
    st.sampled_from(["", "首相", "大統領", "元首相", "知事"]),
    st.sampled_from(["", "イシバ シゲル", "イシバ"]),
    st.booleans(),
)
rules = st.builds(
    Corrections,
    merge=st.dictionaries(names, st.lists(names, max_size=2).map(tuple), max_size=2),
    split=st.frozensets(names, max_size=2),
    rename=st.dictionaries(names, names, max_size=2),
    block=st.frozensets(names, max_size=2),
)


@given(st.dictionaries(labels, st.integers(1, 9), max_size=12), rules)
def test_every_label_has_a_value_whatever_the_order(
    counts: Mapping[PersonLabel, int], corrections: Corrections
) -> None:
    found = link_persons(counts, corrections)
    assert found.keys() == counts.keys()
    backwards = dict(reversed(counts.items()))
    assert link_persons(backwards, corrections) == found
    assert all(value or value is None for value in found.values())


@given(st.dictionaries(labels, st.integers(1, 9), max_size=12))
def test_spellings_of_one_name_and_title_never_part(counts: Mapping[PersonLabel, int]) -> None:
    shown: dict[tuple[str, str], str | None] = {}
    for each, value in link_persons(counts).items():
        assert shown.setdefault((spelling_key(each.name), each.office), value) == value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("首相", "英首相", True),
        ("英首相", "仏首相", False),
        ("大統領", "副大統領", False),
        ("大臣", "副大臣", False),
        ("外務副大臣", "外務大臣", False),
        ("国家主席", "国家副主席", False),
        ("米国防副長官", "国防副長官", True),
        ("国防副長官", "国防長官", False),
        ("副総理", "副首相", True),
        ("総理大臣", "首相", True),
        ("外相", "英外相", True),
        ("外相", "財務相", False),
        ("前大統領", "大統領", False),
        ("前米大統領", "米前大統領", True),
        ("新首相", "首相", True),
        ("国務長官", "国防長官", False),
        ("米国務長官", "国務長官", True),
    ],
)
def test_offices_may_be_the_same_or_not(one: str, other: str, *, same: bool) -> None:
    first, second = read_office(one), read_office(other)
    assert first
    assert second
    assert may_be_one(first, second) == may_be_one(second, first) == same


def article(number: int, body: str, *persons: str) -> Article:
    published = parse_published(f"2025-06-{number:02}")
    return Article(id=f"{number}", published=published, body=body, persons=persons)


ARTICLES = [
    article(1, "石破茂首相は10日、記者会見を開いた。石破氏は経済対策を説明した。"),
    article(2, "石破首相は都内で演説し、減税に触れた。"),
    article(3, "高橋一郎氏が会長に就く。高橋氏は語った。", "髙橋一郎"),
    article(4, "新会長の高橋一郎氏は10日、抱負を語った。"),
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A file of articles."""
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(each.to_json()) for each in ARTICLES), "utf-8")
    return path


def written(engine: Engine, analyser: Analyser, *paths: Path, **how: Any) -> dict[str, int]:
    """The persons of the archive and their articles, after a run."""
    given_options = {"workers": 1, "enrich": ("persons",)} | how
    reindex(engine, analyser, Options(paths=[str(path) for path in paths], **given_options))
    with engine.snapshot() as snapshot:
        found = snapshot.search(
            Everything(), filters={}, window=Window(), facets=[FacetRequest(Facet.PERSON)]
        )
        shown = {name for hit in found.hits for name in hit.article.person_names()}
    counts = {each.value: each.count for each in found.counts(Facet.PERSON)}
    assert shown <= {*counts, *(name for each in ARTICLES for name in each.persons)}
    return counts


@pytest.mark.parametrize("kind", ["memory", "embedded"])
def test_a_run_links_the_persons_of_all_articles(
    kind: str, archive: Path, analyser: Analyser, tmp_path: Path
) -> None:
    engine: Engine = MemoryEngine()
    if kind == "embedded":
        engine = EmbeddedEngine(tmp_path / "index", fingerprint="one")
    assert written(engine, analyser, archive) == {"石破茂": 2, "髙橋一郎": 2}
    with engine.snapshot() as snapshot:
        readings = {each.value: likeliest(each.reading) for each in snapshot.values(Facet.PERSON)}
        fourth = snapshot.get("4")
    assert readings == {"石破茂": "イシバ シゲル", "髙橋一郎": "タカハシ イチロウ"}
    assert fourth
    assert fourth.article.person_names() == ("髙橋一郎",)
    engine.close()


def test_corrections_are_taken_up_without_reading_articles_and_kept(
    archive: Path, analyser: Analyser
) -> None:
    engine = MemoryEngine()
    written(engine, analyser, archive)
    split = 'split = ["石破"]\n[rename]\n"髙橋一郎" = "高橋会長"'
    apart = {"石破茂": 1, "石破": 1, "高橋会長": 2}
    before = engine.generation()
    assert written(engine, analyser, corrections=split) == apart
    assert engine.generation() != before
    assert written(engine, analyser, corrections=split) == apart
    assert written(engine, analyser, archive) == apart
    assert written(engine, analyser, rebuild=True) == apart
    assert written(engine, analyser, corrections="") == {"石破茂": 2, "髙橋一郎": 2}


def test_names_that_no_article_has_are_told(archive: Path, analyser: Analyser) -> None:
    engine = MemoryEngine()
    said = 'block = ["石破 茂", "誰か"]\n[rename]\n"高橋一郎" = "高橋"\n"無名" = "有名"'
    options = Options(paths=[str(archive)], workers=1, enrich=("persons",), corrections=said)
    assert reindex(engine, analyser, options).unknown_persons == ("無名", "誰か")


def test_new_articles_change_old_ones_through_the_links_alone(
    archive: Path, analyser: Analyser, tmp_path: Path
) -> None:
    engine = MemoryEngine()
    alone = tmp_path / "alone.jsonl"
    alone.write_text(json.dumps(ARTICLES[1].to_json()), "utf-8")
    assert written(engine, analyser, alone) == {"石破": 1}
    assert written(engine, analyser, archive)["石破茂"] == 2


def test_a_rebuild_without_enrichment_leaves_out_what_was_found(
    archive: Path, analyser: Analyser
) -> None:
    engine = MemoryEngine()
    written(engine, analyser, archive)
    assert written(engine, analyser, rebuild=True, enrich=()) == {"髙橋一郎": 1}


def test_topics_sources_and_names_of_publishers_have_readings(analyser: Analyser) -> None:
    linker = PeopleLinker(analyser, Corrections())
    topics = linker(Facet.TOPIC, {"経済": 1, "災害・事故・気象": 2}, {})
    assert likeliest(topics["経済"].reading) == "ケイザイ"
    assert likeliest(topics["災害・事故・気象"].reading) == "サイガイ ジコ キショウ"
    publisher = str(PersonLabel("大谷翔平", given=True))
    assert (
        linker(Facet.PERSON, {publisher: 1}, {})[publisher].reading == "オオヤ/オオタニ ショウヘイ"
    )
    before = {"大谷翔平": "オオタニ ショウヘイ"}
    assert linker(Facet.PERSON, {publisher: 1}, before)[publisher].reading == before["大谷翔平"]
    latin = str(PersonLabel("YOSHIKI", given=True))
    assert linker(Facet.PERSON, {latin: 1}, {})[latin].reading == ""


def test_linking_grows_with_the_number_of_names_and_no_faster() -> None:
    def seconds(count: int) -> float:
        counts = {
            PersonLabel(f"{chr(0x4E00 + n % 3000)}{chr(0x5000 + n // 3000)}{n % 7}郎", "首相"): 1
            for n in range(count)
        }
        started = time.process_time()
        link_persons(counts)
        return time.process_time() - started

    seconds(500)
    assert seconds(20_000) < 30 * seconds(2_000)
