"""Policies of suggesting: what is proposed to whom, from what HR knows that month.

In: an ``Office``. Out: scores, higher is better, for every person and training; the rules, what
was answered lately and the length of the list are the same for all. Only the oracle, which is no
policy but a bound, is given the world.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender import pipeline
from recommender.engine import Engine
from recommender.evaluation.baselines.base import Method
from recommender.evaluation.baselines.popularity import POPULARITY, POPULARITY_IN_JOB, RANDOM
from recommender.evaluation.baselines.vendors import ODOO, SAP
from recommender.model import Model
from recommender.simulation.office import Office
from recommender.simulation.world import World

Scores = NDArray[Any]
Suggest = Callable[[Office], Scores | None]
"""``[n_people, n_trainings]``; ``None`` where nothing is suggested to anybody."""


class Models:
    """Models that several policies may share: equal data give equal models."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, int], Model] = {}

    def fitted(self, office: Office) -> Model:
        """Return the model of what is known in a month."""
        key = (office.dataset.content_hash, office.as_of.isoformat(), office.seed)
        if key not in self._held:
            self._held[key] = pipeline.fit(
                office.dataset, as_of=office.as_of, seed=office.seed, rules=office.rules
            )
        return self._held[key]


@dataclass(frozen=True)
class Setting:
    """What a policy may use when it begins.

    Attributes:
        models: fitted models, shared.
        refit: months after which the model is learned again.
        world: the truth, for the oracle alone.
    """

    models: Models
    refit: int
    world: World | None = None


@dataclass(frozen=True)
class Policy:
    """A way of suggesting.

    Attributes:
        name: as in the report.
        begin: makes what suggests, once per run.
        endorsed: whether a leader endorses the suggestions.
        all_knowing: whether it is given the truth.
        ours: whether it is the product's.
    """

    name: str
    begin: Callable[[Setting], Suggest]
    endorsed: bool = False
    all_knowing: bool = False
    ours: bool = False


class _Ours:
    """The engine: learned anew now and then, laid out with the newest data every month."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._model: Model | None = None

    def __call__(self, office: Office) -> Scores:
        if self._model is None or (office.month - 1) % self._setting.refit == 0:
            self._model = self._setting.models.fitted(office)
        engine = Engine.open(office.dataset, self._model, as_of=office.as_of, rules=office.rules)
        return engine.scores("training", engine.employee_ids)[0]


def _plain(method: Method) -> Callable[[Setting], Suggest]:
    """Return a baseline of the evaluation, with its default parameters."""

    def begin(setting: Setting) -> Suggest:
        def suggest(office: Office) -> Scores:
            score = method.fit(office.past, method.grid[0])
            return score(np.arange(len(office.snapshot.people)))

        return suggest

    return begin


def _nothing(setting: Setting) -> Suggest:
    return lambda office: None


def _oracle(setting: Setting) -> Suggest:
    world = setting.world
    if world is None:
        raise ValueError("The oracle needs the world.")
    return lambda office: world.expected()


HABIT = Policy("habit", _nothing)
BY_CHANCE = Policy("random", _plain(RANDOM))
POPULAR = Policy("popularity", _plain(POPULARITY))
IN_JOB = Policy("popularity_in_job", _plain(POPULARITY_IN_JOB))
BY_SAP = Policy("sap", _plain(SAP))
BY_ODOO = Policy("odoo", _plain(ODOO))
OURS = Policy("selaras", _Ours, ours=True)
ENDORSED = Policy("selaras_endorsed", _Ours, endorsed=True, ours=True)
ORACLE = Policy("oracle", _oracle, all_knowing=True)

POLICIES = (HABIT, BY_CHANCE, POPULAR, IN_JOB, BY_SAP, BY_ODOO, OURS, ENDORSED, ORACLE)
"""Every policy, in the order of the report."""
BY_NAME = {policy.name: policy for policy in POLICIES}
