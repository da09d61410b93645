import numpy as np

from recommender.evaluation.ours import TRAINING_METHOD, reordered
from recommender.evaluation.ranking import NEVER


def test_what_the_rules_forbid_is_never_shown(history, past_from):
    data = history(
        [("ani", "DASAR", "2025-01-01"), ("budi", "LAIN", "2025-01-02")],
        trainings={
            "training_code": ["DASAR", "LAIN", "LANJUT"],
            "title": ["Kursus dasar", "Kursus lain", "Kursus lanjutan"],
            "prerequisites": [None, None, "DASAR"],
        },
    )
    scores = TRAINING_METHOD.fit(past_from(data), {})(np.array([0, 1]))
    assert (scores == NEVER).tolist() == [[True, False, False], [False, True, True]]


def test_scores_are_brought_into_the_order_of_the_protocol():
    scores = np.array([[1, 2, 3]])
    assert reordered(scores, ("B", "C", "A"), ("A", "B", "C")).tolist() == [[3, 1, 2]]
