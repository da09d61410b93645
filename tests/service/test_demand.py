"""Trainings of a group: counted by hand, and equal to counting person by person."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from service.demand import FIRST, Demand, laid_out
from service.uptake import Course

CODES = [f"P-{n}" for n in range(12)]
OUTCOMES = ("lolos", "perlu_verifikasi")


def test_a_group_of_three_counted_by_hand():
    suggested = laid_out(
        [
            ("a", [("P-1", "lolos"), ("P-2", "perlu_verifikasi")]),
            ("b", [("P-2", "lolos"), ("P-3", "lolos")]),
            ("c", [("P-3", "lolos")]),
            ("d", [("P-1", "lolos")]),  # not of the group
        ]
    )
    answered = {"b": {"P-2": "declined"}, "c": {"P-3": "accepted", "P-9": "accepted"}}
    courses = {"P-3": Course(20.0, 1_500_000)}
    found = suggested.count(["a", "b", "c", "nobody"], answered, courses)
    assert found == [
        Demand("P-3", 2, 0, 1, 20.0, 1_500_000),
        Demand("P-1", 1, 0, 0),
        Demand("P-2", 1, 1, 0),
        Demand("P-9", 1, 0, 1),
    ]
    assert (found[0].all_jp, found[0].all_cost) == (40.0, 3_000_000)
    assert (found[1].all_jp, found[1].all_cost) == (None, None)


def test_what_comes_next_takes_the_place_of_what_was_declined():
    codes = CODES[: FIRST + 2]
    suggested = laid_out([("a", [(code, "lolos") for code in codes])])
    assert {one.item_code for one in suggested.count(["a"], {}, {})} == set(codes[:FIRST])
    answered = {"a": {codes[0]: "declined"}}
    found = {one.item_code for one in suggested.count(["a"], answered, {})}
    assert found == set(codes[1 : FIRST + 1])


def test_nobody_and_nothing_published_count_as_nothing():
    assert laid_out([]).count(["a"], {"a": {}}, {}) == []
    assert laid_out([("a", [])]).count(["a"], {}, {}) == []
    assert laid_out([("a", [("P-1", "lolos")])]).count([], {}, {}) == []


LISTS = st.dictionaries(
    st.sampled_from("abcdefg"),
    st.lists(st.sampled_from(CODES), unique=True).flatmap(
        lambda codes: st.tuples(*(st.tuples(st.just(c), st.sampled_from(OUTCOMES)) for c in codes))
    ),
)
ANSWERS = st.dictionaries(
    st.sampled_from("abcdefg"),
    st.dictionaries(st.sampled_from(CODES), st.sampled_from(("accepted", "declined", "postponed"))),
)


@given(LISTS, ANSWERS, st.sets(st.sampled_from("abcdefg")))
def test_it_is_counting_person_by_person(lists, answered, group):
    people, verify, willing = Counter(), Counter(), Counter()
    for one in group:
        acts = answered.get(one, {})
        own = dict(lists.get(one, ()))
        left = [code for code in own if code not in acts][:FIRST]
        ready = [code for code, act in acts.items() if act == "accepted"]
        people.update(left + ready)
        willing.update(ready)
        verify.update(c for c in left + ready if own.get(c) == "perlu_verifikasi")
    found = laid_out(lists.items()).count(group, answered, {})
    assert [one.item_code for one in found] == sorted(people, key=lambda c: (-people[c], c))
    for one in found:
        code = one.item_code
        assert (one.people, one.to_verify, one.willing) == (
            people[code], verify[code], willing[code],
        )  # fmt: skip
