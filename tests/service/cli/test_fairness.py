"""The gate before a publication, the recorded decision to pass it, and ``selaras fairness``."""

import json
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from recommender.engine import Engine
from service.database.fairness import newest_review, review_of
from service.database.generations import current_generation, generation
from service.settings import Settings
from service.usecases.sources import open_database

DAY = "2026-01-05"


@pytest.fixture
def office(workplace):
    """A folder of 120 people, every second a woman, and two trainings."""
    folder = workplace / "office"
    folder.mkdir()
    people = "".join(f"P-{n:03d},{'LP'[n % 2]}\n" for n in range(120))
    (folder / "employees.csv").write_text(f"employee_id,sex\n{people}", encoding="utf-8")
    trainings = "training_code,title,hours\nK-1,Dasar Rekaan,8\nK-2,Lanjutan Rekaan,8\n"
    (folder / "trainings.csv").write_text(trainings, encoding="utf-8")
    return folder


@pytest.fixture
def unfair(monkeypatch):
    """A ranking that keeps every suggestion from women."""
    honest = Engine.rank_block

    def dishonest(engine, kind, rows, k):
        ranked = honest(engine, kind, rows, k)
        shown = [int(one.employee_id[2:]) % 2 == 0 for one in ranked.rows()]
        return replace(ranked, lines=ranked.lines.filter(pa.array(shown, pa.bool_())))

    def begin():
        monkeypatch.setattr(Engine, "rank_block", dishonest)
        # Other code answers now, as its version would say: nothing ranked before is kept.
        monkeypatch.setattr("recommender.batch.fingerprints.code_version", lambda: "dishonest")

    return begin


@pytest.fixture
def database(selaras, office):
    assert selaras("import", office).code == 0
    assert selaras("rank", "--as-of", DAY).code == 0
    return open_database(Settings())


def test_a_fair_ranking_is_published_with_its_review(database):
    review = review_of(database, current_generation(database).number)
    assert review.met
    assert review.override is None
    assert [m["measure"] for m in review.report["measures"]][:1] == ["training.everybody"]


def test_an_unfair_ranking_is_held_back_and_the_one_before_stays(selaras, database, unfair):
    unfair()
    done = selaras("rank", "--as-of", DAY, "--lang", "en")
    assert done.code == 1
    assert "women" in done.err
    assert "--override-fairness" in done.err
    assert current_generation(database).number == 1
    held = newest_review(database)
    assert (held.generation, held.met, held.override) == (2, False, None)
    assert generation(database, 2).state == "failed"


def test_a_recorded_reason_publishes_it_all_the_same(selaras, database, unfair):
    unfair()
    reason = "Pelatihan khusus, diputuskan dalam rapat"
    # Half of the people lose their suggestions, which is a finding of its own.
    both = ("--override-fairness", reason, "--override-quality", "Sama")
    done = selaras("rank", "--as-of", DAY, *both, "--by", "Kepala BKD")
    assert done.code == 0
    assert reason in done.err
    assert current_generation(database).number == 2
    review = review_of(database, 2)
    assert not review.met
    assert (review.override.reason, review.override.by) == (reason, "Kepala BKD")
    assert review.at.tzinfo is not None


def test_a_reason_that_was_not_needed_is_not_recorded(selaras, database):
    assert selaras("rank", "--as-of", DAY, "--override-fairness", "berjaga-jaga").code == 0
    assert newest_review(database).override is None


@pytest.mark.parametrize("more", [["--override-fairness", " "]])
def test_a_reason_says_something(selaras, database, more):
    assert selaras("rank", "--as-of", DAY, *more).code == 2


def test_a_reason_is_for_publishing_only(selaras, office):
    arguments = ("--data", office, "--kind", "training", "--out", "s.csv", "--as-of", DAY)
    assert selaras("rank", *arguments, "--override-fairness", "alasan").code == 2


def test_a_file_is_written_and_says_what_a_publication_would_meet(
    selaras, office, workplace, unfair
):
    arguments = ("--data", office, "--kind", "training", "--out", "s.csv", "--as-of", DAY)
    assert selaras("rank", *arguments).code == 0
    basis = json.loads((workplace / "s.csv.json").read_text(encoding="utf-8"))
    assert basis["fairness"]["met"] is True
    unfair()
    done = selaras("rank", *arguments)
    assert done.code == 0
    assert "perempuan" in done.err
    basis = json.loads((workplace / "s.csv.json").read_text(encoding="utf-8"))
    assert basis["fairness"]["met"] is False


def test_the_report_shows_given_data_as_markdown_and_as_json(selaras, office):
    arguments = ("--data", office, "--kind", "training", "--as-of", DAY)
    done = selaras("fairness", *arguments, "--lang", "en")
    assert done.code == 0
    assert "| sex | women | 60 | 100% |" in done.out
    found = json.loads(selaras("fairness", *arguments, "--json").out)
    assert found["met"] is True
    assert selaras("fairness", "--data", office, "--kind", "role", "--as-of", DAY).code == 3


def test_the_report_without_data_is_the_newest_review(selaras, database, unfair):
    assert json.loads(selaras("fairness", "--json").out)["generation"] == 1
    assert json.loads(selaras("fairness", "--kind", "role", "--json").out)["measures"] == []
    unfair()
    selaras("rank", "--as-of", DAY)
    done = selaras("fairness", "--json")
    assert done.code == 1
    assert json.loads(done.out)["generation"] == 2


def test_without_any_review_the_report_says_what_to_do(selaras, workplace):
    done = selaras("fairness")
    assert done.code == 4
    assert "selaras rank" in done.err


def test_a_generation_from_before_reviews_has_none(database):
    assert review_of(database, 99) is None
    assert date.fromisoformat(DAY) == current_generation(database).as_of
