"""Publishing keeps of the generation in force what no change touches, and nothing unsure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sqlalchemy import update

from recommender.engine import Engine
from service.database import generations
from service.database.engine import writing
from service.database.packing import pack
from service.database.tables import recommendation
from service.settings import Settings
from service.usecases.learning import fit_model
from service.usecases.publishing import Published, rerank_and_publish
from service.usecases.sources import open_database
from training_data.dataset import Dataset


class Agency:
    """An installation whose rankings are published with one model."""

    def __init__(self, settings: Settings, model: Path, day: date) -> None:
        self.settings, self.model, self.day = settings, model, day
        self.database = open_database(settings)

    def publish(self, dataset: Dataset, **how: object) -> Published:
        given = {"model_folder": self.model, **how}
        return rerank_and_publish(dataset, self.settings, as_of=self.day, **given)  # type: ignore[arg-type]

    def rows(self, number: int) -> list:
        return sorted(generations.published_rows(self.database, number))


@pytest.fixture
def model(tmp_path: Path, agency_data: Dataset, as_of: date) -> Path:
    fit_model(agency_data, tmp_path / "model", as_of=as_of, settings=Settings(home=tmp_path / "h"))
    return tmp_path / "model"


@pytest.fixture
def agency(tmp_path: Path, model: Path, as_of: date) -> Agency:
    return Agency(Settings(home=tmp_path / "home", port=0), model, as_of)


@pytest.fixture
def ranked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who is ranked, once per kind."""
    rows: list[str] = []
    honest = Engine.rank_block

    def noted(engine, kind, block, k):
        rows.extend(engine.employee_ids[row] for row in block)
        return honest(engine, kind, block, k)

    monkeypatch.setattr(Engine, "rank_block", noted)
    return rows


def raised(dataset: Dataset, one: str) -> Dataset:
    """Return the agency after somebody was assessed anew."""
    held = dataset.tables["competency_scores"]
    here = pc.equal(held["employee_id"], one)
    level = pc.if_else(here, pc.add(held["level"], 0.5), held["level"])
    place = held.column_names.index("level")
    return dataset.replace(competency_scores=held.set_column(place, "level", level))


def test_only_the_changed_person_is_ranked_and_all_is_published_as_by_a_full_run(
    agency: Agency, agency_data: Dataset, ranked: list[str], tmp_path: Path
) -> None:
    first = agency.publish(agency_data)
    assert first.kept == {}
    changed = raised(agency_data, "A-1")
    del ranked[:]
    second = agency.publish(changed)
    assert ranked == ["A-1", "A-1"]
    people = len(agency_data.tables["employees"])
    assert {k: (one.kept, one.touched, one.why) for k, one in second.kept.items()} == {
        "training": (people - 1, 1, None), "role": (people - 1, 1, None),
    }  # fmt: skip
    anew = Agency(Settings(home=tmp_path / "other", port=0), agency.model, agency.day)
    full = anew.publish(changed)
    assert agency.rows(second.number) == anew.rows(full.number)
    for kind in second.kept:
        files = [
            generations.snapshot_folders(one.settings.home, number).record(kind)
            for one, number in ((agency, second.number), (anew, full.number))
        ]
        assert files[0].read_bytes() == files[1].read_bytes()
        assert files[0].stat().st_mode & 0o777 == 0o600
    assert agency.rows(first.number) != agency.rows(second.number)


def test_nothing_changed_and_nobody_is_ranked(
    agency: Agency, agency_data: Dataset, ranked: list[str]
) -> None:
    first = agency.publish(agency_data)
    del ranked[:]
    second = agency.publish(agency_data)
    assert ranked == []
    assert agency.rows(first.number) == agency.rows(second.number)


def test_what_is_kept_is_that_of_the_generation_in_force(
    agency: Agency, agency_data: Dataset, ranked: list[str]
) -> None:
    first = agency.publish(agency_data)
    agency.publish(raised(agency_data, "A-1"))
    generations.roll_back(agency.database)
    del ranked[:]
    third = agency.publish(raised(agency_data, "A-2"))
    assert set(ranked) == {"A-2"}
    kept = [row for row in agency.rows(third.number) if row[0] != "A-2"]
    assert kept == [row for row in agency.rows(first.number) if row[0] != "A-2"]


def test_a_generation_without_record_is_not_kept(
    agency: Agency, agency_data: Dataset, ranked: list[str]
) -> None:
    first = agency.publish(agency_data)
    folders = generations.snapshot_folders(agency.settings.home, first.number)
    folders.record("role").unlink()
    del ranked[:]
    second = agency.publish(agency_data)
    assert sorted(ranked) == sorted(agency_data.tables["employees"]["employee_id"].to_pylist())
    why = second.kept["role"].why
    assert why is not None
    assert f"ke-{first.number}" in why.id
    assert second.kept["training"].why is None
    assert agency.rows(first.number) == agency.rows(second.number)


def test_lists_that_were_changed_in_the_database_are_not_kept(
    agency: Agency, agency_data: Dataset
) -> None:
    first = agency.publish(agency_data)
    honest = agency.rows(first.number)
    (forged,) = pack([("A-1", "training", "P-1", 1, 9, "lolos", "")])
    statement = update(recommendation).where(
        recommendation.c.employee_id == "A-1", recommendation.c.kind == "training"
    )
    with writing(agency.database) as connection:
        connection.execute(statement.values(packed=forged.packed))
    assert agency.rows(first.number) != honest
    second = agency.publish(agency_data)
    assert all(one.why is not None for one in second.kept.values())
    assert agency.rows(second.number) == honest


def test_another_model_ranks_everybody_and_says_so(
    agency: Agency, agency_data: Dataset, ranked: list[str]
) -> None:
    agency.publish(agency_data)
    del ranked[:]
    found = agency.publish(raised(agency_data, "A-1"), model_folder=None, seed=7)
    assert len(ranked) == 2 * len(agency_data.tables["employees"])
    why = found.kept["training"].why
    assert why is not None
    assert "model" in why.en


def test_records_go_with_their_generation(agency: Agency, agency_data: Dataset) -> None:
    home = agency.settings.home
    numbers = [agency.publish(raised(agency_data, who)).number for who in ("A-1", "A-2") * 3]
    left = [generations.snapshot_folders(home, n).record("role").exists() for n in numbers]
    assert left == [False] * 3 + [True] * 3


def test_ids_of_any_order_and_alphabet_are_kept(
    agency: Agency, agency_data: Dataset, ranked: list[str]
) -> None:
    ids = ["a", "B", "_", "Ä", "é", "z-1", "Z 1", "😀", "0"]
    people = pa.table({"employee_id": ids, "job_code": ["J-1"] * len(ids),
                       "tier": ["pelaksana"] * len(ids)})  # fmt: skip
    held = agency_data.tables["employees"].select(["employee_id", "job_code", "tier"])
    data = agency_data.replace(employees=pa.concat_tables([held, people.cast(held.schema)]))
    first = agency.publish(data)
    del ranked[:]
    second = agency.publish(raised(data, "A-1"))
    assert set(ranked) == {"A-1"}
    kept = [row for row in agency.rows(second.number) if row[0] != "A-1"]
    assert kept == [row for row in agency.rows(first.number) if row[0] != "A-1"]
