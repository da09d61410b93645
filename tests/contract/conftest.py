"""A tiny made-up agency, ranked by the real engine and served over HTTP without a database."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from recommender.engine import Engine
from recommender.fairness import rank_and_measure
from recommender.overview import overview
from recommender.results import Kind
from service import identity
from service.answers import Act
from service.app import assemble
from service.auditing import Verdict
from service.auth import Scope, Viewer
from service.demand import laid_out
from service.directory import Directory
from service.runtime import Generation, Published, Serving
from service.survey import Figures, Hours, Moment, Survey
from service.work import Ranking, Try, Work
from training_data.dataset import Dataset

AS_OF = date(2026, 4, 3)
NIP = "199001012015031002"  # invented


def dataset() -> Dataset:
    """Four people, three posts, six trainings; one person has a NIP as id, one knows nothing."""
    return Dataset.of(
        {
            "employees": {
                "employee_id": ["A-1", "A-2", "A-3", NIP],
                "nip": [None, None, None, NIP],
                "name": ["Siti Contoh", "Budi Contoh", "Rina Misal", "Tono Misal"],
                "employment": ["PNS", "PNS", "PPPK", "PNS"],
                "unit_code": ["U-2", "U-1", "U-1", "U-2"],
                "job_code": ["J-1", "J-2", "J-1", "J-1"],
                "tier": ["pelaksana", "pengawas", "pelaksana", "pelaksana"],
                "grade": ["III/b", "III/d", "IX", "III/a"],
                "education_level": ["S1", "S2", "S1", None],
                "birth_date": [date(1990, 1, 1), date(1980, 5, 5), date(1995, 2, 2), None],
                "job_since": [date(2022, 1, 1), date(2020, 1, 1), date(2023, 1, 1), None],
                "legal_status": ["01", "01", "01", "01"],
            },
            "units": {
                "unit_code": ["U-1", "U-2"],
                "name": ["Dinas Contoh", "Seksi Contoh"],
                "parent_code": [None, "U-1"],
            },
            "discipline": {
                "employee_id": ["A-1"],
                "starts_on": [date(2026, 1, 1)],
                "ends_on": [date(2027, 1, 1)],
                "severity": ["sedang"],
            },
            "competencies": {
                "competency_code": ["M.5", "T.1"],
                "name": ["Pengembangan Diri", "Manajemen Lalu Lintas"],
                "group": ["M", "T"],
            },
            "jobs": {
                "job_code": ["J-1", "J-2", "J-3"],
                "title": ["Analis Lalu Lintas", "Kepala Seksi Lalu Lintas", "Kepala Seksi Parkir"],
                "tier": ["pelaksana", "pengawas", "pengawas"],
                "min_education": [None, "S1", "S2"],
            },
            "job_requirements": {
                "job_code": ["J-1", "J-1", "J-2", "J-2", "J-3"],
                "competency_code": ["T.1", "M.5", "T.1", "M.5", "T.1"],
                "level": [3.0, 2.0, 4.0, 3.0, 2.0],
                "importance": [2, 2, 2, 2, 1],
            },
            "competency_scores": {
                "employee_id": ["A-1", "A-1", "A-2", NIP],
                "competency_code": ["T.1", "M.5", "T.1", "T.1"],
                "assessed_on": [date(2025, 6, 1)] * 4,
                "source": ["assessment_centre"] * 4,
                "level": [1.5, 2.0, 3.0, 2.0],
            },
            "trainings": {
                "training_code": [f"P-{n}" for n in range(1, 7)],
                "title": [
                    "Lalu lintas dasar",
                    "Lalu lintas lanjutan",
                    "Pengembangan diri",
                    "Kepemimpinan pengawas",
                    "Arsip",
                    "Parkir",
                ],
                "structural": [None, None, None, "PKP", None, None],
                "hours": [20.0, 40.0, 8.0, 300.0, 4.0, 12.0],
                "prerequisites": [None, "P-1", None, None, None, None],
            },
            "training_outcomes": {
                "training_code": ["P-1", "P-2", "P-3", "P-6"],
                "competency_code": ["T.1", "T.1", "M.5", "T.1"],
                "level_to": [2.0, 4.0, 3.0, 3.0],
            },
            "training_history": {
                "employee_id": ["A-2", NIP],
                "training_code": ["P-1", "P-5"],
                "completed_on": [date(2024, 3, 1), date(2025, 3, 1)],
            },
        }
    )


class MemorySurveys:
    """Figures of units as the engine makes them, kept in memory."""

    least, enough = 5, 20.0

    def __init__(self, engine: Engine) -> None:
        by_unit = overview(engine).by_unit
        self.units, self.gaps = by_unit.units.to_pylist(), by_unit.gaps.to_pylist()

    def skill(self, code: str) -> tuple[str, str]:
        return code, code.split(".")[0]

    def parts(self, unit: str) -> list[tuple[str, str]]:
        return [(r["unit_code"], r["part"]) for r in self.units if r["parent_code"] == unit]

    def of(self, unit: str, slice_: str = "") -> Survey:
        near = [row for row in self.units if unit in (row["unit_code"], row["parent_code"])]
        hours = {(r["unit_code"], r["part"]): Hours(*list(r.values())[3:]) for r in near}
        cells: dict[Any, dict[str, Figures]] = {place: {} for place in hours}
        for row in self.gaps:
            if row["slice"] == slice_ and (row["unit_code"], row["part"]) in cells:
                figures = Figures(*list(row.values())[4:])
                cells[row["unit_code"], row["part"]][row["competency_code"]] = figures
        return Survey(hours, cells)

    def past(self, unit: str, competencies: Any) -> list[Moment]:
        return [Moment(1, AS_OF, self.of(unit).cells.get((unit, "whole"), {}))]


class MemoryStore:
    """One generation, ranked at once and kept in memory."""

    def __init__(self) -> None:
        self.data = dataset()
        self.engine = Engine.fitted(self.data, as_of=AS_OF)
        self.lists: dict[tuple[str, Kind], list[Published]] = defaultdict(list)
        for kind in self.engine.kinds():
            for row in self.engine.rank(kind, k=10).rows():
                published = Published(
                    row.item_code, row.rank, row.micro, row.eligibility, row.reasons
                )
                self.lists[row.employee_id, row.kind].append(published)
        report = rank_and_measure(self.engine).as_json()
        self.fairness = {**report, "override": {"by": "BKD", "reason": "rapat"}}

    def current(self) -> int | None:
        return 1

    def acts_after(self, number: int) -> list[Act]:
        return []

    def record(self, *said, **more):
        raise AssertionError("an officer answers for nobody")

    def decide(self, *said, **more):
        raise AssertionError("this officer decides nothing here")

    def decisions_about(self, employees) -> list[Any]:
        return []

    def nominations(self, session=None, employee=None) -> list[Any]:
        return []

    def steps(self, session) -> list[Any]:
        return []

    def round(self) -> None:
        return None

    petition_days = 14

    def petitions(self, employee=None, *, open_only=False) -> list[Any]:
        return []

    def events(self, before=None, limit=50, **wanted) -> list[Any]:
        return []

    def verify(self, kept=None) -> Verdict:
        return Verdict(0, None, "0" * 64)

    def note(self, *said) -> None:
        return None

    def capsule(self, number: int) -> None:
        return None

    def work(self) -> Work:
        made = datetime(2026, 4, 3, 19, tzinfo=UTC)
        ranking = Ranking(1, "published", AS_OF, 5, 60, self.engine.model_id, made, made)
        run = Try(1, "nightly", "published", made, made, 1, None, None, None, None)
        minute = timedelta(minutes=1)
        return Work(True, made, minute, "02:00", True, {"published": 1}, (run,), (ranking,))

    def open(self, number: int) -> Serving:
        return Serving(
            Generation(
                number,
                AS_OF,
                self.engine.model_id,
                self.engine.rules_hash,
                self.engine.data_hash,
                tuple(self.engine.not_checked),
            ),
            self.engine,
            Directory(self.data, lambda own: identity.ref(b"key", "", own)),
            lambda employee_id, kind: self.lists.get((employee_id, kind), ()),
            {
                "training": {f"P-{n}": "" for n in range(1, 7)},
                "role": {f"J-{n}": "" for n in range(1, 4)},
            },
            self.fairness,
            surveys=MemorySurveys(self.engine),
            suggested=lambda: laid_out(
                (employee_id, [(row.item_code, row.eligibility) for row in rows])
                for (employee_id, kind), rows in sorted(self.lists.items())
                if kind == "training"
            ),
        )


class OneToken:
    """Knows one token, of an HR officer of the agency."""

    def viewer_of_token(self, secret: str) -> Viewer | None:
        return Viewer("hr", Scope("agency")) if secret == "hr" else None

    def viewer_of_session(self, secret: str) -> Viewer | None:
        return None

    def spend_link(self, secret: str) -> Viewer | None:
        return None

    def open_session(self, viewer: Viewer) -> str:
        raise AssertionError("no link leads here")

    def end_session(self, secret: str) -> bool:
        return False


@pytest.fixture(scope="session")
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture(scope="session")
def application(store: MemoryStore) -> Any:
    return assemble(store, OneToken())


@pytest.fixture(scope="session")
def call(application: Any) -> Iterator[Any]:
    """Return a function that sends one request as an HR officer, or as ``None`` nobody."""
    with asyncio.Runner() as runner:

        def send(method: str, path: str, *, token: str | None = "hr", **rest: Any) -> Any:
            headers = rest.pop("headers", {})
            if token is not None:
                headers = {"Authorization": f"Bearer {token}", **headers}

            async def once() -> httpx.Response:
                transport = httpx.ASGITransport(application)
                async with httpx.AsyncClient(
                    transport=transport, base_url="http://127.0.0.1:8765"
                ) as client:
                    return await client.request(method, path, headers=headers, **rest)

            return runner.run(once())

        yield send
