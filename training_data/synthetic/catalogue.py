"""The catalogue in order, with what each training truly does (planted)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np

from training_data.synthetic.draws import Draws
from training_data.synthetic.offers import AUDIENCES, Training, offers

__all__ = ["AUDIENCES", "Training", "functional_course", "training_place", "trainings"]


@cache
def trainings() -> tuple[Training, ...]:
    """Return the catalogue with its planted effects, in order of code."""
    made = offers()
    return tuple(_plant(sorted(made, key=lambda training: training.code)))


@cache
def training_place() -> dict[str, int]:
    """Return training code → place in ``trainings()``."""
    return {training.code: place for place, training in enumerate(trainings())}


def _plant(made: list[Training]) -> Iterator[Training]:
    """Decide which trainings work: about a third do nothing, whatever they claim."""
    draws = Draws(23, np.arange(len(made)))
    kind, size, charm = draws.uniform("kind"), draws.uniform("size"), draws.normal("charm")
    for place, training in enumerate(made):
        practice = 0.12 if training.form in ("10", "24", "14", "15") else 0.0
        if kind[place] < 0.34 - practice:
            effect = 0.0
        elif kind[place] < 0.62:
            effect = 0.25 + 0.2 * size[place]
        else:
            effect = 0.6 + 0.35 * size[place]
        # A course abroad is for few: the money is short, whatever one would like.
        liked = 0.7 * charm[place] - (2.2 if training.international else 0.0)
        yield replace(training, effect=round(effect, 3), charm=round(liked, 3))


@cache
def _entry_courses() -> dict[str, str]:
    return {
        t.line: t.code
        for t in trainings()
        if t.line and t.code.startswith("JF") and t.code.endswith("A")
    }


def functional_course(line: str) -> str:
    """Return the code of the course for entering a functional post."""
    return _entry_courses()[line]
