"""How an article's id stands in a path."""

from __future__ import annotations

from werkzeug.routing import BaseConverter


class AnyId(BaseConverter):
    """Any text, slashes at its beginning included: an id may be a path or an address."""

    regex = "(?s:.+)"
    part_isolating = False
