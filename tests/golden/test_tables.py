"""Tables of the rule packs at their boundaries."""

from datetime import date

import pytest

from training_data import reference
from training_data.reference.packs import load_rules

RULES = load_rules(date(2026, 6, 1))


def params(rule):
    return RULES.rule(rule).params


def band(rows, value):
    """Return the first row whose lower bound is reached; the lower bound decides."""
    return next(row for row in rows if value >= row["min"])


@pytest.mark.parametrize(
    ("jpm", "code"), [(67.999, "KMS"), (68, "MMS"), (79.999, "MMS"), (80, "MS")]
)
def test_jpm_for_selection(jpm, code):
    assert band(params("jpm.selection")["bands"], jpm)["code"] == code


@pytest.mark.parametrize(("jpm", "code"), [(77.999, "KO"), (78, "CO"), (89.999, "CO"), (90, "O")])
def test_jpm_for_mapping(jpm, code):
    assert band(params("jpm.mapping")["bands"], jpm)["code"] == code


@pytest.mark.parametrize(
    ("jp", "score"),
    [(0, 0), (1, 40), (4, 40), (5, 60), (9, 60), (10, 80), (19, 80), (20, 100)],
)
def test_learning_hours_in_the_talent_value(jp, score):
    rows = params("talent.weights")["subscores"]["jp"]
    assert next(points for least, points in rows if jp >= least) == score


def test_talent_axes_sum_to_a_hundred_each_and_weigh_the_same():
    weights = params("talent.weights")
    assert sum(weights["X"].values()) == sum(weights["Y"].values()) == 100
    assert weights["axis"] == {"X": 0.5, "Y": 0.5}
    assert weights["subscores"]["disiplin"]["sedang_menjalani"] == 0


@pytest.mark.parametrize(
    ("level", "points"),
    [("S3", 25), ("S2", 20), ("S1", 15), ("D4", 15), ("D3", 10), ("SLTA", 5), ("SLTP", 1)],
)
def test_ip_asn_of_education(level, points):
    table = params("ip_asn.qualification")
    assert table[level] == points
    assert set(table) == set(reference.choices("education_level"))


@pytest.mark.parametrize(
    ("value", "points"),
    [(50, 1), (51, 5), (60, 5), (61, 15), (75, 15), (76, 25), (90, 25), (90.5, 25), (91, 30)],
)
def test_ip_asn_of_performance(value, points):
    rows = params("ip_asn.performance_value")["bands"]
    assert next(p for least, p in rows if value >= least) == points


@pytest.mark.parametrize(
    ("total", "name"),
    [
        (60, "Sangat Rendah"), (61, "Rendah"), (70, "Rendah"), (71, "Sedang"), (80, "Sedang"),
        (81, "Tinggi"), (90, "Tinggi"), (90.5, "Tinggi"), (91, "Sangat Tinggi"),
    ],
)  # fmt: skip
def test_ip_asn_category(total, name):
    assert band(params("ip_asn.category")["bands"], total)["id"] == name


def test_ip_asn_of_competence_sums_to_forty_for_everybody():
    table = params("ip_asn.competence")
    assert sum(table["structural_and_functional"].values()) == 40
    assert sum(table["pelaksana"].values()) == 40


def test_hours_of_seminars_and_workshops():
    table = params("jp.per_day")
    seminar = reference.normalise("form", "Seminar")
    workshop = reference.normalise("form", "Workshop")
    assert table[seminar] == {"national": 4, "international": 6}
    assert table[workshop] == {"national": 5, "international": 7}
    assert 40 * (1 + params("jp.international")["bonus"]) == 48
    assert 900 / params("jp.yearly_pns")["minutes_per_jp"] == 20


def test_the_predicate_has_nine_cells():
    cells = params("performance.predicate")["cells"]
    rows = [[cells[r][b] for b in ("di_atas", "sesuai", "di_bawah")]
            for r in ("di_atas", "sesuai", "di_bawah")]  # fmt: skip
    assert rows == [
        ["sangat_baik", "baik", "kurang"],
        ["baik", "baik", "kurang"],
        ["butuh_perbaikan", "butuh_perbaikan", "sangat_kurang"],
    ]


def test_a_smaller_quadrant_code_is_the_better_rating():
    assert reference.normalise("rating", "1") == "sangat_baik"
    assert reference.normalise("rating", "5") == "sangat_kurang"


def test_default_levels_follow_the_tiers():
    levels = params("competency.default_level")["levels"]
    ladder = ("pelaksana", "pengawas", "administrator", "jpt_pratama", "jpt_madya", "jpt_utama")
    assert [levels[t] for t in ladder] == [1, 2, 3, 4, 5, 5]
    experts = ("jf_ahli_pertama", "jf_ahli_muda", "jf_ahli_madya", "jf_ahli_utama")
    assert [levels[t] for t in experts] == [2, 3, 4, 5]


def test_an_assessment_is_valid_for_three_years_and_covers_nine_competencies():
    table = params("assessment.validity")
    assert table["years"] == 3
    assert table["competencies"] == [c.code for c in reference.competencies()]


def test_nine_boxes_stand_where_the_axes_say():
    cells = params("talent.nine_box")["cells"]
    rows = [[cells[r][c] for c in ("low", "middle", "high")]
            for r in ("above", "as_expected", "below")]  # fmt: skip
    assert rows == [[4, 7, 9], [2, 5, 8], [1, 3, 6]]
    assert set(params("talent.nine_box")["actions"]) == {str(n) for n in range(1, 10)}
