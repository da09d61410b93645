"""The list of people follows what is typed, and nothing typed is left anywhere."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

RATNA = "Ratna Wulandari, S.T."
FIELD = "Nama, NIP, atau jabatan"
Visits = Callable[..., Any]


def list_of(page: Page) -> Any:
    return page.get_by_role("table", name="Pegawai yang sesuai dengan pencarian")


@pytest.mark.parametrize("width", [1366, 360])
def test_the_list_follows_the_words_and_nothing_typed_is_left_behind(
    visit: Visits, width: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "selaras.access")
    page = visit(width=width).page
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    field = page.get_by_label(FIELD)
    field.press_sequentially("ratna", delay=40)
    expect(list_of(page).get_by_role("link", name=RATNA)).to_be_visible()
    expect(page.locator("#kabar")).to_have_text("1 pegawai ditemukan")
    expect(page.locator("#kabar")).to_have_attribute("aria-live", "polite")
    expect(field).to_be_focused()
    field.press_sequentially("zzz", delay=40)
    expect(page.locator("#kabar")).to_have_text("Belum ada pegawai yang sesuai")
    field.fill("")
    expect(page.get_by_role("heading", name="Apa yang dapat Anda lihat")).to_be_attached()
    field.fill("bagus")
    expect(list_of(page).get_by_role("link", name=re.compile("^Bagus"))).to_be_visible()
    field.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")
    assert len(addresses) <= 7, "a pause is waited for: fewer questions than keys"
    told = [*addresses, page.url, page.evaluate("location.href"), *caplog.messages]
    assert [one for one in told if re.search("ratna|bagus", one, re.IGNORECASE)] == []
    assert "POST / 200" in " ".join(caplog.messages)


def test_a_late_answer_does_not_take_the_place_of_a_newer_one(visit: Visits) -> None:
    page = visit().page
    held: list[Route] = []

    def keep_the_first(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/*", keep_the_first)
    page.get_by_label(FIELD).press_sequentially("ratna")
    page.wait_for_timeout(600)
    page.get_by_label(FIELD).fill("dewi")
    expect(list_of(page).get_by_role("link", name=re.compile("^Dewi"))).to_be_visible()
    held[0].fulfill(status=200, content_type="text/html", body="<p>terlambat</p>")
    page.wait_for_timeout(200)
    expect(page.locator("#temuan")).not_to_contain_text("terlambat")


def test_a_filter_answers_at_once_and_another_language_keeps_the_search(visit: Visits) -> None:
    page = visit().page
    page.get_by_label("Unit kerja").select_option("SDH-T")
    expect(list_of(page).get_by_role("link", name=re.compile("^Hendra"))).to_be_visible()
    expect(list_of(page).get_by_role("link", name=RATNA)).to_have_count(0)
    page.get_by_label(FIELD).fill("yusuf")
    expect(page.locator("#kabar")).to_have_text("1 pegawai ditemukan")
    page.get_by_role("link", name="English").or_(
        page.get_by_role("link", name="EN", exact=True)
    ).first.click()
    expect(page.get_by_label("Name, NIP or post")).to_have_value("yusuf")
    expect(page.get_by_role("status")).to_have_text("1 employees found")
    assert "yusuf" not in page.url


def test_the_button_and_the_enter_key_do_the_same_without_the_script(visit: Visits) -> None:
    for more in ({"java_script_enabled": False}, {}):
        page = visit(**more).page
        page.get_by_label(FIELD).fill("ratna")
        page.get_by_label(FIELD).press("Enter")
        expect(page.get_by_role("status")).to_have_text("1 pegawai ditemukan")
        expect(page.get_by_role("link", name=RATNA)).to_be_visible()
        assert "ratna" not in page.url.lower()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [1366, 360])
def test_a_heading_sorts_the_list_by_keyboard_with_and_without_the_script(
    visit: Visits, script: bool, width: int
) -> None:
    page = visit(width=width, java_script_enabled=script).page
    page.get_by_label("Unit kerja").select_option("SDH-B")
    if not script:
        page.get_by_role("button", name="Cari", exact=True).click()
    names = list_of(page).locator("tbody a")
    expect(names).to_have_text([re.compile(one) for one in ("Bagus", "Dewi", "Intan", "Ratna")])
    for way, order in (
        ("ascending", ("Bagus", "Intan", "Ratna", "Dewi")),  # III/a, III/a, III/b, III/d
        ("descending", ("Dewi", "Ratna", "Bagus", "Intan")),
    ):
        heading = page.locator("#urut-grade")
        heading.focus()
        page.keyboard.press("Enter")
        expect(names).to_have_text([re.compile(one) for one in order])
        expect(page.locator("th[aria-sort]")).to_have_count(1)
        expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", way)
        if script:
            expect(heading).to_be_focused()
    expect(page.get_by_label("Unit kerja")).to_have_value("SDH-B")
    assert page.url.endswith("/")


def test_the_list_has_no_barriers_when_it_follows_the_words(
    visit: Visits, barriers: Callable[[Page, str], list[str]]
) -> None:
    for width in (1366, 360):
        page = visit(width=width, bypass_csp=True).page
        page.get_by_label(FIELD).fill("a")
        expect(list_of(page)).to_be_visible()
        assert barriers(page, f"/ {width}") == []


def test_who_types_beyond_the_pace_is_told_kindly_and_answered_a_little_later(
    serve: Callable[..., AbstractContextManager[Any]], chromium: Browser, tmp_path: Path
) -> None:
    with serve(tmp_path / "home", per_minute=30) as running:
        context = chromium.new_context(locale="id-ID")
        page = context.new_page()
        page.goto(running.link())
        answers: list[int] = []
        page.on("response", lambda a: answers.append(a.status) if a.request.method == "POST" else 0)
        for letter in "pemimpin analis":
            page.get_by_label(FIELD).press_sequentially(letter)
            page.wait_for_timeout(400)
            if 429 in answers:
                break
        expect(page.locator("#kabar")).to_have_text(re.compile("dilanjutkan sebentar lagi"))
        expect(page.locator("#kabar")).to_be_visible()
        page.get_by_label(FIELD).fill("ratna")
        expect(list_of(page).get_by_role("link", name=RATNA)).to_be_visible(timeout=15_000)
        expect(page.locator("#kabar")).to_have_text("1 pegawai ditemukan")
        context.close()
