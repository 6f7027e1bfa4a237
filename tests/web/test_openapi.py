"""The OpenAPI document is held to the answers, and the answers to it."""

from __future__ import annotations

import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from search.service import SearchService
from web import create_app
from web.openapi import openapi_document

_CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def test_the_document_names_every_parameter_of_the_contract() -> None:
    operation = openapi_document()["paths"]["/api/search"]["get"]
    assert {each["name"] for each in operation["parameters"]} == {
        *("q", "topic", "person", "source", "from", "to", "sort", "page", "hitsPerPage"),
        *("facets", "facetSize", "interval", "partial", "exact"),
    }


def test_the_document_is_served(client: FlaskClient) -> None:
    assert client.get("/openapi.json").json == openapi_document()


def test_every_answer_has_the_shape_the_document_says(sample_service: SearchService) -> None:
    app = create_app(sample_service)
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def run(data: st.DataObject) -> None:
        for operation in schema.get_all_operations():
            case = data.draw(operation.ok().as_strategy())
            case.call_and_validate(checks=_CHECKS, headers={"Accept-Encoding": "identity"})

    run()
