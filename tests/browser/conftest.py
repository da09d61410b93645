"""A real service for a real browser: a small invented agency, imported, ranked and published.

The browser is Debian's Chromium; ``SELARAS_TEST_BROWSER`` names another one.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from service.app import assemble
from service.database.access import Grant, create_sign_in_link
from service.jobbing import Runner, StoredJobs
from service.server import address_of, listen
from service.settings import Settings
from service.store import GenerationStore, StoredCredentials, StoredNames
from service.usecases.publishing import rerank_and_publish
from service.usecases.siasn import StoredHistory
from service.usecases.sources import open_database
from training_data import reference
from training_data.dataset import Dataset

AS_OF = date(2026, 4, 3)
RATNA = "199203152017032007"  # invented, as everybody here
HELD_BACK = "198808172012011004"
OFFICER = "Petugas Uji"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PEOPLE = (
    # employee_id, name, employment, unit, job, grade, education, field, job since
    (
        RATNA,
        "Ratna Wulandari, S.T.",
        "PNS",
        "SDH-B",
        "J-AK1",
        "III/b",
        "S1",
        "Teknik Sipil",
        "2021-02-01",
    ),
    (
        "P-002",
        "Bagus Santika, S.Kom.",
        "PNS",
        "SDH-B",
        "J-AK1",
        "III/a",
        "S1",
        "Informatika",
        "2024-06-02",
    ),
    (
        "P-003",
        "Dewi Larasati, M.T.",
        "PNS",
        "SDH-B",
        "J-AK2",
        "III/d",
        "S2",
        "Transportasi",
        "2019-05-01",
    ),
    (
        HELD_BACK,
        "Hendra Pratama, S.Sos.",
        "PNS",
        "SDH-T",
        "J-KS",
        "III/d",
        "S1",
        "Sosiologi",
        "2018-01-02",
    ),
    (
        "P-005",
        "Maria Simbolon, S.E.",
        "PPPK",
        "SDH-T",
        "J-AK1",
        "IX",
        "S1",
        "Ekonomi",
        "2023-03-01",
    ),
    ("P-006", "Yusuf Ramadhan", "PNS", "SDH-T", "J-PL", "II/c", "SLTA", "Umum", "2020-08-01"),
    (
        "P-007",
        "Intan <b>Permata</b>, S.H.",
        "CPNS",
        "SDH-B",
        "J-PL",
        "III/a",
        "S1",
        "Hukum",
        "2025-09-01",
    ),
    ("P-008", "Komang Arta, S.T.", "PNS", "DH", "J-KB", "IV/a", "S1", "Teknik Sipil", "2019-01-02"),
)
UNITS = (
    ("DH", "Dinas Perhubungan Kota Cermin", "PD", None),
    ("SDH-B", "Suku Dinas Perhubungan Wilayah Barat", "suku_dinas", "DH"),
    ("SDH-T", "Suku Dinas Perhubungan Wilayah Timur", "suku_dinas", "DH"),
)
JOBS = (
    ("J-PL", "Pengelola Layanan Operasional", "pelaksana", "Layanan", None),
    ("J-AK1", "Analis Kebijakan Ahli Pertama", "jf_ahli_pertama", "Analis Kebijakan", "S1"),
    ("J-AK2", "Analis Kebijakan Ahli Muda", "jf_ahli_muda", "Analis Kebijakan", "S1"),
    ("J-PT1", "Perencana Transportasi Ahli Pertama", "jf_ahli_pertama", "Perencana", "S1"),
    ("J-KS", "Kepala Seksi Manajemen Lalu Lintas", "pengawas", "Struktural", "D3"),
    ("J-KB", "Kepala Bidang Lalu Lintas", "administrator", "Struktural", "S1"),
)
TIER_LEVEL = {"J-PL": 1, "J-AK1": 2, "J-AK2": 3, "J-PT1": 2, "J-KS": 2, "J-KB": 3}
TECHNICAL = {
    "T.1": ("Manajemen Lalu Lintas", ("J-AK1", "J-AK2", "J-PT1", "J-KS", "J-KB")),
    "T.2": ("Analisis Data Transportasi", ("J-AK1", "J-AK2", "J-PT1")),
    "T.3": ("Analisis Kebijakan Publik", ("J-AK1", "J-AK2")),
    "T.4": ("Pelayanan Perizinan Transportasi", ("J-PL", "J-KS")),
}
TRAININGS = (
    ("L-01", "Manajemen Lalu Lintas Perkotaan Tingkat Menengah", "3", 40, "T.1", 1, 3),
    ("L-02", "Analisis Data untuk Perencanaan Transportasi", "3", 32, "T.2", 1, 3),
    ("L-03", "Penyusunan Naskah Kebijakan Berbasis Bukti", "2", 24, "T.3", 1, 3),
    ("L-04", "Pelayanan Publik yang Inklusif", "3", 24, "M.5", 1, 3),
    ("L-05", "Mengelola Perubahan di Unit Kerja", "5", 24, "M.7", 1, 3),
    ("L-06", "Komunikasi Publik pada Situasi Sulit", "5", 16, "M.3", 1, 3),
    ("L-07", "Lokakarya Perizinan Angkutan", "4", 8, "T.4", 0, 2),
    ("L-08", "Kerja Sama Lintas Perangkat Daerah", "5", 16, "M.2", 1, 3),
    ("L-09", "Merawat Kebinekaan di Tempat Kerja", "6", 12, "SK.1", 1, 2),
    ("L-10", "Pengambilan Keputusan Berbasis Risiko", "5", 24, "M.8", 1, 3),
)


def agency() -> Dataset:
    """Return the invented agency."""
    codes = [c.code for c in reference.competencies()]
    required = [(j, c, level, 2) for j, level in TIER_LEVEL.items() for c in codes]
    required += [(j, c, TIER_LEVEL[j] + 1, 2) for c, (_, jobs) in TECHNICAL.items() for j in jobs]
    scores = [
        (p[0], c, date(2025, 3, 12), "assessment_centre", 1 + (n * 7 + m * 5) % 9 / 4)
        for n, p in enumerate(PEOPLE)
        for m, c in enumerate([*codes, *TECHNICAL])
        if (n + m) % 6 and p[0] != "P-007"
    ]
    columns = list(zip(*PEOPLE, strict=True))
    return Dataset.of(
        {
            "employees": {
                "employee_id": columns[0],
                "nip": [i if len(i) == 18 else None for i in columns[0]],
                "name": columns[1],
                "employment": columns[2],
                "unit_code": columns[3],
                "job_code": columns[4],
                "grade": [None if g == "IX" else g for g in columns[5]],
                "education_level": columns[6],
                "education_field": columns[7],
                "job_since": [date.fromisoformat(d) for d in columns[8]],
                "grade_since": [date(2022, 4, 1)] * len(PEOPLE),
                "birth_date": [date(1985 + n, 5, 17) for n in range(len(PEOPLE))],
                "legal_status": ["01"] * len(PEOPLE),
            },
            "units": _table("unit_code name kind parent_code", UNITS),
            "jobs": _table("job_code title tier family min_education", JOBS),
            "competencies": {
                "competency_code": [*codes, *TECHNICAL],
                "name": [
                    *(c.name.id for c in reference.competencies()),
                    *(n for n, _ in TECHNICAL.values()),
                ],
                "group": [*(c.group for c in reference.competencies()), *("T" for _ in TECHNICAL)],
            },
            "job_requirements": _table("job_code competency_code level importance", required),
            "competency_scores": _table(
                "employee_id competency_code assessed_on source level", scores
            ),
            "trainings": _table("training_code title form hours", [t[:4] for t in TRAININGS]),
            "training_outcomes": _table(
                "training_code competency_code level_from level_to",
                [(t[0], *t[4:]) for t in TRAININGS],
            ),
            "sessions": {
                "session_code": ["S-1", "S-4", "S-9"],
                "training_code": ["L-01", "L-04", "L-03"],
                "starts_on": [date(2026, 5, 4), date(2026, 6, 8), date(2099, 3, 2)],
                "ends_on": [date(2026, 5, 8), date(2026, 6, 10), date(2099, 3, 6)],
                "seats": [30, 30, 2],
            },
            "training_history": {
                "employee_id": ["P-003", "P-002", RATNA],
                "training_code": ["L-01", "L-02", "L-06"],
                "completed_on": [date(2024, 5, 1), date(2025, 2, 3), date(2024, 9, 18)],
            },
            "vacancies": _table("vacancy_code job_code unit_code", [("V-1", "J-PT1", "SDH-B")]),
            "performance": {
                "employee_id": [p[0] for p in PEOPLE] * 2,
                "year": [2024] * len(PEOPLE) + [2025] * len(PEOPLE),
                "rating": ["baik"] * (2 * len(PEOPLE)),
            },
            "discipline": {
                "employee_id": [HELD_BACK],
                "starts_on": [date(2026, 1, 5)],
                "ends_on": [date(2027, 1, 4)],
                "severity": ["sedang"],
            },
        }
    )


def _table(names: str, rows: Any) -> dict[str, list[Any]]:
    return dict(zip(names.split(), map(list, zip(*rows, strict=True)), strict=True))


@pytest.fixture
def invented() -> Dataset:
    """The tables of the invented agency, for whoever brings them in."""
    return agency()


@dataclass
class Running:
    """The service while it runs: its address, and links that sign somebody in."""

    address: str
    settings: Settings
    link: Callable[..., str]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The agency of all journeys; they leave their traces in it."""
    with served(tmp_path_factory.mktemp("browser") / "home") as running:
        yield running


@pytest.fixture(scope="session")
def serve() -> Callable[..., AbstractContextManager[Running]]:
    """Serve the agency once more, from a home of its own."""
    return served


@contextmanager
def served(
    home: Path, *, works: bool = True, per_minute: int = 0, empty: bool = False
) -> Iterator[Running]:
    """Import, rank and publish the invented agency in a home, and serve it; or an empty home.

    Work that people ask for waits where the service does not work it off.
    """
    settings = Settings(home=home)
    if not empty:
        rerank_and_publish(agency(), settings, as_of=AS_OF)
    database = open_database(settings)
    runner = Runner(settings, database)
    app = assemble(
        GenerationStore(database, settings),
        StoredCredentials(database, settings),
        StoredJobs(settings, database, runner),
        names_queue=StoredNames(database, settings),
        training_history=StoredHistory(database, settings),
        per_minute=per_minute,
    )
    app.state.runner = runner if works else None
    listener = listen("127.0.0.1", 0)
    address = address_of(listener)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)

    def link(role: str = "hr", scope: str = "agency", own: str | None = None) -> str:
        grant = Grant(role, scope, "", own, OFFICER)
        return f"{address}/masuk/{create_sign_in_link(database, grant)}"

    yield Running(address, settings, link)
    server.should_exit = True
    thread.join(10)
    listener.close()
    database.dispose()


STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
LOOK = """async ([standards, path]) => {
  document.querySelectorAll('details').forEach(d => d.open = true);
  const found = await axe.run(document, {
    runOnly: {type: 'tag', values: standards},
    rules: {'target-size': {enabled: true}},
    resultTypes: ['violations'],
  });
  return found.violations.flatMap(v => v.nodes.map(n =>
    `${path}: ${v.id}: ${n.html.slice(0, 160)} ${n.any.concat(n.all, n.none)[0]?.message ?? ''}`));
}"""


@pytest.fixture(scope="session")
def barriers() -> Callable[[Page, str], list[str]]:
    """Open all of a page that can be opened, and return what axe has against it."""
    script = _axe().read_text("utf-8")

    def found(page: Page, name: str) -> list[str]:
        page.evaluate(script)
        faults: list[str] = page.evaluate(LOOK, [STANDARDS, name])
        return faults

    return found


def _axe() -> Path:
    """The script that looks for barriers; ``make test`` puts it there."""
    folder = Path(os.environ.get("SELARAS_TEST_AXE", Path(sys.prefix) / "axe"))
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        pytest.fail(f"There is no axe-core in {folder}: make test installs it.", pytrace=False)
    return script


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, for one module: while it lives, an event loop occupies the main thread."""
    named = os.environ.get("SELARAS_TEST_BROWSER")
    program = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("The browser tests need Chromium: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        yield from _launched(playwright, Path(program))


def _launched(playwright: Playwright, program: Path) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=program, args=list(SWITCHES))
    yield browser
    browser.close()


@dataclass
class Visit:
    """One signed-in visitor: a page, and everything the browser complained about."""

    page: Page
    running: Running
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.running.address + path)
        return self.page


@pytest.fixture
def visit(running: Running, chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Sign somebody in by a link, without JavaScript unless the test looks into the page."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def make(
        role: str = "hr",
        scope: str = "agency",
        own: str | None = None,
        *,
        width: int = 1366,
        height: int = 768,
        **more: Any,
    ) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="id-ID", **more
        )
        contexts.append(context)
        made = Visit(context.new_page(), running)
        made.page.on("console", lambda m: made.complaints.append(f"{m.type}: {m.text}"))
        made.page.on("pageerror", lambda e: made.complaints.append(str(e)))
        made.page.goto(running.link(role, scope, own))
        visits.append(made)
        return made

    yield make
    said = [complaint for one in visits for complaint in one.complaints]
    for context in contexts:
        context.close()
    assert said == [], "the browser had nothing to complain about"
