"""Shapes of the weights of the ranking (``rules/scoring.json``)."""

from __future__ import annotations

from pydantic import BaseModel

from training_data.reference.packs.kinds import Factor, Shape, Share


class TrainingWeights(Shape):
    """What each term of a training weighs."""

    gap_now: Factor
    gap_next: Factor
    duties: Factor
    direct: Factor
    history: Factor
    together: Factor
    pattern: Factor
    alike: Factor
    peers: Factor
    peers_family: Factor
    peers_affair: Factor
    peers_unit: Factor
    popular: Factor
    popular_year: Factor
    popular_quarter: Factor
    popular_month: Factor
    effect: Factor
    mandatory: Factor
    priority: Factor
    fresh: Factor
    burden: Factor


class Balance(Shape):
    """What people need against what they took so far."""

    gap_share: Share


class RoleWeights(Shape):
    """What each term of a post weighs."""

    similarity: Factor
    deficit: Factor
    surplus: Factor
    duties: Factor
    technology: Factor
    moves: Factor
    family: Factor
    affair: Factor
    qualification: Factor
    experience: Factor


SHAPES: dict[str, type[BaseModel]] = {
    "score.training": TrainingWeights,
    "score.balance": Balance,
    "score.role": RoleWeights,
}
