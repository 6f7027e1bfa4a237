"""ETags: weak, over the request and the state of the index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from flask import Response, request

from search.service import SearchService


@lru_cache(maxsize=1)
def _looks() -> str:
    """Changes with every change of the templates, so that no old page is taken for a new one."""
    digest = hashlib.blake2b(version("sakuin").encode(), digest_size=8)
    for file in sorted((Path(__file__).parent / "templates").iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def answered(service: SearchService, make: Callable[[], Response], query: str = "") -> Response:
    """What `make` answers, or 304 where the client has it already; `query` may have a date."""
    asked = f"{service.state(query)} {_looks()} {request.full_path}"
    tag = hashlib.blake2b(asked.encode("utf-8", "replace"), digest_size=12).hexdigest()
    response = Response(status=304) if request.if_none_match.contains_weak(tag) else make()
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response
