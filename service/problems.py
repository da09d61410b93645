"""Errors on their way out: every one becomes problem details (RFC 9457) in two languages.

In: a ``Problem`` raised anywhere in the service, a domain error, a refused parameter, or a bug.
Out: ``application/problem+json`` that never repeats what the caller sent. This is the one place
that knows which HTTP status an error has.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from recommender.errors import UnknownEmployee, UnknownItem, UnusableModel
from service.errors import DatabaseError, NothingPublished, StaleCursor, UnknownGeneration
from training_data.messages import Text, text

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[str, int] = {
    "bad_request": 400,
    "unauthenticated": 401,
    "wrong_password": 401,
    "origin_refused": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "stale_cursor": 410,
    "too_large": 413,
    "too_long": 422,
    "wrong_media_type": 415,
    "host_refused": 421,
    "invalid": 422,
    "too_many_tries": 429,
    "too_many_requests": 429,
    "internal": 500,
    "answer_differs": 500,
    "pdf_missing": 501,
    "not_ready": 503,
    "pdf_unfinished": 503,
    "model_unusable": 503,
    "database_unreachable": 503,
}
"""Problem code → HTTP status. The words are ``api.problem.CODE.title`` and ``….detail``."""

RETRY_AFTER_SECONDS = 5

Page = Callable[[Request, "Problem"], Awaitable[Response]]


@dataclass(frozen=True)
class Fault:
    """One refused part of a request: where it stands and what is asked there.

    Attributes:
        where: declared place, such as ``query.k`` or ``body.name``; never the caller's own words.
        code: machine-readable kind, such as ``missing`` or ``too_long``.
        text: what to do, in both languages.
    """

    where: str
    code: str
    text: Text


@dataclass(eq=False)
class Problem(Exception):
    """An answer that is not the one asked for.

    Attributes:
        code: key of ``STATUS``.
        faults: the refused parts of the request, or the reasons why the service is not ready.
        headers: extra response headers.
    """

    code: str
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS[self.code]

    @property
    def title(self) -> Text:
        """What kind of problem it is."""
        return text(f"api.problem.{self.code}.title")

    @property
    def detail(self) -> Text:
        """What the caller can do about it."""
        return text(f"api.problem.{self.code}.detail")

    def as_json(self, language: str = "id") -> dict[str, Any]:
        """Return the body of RFC 9457; ``text`` holds the detail in both languages."""
        return {
            "type": f"urn:selaras:problem:{self.code.replace('_', '-')}",
            "title": self.title.in_language(language),
            "status": self.status,
            "detail": self.detail.in_language(language),
            "text": self.detail.as_dict(),
            "errors": [
                {"where": fault.where, "code": fault.code, "text": fault.text.as_dict()}
                for fault in self.faults
            ],
        }

    def response(self, language: str = "id") -> JSONResponse:
        """Return the problem as a response."""
        headers = {"Cache-Control": "private, no-store", **self.headers}
        if self.code == "unauthenticated":
            headers.setdefault("WWW-Authenticate", 'Bearer realm="selaras"')
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
        return JSONResponse(
            self.as_json(language), self.status, headers=headers, media_type=MEDIA_TYPE
        )


def install(app: FastAPI, page: Page | None = None) -> None:
    """Map every error to problem details, or to ``page`` where a browser asked for a page.

    Parameters:
        app: the application.
        page: renders a problem for a person; used outside ``/api`` when HTML is accepted.
    """

    async def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if page is not None and _wants_page(request):
            return await page(request, problem)
        return problem.response(language_of(request))

    for kind in (Problem, HTTPException, RequestValidationError, *_DOMAIN):
        app.add_exception_handler(kind, answer)


def problem_of(error: Exception) -> Problem:
    """Return the problem that stands for any error; an unknown one is ``internal``."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return Problem("invalid", tuple(_fault(one) for one in error.errors()))
    if isinstance(error, HTTPException):
        return Problem(_code_of(error.status_code), headers=dict(error.headers or {}))
    for kind, code in _DOMAIN.items():
        if isinstance(error, kind):
            return Problem(code)
    return Problem("internal")


def language_of(request: Request) -> str:
    """Return the language of plain-text members: Indonesian unless English is preferred."""
    first = request.headers.get("accept-language", "").split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "id"


_DOMAIN: Mapping[type[Exception], str] = {
    UnknownEmployee: "not_found",
    UnknownItem: "not_found",
    UnusableModel: "model_unusable",
    DatabaseError: "database_unreachable",
    NothingPublished: "not_ready",
    UnknownGeneration: "not_ready",
    StaleCursor: "stale_cursor",
}


def _wants_page(request: Request) -> bool:
    """Whether a browser asked for a page: HTML accepted, and not below ``/api``."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get(
        "accept", ""
    )


def _code_of(status: int) -> str:
    """Return the problem code of a status that the framework chose."""
    for code, known in STATUS.items():
        if known == status:
            return code
    return "bad_request" if 400 <= status < 500 else "internal"


_FAULTS: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "json_invalid": "not_json",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_long",
    "enum": "not_a_choice",
    "literal_error": "not_a_choice",
    "int_parsing": "not_a_whole_number",
    "int_type": "not_a_whole_number",
    "string_type": "not_a_text",
}
"""pydantic's error type → our code; limits come from the declaration, never from the input."""


def _fault(error: Mapping[str, Any]) -> Fault:
    """Word one validation error without the value, and without names the caller made up."""
    code = _FAULTS.get(error["type"], "invalid")
    place = [str(part) for part in error["loc"]]
    if code in ("unknown_field", "not_json"):
        place = place[:1]
    limits = {
        name: value
        for name, value in error.get("ctx", {}).items()
        if name in ("ge", "le", "max_length", "min_length")
    }
    limit = next(iter(limits.values()), 0)
    # pydantic words the choices as an English sentence: "'now' or 'later'"
    named = re.findall(r"'([^']*)'", error.get("ctx", {}).get("expected", ""))
    choices = ", ".join(named) if code == "not_a_choice" else ""
    return Fault(".".join(place), code, text(f"api.fault.{code}", limit=limit, choices=choices))
