"""What people do, in a real browser on the real service, without JavaScript of the page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from playwright.sync_api import Locator, Page, expect

from service.database.datasets import load_dataset
from service.usecases.importing import import_data
from service.usecases.sources import open_database

RATNA = "Ratna Wulandari, S.T."
RATNA_NIP = "199203152017032007"
Visits = Callable[..., Any]


def find(page: Page, words: str) -> None:
    page.get_by_label("Nama, NIP, atau jabatan").fill(words)
    page.get_by_role("button", name="Cari", exact=True).click()


def open_person(page: Page, name: str = RATNA) -> None:
    find(page, name.split(",")[0])
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def points(page: Page, card: int) -> tuple[list[Decimal], Decimal, str]:
    """Return the points of a card's terms, their printed sum, and the score on the card."""

    def read(text: str) -> Decimal:
        return Decimal(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", "."))

    item = page.locator("#pelatihan li.item").nth(card)
    cells = [read(t) for t in item.locator(".terms td.points").all_text_contents()]
    return cells[:-1], cells[-1], item.locator(".item-score strong").text_content()


def test_an_officer_signs_in_searches_and_reads_why(visit: Visits) -> None:
    page = visit(java_script_enabled=False).page
    expect(page).to_have_title("Cari pegawai · Selaras")
    open_person(page)
    assert "Ratna" not in page.url
    first = page.locator("#pelatihan li.item").first
    why = first.locator("details.why")
    terms = why.locator(".terms")
    expect(terms).to_be_hidden()
    why.locator("> summary").click()
    expect(terms).to_be_visible()
    expect(why.get_by_text("belum diverifikasi").first).to_be_visible()
    for card in range(page.locator("#pelatihan li.item").count()):
        parts, total, shown = points(page, card)
        assert sum(parts) == total
        assert Decimal(shown.replace(",", ".").replace("\N{MINUS SIGN}", "-")) == round(total, 2)


def test_a_link_signs_in_once_and_signing_out_ends_it(visit: Visits, chromium: Any) -> None:
    used = visit()
    link = used.running.link()
    other = chromium.new_context()
    page = other.new_page()
    page.goto(link)
    expect(page).to_have_title("Cari pegawai · Selaras")
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk")
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("sudah terpakai")
    page.goto(used.running.address + "/saya")
    assert page.url.endswith("/masuk")
    other.close()


def test_a_nip_finds_its_owner_and_never_reaches_an_address(visit: Visits) -> None:
    page = visit().page
    find(page, "199203152017032007")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name=RATNA).click()
    assert "199203152017032007" not in page.url
    assert "199203152017032007" not in page.content()


def test_filters_narrow_and_nothing_found_helps(visit: Visits) -> None:
    page = visit().page
    page.get_by_label("Unit kerja").select_option("SDH-T")
    page.get_by_role("button", name="Cari", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_label("Jenjang jabatan").select_option("pengawas")
    page.get_by_role("button", name="Cari", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    find(page, "tidak ada orang ini")
    expect(page.get_by_role("heading", level=2)).to_have_text("Belum ada pegawai yang sesuai")
    page.get_by_role("link", name="Kosongkan").click()
    expect(page.get_by_label("Unit kerja")).to_have_value("")


def test_the_language_changes_in_place_and_keeps_the_search(visit: Visits) -> None:
    page = visit().page
    find(page, "Ratna")
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name=RATNA).click()
    expect(page.get_by_role("heading", name="Competency gaps")).to_be_visible()
    page.get_by_role("link", name="ID", exact=True).click()
    expect(page.get_by_role("heading", name="Kesenjangan kompetensi")).to_be_visible()
    assert "bahasa" in page.url
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "id")


def test_an_employee_sees_their_own_plan_and_nobody_else(visit: Visits) -> None:
    from_link = visit("employee", "self", "199203152017032007", width=390, height=844)
    page = from_link.page
    assert page.url.endswith("/saya")
    expect(page.get_by_role("heading", level=1)).to_have_text("Halo, Ratna Wulandari")
    expect(page.get_by_text("bahan pengembangan, bukan penetapan").first).to_be_visible()
    expect(page.get_by_role("heading", name="Peluang Karier")).to_be_visible()
    assert page.locator(".item-score").count() == 0
    # ends in 404s on purpose, which the browser reports
    for path in ("/pegawai/P-002", "/pegawai/P-002/rencana", "/pelatihan/L-01/calon"):
        assert from_link.open(path).get_by_text("Kode 404").is_visible()
    from_link.complaints = [c for c in from_link.complaints if "404" not in c]


def test_an_employee_reads_the_plan_of_a_year_and_switches_to_the_next(visit: Visits) -> None:
    page = visit(
        "employee", "self", RATNA_NIP, width=390, height=844, java_script_enabled=False
    ).page
    expect(page.get_by_role("heading", name="Rencana tahun 2026")).to_be_visible()
    row = page.locator("#rencana-1")
    fields = row.locator("dl.fields")
    expect(fields).to_be_hidden()
    row.locator("details.why > summary").focus()
    page.keyboard.press("Enter")
    expect(fields).to_be_visible()
    expect(row.get_by_text("PP 11/2017 Pasal 207")).to_be_visible()
    page.get_by_role("link", name="2027").click()
    expect(page.get_by_role("heading", name="Rencana tahun 2027")).to_be_visible()
    page.get_by_role("link", name="EN", exact=True).click()
    expect(page.get_by_role("heading", name="Plan for 2027")).to_be_visible()


def test_an_employee_supposes_by_keyboard_and_reads_before_and_after(visit: Visits) -> None:
    page = visit(
        "employee", "self", RATNA_NIP, width=390, height=844, java_script_enabled=False
    ).page
    page.get_by_role("link", name="Buka simulasi").click()
    page.locator("input[type=checkbox]").first.focus()
    page.keyboard.press("Space")
    page.locator("#kode-jabatan").fill("J-AK2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hasil simulasi")).to_be_visible()
    expect(page.get_by_text("Andaikan").first).to_be_visible()
    expect(page.locator("table.compare tbody tr").first).to_be_visible()
    expect(page.get_by_role("heading", name="Jalur tersingkat menuju")).to_be_visible()
    assert page.url.split("#")[0].endswith("/saya/simulasi")


def test_a_supervisor_reads_the_plan_but_cannot_suppose(visit: Visits) -> None:
    seen = visit("supervisor", "unit:SDH-B")
    open_person(seen.page)
    expect(seen.page.get_by_role("heading", name="Rencana tahun 2026")).to_be_visible()
    assert seen.page.get_by_role("link", name="Buka simulasi").count() == 0
    assert seen.open("/pegawai/P-002/simulasi").get_by_text("Kode 404").is_visible()
    seen.complaints = [c for c in seen.complaints if "404" not in c]


def test_discipline_is_told_to_no_officer(visit: Visits) -> None:
    page = visit().page
    open_person(page, "Hendra Pratama, S.Sos.")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    # the switch of the plan's year is the one place where a later year may stand
    page.evaluate("document.querySelectorAll('.years').forEach(e => e.remove())")
    text = page.locator("main").inner_text().lower()
    assert "perlu dikonfirmasi kepada bkd" in text
    for word in ("disiplin", "hukuman", "94/2021", "2027"):
        assert word not in text


def test_a_supervisor_never_learns_which_posts_suit_a_subordinate(visit: Visits) -> None:
    page = visit("supervisor", "unit:SDH-B").page
    open_person(page)
    expect(page.get_by_role("heading", name="Saran pelatihan")).to_be_visible()
    assert page.get_by_role("heading", name="Peluang Karier").count() == 0
    assert page.locator("a[href^='/jabatan/']").count() == 0


def test_candidates_for_a_post_are_marked_with_viewer_and_time(visit: Visits) -> None:
    page = visit().open("/jabatan/J-PT1/calon")
    expect(page.get_by_text("RAHASIA – bahan rapat")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Dilihat oleh Petugas Uji, .* WIB"))).to_be_visible()
    assert page.locator(".item-score").count() == 0


def test_everything_is_reached_and_opened_by_keyboard_alone(visit: Visits) -> None:
    page = visit().page
    page.keyboard.press("Tab")
    expect(page.get_by_text("Langsung ke isi halaman")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_label("Nama, NIP, atau jabatan").focus()
    page.keyboard.type("Ratna")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=RATNA).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/pegawai/*")
    reached = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
    wanted = page.evaluate(
        """[...document.querySelectorAll('a[href], button, summary, input, select')]
           .filter(e => e.checkVisibility({contentVisibilityAuto: true}))
           .filter(e => e.type !== 'hidden' && !e.closest('details:not([open]) > :not(summary)'))
           .map(e => e.outerHTML.slice(0, 200))"""
    )
    assert set(wanted) <= reached
    summary = page.locator("#pelatihan details.why > summary").first
    summary.focus()
    outline = summary.evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid", "the focus can be seen"
    page.keyboard.press("Enter")
    expect(page.locator("#pelatihan .terms").first).to_be_visible()


PAGES = [
    "/",
    "/saya",
    "/pelatihan/L-01/calon",
    "/jabatan/J-PT1/calon",
    "/masuk",
    "/peta",
    "/usulan",
    "/alokasi",
    "/angkatan",
    "/angkatan/S-9",
    "/impor",
    "/pemadanan",
    "/dokumen",
    "/dokumen?jenis=calon",
    "/pegawai/P-002/rpi",
    "/riwayat-siasn",
    "/pegawai/P-002",
    "/pegawai/P-002/simulasi",
]


def until_over(page: Page, begin: Locator, state: str | None = "selesai") -> None:
    """Begin a job, look at its state until nothing more will happen, and at what it ended with."""
    with page.expect_navigation():  # the page before has no link to count
        begin.click()
    again = page.get_by_role("link", name="Lihat kemajuan terbaru")
    until = time.monotonic() + 180
    while again.count() and time.monotonic() < until:
        page.wait_for_timeout(500)
        with page.expect_navigation():  # a count amid a change of pages would see neither
            again.click()
    if state:
        expect(page.locator(".verdict").first).to_have_text(state)


@pytest.mark.parametrize("width", [320, 390, 1366, 2200])
def test_no_page_scrolls_sideways_from_a_phone_or_strong_zoom_to_a_wide_screen(
    visit: Visits, width: int
) -> None:
    seen = visit(width=width, height=800)
    for path in PAGES:
        if path == "/saya":
            path = "/pegawai/P-002/rencana"
        page = seen.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(visit: Visits, theme: str) -> None:
    seen = visit()
    for path in (*PAGES, "/pegawai/P-002/rencana"):
        if path == "/saya":
            continue
        joined = "&" if "?" in path else "?"
        page = seen.open(f"{path}{joined}tampilan={theme}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate(CONTRAST) == [], path


CONTRAST = """() => {
  // WCAG 2.2, 1.4.3: the contrast of every piece of text with the nearest painted background.
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = css => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = css; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, below) => {
    const a = top[3] / 255;
    return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)).concat(255);
  };
  const behind = e => e ? over(rgba(getComputedStyle(e).backgroundColor), behind(e.parentElement))
                        : [255, 255, 255, 255];
  const light = c => {
    const [r, g, b] = c.slice(0, 3).map(v => v / 255)
      .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.checkVisibility() || e.closest('svg, option, .skip'))
      continue;
    const below = behind(e), css = getComputedStyle(e);
    const [a, b] = [light(over(rgba(css.color), below)), light(below)].sort((x, y) => y - x);
    const size = parseFloat(css.fontSize);
    const big = size >= 24 || (size >= 18.66 && css.fontWeight >= 700);
    const ratio = (a + .05) / (b + .05);
    if (ratio < (big ? 3 : 4.5)) found.push(walk.currentNode.data.trim() + ' ' + ratio.toFixed(2));
  }
  return found;
}"""


def test_targets_are_large_enough_to_hit(visit: Visits) -> None:
    page = visit(width=390, height=844).open("/pegawai/P-002")
    small = page.evaluate(
        """[...document.querySelectorAll('a[href], button, summary, select, input')]
           .filter(e => e.checkVisibility() && !e.closest('p:not(.switch), td, li.closed') )
           .filter(e => e.type !== 'hidden' && !e.matches('.skip'))
           .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
           .filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"""
    )
    assert small == []


def test_somebody_declines_a_suggestion_and_changes_their_mind(visit: Visits) -> None:
    page = visit("employee", "self", RATNA_NIP, java_script_enabled=False).page
    cards = page.locator("#pelatihan li.item h3")
    title = cards.first.text_content().split(": ")[-1]
    form = page.locator("#pelatihan li.item").first.locator("form.answer")
    form.get_by_text("Belum bersedia (pilih alasan)").click()
    form.get_by_label("Alasan").select_option("jadwal")
    form.get_by_role("button", name="Belum bersedia").click()
    given = page.get_by_role("region", name="Sudah Anda jawab")
    expect(given).to_contain_text(title)
    expect(given).to_contain_text("Jadwal tidak sesuai")
    assert title not in cards.first.text_content()
    given.get_by_role("button", name="Bersedia", exact=False).first.click()
    expect(page.locator("#jawaban .chip").first).to_have_text("Bersedia")


@pytest.mark.parametrize("width", [390, 1366])
def test_a_superior_supports_a_wish_and_the_employee_reads_who_and_why(
    visit: Visits, width: int, tmp_path: Path
) -> None:
    own = visit("employee", "self", RATNA_NIP, java_script_enabled=False).page
    card = own.locator("#pelatihan li.item").nth(1)
    title = card.locator("h3").text_content().split(": ")[-1]
    card.get_by_role("button", name="Bersedia", exact=False).first.click()

    page = visit("supervisor", "unit:SDH-B", width=width, java_script_enabled=False).page
    page.get_by_role("link", name="Usulan", exact=True).click()
    page.get_by_label(title).first.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Nama Anda").fill("Rina Contoh")
    page.get_by_label("Alasan").fill("Diperlukan untuk penugasan simpang susun.")
    page.screenshot(path=tmp_path / "usulan.png", full_page=True)
    page.get_by_role("button", name="Dukung usulan").click()
    expect(page.get_by_role("status")).to_have_text("1 keputusan tersimpan.")
    assert page.get_by_label(title).count() == 0

    own.reload()
    told = own.get_by_role("region", name="Keputusan atas usulan Anda")
    expect(told).to_contain_text("didukung")
    expect(told).to_contain_text("Rina Contoh")
    expect(told).to_contain_text("simpang susun")


@pytest.mark.parametrize("width", [390, 1366])
def test_an_officer_asks_for_seats_and_reads_who_would_get_them(
    visit: Visits, width: int, tmp_path: Path
) -> None:
    page = visit("bpsdm", width=width, java_script_enabled=False).page
    page.get_by_role("link", name="Kuota", exact=True).click()
    page.get_by_label("Kegiatan paling banyak per pegawai").fill("2")
    page.get_by_label("Target JP per pegawai").fill("20")
    until_over(page, page.get_by_role("button", name="Susun", exact=True))
    expect(page.get_by_role("heading", name="Usulan peserta")).to_be_visible()
    page.get_by_text("Bagaimana angka ini dihitung").click()
    expect(page.get_by_role("region", name="Skenario berdampingan")).to_contain_text(
        "paling banyak 2 kegiatan"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=tmp_path / "kuota.png", full_page=True)


@pytest.mark.parametrize("width", [390, 1366])
def test_seats_go_from_a_proposal_to_the_call_up_by_the_hands_of_both_offices(
    visit: Visits, width: int, tmp_path: Path
) -> None:
    academy = visit("bpsdm", width=width, java_script_enabled=False)
    page = academy.open("/alokasi")
    page.get_by_label("Target JP per pegawai").fill("20")
    until_over(page, page.get_by_role("button", name="Susun", exact=True))
    page.get_by_label("Nama Anda").fill("Rina Contoh")
    page.get_by_role("button", name="Ajukan kepada Perangkat Daerah").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Angkatan pelatihan dan peserta")
    expect(page.locator(".panel").first).to_contain_text("diajukan oleh Rina Contoh")

    department = visit("pk", "unit:DH", width=width, java_script_enabled=False)
    desk = department.page
    desk.get_by_role("link", name="Angkatan", exact=True).click()
    desk.screenshot(path=tmp_path / "angkatan.png", full_page=True)
    desk.locator('a[href="/angkatan/S-9"]').click()
    suggested = desk.get_by_role("row").filter(has_text="disarankan, belum diusulkan")
    chosen = suggested.first.locator(".pick span").text_content()
    suggested.first.get_by_role("checkbox").check()
    desk.get_by_label("Nama Anda").fill("Budi Misal")
    desk.get_by_role("button", name="Usulkan", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("1 langkah tercatat.")
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    desk.screenshot(path=tmp_path / "peserta.png", full_page=True)

    academy.open("/angkatan/S-9")
    for act, more in (("Verifikasi", {}), ("Panggil", {"Nomor surat": "12/2026"})):
        page.get_by_role("row").filter(has_text=chosen).get_by_role("checkbox").check()
        page.get_by_label("Nama Anda").fill("Rina Contoh")
        for label, value in more.items():
            page.get_by_label(label, exact=True).fill(value)
        page.get_by_role("button", name=act, exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("1 langkah tercatat.")
    page.screenshot(path=tmp_path / "dipanggil.png", full_page=True)
    page.get_by_role("link", name="Konsep surat panggilan").click()
    expect(page.locator(".letter")).to_contain_text(chosen)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=tmp_path / "surat.png", full_page=True)


@pytest.mark.parametrize("width", [360, 1366])
def test_an_officer_goes_from_a_sum_of_money_to_a_list_that_is_signed(
    visit: Visits, width: int, tmp_path: Path
) -> None:
    academy = visit("bpsdm", width=width, java_script_enabled=False)
    page = academy.page

    def look(name: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)

    page.get_by_role("link", name="Kuota", exact=True).click()
    ask = page.locator('form[action="/alokasi"]')
    ask.get_by_label("Pagu seluruhnya (rupiah)").fill("12 miliar")
    ask.get_by_label("Target JP per pegawai").fill("20")
    until_over(page, ask.get_by_role("button", name="Susun", exact=True))
    first = page.url.rsplit("/", 1)[1]
    expect(page.get_by_text("Menambah Pagu seluruhnya")).to_be_visible()
    look("pembagian")

    # What if: more seats in the session that two people fill.
    page.get_by_text("Ubah dan susun ulang").click()
    page.get_by_label("Kuota angkatan tertentu").fill("S-9 +40")
    look("ubah")
    until_over(page, page.get_by_role("button", name="Susun dan bandingkan"))
    expect(
        page.get_by_role("heading", name=f"Berdampingan dengan pembagian {first}")
    ).to_be_visible()
    expect(page.get_by_text("(S-9): dari 2 menjadi 42.")).to_be_visible()
    expect(page.get_by_text("2 / 2")).to_be_visible()
    look("berdampingan")
    second = page.url.rsplit("/", 1)[1]
    page.get_by_label("Nama atau NIP pegawai").fill(RATNA_NIP)
    page.get_by_role("button", name="Cari", exact=True).click()
    expect(page.locator("#pegawai article")).to_contain_text(RATNA)
    assert RATNA_NIP not in page.url
    look("pegawai")
    page.get_by_label("Pembagian pertama").select_option(first)
    page.get_by_label("Pembagian kedua").select_option(second)
    page.get_by_role("button", name="Bandingkan", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dua pembagian berdampingan")
    look("banding")

    academy.open(f"/alokasi/{second}")
    with page.expect_download() as given:
        page.get_by_role("link", name="Unduh Excel").click()
    assert given.value.suggested_filename == f"alokasi-{second}.xlsx"
    page.get_by_label("Nama Anda").fill("Rina Contoh")
    page.get_by_role("button", name="Ajukan kepada Perangkat Daerah").click()
    expect(page.locator(".panel").first).to_contain_text("diajukan oleh Rina Contoh")

    academy.open(f"/alokasi/{second}")
    page.get_by_label("Perangkat Daerah", exact=True).select_option("DH")
    page.get_by_label("Tempat penandatanganan").fill("Kota Cermin")
    until_over(page, page.get_by_role("button", name="Susun daftar"))
    page.get_by_role("link", name="Halaman cetak", exact=True).first.click()
    expect(page.get_by_text("DAFTAR USULAN PESERTA PELATIHAN").last).to_be_visible()
    expect(page.get_by_text("Nomor: .....")).to_be_visible()
    expect(page.get_by_text("Kota Cermin, 3 April 2026")).to_be_visible()
    expect(page.locator(".sheet")).to_contain_text("standar jabatan")
    look("daftar")
    page.emulate_media(media="print")
    expect(page.locator(".paper-tools")).to_be_hidden()

    # The department reads who of its people got no seat, and never a price.
    desk = visit("pk", "unit:DH", width=width, java_script_enabled=False)
    session = desk.open("/angkatan/S-1")
    assert "Manfaat" not in session.content()
    page = session
    look("angkatan")


@pytest.mark.parametrize("width", [360, 1366])
def test_an_officer_has_candidates_listed_and_reads_them_on_paper(
    visit: Visits, width: int, tmp_path: Path
) -> None:
    seen = visit("career", width=width, java_script_enabled=False)
    page = seen.page
    page.get_by_role("link", name="Dokumen", exact=True).click()
    page.locator(".documents").get_by_role("link", name="Daftar nominatif calon").click()
    page.get_by_label("Kode jabatan lowong atau jabatan").fill("J-PT1")
    page.get_by_label("Tempat penandatanganan").fill("Kota Cermin")
    until_over(page, page.get_by_role("button", name="Susun dokumen"))
    page.screenshot(path=tmp_path / "dokumen.png", full_page=True)
    with page.expect_download() as given:
        page.get_by_role("link", name="Excel", exact=True).first.click()
    assert given.value.suggested_filename.startswith("calon-")
    page.get_by_role("link", name="Halaman cetak", exact=True).first.click()
    expect(page.locator(".watch")).to_contain_text("Dilihat oleh Petugas Uji")
    expect(page.get_by_text("Kota Cermin, 3 April 2026")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=tmp_path / "calon.png", full_page=True)
    address = page.url.removeprefix(seen.running.address)
    other = visit("hr", width=width, java_script_enabled=False)
    assert other.open(address).get_by_text("Kode 404").is_visible()
    other.complaints = [c for c in other.complaints if "404" not in c]


def test_an_employee_prints_their_own_plan(visit: Visits) -> None:
    page = visit("employee", "self", RATNA_NIP, java_script_enabled=False).page
    page.get_by_role("link", name="Cetak RPI").click()
    expect(page.locator(".paper-facts").first).to_contain_text(RATNA_NIP)
    assert RATNA_NIP not in page.url
    box = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != box
    expect(page.locator(".paper-tools")).to_be_hidden()


def test_an_officer_brings_a_file_in_after_looking_at_it(visit: Visits, tmp_path: Path) -> None:
    file = tmp_path / "trainings.csv"
    file.write_text("training_code,title,hours\nL-77,Pelatihan Rekaan,8\n,Tanpa kode,4\n")
    page = visit("bpsdm", java_script_enabled=False).page
    page.get_by_role("link", name="Impor", exact=True).click()
    page.get_by_label("Berkas CSV, Excel, atau Parquet").set_input_files(file)
    until_over(page, page.get_by_role("button", name="Periksa"), None)
    expect(page.get_by_role("heading", name="Data yang perlu diperbaiki")).to_be_visible()
    page.screenshot(path=tmp_path / "impor.png", full_page=True)
    expect(page.get_by_role("button", name="Simpan baris yang baik")).to_be_visible()


def test_an_officer_finds_people_by_what_is_known_of_them(visit: Visits) -> None:
    page = visit("career", java_script_enabled=False).page
    page.get_by_text("Saring menurut kesenjangan").click()
    page.get_by_label("Penilaian kompetensi").select_option("none")
    page.get_by_label("JP tahun ini kurang dari").fill("20")
    page.get_by_role("button", name="Cari", exact=True).first.click()
    expect(page.get_by_role("status")).to_contain_text("pegawai ditemukan")
    expect(page.get_by_label("Penilaian kompetensi")).to_have_value("none")
    page.get_by_role("button", name="English", exact=False).or_(
        page.get_by_role("button", name="EN", exact=True)
    ).first.click()
    expect(page.get_by_label("JP of this year below")).to_have_value("20")


@pytest.mark.parametrize("width", [1366, 360])
def test_the_administrator_sees_whether_the_work_is_done_and_nobody(
    visit: Visits, width: int
) -> None:
    page = visit("administrator", width=width).page
    expect(page.get_by_role("heading", level=1)).to_have_text("Pemeringkatan berkala")
    expect(page.locator(".verdict").first).to_have_text("Perlu diperiksa")
    expect(page.get_by_role("table", name="Pemutakhiran saran")).to_contain_text("Berlaku")
    assert RATNA not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1366, 360])
def test_a_leader_reads_the_gap_map_and_nobody_by_name(visit: Visits, width: int) -> None:
    page = visit("leader", width=width, java_script_enabled=False).page
    page.get_by_role("link", name="Peta", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Peta kesenjangan: Dinas Perhubungan Kota Cermin"
    )
    table = page.get_by_role("table", name="Kesenjangan menurut unit dan kompetensi")
    expect(table.get_by_role("row", name="Jumlah Dinas Perhubungan Kota Cermin")).to_contain_text(
        "%"
    )
    part = table.get_by_role("row", name="Suku Dinas Perhubungan Wilayah Barat")
    expect(part).to_contain_text("< 5 (tidak ditampilkan)")
    assert "%" not in part.text_content()
    page.get_by_role("link", name="Cara membaca dan menghitung").first.click()
    assert page.url.endswith("#cara-peta")
    page.locator("#cara-peta summary").click()
    expect(page.get_by_text("Belum diketahui bukan nol")).to_be_visible()
    table.get_by_role("link", name="Suku Dinas Perhubungan Wilayah Barat").click()
    expect(page.get_by_text("Tidak ada unit di bawah unit ini.")).to_be_visible()
    assert "Ratna" not in page.content()
    page.get_by_role("navigation", name="Letak unit").get_by_role("link").click()
    page.get_by_label("Kelompok kompetensi").select_option("T")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.get_by_label("Kelompok kompetensi")).to_have_value("T")
    expect(table).not_to_contain_text("Integritas")
    assert page.get_by_text("Lihat pegawai di bawah standar").count() == 0


def test_an_officer_goes_from_the_map_to_the_people_below_the_standard(visit: Visits) -> None:
    page = visit(java_script_enabled=False).open("/peta?unit=DH")
    page.get_by_text("Lihat pegawai di bawah standar").locator("..").get_by_role(
        "link"
    ).first.click()
    expect(page.get_by_role("status")).to_contain_text("pegawai ditemukan")
    expect(page.get_by_label("Unit kerja")).to_have_value("DH")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_stand_out_from_every_colour_of_the_map(visit: Visits, theme: str) -> None:
    page = visit("leader").open(f"/peta?tampilan={theme}")
    for step in range(5):
        page.evaluate(
            "step => document.querySelectorAll('.heat').forEach(e => "
            "{ e.className = 'heat shown h' + step; e.innerHTML = '<b>45%</b> <span>40</span>'; })",
            step,
        )
        assert page.evaluate(CONTRAST) == [], step


def workbook(file: Path, rows: list[tuple[str, ...]]) -> None:
    """Write an officer's own Excel file: a title above the headers, as offices have them."""
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Pegawai")
        sheet.write_string(0, 0, "DATA PEGAWAI DINAS PERHUBUNGAN")
        for at, row in enumerate(rows, 2):
            for place, value in enumerate(row):
                sheet.write_string(at, place, value)


@pytest.mark.parametrize("width", [1366, 360])
def test_an_officer_brings_own_files_in_and_mends_their_wrong_rows_on_the_page(
    visit: Visits, tmp_path: Path, width: int
) -> None:
    own = f"BR-{width}"
    file = tmp_path / "pegawai.xlsx"
    workbook(
        file,
        [
            ("idPegawai", "nama", "statusPegawai", "tglLahir", "unorId", "jabatan"),
            (f"{own}-1", "Ayu Rekaan", "PNS", "17-05-1990", "SDH-B", "J-AK1"),
            (f"{own}-2", "Beni Rekaan", "PNS", "31-02-1990", "SDH-B", "J-AK1"),
            ("", "Citra Rekaan", "PNS", "17-05-1991", "SDH-B", "J-AK1"),
            ("19920315201703200", "Dodi Rekaan", "PNS", "15-03-1992", "SDH-T", "J-AK1"),
        ],
    )
    other = tmp_path / "trainings.csv"
    other.write_text(f"training_code,title,hours\n{own}-L,Pelatihan Rekaan,empat\n")
    seen = visit("bpsdm", width=width, java_script_enabled=False)
    page = seen.page
    page.get_by_role("link", name="Impor", exact=True).click()
    page.get_by_label("Berkas CSV, Excel, atau Parquet").set_input_files([file, other])
    until_over(page, page.get_by_role("button", name="Periksa"))
    page.get_by_role("link", name="Lihat dan perbaiki 4 baris").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data yang perlu diperbaiki")
    expect(page.get_by_text("Beni Rekaan").first).to_be_visible()
    until_over(page, page.get_by_role("button", name="Simpan baris yang baik"))
    page.get_by_role("link", name="Lihat dan perbaiki 4 baris").click()
    page.screenshot(path=tmp_path / f"perbaikan-{width}.png", full_page=True)
    rows = page.locator("fieldset")
    birth = rows.nth(0).get_by_label("tglLahir")
    expect(birth).to_have_attribute("aria-invalid", "true")
    expect(rows.nth(0)).to_contain_text("tanggal yang ada di kalender")
    birth.fill("28-02-1990")
    rows.nth(1).get_by_label("idPegawai").fill(f"{own}-3")
    rows.nth(2).get_by_label("idPegawai").fill("19920315201703200X")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Simpan, ke berkas trainings.csv").click()
    page.get_by_label("hours").fill("4")
    until_over(page, page.get_by_role("button", name="Kirim perbaikan semua berkas"))
    assert "Rekaan" not in page.url
    page.get_by_role("link", name="Lihat dan perbaiki 1 baris").click()
    field = page.get_by_label("idPegawai")
    expect(field).to_have_value("19920315201703200X")
    field.fill(f"{own}-4")
    until_over(page, page.get_by_role("button", name="Kirim baris yang diperbaiki"))
    expect(page.get_by_text("Tidak ada yang perlu diperbaiki.")).to_be_visible()
    kept = load_dataset(open_database(seen.running.settings))
    assert f"{own}-L" in kept.table("trainings")["training_code"].to_pylist()
    people = kept.table("employees")["employee_id"].to_pylist()
    assert {f"{own}-{n}" for n in range(1, 5)} <= set(people)


@pytest.mark.parametrize("width", [1366, 360])
def test_an_officer_decides_what_free_titles_mean_and_undoes_one(
    visit: Visits, tmp_path: Path, width: int
) -> None:
    seen = visit("bpsdm", width=width, java_script_enabled=False)
    folder = tmp_path / "in"
    folder.mkdir()
    titles = "Manajemen Lalu Lintas Perkotaan Tingkat Menengah", "Analisis Data Transportasi"
    rows = "".join(
        f"{code},{title}\n" for code, title in zip(("L-01", "L-02"), titles, strict=True)
    )
    (folder / "trainings.csv").write_text(f"training_code,title\n{rows}")
    # Whoever is named has to be known: another test may have brought other people in.
    (folder / "employees.csv").write_text(f"employee_id,nip\n{RATNA_NIP},{RATNA_NIP}\n")
    (folder / "rw_kursus.csv").write_text(
        "nipBaru,namaKursus,tanggalSelesaiKursus,jumlahJam\n"
        f"{RATNA_NIP},Manajemen Lalu Lintas Kota Menengah,0{width % 7 + 1}-03-2024,24\n"
        f"{RATNA_NIP},Analisa Data Perencanaan Transportasi Lanjutan,05-03-2024,16\n"
    )
    import_data(folder, seen.running.settings)
    page = seen.page
    page.get_by_role("link", name="Pemadanan", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Antrean pemadanan nama")
    page.screenshot(path=tmp_path / f"pemadanan-{width}.png", full_page=True)
    first = page.locator("fieldset").first
    expect(first).to_contain_text("Menyangkut 1 pegawai")
    first.get_by_role("radio").first.check()
    page.get_by_role("button", name="Simpan keputusan").click()
    expect(page.get_by_role("status")).to_contain_text("1 dipadankan")
    page.get_by_label("Tampilkan", exact=True).select_option("confirmed")
    page.get_by_role("button", name="Tampilkan nama").click()
    page.get_by_label("Batalkan keputusan ini").first.check()
    page.get_by_role("button", name="Kembalikan ke antrean").click()
    expect(page.get_by_role("status")).to_contain_text("1 dibatalkan")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1366, 360])
def test_an_officer_finds_what_a_unit_needs_and_opens_who_needs_it(
    visit: Visits, width: int
) -> None:
    page = visit("bpsdm", width=width, java_script_enabled=False).page
    page.get_by_role("link", name="Pelatihan", exact=True).click()
    table = page.get_by_role("table", name="Pelatihan menurut banyaknya pegawai")
    everywhere = page.get_by_role("status").text_content()
    page.get_by_label("Unit kerja").select_option("SDH-B")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.get_by_label("Unit kerja")).to_have_value("SDH-B")
    assert page.get_by_role("status").text_content() != everywhere
    people = [
        int(cell.replace(".", ""))
        for cell in table.locator("tbody td:nth-of-type(1)").all_text_contents()
    ]
    assert people == sorted(people, reverse=True)
    assert people[0] > 0
    page.get_by_role("link", name="Cara membaca dan menghitung").click()
    page.locator("#cara summary").click()
    expect(page.get_by_text("Saran yang sudah dijawab tidak dihitung lagi")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = table.locator("tbody th a").first
    title = first.text_content()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    assert page.locator("main").get_by_role("link", name=RATNA).count() <= 1


@pytest.mark.parametrize("width", [1366, 360])
def test_an_employee_goes_from_a_reason_to_the_rule_and_to_what_is_not_confirmed(
    visit: Visits, width: int
) -> None:
    page = visit("employee", "self", RATNA_NIP, width=width, java_script_enabled=False).page
    page.locator("#pelatihan details.why > summary").first.click()
    ground = page.locator("#pelatihan .ground a").first
    article = ground.text_content()
    ground.click()
    rule = page.url.split("#")[1]
    shown = page.locator(f'[id="{rule}"]')
    expect(shown).to_be_in_viewport()
    expect(shown.locator(".ground")).to_contain_text(article)
    page.get_by_role("link", name="Tampilkan yang belum diverifikasi").click()
    rules = page.locator("article.rule")
    marked = page.locator("article.rule .ground .mark")
    assert rules.count() == marked.count() > 0
    values = rules.locator("details.more").first
    values.locator("summary").click()
    expect(values.locator("dd").first).to_be_visible()
    page.get_by_role("link", name="EN", exact=True).click()
    expect(page.get_by_role("link", name="Show all")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    assert page.locator("article.rule").count() > rules.count() - 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
