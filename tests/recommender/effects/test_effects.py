"""What trainings add is told apart from growth, luck, lenient sources and other trainings."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import AS_OF, Tables, effects_of, lowest_sent, office

from recommender.effects import Effects
from recommender.effects.exposure import Exposures
from recommender.effects.pairs import Pairs
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset

NEW, NOTHING, WORKS = range(3)


def exposures_of(tables: Tables) -> tuple[Pairs, Exposures]:
    snapshot = Snapshot.of(Dataset.of(tables), AS_OF)
    pairs = Pairs.of(snapshot)
    return pairs, Exposures.of(snapshot, pairs)


def test_the_share_that_was_planted_lies_in_the_interval_of_each_course() -> None:
    effects = effects_of(office(100, share=0.6))
    assert effects.low[WORKS] <= 0.6 <= effects.high[WORKS]
    assert effects.low[NOTHING] <= 0.0 <= effects.high[NOTHING]
    assert effects.low[WORKS] > effects.high[NOTHING]


def test_levels_that_rise_without_training_are_not_credited_to_a_course() -> None:
    effects = effects_of(office(60, growth=0.5))
    assert effects.low[NOTHING] <= 0.0 <= effects.high[NOTHING]


def test_a_lenient_source_afterwards_is_not_credited_to_a_course() -> None:
    lenient = office(60, growth=0.5, source_after="supervisor")
    effects = effects_of(lenient)
    assert effects.low[NOTHING] <= 0.0 <= effects.high[NOTHING]


def test_low_scores_that_were_bad_luck_and_rise_by_themselves_are_not_credited() -> None:
    tables = office(60, share=0.0)
    scores, history = tables["competency_scores"], tables["training_history"]
    low = {
        person
        for person, level, day in zip(
            scores["employee_id"], scores["level"], scores["assessed_on"], strict=True
        )
        if day.year == 2023
        and round(level * 4) % 2  # everybody whose first score was off
        and level < 1.0
    }
    assert low
    history["employee_id"] = sorted(low)
    history["training_code"] = ["NOTHING"] * len(low)
    history["completed_on"] = [datetime(2023, 9, 1)] * len(low)
    effects = effects_of(tables)
    assert effects.low[NOTHING] <= 0.0 <= effects.high[NOTHING]


def test_a_course_to_which_the_truly_lower_were_sent_is_not_blamed_for_their_level() -> None:
    effects = effects_of(lowest_sent())
    assert effects.selection > 0.9
    assert effects.low[NOTHING] <= 0.0 <= effects.high[NOTHING]


def test_a_course_taken_beside_one_that_works_is_not_credited_with_its_rise() -> None:
    tables = office(60)
    history = tables["training_history"]
    both = [p for p, t in zip(history["employee_id"], history["training_code"], strict=True)
            if t == "WORKS"][::2]  # fmt: skip
    history["employee_id"] += both
    history["training_code"] += ["NOTHING"] * len(both)
    history["completed_on"] += [datetime(2023, 10, 1)] * len(both)
    effects = effects_of(tables)
    assert effects.share[NOTHING] < effects.share[WORKS] / 3


def test_people_and_pairs_are_counted_and_what_nobody_took_is_as_usual() -> None:
    effects = effects_of(office(24))
    assert effects.people.tolist() == [0, 24, 24]
    assert effects.pairs.tolist() == [0, 24, 24]
    assert effects.share[NEW] == effects.usual
    assert effects.error[NEW] == effects.spread


def test_only_trainings_between_both_assessments_are_seen() -> None:
    tables = office(2)
    history = tables["training_history"]
    history["employee_id"] = ["p0000"] * 4
    history["training_code"] = ["WORKS"] * 4
    history["completed_on"] = [
        datetime(2023, 3, 1), datetime(2023, 3, 2), datetime(2024, 3, 1), datetime(2024, 3, 2),
    ]  # fmt: skip
    _, exposures = exposures_of(tables)
    assert np.rint(exposures.after * 365.25).tolist() == [1, 366]


def test_undated_and_unfinished_trainings_and_undated_scores_stay_out() -> None:
    tables = office(2)
    history, scores = tables["training_history"], tables["competency_scores"]
    history["completed_on"][0] = None
    history["status"] = ["completed", "withdrawn", "completed", "completed"]
    pairs, exposures = exposures_of(tables)
    assert (len(pairs), len(exposures)) == (6, 2)
    scores["assessed_on"] = [d if d.year == 2023 else None for d in scores["assessed_on"]]
    assert [len(found) for found in exposures_of(tables)] == [0, 0]


def test_of_two_scores_on_one_day_the_more_trusted_source_counts() -> None:
    tables = office(1)
    scores = tables["competency_scores"]
    scores["employee_id"] += ["p0000"]
    scores["competency_code"] += ["T.A"]
    scores["level"] += [5.0]
    scores["assessed_on"] += [datetime(2023, 3, 1)]
    scores["source"] += ["self"]
    pairs, _ = exposures_of(tables)
    assert len(pairs) == 3
    assert pairs.before[0] < 5.0


@pytest.mark.parametrize(
    "emptied", ["competency_scores", "training_history", "training_outcomes", "employees"]
)
def test_without_pairs_every_training_is_as_believed_and_not_told_of(emptied: str) -> None:
    tables = {name: rows for name, rows in office(4).items() if name != emptied}
    effects = effects_of(tables)
    assert effects.share.tolist() == [0.4] * 3
    assert effects.error.tolist() == [0.3] * 3
    assert [effects.evidence(t) for t in range(3)] == [None] * 3


def test_evidence_tells_levels_added_and_hides_what_fewer_than_five_people_show() -> None:
    found = effects_of(office(24)).evidence(WORKS)
    assert found is not None
    assert found.people == 24
    assert found.low < found.added < found.high
    assert 0.9 < found.added < 1.6
    assert effects_of(office(4)).evidence(WORKS) is None


def test_what_is_stored_is_read_back_the_same() -> None:
    effects = effects_of(office(8))
    again = Effects.stored(effects.arrays(), effects.description())
    assert again.description() == effects.description()
    assert all(np.array_equal(again.arrays()[k], v) for k, v in effects.arrays().items())


def test_effects_follow_their_trainings_into_another_catalogue() -> None:
    effects = effects_of(office(8))
    moved = effects.aligned(np.array([WORKS, -1], np.int32))
    assert moved.share.tolist() == [effects.share[WORKS], effects.usual]
    assert moved.people.tolist() == [8, 0]


@settings(max_examples=15, deadline=None)
@given(st.floats(0.25, 3.0), st.floats(0.0, 3.0))
def test_more_noise_never_narrows_the_interval(noise: float, more: float) -> None:
    quiet, loud = effects_of(office(24, noise=noise)), effects_of(office(24, noise=noise + more))
    assert loud.error[NOTHING] >= quiet.error[NOTHING] - 1e-3


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(48)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    plain, mixed = effects_of(office(8)), effects_of(office(8, order=order))
    assert plain.description() == mixed.description()
    assert all(np.array_equal(mixed.arrays()[k], v) for k, v in plain.arrays().items())


@settings(max_examples=15, deadline=None)
@given(st.floats(0.1, 1.0), st.floats(0.0, 2.0), st.floats(0.0, 0.5))
def test_a_course_that_does_nothing_is_never_above_one_that_works(
    share: float, noise: float, growth: float
) -> None:
    effects = effects_of(office(12, share=share, noise=noise, growth=growth))
    assert effects.share[NOTHING] < effects.share[WORKS]
    assert np.isfinite(effects.share).all()
    assert (effects.error > 0).all()
