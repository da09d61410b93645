"""Sentences tell why, never that there is little to say, and never count a few people."""

from __future__ import annotations

from datetime import date, datetime

from recommender.results import Term
from training_data import messages


def opening(code):
    """Return a sentence's words before its first placeholder."""
    return messages.entries()[code]["id"].partition("{")[0]


FILLERS = tuple(
    opening(f"reason.{name}")
    for name in (
        "burden", "deficit_small", "surplus_small", "peers_none", "duties_fair", "duties_far",
        "role_duties_fair", "role_duties_far",
    )
)  # fmt: skip


def words(item, name):
    return [t.text.id for t in item.terms if t.name == name]


def test_an_assessment_that_is_no_longer_valid_says_so(make_engine):
    for day, over in ((datetime(2025, 3, 12), False), (datetime(2021, 3, 12), True)):
        engine = make_engine(
            competency_scores={
                "employee_id": ["ani", "budi"],
                "competency_code": ["T.LL", "T.LL"],
                "level": [1.0, 3.5],
                "assessed_on": [day, day],
                "source": ["assessment_centre", "assessment_centre"],
            }
        )
        (said,) = words(engine.explain("ani", "LL2"), "gap_now")
        assert ("masa berlakunya telah berakhir" in said) is over
        assert f"12 Maret {day.year}" in said


def test_fewer_than_five_colleagues_are_not_counted(make_engine):
    for takers in (0, 1, 4, 5, 6):
        people = [f"p{n}" for n in range(8)]
        engine = make_engine(
            employees={"employee_id": people, "job_code": ["ANALIS"] * 8},
            competency_scores={
                "employee_id": people, "competency_code": ["T.LL"] * 8, "level": [1.0] * 8,
            },
            training_history={
                "employee_id": [*people, *people[1 : takers + 1]],
                "training_code": ["UB"] * 8 + ["LL2"] * takers,
                "completed_on": [datetime(2025, 1, 1)] * (8 + takers),
            },
        )  # fmt: skip
        said = words(engine.explain("p0", "LL2"), "peers")
        counted = [s for s in said if s.startswith("Dari ")]
        assert len(counted) == (takers >= 5)
        if counted:
            assert counted[0].startswith("Dari 8 pegawai")
            assert f", {takers} telah" in counted[0]


def test_reasons_leave_out_what_tells_nothing(engine):
    for employee in engine.employee_ids:
        for kind in ("training", "role"):
            for item in engine.recommend(employee, kind, 6):
                telling = [t for t in item.terms if not t.text.id.startswith(FILLERS)]
                speaks = any(t.micro > 0 for t in telling)
                if speaks:
                    assert not any(r.id.startswith(FILLERS) for r in item.reasons)


def test_what_a_post_still_asks_for_comes_last_among_its_reasons(engine):
    found = 0
    for employee in engine.employee_ids:
        for item in engine.recommend(employee, "role", 6) + engine.excluded(employee, "role"):
            places = [
                n for n, r in enumerate(item.reasons) if r.id.startswith(opening("reason.deficit"))
            ]
            assert places in ([], [len(item.reasons) - 1])
            found += len(places)
    assert found


def test_the_largest_terms_stand_where_nothing_speaks_for_an_item(engine):
    from recommender.explain import _reasons

    low = [Term(name, -5, "", messages.Text(name, name)) for name in ("a", "b", "c", "d")]
    assert [t.id for t in _reasons([(t, False) for t in low])] == ["a", "b", "c"]


def test_where_only_a_tier_is_aimed_at_the_sentence_names_the_tier(make_engine):
    engine = make_engine(
        jobs={"job_code": ["KASI"], "title": ["Kepala Seksi"], "tier": ["pengawas"]},
        employees={"employee_id": ["dewi"], "job_code": ["KASI"], "tier": ["pengawas"]},
        job_requirements={"job_code": ["KASI"], "competency_code": ["M.7"], "level": [2.0]},
        competency_scores={
            "employee_id": ["dewi"], "competency_code": ["M.7"], "level": [2.0],
        },
        training_history={
            "employee_id": ["dewi"], "training_code": ["LL1"], "completed_on": [None],
        },
    )  # fmt: skip
    assert engine.gaps("dewi").next.job_code is None
    (said,) = words(engine.explain("dewi", "UB"), "gap_next")
    assert said.startswith("Pelatihan ini menyiapkan Anda untuk jenjang Administrator:")


def test_experience_is_told_in_years_and_months(make_engine):
    engine = make_engine(
        as_of=date(2026, 1, 5),
        job_history={
            "employee_id": ["ani"], "job_code": ["ANALIS"], "from_date": [date(2022, 9, 1)],
            "to_date": [date(2026, 1, 5)], "assignment": ["definitif"],
        },
    )  # fmt: skip
    (said,) = words(engine.explain("ani", "KASI"), "experience")
    assert said == "Anda berpengalaman 3 tahun 4 bulan pada rumpun Perhubungan."
