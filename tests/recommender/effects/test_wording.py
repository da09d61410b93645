"""What a course added is told with people and interval; doubt and lack of data are told as such."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from worlds import effects_of, office

from recommender.effects import told

NEW, NOTHING, WORKS = range(3)


def test_what_works_is_told_with_people_and_interval_in_both_languages() -> None:
    effects = effects_of(office(60))
    found, sentence = effects.evidence(WORKS), told(effects, WORKS)
    assert found is not None
    assert "60 pegawai" in sentence.id
    assert "60 employees" in sentence.en
    assert f"{found.added:g}".replace(".", ",") in sentence.id
    assert f"{found.added:g}" in sentence.en


def test_a_course_without_a_visible_rise_is_told_with_what_to_do() -> None:
    sentence = told(effects_of(office(60)), NOTHING)
    assert "belum terlihat" in sentence.id
    assert "no rise" in sentence.en


def test_what_is_not_measured_is_told_as_such() -> None:
    effects = effects_of(office(4))
    assert [told(effects, t).en.split(":")[0] for t in (NEW, WORKS)] == [
        "The effect of this training is not measured yet"
    ] * 2


def test_what_rises_less_than_usual_or_not_surely_is_told_with_doubt_not_as_nothing() -> None:
    effects = effects_of(office(60))
    less = replace(effects, usual=effects.share[WORKS] + 0.1)
    assert "smaller part" in told(less, WORKS).en
    assert "lebih kecil" in told(less, WORKS).id
    unsure = told(replace(effects, error=np.full(3, 9.0)), WORKS)
    assert "not yet sure" in unsure.en
    assert "belum pasti" in unsure.id


def test_levels_added_are_told_on_the_scale_of_the_competency() -> None:
    effects = effects_of(office(60))
    found = effects.evidence(WORKS, 2.0)
    assert found is not None
    assert f"rose by {found.added:g} " in told(effects, WORKS, 2.0).en
