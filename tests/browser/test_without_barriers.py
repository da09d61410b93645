"""No page keeps anybody out: axe finds nothing against WCAG 2.0 to 2.2, levels A and AA.

Every page is looked at once, with all that can be opened open; then what each role is offered, in
such turns that every pair of role, language and look has been seen.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Browser, Page

from service.database.access import Grant
from service.database.accounts import add_account
from service.pages.router import router
from service.usecases.importing import import_data
from service.usecases.sources import open_database

RATNA = "199203152017032007"
MISSING = "/pegawai/tidak-ada"
EVERYTHING_ONCE = [
    # role and scope, address; {…} is filled in from what was prepared
    ("hr", "agency", "/"),
    ("hr", "agency", "/?unit=SDH-B"),
    ("hr", "agency", "/pegawai/P-002"),
    ("hr", "agency", "/pegawai/P-007"),
    ("hr", "agency", "/pegawai/P-002/rencana"),
    ("hr", "agency", "/pegawai/P-002/simulasi"),
    ("hr", "agency", "/pegawai/P-002/rpi"),
    ("hr", "agency", "/banding"),
    ("hr", "agency", "/banding?r=P-002&r=P-003"),
    ("hr", "agency", "/pelatihan/L-01/calon"),
    ("hr", "agency", "/jabatan/J-PT1/calon"),
    ("hr", "agency", "/pelatihan"),
    ("hr", "agency", "/pelatihan?unit=SDH-B"),
    ("hr", "agency", "/ketentuan"),
    ("hr", "agency", "/peta"),
    ("hr", "agency", "/peta?unit=SDH-B"),
    ("hr", "agency", "/keadilan"),
    ("hr", "agency", "/penilaian"),
    ("hr", "agency", "/penilaian?unit=DH"),
    ("hr", "agency", "/dokumen"),
    ("hr", "agency", "/dokumen?jenis=akpk"),
    ("hr", "agency", "/keberatan"),
    ("hr", "agency", "/riwayat-siasn"),
    ("hr", "agency", MISSING),
    ("bpsdm", "agency", "/usulan"),
    ("bpsdm", "agency", "/angkatan"),
    ("bpsdm", "agency", "/angkatan?cari=tidak+ada"),
    ("bpsdm", "agency", "/angkatan/S-9"),
    ("bpsdm", "agency", "/angkatan/S-9/surat"),
    ("bpsdm", "agency", "/alokasi"),
    ("bpsdm", "agency", "{allocation}"),
    ("bpsdm", "agency", "{side}"),
    ("bpsdm", "agency", "/impor"),
    ("bpsdm", "agency", "{import}"),
    ("bpsdm", "agency", "{import}/perbaikan"),
    ("bpsdm", "agency", "/pemadanan"),
    ("bpsdm", "agency", "/pemadanan?keadaan=confirmed"),
    ("bpsdm", "agency", "/pemeringkatan"),
    ("career", "agency", "/dokumen?jenis=calon"),
    ("career", "agency", "{document}"),
    ("career", "agency", "{document}/cetak"),
    ("career", "agency", "{posts}"),
    ("career", "agency", "{supposed}"),
    ("career", "agency", "{posts_side}"),
    ("auditor", "agency", "/keperluan"),
    ("auditor", "agency", "/jejak"),
    ("auditor", "agency", "/jejak?periksa=ya"),
    ("auditor", "agency", "/jejak?objek=tidak-ada"),
    ("employee", "own", "/saya"),
    ("employee", "own", "/saya?kosong=1"),
    ("employee", "own", "/saya/simulasi"),
    ("employee", "own", "/saya/rpi"),
    ("account", "", "/sandi"),
    ("nobody", "", "/masuk"),
]
ROLES = [
    ("employee", "own"),
    ("supervisor", "unit:SDH-B"),
    ("pk", "unit:DH"),
    ("head", "unit:DH"),
    ("bpsdm", "agency"),
    ("career", "agency"),
    ("discipline", "agency"),
    ("panel", "vacancy:V-1"),
    ("leader", "agency"),
    ("auditor", "agency"),
    ("administrator", "agency"),
]
COMBINED = [("id", "light"), ("en", "dark"), ("id", "dark"), ("en", "light")]
WORK = """
from service.database import jobs
from service.settings import Settings
from service.usecases.jobs import do
from service.usecases.sources import open_database

settings = Settings()
database = open_database(settings)
while found := jobs.take(database, settings.agency):
    do(settings, found.number)
"""
NO_PAGES = {"/sso", "/sso/kembali", "/alokasi/templat"}
LEADS_BACK = {
    f"/alokasi/{{number}}/{form}" for form in ("ubah", "pegawai", "daftar", "calon", "pertimbangan")
}
"""Addresses of forms: read without one, they lead back to the page it stands on."""
WITH_A_PROVIDER = {"/sso/keluar"}  # looked at where there is one: test_sign_on.py
EXAMPLES = {"allocation": "/alokasi/1", "posts": "/alokasi/2", "document": "/dokumen/3"}
EXAMPLES |= {"import": "/impor/4", "side": "/alokasi/banding?a=1&b=1"}
EXAMPLES |= {"supposed": "/alokasi/5", "posts_side": "/alokasi/banding-jabatan?nomor=2&nomor=5"}


@dataclass
class Furnished:
    """The agency with something on every page, and browsers signed in to it."""

    running: Any
    places: dict[str, str]
    page: Callable[[str, str], Page]
    barriers: Callable[[Page, str], list[str]]

    def faults(self, page: Page, path: str, **more: str) -> list[str]:
        """Open a page and return what axe has against it."""
        asked = path.format(**self.places)
        for name, value in more.items():
            asked += ("&" if "?" in asked else "?") + f"{name}={value}"
        status = page.goto(self.running.address + asked).status
        # What is not there is no page that could be looked at.
        unexpected = [f"{asked}: {status}"] if (status == 404) != (path == MISSING) else []
        return unexpected + self.barriers(page, asked)


@pytest.fixture(scope="module")
def furnished(
    tmp_path_factory: pytest.TempPathFactory, serve: Any, chromium: Browser, barriers: Any
) -> Iterator[Furnished]:
    folder = tmp_path_factory.mktemp("barriers")
    with serve(folder / "home", works=False) as running:
        pages: dict[tuple[str, str], Page] = {}

        def page(role: str, scope: str) -> Page:
            if (role, scope) not in pages:
                # The policy of the pages would keep out what axe asks for.
                context = chromium.new_context(
                    viewport={"width": 1366, "height": 768}, locale="id-ID", bypass_csp=True
                )
                pages[role, scope] = context.new_page()
                _sign_in(running, pages[role, scope], role, scope)
            return pages[role, scope]

        yield Furnished(running, _furnish(running, page, folder), page, barriers)
        for one in pages.values():
            one.context.close()


def _sign_in(running: Any, page: Page, role: str, scope: str) -> None:
    if role == "account":
        grant = Grant("hr", "agency", "", None, "Siti Contoh")
        database = open_database(running.settings)
        add_account(database, "siti.contoh", "kereta malam ke bogor", grant, must_change=False)
        page.goto(running.address + "/masuk")
        page.get_by_label("Nama akun").fill("siti.contoh")
        page.get_by_label("Kata sandi").fill("kereta malam ke bogor")
        page.get_by_role("button", name="Masuk", exact=True).click()
    elif role != "nobody":
        own = RATNA if scope == "own" else None
        page.goto(running.link(role, "self" if own else scope, own))


def _furnish(running: Any, page: Callable[[str, str], Page], folder: Path) -> dict[str, str]:
    """Let something happen that every page can show, and return where its work is found."""
    (folder / "in").mkdir()
    (folder / "in" / "trainings.csv").write_text(
        "training_code,title\nL-01,Manajemen Lalu Lintas Perkotaan Tingkat Menengah\n"
    )
    (folder / "in" / "rw_kursus.csv").write_text(
        "nipBaru,namaKursus,tanggalSelesaiKursus,jumlahJam\n"
        f"{RATNA},Manajemen Lalu Lintas Kota Menengah,01-03-2024,24\n"
    )
    import_data(folder / "in", running.settings)
    refused = folder / "trainings.csv"
    refused.write_text("training_code,title,hours\nL-77,Pelatihan Rekaan,8\n,Tanpa kode,empat\n")

    own = page("employee", "own")
    own.locator("#uraian").fill("Pangkat saya belum diperbarui.")
    own.locator("#keberatan button").click()
    own.locator("#pelatihan li.item form.answer > button").first.click()
    academy = page("bpsdm", "agency")
    office = page("career", "agency")
    at = running.address
    places = {
        "allocation": _send(academy, f"{at}/alokasi", jenis="session", jp="20"),
        "posts": _send(office, f"{at}/alokasi", jenis="vacancy"),
        "document": _send(office, f"{at}/dokumen", jenis="calon", kode="J-PT1"),
        "import": _send(academy, f"{at}/impor", file=refused),
    }
    number = places["allocation"].rpartition("/")[2]
    places["side"] = f"/alokasi/banding?a={number}&b={number}"
    _work_off(running)
    # A scenario of vacancies beside the one it was made from.
    places["supposed"] = _send(office, f"{at}{places['posts']}/ubah", **{"pindah-orang": "0"})
    _work_off(running)
    numbers = [places[name].rpartition("/")[2] for name in ("posts", "supposed")]
    places["posts_side"] = f"/alokasi/banding-jabatan?nomor={numbers[0]}&nomor={numbers[1]}"
    _send(academy, f"{at}{places['allocation']}/ajukan", nama="Rina Contoh")
    desk, seats = page("pk", "unit:DH"), {"pilih": "P-002", "surat": "12/2026"}
    _send(desk, f"{at}/angkatan/S-9", **seats, tindakan="nominate", nama="Budi Misal")
    for act in ("verify", "call"):
        _send(academy, f"{at}/angkatan/S-9", **seats, tindakan=act, nama="Rina Contoh")
    return places


def _send(page: Page, address: str, **fields: Any) -> str:
    """Send a form with the session of a browser, and return where it leads."""
    same = {"Sec-Fetch-Site": "same-origin"}
    answer = page.context.request.post(address, multipart=fields, headers=same)
    assert answer.ok, f"{address}: {answer.status}"
    return urlsplit(answer.url).path


def _work_off(running: Any) -> None:
    """Do the work that was asked for in one process: each in one of its own is slow."""
    environment = os.environ | {"SELARAS_HOME": str(running.settings.home)}
    subprocess.run([sys.executable, "-c", WORK], env=environment, check=True)


@pytest.mark.parametrize(("role", "scope"), sorted({one[:2] for one in EVERYTHING_ONCE}))
def test_every_page_is_without_barriers(furnished: Furnished, role: str, scope: str) -> None:
    page = furnished.page(role, scope)
    paths = [path for *who, path in EVERYTHING_ONCE if (role, scope) == tuple(who)]
    assert [fault for path in paths for fault in furnished.faults(page, path)] == []


def test_barriers_are_found_where_there_are_some(chromium: Browser, barriers: Any) -> None:
    page = chromium.new_page()
    page.set_content(
        "<details><summary>Lebih</summary><input><p style='color: #aaa'>pudar</p></details>"
    )
    found = {fault.split(": ")[1] for fault in barriers(page, "rusak")}
    page.close()
    assert {"color-contrast", "document-title", "html-has-lang", "label"} <= found


def test_results_of_a_search_and_answers_are_without_barriers(furnished: Furnished) -> None:
    page = furnished.page("hr", "agency")
    found = []
    for words in ("Ratna", "tidak ada orang ini"):
        page.goto(furnished.running.address)
        page.get_by_label("Nama, NIP, atau jabatan").fill(words)
        page.get_by_role("button", name="Cari", exact=True).first.click()
        found += furnished.barriers(page, words)
    page.goto(f"{furnished.running.address}/pegawai/P-002/simulasi")
    page.locator("#kode-jabatan").fill("J-AK2")
    page.locator("input[type=checkbox]").first.check()
    page.locator("#kode-jabatan").press("Enter")
    page.get_by_role("heading", name="Hasil simulasi").wait_for()
    found += furnished.barriers(page, "simulasi")
    assert found == []


def test_what_a_form_refuses_is_told_without_barriers(furnished: Furnished) -> None:
    address = furnished.running.address
    nobody = furnished.page("nobody", "")
    nobody.goto(f"{address}/masuk")
    nobody.get_by_label("Nama akun").fill("tidak.ada")
    nobody.get_by_label("Kata sandi").fill("bukan ini")
    nobody.get_by_role("button", name="Masuk", exact=True).click()
    nobody.get_by_role("alert").wait_for()
    found = furnished.barriers(nobody, "/masuk")
    academy = furnished.page("bpsdm", "agency")
    academy.goto(f"{address}/alokasi")
    academy.locator("#pagu").fill("bukan angka")
    academy.get_by_role("button", name="Susun", exact=True).click()
    academy.get_by_role("alert").wait_for()
    found += furnished.barriers(academy, "/alokasi")
    assert found == []


def test_no_address_of_a_page_is_forgotten() -> None:
    """Every page that can be read is looked at; downloads and the provider's ways are none."""
    routes = list(iter_route_contexts(router.routes))
    shown = {route.path for route in routes if "GET" in route.methods}
    shown = {
        path
        for path in shown - NO_PAGES - LEADS_BACK - WITH_A_PROVIDER
        if not path.endswith(("/excel", "/pdf"))
    }
    seen = "\n".join(re.sub(r"[?#].*", "", path.format(**EXAMPLES)) for *_, path in EVERYTHING_ONCE)
    missing = [
        path
        for path in shown
        if not re.search("^" + re.sub(r"\{[^}]*\}", "[^/\n]+", path) + "$", seen, re.MULTILINE)
    ]
    assert missing == []


@pytest.mark.parametrize(("role", "scope"), ROLES)
def test_what_a_role_is_offered_is_without_barriers_in_each_language_and_look(
    furnished: Furnished, role: str, scope: str
) -> None:
    page = furnished.page(role, scope)
    page.goto(f"{furnished.running.address}/?bahasa=id")
    if page.locator(".menu a").count() == 0:
        page.goto(f"{furnished.running.address}/jabatan/J-PT1/calon")
    links = page.locator(".menu a")
    paths = [links.nth(n).get_attribute("href") for n in range(links.count())]
    # Two at least: the second differs from the first in language and in look.
    paths = [*paths, paths[0]][: max(2, len(paths))]
    first = 2 * ROLES.index((role, scope))
    found = []
    for at, path in enumerate(paths):
        language, look = COMBINED[(first + at) % 4]
        found += furnished.faults(page, path, bahasa=language, tampilan=look)
    assert found == []
