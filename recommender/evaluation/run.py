"""``evaluate``: measure the engine beside plain baselines on a dataset's own past.

In: a dataset and a day. Out: a ``Report``. Trainings are judged by what employees took after a
cut; roles by known good moves (``role_pairs``), or, where none are known, by the moves people made
after a cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from recommender.errors import NothingToEvaluate
from recommender.evaluation.baselines import TRAINING_BASELINES
from recommender.evaluation.baselines.base import Method
from recommender.evaluation.baselines.roles import ROLE_BASELINES, RoleMethod
from recommender.evaluation.events import Events
from recommender.evaluation.intervals import DRAWS
from recommender.evaluation.moves import moves_case
from recommender.evaluation.ours import (
    FOLDS,
    NAME,
    ROLE_DEFAULTS,
    ROLE_METHOD,
    TRAINING_METHOD,
    taught_folds,
)
from recommender.evaluation.past import Past, known_until, past_of
from recommender.evaluation.protocol import (
    Outcome,
    Progress,
    judge,
    run_method,
    validation_cut,
)
from recommender.evaluation.ranking import top_k
from recommender.evaluation.report import Report
from recommender.evaluation.roles import RoleCase, role_case
from recommender.evaluation.splits import MOST_EMPLOYEES, Split, split
from recommender.evaluation.splits import Kind as SplitKind
from recommender.evaluation.summary import Group, summarise
from training_data.dataset import Dataset
from training_data.messages import say


def evaluate(
    dataset: Dataset,
    *,
    kind: Literal["training", "role"],
    split: SplitKind = "time",
    as_of: date,
    k: int = 10,
    seed: int = 0,
    progress: Progress | None = None,
    methods: Sequence[Method] | Sequence[RoleMethod] | None = None,
) -> Report:
    """Measure the engine and the baselines.

    Parameters:
        split: how trainings are parted into past and truth; ``time`` (the main figure) or
            ``last`` (the last training of each employee). Roles have no split.
        as_of: nothing dated after this day is used, for learning or as truth.
        k: length of the judged lists.
        seed: for draws, resampling and methods that draw.
        progress: told the method, how many are done, and how many there are.
        methods: what to measure; by default the engine and every baseline that applies.

    Raises:
        NothingToEvaluate: the dataset holds no truth of this kind.
    """
    task = Task(as_of, k, seed, progress)
    if kind == "role":
        return measure_roles(dataset, task, cast("Sequence[RoleMethod] | None", methods)).report
    chosen = cast("Sequence[Method] | None", methods)
    return measure_trainings(dataset, split, task, chosen).report


@dataclass(frozen=True)
class Task:
    """What both kinds of evaluation are told (see ``evaluate``)."""

    as_of: date
    k: int
    seed: int
    progress: Progress | None = None

    def tell(self, what: str, done: int, total: int) -> None:
        """Report progress, if somebody listens."""
        if self.progress is not None:
            self.progress(what, done, total)

    def protocol(self, kind: str, split_name: str) -> dict[str, Any]:
        """Return what is said of every evaluation."""
        return {
            "kind": kind,
            "split": split_name,
            "as_of": self.as_of.isoformat(),
            "seed": self.seed,
            "k": self.k,
            "own": NAME,
            "full_catalogue": True,
            "resamples": DRAWS,
        }


@dataclass(frozen=True)
class Measured:
    """An evaluation of trainings with everything it was worked out from.

    Attributes:
        report: the figures.
        past, held: what was learned from, and the truth.
        outcomes: method → what it did.
        counts: distinct trainings of each judged employee before the cut, int64 ``[n]``.
        task: how it was asked for.
    """

    report: Report
    past: Past
    held: Split
    outcomes: Mapping[str, Outcome]
    counts: NDArray[np.int64]
    task: Task

    def summary(self, wanted: NDArray[np.bool_]) -> tuple[Group, str]:
        """Return the figures of some of the judged employees, and the best baseline."""
        return summarise(
            self.outcomes,
            wanted,
            own=NAME,
            taken=self.past.events.counts,
            people=len(np.unique(self.past.events.employee)),
            n_items=len(self.past.events.items),
            k=self.task.k,
            seed=self.task.seed,
        )


def measure_trainings(
    dataset: Dataset, kind: SplitKind, task: Task, methods: Sequence[Method] | None = None
) -> Measured:
    """Judge trainings by one split; parameters as in ``evaluate``."""
    known = known_until(dataset, task.as_of)
    events = Events.of(known)
    rng = np.random.default_rng(task.seed)
    held = split(events, kind, task.seed).sample(MOST_EMPLOYEES, rng)
    if len(held.employees) == 0:
        raise NothingToEvaluate(say(f"evaluate.no_truth.{kind}", "id"))
    past = past_of(known, held, as_of=_last_day(events, task.as_of), seed=task.seed)
    validation = validation_cut(past, kind, task.seed)
    outcomes: dict[str, Outcome] = {}
    chosen = [m for m in methods or (TRAINING_METHOD, *TRAINING_BASELINES) if m.applies(past)]
    for done, method in enumerate(chosen):
        task.tell(method.name, done, len(chosen))
        outcomes[method.name] = run_method(method, past, held, validation, task.k)
    task.tell("intervals", len(chosen), len(chosen))
    counts = past.events.per_employee[held.employees]
    groups = {"all": np.ones(len(held.cold), bool), "warm": ~held.cold, "cold": held.cold}
    sizes = {name: int(wanted.sum()) for name, wanted in groups.items()}
    protocol = {
        **task.protocol("training", kind),
        "cut": None if np.isnat(held.cut) else held.cut.astype("datetime64[s]").item().isoformat(),
        "items": len(events.items),
        "past_events": len(past.events),
        "seen_items_masked": True,
        "rules_applied_to": [m.name for m in chosen if m.ours],
        "parameters": {name: dict(outcome.params) for name, outcome in outcomes.items()},
    }
    found = Measured(Report(protocol, sizes, {}, {}), past, held, outcomes, counts, task)
    summaries = {name: found.summary(wanted) for name, wanted in groups.items() if wanted.any()}
    return replace(found, report=_report(protocol, sizes, summaries))


@dataclass(frozen=True)
class MeasuredRoles:
    """An evaluation of roles with what each method did."""

    report: Report
    outcomes: Mapping[str, Outcome]
    case: RoleCase
    task: Task


def measure_roles(
    dataset: Dataset, task: Task, methods: Sequence[RoleMethod] | None = None
) -> MeasuredRoles:
    """Judge roles by known good moves, else by moves after a cut; parameters as in ``evaluate``."""
    case = _role_case(dataset, task)
    outcomes: dict[str, Outcome] = {}
    every = methods or (ROLE_METHOD, ROLE_DEFAULTS, *ROLE_BASELINES)
    chosen = [m for m in every if m.applies(case.task)]
    for done, method in enumerate(chosen):
        task.tell(method.name, done, len(chosen))
        shown = top_k(method.score(case.task), case.own, task.k)
        outcomes[method.name] = Outcome({}, judge(shown, case.truth, task.k), shown)
    task.tell("intervals", len(chosen), len(chosen))
    n = len(case.task.sources)
    learnt = taught_folds(case.task)
    summary = summarise(
        outcomes,
        np.ones(n, bool),
        own=NAME,
        taken=None,
        people=0,
        n_items=len(case.task.jobs),
        k=task.k,
        seed=task.seed,
    )
    protocol = {
        **task.protocol("role", case.split),
        "cut": case.task.as_of.isoformat() if case.split == "moves" else None,
        "items": len(case.task.jobs),
        "pairs": int(case.truth.gains.nnz),
        "titles_hidden": case.split == "pairs",
        "pairs_used_for_learning": learnt > 0,
        "folds": FOLDS,
        "folds_with_learnt_weights": learnt,
    }
    report = _report(protocol, {"all": n, "warm": 0, "cold": 0}, {"all": summary})
    return MeasuredRoles(report, outcomes, case, task)


def _role_case(dataset: Dataset, task: Task) -> RoleCase:
    known = known_until(dataset, task.as_of)
    try:
        return role_case(known, task.as_of, task.seed)
    except NothingToEvaluate as without:
        try:
            return moves_case(known, task.as_of, task.seed)
        except NothingToEvaluate:
            raise without from None


def _report(
    protocol: dict[str, Any], sizes: dict[str, int], summaries: dict[str, tuple[Group, str]]
) -> Report:
    groups = {name: summaries[name][0] if name in summaries else {} for name in sizes}
    return Report(protocol, sizes, groups, {name: best for name, (_, best) in summaries.items()})


def _last_day(events: Events, as_of: date) -> date:
    """The day of the newest event, or ``as_of`` where that is earlier or nothing is dated."""
    dated = events.at[~np.isnat(events.at)]
    if len(dated) == 0:
        return as_of
    newest: date = dated.max().astype("datetime64[D]").item()
    return min(newest, as_of)
