"""Every error as HTTP: the one place that decides on a status."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Final

import msgspec
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from search.errors import (
    IndexMissing,
    IndexProblem,
    InvalidRequest,
    NotFound,
    QueryTooLong,
    SakuinError,
)
from web.openapi import Problem

_log = logging.getLogger(__name__)
_STATUS: Final[dict[type[SakuinError], int]] = {
    QueryTooLong: 413,
    InvalidRequest: 400,
    NotFound: 404,
    IndexProblem: 503,
}
_HEADLINES: Final = {
    400: "この指定は使えません",
    404: "見つかりません",
    405: "この方法では読めません",
    413: "検索文が長すぎます",
    503: "まだ検索できません",
}
_RETRY_SECONDS: Final = "5"


def status_of(error: SakuinError) -> int:
    """The HTTP status of an error."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)


def register(app: Flask) -> None:
    """Answer every error in the shape the client understands."""

    @app.errorhandler(SakuinError)
    def sakuin_error(error: SakuinError) -> Response:
        problem = _problem(status_of(error), _public(error))
        if isinstance(error, InvalidRequest):
            problem.parameter, problem.value = error.parameter, error.value
            problem.expected = error.expected
        if isinstance(error, IndexProblem):
            problem.command = error.command or None
        response = _answer(problem)
        if problem.status == 503:
            response.headers["Retry-After"] = _RETRY_SECONDS
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        response = _answer(_problem(error.code or 500, error.description or error.name))
        for name, value in error.get_headers(request.environ):
            if name.lower() not in {"content-type", "content-length"}:
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def bug(error: Exception) -> Response:
        _log.exception("a request failed: %s", request.full_path, exc_info=error)
        return _answer(_problem(500, "the request failed; the server's log says why"))


def _public(error: SakuinError) -> str:
    """What strangers may read: no path of the server."""
    if isinstance(error, IndexMissing):
        return "nothing has been indexed yet"
    if isinstance(error, IndexProblem):
        _log.error("%s", error)
        return "the index cannot be used; the server's log says why"
    return str(error)


def _problem(status: int, detail: str) -> Problem:
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Error"
    return Problem(type="about:blank", title=title, status=status, detail=detail)


def _answer(problem: Problem) -> Response:
    if _wants_page():
        headline = _HEADLINES.get(problem.status, "うまくいきませんでした")
        about_persons = _under("/persons")
        unknown = (request.view_args or {}).get("name", "") if problem.status == 404 else ""
        html = render_template(
            "problem.html",
            problem=problem,
            headline=headline,
            q="" if about_persons else request.args.get("q", ""),
            name=unknown if about_persons else "",
        )
        return Response(html, problem.status, mimetype="text/html")
    body = msgspec.json.encode(problem)
    return Response(body, problem.status, mimetype="application/problem+json")


def _wants_page() -> bool:
    if request.path.startswith("/api/"):
        return False
    if request.path == "/" or _under("/persons") or request.path.startswith("/articles/"):
        return True
    return "text/html" in request.headers.get("Accept", "")


def _under(path: str) -> bool:
    return request.path == path or request.path.startswith(f"{path}/")
