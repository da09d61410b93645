"""From one person's facts to a ``Problem``: segments of levels, options in time, what is left out.

In: levels, standards, scores, eligibility and the shared ``Offers``. Out: ``Layout``: the problem
and what its options stand for, and for every training that is no option the reason why not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from recommender.columns import UNKNOWN, Ints
from recommender.plan.cells import Cells
from recommender.plan.learner import Availability, Learner, Window, month_load
from recommender.plan.offers import Offers, Session
from recommender.plan.problem import MONTHS, Flags, Limits, Problem, Whole
from recommender.plan.pruning import most_promising, undominated
from recommender.similarity.gaps import StepLimits

EARLY, DATED, LATE = range(3)
"""Where an option lies: before all dated ones, on its dates, or after all dated ones."""


@dataclass(frozen=True)
class Option:
    """What an option stands for: a training, in a session or without a date."""

    training: int
    session: Session | None
    slot: int
    locked: bool


@dataclass(frozen=True)
class Layout:
    """A problem and what it speaks of.

    Attributes:
        options: as the problem's options.
        segment_from: milli-level at which each segment begins.
        considered: trainings that could help the person.
        pruned: of these, how many were left out because enough better ones exist.
        cut: of these, how many were left out because only so many are compared.
        no_session: trainings that would help but have no session in the year.
    """

    problem: Problem
    options: tuple[Option, ...]
    segment_from: Whole
    considered: int
    pruned: int
    cut: int
    no_session: frozenset[int]


def lay_out(
    learner: Learner,
    offers: Offers,
    needs: Sequence[tuple[int, ...]],
    steps: StepLimits,
    limits: Limits,
    window: Window,
    candidates: int,
    codes: Sequence[str],
) -> Layout:
    """Lay out the problem of one person.

    Parameters:
        needs: per training, the trainings asked for before it.
        candidates: most trainings compared exactly.
        codes: of the trainings, to order equals.
    """
    available = Availability(learner, offers, window)
    lacking = [tuple(t for t in some if not learner.done[t]) for some in needs]
    helpful = _helpful(learner, offers, steps, limits)
    wanted = [
        int(t) for t in np.flatnonzero(helpful) if learner.open[t] and t not in learner.registered
    ]
    no_session = frozenset(t for t in wanted if not available.of(t))
    reachable = _Closure(lacking, lambda t: bool(learner.open[t]) and bool(available.of(t)))
    chains = {t: chain for t in wanted if (chain := reachable.of(t)) is not None}
    pool = sorted({t for chain in chains.values() for t in chain} - set(learner.registered))
    cells = Cells.of(learner, offers, steps, [*pool, *learner.registered])
    considered = len(pool)
    if len(pool) > limits.courses:
        kept = undominated(pool, cells, learner, offers, lacking, available, limits, codes)
        pruned, pool = considered - len(kept), kept
    else:
        pruned = 0
    before = len(pool)
    if len(pool) > candidates:
        pool = most_promising(pool, chains, cells, learner, offers, limits, candidates, codes)
    options = _options(pool, learner, available, lacking, offers, codes, cells)
    problem = _problem(options, learner, offers, lacking, cells, limits, window)
    return Layout(problem, options, cells.begin, considered, pruned, before - len(pool), no_session)


def _helpful(learner: Learner, offers: Offers, steps: StepLimits, limits: Limits) -> Flags:
    """Return the trainings that close a gap, gain a badge or bring missing hours."""
    found: Flags = np.asarray((learner.badges & (learner.badge_weight > 0)).any(axis=1))
    if limits.target > 0 and limits.hour_penalty > 0:
        found |= offers.hours > 0
    asked = np.maximum(learner.now.high[0], learner.following.high[0])
    for training, outcomes in enumerate(offers.outcomes):
        if not found[training]:
            found[training] = any(_closes(learner, steps, asked, *o) for o in outcomes)
    return found


def _closes(
    learner: Learner, steps: StepLimits, asked: Ints, competency: int, low: int, high: int
) -> bool:
    h = int(learner.levels[competency])
    top = min(high, h + steps.max_step, int(asked[competency]))
    return h != UNKNOWN and top > max(h, low)


class _Closure:
    """A training with everything that must come before it; ``None`` where that cannot be had."""

    def __init__(self, lacking: Sequence[tuple[int, ...]], possible: Callable[[int], bool]) -> None:
        self.lacking, self.possible = lacking, possible
        self._found: dict[int, frozenset[int] | None] = {}

    def of(self, training: int) -> frozenset[int] | None:
        if training not in self._found:
            self._found[training] = None  # a training that asks for itself is never had
            parts = [self.of(t) for t in self.lacking[training]]
            if self.possible(training) and all(part is not None for part in parts):
                own = frozenset([training])
                self._found[training] = own.union(*(p for p in parts if p is not None))
        return self._found[training]


def _options(
    pool: list[int],
    learner: Learner,
    available: Availability,
    lacking: Sequence[tuple[int, ...]],
    offers: Offers,
    codes: Sequence[str],
    cells: Cells,
) -> tuple[Option, ...]:
    """Return the options in the order in which they begin."""
    found = [
        Option(t, session, EARLY if session is None else DATED, locked=True)
        for t, session in learner.registered.items()
    ]
    for training in pool:
        for session in available.of(training):
            if session is not None:
                found.append(Option(training, session, DATED, locked=False))
                continue
            found.append(Option(training, None, EARLY, locked=False))
            if lacking[training] or not cells.at_once(training):
                found.append(Option(training, None, LATE, locked=False))
    depth: dict[int, int] = {}

    def steps(training: int, seen: frozenset[int] = frozenset()) -> int:
        if training not in depth and training not in seen:
            before = [steps(t, seen | {training}) for t in lacking[training]]
            depth[training] = 1 + max(before, default=0)
        return depth.get(training, 0)

    def place(option: Option) -> tuple[int, date, date, int, int, str, str]:
        session = option.session
        begin = session.begin if session else date.min
        end = session.end if session else date.min
        start = max((low for _, low, _ in offers.outcomes[option.training]), default=0)
        code = session.code if session else ""
        return (
            option.slot, begin, end, steps(option.training), start, codes[option.training], code,
        )  # fmt: skip

    return tuple(sorted(found, key=place))


def _problem(
    options: tuple[Option, ...],
    learner: Learner,
    offers: Offers,
    lacking: Sequence[tuple[int, ...]],
    cells: Cells,
    limits: Limits,
    window: Window,
) -> Problem:
    n = len(options)
    rows = [o.training for o in options]
    number = {t: i for i, t in enumerate(sorted(set(rows)))}
    slot = np.array([o.slot for o in options], np.int64)
    begin, end = (np.array([_day(o, name) for o in options], np.int64) for name in ("begin", "end"))
    dated = slot == DATED
    locked = np.array([o.locked for o in options], bool)
    first = np.arange(n)[:, None] < np.arange(n)
    ready = first & np.where(dated[:, None] & dated, end[:, None] < begin, slot[:, None] <= slot)
    busy = dated & ~offers.parallel[rows] if n else dated
    overlap = (begin[:, None] <= end) & (begin <= end[:, None])
    clash = overlap & busy[:, None] & busy & ~(locked[:, None] & locked)
    np.fill_diagonal(clash, False)
    parts = [(i, *part) for i, t in enumerate(rows) for part in cells.parts.get(t, ())]
    load = [
        month_load(o.session, int(offers.hours[o.training]))
        if o.session
        else np.zeros(MONTHS, np.int64)
        for o in options
    ]
    return Problem(
        training=np.array([number[t] for t in rows], np.int64),
        n_trainings=len(number),
        clash=clash,
        ready=ready,
        needs=tuple(
            tuple(sorted(number.get(t, len(number)) for t in lacking[row])) for row in rows
        ),
        part_option=np.array([p[0] for p in parts], np.int64),
        part_competency=np.array([p[1] for p in parts], np.int64),
        part_need=np.array([p[2] for p in parts], np.int64),
        part_mask=np.array([p[3] for p in parts], bool).reshape(len(parts), len(cells.begin)),
        segment_competency=cells.competency,
        segment_length=cells.length,
        segment_weight=cells.weight,
        extra=np.where(locked, 0, learner.extra[rows]) if n else np.zeros(0, np.int64),
        badge=learner.badges[rows] if n else np.zeros((0, len(learner.badge_weight)), bool),
        badge_weight=learner.badge_weight,
        hours=offers.hours[rows] if n else np.zeros(0, np.int64),
        load=np.array(load, np.int64).reshape(n, MONTHS),
        cost=offers.cost[rows] if n else np.zeros(0, np.int64),
        mix=offers.mix[rows] if n else np.zeros(0, np.int8),
        locked=locked,
        limits=limits,
    )


def _day(option: Option, name: str) -> int:
    session = option.session
    return getattr(session, name).toordinal() if session else 0
