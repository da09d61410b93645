"""Every operation of the OpenAPI document keeps its word, sent what it allows and what it does not.

Requests are made from the document itself: whatever comes back is an answer it declares, in the
declared form, and never an error of ours.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HOST = "127.0.0.1:8765"
LEFT_OUT = {("GET", "/masuk/{secret}"), ("POST", "/keluar")}
"""Pages: they answer browsers, and are tested as such."""


@pytest.fixture(scope="module")
def shared(make_service):
    return make_service()


@pytest.fixture(scope="module")
def document(shared) -> Any:
    where = "/api/v1/openapi.json"
    found = schemathesis.openapi.from_asgi(where, shared.app, headers={"Host": HOST})
    found.config.base_url = f"http://{HOST}"
    return found


def test_every_operation_keeps_its_word(document, shared) -> None:
    broken: dict[str, str] = {}
    count = 0
    for result in document.get_all_operations():
        operation = result.ok()
        if (operation.method.upper(), operation.path) in LEFT_OUT:
            continue
        count += 1
        for viewer in ("agency", "self", "bpsdm"):
            try:
                _sent(operation, shared.as_(viewer))
            except AssertionError as error:
                broken[f"{operation.label} as {viewer}"] = str(error)[:2000]
            except BaseExceptionGroup as error:
                broken[f"{operation.label} as {viewer}"] = str(error.exceptions[0])[:2000]
    assert count > 40
    assert broken == {}


def _sent(operation: Any, who: dict[str, str]) -> None:
    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def sent(case: Any) -> None:
        case.call_and_validate(headers={**who, "Host": HOST}, checks=CHECKS)

    sent()
