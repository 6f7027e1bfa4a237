"""The Flask application; every route is in `api`, `pages` or `persons`, every error in `errors`."""

from __future__ import annotations

import gzip
from typing import Final

from flask import Flask, Response, request

from search.service import SearchService
from web import api, errors, pages, persons
from web.routing import AnyId

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SMALLEST_TO_PACK: Final = 800


def create_app(service: SearchService, *, cors: str | None = None) -> Flask:
    """The application on a service; `cors` is the origin that may read the API, or `*`."""
    app = Flask(__name__)
    app.url_map.merge_slashes = False
    app.url_map.converters["id"] = AnyId
    app.register_blueprint(api.blueprint(service))
    app.register_blueprint(pages.blueprint(service))
    app.register_blueprint(persons.blueprint(service))
    errors.register(app)

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if cors and request.path.startswith(("/api/", "/openapi.json")):
            response.headers["Access-Control-Allow-Origin"] = cors
            response.vary.add("Origin")
        return _packed(response)

    return app


def _packed(response: Response) -> Response:
    """The response gzipped, where the client takes it and it is worth it."""
    if response.direct_passthrough or response.status_code not in {200, 304}:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < _SMALLEST_TO_PACK or not request.accept_encodings["gzip"]:
        return response
    response.set_data(gzip.compress(body, compresslevel=5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response
