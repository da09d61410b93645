"""The form of profiles follows the framework: dense or sparse, with or without kin."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommender import pipeline
from recommender.artifact import load, save
from recommender.engine import Engine
from recommender.kernels import choose
from recommender.similarity.kinship import KIN_UNIT, SHARE, kinship
from recommender.similarity.profiles import VECTOR_UNIT, Comparer, ProfileSpace
from recommender.standards import Standards
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

DAY = date(2026, 1, 5)
TEXTS = ("pengujian kebutuhan layanan", "pengujian kebutuhan warga", "anggaran", "arsip")


def milli(levels: list[list[float | None]]) -> np.ndarray:
    return np.array(
        [[-1 if v is None else round(1000 * v) for v in row] for row in levels], np.int32
    )


def compared(space: ProfileSpace, required: np.ndarray) -> np.ndarray:
    weight = np.where(required >= 0, 2000, 0).astype(np.int32)
    standards = Standards(required, weight, weight, np.zeros(required.shape, bool), len(required))
    return Comparer(space, standards, np.arange(len(required))).compare(required).cosine


def test_where_all_ask_for_all_levels_count_by_their_distance_from_the_mean():
    space = ProfileSpace.fit(milli([[4, 1], [2, 3], [3, 2]]))
    assert space.centre.tolist() == [3000.0, 2000.0]
    assert space.scale[0] == space.scale[1]  # no competency is rarer than another
    one = VECTOR_UNIT * 1000 / space.scale[0]
    assert space.vectors(milli([[4, 1]])).tolist() == [[round(one), -round(one)]]


def test_the_sparser_the_framework_the_more_a_rare_competency_weighs():
    # Asked for by 2, 2, 1 and 1 of 4 posts: density (.5 + .5 + .25 + .25) / 4 = .375.
    sparse = milli([[2, 2, None, None], [2, None, None, None], [None, 2, None, None],
                    [None, None, 2, 2]])  # fmt: skip
    space = ProfileSpace.fit(sparse)
    assert space.centre.tolist() == [0.0] * 4
    # Half as many ask for the third: its energy is half, to the power of the rarity of .625.
    assert space.scale[0] / space.scale[2] == pytest.approx(2 ** (0.625 / 2))


def test_a_competency_that_all_ask_for_at_one_level_tells_nothing():
    space = ProfileSpace.fit(milli([[3, 1], [3, 2], [3, 3]]))
    assert space.vectors(milli([[5, None]])).tolist() == [[0.0, 0.0]]


def test_competencies_whose_texts_overlap_are_kin_and_others_are_not():
    kin = kinship(TEXTS, 1.0).toarray()
    assert 0 < kin[0, 1] <= SHARE * KIN_UNIT
    assert np.array_equal(kin, kin.T)
    assert kin.diagonal().tolist() == [0] * 4
    assert np.count_nonzero(kin) == 2


def test_posts_that_ask_for_kin_are_nearer_than_posts_that_ask_for_strangers():
    # The first asks for two things; the second shares one and a kin of the other, the third one.
    required = milli([[2, None, 2, None], [None, 2, 2, None], [None, None, 2, 2]])
    plain = compared(ProfileSpace.fit(required), required)
    near = compared(ProfileSpace.fit(required, TEXTS), required)
    assert near[0, 1] - plain[0, 1] > 0.05
    assert near[0, 1] > near[0, 2]
    assert np.allclose(near, near.T)
    assert np.allclose(near.diagonal(), 1.0)


def test_where_all_ask_for_all_there_is_no_need_of_kin():
    assert ProfileSpace.fit(milli([[1, 2, 3, 4], [4, 3, 2, 1]]), TEXTS).kin.nnz == 0


def test_a_competency_met_after_fitting_has_the_usual_scale_and_no_kin():
    required = milli([[2, None, 2, None], [None, 2, 2, None], [None, None, 2, 2]])
    space = ProfileSpace.fit(required, TEXTS)
    other = space.aligned(np.array([-1, 1, 0], np.int32))
    assert other.scale.tolist() == [space.common, space.scale[1], space.scale[0]]
    kin = space.kin.toarray()
    assert other.kin.toarray().tolist() == [[0, 0, 0], [0, 0, kin[1, 0]], [0, kin[0, 1], 0]]


LEVELS = arrays(np.int32, (5, 4), elements=st.sampled_from([-1, 0, 1000, 2500, 5000]))


@given(required=LEVELS, people=LEVELS)
def test_a_likeness_is_a_cosine_and_one_answer_equals_the_batch(required, people):
    space = ProfileSpace.fit(required, TEXTS)
    weight = np.where(required >= 0, 2000, 0).astype(np.int32)
    standards = Standards(required, weight, weight, np.zeros(required.shape, bool), 5)
    comparer = Comparer(space, standards, np.arange(5))
    whole = comparer.compare(people).cosine
    assert np.abs(whole).max() <= 1.0
    for row in range(5):
        assert np.array_equal(comparer.compare(people[row : row + 1]).cosine[0], whole[row])
    assert np.array_equal(space.with_kin(space.vectors(people)) % 1, np.zeros((5, 4)))


def framework() -> Dataset:
    """Twelve posts of three competencies each, of which neighbours share two."""
    rows = [(f"J{n:02d}", f"K{(n + c) % 12:02d}") for n in range(12) for c in range(3)]
    names = {f"K{n:02d}": f"{word} {other}" for n, (word, other) in enumerate(_WORDS)}
    return Dataset.of(
        {
            "employees": {"employee_id": ["ani"], "job_code": ["J00"]},
            "jobs": {"job_code": [f"J{n:02d}" for n in range(12)], "title": ["Jabatan"] * 12},
            "competencies": {"competency_code": list(names), "name": list(names.values())},
            "competency_scores": {
                "employee_id": ["ani"] * 3,
                "competency_code": ["K00", "K01", "K02"],
                "level": [3.0] * 3,
            },
            "job_requirements": {
                "job_code": [job for job, _ in rows],
                "competency_code": [competency for _, competency in rows],
                "level": [3.0] * len(rows),
            },
        }
    )


_WORDS = [(word, other) for word in ("uji", "tata", "ukur", "olah") for other in ("a1", "b2", "c3")]


def test_a_post_with_a_little_in_common_comes_before_one_with_nothing():
    engine = Engine.fitted(framework(), as_of=DAY, rules=load_rules(DAY))
    scores, codes = engine.role_scores_for_jobs(["J00"])
    found = dict(zip(codes, scores[0].tolist(), strict=True))
    assert found["J01"] > found["J02"] > found["J05"] == 0


def test_the_space_comes_back_from_disk_as_it_was(tmp_path):
    model = pipeline.fit(framework(), as_of=DAY)
    assert model.space.kin.nnz > 0
    save(model, tmp_path / "model")
    again = load(tmp_path / "model")
    assert (again.space.kin != model.space.kin).nnz == 0
    assert again.id == model.id


@pytest.mark.parametrize("n", [choose.FEWEST, 3])
@given(st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_the_best_match_is_the_first_of_the_highest(n, seed):
    rng = np.random.default_rng(seed)
    required = (rng.integers(-1, 4, (6, 5)) * 500).clip(-1).astype(np.int32)
    weight = rng.integers(1, 4, (6, 5)).astype(np.int32) * 1000
    standards = Standards(required, weight, np.ones_like(weight), required < 0, 6)
    levels = (rng.integers(-1, 4, (n, 5)) * 500).clip(-1).astype(np.int32)
    comparer = Comparer(ProfileSpace.fit(required), standards, np.arange(6))
    match = np.nan_to_num(comparer.compare(levels).match, nan=-1.0)
    assert np.array_equal(comparer.best_match(levels), match.argmax(axis=1))
