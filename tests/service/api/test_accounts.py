"""Signing in by name and password: one answer for everything wrong, nothing typed comes back."""

from __future__ import annotations

import re

import pytest

from service.auth import Scope, Viewer
from service.brake import TRIES

GOOD, NEW = "kereta malam ke bogor", "lampu merah di sudirman"
OWN = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@pytest.fixture
def accounts(service):
    viewer = Viewer("hr", Scope("agency"), "Siti Contoh", account=1)
    service.credentials.accounts = {
        "siti": (GOOD, False, viewer),
        "budi": (GOOD, True, viewer),
    }
    service.client.cookies.clear()
    return service


def post(service, path, **form):
    return service.client.post(path, data=form, headers=OWN, follow_redirects=False)


def test_a_right_name_and_password_open_a_session(accounts):
    answer = post(accounts, "/masuk", nama="siti", sandi=GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert accounts.client.get("/", headers=OWN).status_code == 200


@pytest.mark.parametrize(
    ("name", "password"), [("siti", "x"), ("nobody", GOOD), ("", ""), ("siti", "x" * 200)]
)
def test_whatever_is_wrong_the_answer_is_the_same(accounts, name, password):
    answer = post(accounts, "/masuk", nama=name, sandi=password)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "www-authenticate" not in answer.headers
    assert 'role="alert"' in answer.text
    assert "Nama atau kata sandi tidak cocok" in answer.text
    assert re.sub(r'nama=[^&"]*', "", answer.text) == re.sub(
        r'nama=[^&"]*', "", post(accounts, "/masuk", nama="other", sandi="y").text
    )
    if len(password) > 1:
        assert password not in answer.text


def test_a_password_of_somebody_elses_choice_is_replaced_before_anything_opens(accounts):
    page = post(accounts, "/masuk", nama="budi", sandi=GOOD)
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert "Somebody" not in page.text
    assert "Gantilah sebelum masuk" in page.text
    assert GOOD not in page.text
    answer = post(accounts, "/sandi", nama="budi", sandi=GOOD, baru=NEW, ulang=NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert accounts.client.get("/", headers=OWN).status_code == 200
    assert post(accounts, "/masuk", nama="budi", sandi=GOOD).status_code == 401
    assert post(accounts, "/masuk", nama="budi", sandi=NEW).status_code == 303


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        (NEW, NEW + "x", "tidak sama"),
        ("pendek", "pendek", "paling sedikit 12"),
        ("jakartajakarta", "jakartajakarta", "mudah ditebak"),
        (GOOD, GOOD, "sama dengan yang lama"),
    ],
)
def test_a_new_password_that_will_not_do_says_why_and_changes_nothing(accounts, new, again, said):
    answer = post(accounts, "/sandi", nama="siti", sandi=GOOD, baru=new, ulang=again)
    assert answer.status_code == 422
    assert said in answer.text
    assert new not in answer.text.replace("kata sandi", "")
    assert post(accounts, "/masuk", nama="siti", sandi=GOOD).status_code == 303


def test_who_is_signed_in_keeps_the_menu_where_a_new_password_will_not_do(accounts):
    stranger = post(accounts, "/sandi", nama="siti", sandi=GOOD, baru=NEW, ulang="x")
    assert 'class="menu"' not in stranger.text
    post(accounts, "/masuk", nama="siti", sandi=GOOD)
    for old, new in ((GOOD, "x"), (GOOD, "pendek")):
        answer = post(accounts, "/sandi", nama="siti", sandi=old, baru="pendek", ulang=new)
        assert answer.status_code == 422
        assert 'class="menu"' in answer.text
        assert "terbuka pada 1 peramban" in answer.text


def test_a_new_password_needs_the_old_one(accounts):
    answer = post(accounts, "/sandi", nama="siti", sandi="x", baru=NEW, ulang=NEW)
    assert answer.status_code == 401
    assert accounts.credentials.accounts["siti"][0] == GOOD


def test_signing_in_gives_a_new_secret_each_time_and_a_change_ends_the_others(accounts):
    first, second = (
        post(accounts, "/masuk", nama="siti", sandi=GOOD).cookies["selaras_session"]
        for _ in range(2)
    )
    assert first != second
    page = accounts.client.get("/sandi", headers=OWN)
    assert "terbuka pada 2 peramban" in page.text
    post(accounts, "/sandi", nama="siti", sandi=GOOD, baru=NEW, ulang=NEW)
    assert first not in accounts.credentials.sessions
    assert second not in accounts.credentials.sessions


def test_other_sessions_are_ended_and_this_one_goes_on(accounts):
    first = post(accounts, "/masuk", nama="siti", sandi=GOOD).cookies["selaras_session"]
    post(accounts, "/masuk", nama="siti", sandi=GOOD)
    answer = post(accounts, "/sesi/akhiri")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sandi")
    assert first not in accounts.credentials.sessions
    assert accounts.client.get("/", headers=OWN).status_code == 200


def test_who_came_by_a_link_has_no_password_to_change(accounts):
    accounts.credentials.links["link"] = Viewer("hr", Scope("agency"))
    accounts.client.get("/masuk/link", follow_redirects=False)
    assert accounts.client.get("/sandi", headers=OWN).status_code == 404
    assert 'href="/sandi"' not in accounts.client.get("/", headers=OWN).text


def test_an_address_that_tries_too_often_waits(accounts):
    for _ in range(TRIES):
        assert post(accounts, "/masuk", nama="siti", sandi="x").status_code == 401
    answer = post(accounts, "/masuk", nama="siti", sandi=GOOD)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Tunggu beberapa menit" in answer.text


def test_another_site_signs_nobody_in(accounts):
    headers = {**OWN, "Sec-Fetch-Site": "cross-site"}
    form = {"nama": "siti", "sandi": GOOD}
    for path in ("/masuk", "/sandi", "/sesi/akhiri"):
        assert accounts.client.post(path, data=form, headers=headers).status_code == 403


def test_passwords_are_in_no_log(accounts, caplog):
    caplog.set_level("DEBUG")
    post(accounts, "/masuk", nama="siti", sandi=GOOD)
    post(accounts, "/masuk", nama="siti", sandi=NEW)
    post(accounts, "/sandi", nama="siti", sandi=GOOD, baru=NEW, ulang=NEW)
    own = [r for r in caplog.records if r.name.startswith("selaras")]
    assert own
    for record in own:
        assert GOOD not in record.getMessage()
        assert NEW not in record.getMessage()
        assert "siti" not in record.getMessage()
