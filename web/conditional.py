"""ETags: weak, over the request and the state of the index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, request

from search.service import SearchService


def answered(service: SearchService, make: Callable[[], Response]) -> Response:
    """What `make` answers, or 304 where the client has it already."""
    asked = f"{service.state()} {request.full_path}"
    tag = hashlib.blake2b(asked.encode("utf-8", "replace"), digest_size=12).hexdigest()
    response = Response(status=304) if request.if_none_match.contains_weak(tag) else make()
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response
