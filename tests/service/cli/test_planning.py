"""``selaras plan`` and ``what-if``: the contract's JSON, and words a person reads."""

from __future__ import annotations

import json

import pytest

DAY = "2026-01-05"


@pytest.fixture
def about(selaras, agency):
    def run(command, *arguments):
        return selaras(command, *arguments, "--data", agency, "--as-of", DAY)

    return run


def test_plan_gives_the_shape_of_the_contract(about):
    done = about("plan", "P-1", "--json")
    assert done.code == 0
    body = json.loads(done.out)
    assert {"year", "rows", "totals", "remaining_gaps"} <= set(body)
    assert body["year"] == 2026
    assert isinstance(body["totals"]["cost"], int)


def test_the_plan_in_recommend_is_the_plan(about):
    within = json.loads(about("recommend", "P-1", "--json").out)["plan"]
    alone = json.loads(about("plan", "P-1", "--json").out)
    alone.pop("rules")
    assert within == alone


def test_a_plan_is_read_with_its_fields_reasons_and_open_gaps(about):
    read = about("plan", "P-1").out
    assert "Rencana pengembangan tahun 2026" in read
    assert "Jenis dan jalur" in read
    assert "Jumlah:" in read


def test_a_year_that_is_over_is_a_wrong_use(about):
    done = about("plan", "P-1", "--year", "2025")
    assert done.code == 2
    assert done.out == ""


def test_nobody_by_that_id_is_not_found(about):
    assert about("plan", "P-99").code == 4
    assert about("what-if", "P-99").code == 4
    assert about("what-if", "P-1", "--target", "J-99").code == 4


def test_a_supposition_shows_before_and_after(about):
    body = json.loads(about("what-if", "P-1", "--training", "K-1", "--json").out)
    assert body["supposed"]
    assert {"before", "after", "plan", "path", "then"} <= set(body)
    read = about("what-if", "P-1", "--training", "K-1").out
    assert "Andaikan" in read


@pytest.mark.parametrize("level", ["M.1", "M.1=", "=3", "M.1=tinggi"])
def test_a_level_that_is_none_is_a_wrong_use(about, level):
    assert about("what-if", "P-1", "--level", level).code == 2


def test_a_level_outside_the_scale_is_a_wrong_use(about):
    assert about("what-if", "P-1", "--level", "T-1=99").code == 2
