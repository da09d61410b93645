"""What an officer types becomes constraints; kinds of need are counted, small ones not told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.allocation.wishes import Wishes
from service.pages.scenario_forms import Catalogue, NewForm, TurnsForm, changed, form_of
from service.pages.scenario_views import Names, filled_by, group_rows
from service.runtime import Published
from training_data.messages import Text

RESULT = {
    "sessions": [{"code": "S-0007", "seats": 30}, {"code": "S 8", "seats": None}],
    "budgets": {"B-1": {"amount": 1_000_000}, "B-2|B-3": {"amount": 5}},
}


def ask(constraints, **typed):
    return changed(replace(form_of(constraints, RESULT), **typed), constraints, RESULT)


@pytest.mark.parametrize(
    ("line", "seats"),
    [
        ("S-0007 +40", {"S-0007": 70}),
        ("S-0007+40", {"S-0007": 70}),
        ("S-0007 -5", {"S-0007": 25}),
        ("S-0007 − 45", {"S-0007": 0}),
        ("S-0007 = 60", {"S-0007": 60}),
        ("S-0007 60", {"S-0007": 60}),
        ("S-0007 +1\nS-0007 +1; S 8 12", {"S-0007": 32, "S 8": 12}),
    ],
)
def test_seats_are_added_taken_and_set_as_officers_write_it(line, seats):
    assert ask({}, seats=line) == {"seats": seats}


def test_seats_are_added_to_what_was_asked_before():
    assert ask({"seats": {"S-0007": 50}}, seats="S-0007 +1") == {"seats": {"S-0007": 51}}


def test_seats_nobody_counted_are_set_not_added():
    assert "tidak tercatat" in ask({}, seats="S 8 +1").id


def test_what_is_emptied_is_no_longer_asked_and_the_rest_stays():
    asked = {"closed": ["S-0007"], "max_courses": 3, "soft_jp": {"target": 20, "weight": 2.0},
             "money": 12_000_000_000, "must": [["A", "S-0007"]]}  # fmt: skip
    assert ask(asked, closed="", courses="", jp="24", money="") == {
        "soft_jp": {"target": 24.0, "weight": 2.0}, "must": [["A", "S-0007"]],
    }  # fmt: skip
    assert ask(asked, jp="")["money"] == 12_000_000_000
    assert "soft_jp" not in ask(asked, jp="")


def test_one_sum_takes_the_place_of_budgets_and_budgets_paid_together_are_one():
    assert ask({"budgets": {"B-1": 3}}, money="12 miliar") == {"money": 12_000_000_000}
    form = (("B-1", "Rp1.000.000"), ("B-2|B-3", "2 juta"))
    assert ask({}, budgets=form) == {"budgets": {"B-2": 2_000_000, "B-3": 0}}


def test_a_floor_is_dropped_and_a_ceiling_stays():
    quotas = [
        {"by": "sex", "value": "P", "min": 3},
        {"by": "sex", "value": "L", "min": 1, "max": 9},
    ]
    found = ask({"quotas": quotas}, dropped=frozenset({0, 1}))
    assert found == {"quotas": [{"by": "sex", "value": "L", "max": 9}]}
    Wishes.of(found)


def test_nothing_changed_is_said():
    assert isinstance(ask({"money": 5, "soft_jp": 20.5, "closed": ["S 8"]}), Text)


def published(name):
    return [Published("P-1", 1, 5, "lolos", f"burden::-0.5|{name}:M.1:1.000000")]


def test_kinds_of_need_are_counted_and_those_of_few_are_not_told():
    kinds = ["gap_now"] * 7 + ["mandatory"] * 4
    people = [str(n) for n in range(len(kinds))]
    said = filled_by(people, lambda who: published(kinds[int(who)]), "P-1").id
    assert "11 peserta" in said
    assert "Kesenjangan pada jabatan saat ini (7)" in said
    assert "wajib" not in said
    assert filled_by(people[:4], lambda who: published("gap_now"), "P-1").id.endswith("4 peserta.")
    assert filled_by(people, lambda who: [], "P-1").id.endswith("11 peserta.")


CATALOGUE = Catalogue({"K-1": "Dasar Rekaan", "K-2": "Sama", "K-3": "Sama"}, date(2026, 1, 5))
NEW = NewForm("dasar rekaan", "30", "2026-05-04", "", "1,5 juta", "")


def suppose(constraints, new):
    form = replace(form_of(constraints, RESULT), new=new)
    return changed(form, constraints, RESULT, CATALOGUE)


def test_a_session_that_is_not_there_is_added_to_those_supposed_before():
    asked = {"training_code": "K-1", "seats": 30, "starts_on": "2026-05-04",
             "ends_on": "2026-05-04", "cost": 1_500_000}  # fmt: skip
    assert suppose({}, NEW) == {"open": [asked]}
    found = suppose({"open": [asked]}, replace(NEW, training="K-2", cost=""))
    assert [one["training_code"] for one in found["open"]] == ["K-1", "K-2"]
    Wishes.of(found)


@pytest.mark.parametrize(
    "change",
    [{"training": "K-404"}, {"training": "Sama"}, {"seats": "0"}, {"seats": "x"},
     {"begins": "2026-01-05"}, {"begins": ""}, {"ends": "2026-05-03"}, {"cost": "banyak"}],
)  # fmt: skip
def test_a_session_that_cannot_be_understood_is_said(change):
    assert isinstance(suppose({}, replace(NEW, **change)), Text)


def test_turns_are_asked_for_changed_and_left():
    asked = {"fair_years": 3, "fair_strength": 0.5, "fair_by": "department"}
    assert ask({}, turns=TurnsForm("3", "0,5", "department")) == asked
    assert ask(asked, turns=TurnsForm("2")) == {"fair_years": 2}
    assert ask({**asked, "money": 5}, turns=TurnsForm()) == {"money": 5}
    assert isinstance(ask(asked), Text)  # nothing was changed
    for wrong in (TurnsForm("0"), TurnsForm("11"), TurnsForm("", "1"), TurnsForm("2", "x")):
        assert isinstance(ask({}, turns=wrong), Text)


NAMES = Names(str.upper, str.upper, str.upper)


def test_seats_are_counted_by_group_the_largest_difference_first():
    # Ten people of each department, seven of a third; three of a fourth are too few to tell of.
    of = {f"{unit}{n}": unit for unit, size in (("a", 10), ("b", 10), ("c", 7), ("d", 3))
          for n in range(size)}  # fmt: skip
    before = {"a0": frozenset({"S-1", "S-2"}), "b0": frozenset({"S-1"}), "d0": frozenset({"S-1"})}
    after = {"a0": frozenset({"S-1"}), "b0": frozenset({"S-1"}), "b1": frozenset({"S-1"}),
             "b2": frozenset({"S-2", "S-3"}), "gone": frozenset({"S-1"})}  # fmt: skip
    rows = group_rows("department", of, (before, after), NAMES)
    shown = [(r.value.id, r.people, r.seats, r.reached) for r in rows if not r.hidden]
    assert shown == [("B", 10, (1, 4), (1, 3)), ("A", 10, (2, 1), (1, 1))]
    # The small one would be the rest of the total: the next smallest is hidden with it.
    assert {row.value.id for row in rows if row.hidden} == {"C", "D"}
    assert group_rows("department", dict.fromkeys(of, "a"), (before, after), NAMES) == ()


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 3), st.integers(0, 3))))
def test_a_small_group_is_never_told_and_no_seat_is_counted_twice(people):
    of = {str(n): unit for n, (unit, _, _) in enumerate(people)}
    two = tuple(
        {
            str(n): frozenset(map(str, range(one[place])))
            for n, one in enumerate(people)
            if one[place]
        }
        for place in (1, 2)
    )
    rows = group_rows("department", of, two, NAMES)
    shown = [row for row in rows if not row.hidden]
    assert all(row.people >= 5 for row in shown)
    for place in (0, 1):
        assert sum(row.seats[place] for row in shown) <= sum(one[place + 1] for one in people)
        assert all(row.reached[place] <= row.people for row in shown)
