"""Answers given a moment ago, given again: same caller, same address, same generation, same bytes.

In: a GET request. Out: the very response the caller got before, without passing the routes again.
Who may see what was decided when the answer was first given; it is held per viewer and dies with
its generation, and a secret is looked up again every second, so nothing is shown longer than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.access import bearer_of, gate_of, runtime_of
from service.auth import Viewer
from service.middleware import SESSION_COOKIE
from service.problems import Problem

JSON = "application/json"
PRIVATE = "private, no-store"


@dataclass(frozen=True)
class Answer:
    """A response that cannot change while its generation is served.

    Attributes:
        body: the bytes.
        headers: of the response, with its entity tag.
        tag: the entity tag.
        route: the route that gave it, for log and metrics.
    """

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    tag: str
    route: Any

    @classmethod
    def of(cls, body: bytes, tag: str, route: Any) -> Answer:
        """Return the answer with its headers; length and type come first."""
        headers = (
            (b"content-length", str(len(body)).encode()),
            (b"content-type", JSON.encode()),
            (b"cache-control", PRIVATE.encode()),
            (b"etag", tag.encode()),
        )
        return cls(body, headers, tag, route)

    def response(self, if_none_match: str | None) -> Response:
        """Return the answer, or 304 where the caller holds it already."""
        known = if_none_match is not None and self.tag in _tags(if_none_match)
        response = Response(status_code=304) if known else _Ready(self.body)
        response.raw_headers = list(self.headers[2:] if known else self.headers)
        return response


class _Ready(Response):
    """A response whose headers are set by its maker."""

    def init_headers(self, headers: Any = None) -> None:
        """Leave the headers to ``Answer``."""


class Recall:
    """Gives answers again that are held for this viewer and address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass the request on."""
        if scope["type"] == "http" and scope["method"] == "GET":
            request = Request(scope)
            answer = _held(request)
            if answer is not None:
                scope["route"] = answer.route
                response = answer.response(request.headers.get("if-none-match"))
                await response(scope, receive, send)
                return
        await self.app(scope, receive, send)


def key_of(viewer: Viewer, scope: Scope) -> tuple[object, ...]:
    """Return what an answer is held by, within its generation."""
    return viewer, scope["path"], scope["query_string"]


def _held(request: Request) -> Answer | None:
    """Return the answer held for this request, without any I/O."""
    serving = runtime_of(request).at_hand()
    if serving is None:
        return None
    try:
        bearer = bearer_of(request)
    except Problem:
        return None
    viewer = gate_of(request).remembered(bearer, request.cookies.get(SESSION_COOKIE))
    if viewer is None or viewer.on_record:  # every read of theirs is written down
        return None
    answer: Answer | None = serving.answers.get(key_of(viewer, request.scope))
    return answer


def _tags(header: str) -> set[str]:
    """Return the entity tags of an ``If-None-Match`` header, weak ones as strong."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
