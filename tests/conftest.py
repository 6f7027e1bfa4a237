"""What several tests share: the analyser, the samples, the real data."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from indexer.analysing import analyse_batch
from indexer.pipeline import Options, reindex
from search.analysis.japanese import Analyser, analyser_fingerprint
from search.article import Article
from search.engine.base import Engine
from search.engine.embedded.engine import EmbeddedEngine
from search.planner import Planner
from search.service import SearchService
from search.synonyms import Synonyms, load_synonyms

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "indexer" / "samples"

settings.register_profile(
    "sakuin", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("sakuin")


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    """One analyser for all tests of a process."""
    return Analyser()


@pytest.fixture(scope="session")
def synonyms(analyser: Analyser) -> Synonyms:
    """The groups that come with the software, looked up once."""
    return load_synonyms(None, Planner(analyser).terms)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of the real data; the test is skipped where it is absent."""
    folder = Path(os.environ.get("SAKUIN_DATA") or ROOT / "../shared/data").resolve()
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}: set SAKUIN_DATA")
    return folder


@pytest.fixture(scope="session")
def livedoor(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The livedoor corpus, unpacked."""
    folder = tmp_path_factory.mktemp("livedoor")
    with tarfile.open(data / "news" / "livedoor.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "livedoor"


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory, analyser: Analyser) -> Path:
    """An index of the sample articles, for reading only."""
    folder = tmp_path_factory.mktemp("samples") / "index"
    engine = EmbeddedEngine(folder, fingerprint=analyser_fingerprint())
    reindex(engine, analyser, Options(paths=[str(SAMPLES)], workers=1))
    return folder


@pytest.fixture(scope="session")
def sample_service(
    sample_index: Path, analyser: Analyser, synonyms: Synonyms
) -> Iterator[SearchService]:
    """A service on the sample articles."""
    engine = EmbeddedEngine(sample_index, fingerprint=analyser_fingerprint())
    yield SearchService(engine, analyser, synonyms)
    engine.close()


Filled = Callable[[Engine, Sequence[Article]], SearchService]


@pytest.fixture(scope="session")
def filled(analyser: Analyser, synonyms: Synonyms) -> Filled:
    """Writes articles into an engine and gives a service on it."""

    def fill(engine: Engine, articles: Sequence[Article]) -> SearchService:
        with engine.writing() as writer:
            for analysed in analyse_batch(analyser, list(articles)):
                writer.add(analysed)
        return SearchService(engine, analyser, synonyms)

    return fill
