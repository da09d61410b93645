"""``selaras assess``: whom and what to assess next."""

from __future__ import annotations

import json

import pytest

DAY = "2026-01-05"


@pytest.fixture
def about(selaras, agency):
    def run(*arguments):
        return selaras("assess", *arguments, "--data", agency, "--as-of", DAY)

    return run


def test_everybody_is_listed_with_the_most_useful_first(about):
    done = about("--json")
    assert done.code == 0
    values = [row["value"] for row in json.loads(done.out)["items"]]
    assert values == sorted(values, reverse=True)


def test_one_person_is_told_about_that_person_only(about):
    items = json.loads(about("--employee", "P-1", "--json").out)["items"]
    assert {row["employee_id"] for row in items} <= {"P-1"}


def test_the_list_says_its_title_in_words(about):
    assert "Layak dinilai berikutnya" in about("--employee", "P-1").out


def test_nobody_by_that_id_and_no_such_unit_are_not_found(about):
    assert about("--employee", "P-99").code == 4
    assert about("--unit", "NOWHERE").code == 4
