"""What a course added is told with people and interval; doubt and lack of data are told as such."""

from __future__ import annotations

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
