"""Groups of synonyms: their format, their direction, and the file that comes with the software."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.japanese import Analyser
from search.errors import WrongUsage
from search.planner import Planner
from search.synonyms import Group, Synonyms, Terms, load_synonyms, read_groups


def by_letters(text: str) -> Terms:
    """Terms for tests without MeCab: every character."""
    return tuple(text)


def inside(synonyms: Synonyms, text: str) -> list[tuple[str, str]]:
    """The parts of a text that have synonyms, each with what is added."""
    return [(text[first:last], added) for first, last, added, _ in synonyms.inside(tuple(text))]


def made(text: str) -> Synonyms:
    return Synonyms(read_groups(text), by_letters)


@pytest.mark.parametrize(
    ("line", "groups"),
    [
        ("首相, 総理大臣", [Group(("首相", "総理大臣"), ("首相", "総理大臣"))]),
        ("首相,総理大臣,PM", [Group(("首相", "総理大臣", "PM"), ("首相", "総理大臣", "PM"))]),
        ("仏 => フランス", [Group(("仏",), ("フランス",))]),
        ("仏=>フランス, 仏国", [Group(("仏",), ("フランス", "仏国"))]),
        ("仏, 仏国 => フランス", [Group(("仏", "仏国"), ("フランス",))]),
        ("# 見出し", []),
        ("", []),
        ("   ", []),
        ("甲, 乙 # 人", [Group(("甲", "乙"), ("甲", "乙"))]),
        ("甲, 乙, 甲, ", [Group(("甲", "乙"), ("甲", "乙"))]),
        ("New York, NY", [Group(("New York", "NY"), ("New York", "NY"))]),
    ],
)
def test_a_line_is_a_group_or_a_remark(line: str, groups: list[Group]) -> None:
    assert read_groups(line) == groups


@pytest.mark.parametrize(
    "line", ["首相", "首相,", ",", "=>", "首相 =>", "=> 首相", "甲 => 乙 => 丙", "甲, 甲"]
)
def test_a_line_of_no_group_is_named(line: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        read_groups(f"甲, 乙\n# x\n{line}\n丙, 丁", "own.txt")
    assert "own.txt, line 3" in str(caught.value)
    assert "expected" in str(caught.value)
    assert line[:1] in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("首相", [("首相", "総理")]),
        ("総理", [("総理", "首相")]),
        ("仏", [("仏", "フランス")]),
        ("フランス", []),
        ("石破首相", [("首相", "総理")]),
        ("首相官邸", [("首相", "総理")]),
        ("東京五輪", [("東京五輪", "TOKYO")]),
        ("五輪", [("五輪", "大会")]),
        ("五輪首相", [("五輪", "大会"), ("首相", "総理")]),
        ("山", []),
        ("", []),
    ],
)
def test_a_group_is_used_in_its_direction_and_the_longest_first(
    typed: str, found: list[tuple[str, str]]
) -> None:
    synonyms = made("首相, 総理\n仏 => フランス\n東京五輪 => TOKYO\n五輪 => 大会\n")
    assert inside(synonyms, typed) == found


def test_several_groups_of_one_word_are_all_used_each_word_once() -> None:
    synonyms = made("米 => 米国\n米, 稲\n米国, アメリカ\n米 => 米国, 稲\n")
    assert inside(synonyms, "米") == [("米", "米国"), ("米", "稲")]


def test_a_word_is_never_its_own_synonym() -> None:
    synonyms = Synonyms(read_groups("サーバー, サーバ, 鯖"), lambda text: (text.rstrip("ー"),))
    assert [added for *_, added, _ in synonyms.inside(("サーバ",))] == ["鯖"]


def test_what_has_no_terms_is_passed_over() -> None:
    synonyms = Synonyms(read_groups("！, 驚き\n山, ！"), lambda text: tuple(text.strip("！")))
    assert list(synonyms.inside(())) == []
    assert list(synonyms.inside(("山",))) == []


def test_the_fingerprint_changes_with_every_change_of_the_groups() -> None:
    texts = ["甲, 乙", "甲, 丙", "甲 => 乙", "甲, 乙\n丙, 丁", ""]
    prints = {made(text).fingerprint for text in texts}
    assert len(prints) == len(texts)
    assert made("甲, 乙").fingerprint == made("# x\n甲,乙\n").fingerprint
    assert all(len(each) == 8 for each in prints)


@given(st.lists(st.text(st.sampled_from("甲乙丙丁, =>#\n"), max_size=12), max_size=6))
def test_any_file_is_read_or_refused(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        groups = read_groups(text, "x")
    except WrongUsage:
        return
    for group in groups:
        assert group.typed
        assert group.added
    for first, last, added, terms in Synonyms(groups, by_letters).inside(tuple("甲乙丙")):
        assert 0 <= first < last <= 3
        assert terms == tuple(added) != tuple("甲乙丙")[first:last]


def test_own_groups_stand_before_those_of_the_software(tmp_path: Path, analyser: Analyser) -> None:
    own = tmp_path / "own.txt"
    own.write_text("\ufeff首相, 宰相\n当社 => 株式会社甲\n", "utf-8")
    terms = Planner(analyser).terms
    synonyms = load_synonyms(own, terms)
    assert [added for *_, added, _ in synonyms.inside(terms("首相"))][:1] == ["宰相"]
    assert "総理大臣" in [added for *_, added, _ in synonyms.inside(terms("首相"))]
    assert [added for *_, added, _ in synonyms.inside(terms("当社"))] == ["株式会社甲"]
    assert synonyms.fingerprint != load_synonyms(None, terms).fingerprint


def test_an_own_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    latin, folder = tmp_path / "latin.txt", tmp_path / "folder"
    latin.write_bytes("首相, 総理".encode("shift_jis"))
    folder.mkdir()
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("首相\n", "utf-8")
    for path in (latin, folder, tmp_path / "none.txt", wrong):
        with pytest.raises(WrongUsage) as caught:
            load_synonyms(path, by_letters)
        assert path.name in str(caught.value)


def bundled() -> list[Group]:
    file = resources.files("search") / "data" / "synonyms.txt"
    return read_groups(file.read_text("utf-8"), "synonyms.txt")


def test_the_file_of_the_software_has_enough_groups() -> None:
    assert len(bundled()) >= 500


def test_no_term_of_the_software_stands_in_two_mutual_groups(analyser: Analyser) -> None:
    terms = Planner(analyser).terms
    mutual = [group for group in bundled() if group.typed == group.added]
    assert len(mutual) > 100
    times = Counter(each for group in mutual for each in {terms(word) for word in group.typed})
    assert [term for term, count in times.items() if count > 1] == []


def test_every_word_of_the_software_has_terms_of_its_own(analyser: Analyser) -> None:
    """No word is empty for the analyser, and none is only another spelling of its group's."""
    terms = Planner(analyser).terms
    same = []
    for group in bundled():
        mutual = group.typed == group.added
        words = group.typed if mutual else (*group.typed, *group.added)
        found = [terms(word) for word in words]
        assert all(found), group
        same += [group] if len(set(found)) < len(found) else []
    assert same == []


def test_every_group_of_the_software_is_looked_up(analyser: Analyser, synonyms: Synonyms) -> None:
    terms = Planner(analyser).terms
    for group in bundled():
        for word in group.typed:
            added = {each for *_, each in synonyms.inside(terms(word))}
            assert {terms(other) for other in group.added} - {terms(word)} <= added, word


@pytest.mark.parametrize(
    ("typed", "added"),
    [
        ("首相", "総理大臣"),
        ("米国", "アメリカ"),
        ("米", "米国"),
        ("衆院", "衆議院"),
        ("日銀", "日本銀行"),
        ("W杯", "ワールドカップ"),
        ("Ｗ杯", "ワールドカップ"),
        ("北朝鮮", "朝鮮民主主義人民共和国"),
        ("朝鮮民主主義人民共和国", "北朝鮮"),
        ("レアアース", "希土類"),
    ],
)
def test_the_register_of_newspapers_is_there(
    analyser: Analyser, synonyms: Synonyms, typed: str, added: str
) -> None:
    terms = Planner(analyser).terms(typed)
    assert added in [each for *_, each, _ in synonyms.inside(terms)]


@pytest.mark.parametrize(
    ("typed", "added"), [("フランス", "仏"), ("米国", "米"), ("インド", "印"), ("ドイツ", "独")]
)
def test_what_means_something_else_as_well_is_not_looked_for(
    analyser: Analyser, synonyms: Synonyms, typed: str, added: str
) -> None:
    terms = Planner(analyser).terms(typed)
    assert added not in [each for *_, each, _ in synonyms.inside(terms)]
