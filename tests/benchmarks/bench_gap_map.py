"""The gap map of a city: time to make its rows, and to answer page and JSON from them.

Everybody is made up: people spread over a tree of units, nine competencies for all and technical
ones by department, answers to suggestions. Rows are stored in SQLite, or in the database that
SELARAS_DATABASE_URL names, and asked for through the whole application, in this process.

    python tests/benchmarks/bench_gap_map.py [--people 70000] [--answers 20000] [--rounds 25]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pyarrow as pa

from recommender.gapmap import Asked, Branches
from recommender.gapmap.rows import gap_rows, hour_rows
from service.answers import REASONS, Act
from service.app import assemble
from service.auth import Scope, Viewer
from service.database.engine import connect
from service.database.generations import Manifest, publish
from service.database.migrate import upgrade
from service.database.overview import Overview
from service.directory import Directory
from service.runtime import Generation, Serving
from service.settings import Settings
from service.store import StoredSurveys
from service.uptake import Course
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

AS_OF = date(2026, 4, 3)
DEPARTMENTS, COMMON, OWN_SKILLS, ASKED_OWN = 50, 9, 5, 6
LEAST, ENOUGH = 5, 20.0


class City:
    """Made-up people: their units, levels, hours and answers."""

    def __init__(self, people: int, answers: int) -> None:
        draw = np.random.default_rng(0)
        self.pairs = list(_units(draw))
        self.branches = Branches.of(self.pairs)
        self.people = people
        self.unit = draw.integers(0, len(self.pairs), people)
        self.department = np.array([int(code[1:3]) for code, _ in self.pairs])[self.unit]
        self.codes = [f"M.{n}" for n in range(COMMON)] + [
            f"T.{d:02}.{n}" for d in range(DEPARTMENTS) for n in range(OWN_SKILLS)
        ]
        self.asked = self._asked(draw)
        self.ways = {
            "post": draw.choice(4, people, p=(0.08, 0.55, 0.36, 0.01)).astype(np.int32),
            "employment": draw.choice(3, people, p=(0.75, 0.24, 0.01)).astype(np.int32),
        }
        self.jp = np.where(draw.random(people) < 0.4, 0.0, draw.integers(1, 60, people))
        self.acts = self._acts(draw, answers)

    def _asked(self, draw: np.random.Generator) -> Asked:
        common = np.repeat(np.arange(COMMON)[None], self.people, axis=0)
        own = COMMON + self.department[:, None] * OWN_SKILLS + np.arange(OWN_SKILLS)
        skills = np.hstack([common, own])[:, : COMMON + ASKED_OWN]
        short = np.where(
            draw.random(skills.shape) < 0.3,
            -1,
            np.where(draw.random(skills.shape) < 0.5, 0, draw.integers(1, 2000, skills.shape)),
        )
        person = np.repeat(np.arange(self.people), skills.shape[1])
        return Asked(
            person.astype(np.int32), skills.ravel().astype(np.int32), short.ravel().astype(np.int32)
        )

    def _acts(self, draw: np.random.Generator, answers: int) -> list[Act]:
        at = datetime.now(UTC) - timedelta(days=3)
        return [
            Act(n, f"P{person:06}", "training", f"L{item:03}", action, reason, None, at)
            for n, (person, item, action, reason) in enumerate(
                zip(
                    draw.integers(0, self.people, answers).tolist(),
                    draw.integers(0, 500, answers).tolist(),
                    draw.choice(("accepted", "postponed", "declined"), answers).tolist(),
                    draw.choice(REASONS, answers).tolist(),
                    strict=True,
                ),
                start=1,
            )
        ]

    def overview(self) -> Overview:
        """Return the rows of the map."""
        units = hour_rows(self.branches, self.unit, self.jp, ENOUGH, LEAST)
        gaps = gap_rows(self.branches, self.unit, self.asked, self.ways, self.codes, LEAST)
        return Overview(pa.table({}), pa.table({}), units, gaps)

    def dataset(self) -> Dataset:
        """Return what a directory is made of."""
        codes = [code for code, _ in self.pairs]
        return Dataset.of(
            {
                "employees": {
                    "employee_id": [f"P{n:06}" for n in range(self.people)],
                    "unit_code": np.array(codes, object)[self.unit].tolist(),
                },
                "units": {
                    "unit_code": codes,
                    "name": [f"Unit kerja {code}" for code in codes],
                    "parent_code": [parent for _, parent in self.pairs],
                },
            }
        )


def _units(draw: np.random.Generator) -> Iterator[tuple[str, str | None]]:
    """Yield departments, their offices and the schools and clinics of these."""
    for d in range(DEPARTMENTS):
        department = f"D{d:02}"
        yield department, None
        for o in range(int(draw.integers(3, 9))):
            office = f"{department}-{o}"
            yield office, department
            for s in range(int(draw.integers(0, 15))):
                yield f"{office}-{s:02}", office


class OneGeneration:
    """What the application asks for, over the rows of one generation."""

    def __init__(self, serving: Serving, acts: list[Act]) -> None:
        self.serving, self.acts = serving, acts

    def current(self) -> int:
        return self.serving.generation.number

    def open(self, number: int) -> Serving:
        return self.serving

    def acts_after(self, number: int) -> list[Act]:
        return [act for act in self.acts if act.number > number]


class Leader:
    """Everybody is a leader of the agency."""

    def viewer_of_token(self, secret: str) -> Viewer:
        return Viewer("bpsdm", Scope("agency"))


def serving_of(city: City, home: Path) -> Serving:
    """Store the rows of a city and return the generation that holds them."""
    settings = Settings(home=home)
    database = connect(settings)
    upgrade(database)
    started = time.perf_counter()
    overview = city.overview()
    made = time.perf_counter() - started
    started = time.perf_counter()
    manifest = Manifest(AS_OF, "m" * 64, "r" * 64)
    number = publish(database, home, (), manifest, Dataset.of({}), overview=overview)
    stored = time.perf_counter() - started
    print(
        f"{city.people} people, {len(city.pairs)} units, {len(city.asked.person)} levels asked for"
    )
    rows = f"{overview.units.num_rows} rows of units, {overview.unit_gaps.num_rows} of gaps"
    print(f"{rows}: made in {made:.1f} s, stored and read back in {stored:.1f} s")
    snapshot = SimpleNamespace(
        competency_names=tuple(f"Kompetensi {code}" for code in city.codes),
        competency_groups=tuple(code[0] for code in city.codes),
        competencies=SimpleNamespace(codes=tuple(city.codes)),
    )
    engine: Any = SimpleNamespace(rules=load_rules(AS_OF), snapshot=snapshot)
    return Serving(
        Generation(number, AS_OF, "m" * 64, "r" * 64, "d" * 64),
        engine,
        Directory(city.dataset(), str),
        lambda employee_id, kind: (),
        {"training": {}, "role": {}},
        surveys=StoredSurveys(database, number, "", engine),
        courses={f"L{n:03}": Course(20.0, 1_000_000) for n in range(500)},
    )


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Make a city, ask for maps of it, print medians and the slowest."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=70_000)
    arguments.add_argument("--answers", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=25)
    asked = arguments.parse_args()
    city = City(asked.people, asked.answers)
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        serving = serving_of(city, Path(folder) / "home")
        app = assemble(OneGeneration(serving, city.acts), Leader())  # type: ignore[arg-type]
        app.state.runtime.current()
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": "Bearer x", "Accept": "text/html"}

        async def get(path: str) -> None:
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8765", headers=headers
            ) as client:
                answer = await client.get(path)
                assert answer.status_code == 200, answer.text

        first = milliseconds(lambda: runner.run(get("/peta")))
        print(f"first page of the day, {asked.answers} answers counted: {first:.0f} ms")
        for path in (
            "/peta",
            "/peta?pegawai=functional",
            "/peta?unit=D07",
            "/peta?unit=D07-0",
            "/api/v1/gap-map",
            "/api/v1/gap-map?unit=D07",
        ):
            took = [milliseconds(lambda: runner.run(get(path))) for _ in range(asked.rounds)]  # noqa: B023
            print(
                f"{path:28} median {statistics.median(took):4.0f} ms, slowest {max(took):4.0f} ms"
            )


if __name__ == "__main__":
    main()
