"""The one place where an ID token is believed; in: its text, keys, what it has to say, out: claims.

The library checks signatures alone. Everything else (OpenID Connect Core 3.1.3.7, RFC 8725) is
checked here, and a token of which anything is missing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from service.oidc.refusals import Refused

if TYPE_CHECKING:
    from joserfc.jwk import Key

ALGORITHMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "RS256": ("RSA", ""),
        "RS384": ("RSA", ""),
        "RS512": ("RSA", ""),
        "PS256": ("RSA", ""),
        "PS384": ("RSA", ""),
        "PS512": ("RSA", ""),
        "ES256": ("EC", "P-256"),
        "ES384": ("EC", "P-384"),
        "ES512": ("EC", "P-521"),
        "Ed25519": ("OKP", "Ed25519"),
    }
)
"""Algorithm → the kind of key and the curve it goes with. None of them has a shared secret."""

LEEWAY_SECONDS = 60
"""How far clocks may differ."""

OLDEST_SECONDS = 600
"""A token is made while the person waits; an older one was kept somewhere."""

LONGEST_LIFE_SECONDS = 24 * 3600
LONGEST_TOKEN, LONGEST_SUBJECT = 32 * 1024, 255
LEAST_RSA_BITS = 2048

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class Keys(Protocol):
    """The keys of a provider."""

    def find(self, kid: str | None, algorithm: str) -> Key:
        """Return the one key a token may be signed with; raise ``Refused``."""
        ...


@dataclass(frozen=True)
class Expected:
    """What a token has to say.

    Attributes:
        nonce: of the flow that the token ends.
        now: seconds since 1970.
    """

    issuer: str
    client_id: str
    nonce: str
    now: float


def checked(token: object, keys: Keys, expected: Expected) -> Mapping[str, Any]:
    """Return the claims of an ID token in which everything holds.

    Raises:
        Refused: ``token``, with the name of the check that failed; ``away`` or ``unfit`` where the
            keys cannot be had.
    """
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jws import JWSRegistry, extract_compact

    if not isinstance(token, str) or len(token) > LONGEST_TOKEN or not _COMPACT.fullmatch(token):
        raise Refused("token", "shape")
    try:
        header = extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, RecursionError):
        raise Refused("token", "shape") from None
    algorithm, kid = _of_header(header)
    key = keys.find(kid, algorithm)
    try:
        # Not strict: headers of no meaning to us may stand there; those that claim one are refused.
        registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        claims = jwt.decode(token, key, algorithms=[algorithm], registry=registry).claims
    except (JoseError, ValueError, RecursionError):
        raise Refused("token", "signature") from None
    if not isinstance(claims, dict):  # older versions of the library let a list through
        raise Refused("token", "signature")
    _check_parties(claims, expected)
    _check_times(claims, expected.now)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Refused("token", "sub")
    return claims


def fitting(key: Key, algorithm: str) -> bool:
    """Whether a key may be used with an algorithm: its kind, curve, strength and declared use."""
    from joserfc.jwk import RSAKey

    kind, curve = ALGORITHMS[algorithm]
    if key.key_type != kind or key.get("use") not in (None, "sig"):
        return False
    operations = key.get("key_ops")
    if isinstance(operations, Sequence) and "verify" not in operations:
        return False
    if key.get("alg") not in (None, algorithm):
        return False
    if isinstance(key, RSAKey):
        return key.raw_value.key_size >= LEAST_RSA_BITS
    return key.get("crv") == curve


def _of_header(header: Mapping[str, Any]) -> tuple[str, str | None]:
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Refused("token", "alg")
    if not isinstance(kid, str | None):
        raise Refused("token", "kid")
    if not isinstance(kind, str) or kind.casefold() not in ("jwt", "application/jwt"):
        raise Refused("token", "typ")
    # We know no extension that would have to be understood, and take no key from a token.
    if any(name in header for name in ("crit", "b64", "jwk", "jku", "x5u", "zip", "enc")):
        raise Refused("token", "header")
    return algorithm, kid


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise Refused("token", "iss")
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or expected.client_id not in named:
        raise Refused("token", "aud")
    party = claims.get("azp")
    if party is None:
        if len(named) > 1:
            raise Refused("token", "azp")
    elif party != expected.client_id:
        raise Refused("token", "azp")
    if not expected.nonce or claims.get("nonce") != expected.nonce:
        raise Refused("token", "nonce")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if now >= expires + LEEWAY_SECONDS:
        raise Refused("token", "exp")
    if issued > now + LEEWAY_SECONDS or issued < now - OLDEST_SECONDS:
        raise Refused("token", "iat")
    if expires - issued > LONGEST_LIFE_SECONDS:
        raise Refused("token", "exp")
    if claims.get("nbf") is not None and _moment(claims, "nbf") > now + LEEWAY_SECONDS:
        raise Refused("token", "nbf")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    """Return a moment; a number that is none (NaN, infinity, true) is refused."""
    found = claims.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < 1e11:
        raise Refused("token", name)
    return float(found)
