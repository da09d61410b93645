"""A new installation: whoever signs in is told what to do first, as far as they may do it."""

import asyncio

import httpx
import pytest

from service.app import create_app
from service.database.access import Grant, create_sign_in_link
from service.settings import Settings
from service.usecases.sources import open_database

BASE = "http://127.0.0.1"
PAGE = {"accept": "text/html"}


async def _asked(app, *paths: str) -> httpx.Response:
    """Ask one after the other in one browser; return the last answer."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=PAGE) as client:
        return [await client.get(path) for path in paths][-1]


@pytest.fixture
def visit(home):
    """Sign in to a service that has published nothing, and read a page."""
    settings = Settings(home=home)
    database = open_database(settings)

    def visit(role: str, path: str, scope: str = "agency", **more) -> httpx.Response:
        link = create_sign_in_link(database, Grant(role, scope, **more))
        return asyncio.run(_asked(create_app(settings), f"/masuk/{link}", path))

    return visit


@pytest.mark.parametrize("path", ["/", "/peta", "/pelatihan"])
def test_an_officer_is_led_to_the_import_and_on_to_the_ranking(visit, path):
    answer = visit("hr", path)
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert "Belum ada saran" in answer.text
    steps = answer.text.partition('<ol class="steps">')[2].partition("</ol>")[0]
    assert steps.index('href="/impor"') < steps.index('href="/pemeringkatan"')
    assert "Coba beberapa saat lagi" not in answer.text


def test_where_it_leads_is_open_before_anything_is_published(visit):
    for path in ("/impor", "/pemeringkatan"):
        assert visit("hr", path).status_code == 200


def test_an_employee_is_asked_to_wait_and_offered_nothing_they_may_not(visit):
    answer = visit("employee", "/saya", "self", employee_id="199203152017032007")
    assert answer.status_code == 503
    assert "sedang disiapkan" in answer.text
    assert 'href="/impor"' not in answer.text
    assert 'href="/pemeringkatan"' not in answer.text


def test_nobody_is_led_to_the_sign_in(home):
    answer = asyncio.run(_asked(create_app(Settings(home=home)), "/"))
    assert answer.headers["location"] == "/masuk"
