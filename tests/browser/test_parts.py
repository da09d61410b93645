"""A person's page on a phone: plan and suggestions first, the rest a touch away, all in print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

RATNA_NIP = "199203152017032007"
Visits = Callable[..., Any]


def test_on_a_phone_parts_wait_closed_and_a_link_opens_them(visit: Visits) -> None:
    page = visit(
        "employee", "self", RATNA_NIP, width=360, height=740, java_script_enabled=False
    ).page
    table = page.locator("#profil table").first
    expect(page.locator("#pelatihan li.item").first).to_be_visible()
    expect(table).to_be_hidden()
    page.locator("nav.within a[href='#profil']").click()
    expect(table).to_be_visible()
    page.locator("details.part > summary").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#karier")).to_be_visible()


def test_where_there_is_room_parts_stand_open_and_print_holds_them_all(visit: Visits) -> None:
    page = visit("employee", "self", RATNA_NIP).page
    expect(page.locator("#profil table").first).to_be_visible()
    page.locator("details.part > summary").first.click()
    expect(page.locator("#profil table").first).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#profil table").first).to_be_visible()
    expect(page.locator("nav.within")).to_be_hidden()


def test_on_a_phone_the_page_of_an_officer_does_not_scroll_sideways(visit: Visits) -> None:
    page = visit(width=360, height=740, java_script_enabled=False).page
    page.get_by_label("Nama, NIP, atau jabatan").fill("ratna")
    page.get_by_role("button", name="Cari", exact=True).click()
    expect(page.locator("thead .sort").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Ratna").click()
    expect(page.locator("#kesenjangan table").first).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
