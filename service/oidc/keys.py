"""The keys a provider signs with, kept for an hour; in: its JWKS, out: the key of a token.

A key that is not known is looked for once more, at most once a minute, whoever asks: tokens with
invented key numbers cannot make us flood the provider.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from service.oidc.refusals import Refused
from service.oidc.tokens import ALGORITHMS, fitting

if TYPE_CHECKING:
    from joserfc.jwk import Key

KEPT_SECONDS = 3600.0
"""A key that the provider withdraws is trusted for at most this long."""

AGAIN_SECONDS = 60.0
"""Between two looks for a key that is not known."""

FAILED_SECONDS = 5.0
"""Between two tries while the provider does not answer and no key is at hand."""

MOST_KEYS = 50


class ProviderKeys:
    """Keeps the keys of one provider; safe to use from any thread.

    Parameters:
        fetch: returns the provider's JWKS.
        now: a clock that only goes forward.
    """

    def __init__(
        self, fetch: Callable[[], Mapping[str, Any]], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._lock = Lock()
        self._keys: tuple[Key, ...] = ()
        self._read_at: float | None = None
        self._asked_at: float | None = None

    def find(self, kid: str | None, algorithm: str) -> Key:
        """Return the key a token names, or the only fitting one where it names none.

        Raises:
            Refused: ``token`` where there is none or more than one; ``away`` or ``unfit`` where the
                keys cannot be had.
        """
        with self._lock:
            now = self._now()
            if self._read_at is None or now - self._read_at >= KEPT_SECONDS:
                if not self._may_ask(now, FAILED_SECONDS):
                    raise Refused("away", "keys")
                self._read(now)
            found = self._fitting(kid, algorithm)
            if not found and self._may_ask(now, AGAIN_SECONDS):
                self._read(now)
                found = self._fitting(kid, algorithm)
        if len(found) != 1:
            raise Refused("token", "kid")
        return found[0]

    def usable(self) -> int:
        """Return how many keys could sign a token that we believe, read anew.

        Raises:
            Refused: ``away`` or ``unfit``.
        """
        with self._lock:
            self._read(self._now())
            return sum(any(fitting(key, name) for name in ALGORITHMS) for key in self._keys)

    def _fitting(self, kid: str | None, algorithm: str) -> list[Key]:
        return [
            key
            for key in self._keys
            if (kid is None or key.get("kid") == kid) and fitting(key, algorithm)
        ]

    def _may_ask(self, now: float, rest: float) -> bool:
        return self._asked_at is None or now - self._asked_at >= rest

    def _read(self, now: float) -> None:
        """Read the keys anew; while that does not work, the old ones stay until their hour ends."""
        self._asked_at = now
        self._keys = _public(self._fetch())
        self._read_at = now


def _public(document: Mapping[str, Any]) -> tuple[Key, ...]:
    """Return the public keys of a JWKS; what is no key we know is left out."""
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry

    rows = document.get("keys")
    if not isinstance(rows, list):
        raise Refused("unfit", "keys")
    found = []
    for row in rows[:MOST_KEYS]:
        if not isinstance(row, dict) or row.get("kty") not in ("RSA", "EC", "OKP") or "d" in row:
            continue
        try:
            key = JWKRegistry.import_key(row)
            key.raw_value  # noqa: B018 - a malformed key shows only now
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        found.append(key)
    return tuple(found)
