"""What every method is: a name, a way to fit, and a small grid to choose parameters from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from recommender.evaluation.events import Rows
from recommender.evaluation.past import Past
from recommender.evaluation.ranking import Scores

Params = Mapping[str, float]
Scorer = Callable[[Rows], Scores]
"""Rows of employees → scores ``[n, n_items]``, higher is better, items in the order of codes."""


def always(past: Past) -> bool:
    """Whether the method can be used: yes."""
    return True


@dataclass(frozen=True)
class Method:
    """A way to score trainings for employees.

    Attributes:
        name: as in the report.
        fit: learns from the past, with one choice of parameters, and returns a scorer.
        grid: choices of parameters, the default first; the best on a validation cut is taken.
        applies: whether the past holds what the method needs.
        ours: the product's own method; all others are baselines.
    """

    name: str
    fit: Callable[[Past, Params], Scorer]
    grid: tuple[Params, ...] = ({},)
    applies: Callable[[Past], bool] = always
    ours: bool = False
