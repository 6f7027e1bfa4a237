"""A handful of articles for searches: written for these tests, no real news."""

from __future__ import annotations

from search.article import Article
from search.dates import parse_published


def _article(name: str, day: str, title: str, body: str, **members: tuple[str, ...]) -> Article:
    return Article(id=name, published=parse_published(day), title=title, body=body, **members)


NEWS = (
    _article(
        *("leaves", "2025-06-10", "主砲の退団を球団が発表"),
        "球団は10日、主砲の退団を発表した。退団の理由は明らかにしていない。サーバーに負荷がかかった。",
        persons=("髙橋太郎",),
        topics=("スポーツ",),
    ),
    _article(
        *("leaves-too", "2025-06-09", "助っ人も退団へ、ウクライナ出身"),
        "助っ人の退団が決まった。ウクライナに戻る。ヨーロッパでは残留を望む声が多かった。",
        topics=("スポーツ",),
    ),
    _article(
        *("trump", "2025-05-20", "トランプ米大統領が来日へ"),
        "トランプ米大統領が来月来日する。石破茂首相と会談する。関税について協議する。",
        persons=("ドナルド・トランプ", "石破茂"),
        topics=("国際", "政治"),
    ),
    _article(
        *("premier", "2025-05-19", "総理大臣、ウクライナ支援を表明"),
        "総理大臣は会見で支援を表明した。ヨーロッパの反応にも触れた。",
        topics=("政治",),
    ),
    _article(
        *("volcano", "2024-06-11", "火山が噴火、避難指示"),
        "東京都の火山が噴火した。東京の防災計画に従い、六千人が避難した。京都でも灰が降った。",
        captions=("噴煙を上げる火山＝11日",),
        topics=("災害・事故・気象",),
    ),
    _article(
        *("name", "2024-12-31", "髙橋市長が講演"),
        "林檎の話をした。渡邊さんも来た。市の計画は2024年5月にまとまる。サーバの更新は未定。",
        persons=("髙橋一郎",),
    ),
    _article(
        *("stage", "2023-01-01", "バイオリン公演、ウィーンで"),
        "公演は大成功だった。ケビンハセットの演奏に客席は満員。<b>拍手</b>が続いた。",
    ),
)
