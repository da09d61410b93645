"""What is told of answers: the latest that stand, by unit, and never of too few people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from recommender.gapmap import Branches
from service.answers import Act, Standing
from service.uptake import Course, Said, uptake

TODAY = datetime(2026, 4, 3, tzinfo=UTC)
TREE = Branches.of([("PD", None), ("SUB", "PD"), ("OTHER", None)])
HOMES = {f"S-{n}": "SUB" for n in range(6)} | {f"O-{n}": "OTHER" for n in range(6)}
COURSES = {"T-1": Course(20.0, 1_000), "T-2": Course(None, None)}


def act(person, action="accepted", item="T-1", reason=None, days=3, kind="training"):
    return Act(0, person, kind, item, action, reason, None, TODAY - timedelta(days=days))


def told(*acts, least=5, homes=HOMES):
    return uptake(acts, Standing(), TODAY, TREE, homes, COURSES, least)


def test_answers_hours_and_money_are_counted_in_every_unit_above():
    found = told(*(act(f"S-{n}") for n in range(6)), act("S-0", item="T-2"))
    expected = Said(6, 7, 0, 0, found["SUB", "whole"].reasons, 120.0, 6_000, 1)
    assert found["SUB", "whole"] == found["PD", "whole"] == found["", "whole"] == expected
    assert ("OTHER", "whole") not in found


def test_the_latest_answer_to_an_item_counts_alone():
    found = told(*(act(f"S-{n}") for n in range(5)), act("S-0", "declined", reason="jadwal"))
    one = found["SUB", "whole"]
    assert (one.accepted, one.declined, one.people) == (4, 1, 5)


@pytest.mark.parametrize(
    "other",
    [
        act("S-5", days=0),
        act("S-5", days=-1),
        act("S-5", days=366),
        act("S-5", kind="role"),
        act("S-5", "completed"),
        act("gone"),
    ],
    ids=["today", "tomorrow", "run out", "a post", "completed", "not there any more"],
)
def test_what_is_not_counted(other):
    before = told(*(act(f"S-{n}") for n in range(5)))
    assert told(*(act(f"S-{n}") for n in range(5)), other) == before


def test_a_few_who_answered_are_hidden_and_so_is_who_would_give_them_away():
    found = told(act("S-0"), *(act(f"O-{n}") for n in range(6)))
    assert found["SUB", "whole"] == found["OTHER", "whole"] == Said()
    assert found["", "whole"].people == 7


def test_reasons_and_hours_speak_of_enough_people_too():
    acts = [act(f"S-{n}", "declined", reason="jadwal") for n in range(4)]
    one = told(*acts, act("S-4", "postponed"))["SUB", "whole"]
    assert (one.people, one.declined, one.postponed) == (5, 4, 1)
    assert one.reasons is None
    assert (one.jp, one.cost) == (0.0, 0)
    again = told(*acts, act("S-4", "postponed", reason="beban_kerja"))["SUB", "whole"]
    assert (again.reasons["jadwal"], again.reasons["beban_kerja"]) == (4, 1)


def test_people_without_a_unit_are_a_part_of_the_agency():
    homes = {f"N-{n}": None for n in range(5)} | HOMES
    found = told(
        *(act(f"N-{n}") for n in range(5)), *(act(f"O-{n}") for n in range(5)), homes=homes
    )
    assert found["", "own"].people == found["OTHER", "whole"].people == 5
    assert found["", "whole"].people == 10
