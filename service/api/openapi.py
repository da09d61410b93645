"""The OpenAPI document: what the routes declare, completed by what holds for all of them.

In: the application. Out: OpenAPI 3.1 with both ways to sign in and, per operation, every problem
it can answer with.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from service.api import shapes
from service.problems import MEDIA_TYPE, STATUS
from training_data.messages import say

_ALWAYS = (421, 429, 500)
_SIGNED_IN = (401, 404, 422, 503)
_REF = "#/components/schemas/{model}"


def problems(*statuses: int, signed_in: bool = True) -> dict[int | str, dict[str, Any]]:
    """Return the problem responses of an operation, for FastAPI's ``responses``.

    Parameters:
        statuses: beyond those that every operation of its sort can answer with.
        signed_in: the operation asks who is calling.
    """
    every = {*statuses, *_ALWAYS, *(_SIGNED_IN if signed_in else ())}
    schema = {"$ref": _REF.format(model=shapes.Problem.__name__)}
    return {
        status: {"description": _title(status), "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted(every)
    }


def lasting(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the responses of an operation whose answers last as long as their generation."""
    tag = {"description": "Changes with the answer.", "schema": {"type": "string"}}
    return {
        200: {"headers": {"ETag": tag}},
        304: {
            "description": "The answer is still the one with this tag.",
            "headers": {"ETag": tag},
        },
        **problems(*statuses),
    }


def rendered(app: FastAPI) -> bytes:
    """Return the OpenAPI document as JSON."""
    return json.dumps(document(app), ensure_ascii=False).encode()


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the API."""
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    components = found["components"]
    _, problem = models_json_schema([(shapes.Problem, "serialization")], ref_template=_REF)
    components["schemas"].update(problem["$defs"])
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "selaras_session"},
    }
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    for path, operations in found["paths"].items():
        for operation in operations.values():
            _drop_framework_errors(operation)
            operation["security"] = _security(path)
            _mark_headers(operation)
    return found


def _security(path: str) -> list[dict[str, list[str]]]:
    """Return how to sign in for a path; the session is checked with Origin on unsafe methods."""
    return [{"token": []}, {"session": []}] if path.startswith("/api/") else []


def _drop_framework_errors(operation: dict[str, Any]) -> None:
    """Drop the 422 that the framework adds where nothing can be refused."""
    responses = operation["responses"]
    if MEDIA_TYPE not in responses.get("422", {}).get("content", {MEDIA_TYPE: None}):
        del responses["422"]


def _mark_headers(operation: dict[str, Any]) -> None:
    """Describe the headers that problems carry."""
    described = {
        "401": ("WWW-Authenticate", "How to authenticate."),
        "429": ("Retry-After", "Seconds to wait."),
        "503": ("Retry-After", "Seconds to wait."),
    }
    for status, (name, words) in described.items():
        if status in operation["responses"]:
            header = {"description": words, "schema": {"type": "string"}}
            operation["responses"][status]["headers"] = {name: header}


def _title(status: int) -> str:
    """Return the English titles of the problems with this status."""
    codes = [code for code, known in STATUS.items() if known == status]
    return "; ".join(say(f"api.problem.{code}.title", "en") for code in codes) + "."
