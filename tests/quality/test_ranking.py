"""The ranking keeps what it has reached; the floors stand for these very sets and samples."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from benchmarks.evaluate import data_folder, headlines, jsquad
from benchmarks.indexes import indexed
from benchmarks.substrings import draw, tally
from search.analysis.japanese import Analyser
from search.evaluation import evaluate

pytestmark = [
    pytest.mark.data,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not data_folder().exists(), reason="no shared data: see SAKUIN_DATA"),
]

QUESTIONS_SHA256 = "fb0a57a35281ff03bbe7f0e878cff5b577985fbe6fcb242e7e8ddb63d1c0ab11"
QUESTIONS_FLOOR = 0.950
HEADLINES_FLOOR = 0.92
SHARE = 8
"""Every eighth article of livedoor is enough for a floor."""


def test_questions_find_their_paragraphs(analyser: Analyser, tmp_path: Path) -> None:
    path = data_folder() / "questions" / "jsquad-valid.json"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == QUESTIONS_SHA256
    data = jsquad()
    service = indexed(data.articles, tmp_path, analyser)
    assert evaluate(service, data.samples[0]).ndcg >= QUESTIONS_FLOOR


def test_headlines_find_their_bodies_and_every_substring_is_found(
    analyser: Analyser, tmp_path: Path
) -> None:
    data = headlines()
    articles = data.articles[::SHARE]
    kept = {each.id for each in articles}
    service = indexed(articles, tmp_path, analyser)
    questions = [each for sample in data.samples for each in sample if each.relevant <= kept]
    assert evaluate(service, questions[:300]).ndcg >= HEADLINES_FLOOR
    for length, mine in tally(service, list(draw(articles, 120))).items():
        assert (mine.found, mine.wrong) == (mine.holding, 0), length
        assert not mine.bare_missed, length
