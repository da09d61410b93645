"""``selaras evaluate``: figures for machines, reports for people."""

import json

import pytest

from service.usecases.evaluating import Stopwatch

DAY = "2026-01-05"
PEOPLE = [f"P-{n}" for n in (1, 2, 3)]


@pytest.fixture
def taken(agency):
    """Everybody took two trainings early, and one of them a third late."""
    rows = [f"{p},{c},2024-0{n}-02" for p in PEOPLE for n, c in enumerate(("K-1", "K-2"), 1)]
    rows += ["P-3,K-3,2024-03-01", "P-1,K-3,2025-03-02"]
    text = "employee_id,training_code,completed_on\n" + "\n".join(rows) + "\n"
    (agency / "training_history.csv").write_text(text, encoding="utf-8")
    return agency


def arguments(data):
    return ("evaluate", "--data", data, "--kind", "training", "--as-of", DAY)


def test_without_a_split_figures_are_those_of_the_split_by_time(selaras, taken, workplace):
    done = selaras(*arguments(taken), "--out", "quality.json")
    assert (done.code, done.out) == (0, "")
    body = json.loads((workplace / "quality.json").read_text(encoding="utf-8"))
    assert set(body) == {"protocol", "n", "groups"}
    assert body["protocol"]["split"] == "time"
    asked = selaras(*arguments(taken), "--split", "time", "--json")
    assert json.loads(asked.out) == body


@pytest.mark.parametrize("suffix", [".md", ".html", ".HTML"])
def test_a_report_holds_both_splits_the_one_by_time_first(selaras, taken, workplace, suffix):
    done = selaras(*arguments(taken), "--out", f"mutu{suffix}")
    assert (done.code, done.out) == (0, "")
    page = (workplace / f"mutu{suffix}").read_text(encoding="utf-8")
    first, second = "Pembagian menurut waktu", "Pelatihan terakhir setiap pegawai"
    assert page.index(first) < page.index(second)
    assert "Waktu yang dipakai" in page
    assert page.startswith("# ") == (suffix == ".md")


def test_a_report_of_one_split_is_in_the_language_asked_for(selaras, taken, workplace):
    done = selaras(*arguments(taken), "--split", "last", "--out", "q.md", "--lang", "en", "--json")
    assert done.code == 0
    page = (workplace / "q.md").read_text(encoding="utf-8")
    assert "Last training of each employee" in page
    assert "Split by time" not in page
    assert json.loads(done.out)["protocol"]["split"] == "last"


def test_an_unknown_form_is_refused_before_anything_is_measured(selaras, taken, workplace):
    done = selaras(*arguments(taken), "--out", "mutu.pdf")
    assert done.code == 2
    assert ".html" in done.err
    assert not (workplace / "mutu.pdf").exists()
    assert selaras(*arguments(taken), "--out", "no/such/mutu.md").code == 2


def test_the_stopwatch_adds_up_each_step_until_the_next():
    moments = iter([0.0, 2.0, 5.0, 6.0, 10.0])
    told = []
    watch = Stopwatch(lambda *step: told.append(step), clock=lambda: next(moments))
    for step in (("a", 0, 2), ("b", 1, 2), ("a", 0, 2), ("report", 0, 1), ("report", 1, 1)):
        watch(*step)
    assert watch.seconds == {"a": 3.0, "b": 3.0, "report": 4.0}
    assert told[-1] == ("report", 1, 1)
