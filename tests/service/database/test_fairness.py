"""Reviews of fairness, on both databases: one row per generation, kept whatever becomes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.database.fairness import Override, newest_review, review_of, store_review
from service.database.generations import Manifest, current_generation, generation, publish
from service.errors import DatabaseError, HeldBack
from training_data.dataset import Dataset

MANIFEST = Manifest(date(2026, 4, 3), "m", "r")
REPORT = {"met": False, "measures": [{"rate": 0.5}]}
ROWS = [("P-1", "training", "K-1", 1, 5, "lolos", "")]


def test_a_review_is_read_back_with_its_decision(
    engine: Engine, home: Path, agency: Dataset
) -> None:
    decided = Override("diputuskan rapat", "Kepala BKD")

    def review(number: int) -> None:
        store_review(engine, number, False, REPORT, decided)

    number = publish(engine, home, ROWS, MANIFEST, agency, review=review)
    found = review_of(engine, number)
    assert found is not None
    assert (found.met, found.report, found.override) == (False, REPORT, decided)
    assert newest_review(engine) == found


def test_what_a_review_holds_back_is_not_served_and_stays_on_record(
    engine: Engine, home: Path, agency: Dataset
) -> None:
    first = publish(engine, home, ROWS, MANIFEST, agency)
    assert review_of(engine, first) is None

    def review(number: int) -> None:
        store_review(engine, number, False, REPORT, None)
        raise HeldBack("cli.fairness.held", findings="contoh")

    with pytest.raises(HeldBack):
        publish(engine, home, ROWS, MANIFEST, agency, review=review)
    current = current_generation(engine)
    assert current is not None
    assert current.number == first
    held = newest_review(engine)
    assert held is not None
    assert held.generation > first
    assert held.override is None
    assert generation(engine, held.generation).state == "failed"


def test_a_review_is_written_once(engine: Engine, home: Path, agency: Dataset) -> None:
    number = publish(engine, home, ROWS, MANIFEST, agency)
    store_review(engine, number, True, {}, None)
    with pytest.raises(DatabaseError):
        store_review(engine, number, True, {}, None)
