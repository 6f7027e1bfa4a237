"""Which mentions of an article are of one person."""

from __future__ import annotations

import pytest

from indexer.enrich.linking import Named, link, sound_key


def linked(*forms: str) -> list[str]:
    """The names of mentions without titles."""
    return link([Named(form, words=2) for form in forms])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ベイセント", "ベセント"),
        ("デ・ニーロ", "デニーロ"),
        ("クライヴ", "クライブ"),
        ("ルートニック", "ルトニック"),
        ("オウ", "オー"),
    ],
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(("one", "other"), [("トランプ", "トラップ"), ("バイデン", "バイトン")])
def test_other_names_do_not(one: str, other: str) -> None:
    assert sound_key(one) != sound_key(other)


def test_a_part_goes_with_the_whole() -> None:
    assert set(linked("石破", "石破茂", "茂")) == {"石破茂"}
    assert set(linked("ダルビッシュ有", "ダルビッシュ", "有")) == {"ダルビッシュ有"}
    assert set(linked("ケビン・ハセット", "ハセット", "ケビン")) == {"ケビン・ハセット"}
    assert set(linked("ベイセント", "スコット・ベセント")) == {"スコット・ベセント"}


def test_variant_kanji_are_one_name() -> None:
    assert linked("渡邉紗千穂", "渡邉", "渡辺紗千穂", "渡辺", "渡邊") == ["渡邉紗千穂"] * 5
    assert linked("髙橋一郎", "高橋一郎", "高橋一郎", "高橋") == ["高橋一郎"] * 4


def test_spaces_do_not_part_a_name() -> None:
    assert len(set(linked("石破 茂", "石破茂", "石破"))) == 1
    assert len(set(linked("ドナルド トランプ", "ドナルド・トランプ", "トランプ"))) == 1


def test_a_middle_name_may_be_left_out() -> None:
    forms = ("マーガレット・ヒルダ・サッチャー", "マーガレット・サッチャー", "サッチャー")
    assert set(linked(*forms)) == {"マーガレット・ヒルダ・サッチャー"}


def test_a_surname_of_two_goes_with_the_one_named_last() -> None:
    found = linked("田中一郎", "田中", "田中花子", "田中")
    assert found == ["田中一郎", "田中一郎", "田中花子", "田中花子"]


def test_a_title_tells_two_of_one_surname_apart() -> None:
    mentions = [
        Named("田中一郎", "社長", 2),
        Named("田中花子", "弁護士", 2),
        Named("田中", "社長"),
        Named("田中", "弁護士"),
    ]
    assert link(mentions) == ["田中一郎", "田中花子", "田中一郎", "田中花子"]


def test_names_that_share_nothing_stay_apart() -> None:
    forms = ("石破茂", "岸田文雄", "ジョー・バイデン", "習近平", "習仲勲")
    assert linked(*forms) == list(forms)


def test_no_mentions_are_no_persons() -> None:
    assert link([]) == []
