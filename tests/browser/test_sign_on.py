"""Single sign-on in a real browser without JavaScript: the CSP and the cookies let it through."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from service.app import create_app
from service.database.access import Grant
from service.database.accounts import add_account
from service.database.engine import connect
from service.database.identities import bind
from service.server import address_of, listen


@pytest.fixture(scope="module")
def address(running: Any, start_provider: Callable[[str], str]) -> Iterator[str]:
    """Where the agency of the browser tests is served once more, with a provider."""
    listener = listen("127.0.0.1", 0)
    address = address_of(listener)
    issuer = start_provider(address)
    settings = running.settings.model_copy(
        update={
            "oidc_issuer": issuer,
            "oidc_client_id": "selaras",
            "oidc_client_secret": SecretStr("only for tests"),
            "oidc_label": "akun kota",
        }
    )
    database = connect(settings)
    grant = Grant("hr", "agency", "", None, "Siti Contoh")
    siti = add_account(database, "siti.sso", "kereta malam ke bogor", grant)
    bind(database, siti.id, issuer, "sub-siti")
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield address
    server.should_exit = True
    thread.join(10)
    listener.close()
    database.dispose()


@pytest.fixture
def page(chromium: Any) -> Iterator[Page]:
    context = chromium.new_context(
        locale="id-ID", java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    made = context.new_page()
    complaints: list[str] = []
    made.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    yield made
    context.close()
    assert [one for one in complaints if "Security Policy" in one] == []


def signs_in(page: Page, login: str) -> None:
    page.get_by_role("link", name="Masuk dengan akun kota").click()
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill("apa saja")
    page.locator("button[type=submit]").click()
    page.locator("button[type=submit]").click()  # the consent


def test_who_signed_out_reads_so_without_barriers(
    address: str, chromium: Any, barriers: Callable[[Page, str], list[str]]
) -> None:
    page = chromium.new_page(bypass_csp=True, locale="id-ID")
    found = []
    for path in ("/sso/keluar", "/masuk", "/masuk?sso=unknown"):
        page.goto(address + path)
        found += barriers(page, path)
    page.close()
    assert found == []


def test_somebody_signs_in_at_the_provider_and_signs_out_of_both(address: str, page: Page) -> None:
    page.goto(f"{address}/masuk")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    signs_in(page, "sub-siti")
    page.wait_for_url(f"{address}/")
    expect(page).to_have_title("Cari pegawai · Selaras")
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anda telah keluar dari Selaras")
    page.get_by_role("link", name="Keluar juga dari akun kota").click()
    page.get_by_role("button", name=re.compile("sign me out", re.IGNORECASE)).click()
    page.wait_for_url(re.compile(rf"^{re.escape(address)}/masuk"))
    page.goto(f"{address}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk")


def test_somebody_unknown_reads_whom_to_ask_and_the_address_holds_no_code(
    address: str, page: Page
) -> None:
    page.goto(f"{address}/masuk")
    signs_in(page, "sub-asing")
    expect(page.get_by_role("alert")).to_contain_text("pengelola kepegawaian unit Anda")
    assert page.url == f"{address}/masuk?sso=unknown"
    page.locator("a[lang=en]").click()
    expect(page.get_by_role("alert")).to_contain_text("personnel officer of your unit")
