"""Passwords: what is accepted, how it is kept, and how one is checked.

In: what somebody typed. Out: an argon2id hash, or whether it is the one that was kept. Checking
takes as long for a name that does not exist, so that nobody learns who has an account.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

LEAST, MOST = 12, 128
"""Characters; longer ones are refused before they cost anything."""

AT_ONCE = 4
"""Checks at the same time: each takes 19 MiB for as long as it lasts."""

_COMMON = (
    "password", "sandi", "katasandi", "rahasia", "jakarta", "selaras", "indonesia", "qwerty",
    "123456", "111111", "abcdef", "admin", "welcome", "merdeka", "bismillah", "sayang",
)  # fmt: skip
"""A password that is little more than one of these is guessed at once."""

_ROOM = BoundedSemaphore(AT_ONCE)
# RFC 9106 and OWASP: argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def fault_of(password: str, login: str) -> str | None:
    """Return why a password is not accepted: too_short, too_long or too_common; None if it is."""
    plain = _normal(password)
    if len(plain) < LEAST:
        return "too_short"
    if len(plain) > MOST:
        return "too_long"
    folded = "".join(c for c in plain.casefold() if c.isalnum())
    rest = folded
    for word in (*_COMMON, "".join(c for c in login.casefold() if c.isalnum())):
        if len(word) >= len("sandi"):
            rest = rest.replace(word, "")
    if len(set(folded)) < LEAST // 2 or len(rest) < LEAST // 2:
        return "too_common"
    return None


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _ROOM:
        return _HASHER.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; None takes the same time and is never it."""
    if len(password) > MOST:
        return False
    with _ROOM:
        try:
            return _HASHER.verify(kept or _nobodys(), _normal(password)) and kept is not None
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def generated() -> str:
    """Return a first password for somebody to type once and replace."""
    return "-".join(secrets.token_hex(3) for _ in range(3))


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))


def _normal(password: str) -> str:
    """Return one form of the same characters, whatever keyboard they come from."""
    return unicodedata.normalize("NFKC", password)
