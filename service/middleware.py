"""What every request passes on its way in and out, whatever it asks for.

From the outside in: ``Headers`` (security headers on every answer), ``AccessLog`` (route
template, status, time; catches bugs), ``Guard`` (Host, Origin, Sec-Fetch-Site), ``BodyLimit``.
Plain ASGI: they cost microseconds, and none of them reads a body into memory.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers as RequestHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.problems import Problem, language_of

ACCESS = logging.getLogger("selaras.access")
FAULTS = logging.getLogger("selaras.fault")

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_BODY_BYTES = 64 * 1024
MAX_UPLOAD_BYTES = 256 * 1024 * 1024
UPLOADS = frozenset({"/api/v1/imports", "/impor"})
"""Where files come in; who sends them is asked before a byte of theirs is read."""
MAX_FORM_BYTES = 2 * 1024 * 1024
FORMS = re.compile(r"/impor/[0-9]+/perbaikan|/alokasi")
"""Forms that carry whole rows of a table, or a small workbook."""
SESSION_COOKIE = "selaras_session"

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer" everywhere: browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # Answers are personal unless a route says otherwise.
    "Cache-Control": "private, no-store",
}

Observe = Callable[[str, str, int, float], None]


class AccessLog:
    """Logs and counts each request by its route template, and turns bugs into a bare 500.

    Neither the path, the query, nor an exception's message is written: they may hold a person.
    """

    def __init__(self, app: ASGIApp, observe: Observe) -> None:
        self.app = app
        self.observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; log what came of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            FAULTS.error("%s %s: %s", scope["method"], template_of(scope), _where(error))
            if status:  # the answer is under way: only the connection can still tell
                raise ConnectionAbortedError("the answer could not be completed") from None
            status = 500
            response = Problem("internal").response(language_of(Request(scope)))
            await response(scope, receive, send)
        finally:
            seconds = time.perf_counter() - started
            template = template_of(scope)
            self.observe(scope["method"], template, status, seconds)
            ACCESS.info("%s %s %d %.1f ms", scope["method"], template, status, seconds * 1000)


class Compress:
    """Compresses pages, whose first load counts on a phone; the API's answers go as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self.plain = app
        self.compressed = GZipMiddleware(app, minimum_size=1024, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, through compression unless it asks for data."""
        data = scope["type"] != "http" or scope["path"].startswith("/api/")
        await (self.plain if data else self.compressed)(scope, receive, send)


class Headers:
    """Adds the security headers that a response does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; complete the headers of the answer."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                held = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in _SECURITY_HEADERS if pair[0] not in held),
                ]
            await send(message)

        await self.app(scope, receive, complete)


class Guard:
    """Refuses foreign Host names, and unsafe requests that another site caused.

    ``Sec-Fetch-Site`` decides where a browser sends it, ``Origin`` where it does not. A client
    that sends neither is not a browser and must bring a token: its cookie is not trusted.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = LOOPBACK_NAMES) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http":
            refused = self._refusal(scope)
            if refused is not None:
                await Problem(refused).response(language_of(Request(scope)))(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        """Return the code of the problem, or ``None`` where the request may pass."""
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or _host_name(hosts[0]) not in self.hosts:
            return "host_refused"
        if scope["method"] in SAFE_METHODS:
            return None
        headers = RequestHeaders(scope=scope)
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return None if site in ("same-origin", "none") else "origin_refused"
        if origin is not None:
            return None if urlsplit(origin).netloc == hosts[0] else "origin_refused"
        return "origin_refused" if SESSION_COOKIE in headers.get("cookie", "") else None


class BodyLimit:
    """Refuses request bodies above a number of bytes, announced or not."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY_BYTES) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while it stays within the limit."""
        if scope["type"] != "http" or not _may_have_body(scope):
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        announced = RequestHeaders(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced) > limit:
            await _too_large(scope, receive, send)
            return
        received = 0

        async def count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise Problem("too_large")
            return message

        async def replace(message: Message) -> None:
            # Frameworks turn an error while reading into an answer of their own.
            if received <= limit:
                await send(message)
            elif message["type"] == "http.response.start":
                await _too_large(scope, receive, send)

        await self.app(scope, count, replace)

    def _limit(self, path: str) -> int:
        if path in UPLOADS:
            return MAX_UPLOAD_BYTES
        return MAX_FORM_BYTES if FORMS.fullmatch(path) else self.limit


_SECURITY_HEADERS = [
    (name.lower().encode("latin-1"), value.encode("latin-1"))
    for name, value in SECURITY_HEADERS.items()
]


def _may_have_body(scope: Scope) -> bool:
    """Whether a body can follow: HTTP/1.1 announces every one."""
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 413."""
    await Problem("too_large").response(language_of(Request(scope)))(scope, receive, send)


def template_of(scope: Scope) -> str:
    """Return the matched route's template, such as ``/api/v1/employees/{id}/gaps``, or ``-``."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "-"


def _host_name(host: str) -> str:
    """Return a Host header without its port, or nothing where it is malformed."""
    name, colon, port = host.rpartition(":")
    if host.endswith("]") or not colon:
        return host.lower()
    return name.lower() if port.isdigit() else ""


def _where(error: Exception) -> str:
    """Return the kind of an error and where it arose, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames[-6:]]
    return f"{type(error).__name__} at {' < '.join(reversed(places))}"
