"""From one person's facts to a ``Problem``: segments of levels, options in time, what is left out.

In: levels, standards, scores, eligibility and the shared ``Offers``. Out: ``Layout``: the problem
and what its options stand for, and for every training that is no option the reason why not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.plan.offers import Offers, Session
from recommender.plan.problem import MONTHS, Flags, Limits, Problem, Whole
from recommender.similarity.gaps import StepLimits, Target

EARLY, DATED, LATE = range(3)
"""Where an option lies: before all dated ones, on its dates, or after all dated ones."""


@dataclass(frozen=True)
class Learner:
    """What a plan needs to know of one person.

    Attributes:
        levels: milli-levels ``[n_competencies]``, −1 unknown.
        now, following: what the posts ask, one row each.
        now_scale, next_scale: micro-points per milli-weight × milli-level.
        extra: micro-points of each training by itself ``[n_trainings]``.
        open: may be planned as far as rules go, prerequisites apart ``[n_trainings]``.
        badges: one-time gains of each training ``[n_trainings, n_badges]``, and their weight.
        done: trainings completed already ``[n_trainings]``.
        registered: training → the session the person is called up for, ``None`` undated.
        latest: last day on which a training may begin, ``None`` for any day.
    """

    levels: Ints
    now: Target
    following: Target
    now_scale: float
    next_scale: float
    extra: Whole
    open: Flags
    badges: Flags
    badge_weight: Whole
    done: Flags
    registered: Mapping[int, Session | None]
    latest: date | None


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


@dataclass(frozen=True)
class Window:
    """The days of a plan: after today, within the year."""

    first: date
    last: date

    @classmethod
    def of(cls, year: int, as_of: date) -> Window:
        """Return what is left of a year."""
        return cls(max(date(year, 1, 1), as_of + timedelta(days=1)), date(year, 12, 31))

    def holds(self, session: Session) -> bool:
        """Whether a session lies within the window altogether."""
        return self.first <= session.begin and session.end <= self.last


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
    available = _Availability(learner, offers, window)
    lacking = [tuple(t for t in some if not learner.done[t]) for some in needs]
    helpful = _helpful(learner, offers, steps, limits)
    wanted = [
        int(t) for t in np.flatnonzero(helpful) if learner.open[t] and t not in learner.registered
    ]
    no_session = frozenset(t for t in wanted if not available.of(t))
    reachable = _Closure(lacking, lambda t: bool(learner.open[t]) and bool(available.of(t)))
    chains = {t: chain for t in wanted if (chain := reachable.of(t)) is not None}
    pool = sorted({t for chain in chains.values() for t in chain} - set(learner.registered))
    cells = _Cells.of(learner, offers, steps, [*pool, *learner.registered])
    considered = len(pool)
    if len(pool) > limits.courses:
        kept = _undominated(pool, cells, learner, offers, lacking, available, limits, codes)
        pruned, pool = considered - len(kept), kept
    else:
        pruned = 0
    before = len(pool)
    if len(pool) > candidates:
        pool = _most_promising(pool, chains, cells, learner, offers, limits, candidates, codes)
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


class _Availability:
    """When each training can be taken within the window."""

    def __init__(self, learner: Learner, offers: Offers, window: Window) -> None:
        self.learner, self.offers, self.window = learner, offers, window
        self._found: dict[int, tuple[Session | None, ...]] = {}

    def of(self, training: int) -> tuple[Session | None, ...]:
        """Return its sessions; one ``None`` for a training that knows no sessions at all."""
        if training not in self._found:
            known = self.offers.sessions.get(training)
            if known is None:
                undated = training in self.offers.undated
                self._found[training] = (None,) if undated else ()
            else:
                latest = self.learner.latest
                self._found[training] = tuple(
                    s
                    for s in known
                    if self.window.holds(s) and (latest is None or s.begin <= latest)
                )
        return self._found[training]


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


@dataclass(frozen=True)
class _Cells:
    """The levels that some trainings cover, cut where anything begins or ends.

    Attributes:
        competency, begin, length: per segment, milli-levels.
        weight: micro-points per segment.
        parts: training → (competency, need, segments covered) per outcome that reaches any.
    """

    competency: Whole
    begin: Whole
    length: Whole
    weight: Whole
    parts: Mapping[int, tuple[tuple[int, int, Flags], ...]]

    @classmethod
    def of(
        cls, learner: Learner, offers: Offers, steps: StepLimits, trainings: Sequence[int]
    ) -> _Cells:
        """Cut each competency at 0, h, what the posts ask, and where outcomes begin and end."""
        reaching: dict[int, list[tuple[int, int, int, int]]] = {}
        for training in trainings:
            for competency, low, high in offers.outcomes[training]:
                h = int(learner.levels[competency])
                bottom, top = max(h, low), min(high, h + steps.max_step)
                if h != UNKNOWN and top > bottom:
                    need = low - steps.slack - h
                    reaching.setdefault(competency, []).append((training, need, bottom, top))
        found: list[tuple[int, int, int]] = []
        for competency, rows in sorted(reaching.items()):
            asked = (
                int(learner.now.high[0, competency]),
                int(learner.following.high[0, competency]),
            )
            low, high = min(r[2] for r in rows), max(r[3] for r in rows)
            cuts = {edge for row in rows for edge in row[2:]} | {a for a in asked if low < a < high}
            edges = sorted(cuts)
            found += [(competency, a, b - a) for a, b in pairwise(edges)]
        cells = np.array(found, np.int64).reshape(-1, 3)
        of, begin, length = cells.T
        end = begin + length
        parts: dict[int, list[tuple[int, int, Flags]]] = {}
        for c, rows in reaching.items():
            for training, need, bottom, top in rows:
                mask = (of == c) & (begin >= bottom) & (end <= top)
                parts.setdefault(training, []).append((c, need, mask))
        return cls(
            of,
            begin,
            length,
            _weights(learner, of, begin, length),
            {t: tuple(some) for t, some in parts.items()},
        )

    def reach(self, training: int) -> Flags:
        """Return everything a training could cover."""
        found = np.zeros(len(self.begin), bool)
        for _, _, mask in self.parts.get(training, ()):
            found |= mask
        return found

    def at_once(self, training: int) -> bool:
        """Whether all its outcomes count without anything before."""
        return all(need <= 0 for _, need, _ in self.parts.get(training, ()))


def _weights(learner: Learner, competency: Whole, begin: Whole, length: Whole) -> Whole:
    """Return what a segment is worth: the present post's gap, and what the next adds to it."""
    worth = np.zeros(len(begin), np.float64)
    for target, scale in (
        (learner.now, learner.now_scale),
        (learner.following, learner.next_scale),
    ):
        low, high = target.low[0, competency], target.high[0, competency]
        inside = (begin >= low) & (begin + length <= high)
        worth += np.where(inside, length * target.weight[0, competency] * scale, 0.0)
    return np.rint(worth).astype(np.int64)


def _worth(training: int, cells: _Cells, learner: Learner, offers: Offers, limits: Limits) -> int:
    """Return what a training can add to a plan at most."""
    hours = min(int(offers.hours[training]), limits.target)
    return (
        int(cells.weight @ cells.reach(training))
        + int(learner.badge_weight @ learner.badges[training])
        + int(learner.extra[training])
        + limits.hour_penalty * hours
    )


def _undominated(
    pool: list[int],
    cells: _Cells,
    learner: Learner,
    offers: Offers,
    lacking: Sequence[tuple[int, ...]],
    available: _Availability,
    limits: Limits,
    codes: Sequence[str],
) -> list[int]:
    """Leave out trainings for which enough others are at least as good in every way.

    With as many such others as a plan has places, one of them is free in any plan that holds the
    training; put in its place it gives a plan that is possible and worth no less. So some best
    plan remains. At least as good means: covers all of it without needing anything first, gains
    its badges, has the same hours in the same class, no higher price, no smaller extra, and for
    each of its sessions one that lies within it (or needs no date) and loads no month more.
    """
    needed = {t for some in lacking for t in some}
    order = sorted(pool, key=lambda t: (-_worth(t, cells, learner, offers, limits), codes[t]))
    rows = np.array(order, np.int64)
    masks = np.array([cells.reach(t) for t in order], bool).reshape(len(order), len(cells.begin))
    at_once = np.array([not lacking[t] and cells.at_once(t) for t in order])
    extra, hours, mix, cost, badges, parallel = (
        values[rows]
        for values in (
            learner.extra, offers.hours, offers.mix, offers.cost, learner.badges, offers.parallel,
        )
    )  # fmt: skip
    kept = np.zeros(len(order), bool)
    for place, training in enumerate(order):
        kept[place] = True
        if training in needed:
            continue
        good = kept[:place] & at_once[:place] & (extra[:place] >= extra[place])
        good &= (hours[:place] == hours[place]) & (mix[:place] == mix[place])
        good &= (cost[:place] <= cost[place]) & (parallel[:place] | ~parallel[place])
        good &= ~(masks[place] & ~masks[:place]).any(axis=1)
        good &= ~(badges[place] & ~badges[:place]).any(axis=1)
        better = 0
        for other in np.flatnonzero(good).tolist():
            ours, theirs = available.of(order[other]), available.of(training)
            better += _in_time(ours, theirs, int(hours[place]))
            if better == limits.courses:
                kept[place] = False
                break
    return sorted(rows[kept].tolist())


def _in_time(
    ours: tuple[Session | None, ...], theirs: tuple[Session | None, ...], hours: int
) -> bool:
    """Whether for each of their sessions one of ours takes no more of the calendar."""
    if None in ours:
        return True
    if None in theirs:
        return False
    return all(
        any(
            o is not None
            and t is not None
            and o.begin >= t.begin
            and o.end <= t.end
            and bool((month_load(o, hours) <= month_load(t, hours)).all())
            for o in ours
        )
        for t in theirs
    )


def _most_promising(
    pool: list[int],
    chains: Mapping[int, frozenset[int]],
    cells: _Cells,
    learner: Learner,
    offers: Offers,
    limits: Limits,
    candidates: int,
    codes: Sequence[str],
) -> list[int]:
    """Keep the trainings that can add most, each with what must come before it."""
    order = sorted(pool, key=lambda t: (-_worth(t, cells, learner, offers, limits), codes[t]))
    kept: set[int] = set()
    for training in order:
        chain = chains.get(training, frozenset([training])) | {training}
        if len(kept | chain) <= candidates:
            kept |= chain
    return sorted(kept)


def _options(
    pool: list[int],
    learner: Learner,
    available: _Availability,
    lacking: Sequence[tuple[int, ...]],
    offers: Offers,
    codes: Sequence[str],
    cells: _Cells,
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
    cells: _Cells,
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


@lru_cache(maxsize=8192)
def month_load(session: Session, hours: int) -> NDArray[np.int64]:
    """Return the milli-JP of a session by month, spread evenly over its days."""
    days = (session.end - session.begin).days + 1
    count = np.zeros(MONTHS, np.int64)
    day = session.begin
    for _ in range(days):
        count[day.month - 1] += 1
        day += timedelta(days=1)
    load = hours * count // days
    load[np.flatnonzero(count)[-1]] += hours - int(load.sum())
    load.setflags(write=False)
    return load
