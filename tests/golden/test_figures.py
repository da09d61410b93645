"""Figures at their boundaries, worked out by hand and read through the engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from recommender.engine import Engine
from recommender.figures.facade import FigureMaker
from recommender.figures.nine_box import Guidance
from recommender.figures.results import Bands, Figure, Ground
from recommender.figures.talent_value import Score
from training_data import reference
from training_data.dataset import Dataset
from training_data.messages import Text
from training_data.reference.packs import load_rules

AS_OF = date(2026, 6, 1)
NINE = tuple(c.code for c in reference.competencies())
ASSESSED = datetime(2025, 3, 12)


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = sorted({name for row in rows for name in row})
    return {name: [row.get(name) for row in rows] for name in names}


def scores(levels: dict[str, float], on: datetime | None = ASSESSED, source="assessment_centre"):
    return [
        {"employee_id": "ani", "competency_code": code, "level": level, "assessed_on": on,
         "source": source}
        for code, level in levels.items()
    ]  # fmt: skip


@pytest.fixture
def engine(tmp_path) -> Callable[..., Engine]:
    """Build an engine on Ani, her post that asks for nine levels, and rows per table."""

    def build(
        asked: dict[str, float] | None = None,
        held: list[dict[str, Any]] | None = None,
        rules: dict[str, dict[str, Any]] | None = None,
        ani: dict[str, Any] | None = None,
        tier: str | None = None,
        **rows: list[dict[str, Any]],
    ) -> Engine:
        asked = dict.fromkeys(NINE, 3.0) if asked is None else asked
        held = scores(dict.fromkeys(NINE, 3.0)) if held is None else held
        tables = {
            "employees": columns([{"employee_id": "ani", "job_code": "J", **(ani or {})}]),
            "jobs": columns([{"job_code": "J", "title": "Analis", "tier": tier}]),
            "job_requirements": columns(
                [{"job_code": "J", "competency_code": c, "level": v} for c, v in asked.items()]
            ),
            "competency_scores": columns(held),
            **{
                name: columns([{"employee_id": "ani", **row} for row in given])
                for name, given in rows.items()
            },
        }
        overlay = None
        if rules:
            overlay = tmp_path
            content = [{"id": rule, "params": params} for rule, params in rules.items()]
            text = json.dumps({"overlay": "agency", "rules": content})
            (tmp_path / "agency.json").write_text(text)
        return Engine.fitted(
            Dataset.of({n: t for n, t in tables.items() if t}),
            as_of=AS_OF,
            rules=load_rules(AS_OF, overlay),
        )

    return build


def jpm(engine: Engine) -> Figure:
    return engine.figures("ani").jpm_now


def codes(figure: Figure) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for category in figure.categories:
        found.setdefault(category.scheme, []).append(category.code)
    return found


# Job person match


@pytest.mark.parametrize(
    ("value", "selection"), [(67.999, "KMS"), (68, "MMS"), (79.999, "MMS"), (80, "MS")]
)
def test_jpm_category_for_selection(engine, value, selection):
    assert engine().figure_maker.jpm.categories("selection", None, value).code == selection


@pytest.mark.parametrize(
    ("value", "mapping"), [(77.999, "KO"), (78, "CO"), (89.999, "CO"), (90, "O")]
)
def test_jpm_category_for_mapping(engine, value, mapping):
    found = engine().figure_maker.jpm.categories("mapping", None, value)
    assert (found.code, found.ground.mark) == (mapping, "V")


def test_a_tier_may_have_cuts_of_its_own(engine):
    bands = [
        {"min": 91, "code": "O", "id": "Optimal", "en": "Optimal"},
        {"min": 85, "code": "CO", "id": "Cukup Optimal", "en": "Fairly optimal"},
        {"min": 0, "code": "KO", "id": "Kurang Optimal", "en": "Less than optimal"},
    ]
    jpm = engine(rules={"jpm.mapping": {"by_tier": {"jpt_madya": bands}}}).figure_maker.jpm
    assert jpm.categories("mapping", "jpt_madya", 90).code == "CO"
    assert jpm.categories("mapping", "pengawas", 90).code == "O"


def test_more_than_is_asked_is_stored_above_a_hundred_and_shown_as_a_hundred(engine):
    figure = jpm(engine(held=scores(dict.fromkeys(NINE, 3.75))))
    assert (figure.value, figure.details["shown"], figure.details["ikk"]) == (125.0, 100.0, 0.0)
    assert "100%" in figure.text.id
    assert figure.state == "final"


def test_a_surplus_hides_a_deficit_in_the_match_and_never_in_the_gap(engine):
    held = scores({**dict.fromkeys(NINE, 3.0), "M.1": 4.0, "M.2": 2.0})
    made = engine(held=held)
    assert jpm(made).value == 100.0
    assert "1 kompetensi masih di bawah standar" in jpm(made).text.id
    rows = {r.competency_code: r for r in made.gaps("ani").now.rows}
    assert (rows["M.1"].gap, rows["M.1"].surplus) == (0, 1)
    assert (rows["M.2"].gap, rows["M.2"].surplus) == (1, 0)


def test_the_older_variant_is_the_mean_of_the_ratios(engine):
    asked, held = {"M.1": 1.0, "M.2": 4.0}, scores({"M.1": 1.0, "M.2": 2.0})
    assert jpm(engine(asked, held)).value == 60.0
    older = engine(asked, held, rules={"jpm.formula": {"variant": "mean"}})
    assert jpm(older).value == 75.0
    assert older.gaps("ani").now.jpm == 75.0


def test_the_technical_match_stands_apart(engine):
    asked = {**dict.fromkeys(NINE, 3.0), "T.1": 4.0}
    held = scores({**dict.fromkeys(NINE, 3.0), "T.1": 1.0})
    figure = jpm(engine(asked, held))
    assert figure.value == 100.0
    assert figure.details["technical"] == {"value": 25.0, "low": 25.0, "high": 25.0}


def test_the_gap_index_is_what_the_match_lacks(engine):
    assert jpm(engine(held=scores(dict.fromkeys(NINE, 2.4)))).details["ikk"] == 20.0


def test_eight_of_nine_are_not_a_final_match_whatever_the_post_asks(engine):
    figure = jpm(engine({"M.1": 3.0}, scores(dict.fromkeys(NINE[:8], 3.0))))
    assert (figure.value, figure.state) == (100.0, "perlu_verifikasi")
    assert "8 dari 9" in figure.notes[0].id


def test_an_unknown_level_leaves_an_interval_with_every_category_it_touches(engine):
    figure = jpm(engine(held=scores(dict.fromkeys(NINE[:8], 3.0))))
    assert (figure.value, figure.low, figure.high) == (None, 88.8889, 107.4074)
    assert codes(figure) == {"selection": ["MS"], "mapping": ["CO", "O"]}
    assert [p.value for p in figure.parts][-1] is None


def test_a_match_from_other_sources_than_an_assessment_is_not_final(engine):
    figure = jpm(engine(held=scores(dict.fromkeys(NINE, 3.0), source="supervisor")))
    assert (figure.value, figure.state) == (100.0, "perlu_verifikasi")
    assert "0 dari 9" in figure.notes[0].id


def test_without_a_standard_there_is_no_match_and_its_reason_is_said(engine):
    figure = jpm(engine(asked={}, ani={"job_code": None}))
    assert (figure.value, figure.low, figure.state) == (None, None, "belum_ada")
    assert figure.text.id


# Gaps


@pytest.mark.parametrize(
    ("level", "gap", "surplus"), [(2.75, 0.25, 0.0), (3.25, 0.0, 0.25), (None, None, None)]
)
def test_gap_and_surplus_stand_apart_and_the_unknown_is_neither(engine, level, gap, surplus):
    held = scores({"M.2": 3.0} if level is None else {"M.1": level})
    row = engine({"M.1": 3.0}, held).gaps("ani").now.rows[0]
    assert (row.level, row.gap, row.surplus) == (level, gap, surplus)


def test_the_posts_own_standard_wins_over_the_tiers_for_its_competency(engine):
    rows = engine({"M.1": 4.0}, tier="pengawas").gaps("ani").now.rows
    found = {r.competency_code: (r.required, r.origin) for r in rows}
    assert found["M.1"] == (4.0, "job")
    assert found["M.2"] == (2.0, "tier")


# Assessment


@pytest.mark.parametrize(
    ("day", "state"),
    [(datetime(2023, 6, 2), "valid"), (datetime(2023, 6, 1), "expired")],
)
def test_an_assessment_of_exactly_three_years_is_out_of_date(engine, day, state):
    figure = engine(held=scores(dict.fromkeys(NINE, 3.0), day)).figures("ani").assessment
    assert {p.facts["state"] for p in figure.parts} == {state}
    assert figure.state == ("final" if state == "valid" else "perlu_verifikasi")
    # The last valid day is the one before the third anniversary.
    assert figure.details["valid_until"] == ("2026-06-01" if state == "valid" else "2026-05-31")


def test_what_is_not_assessed_and_by_whom_the_rest_was_is_said(engine):
    held = [
        *scores(dict.fromkeys(NINE[:4], 3.0)),
        *scores(dict.fromkeys(NINE[4:6], 3.0), datetime(2024, 1, 5), "cact"),
        *scores({NINE[6]: 3.0}, None),
        *scores({NINE[7]: 3.0}, source="self"),
    ]
    figure = engine(held=held).figures("ani").assessment
    assert (figure.state, figure.details["valid"]) == ("perlu_verifikasi", 6)
    assert figure.details["not_assessed"] == list(NINE[6:])
    assert figure.details["sources"] == {"assessment_centre": 5, "cact": 2, "self": 1}
    assert (figure.details["oldest"], figure.details["newest"]) == ("2024-01-05", "2025-03-12")
    states = [p.facts["state"] for p in figure.parts]
    assert states == ["valid"] * 6 + ["undated", "other_source", "not_assessed"]


def test_the_newest_assessment_counts_and_a_newer_opinion_does_not(engine):
    held = [
        *scores({"M.1": 3.0}, datetime(2020, 1, 1)),
        *scores({"M.1": 3.0}, datetime(2025, 1, 1)),
        *scores({"M.1": 3.0}, datetime(2026, 1, 1), "supervisor"),
    ]
    part = engine(held=held).figures("ani").assessment.parts[0]
    assert (part.facts["state"], part.facts["assessed_on"]) == ("valid", "2025-01-01")


def test_nobody_assessed_is_no_assessment(engine):
    figure = engine(held=scores({"T.9": 1.0})).figures("ani").assessment
    assert (figure.state, figure.details["valid_until"]) == ("belum_ada", None)


# Nine-box


def boxed(performance=None, potential=None, box=None, published=date(2026, 1, 1)):
    return [
        {
            "assessed_on": date(2025, 12, 1),
            "performance_axis": performance,
            "potential_axis": potential,
            "box": box,
            "published_on": published,
        }
    ]


@pytest.mark.parametrize(
    ("performance", "boxes"), [(90.0, (4, 7, 9)), (70.0, (2, 5, 8)), (50.0, (1, 3, 6))]
)
def test_nine_boxes(engine, performance, boxes):
    made = [
        engine(talent=boxed(performance, potential)).figures("ani").nine_box
        for potential in (50.0, 70.0, 90.0)
    ]
    assert tuple(f.value for f in made) == boxes
    assert {f.state for f in made} == {"final"}


@pytest.mark.parametrize(("value", "level"), [(59.999, 0), (60, 1), (79.999, 1), (80, 2)])
def test_a_cut_belongs_to_the_upper_band(engine, value, level):
    assert engine().figure_maker.boxes.level(value) == level


def test_an_agency_may_cut_elsewhere(engine):
    cuts = {"talent.nine_box": {"high_min": 81, "middle_min": 61}}
    assert engine(rules=cuts).figure_maker.boxes.box_of(60, 80) == 3


@pytest.mark.parametrize(("performance", "potential"), [(90.0, None), (None, 90.0)])
def test_with_one_axis_there_is_no_box(engine, performance, potential):
    figure = engine(talent=boxed(performance, potential)).figures("ani").nine_box
    assert (figure.value, figure.state) == (None, "perlu_verifikasi")
    assert figure.details["guidance"] is None


def test_a_given_box_that_the_axes_contradict_is_kept_and_the_disagreement_said(engine):
    figure = engine(talent=boxed(90.0, 90.0, 8)).figures("ani").nine_box
    assert (figure.value, figure.details["worked_out"], figure.state) == (8, 9, "perlu_verifikasi")
    assert "8" in figure.notes[0].id
    assert "9" in figure.notes[0].id


def test_the_owner_sees_the_newest_published_box_and_nothing_before(engine):
    rows = [*boxed(90.0, 90.0), *boxed(50.0, 50.0, published=None)]
    rows[1]["assessed_on"] = date(2026, 5, 1)
    made = engine(talent=rows)
    assert made.figures("ani").nine_box.value == 1
    assert made.figures("ani", published_only=True).nine_box.value == 9
    unseen = engine(talent=boxed(90.0, 90.0, published=date(2026, 6, 2)))
    figures = unseen.figures("ani", published_only=True)
    assert (figures.nine_box, figures.talent_value) == (None, None)


@pytest.mark.parametrize(
    ("box", "roles", "gaps"),
    [
        (9, {"up"}, set()), (8, {"lateral"}, {"next"}), (7, {"lateral"}, {"next"}),
        (6, {"lateral"}, set()), (5, set(), {"now"}), (4, {"lateral"}, {"now"}),
        (3, {"lateral"}, {"now"}), (2, set(), {"now"}), (1, set(), set()),
    ],
)  # fmt: skip
def test_what_suggestions_favour_in_each_box(engine, box, roles, gaps):
    guidance: Guidance = engine().figure_maker.boxes.guidance(box)
    assert (guidance.roles, guidance.gaps) == (roles, gaps)
    assert guidance.actions
    assert guidance.text.id


def test_no_posts_are_suggested_in_the_first_box(engine):
    made = engine(talent=boxed(50.0, 50.0), ani={"tier": "pengawas"})
    assert made.recommend("ani", "role") == []


# Talent value


def maker(engine: Callable[..., Engine], **more: Any) -> FigureMaker:
    return engine(**more).figure_maker


def test_all_components_at_a_hundred_give_a_hundred_on_both_axes(engine):
    talent = maker(engine).talent
    weights = load_rules(AS_OF).rule("talent.weights").params
    full = {n: Score.sure(100, Text("", "")) for axis in "XY" for n in weights[axis]}
    figure = talent.figure(full)
    assert figure.details == {"X": [100.0, 100.0], "Y": [100.0, 100.0]}
    assert (figure.value, figure.state) == (100.0, "final")


def test_a_weight_is_applied_once(engine):
    talent = maker(engine).talent
    weights = load_rules(AS_OF).rule("talent.weights").params
    none = {n: Score.sure(0, Text("", "")) for axis in "XY" for n in weights[axis]}
    figure = talent.figure({**none, "predikat_skp": Score.sure(80, Text("", ""))})
    assert figure.value == 0.5 * 0.60 * 80


def test_components_without_data_are_named_and_make_an_interval(engine):
    figure = engine(
        talent=boxed(70.0, 70.0), performance=[{"year": 2025, "rating": "baik"}]
    ).figures("ani").talent_value  # fmt: skip
    # Y: 60 % of 80; X: 20 % of a JPM of 100.
    assert (figure.value, figure.low) == (None, 0.5 * 48 + 0.5 * 20)
    assert figure.high == 0.5 * (48 + 40) + 0.5 * 100
    missing = {p.name for p in figure.parts if p.value is None}
    assert {"penghargaan", "tim_kerja", "umpan_balik_360", "potensi"} <= missing
    assert "penghargaan" in figure.all_notes[0].id


@pytest.mark.parametrize(
    ("hours", "score"),
    [(0, 0), (1, 40), (4, 40), (5, 60), (9, 60), (10, 80), (19, 80), (20, 100)],
)
def test_learning_hours_in_the_talent_value(engine, hours, score):
    assert maker(engine).talent.jp_score(hours) == score


@pytest.mark.parametrize(("years", "score"), [(0.9, 40), (1, 60), (2.9, 60), (3, 80), (5, 100)])
def test_experience_in_the_talent_value(engine, years, score):
    assert maker(engine).talent.experience_score(years) == score


def test_others_learn_nothing_of_discipline_from_the_talent_value(engine):
    known = {"talent": boxed(70.0, 70.0)}
    rows = [
        [{"employee_id": "budi", "starts_on": date(2026, 1, 1), "severity": "berat"}],
        [{"starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1), "severity": "berat"}],
        [{"starts_on": date(2026, 1, 1)}],
    ]
    told = [
        engine(**known, discipline=row).figures("ani").without_confidential().talent_value.as_json()
        for row in rows
    ]
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize("severity", ["ringan", "sedang", "berat"])
def test_a_running_measure_leaves_nothing_of_integrity_whatever_its_level(engine, severity):
    row = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 6, 1), "severity": severity}
    assert maker(engine, discipline=[row]).talent.integrity(0).value == 0


@pytest.mark.parametrize(("severity", "score"), [("ringan", 75), ("sedang", 50), ("berat", 25)])
def test_a_measure_that_is_over_weighs_by_its_level(engine, severity, score):
    row = {"starts_on": date(2025, 1, 1), "ends_on": date(2026, 5, 31), "severity": severity}
    assert maker(engine, discipline=[row]).talent.integrity(0).value == score


def test_the_end_of_a_measure_is_asked_for_where_it_is_not_light(engine):
    heavy = {"starts_on": date(2025, 1, 1), "severity": "sedang"}
    score = maker(engine, discipline=[heavy]).talent.integrity(0)
    assert (score.value, score.low, score.high) == (None, 0, 50)
    light = {"starts_on": date(2025, 1, 1), "severity": "ringan"}
    assert maker(engine, discipline=[light]).talent.integrity(0).value == 75


# Everything


def test_every_part_says_why_and_on_which_rule_and_the_whole_is_json(engine):
    figures = engine(talent=boxed(70.0, 70.0)).figures("ani")
    known = load_rules(AS_OF).by_id
    for figure in figures:
        assert figure.text.id
        assert figure.text.en
        for ground in [figure.ground, *(p.ground for p in figure.parts)]:
            assert ground is None or known[ground.rule].mark == ground.mark
        assert all(p.text.id and p.text.en for p in figure.parts)
    assert json.loads(json.dumps(figures.as_json())) == figures.as_json()


def test_bands_between_two_values_are_told_lowest_first():
    rows = [{"min": m, "id": str(m), "en": str(m)} for m in (90, 50, 0)]
    bands = Bands("x", rows, Ground("r", "", "", "R"))
    assert [c.code for c in bands.between(10, 95)] == ["0", "50", "90"]
    assert [c.code for c in bands.between(50, 89.9)] == ["50"]
    assert bands.between(None, 5) == ()
