"""What if: hypothetical trainings, levels and posts, and the fewest trainings to a post."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from recommender.engine import Engine
from recommender.errors import ImpossibleWish, UnknownEmployee, UnknownItem
from recommender.plan.path import PathFinder
from recommender.supposition import Supposition
from recommender.whatif import changes_of, path_to
from training_data.dataset import Dataset
from training_data.synthetic import generate


def test_a_completed_training_raises_the_match_and_leaves_the_list(engine):
    found = engine.what_if("ani", Supposition(("LL1",)))
    assert found.title == "Analis Lalu Lintas Ahli Muda"
    assert found.after.match > found.before.match
    assert "LL1" not in [item.item_code for item in found.trainings]
    assert "LL1" not in [row.item_code for row in found.plan.rows]
    assert "Lalu Lintas Dasar" in found.supposed[0].id


def test_nothing_supposed_changes_nothing(engine):
    found = engine.what_if("ani", Supposition())
    assert found.before == found.after
    assert [i.item_code for i in found.trainings] == [
        i.item_code for i in engine.recommend("ani", "training", 5)
    ]
    assert [i.micro for i in found.roles] == [i.micro for i in engine.recommend("ani", "role", 5)]
    assert found.plan.as_json() == engine.plan("ani").as_json()


def test_sentences_on_colleagues_speak_of_the_real_ones(engine):
    item = engine.explain("dewi", "LL2")
    after = engine.supposing("dewi", [])
    assert after.explain("dewi", "LL2").terms == item.terms


def test_a_supposed_level_is_the_level(engine):
    found = engine.what_if("ani", Supposition(levels={"T.LL": 4.0, "M.7": 3.0, "M.5": 3.0}))
    assert found.after.below == ()
    assert found.after.match == 1.0


def test_a_supposed_target_is_what_is_compared(engine):
    found = engine.what_if("ani", Supposition(target="KASI"))
    assert found.job_code == "KASI"
    assert found.path is not None
    assert found.path.job_code == "KASI"


def test_nothing_of_a_supposition_stays(engine):
    before = engine.recommend("ani", "training", 6)
    engine.what_if("ani", Supposition(("LL1", "PP"), "KASI", {"M.7": 5.0}))
    assert engine.recommend("ani", "training", 6) == before


@pytest.mark.parametrize(
    ("person", "supposed", "error"),
    [
        ("nobody", Supposition(), UnknownEmployee),
        ("ani", Supposition(("X",)), UnknownItem),
        ("ani", Supposition(target="X"), UnknownItem),
        ("ani", Supposition(levels={"X": 1.0}), UnknownItem),
        ("ani", Supposition(levels={"T.LL": 5.1}), ImpossibleWish),
        ("ani", Supposition(levels={"T.LL": -0.1}), ImpossibleWish),
    ],
)
def test_what_cannot_be_supposed_says_so(engine, person, supposed, error):
    with pytest.raises(error):
        engine.what_if(person, supposed)


def test_the_path_takes_each_step_it_needs_and_no_more(engine):
    """Ani: traffic 1 → 4 within two levels of one path (3), change 2 is useful but not needed."""
    path = path_to(engine, "ani", "ANALIS")
    assert [step.item_code for step in path.steps] == ["LL1", "LL2"]
    assert path.ready
    assert path.fewest
    assert path_to(engine, "budi", "ANALIS").remaining == ()


def test_who_meets_the_standard_is_ready_today(engine):
    path = path_to(engine, "budi", "KASI")
    assert path.unknown == ("Mengelola Perubahan",)
    assert not path.ready
    after = engine.what_if(
        "budi", Supposition(target="KASI", levels={"M.7": 2.0, "M.5": 2.0})
    ).after
    assert after.below == after.unknown == ()


def test_dates_of_a_path_are_those_of_its_sessions(make_engine):
    engine = make_engine(
        sessions={
            "session_code": ["a", "b", "c"],
            "training_code": ["LL1", "LL2", "LL2"],
            "starts_on": [date(2026, 3, 2), date(2026, 2, 2), date(2027, 4, 5)],
            "ends_on": [date(2026, 3, 6), date(2026, 2, 6), date(2027, 4, 9)],
        }
    )
    path = path_to(engine, "ani", "ANALIS")
    assert [step.session_code for step in path.steps][-1] == "c" or len(path.steps) == 2
    assert path.ready_on == max(step.ends_on for step in path.steps) + timedelta(days=1)


def test_the_answer_is_plain_json(engine):
    json.dumps(engine.what_if("ani", Supposition(("LL1",))).as_json())


def test_the_path_is_the_smallest_of_all_sets(problems, engine):
    """Every set of trainings of the office is tried: none reaches as much with fewer."""
    for person in ("ani", "budi", "dewi"):
        for job in ("ANALIS", "ANALIS2", "KASI"):
            finder = PathFinder(engine.planner)
            row, post = engine.row_of(person), engine.snapshot.jobs.index.rows[job]
            layout, solution = finder.solved(row, post)
            best = max(problems.every_plan(layout.problem))
            assert solution.value == best[0]


def test_a_city_gets_paths_whose_levels_are_those_claimed():
    city = Engine.fitted(generate(40, seed=5), as_of=date(2026, 11, 2))
    for employee in city.employee_ids[:12]:
        job = city.next_job(employee)
        if job is None:
            continue
        path = path_to(city, employee, job)
        assert path.text.id.endswith(".")
        assert path.ready == (not path.unknown and not path.remaining)
        if path.ready_on is not None:
            assert path.ready
        standard = city.standard_of(employee, job)
        asked = {r.competency_code for r in standard.rows}
        reached = [c for step in path.steps for c in step.raises]
        assert not path.steps or set(reached) & asked


def test_a_completed_training_lowers_no_level_no_hours_and_no_index(engine):
    before = engine.gaps("ani").now.rows
    jp = engine.figures("ani").jp.value
    for code in engine.snapshot.trainings.index.codes:
        after = engine.supposing("ani", changes_of(engine, "ani", Supposition((code,))))
        rows = after.gaps("ani").now.rows
        assert all(b.level is None or a.level >= b.level for a, b in zip(rows, before, strict=True))
        assert after.figures("ani").jp.value >= jp
        assert after.figures("ani").ip_asn.low >= engine.figures("ani").ip_asn.low


def test_plan_and_supposition_agree_on_what_a_course_does(engine):
    """LL3 begins two levels above Ani; UB and LL1 lift by what they cover, here and there."""
    plan = engine.plan("ani")
    first = next(row for row in plan.rows if row.item_code == "LL1")
    after = engine.supposing("ani", changes_of(engine, "ani", Supposition(("LL1",))))
    level = next(r.level for r in after.gaps("ani").now.rows if r.competency_code == "T.LL")
    assert level == next(c.after for c in first.changes if c.competency_code == "T.LL")


def test_a_post_without_a_standard_makes_nobody_ready():
    agency = Dataset.of(
        {
            "employees": {"employee_id": ["ani"], "job_code": ["A"]},
            "jobs": {"job_code": ["A", "B"], "title": ["Analis", "Kepala"]},
        }
    )
    path = path_to(Engine.fitted(agency, as_of=date(2026, 1, 5)), "ani", "B")
    assert not path.ready
    assert path.ready_on is None
    assert "belum tersedia" in path.text.id
