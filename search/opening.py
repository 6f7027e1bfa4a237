"""Puts the parts together: settings in, engine and service out."""

from __future__ import annotations

from search.analysis.japanese import Analyser, analyser_fingerprint
from search.engine.base import Engine
from search.engine.embedded.engine import EmbeddedEngine
from search.planner import Planner
from search.service import SearchService
from search.settings import Settings
from search.synonyms import load_synonyms


def open_engine(settings: Settings) -> Engine:
    """The engine of the settings. Nothing is read or written yet."""
    return EmbeddedEngine(settings.index, fingerprint=analyser_fingerprint())


def open_service(settings: Settings) -> SearchService:
    """A service on the engine of the settings; WrongUsage for synonyms that cannot be read."""
    analyser = Analyser()
    synonyms = load_synonyms(settings.synonyms, Planner(analyser).terms)
    return SearchService(open_engine(settings), analyser, synonyms)
