"""Typed facts: tiers, grades, education, forms, structural trainings."""

import subprocess
import sys

import pytest

from training_data import reference


def test_has_fourteen_tiers_on_three_ladders_with_steps_from_one():
    tiers = reference.tiers()
    assert len(tiers) == 14
    for ladder, height in (("struktural", 6), ("keahlian", 4), ("keterampilan", 4)):
        steps = sorted(t.step for t in tiers if t.ladder == ladder)
        assert steps == list(range(1, height + 1))


def test_counts_seventeen_grades_on_each_of_two_scales():
    for scale in ("PNS", "PPPK"):
        orders = [g.order for g in reference.grades() if g.scale == scale]
        assert orders == list(range(1, 18))
    ids = {g.siasn_id: g.code for g in reference.grades() if g.siasn_id}
    assert (ids["11"], ids["34"], ids["45"]) == ("I/a", "III/d", "IV/e")


def test_ranks_education_with_d4_equal_to_s1():
    rank = {e.code: e.rank for e in reference.education_levels()}
    assert rank["D4"] == rank["S1"]
    order = ["SD", "SLTP", "SLTA", "D1", "D2", "D3", "S1", "S2", "S3"]
    assert [rank[c] for c in order] == sorted({rank[c] for c in order})


def test_gives_each_of_twenty_five_forms_its_mix_except_the_last():
    mix = {f.code: f.mix for f in reference.forms()}
    assert list(mix) == [str(n) for n in range(1, 26)]
    assert {c for c, m in mix.items() if m == "20"} == {"14", "15", "20", "23"}
    assert {c for c, m in mix.items() if m == "70"} == {"10", "18", "19", "21", "22", "24"}
    assert [c for c, m in mix.items() if m is None] == ["25"]


def test_knows_thirty_two_affairs():
    assert len(reference.affairs()) == 32


def test_describes_nine_competencies_with_five_levels_in_both_languages():
    nine = reference.competencies()
    assert [c.code for c in nine] == [f"M.{n}" for n in range(1, 9)] + ["SK.1"]
    assert {c.group for c in nine} == {"M", "SK"}
    for competency in nine:
        sentences = (competency.name, competency.definition, *competency.levels)
        assert len(competency.levels) == 5
        assert all(s.id and s.en and s.id != s.en for s in sentences)
    everything = [level.id for c in nine for level in c.levels]
    assert len(set(everything)) == 45


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Diklat PIM Tk. IV Angkatan XII", "PKP"),
        ("Diklat Kepemimpinan Tingkat III", "PKA"),
        ("DIKLATPIM II", "PKN_II"),
        ("Pelatihan Kepemimpinan Nasional Tingkat I", "PKN_I"),
        ("Pelatihan Kepemimpinan Administrator 2023", "PKA"),
        ("Latsar CPNS Golongan III", "LATSAR"),
        ("Pelatihan Dasar Pengelolaan Data", None),
        ("Kepemimpinan Melayani", None),
    ],
)
def test_reads_structural_trainings_out_of_titles(title, code):
    assert reference.structural_of_title(title) == code


def test_importing_the_facts_loads_no_heavy_library():
    code = (
        "import sys, training_data.reference;"
        "print([m for m in ('pandas', 'pyarrow', 'babel', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
