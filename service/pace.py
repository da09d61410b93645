"""How many requests one caller may send: a bucket that fills steadily; in: callers, out: patience.

A caller is a token, a session, or else an address. Whoever goes beyond is told when to come back;
nobody else waits for it. Counted in memory: each process of the service counts for itself.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.problems import Problem, language_of

CALLERS = 20_000
"""Callers remembered at most; the one unseen for longest makes room and starts afresh."""
BURST_SECONDS = 20.0
"""A quiet caller may send at once what the pace allows in so many seconds."""
ROUNDING = 1e-9
"""What rounding may lose of a request: who waited as long as told is not told to wait again."""
FREE = ("/static/", "/healthz", "/readyz", "/metrics")
"""What is never counted: files that browsers fetch together, and the probes of operators."""


class Bucket:
    """Counts requests by caller; safe to use from any thread."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60.0
        self._most = max(1.0, self._rate * BURST_SECONDS)
        self._now, self._lock = now, Lock()
        self._held: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def wait(self, caller: bytes) -> int:
        """Count a request; return how many seconds to wait, 0 where it is allowed."""
        now = self._now()
        with self._lock:
            left, at = self._held.pop(caller, (self._most, now))
            left = min(self._most, left + (now - at) * self._rate)
            allowed = left >= 1.0 - ROUNDING
            self._held[caller] = (left - 1.0 if allowed else left, now)
            if len(self._held) > CALLERS:
                self._held.popitem(last=False)
        return 0 if allowed else math.ceil((1.0 - left) / self._rate)


class Pace:
    """Refuses what goes beyond the pace with 429 and the seconds to wait."""

    def __init__(self, app: ASGIApp, per_minute: int, cookie: str) -> None:
        self.app, self._cookie = app, cookie
        self._bucket = Bucket(per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or say when to come back."""
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self.app(scope, receive, send)
            return
        wait = self._bucket.wait(self._caller(scope))
        if wait == 0:
            await self.app(scope, receive, send)
            return
        problem = Problem("too_many_requests", headers={"Retry-After": str(wait)})
        await problem.response(language_of(Request(scope)))(scope, receive, send)

    def _caller(self, scope: Scope) -> bytes:
        """Return what a caller is known by; no secret and no address stays in memory as it is."""
        headers = Headers(scope=scope)
        known = headers.get("authorization") or Request(scope).cookies.get(self._cookie)
        if known is None:
            client = scope.get("client")
            known = "" if client is None else client[0]
        return hashlib.blake2b(known.encode(), digest_size=16).digest()
