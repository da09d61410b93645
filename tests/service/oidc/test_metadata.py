"""What a provider says of itself is taken whole or not at all."""

from __future__ import annotations

import pytest

from service.oidc.metadata import address_of, read
from service.oidc.refusals import Refused

ISSUER = "https://sso.example/realms/kota"
GOOD = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/certs",
    "response_types_supported": ["code", "id_token"],
    "id_token_signing_alg_values_supported": ["HS256", "ES256"],
    "code_challenge_methods_supported": ["plain", "S256"],
}


def test_a_document_says_where_and_how():
    found = read(GOOD, ISSUER, with_secret=True)
    assert (found.authorization, found.token, found.keys) == (
        f"{ISSUER}/auth", f"{ISSUER}/token", f"{ISSUER}/certs",
    )  # fmt: skip
    assert (found.token_auth, found.names_itself) == ("client_secret_basic", False)
    assert (found.logout, found.userinfo) == (None, None)


def test_ways_to_prove_who_we_are_follow_what_is_offered():
    def way(offered, with_secret=True):
        document = {**GOOD, "token_endpoint_auth_methods_supported": offered}
        return read(document, ISSUER, with_secret=with_secret).token_auth

    assert way(["client_secret_post", "client_secret_basic"]) == "client_secret_basic"
    assert way(["private_key_jwt", "client_secret_post"]) == "client_secret_post"
    assert way(["client_secret_basic"], with_secret=False) == "none"
    with pytest.raises(Refused, match="token_endpoint_auth_methods_supported"):
        way(["private_key_jwt"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", f"{ISSUER}/"),
        ("issuer", "https://elsewhere.example"),
        ("issuer", None),
        ("authorization_endpoint", None),
        ("authorization_endpoint", "http://sso.example/auth"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("token_endpoint", "file:///etc/passwd"),
        ("token_endpoint", "https://"),
        ("token_endpoint", 7),
        ("jwks_uri", "http://169.254.169.254/"),
        ("jwks_uri", "https://user:pass@sso.example/certs"),
        ("jwks_uri", ["https://sso.example"]),
        ("end_session_endpoint", "javascript:alert(1)"),
        ("end_session_endpoint", ""),
        ("userinfo_endpoint", "ftp://sso.example"),
        ("response_types_supported", ["id_token"]),
        ("response_types_supported", None),
        ("response_types_supported", "code"),
        ("response_modes_supported", ["form_post"]),
        ("grant_types_supported", ["implicit"]),
        ("code_challenge_methods_supported", ["plain"]),
        ("code_challenge_methods_supported", []),
        ("id_token_signing_alg_values_supported", ["HS256", "none"]),
        ("id_token_signing_alg_values_supported", [7]),
        ("token_endpoint_auth_methods_supported", 7),
    ],
)
def test_each_part_alone_wrong_makes_it_unfit_and_is_named(name, value):
    document = {**GOOD, name: value}
    if value is None:
        del document[name]
    with pytest.raises(Refused) as caught:
        read(document, ISSUER, with_secret=True)
    assert (caught.value.why, caught.value.detail) == ("unfit", name)


def test_the_document_lies_below_the_issuer_with_or_without_a_slash():
    wanted = "https://sso.example/.well-known/openid-configuration"
    assert address_of("https://sso.example") == address_of("https://sso.example/") == wanted
