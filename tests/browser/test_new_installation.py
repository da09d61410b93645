"""From an empty home to the first suggestions, as the pages themselves say how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pyarrow import csv

from training_data.dataset import Dataset

PATIENCE_MS = 180_000
Barriers = Callable[[Page, str], list[str]]


@pytest.fixture
def page(
    serve: Callable[..., AbstractContextManager[Any]], chromium: Browser, tmp_path: Path
) -> Iterator[Page]:
    """An officer's phone at the service of an empty home."""
    with serve(tmp_path / "home", empty=True) as running:
        # The policy of the pages would keep out what axe asks for.
        context = chromium.new_context(
            viewport={"width": 360, "height": 740}, locale="id-ID", bypass_csp=True
        )
        page = context.new_page()
        page.goto(running.link())
        yield page
        context.close()


def begin(button: Locator) -> None:
    """Press a button and wait for the page it leads to: the one before has no link to count."""
    with button.page.expect_navigation():
        button.click()


def until_done(page: Page) -> None:
    """Load the page anew by its own link until the work has ended well."""
    again = page.get_by_role("link", name="Lihat kemajuan terbaru")
    for _ in range(PATIENCE_MS // 500):
        if not again.count():
            break
        page.wait_for_timeout(500)
        with page.expect_navigation():
            again.click()
    expect(page.locator("main .panel .verdict").first).to_have_text("selesai")


def test_an_empty_service_leads_step_by_step_to_the_first_suggestions(
    page: Page, barriers: Barriers, invented: Dataset, tmp_path: Path
) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Belum ada saran")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    faults = barriers(page, "belum ada saran")
    page.screenshot(path=tmp_path / "mulai.png", full_page=True)

    files = []
    for name, table in invented.tables.items():
        files.append(tmp_path / f"{name}.csv")
        csv.write_csv(table, files[-1])
    page.get_by_role("link", name="Bawa masuk data").click()
    page.get_by_label("Berkas CSV, Excel, atau Parquet").set_input_files(files)
    begin(page.get_by_role("button", name="Periksa"))
    until_done(page)
    begin(page.get_by_role("button", name="Simpan baris yang baik"))
    until_done(page)

    page.get_by_role("link", name="Selaras").first.click()
    page.get_by_role("link", name="Susun saran untuk semua pegawai").click()
    faults += barriers(page, "/pemeringkatan, nothing asked for")
    begin(page.get_by_role("button", name="Susun saran untuk semua pegawai"))
    faults += barriers(page, "/pemeringkatan, at work")
    until_done(page)
    expect(page.get_by_role("button", name="Susun ulang saran")).to_be_visible()
    expect(page.locator("section[aria-labelledby=terbitan]")).to_contain_text("Berlaku")
    page.screenshot(path=tmp_path / "pemeringkatan.png", full_page=True)
    page.get_by_role("link", name="sudah terbit").click()
    page.get_by_label("Nama, NIP, atau jabatan").fill("Ratna")
    page.get_by_role("button", name="Cari", exact=True).click()
    expect(page.get_by_role("link", name="Ratna Wulandari")).to_be_visible()
    assert faults == []
