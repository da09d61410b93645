"""The whole evaluation that a report tells of: both splits, groups, tests, calibration, ablation.

In: a dataset and a day. Out: a ``Study``. The figures of ``evaluate`` are in it unchanged; all
else is worked out from the same lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.engine import Engine
from recommender.errors import NothingToEvaluate
from recommender.evaluation import ablation, calibration
from recommender.evaluation.baselines.base import Method
from recommender.evaluation.baselines.roles import ROLE_BASELINES, RoleMethod, RoleTask
from recommender.evaluation.calibration import Reliability
from recommender.evaluation.groups import FACTS, by_fact, by_history
from recommender.evaluation.intervals import Interval, sign_flip
from recommender.evaluation.ours import NAME, ROLE_DEFAULTS, Fitted, role_terms, role_weights
from recommender.evaluation.protocol import Outcome, Progress
from recommender.evaluation.report import Report
from recommender.evaluation.run import Measured, Task, measure_roles, measure_trainings
from recommender.evaluation.splits import Kind as SplitKind
from recommender.evaluation.summary import Group
from recommender.kinds import HISTORY_KINDS
from training_data.dataset import Dataset

DEFAULT = "default"
"""Kind under which the documented weights stand in a table of weights."""
EVERYBODY = "all"
"""Kind of weights that are the same for everybody, and group of all who are judged."""
PAST, LATER = "past", "later"
"""Rows of the mix of popularity that are no method: what was taken before, and what after."""

Weights = Mapping[str, Mapping[str, float]]
"""Kind of employee (``DEFAULT`` for the documented ones) → component → weight."""


@dataclass(frozen=True)
class Judged:
    """One group of employees (or source jobs).

    Attributes:
        n: how many.
        figures: method → metric → interval.
        best: the baseline with the highest NDCG in this group.
        p: p-value of the paired test of the own method against it; ``None`` without own method.
    """

    n: int
    figures: Group
    best: str
    p: float | None


@dataclass(frozen=True)
class Part:
    """One split (or the known moves of roles).

    Attributes:
        report: the figures as ``evaluate`` gives them.
        groups: all, then the kinds of history that anybody has.
        facts: fact of the employee → its value → the group; small groups are left out.
        reliability: uptake by score; ``None`` where there is nothing to compare.
        mix: method (or ``PAST``, ``LATER``) → group of popularity → share.
        ablation: term → change in NDCG without it.
    """

    report: Report
    groups: Mapping[str, Judged]
    facts: Mapping[str, Mapping[str, Judged]]
    reliability: Reliability | None
    mix: Mapping[str, Mapping[str, float]]
    ablation: Mapping[str, Interval]


class Data(NamedTuple):
    """What a study was made on.

    Attributes:
        people: employees; ``items`` trainings (or posts); ``rows`` of history (or known moves).
        hash: the beginning of the fingerprint of the data.
    """

    people: int
    items: int
    rows: int
    hash: str

    @classmethod
    def of(cls, dataset: Dataset, kind: Literal["training", "role"]) -> Data:
        """Count the rows of the tables that a kind of suggestion is judged on."""
        items, rows = {
            "training": ("trainings", "training_history"),
            "role": ("jobs", "role_pairs"),
        }[kind]
        people, n_items, n_rows = (
            dataset.table(name).num_rows for name in ("employees", items, rows)
        )
        return cls(people, n_items, n_rows, dataset.content_hash[:12])


@dataclass(frozen=True)
class Study:
    """Everything that was found.

    Attributes:
        parts: the splits, the main one first.
        data: what it was made on.
        weights: weights of the score; those of trainings as learned inside the past of the first
            part.
        learnt_from: kind of history → employees the weights were learned from.
        unit_names: code of a unit → its name.
        without_truth: splits that were asked for and hold nothing to foresee.
    """

    kind: Literal["training", "role"]
    parts: tuple[Part, ...]
    data: Data
    weights: Weights
    learnt_from: Mapping[str, int]
    unit_names: Mapping[str, str]
    without_truth: tuple[SplitKind, ...] = ()


def study(
    dataset: Dataset,
    *,
    kind: Literal["training", "role"],
    splits: Sequence[SplitKind] = ("time", "last"),
    as_of: date,
    k: int = 10,
    seed: int = 0,
    progress: Progress | None = None,
    methods: Sequence[Method] | None = None,
) -> Study:
    """Measure everything a report tells of.

    Parameters:
        splits: how trainings are parted, the main way first; no effect on roles.
        methods: what to measure for trainings; by default the engine and every baseline.

    Others as in ``evaluate``.

    Raises:
        NothingToEvaluate: none of the splits holds truth (a log without dates has no later
            trainings, but may have last ones).
    """
    task = Task(as_of, k, seed, progress)
    if kind == "role":
        return _roles(dataset, task)
    found: list[Measured] = []
    without: dict[SplitKind, NothingToEvaluate] = {}
    for split in splits:
        try:
            found.append(measure_trainings(dataset, split, task, methods))
        except NothingToEvaluate as nothing:
            without[split] = nothing
    if not found:
        raise without[splits[0]]
    task.tell("report", 0, 1)
    weights, learnt_from = _training_weights(found[0])
    parts = tuple(_part(one) for one in found)
    task.tell("report", 1, 1)
    data, names = Data.of(dataset, "training"), _unit_names(dataset)
    return Study("training", parts, data, weights, learnt_from, names, tuple(without))


def _part(found: Measured) -> Part:
    task, past, held = found.task, found.past, found.held
    everybody = np.ones(len(found.counts), bool)
    kinds = {EVERYBODY: everybody, **by_history(found.counts)}
    ids = [past.events.employees[row] for row in held.employees]
    facts = {fact: by_fact(past.dataset, fact, ids) for fact in FACTS}
    own = found.outcomes[NAME].scorer if NAME in found.outcomes else None
    return Part(
        found.report,
        {name: _judged(found, mask) for name, mask in kinds.items() if mask.any()},
        {
            fact: {value: _judged(found, mask) for value, mask in masks.items()}
            for fact, masks in facts.items()
            if masks
        },
        None if own is None else calibration.reliability(own, past, held, task.seed),
        _mix(found),
        ablation.of_trainings(own, past, held, task.k, task.seed)
        if isinstance(own, Fitted)
        else {},
    )


def _judged(found: Measured, mask: NDArray[np.bool_]) -> Judged:
    figures, best = found.summary(mask)
    p = _p_value(found.outcomes, mask, best, found.task)
    return Judged(int(mask.sum()), figures, best, p)


def _p_value(
    outcomes: Mapping[str, Outcome], mask: NDArray[np.bool_], best: str, task: Task
) -> float | None:
    if NAME not in outcomes:
        return None
    main = f"ndcg@{task.k}"
    first, second = (outcomes[name].numbers[main][mask] for name in (NAME, best))
    return sign_flip(first, second, seed=task.seed)


def _mix(found: Measured) -> dict[str, Mapping[str, float]]:
    events = found.past.events
    group = calibration.popularity_of(events.counts)
    mix = {
        PAST: calibration.shares(events.item, group),
        LATER: calibration.shares(found.held.truth.gains.indices.astype(np.int64), group),
    }
    for name, outcome in found.outcomes.items():
        mix[name] = calibration.shares(outcome.shown[outcome.shown >= 0], group)
    return mix


def _training_weights(found: Measured) -> tuple[Weights, Mapping[str, int]]:
    own = found.outcomes[NAME].scorer if NAME in found.outcomes else None
    if not isinstance(own, Fitted):
        return {}, {}
    return training_weights(own.engine)


def training_weights(engine: Engine) -> tuple[Weights, Mapping[str, int]]:
    """Return the weights of the training score by kind of history, and how many taught them."""
    model = engine.model
    weights = {DEFAULT: asdict(model.config.training)}
    learnt = model.training_weights
    if not learnt.learnt:
        return weights, {}
    for kind, own in zip(HISTORY_KINDS, learnt.by_kind, strict=True):
        weights[kind] = asdict(own)
    return weights, dict(zip(HISTORY_KINDS, learnt.cases, strict=True))


def _roles(dataset: Dataset, task: Task) -> Study:
    terms: dict[str, NDArray[np.int64]] = {}

    def score(task: RoleTask) -> NDArray[np.int64]:
        # Kept for the ablation: learning weights by folds is the longest part.
        terms.update(role_terms(task))
        total: NDArray[np.int64] = np.sum(np.stack(list(terms.values())), axis=0)
        return total

    own = RoleMethod(NAME, score, ours=True)
    found = measure_roles(dataset, task, (own, ROLE_DEFAULTS, *ROLE_BASELINES))
    task.tell("report", 0, 1)
    report, case = found.report, found.case
    best = report.best_baseline[EVERYBODY]
    everybody = np.ones(report.sizes[EVERYBODY], bool)
    judged = Judged(
        report.sizes[EVERYBODY],
        report.groups[EVERYBODY],
        best,
        _p_value(found.outcomes, everybody, best, task),
    )
    values = ablation.without_each(terms, case.own, case.truth, task.k)
    without = ablation.changes(values, task.seed)
    part = Part(report, {EVERYBODY: judged}, {}, None, {}, without)
    weights = role_weights(case.task)
    task.tell("report", 1, 1)
    return Study("role", (part,), Data.of(dataset, "role"), weights, {}, {})


def _unit_names(dataset: Dataset) -> dict[str, str]:
    units = dataset.table("units")
    pairs = zip(units["unit_code"].to_pylist(), units["name"].to_pylist(), strict=True)
    return {code: name for code, name in pairs if name is not None}
