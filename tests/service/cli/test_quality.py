"""A ranking that reaches far less than the one in force is held back unless somebody decides."""

from __future__ import annotations

import pytest

from service.database.fairness import review_of
from service.database.generations import current_generation, generation
from service.database.tables import quality_review
from service.settings import Settings
from service.usecases.sources import open_database

DAY = "2026-01-05"


@pytest.fixture
def office(workplace):
    """A folder of 40 people and four trainings."""
    folder = workplace / "office"
    folder.mkdir()
    people = "".join(f"P-{n:03d}\n" for n in range(40))
    (folder / "employees.csv").write_text(f"employee_id\n{people}", encoding="utf-8")
    trainings = "".join(f"K-{n},Dasar Rekaan {n},8\n" for n in range(4))
    (folder / "trainings.csv").write_text(f"training_code,title,hours\n{trainings}", "utf-8")
    return folder


@pytest.fixture
def database(selaras, office):
    assert selaras("import", office).code == 0
    assert selaras("rank", "--as-of", DAY).code == 0
    return open_database(Settings())


@pytest.fixture
def shrink(selaras, office):
    """Some people are recorded as having done every training."""

    def act(people: int):
        rows = "".join(
            f"P-{p:03d},K-{n},2025-0{n + 1}-01\n" for p in range(people) for n in range(4)
        )
        (office / "training_history.csv").write_text(
            f"employee_id,training_code,completed_on\n{rows}", encoding="utf-8"
        )
        assert selaras("import", office).code == 0

    return act


def test_the_first_ranking_has_nothing_to_be_compared_with(database):
    review = review_of(database, 1, quality_review)
    assert review.met
    assert review.report["reach"] == {
        "people": 40, "served": {"training": 40}, "items": {"training": 4}
    }  # fmt: skip
    assert review.report["before"] is None


def test_a_ranking_that_serves_far_fewer_is_held_back_and_the_one_before_stays(
    selaras, database, shrink
):
    shrink(20)
    done = selaras("rank", "--as-of", DAY, "--lang", "en")
    assert done.code == 1
    assert "employees with a training suggested fell from 40 to 20" in done.err
    assert "--override-quality" in done.err
    assert current_generation(database).number == 1
    assert generation(database, 2).state == "failed"
    review = review_of(database, 2, quality_review)
    assert (review.met, review.override) == (False, None)
    assert [one["measure"] for one in review.report["losses"]] == ["served"]


def test_a_small_change_is_published(selaras, database, shrink):
    shrink(8)
    assert selaras("rank", "--as-of", DAY).code == 0
    review = review_of(database, 2, quality_review)
    assert review.met
    assert review.report["before"]["served"] == {"training": 40}


def test_a_recorded_reason_publishes_it_and_sets_the_new_measure(selaras, database, shrink):
    shrink(20)
    reason = "Pelatihan massal telah selesai"
    done = selaras("rank", "--as-of", DAY, "--override-quality", reason, "--by", "Kepala BPSDM")
    assert done.code == 0
    assert reason in done.err
    review = review_of(database, 2, quality_review)
    assert (review.override.reason, review.override.by) == (reason, "Kepala BPSDM")
    assert selaras("rank", "--as-of", DAY).code == 0
    assert review_of(database, 3, quality_review).met


def test_a_reason_of_fairness_does_not_pass_the_gate_of_quality(selaras, database, shrink):
    shrink(20)
    assert selaras("rank", "--as-of", DAY, "--override-fairness", "alasan lain").code == 1


def test_a_reason_is_for_publishing_only_and_says_something(selaras, database, office):
    arguments = ("--data", office, "--kind", "training", "--out", "s.csv", "--as-of", DAY)
    assert selaras("rank", *arguments, "--override-quality", "alasan").code == 2
    assert selaras("rank", "--as-of", DAY, "--override-quality", " ").code == 2
