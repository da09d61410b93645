"""The whole way with a certified provider: its forms for signing in and consent, and back."""

from __future__ import annotations

import asyncio
import html
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest

from service.app import create_app
from service.database.access import Grant
from service.database.accounts import add_account, disable, end_sessions, list_accounts
from service.database.audit import events, verify
from service.database.engine import connect
from service.database.identities import bind, identities, unbind
from service.middleware import SECURITY_HEADERS
from service.settings import Settings
from service.usecases.checkup import check_installation

BASE = "http://127.0.0.1:8765"
PAGE = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
FROM_PROVIDER = {"Accept": "text/html", "Sec-Fetch-Site": "cross-site"}
GRANT = Grant("bpsdm", "agency", "", None, "Siti Contoh")


class Browser:
    """What a browser without scripts does: one jar of cookies per site, forms and links."""

    def __init__(self, app: Any, runner: asyncio.Runner) -> None:
        self.app = app
        self.runner = runner
        self.cookies = httpx.Cookies()
        self.elsewhere = httpx.Client(trust_env=False, timeout=30)

    def own(self, path: str, method: str = "GET", **rest: Any) -> httpx.Response:
        """Ask the service, without following where it sends to."""
        rest.setdefault("headers", PAGE)

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(self.app), base_url=BASE, cookies=self.cookies
            ) as client:
                answer = await client.request(method, path, **rest)
                self.cookies = client.cookies
                return answer

        return self.runner.run(send())

    def through(self, address: str, login: str = "", *, cancel: bool = False) -> str:
        """Walk the provider's pages until it sends the browser back to us; return where to."""
        answer = self.elsewhere.get(address)
        for _ in range(20):
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["location"])
                if target.startswith(BASE):
                    return target
                answer = self.elsewhere.get(target)
                continue
            assert answer.status_code == 200, answer.text
            here = str(answer.url)
            if cancel:
                (link,) = re.findall(r'href="([^"]*/abort)"', answer.text)
                answer = self.elsewhere.get(urljoin(here, html.unescape(link)))
                continue
            form = re.search(r"<form[^>]*>.*?</form>", answer.text, re.DOTALL)
            assert form is not None, answer.text
            (action,) = re.findall(r'action="([^"]+)"', form[0])
            fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
            if 'name="login"' in form[0]:
                fields |= {"login": login, "password": "anything"}
            answer = self.elsewhere.post(urljoin(here, html.unescape(action)), data=fields)
        raise AssertionError("the provider never sent the browser back")

    def comes_back(self, address: str) -> httpx.Response:
        return self.own(address.removeprefix(BASE), headers=FROM_PROVIDER)

    def signs_on(self, login: str, **rest: Any) -> httpx.Response:
        """Follow the button to the provider, sign in there, and come back."""
        away = self.own("/sso")
        assert away.status_code == 303
        return self.comes_back(self.through(away.headers["location"], login, **rest))

    def told(self, answer: httpx.Response) -> str:
        """Return the sentence of the page to sign in that an answer leads to."""
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/masuk?sso=")
        assert "selaras_session" not in answer.headers.get("set-cookie", "")
        page = self.own(answer.headers["location"])
        assert page.status_code == 200
        (said,) = re.findall(r'role="alert">([^<]+)<', page.text)
        return str(said)

    def is_in(self) -> bool:
        return self.own("/").status_code == 200


@pytest.fixture(scope="module")
def settings(published: Settings, issuer: str) -> Settings:
    return published.model_copy(
        update={
            "oidc_issuer": issuer,
            "oidc_client_id": "selaras",
            "oidc_client_secret": _secret("only for tests"),
            "oidc_label": "akun kota",
            "oidc_label_en": "your city account",
            "public_address": BASE,
        }
    )


def _secret(text: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(text)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def open_browser(settings: Settings, runner: asyncio.Runner) -> Iterator[Any]:
    opened: list[Browser] = []

    def make(**changes: Any) -> Browser:
        app = create_app(settings.model_copy(update=changes))
        opened.append(Browser(app, runner))
        return opened[-1]

    yield make
    for one in opened:
        one.elsewhere.close()


@pytest.fixture
def database(settings: Settings) -> Any:
    return connect(settings)


@pytest.fixture
def siti(settings: Settings, database: Any) -> Any:
    """An open account, bound to nobody yet."""
    for one in list_accounts(database, ""):
        unbind(database, one.id)
        if one.login == "siti.contoh":
            return one
    return add_account(database, "siti.contoh", "kereta malam ke bogor", GRANT)


@pytest.fixture
def bound(siti: Any, settings: Settings, database: Any) -> Any:
    bind(database, siti.id, str(settings.oidc_issuer), "sub-siti")
    return siti


def newest(database: Any) -> list[tuple[str, str, str, dict[str, Any]]]:
    rows = events(database, "", limit=2)
    return [(e.action, e.actor, e.subject, dict(e.details)) for e in rows]


def test_the_page_to_sign_in_offers_the_provider_by_a_plain_link(open_browser):
    browser = open_browser()
    page = browser.own("/masuk")
    assert '<a class="button" href="/sso">Masuk dengan akun kota</a>' in page.text
    assert "Sign in with your city account" in browser.own("/masuk?bahasa=en").text
    assert page.headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]
    assert "form-action 'self';" in page.headers["content-security-policy"]


def test_without_settings_nothing_is_shown_and_nothing_is_there(published, runner):
    browser = Browser(create_app(published), runner)
    try:
        page = browser.own("/masuk?sso=unknown")
        assert "/sso" not in page.text
        assert 'role="alert"' not in page.text
        for path in ("/sso", "/sso/kembali", "/sso/keluar"):
            assert browser.own(path).status_code == 404
    finally:
        browser.elsewhere.close()


def test_somebody_bound_signs_in_at_the_provider_and_is_in(open_browser, bound, database):
    browser = open_browser()
    away = browser.own("/sso")
    kept = away.headers["set-cookie"]
    for part in ("selaras_sso=", "HttpOnly", "SameSite=lax", "Path=/sso", "Max-Age=600"):
        assert part in kept
    assert away.headers["referrer-policy"] == "no-referrer"
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    back = browser.through(away.headers["location"], "sub-siti")
    answer = browser.comes_back(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookies = answer.headers.get_list("set-cookie")
    (session,) = [one for one in cookies if one.startswith("selaras_session=")]
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert any(one.startswith('selaras_sso="";') for one in cookies)
    assert browser.is_in()
    own = f"account:{bound.id}"
    assert newest(database)[0] == ("signed_in", own, own, {"by": "sso"})
    assert verify(database).whole


def test_a_session_of_the_provider_is_ended_like_any_other(open_browser, bound, database):
    browser = open_browser()
    browser.signs_on("sub-siti")
    assert browser.is_in()
    assert end_sessions(database, bound.id) >= 1
    browser.app.state.gate.forget()  # what was checked a moment ago is remembered for a second
    assert not browser.is_in()


def test_somebody_unknown_is_told_whom_to_ask_and_gets_no_account(open_browser, siti, database):
    before = list_accounts(database, "")
    browser = open_browser()
    said = browser.told(browser.signs_on("sub-asing"))
    assert "pengelola kepegawaian" in said
    assert not browser.is_in()
    assert list_accounts(database, "") == before
    assert newest(database)[0] == ("sign_in_refused", "system", "sso", {"why": "unknown"})
    page = browser.own("/masuk?bahasa=en&sso=unknown")
    assert "Ask the personnel officer of your unit" in page.text


def test_a_configured_claim_binds_at_the_first_sign_in(open_browser, siti, database):
    assert identities(database, siti.id) == ()
    browser = open_browser(oidc_login_claim="preferred_username")
    browser.signs_on("sub-siti")
    assert browser.is_in()
    assert [one.subject for one in identities(database, siti.id)] == ["sub-siti"]
    # The name was given to somebody new since; the account stays with who had it.
    other = open_browser(oidc_login_claim="preferred_username")
    other.told(other.signs_on("sub-siti-baru"))
    assert not other.is_in()
    assert [one.subject for one in identities(database, siti.id)] == ["sub-siti"]


def test_an_address_counts_as_a_name_only_where_it_is_confirmed(open_browser, database, siti):
    known = {one.login for one in list_accounts(database, "")}
    for login in {"siti@contoh.example", "budi@contoh.example"} - known:
        add_account(database, login, "kereta malam ke bogor", GRANT)
    unconfirmed = open_browser(oidc_login_claim="email")
    unconfirmed.told(unconfirmed.signs_on("sub-siti"))
    assert not unconfirmed.is_in()
    confirmed = open_browser(oidc_login_claim="email")
    confirmed.signs_on("sub-budi")
    assert confirmed.is_in()


def test_a_disabled_account_stays_closed(open_browser, bound, database):
    from service.database.accounts import enable

    disable(database, bound.id)
    try:
        browser = open_browser()
        assert "ditutup" in browser.told(browser.signs_on("sub-siti"))
        closed = {"why": "closed", "by": "sso"}
        assert newest(database)[0] == (
            "sign_in_refused", "system", f"account:{bound.id}", closed,
        )  # fmt: skip
    finally:
        enable(database, bound.id)


def test_who_gives_up_at_the_provider_is_told_so(open_browser, bound):
    browser = open_browser()
    said = browser.told(browser.signs_on("sub-siti", cancel=True))
    assert "dihentikan" in said


def test_an_answer_is_good_once_and_in_the_browser_that_asked_only(open_browser, bound):
    browser, thief = open_browser(), open_browser()
    away = browser.own("/sso").headers["location"]
    kept = browser.cookies["selaras_sso"]
    back = browser.through(away, "sub-siti")
    thief.own("/sso")
    assert "peramban lain" in thief.told(thief.comes_back(back))
    assert browser.comes_back(back).headers["location"] == "/"
    assert "peramban lain" in browser.told(browser.comes_back(back))
    # Even with the cookie at hand the provider does not honour the code again.
    browser.cookies.set("selaras_sso", kept, domain="127.0.0.1", path="/sso")
    assert "tidak dapat dipastikan" in browser.told(browser.comes_back(back))


@pytest.mark.parametrize(
    "query",
    ["", "?code=x", "?state=x&code=x", "?error=access_denied", "?state=%00&code=%F0", "?state=é"],
)
def test_whatever_comes_back_without_having_been_asked_ends_on_the_page_to_sign_in(
    open_browser, query
):
    browser = open_browser()
    assert browser.told(browser.own(f"/sso/kembali{query}"))


def test_no_address_of_the_request_decides_where_one_goes(open_browser, bound):
    browser = open_browser()
    elsewhere = "https://elsewhere.example/"
    tail = "&".join(f"{n}={elsewhere}" for n in ("next", "lanjut", "redirect_uri", "url"))
    away = browser.own(f"/sso?{tail}").headers["location"]
    assert "elsewhere" not in away
    back = browser.through(away, "sub-siti")
    assert browser.comes_back(f"{back}&{tail}").headers["location"] == "/"


def test_a_state_or_code_that_was_changed_opens_nothing(open_browser, bound):
    browser = open_browser()
    back = browser.through(browser.own("/sso").headers["location"], "sub-siti")
    kept = browser.cookies["selaras_sso"]
    for name in ("state", "code", "iss"):
        browser.cookies.set("selaras_sso", kept, domain="127.0.0.1", path="/sso")
        browser.told(browser.comes_back(re.sub(rf"\b{name}=[^&]+", f"{name}=other", back)))
        assert not browser.is_in()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"oidc_issuer": "http://127.0.0.1:9"}, "tidak dapat dihubungi"),
        ({"oidc_issuer": "http://localhost:9/realms/x"}, "tidak dapat dihubungi"),
    ],
)
def test_a_provider_that_is_away_leaves_the_password_to_sign_in_with(open_browser, changes, said):
    browser = open_browser(**changes)
    assert said in browser.told(browser.own("/sso"))
    assert browser.own("/masuk").text.count('name="sandi"') == 1


def test_an_issuer_that_is_spelt_otherwise_is_unfit(open_browser, issuer):
    browser = open_browser(oidc_issuer=issuer.replace("127.0.0.1", "localhost"))
    assert "belum tersambung dengan benar" in browser.told(browser.own("/sso"))


def test_a_wrong_secret_is_for_the_administrator_to_mend(open_browser, bound):
    browser = open_browser(oidc_client_secret=_secret("wrong"))
    assert "belum tersambung dengan benar" in browser.told(browser.signs_on("sub-siti"))


def test_a_public_client_is_protected_by_its_verifier_alone(open_browser, bound):
    browser = open_browser(oidc_client_id="public", oidc_client_secret=None)
    assert browser.signs_on("sub-siti").headers["location"] == "/"
    assert browser.is_in()


def test_signing_out_ends_our_session_and_offers_to_end_the_providers(open_browser, bound):
    browser = open_browser()
    browser.signs_on("sub-siti")
    answer = browser.own("/keluar", "POST")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sso/keluar")
    assert not browser.is_in()
    page = browser.own("/sso/keluar")
    (link,) = re.findall(r'class="button" href="([^"]+)"', page.text)
    address = html.unescape(link)
    # There the person confirms it, and the provider sends the browser back to us.
    confirm = browser.elsewhere.get(address)
    form = re.search(r"<form.*?</form>", confirm.text, re.DOTALL)
    assert form is not None
    (action,) = re.findall(r'action="([^"]+)"', form[0])
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    done = browser.elsewhere.post(action, data={**fields, "logout": "yes"})
    assert done.headers["location"].startswith(f"{BASE}/masuk")
    # The next sign-on asks for the password again.
    start = browser.elsewhere.get(browser.own("/sso").headers["location"])
    again = browser.elsewhere.get(urljoin(str(start.url), start.headers["location"]))
    assert 'name="login"' in again.text


def test_who_came_by_a_password_is_not_sent_to_the_provider(open_browser, database, siti):
    known = {one.login for one in list_accounts(database, "")}
    if "kata" not in known:
        add_account(database, "kata", "kereta malam ke bogor", GRANT, must_change=False)
    browser = open_browser()
    form = {"nama": "kata", "sandi": "kereta malam ke bogor"}
    assert browser.own("/masuk", "POST", data=form).headers["location"] == "/"
    assert browser.own("/keluar", "POST").headers["location"] == "/"


def test_behind_https_the_cookies_are_sent_by_https_only(open_browser):
    browser = open_browser(public_address="https://selaras.example")
    away = browser.own("/sso")
    assert "Secure" in away.headers["set-cookie"]
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://selaras.example/sso/kembali"]


def test_no_token_code_or_person_is_in_the_logs(open_browser, bound, settings, caplog):
    caplog.set_level(logging.DEBUG)
    browser = open_browser()
    away = browser.own("/sso").headers["location"]
    back = browser.through(away, "sub-siti")
    browser.comes_back(back)
    browser.told(browser.comes_back(back))
    lines = [r.getMessage() for r in caplog.records if r.name.startswith("selaras")]
    assert any("refused stale" in line for line in lines)
    asked, brought = (parse_qs(urlsplit(one).query) for one in (away, back))
    secrets = [*brought["code"], *asked["state"], *asked["nonce"], "sub-siti", "Siti", "eyJ"]
    # The library that asks the provider has a log of its own: where it asks, and no more.
    lines += [r.getMessage() for r in caplog.records if "/token" in r.getMessage()]
    for line in lines:
        assert not [one for one in secrets if one in line], line


def test_the_doctor_says_whether_the_provider_can_be_used(settings, issuer):
    def sso(**changes: Any) -> Any:
        checks = check_installation(settings.model_copy(update=changes))
        return next((one for one in checks if one.name == "sso"), None)

    found = sso()
    assert found.ok
    assert f"{BASE}/sso/kembali" in found.text.id
    away = sso(oidc_issuer="http://127.0.0.1:9")
    assert (away.ok, "127.0.0.1:9" in away.text.en) == (False, True)
    other = sso(oidc_issuer=issuer.replace("127.0.0.1", "localhost"))
    assert (other.ok, "issuer" in other.text.en) == (False, True)
    assert sso(oidc_issuer=None) is None
