"""The JSON endpoints of API.md."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, request

from search.answer import article_answer, search_answer
from search.facet_answer import facet_answer
from search.params import read_facet_search, read_request
from search.service import SearchService
from web.conditional import answered
from web.openapi import openapi_document


def blueprint(service: SearchService) -> Blueprint:
    """The routes, on a service."""
    routes = Blueprint("api", __name__)

    @routes.get("/api/search")
    def search() -> Response:
        asked = read_request(request.args.to_dict(flat=False))
        return answered(service, lambda: _json(search_answer(service.search(asked))), asked.q)

    @routes.get("/api/facets/<field>")
    def facet(field: str) -> Response:
        asked = read_facet_search(field, request.args.to_dict(flat=False))
        query = asked.request.q
        return answered(service, lambda: _json(facet_answer(service.facet(asked))), query)

    @routes.get("/api/articles/<id:article_id>")
    def article(article_id: str) -> Response:
        return answered(service, lambda: _json(article_answer(service.article(article_id))))

    @routes.get("/healthz")
    def healthz() -> Response:
        return _json({"status": "ok"})

    @routes.get("/readyz")
    def readyz() -> Response:
        service.state()
        return _json({"status": "ready"})

    @routes.get("/openapi.json")
    def openapi() -> Response:
        return _json(openapi_document())

    return routes


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json")
