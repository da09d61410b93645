"""A small invented agency for the pages: plain results, one viewer, and an application to ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from recommender.estimate.worth import Worth
from recommender.figures.facade import PersonFigures
from recommender.figures.results import Category, Figure, Ground, Part
from recommender.plan.path import Path as WayThere
from recommender.plan.path import PathStep
from recommender.plan.results import (
    Alternative,
    Fields,
    LevelChange,
    Plan,
    Proof,
    Remaining,
    Row,
    Totals,
)
from recommender.plan.results import Figures as Moment
from recommender.results import (
    Candidate,
    Check,
    Effect,
    GapRow,
    Gaps,
    Item,
    Standard,
    Term,
    Way,
)
from recommender.supposition import Supposition
from recommender.whatif import Next, Standing, WhatIf
from service import problems
from service.demand import Demand
from service.gapmap import GapMap, Wish
from service.middleware import Guard, Headers
from service.pages import mount_static, problem_page, router
from service.pages.seam import source_of
from service.pages.source import (
    Answered,
    Basis,
    Choice,
    Filters,
    Found,
    Named,
    OwnSeat,
    Person,
    Ruling,
    Search,
    Viewer,
    Waiting,
)
from training_data.messages import Text
from training_data.reference.packs import Rules, load_rules


def said(words: str) -> Text:
    return Text(words, f"EN {words}")


def gap_row(code: str, name: str, required: float, level: float | None, **more: Any) -> GapRow:
    row = GapRow(
        code,
        name,
        code.split(".")[0],
        required,
        level,
        None if level is None else max(0.0, required - level),
        None if level is None else max(0.0, level - required),
        2,
        "job",
        None if level is None else "assessment_centre",
        None if level is None else date(2025, 3, 12),
        False,
        5.0,
    )
    return replace(row, **more)


NOW = Standard(
    "J-1",
    "Analis Kebijakan Ahli Pertama",
    "jf_ahli_pertama",
    (
        gap_row("M.1", "Integritas", 2, 2),
        gap_row("M.2", "Kerja Sama", 2, 2.5),
        gap_row("M.3", "Komunikasi", 2, 1.75),
        gap_row("M.5", "Pelayanan Publik", 3, 2, importance=1),
        gap_row("M.7", "Mengelola Perubahan", 2, 0),
        gap_row("SK.1", "Perekat Bangsa", 2, None),
        gap_row("T.1", "Manajemen Lalu Lintas", 3, 2, stale=True, assessed_on=date(2022, 1, 4)),
        gap_row("T.2", "Analisis Data", 3, 4, source="certificate"),
    ),
    86.4,
    75.0,
    113.6,
)
NEXT = Standard(
    "J-2",
    "Analis Kebijakan Ahli Muda",
    "jf_ahli_muda",
    (
        gap_row("M.1", "Integritas", 3, 2),
        gap_row("M.5", "Pelayanan Publik", 3, 2),
        gap_row("T.3", "Analisis Kebijakan", 3, None, origin="tier"),
    ),
    70.0,
    70.0,
    70.0,
    said("Jenjang berikutnya pada jabatan fungsional yang sama."),
)

PASSED = Check(
    "training.tier",
    "PerLAN 5/2022",
    "Pasal 4",
    "R",
    "lolos",
    {"tier": "jf_ahli_pertama"},
    said("Pelatihan ini terbuka bagi jenjang Anda."),
)
UNSURE = Check(
    "role.education",
    "PP 11/2017",
    "Pasal 54",
    "V",
    "perlu_verifikasi",
    {"education_level": None},
    said("Data pendidikan belum lengkap sehingga perlu verifikasi."),
    Way((said("Perbarui melalui MyASN."),), None),
)
TOO_SOON = Check(
    "role.tenure",
    "PP 11/2017",
    "Pasal 190",
    "V",
    "tidak_lolos",
    {"job_since": "2024-06-02", "years": 1.75},
    said("Masa dalam jabatan 1 tahun 9 bulan; ketentuan paling singkat 2 tahun."),
    Way((said("Lanjutkan masa dalam jabatan."),), date(2026, 6, 2)),
)
SECRET = Check(
    "role.discipline",
    "PP 94/2021",
    "Pasal 7",
    "R",
    "tidak_lolos",
    {"severity": "sedang", "ends_on": "2026-12-31"},
    said("Hukuman disiplin sedang masih berjalan."),
    Way((said("Tunggu sampai masa hukuman berakhir."),), date(2026, 12, 31)),
    confidential=True,
)


def training(rank: int, code: str, title: str, *micros: tuple[str, int]) -> Item:
    terms = tuple(
        Term(name, micro, f"S-{n}", said(f"Kalimat unsur {name}."))
        for n, (name, micro) in enumerate(micros)
    )
    return Item(
        code,
        title,
        "training",
        rank,
        sum(micro for _, micro in micros),
        terms,
        (
            said(
                "Kompetensi Pelayanan Publik Anda berada pada level 2, sedangkan standar jabatan "
                "Anda level 3 (penilaian 12 Maret 2025)."
            ),
            said("Jadwal terdekat dimulai 4 Mei 2026."),
        ),
        "lolos",
        (PASSED,),
        Effect({"M.5": 1.0}, 24.0, None),
    )


def candidate(person: str, rank: int, micro: int, outcome: str, reason: str) -> Candidate:
    item = training(rank, "P-1", "Judul", ("gap_now", micro))
    return Candidate(person, replace(item, eligibility=outcome, reasons=(said(reason),)))


def role(rank: int | None, code: str, title: str, check: Check) -> Item:
    refused = check.outcome == "tidak_lolos"
    return Item(
        code,
        title,
        "role",
        rank,
        None if refused else 1_234_567,
        () if refused else (Term("similarity", 1_234_567, "", said("Tujuh dari delapan.")),),
        () if refused else (said("Tujuh dari delapan kompetensi memenuhi standar jabatan ini."),),
        check.outcome,
        (check,),
        Effect(),
        {
            "match": 0.86,
            "match_low": 0.8,
            "match_high": 0.92,
            "coverage": 0.875,
            "jpm": 86.4,
            "jpm_low": 75.0,
            "jpm_high": 113.6,
        },
        way=check.way if refused else None,
    )


TRAININGS = [
    training(
        1,
        "T-001",
        "Peningkatan Mutu Pelayanan Publik Perkotaan",
        ("gap_now", 1_840_512),
        ("gap_next", 400_000),
        ("duties", 312_345),
        ("fresh", 45_000),
        ("burden", -120_001),
    ),
    *(
        training(n, f"T-{n:03}", f"Pelatihan Teknis {n}", ("gap_now", 1_000_000 - n))
        for n in range(2, 8)
    ),
]

PERSON = Person(
    "R-ratna",
    "Ratna Wulandari, S.T.",
    "J-1",
    "Analis Kebijakan Ahli Pertama",
    "Suku Dinas Perhubungan Kota Fiktif",
    said("JF Ahli Pertama"),
    "III/b",
    32,
    said("PNS"),
    said("S-1"),
)
OTHER = replace(PERSON, ref="R-bagus", name="Bagus <script>alert(1)</script>", grade="IV/a")


RULE = Ground("ip_asn.competence", "PermenPANRB 38/2018", "", "V")
UNSURE_RULE = Ground("ip_asn.performance_rating", "PermenPANRB 38/2018", "", "R")


def band(scheme: str, name: str) -> Category:
    return Category(scheme, name, said(name), RULE)


def figure(name: str, low: float | None, high: float | None, unit: str, **more: Any) -> Figure:
    return Figure(
        name,
        said(f"Angka {name}"),
        low if low == high else None,
        low,
        high,
        unit,
        more.pop("state", "final" if low == high else "perlu_verifikasi"),
        said(f"Kalimat {name}."),
        RULE,
        **more,
    )


FIGURES = PersonFigures(
    figure(
        "jpm_now", 75.0, 113.6, "percent",
        categories=(band("selection", "Masih Memenuhi Syarat"),
                    band("selection", "Memenuhi Syarat")),
        notes=(said("Belum final: 8 dari 9."),),
    ),
    figure("jpm_next", None, None, "percent", state="belum_ada"),
    figure(
        "ip_asn", 61.0, 91.0, "points",
        parts=(
            Part("performance", said("kinerja"), 25.0, 25.0, 25.0, 30.0, said("Predikat Baik: 25."),
                 UNSURE_RULE),
            Part("qualification", said("kualifikasi"), None, 1.0, 25.0, 25.0,
                 said("Pendidikan belum tercatat."), RULE),
        ),
    ),
    figure("jp", 8.0, 8.0, "jp", details={"target": 20.0}),
    figure("assessment", None, None, "date", state="final",
           details={"valid_until": "2028-03-11", "expired": [], "valid": 9, "asked": 9}),
    figure("nine_box", 7.0, 7.0, "box", details={"guidance": {
        "actions": [{"id": "dipertahankan", "en": "retain"}], "roles": [], "gaps": [],
        "text": {"id": "Saran diutamakan pada pelatihan.", "en": "Training first."}},
        "favoured": ["Pelatihan Teknis 2"]}),
    figure("talent_value", 40.0, 90.0, "points"),
)  # fmt: skip


HOSTILE = "Naskah <script>alert(2)</script> & Kebijakan"


def moment(jp: float, ip_asn: float | None, jpm: float | None) -> Moment:
    return Moment(jp, ip_asn, 0.0, jpm, None)


def plan_row(number: int, title: str, **more: Any) -> Row:
    held = {
        "session_code": "S-1",
        "starts_on": date(2026, 5, 30),
        "ends_on": date(2026, 6, 3),
        "month": 5,
        "committed": False,
        "eligibility": "lolos",
        "fields": Fields(
            said("Manajerial: Pelayanan Publik"),
            said("Pelayanan Publik dari level 2 ke level 3"),
            said("Pelatihan teknis"),
            said("BPSDM (Pemerintah)"),
            said("Angkatan I, 30 Mei s.d. 3 Juni 2026"),
            said("Belum dicantumkan dalam katalog"),
            said("Rp1.250.000"),
        ),
        "jp": 24.0,
        "cost": 1_250_000,
        "mix": "10",
        "changes": (
            LevelChange("M.5", "Pelayanan Publik", "M", 2.0, 2.0, 3.0, 3.0, 3.0, 1.0, 1.0),
        ),
        "before": moment(8.0, 61.0, 86.4),
        "after": moment(32.0, 76.0, 113.6),
        "reasons": (said("Kompetensi Pelayanan Publik berada pada level 2."),),
        "notes": (),
        "alternatives": (),
    }
    return Row(number=number, item_code=f"T-{number:03}", title=title, **{**held, **more})


def open_gap(code: str, competency: str, post: str, level: float | None) -> Remaining:
    words = said(f"Kalimat {code} {competency}.")
    gap = None if level is None else 3.0 - level
    return Remaining(f"C.{competency}", competency, "M", post, 3.0, level, gap, 2, code, words)


PLAN = Plan(
    2026,
    date(2026, 4, 3),
    "Analis Kebijakan Ahli Pertama",
    "Analis Kebijakan Ahli Muda",
    (
        plan_row(
            1,
            "Pelayanan Publik Perkotaan",
            alternatives=(
                Alternative("T-9", "Loket Terpadu", None, None, None, 16.0, 0, 1.5, said("Arah.")),
            ),
        ),
        plan_row(
            2, HOSTILE, session_code=None, starts_on=None, ends_on=None, month=8, committed=True,
            eligibility="perlu_verifikasi", jp=None, cost=None, mix=None, changes=(),
            before=moment(32.0, 76.0, 113.6), after=moment(32.0, 76.0, 113.6),
            notes=(said("Biaya belum tercantum."),),
        ),
    ),
    Totals(
        2, 24.0, 8.0, 20.0, 1_250_000, 1, None, {"70": 0.0, "20": 0.0, "10": 24.0},
        (0.0,) * 4 + (24.0,) + (0.0,) * 7, (4, 3), (2, 1),
        moment(8.0, 61.0, 86.4), moment(32.0, 76.0, 113.6),
    ),
    (
        open_gap("no_course", "Integritas", "now", 2.0),
        open_gap("no_course", "Integritas", "next", 2.0),
        *(open_gap("unknown", f"Kompetensi {n}", "next", None) for n in range(13)),
    ),
    (said("Catatan rencana."),),
    Proof(60, 40, 5, True, 3.5, 3.5),
)  # fmt: skip

BEFORE = Standing(
    0.7, 0.6, 0.8, 70.0, 86.4, ("Integritas", "Pelayanan Publik"), ("Perekat Bangsa",),
    "tidak_lolos", (TOO_SOON,), (said("Lanjutkan masa dalam jabatan."),), date(2026, 6, 2), None,
    8.0, 61.0,
)  # fmt: skip
PATH = WayThere(
    "J-2",
    "Analis Kebijakan Ahli Muda",
    (
        PathStep("T-1", "Langkah Satu", "S", date(2026, 5, 4), date(2026, 5, 8), 40.0, 0,
                 {"M.5": 3.0}, said("Pelayanan Publik dari level 2 ke level 3")),
    ),
    True,
    date(2026, 5, 9),
    (),
    (),
    True,
    said("Dengan 1 pelatihan, level terpenuhi mulai 9 Mei 2026."),
)  # fmt: skip
WHAT_IF = WhatIf(
    (said("Andaikan Pelayanan Publik Perkotaan telah diselesaikan."),),
    "J-2",
    "Analis Kebijakan Ahli Muda",
    BEFORE,
    replace(BEFORE, match=0.9, jpm=80.0, below=("Integritas",), jp=32.0),
    (TRAININGS[1],),
    (role(1, "J-2", "Analis Kebijakan Ahli Muda", UNSURE),),
    PLAN,
    PATH,
    Next("J-9", "Analis Kebijakan Ahli Madya", said("Jenjang berikutnya."), PATH),
    None,
)


BASIS = Basis(date(2026, 4, 3), 7, "a" * 64, "b" * 64, "c" * 64, ("employees.<education>",))


OFFERED = Filters((Choice("T.12", Text("Lalu Lintas", "Traffic")),), True, True)


@dataclass
class FakeSource:
    """Plain results for the pages; tests change what they need."""

    viewer: Viewer = field(default_factory=lambda: Viewer("HR (lokal)", None, True, True))
    basis: Basis = field(default_factory=lambda: BASIS)
    now: datetime = datetime(2026, 4, 3, 14, 5)
    people: list[Person] = field(default_factory=lambda: [PERSON, OTHER])
    replies: dict[str, list[Answered]] = field(default_factory=dict)
    rulings: list[Ruling] = field(default_factory=list)
    wishes: list[Waiting] = field(default_factory=list)
    offered: Filters = OFFERED
    both: Gaps | None = field(default_factory=lambda: Gaps(NOW, NEXT))
    spoken: PersonFigures | None = FIGURES
    trainings: list[Item] | None = field(default_factory=lambda: list(TRAININGS))
    roles: list[Item] | None = field(
        default_factory=lambda: [role(1, "J-2", "Analis Kebijakan Ahli Muda", UNSURE)]
    )
    closed: list[Item] | None = field(
        default_factory=lambda: [
            role(None, "J-3", "Kepala Seksi Lalu Lintas", TOO_SOON),
            role(None, "J-4", "Kepala Subbagian Tata Usaha", TOO_SOON),
            role(None, "J-5", "Kepala Bidang", SECRET),
        ]
    )
    asked: list[Search] = field(default_factory=list)
    planned: Plan | None = field(default_factory=lambda: PLAN)
    years: list[tuple[int | None, int | None]] = field(default_factory=list)
    answer: WhatIf = field(default_factory=lambda: WHAT_IF)
    supposed: list[Supposition] = field(default_factory=list)
    measured: dict[str, Any] | None = None
    worth: tuple[Worth, ...] = ()
    first: list[tuple[Person, Worth]] | None = field(default_factory=list)
    assessed: list[str] = field(default_factory=list)
    held_seats: tuple[OwnSeat, ...] = ()
    held_rules: Rules | None = field(default_factory=lambda: load_rules(date(2026, 4, 3)))
    demanded: list[Demand] | None = field(default_factory=list)
    surveyed: Callable[[Wish], GapMap | None] = lambda wish: None

    def gap_map(self, wish: Wish) -> GapMap | None:
        return self.surveyed(wish)

    def fairness(self) -> dict[str, Any] | None:
        return self.measured

    def rules(self) -> Rules | None:
        return self.held_rules

    def group_trainings(self, search: Search) -> list[Demand] | None:
        self.asked.append(search)
        return self.demanded

    def units(self) -> list[Choice]:
        return [Choice("U-1", said("Suku Dinas Perhubungan Kota Fiktif"))]

    def unit_name(self, code: str) -> str | None:
        return {"DH": "Dinas Contoh <b>Kota</b>"}.get(code)

    def tiers(self) -> list[Choice]:
        return [Choice("jf_ahli_pertama", said("JF Ahli Pertama"))]

    def search(self, search: Search) -> Found:
        self.asked.append(search)
        fit = [p for p in self.people if search.words.lower() in p.name.lower()]
        return Found(tuple(fit), len(fit))

    def filters(self) -> Filters:
        return self.offered

    def person(self, ref: str) -> Person | None:
        return next((p for p in self.people if p.ref == ref), None)

    def gaps(self, ref: str) -> Gaps | None:
        return self.both

    def assess_next(self, ref: str) -> tuple[Worth, ...]:
        return self.worth

    def assess_first(self, unit: str) -> list[tuple[Person, Worth]] | None:
        self.assessed.append(unit)
        return self.first

    def figures(self, ref: str) -> PersonFigures | None:
        return self.spoken

    def plan(self, ref: str, year: int | None, budget: int | None) -> Plan | None:
        self.years.append((year, budget))
        if self.planned is None or year is None:
            return self.planned
        return replace(self.planned, year=year)

    def what_if(self, ref: str, supposed: Supposition) -> WhatIf | None:
        self.supposed.append(supposed)
        return self.answer

    def suggestions(self, ref: str, kind: str) -> list[Item] | None:
        return self.trainings if kind == "training" else self.roles

    def excluded(self, ref: str, kind: str, k: int) -> list[Item] | None:
        return [] if kind == "training" or self.closed is None else self.closed[:k]

    def answered(self, ref: str, kind: str) -> list[Answered]:
        return self.replies.get(kind, [])

    def decided(self, ref: str) -> list[Ruling]:
        return self.rulings

    def seats(self, ref):
        return self.held_seats if self.person(ref) else ()

    def petitions(self, ref):
        return ()

    def petition_days(self):
        return 14 if self.viewer.own else None

    def waiting(self) -> list[Waiting] | None:
        return self.wishes if self.viewer.may_decide else None

    def acts(self) -> tuple[str, ...]:
        return ("endorsed", "returned")

    def later(self, ref: str) -> list[Item] | None:
        return [role(None, "J-3", "Kepala Seksi Lalu Lintas", TOO_SOON)]

    def named(self, kind: str, code: str) -> Named | None:
        return None if code == "none" else Named(code, f"Judul {code}", (said("24 JP"),))

    def candidates(self, kind: str, code: str) -> list[tuple[Person, Candidate]]:
        return [
            (PERSON, candidate("E1", 1, 2_500_000, "lolos", "Alasan pertama.")),
            (
                replace(OTHER, grade_order=41, name="Zainal Contoh"),
                candidate("E2", 2, 2_400_000, "perlu_verifikasi", "Alasan kedua."),
            ),
        ]


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture
def app(source: FakeSource) -> FastAPI:
    made = FastAPI(redirect_slashes=False)
    problems.install(made, problem_page)
    made.include_router(router)
    mount_static(made)
    made.dependency_overrides[source_of] = lambda: source
    made.add_middleware(Guard, hosts={"127.0.0.1"})
    made.add_middleware(Headers)
    return made


class Browser:
    """Asks for pages as a browser does: HTML first, cookies kept, redirects not followed."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.cookies = httpx.Cookies()

    def request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(self.app),
                base_url="http://127.0.0.1:8765",
                headers={"accept": "text/html", "sec-fetch-site": "same-origin"},
                cookies=self.cookies,
            ) as client:
                answer = await client.request(method, path, **rest)
                self.cookies = client.cookies
                return answer

        return asyncio.run(send())

    def get(self, path: str) -> httpx.Response:
        return self.request("GET", path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.request("POST", path, data=fields)


@pytest.fixture
def browse(app: FastAPI) -> Browser:
    return Browser(app)
