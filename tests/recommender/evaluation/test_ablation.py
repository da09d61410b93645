from datetime import date

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.evaluation.ablation import WHOLE, changes, without_each
from recommender.evaluation.events import Events
from recommender.evaluation.ours import Fitted
from recommender.evaluation.past import past_of
from recommender.evaluation.ranking import Truth
from recommender.evaluation.splits import by_time
from training_data.synthetic import AS_OF, generate

NOTHING = sp.csr_matrix((1, 3))


def test_a_term_that_holds_the_right_one_up_is_missed():
    terms = {
        "good": np.array([[0, 0, 5]]),
        "bad": np.array([[3, 2, 0]]),
        "idle": np.array([[0, 0, 0]]),
    }
    truth = Truth(sp.csr_matrix(np.array([[0.0, 0.0, 1.0]])))
    found = without_each(terms, NOTHING, truth, 2)
    assert found[WHOLE][0] == 1.0
    assert found["good"][0] == 0.0
    assert found["bad"][0] == found["idle"][0] == 1.0
    apart = changes(found, 0)
    assert {name: own.value for name, own in apart.items()} == {"good": -1.0, "bad": 0, "idle": 0}


def test_what_rules_forbid_stays_hidden_without_any_term():
    terms = {"only": np.array([[5, 1, 0]]), "other": np.array([[0, 0, 1]])}
    truth = Truth(sp.csr_matrix(np.array([[1.0, 0.0, 0.0]])))
    forbidden = np.array([[True, False, False]])
    found = without_each(terms, NOTHING, truth, 3, forbidden)
    assert {name: value[0] for name, value in found.items()} == {WHOLE: 0, "only": 0, "other": 0}


def test_the_terms_of_the_engine_sum_to_the_scores_that_were_judged():
    data = generate(60)
    held = by_time(Events.of(data))
    past = past_of(data, held, as_of=AS_OF, seed=0)
    fitted = Fitted(past)
    rows = held.employees[:7]
    terms, forbidden = fitted.terms(rows)
    total = np.sum(np.stack(list(terms.values())), axis=0)
    scores = fitted(rows)
    assert (scores[~forbidden] == total[~forbidden]).all()
    assert (scores[forbidden] == np.iinfo(np.int64).min).all()
    assert past.as_of == held.cut.astype("datetime64[D]").item() < date(2026, 11, 2)


def test_the_interval_is_paired():
    ndcg = np.random.default_rng(0).random(50)
    apart = changes({WHOLE: ndcg, "term": ndcg - 0.1}, 0)["term"]
    assert (apart.low, apart.value, apart.high) == pytest.approx((-0.1, -0.1, -0.1))
