"""The printed link, the cookie and signing out."""

from __future__ import annotations

import pytest

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
GAPS = "/api/v1/employees/A-1/gaps"


@pytest.fixture
def signed_in(service):
    service.credentials.links["once"] = service.viewers["agency"]
    answer = service.client.get("/masuk/once")
    return service, answer


def test_the_link_becomes_a_cookie_and_leaves_the_address(signed_in):
    _, answer = signed_in
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "once" not in cookie


def test_the_link_works_once(signed_in):
    service, _ = signed_in
    service.client.cookies.clear()
    assert service.client.get("/masuk/once").status_code == 401


def test_the_cookie_opens_the_api_until_signing_out(signed_in):
    service, _ = signed_in
    assert service.client.get(GAPS).status_code == 200
    session = service.client.cookies["selaras_session"]
    assert service.client.post("/keluar", headers=OWN_PAGE).status_code == 303
    assert "selaras_session" not in service.client.cookies
    replayed = service.client.get(GAPS, headers={"Cookie": f"selaras_session={session}"})
    assert replayed.status_code == 401


def test_a_token_goes_before_a_cookie(signed_in):
    service, _ = signed_in
    assert service.client.get(GAPS, headers={"Authorization": "Bearer no"}).status_code == 401


def test_a_head_request_does_not_spend_the_link(service):
    service.credentials.links["once"] = service.viewers["agency"]
    assert service.client.request("HEAD", "/masuk/once").status_code == 405
    assert service.client.get("/masuk/once").status_code == 303
