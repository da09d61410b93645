"""Baselines for trainings and for roles, each a few lines, all in every report."""

from __future__ import annotations

from recommender.evaluation.baselines.base import Method
from recommender.evaluation.baselines.content import CONTENT
from recommender.evaluation.baselines.neighbours import EASE, ITEM_KNN
from recommender.evaluation.baselines.popularity import (
    POPULARITY,
    POPULARITY_IN_JOB,
    POPULARITY_RECENT,
    RANDOM,
)
from recommender.evaluation.baselines.sequence import FORWARD
from recommender.evaluation.baselines.vendors import ODOO, SAP

TRAINING_BASELINES: tuple[Method, ...] = (
    RANDOM,
    POPULARITY,
    POPULARITY_RECENT,
    POPULARITY_IN_JOB,
    SAP,
    ODOO,
    CONTENT,
    ITEM_KNN,
    EASE,
    FORWARD,
)
