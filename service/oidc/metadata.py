"""What a provider says of itself (OpenID Connect Discovery); in: its document, out: ``Metadata``.

Only what is used is read. A document of another issuer, or one that does not offer what we insist
on, is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from service.oidc.refusals import Refused
from service.oidc.tokens import ALGORITHMS
from service.settings import is_private_address

WELL_KNOWN = "/.well-known/openid-configuration"

ClientAuth = Literal["client_secret_basic", "client_secret_post", "none"]


@dataclass(frozen=True)
class Metadata:
    """What is used of a provider's document.

    Attributes:
        token_auth: how we prove who we are at the token endpoint.
        names_itself: every answer carries the issuer (RFC 9207).
        logout: where a person signs out of the provider; None where it offers none.
        userinfo: where further claims are; None where it offers none.
    """

    issuer: str
    authorization: str
    token: str
    keys: str
    token_auth: ClientAuth
    names_itself: bool
    logout: str | None
    userinfo: str | None


def address_of(issuer: str) -> str:
    """Return where an issuer's document lies."""
    return issuer.rstrip("/") + WELL_KNOWN


def read(document: Mapping[str, Any], issuer: str, *, with_secret: bool) -> Metadata:
    """Return what is used of a document.

    Parameters:
        issuer: whom it has to be of, letter by letter.
        with_secret: whether we hold a secret.

    Raises:
        Refused: ``unfit``, with what is missing or wrong.
    """
    if document.get("issuer") != issuer:
        raise Refused("unfit", "issuer")
    _require(document, "response_types_supported", "code", given_when_missing=False)
    _require(document, "code_challenge_methods_supported", "S256")
    _require(document, "response_modes_supported", "query")
    _require(document, "grant_types_supported", "authorization_code")
    offered = _words(document, "id_token_signing_alg_values_supported")
    if offered is not None and not set(offered) & set(ALGORITHMS):
        raise Refused("unfit", "id_token_signing_alg_values_supported")
    return Metadata(
        issuer=issuer,
        authorization=_address(document, "authorization_endpoint"),
        token=_address(document, "token_endpoint"),
        keys=_address(document, "jwks_uri"),
        token_auth=_token_auth(document, with_secret),
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        logout=_optional(document, "end_session_endpoint"),
        userinfo=_optional(document, "userinfo_endpoint"),
    )


def _require(
    document: Mapping[str, Any], name: str, wanted: str, *, given_when_missing: bool = True
) -> None:
    """Refuse a document whose list lacks a word; the standard says what a missing list means."""
    words = _words(document, name)
    if wanted not in words if words is not None else not given_when_missing:
        raise Refused("unfit", name)


def _words(document: Mapping[str, Any], name: str) -> list[str] | None:
    found = document.get(name)
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise Refused("unfit", name)
    return found


def _token_auth(document: Mapping[str, Any], with_secret: bool) -> ClientAuth:
    if not with_secret:
        return "none"
    offered = _words(document, "token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    for way in ("client_secret_basic", "client_secret_post"):
        if way in offered:
            return way
    raise Refused("unfit", "token_endpoint_auth_methods_supported")


def _address(document: Mapping[str, Any], name: str) -> str:
    found = document.get(name)
    if not isinstance(found, str) or not is_private_address(found.partition("?")[0]):
        raise Refused("unfit", name)
    return found


def _optional(document: Mapping[str, Any], name: str) -> str | None:
    return None if document.get(name) is None else _address(document, name)
