"""The effect term puts right what claims promise: exactly, and for each training by itself."""

from __future__ import annotations

import numpy as np
from worlds import effects_of, office

from recommender.effects import effect_term, surplus

NEW, NOTHING, WORKS = range(3)
GAP = np.array([[1_000_000, 1_000_000, 1_000_000], [0, 0, 0]], np.int64)


def test_what_does_nothing_loses_and_what_works_gains_and_the_unmeasured_stays() -> None:
    points = effect_term(GAP, surplus(effects_of(office(60))), 1.0)
    assert points[0, NOTHING] < -800_000
    assert points[0, WORKS] > 200_000
    assert points[0, NEW] == 0


def test_no_more_is_lost_than_the_claim_brought_and_no_gap_gives_no_points() -> None:
    points = effect_term(GAP, surplus(effects_of(office(60, share=0.0, noise=3.0))), 1.0)
    assert (points + GAP >= 0).all()
    assert (points[1] == 0).all()


def test_a_weight_of_nought_believes_the_claim() -> None:
    assert (effect_term(GAP, surplus(effects_of(office(60))), 0.0) == 0).all()


def test_leaving_trainings_out_changes_no_points_of_the_others() -> None:
    beyond = surplus(effects_of(office(60)))
    columns = [WORKS, NEW]
    whole = effect_term(GAP, beyond, 0.7)[:, columns]
    assert np.array_equal(effect_term(GAP[:, columns], beyond[columns], 0.7), whole)


def test_what_too_few_people_show_gives_no_points_that_could_not_be_explained() -> None:
    effects = effects_of(office(4))
    assert effects.share[WORKS] != effects.usual
    assert (surplus(effects) == 0).all()
