"""The vendors' formulas for gaps, so that a report shows what they would have suggested.

* SAP SuccessFactors: a training counts with the gaps it addresses, and a skill without a rating
  is an unlimited gap (here: the top of the scale).
* Odoo: match of a post = Σ min(level, 2 × required) / Σ required, an unknown level is 0; a
  training counts with what it adds to the match of the present post.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.baselines.levels import Levels, Setting
from recommender.evaluation.events import Rows
from recommender.evaluation.past import Past
from recommender.evaluation.ranking import Scores


def _sap(past: Past, params: Params) -> Scorer:
    setting = Setting.of(past)

    def score(rows: Rows) -> Scores:
        required, level = setting.required(rows), setting.levels(rows)
        gap = np.where(np.isnan(level), setting.max_level, np.maximum(required - level, 0.0))
        gap = np.where(required > 0, gap, 0.0)
        return np.asarray((setting.covers @ gap.T).T, np.float64)

    return score


def _odoo(past: Past, params: Params) -> Scorer:
    setting = Setting.of(past)
    n_items = len(past.events.items)

    def score(rows: Rows) -> Scores:
        required = np.nan_to_num(setting.required(rows))
        level = np.nan_to_num(setting.levels(rows))
        gained = np.zeros((len(rows), n_items))
        for item, c, to in zip(
            setting.outcome_item, setting.outcome_competency, setting.outcome_level, strict=True
        ):
            limit = 2 * required[:, c]
            after = np.minimum(np.maximum(level[:, c], to), limit)
            gained[:, item] += after - np.minimum(level[:, c], limit)
        return np.asarray(gained / np.maximum(required.sum(axis=1), 1e-9)[:, None], np.float64)

    return score


def odoo_match(level: Levels, required: Levels) -> NDArray[np.float64]:
    """Return Σ min(level, 2 × required) / Σ required for every pair, ``[n, n_jobs]``.

    Parameters:
        level: ``[n, n_competencies]``, NaN unknown (taken as 0).
        required: ``[n_jobs, n_competencies]``, NaN not asked.
    """
    have, need = np.nan_to_num(level), np.nan_to_num(required)
    counted = np.stack([np.minimum(have, 2 * row).sum(axis=1) for row in need], axis=1)
    return np.asarray(counted / np.maximum(need.sum(axis=1), 1e-9))


def sap_match(level: Levels, required: Levels) -> NDArray[np.float64]:
    """Return 0.8 × (attributes met + target role) / (n + 1) + 0.2 × location, ``[n, n_jobs]``.

    An attribute is met at the required level or above; one without a rating is not. Target role
    and location are unknown for a job taken as a person, and count 0.
    """
    asked = (required > 0).sum(axis=1)
    met = np.stack([((level >= row) & (row > 0)).sum(axis=1) for row in required], axis=1)
    return np.asarray(0.8 * met / (asked + 1))


def _has_standards(past: Past) -> bool:
    return (
        past.dataset.knows("job_requirements", "level")
        and past.dataset.knows("employees", "job_code")
        and past.dataset.has("training_outcomes")
    )


SAP = Method("sap", _sap, applies=_has_standards)
ODOO = Method("odoo", _odoo, applies=_has_standards)
