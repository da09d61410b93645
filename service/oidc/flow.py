"""One sign-in: what the browser holds, and what is derived from it; in: a key, out: a ``Flow``.

The cookie holds a random number, a moment and their HMAC. State, nonce and the PKCE verifier are
HMACs of the number under the key of the installation: nobody who reads the cookie learns them, and
a flow that is too old or was begun elsewhere has none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import cached_property

from service.oidc.refusals import Refused

LASTS_SECONDS = 600
"""Time to sign in at the provider, a forgotten password included."""

_SEAL = re.compile(r"([A-Za-z0-9_-]{43})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Flow:
    """One way to the provider and back.

    Attributes:
        number: random; all that the browser holds beside the moment.
        begun: seconds since 1970.
    """

    key: bytes
    number: str
    begun: int

    @cached_property
    def state(self) -> str:
        """What the provider has to give back: the answer is one to this browser."""
        return self._derived("state")

    @cached_property
    def nonce(self) -> str:
        """What the ID token has to hold: it was made for this flow."""
        return self._derived("nonce")

    @cached_property
    def verifier(self) -> str:
        """What shows the provider that the code is brought by whom it was asked by (RFC 7636)."""
        return self._derived("verifier")

    @property
    def cookie(self) -> str:
        """What the browser keeps meanwhile."""
        return f"{self.number}.{self.begun}.{self._derived('cookie')}"

    def _derived(self, purpose: str) -> str:
        message = f"selaras sign-on {purpose} {self.number} {self.begun}".encode()
        return _text(hmac.new(self.key, message, hashlib.sha256).digest())


def begin(key: bytes, now: float) -> Flow:
    """Return a new flow."""
    return Flow(key, _text(secrets.token_bytes(32)), int(now))


def resume(key: bytes, cookie: str | None, state: str, now: float) -> Flow:
    """Return the flow a browser began, if the provider's answer is to it.

    Raises:
        Refused: ``stale`` where there is none, it is too old, or the answer is to another one.
    """
    parts = _SEAL.fullmatch(cookie or "")
    if parts is None:
        raise Refused("stale", "cookie")
    flow = Flow(key, parts[1], int(parts[2]))
    if not hmac.compare_digest(flow.cookie, parts[0]):
        raise Refused("stale", "cookie")
    if not 0 <= now - flow.begun + 1 <= LASTS_SECONDS:
        raise Refused("stale", "old")
    if not hmac.compare_digest(flow.state.encode(), state.encode("utf-8", "replace")):
        raise Refused("stale", "state")
    return flow


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
