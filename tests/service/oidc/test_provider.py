"""A provider that is slow, talks too much, or is somebody else: refused with a word."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt

from service.errors import SignOnUnusable
from service.oidc import fetching
from service.oidc import provider as providers
from service.oidc.fetching import MOST_BYTES, Fetcher
from service.oidc.provider import AT_ONCE, Client, Provider, provider_of
from service.oidc.refusals import Refused
from service.settings import Settings
from training_data.messages import Text

KEY = b"k" * 32
BACK = "http://127.0.0.1:8765/sso/kembali"
Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


class Site:
    """A small site on this machine: a path, what it answers, and what it was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str], bytes]] = []

    def says(self, path: str, document: Any, status: int = 200) -> None:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()

        def answer(request: BaseHTTPRequestHandler, _: bytes) -> None:
            request.send_response(status)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        self.answers[path] = answer


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            made.asked.append((self.path, dict(self.headers), body))
            made.answers[self.path](self, body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def honest(site, signing, published_keys):
    """The site is a provider that vouches for ``sub-1``; ``claims`` and ``more`` are added."""
    site.claims, site.more, site.nonce = {}, {}, ""
    site.says(
        "/.well-known/openid-configuration",
        {
            "issuer": site.address,
            "authorization_endpoint": f"{site.address}/auth",
            "token_endpoint": f"{site.address}/token",
            "jwks_uri": f"{site.address}/certs",
            "userinfo_endpoint": f"{site.address}/me",
            "response_types_supported": ["code"],
            "authorization_response_iss_parameter_supported": True,
        },
    )
    site.says("/certs", published_keys)

    def token(request: BaseHTTPRequestHandler, _: bytes) -> None:
        now = int(time.time())
        claims = {
            "iss": site.address,
            "aud": "selaras",
            "sub": "sub-1",
            "nonce": site.nonce,
            "iat": now,
            "exp": now + 60,
            **site.claims,
        }
        said = jwt.encode({"alg": "RS256", "kid": "one"}, claims, signing)
        body = json.dumps({"access_token": "a", "token_type": "Bearer", "id_token": said})
        request.send_response(200)
        request.end_headers()
        request.wfile.write(body.encode())

    site.answers["/token"] = token
    return site


def client_of(address: str, **more: Any) -> Client:
    plain = {"id": "selaras", "secret": "s3cret", "base": None, "login_claim": None}
    return Client(**{"issuer": address, "label": Text("akun", "account"), **plain, **more})


def provider_at(site: Site, **more: Any) -> Provider:
    return Provider(client_of(site.address, **more), Fetcher(), KEY)


def come(provider: Provider, site: Any, **answer: str) -> Any:
    flow = provider.begin()
    site.nonce = flow.nonce
    brought = {"code": "c", "state": flow.state, "iss": provider.client.issuer, **answer}
    return provider.person(provider.resume(flow.cookie, flow.state), BACK, brought)


def refusal(act: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.__cause__ is None
    return caught.value.why, caught.value.detail


def test_a_browser_is_sent_with_state_nonce_and_an_s256_challenge(honest):
    provider = provider_at(honest)
    flow = provider.begin()
    address = provider.address(flow, BACK, "id")
    assert address.startswith(f"{honest.address}/auth?")
    asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["state"] == flow.state
    assert asked["nonce"] == flow.nonce
    assert asked["redirect_uri"] == BACK
    assert (asked["scope"], asked["response_type"]) == ("openid", "code")
    assert flow.verifier not in address


def test_a_code_is_exchanged_with_the_verifier_and_our_secret(honest):
    person = come(provider_at(honest), honest)
    assert (person.issuer, person.subject) == (honest.address, "sub-1")
    path, headers, body = next(one for one in honest.asked if one[0] == "/token")
    sent = dict(parse_qsl(body.decode()))
    assert (sent["grant_type"], sent["code"], sent["redirect_uri"]) == (
        "authorization_code", "c", BACK,
    )  # fmt: skip
    assert len(sent["code_verifier"]) == 43
    assert headers["Authorization"].startswith("Basic ")
    assert "s3cret" not in path + body.decode()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"error": "access_denied", "code": ""}, ("cancelled", "error")),
        ({"error": "login_required"}, ("cancelled", "error")),
        ({"code": ""}, ("cancelled", "error")),
        ({"iss": "https://elsewhere.example"}, ("token", "answer_iss")),
        ({"iss": ""}, ("token", "answer_iss")),
    ],
)
def test_an_answer_that_is_none_is_refused_before_a_code_is_spent(honest, answer, why):
    assert refusal(lambda: come(provider_at(honest), honest, **answer)) == why
    assert not [one for one in honest.asked if one[0] == "/token"]


@pytest.mark.parametrize(
    ("claims", "check"),
    [
        ({"aud": "lain"}, "aud"),
        ({"nonce": "x"}, "nonce"),
        ({"exp": 1}, "exp"),
        ({"sub": ""}, "sub"),
    ],
)
def test_a_token_that_does_not_hold_vouches_for_nobody(honest, claims, check):
    honest.claims = claims
    assert refusal(lambda: come(provider_at(honest), honest)) == ("token", check)


@pytest.mark.parametrize(
    ("status", "document", "why"),
    [
        (400, {"error": "invalid_grant", "error_description": "é rahasia"}, ("token", "code")),
        (401, {"error": "invalid_client"}, ("unfit", "client")),
        (200, {}, ("token", "shape")),
        (200, {"id_token": None}, ("token", "shape")),
        (200, [], ("unfit", "token_answer")),
        (200, b"<html>", ("unfit", "not_json")),
        (502, b"<html>", ("away", "status")),
    ],
)
def test_a_token_endpoint_that_gives_no_token_is_said(honest, status, document, why):
    honest.says("/token", document, status)
    assert refusal(lambda: come(provider_at(honest), honest)) == why


def test_a_claimed_name_is_asked_for_only_where_it_is_configured(honest):
    honest.says("/me", {"sub": "sub-1", "preferred_username": "Siti"})
    assert come(provider_at(honest), honest).login() is None
    named = provider_at(honest, login_claim="preferred_username")
    assert come(named, honest).login() == "Siti"
    path, headers, _ = honest.asked[-1]
    assert (path, headers["Authorization"]) == ("/me", "Bearer a")
    honest.claims = {"preferred_username": "Budi"}
    assert come(named, honest).login() == "Budi"
    assert honest.asked[-1][0] != "/me"


def test_further_claims_of_somebody_else_are_refused(honest):
    honest.says("/me", {"sub": "sub-2", "preferred_username": "Siti"})
    person = come(provider_at(honest, login_claim="preferred_username"), honest)
    assert refusal(person.login) == ("token", "userinfo_sub")


@pytest.mark.parametrize(
    ("claims", "login"),
    [
        ({"email": "a@b.example", "email_verified": True}, "a@b.example"),
        ({"email": "a@b.example", "email_verified": "true"}, None),
        ({"email": "a@b.example", "email_verified": False}, None),
        ({"email": "a@b.example"}, None),
        ({"email": "", "email_verified": True}, None),
        ({"email": ["a"], "email_verified": True}, None),
        ({"email": "a" * 201, "email_verified": True}, None),
    ],
)
def test_an_address_that_nobody_confirmed_names_no_account(honest, claims, login):
    honest.claims = claims
    assert come(provider_at(honest, login_claim="email"), honest).login() == login


def test_what_a_provider_says_of_itself_is_asked_once(honest):
    provider = provider_at(honest)
    for _ in range(3):
        come(provider, honest)
    paths = [path for path, _, _ in honest.asked]
    assert paths.count("/.well-known/openid-configuration") == 1
    assert paths.count("/certs") == 1


def test_a_provider_that_does_not_answer_is_not_asked_again_at_once():
    ticks = [0.0]
    nobody = "http://127.0.0.1:9"
    provider = Provider(client_of(nobody), Fetcher(), KEY, tick=lambda: ticks[0])
    assert refusal(provider.metadata) == ("away", "no_answer")
    assert refusal(provider.metadata) == ("away", "again")
    ticks[0] = 5.0
    assert refusal(provider.metadata) == ("away", "no_answer")
    assert provider.logout("x") is None


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, b"x" * (MOST_BYTES + 1), ("unfit", "too_long")),
        (200, b"[" * 100_000, ("unfit", "not_json")),
        (200, b"[]", ("unfit", "no_object")),
        (200, b"\xff", ("unfit", "not_json")),
        (302, b"", ("unfit", "status")),
        (404, b"{}", ("unfit", "status")),
        (503, b"{}", ("away", "status")),
    ],
)
def test_an_answer_that_is_none_of_a_provider_is_refused(site, status, body, why):
    site.says("/x", body, status)
    assert refusal(lambda: Fetcher().get(f"{site.address}/x")) == why


def test_no_redirect_is_followed(site):
    def elsewhere(request: BaseHTTPRequestHandler, _: bytes) -> None:
        request.send_response(302)
        request.send_header("Location", f"{site.address}/secret")
        request.send_header("Content-Length", "0")
        request.end_headers()

    site.answers["/x"] = elsewhere
    assert refusal(lambda: Fetcher().get(f"{site.address}/x"))[0] == "unfit"
    assert [path for path, _, _ in site.asked] == ["/x"]


@pytest.mark.parametrize(
    "address",
    ["http://sso.example/x", "file:///etc/passwd", "ftp://127.0.0.1/", "https://", "", "http://["],
)
def test_no_address_is_asked_on_which_others_could_read(address):
    assert refusal(lambda: Fetcher().get(address)) == ("unfit", "address")


def test_an_answer_that_drips_is_given_up(site, monkeypatch):
    monkeypatch.setattr(fetching, "PATIENCE_SECONDS", 0.3)

    def drip(request: BaseHTTPRequestHandler, _: bytes) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(100):
            try:
                request.wfile.write(b" ")
                request.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    site.answers["/x"] = drip
    assert refusal(lambda: Fetcher().get(f"{site.address}/x")) == ("away", "slow")


def test_no_more_than_some_wait_for_a_provider_and_the_others_are_told_at_once(site, monkeypatch):
    monkeypatch.setattr(fetching, "PATIENCE_SECONDS", 5.0)
    held = threading.Event()

    def hold(request: BaseHTTPRequestHandler, _: bytes) -> None:
        held.wait(5)
        request.send_response(503)
        request.end_headers()

    site.answers["/.well-known/openid-configuration"] = hold
    provider = provider_at(site)
    said: list[tuple[str, str]] = []

    def one() -> None:
        said.append(refusal(lambda: provider.address(provider.begin(), BACK, "id")))

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE + 3)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 5
    while len(said) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert said == [("away", "busy")] * 3
    held.set()
    for thread in threads:
        thread.join()
    assert len(said) == AT_ONCE + 3
    # The room is given back.
    assert refusal(lambda: provider.address(provider.begin(), BACK, "id"))[1] in ("again", "status")


def test_without_settings_there_is_no_provider(tmp_path):
    assert provider_of(Settings(home=tmp_path)) is None


def test_the_secret_may_lie_in_a_file_and_is_in_no_text(tmp_path):
    file = tmp_path / "secret"
    file.write_text("s3cret\n")
    plain = {"home": tmp_path, "oidc_issuer": "https://sso.example", "oidc_client_id": "selaras"}
    found = provider_of(Settings(**plain, oidc_client_secret_file=file))
    assert found is not None
    assert found.client.secret == "s3cret"
    assert "s3cret" not in repr(found.client)
    other = provider_of(Settings(**plain, oidc_client_secret="s3cret"))
    assert other is not None
    assert other.client.secret == "s3cret"
    public = provider_of(Settings(**plain))
    assert public is not None
    assert public.client.secret is None


@pytest.mark.parametrize("name", ["oidc_client_secret_file", "oidc_ca_file"])
def test_a_file_that_is_not_there_is_said_at_the_start(tmp_path, name):
    plain = {"home": tmp_path, "oidc_issuer": "https://sso.example", "oidc_client_id": "selaras"}
    with pytest.raises(SignOnUnusable):
        provider_of(Settings(**plain, **{name: Path("/nowhere/x")}))


def test_without_the_packages_it_is_said_what_to_install(tmp_path, monkeypatch):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    plain = {"home": tmp_path, "oidc_issuer": "https://sso.example", "oidc_client_id": "selaras"}
    with pytest.raises(SignOnUnusable) as caught:
        providers.provider_of(Settings(**plain))
    assert "selaras[oidc]" in str(caught.value)
