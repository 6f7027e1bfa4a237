"""The OpenAPI document, generated from the definitions that check requests and make answers."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from search.answer import ArticleAnswer, SearchAnswer
from search.facet_answer import FacetAnswer
from search.params import COUNTING, FacetParams, SearchParams
from search.schema import Facet


class Problem(msgspec.Struct, rename="camel", omit_defaults=True):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    parameter: str | None = None
    value: str | None = None
    expected: str | None = None
    command: str | None = None


class Health(msgspec.Struct):
    """Whether the service is up, or can answer."""

    status: Literal["ok", "ready"]


_PROBLEMS: Final = {
    400: "a parameter has a value that is not allowed",
    404: "there is no such article or facet",
    413: "q is too long",
    503: "there is no usable index yet",
}


@lru_cache(maxsize=1)
def openapi_document() -> dict[str, Any]:
    """The document for `GET /openapi.json`."""
    shapes = [
        *(SearchParams, FacetParams),
        *(SearchAnswer, FacetAnswer, ArticleAnswer, Problem, Health),
    ]
    _, components = msgspec.json.schema_components(
        shapes, ref_template="#/components/schemas/{name}"
    )
    parameters = components.pop("SearchParams")["properties"]
    inside = components.pop("FacetParams")["properties"]
    inside |= {name: parameters[name] for name in COUNTING}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sakuin", "version": version("sakuin"), "license": {"name": "MIT"}},
        "paths": {
            "/api/search": {
                "get": _operation(
                    "search",
                    "Search the articles",
                    "SearchAnswer",
                    (400, 413, 503),
                    [_parameter(name, schema) for name, schema in parameters.items()],
                )
            },
            "/api/facets/{field}": {
                "get": _operation(
                    "facet",
                    "Search inside the values of a facet",
                    "FacetAnswer",
                    (400, 404, 413, 503),
                    [
                        _in_path("field", {"enum": list(Facet)}, "the name of a facet"),
                        *(_parameter(name, schema) for name, schema in inside.items()),
                    ],
                )
            },
            "/api/articles/{id}": {
                "get": _operation(
                    "article",
                    "One article",
                    "ArticleAnswer",
                    (404, 503),
                    [
                        _in_path(
                            "id",
                            {"type": "string", "minLength": 1},
                            "percent-encoded, the slash as %2F included",
                        )
                    ],
                )
            },
            "/healthz": {"get": _operation("healthz", "Whether the process is up", "Health", ())},
            "/readyz": {
                "get": _operation("readyz", "Whether searches are answered", "Health", (503,))
            },
        },
        "components": {"schemas": components},
    }


def _in_path(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    what = {"description": description, "schema": schema}
    return {"name": name, "in": "path", "required": True, **what}


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    parameter = {"name": name, "in": "query", "required": False, "schema": schema}
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _operation(
    name: str,
    summary: str,
    answer: str,
    problems: tuple[int, ...],
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    responses: dict[str, Any] = {"200": _response("OK", answer, "application/json")}
    if parameters:
        responses["304"] = {"description": "not modified: the ETag still holds"}
    for status in problems:
        responses[str(status)] = _response(_PROBLEMS[status], "Problem", "application/problem+json")
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters or [],
        "responses": responses,
    }


def _response(description: str, shape: str, media_type: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{shape}"}
    return {"description": description, "content": {media_type: {"schema": schema}}}
