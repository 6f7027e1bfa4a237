"""The ten topics of articles, their IPTC codes, and what publishers call them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

POLITICS: Final = "政治"
ECONOMY: Final = "経済"
WORLD: Final = "国際"
SOCIETY: Final = "社会・事件"
DISASTERS: Final = "災害・事故・気象"
SPORTS: Final = "スポーツ"
CULTURE: Final = "文化・エンタメ"
SCIENCE: Final = "科学・IT・環境"
HEALTH: Final = "健康・医療"
LIFE: Final = "暮らし・話題"

IPTC: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        POLITICS: ("11000000",),
        ECONOMY: ("04000000", "09000000"),
        WORLD: ("16000000",),
        SOCIETY: ("02000000", "14000000", "05000000", "12000000"),
        DISASTERS: ("03000000", "17000000"),
        SPORTS: ("15000000",),
        CULTURE: ("01000000",),
        SCIENCE: ("13000000", "06000000"),
        HEALTH: ("07000000",),
        LIFE: ("10000000", "08000000"),
    }
)
"""The Media Topics of each topic, the main one first; 国際 is one of place, and has 16000000,
conflict, war and peace, for want of a nearer one."""

TOPICS: Final[tuple[str, ...]] = tuple(IPTC)
"""In the order of a newspaper's pages."""

_CALLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        POLITICS: "国内政治 政局 選挙 国会 行政 政治・行政 politics government elections",
        ECONOMY: (
            "経済・ビジネス ビジネス ビジネス・経済 マネー 金融 マーケット 市場 株式 株"
            " 産業 企業 経営 労働 雇用 国内経済 国際経済 business economy finance money"
            " markets companies economy,businessandfinance labour labor"
        ),
        WORLD: (
            "世界 海外 ワールド 外信 国際ニュース 海外ニュース 国際政治 国際情勢 world"
            " international worldnews global conflict,warandpeace"
        ),
        SOCIETY: (
            "社会 事件 事件・裁判 裁判 司法 犯罪 教育 教育・受験 宗教 皇室 事件・犯罪"
            " society crime education religion crime,lawandjustice"
        ),
        DISASTERS: (
            "災害 事故 気象 天気 防災 地震 災害・防災 気象・災害 事故・災害 地震・災害"
            " 台風 災害・気象 disaster disasters accidents weather"
            " disaster,accidentandemergencyincident"
        ),
        SPORTS: (
            "sport sports 野球 サッカー プロ野球 高校野球 大リーグ 大相撲 相撲 ゴルフ"
            " テニス 競馬 五輪 駅伝 陸上 格闘技 mlb npb jリーグ football soccer baseball"
        ),
        CULTURE: (
            "文化 エンタメ 芸能 エンターテインメント エンターテイメント 文化・芸能"
            " 芸能・エンタメ カルチャー 文化・芸術 芸術 アート 音楽 映画 アニメ 漫画"
            " マンガ ゲーム 書評 読書 本 テレビ 放送 歴史 entertainment culture arts art"
            " music movies film books media arts,culture,entertainmentandmedia"
            " arts,culture,andentertainment"
        ),
        SCIENCE: (
            "科学 it テクノロジー 環境 サイエンス it・科学 科学・環境 科学・技術"
            " 環境・科学 宇宙 デジタル ネット インターネット テック ai 技術 it・ネット"
            " エネルギー・環境 science technology tech environment scienceandtechnology"
            " science&technology climate"
        ),
        HEALTH: (
            "健康 医療 医療・健康 ヘルスケア 医療・介護 介護 福祉・医療 ヘルス 感染症"
            " health medicine healthcare"
        ),
        LIFE: (
            "暮らし くらし 生活 話題 ライフ ライフスタイル おでかけ 旅行 グルメ 食 料理"
            " 観光 ファッション 美容 家庭 トレンド コラム・話題 暮らし・生活 lifestyle"
            " life travel food fashion lifestyleandleisure humaninterest"
        ),
    }
)
"""Other names of each topic, without spaces inside; see `_key`."""

_CUT: Final = re.compile(r"[/／>＞|｜:：]")
_WHITE: Final = re.compile(r"\s+")


def _key(value: str) -> str:
    return _WHITE.sub("", unicodedata.normalize("NFKC", value)).casefold()


def _names() -> dict[str, str]:
    """Every name of a topic, as `_key` has it, and every IPTC code, to the topic."""
    names = {_key(name): topic for topic, called in _CALLED.items() for name in called.split()}
    for topic, codes in IPTC.items():
        names[_key(topic)] = topic
        names |= {form: topic for code in codes for form in (code, f"medtop:{code}")}
    return names


_NAMES: Final = MappingProxyType(_names())


def canonical(value: str) -> str:
    """The topic that a publisher's topic means, or that one itself, unchanged, where none does.

    Case, width and spaces do not matter. Of a path (スポーツ/野球) the first part that is known
    counts, of an IPTC subject its top level alone.
    """
    whole = _NAMES.get(_key(value))
    if whole:
        return whole
    parts = map(_key, _CUT.split(value))
    return next((_NAMES[part] for part in parts if part in _NAMES), value)
