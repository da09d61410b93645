"""Who may take which step of a nomination: the chain of the offices, its seats and its quotas."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.nominating import (
    COUNTED,
    MOVES,
    SEATED,
    STATES,
    Board,
    Limits,
    Nomination,
    Session,
    Step,
    Wanted,
)

TODAY = date(2026, 4, 3)
AT = datetime(2026, 4, 3, tzinfo=UTC)
SESSION = Session("S", "T", "Judul", date(2026, 5, 4), date(2026, 5, 8), date(2026, 4, 20), 2)
LIMITS = Limits(SESSION, TODAY)


def board(limits=LIMITS, last=(), **states):
    held = {who: Nomination(who, "S", state) for who, state in states.items()}
    return Board(limits, held, {step.employee_id: step for step in last})


def judge(one, act, who="a", **more):
    return one.judge(Wanted(who, who, act, **more))


# The chain as the offices agreed it, once more: act → from → to.
CHAIN = {
    "nominate": ({None, "batal"}, "diusulkan"),
    "veto": ({None}, "batal"),
    "withdraw": ({"diusulkan", "diverifikasi", "cadangan", "dipanggil"}, "batal"),
    "verify": ({"diusulkan", "cadangan"}, "diverifikasi"),
    "reserve": ({"diusulkan", "diverifikasi"}, "cadangan"),
    "refuse": ({"diusulkan", "diverifikasi", "cadangan"}, "batal"),
    "call": ({"diverifikasi"}, "dipanggil"),
    "attend": ({"dipanggil"}, "hadir"),
    "miss": ({"dipanggil"}, "batal"),
    "complete": ({"hadir"}, "selesai"),
    "decline": ({"diusulkan", "diverifikasi", "cadangan"}, "batal"),
}


@pytest.mark.parametrize("act", CHAIN)
@pytest.mark.parametrize("state", [None, *STATES])
def test_every_step_from_every_state_is_as_agreed(act, state):
    one = board(**({} if state is None else {"a": state}))
    more = {"letter_no": "7/2026", "replacement": ("b", "b"), "certificate_no": "C-1"}
    after, why = judge(one, act, **more)
    before, expected = CHAIN[act]
    assert (after, why) == ((expected, None) if state in before else (None, "state"))


def test_after_the_call_up_a_withdrawal_needs_a_letter_and_a_replacement():
    one = board(a="dipanggil")
    assert judge(one, "withdraw")[1] == "letter"
    assert judge(one, "withdraw", letter_no="7/2026")[1] == "replacement"
    assert judge(one, "withdraw", letter_no="7/2026", replacement=("b", "b"))[1] is None
    assert judge(board(a="diverifikasi"), "withdraw")[1] is None


def test_a_certificate_has_a_number():
    assert judge(board(a="hadir"), "complete")[1] == "certificate"
    assert judge(board(a="hadir"), "complete", certificate_no="  ")[1] == "certificate"


def test_nobody_is_proposed_once_registration_is_closed():
    late = Limits(SESSION, date(2026, 4, 21))
    assert judge(board(late), "nominate")[1] == "closed"
    assert judge(board(Limits(SESSION, date(2026, 4, 20))), "nominate")[1] is None
    undated = Limits(replace(SESSION, closes_on=None, starts_on=None, ends_on=None), TODAY)
    assert judge(board(undated), "nominate")[1] is None


def test_a_seat_is_verified_for_as_many_as_there_are():
    one = board(a="diusulkan", b="diverifikasi", c="dipanggil", d="cadangan")
    assert judge(one, "verify")[1] == "seats"
    assert judge(one, "verify", "d")[1] == "seats"
    assert judge(one, "call", "b")[1] is None  # takes no further seat
    assert judge(board(a="diusulkan", b="dipanggil"), "verify")[1] is None
    uncounted = Limits(replace(SESSION, seats=None), TODAY)
    assert judge(board(uncounted, a="diusulkan", b="dipanggil", c="hadir"), "verify")[1] is None


def test_a_department_proposes_as_many_as_its_quota():
    of = {"a": "D1", "b": "D1", "c": "D2", "d": "D3"}
    limits = Limits(SESSION, TODAY, of.__getitem__, {"D1": 1, "D2": 1})
    assert judge(board(limits), "nominate")[1] is None
    assert judge(board(limits, b="diusulkan"), "nominate")[1] == "quota"
    assert judge(board(limits, b="cadangan"), "nominate")[1] is None  # a reserve takes no place
    assert judge(board(limits, c="diusulkan"), "nominate")[1] is None  # another department
    assert judge(board(limits), "nominate", "d")[1] == "quota"  # no seat at all
    assert judge(board(limits, a="cadangan", b="diusulkan"), "verify")[1] == "quota"


def step(act, before, after, who="a"):
    return Step(1, who, "S", act, before, after, None, None, None, None, None, "Rina", "pk", AT)


def test_the_last_step_is_taken_back_to_where_it_came_from():
    one = board(last=[step("verify", "diusulkan", "diverifikasi")], a="diverifikasi")
    assert judge(one, "undo") == ("diusulkan", None)
    fresh = board(last=[step("nominate", None, "diusulkan")], a="diusulkan")
    assert judge(fresh, "undo") == (None, None)


@pytest.mark.parametrize(
    "last",
    [
        [],
        [step("undo", "diverifikasi", "diusulkan")],
        [step("decline", "diusulkan", "diusulkan")],
        [step("verify", "diusulkan", "diverifikasi")],  # stands differently since, by an import
    ],
)
def test_what_was_not_the_last_step_or_is_the_persons_own_is_not_taken_back(last):
    assert judge(board(last=last, a="diusulkan"), "undo")[1] == "undo"


def test_taking_a_step_back_never_goes_beyond_the_seats():
    last = [step("withdraw", "dipanggil", "batal")]
    full = board(last=last, a="batal", b="dipanggil", c="dipanggil")
    assert judge(full, "undo")[1] == "seats"


PEOPLE = "abcdef"
DEPARTMENTS = {who: f"D{n % 2}" for n, who in enumerate(PEOPLE)}


@given(
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(sorted(MOVES))), max_size=60),
    st.integers(0, 4),
    st.integers(0, 3),
)
def test_whatever_is_asked_seats_and_quotas_hold(asked, seats, quota):
    quotas = {"D0": quota, "D1": 1}
    limits = Limits(replace(SESSION, seats=seats), TODAY, DEPARTMENTS.__getitem__, quotas)
    one = Board(limits, {}, {})
    for who, act in asked:
        more = {"letter_no": "1", "replacement": ("z", "z"), "certificate_no": "C"}
        after, why = judge(one, act, who, **more)
        if why is None:
            one.take(who, after)
        states = [one.state(person) for person in PEOPLE]
        assert sum(state in SEATED for state in states) <= seats
        for department, most in quotas.items():
            used = sum(one.state(p) in COUNTED and DEPARTMENTS[p] == department for p in PEOPLE)
            assert used <= most
