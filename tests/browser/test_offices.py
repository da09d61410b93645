"""What offices do beside suggesting: accounts, inspection, corrections, assessments, upkeep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.database.access import Grant
from service.database.accounts import add_account
from service.usecases.sources import open_database

RATNA = "Ratna Wulandari, S.T."
RATNA_NIP = "199203152017032007"
FIRST, OWN = "sebuah kunci pertama", "kereta malam ke bogor"
Visits = Callable[..., Any]


@pytest.fixture
def page(chromium: Any, running: Any) -> Any:
    """A phone on which nobody is signed in, without JavaScript."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="id-ID", java_script_enabled=False
    )
    made = context.new_page()
    made.goto(running.address + "/masuk")
    yield made
    context.close()


def signs_in(page: Page, login: str, password: str) -> None:
    """Type name and password, with the keyboard alone."""
    page.get_by_label("Nama akun").focus()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_somebody_replaces_the_first_password_by_keyboard_alone_and_comes_back(
    page: Page, running: Any
) -> None:
    grant = Grant("hr", "agency", "", None, "Siti Contoh")
    add_account(open_database(running.settings), "siti.contoh", FIRST, grant)
    signs_in(page, "siti.contoh", "bukan yang ini")
    expect(page.get_by_role("alert")).to_be_visible()
    assert "bukan yang ini" not in page.content()

    signs_in(page, "siti.contoh", FIRST)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ganti kata sandi")
    page.get_by_label("Kata sandi sekarang").focus()
    for typed in (FIRST, OWN, "lain sama sekali"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("tidak sama")
    page.get_by_label("Kata sandi sekarang").focus()
    for typed in (FIRST, OWN, OWN):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Cari pegawai · Selaras")

    page.get_by_role("link", name="Akun", exact=True).click()
    expect(page.get_by_text("terbuka pada 1 peramban")).to_be_visible()
    page.get_by_role("button", name="Keluar").focus()
    page.keyboard.press("Enter")
    signs_in(page, "siti.contoh", FIRST)
    expect(page.get_by_role("alert")).to_be_visible()
    signs_in(page, "siti.contoh", OWN)
    expect(page).to_have_title("Cari pegawai · Selaras")


@pytest.mark.parametrize("width", [1366, 360])
def test_an_inspector_states_a_purpose_reads_and_finds_the_reading_in_the_trail(
    visit: Visits, width: int
) -> None:
    seen = visit("auditor", width=width, java_script_enabled=False)
    page = seen.page
    assert seen.open("/pegawai/P-003").get_by_text("Kode 404").is_visible()
    page.get_by_role("link", name="Selaras", exact=True).click()
    page.get_by_role("link", name="Keperluan", exact=True).click()
    page.get_by_label("Keperluan, misalnya").fill("Surat tugas 700/12")
    page.get_by_role("button", name="Nyatakan").click()
    expect(page.locator("main")).to_contain_text("Keperluan saat ini: Surat tugas 700/12")
    page.get_by_role("link", name="Cari pegawai", exact=True).click()
    page.get_by_label("Nama, NIP, atau jabatan").fill("Dewi")
    page.get_by_role("button", name="Cari", exact=True).first.click()
    page.get_by_role("link", name="Dewi Larasati, M.T.").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dewi Larasati, M.T.")

    page.get_by_role("link", name="Jejak audit", exact=True).click()
    rows = page.get_by_role("table", name="Catatan").get_by_role("row")
    read = rows.filter(has_text="data dibaca untuk keperluan tertentu").first
    expect(read).to_contain_text("Surat tugas 700/12")
    expect(read).to_contain_text("inspektorat")
    expect(page.locator("main")).not_to_contain_text("Dewi")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Periksa semua baris").click()
    expect(page.locator(".verdict")).to_have_text("utuh")
    seen.complaints = [c for c in seen.complaints if "404" not in c]


def test_a_head_of_department_approves_a_wish_of_the_own_people_only(visit: Visits) -> None:
    own = visit("employee", "self", "P-005", java_script_enabled=False).page
    card = own.locator("#pelatihan li.item").first
    title = card.locator("h3").text_content().split(": ")[-1]
    card.get_by_role("button", name="Bersedia", exact=False).first.click()

    elsewhere = visit("head", "unit:SDH-B", java_script_enabled=False).open("/usulan")
    expect(elsewhere.locator("main")).not_to_contain_text("Maria")
    page = visit("head", "unit:SDH-T", width=360, java_script_enabled=False).page
    page.get_by_role("link", name="Usulan", exact=True).click()
    wish = page.get_by_role("row").filter(has_text="Maria Simbolon").filter(has_text=title)
    wish.get_by_role("checkbox").check()
    page.get_by_label("Alasan").fill("Sesuai rencana bidang.")
    page.get_by_label("Nama Anda").fill("Komang Contoh")
    page.get_by_role("button", name="Setujui", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("1 keputusan tersimpan.")
    page.get_by_role("link", name="Peta", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wilayah Timur")

    own.reload()
    told = own.get_by_role("region", name="Keputusan atas usulan Anda")
    expect(told).to_contain_text("disetujui")
    expect(told).to_contain_text("Komang Contoh")


def test_somebody_has_data_corrected_by_keyboard_alone_and_reads_the_answer(
    visit: Visits,
) -> None:
    own = visit("employee", "self", RATNA_NIP, width=360, java_script_enabled=False).page
    words = own.locator("#uraian")
    words.focus()
    own.keyboard.type("Ijazah S2 saya belum tercatat.")
    own.keyboard.press("Tab")
    own.keyboard.press("Enter")
    petition = own.locator("#keberatan")
    expect(petition).to_contain_text("Usul perbaikan data: Pendidikan")
    expect(petition).to_contain_text("menunggu jawaban")

    page = visit("career", width=360, java_script_enabled=False).page
    page.get_by_role("link", name="Keberatan", exact=True).click()
    asked = page.get_by_role("listitem").filter(has_text="Ijazah S2 saya belum tercatat.")
    expect(asked).to_contain_text(RATNA)
    summary = asked.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    asked.get_by_label("Jawaban").select_option("granted")
    asked.get_by_label("Penjelasan").fill("Ijazah sudah dicatat.")
    asked.get_by_label("Nama Anda").fill("Rina Contoh")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("tersimpan")

    own.reload()
    expect(petition).to_contain_text("diterima")
    expect(petition).to_contain_text("Ijazah sudah dicatat.")
    expect(petition).to_contain_text("Rina Contoh")


def test_an_officer_finds_whom_to_assess_first_in_a_unit(visit: Visits) -> None:
    page = visit("career", width=360, java_script_enabled=False).page
    page.get_by_role("link", name="Penilaian", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Perlu dinilai lebih dahulu")
    unit = page.get_by_label("Unit kerja")
    unit.focus()
    unit.select_option("SDH-B")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="Pegawai yang perlu dinilai lebih dahulu")
    expect(table).to_contain_text("Intan")
    expect(table).not_to_contain_text("Wilayah Timur")
    page.get_by_role("button", name="EN", exact=True).or_(
        page.get_by_role("link", name="EN", exact=True)
    ).first.click()
    expect(page.locator("#unit")).to_have_value("SDH-B")
    page.get_by_role("link", name="Intan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Intan")


def test_the_administrator_reads_of_nobody_anywhere(visit: Visits) -> None:
    seen = visit("administrator", java_script_enabled=False)
    page = seen.page
    links = page.locator(".menu a")
    offered = [links.nth(n).get_attribute("href") for n in range(links.count())]
    assert offered == ["/pemeringkatan", "/jejak"]
    for path in offered:
        content = seen.open(path).content()
        assert not [name for name in ("Ratna", "Bagus", "Dewi", RATNA_NIP) if name in content]
    expect(page.get_by_role("table")).to_have_count(0)
    page.get_by_role("button", name="Periksa semua baris").click()
    expect(page.locator(".verdict")).to_have_text("utuh")
    for path in ("/pegawai/P-002", "/saya", "/peta", "/usulan", "/impor", "/dokumen"):
        assert seen.open(path).get_by_text("Kode 404").is_visible(), path
    seen.complaints = [c for c in seen.complaints if "404" not in c]
