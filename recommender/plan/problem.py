"""The year plan as a problem in whole numbers, and what one choice of options is worth.

In: nothing but arrays (who made them is ``recommender.plan.layout``). Out: ``Problem``, and
``evaluate``, the plain reading of the objective and the limits that the search is held to.

An *option* is a training in one of its sessions, or without a date. Options stand in the order
in which they begin, so a set of options is also an order. Levels are cut into *segments*; a
training covers the segments of its outcomes, each segment counts once however many trainings
cover it, and an outcome counts only if the level reached by then is near enough to where the
training starts. The objective, in micro-points:

    Σ weight of covered segments + Σ weight of badges gained + Σ extra of the options
    − penalty · hours missing to the target − penalty · distance from the 70:20:10 mix
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

MONTHS = 12
NO_LIMIT = -1


@dataclass(frozen=True)
class Limits:
    """What a plan may use, and what it should reach.

    Attributes:
        courses: most options in a plan.
        budget: rupiah, −1 no limit.
        load: most milli-JP in one month; one course alone may exceed it. −1 no limit.
        room: most milli-JP of undated options and dated ones together, where each month gives
            ``load``: undated options take what the dated ones leave. −1 no limit.
        year: most milli-JP in the year; a longer course is counted apart. −1 no limit.
        target: milli-JP still missing to the year's hours, 0 where there is no target.
        hour_penalty: micro-points per milli-JP missing to the target.
        mix: shares of the 70, 20 and 10 classes in per mille, summing to 1000.
        mix_penalty: micro-points for a plan that lies in the wrong classes altogether.
    """

    courses: int
    budget: int
    load: int
    room: int
    year: int
    target: int
    hour_penalty: int
    mix: tuple[int, int, int]
    mix_penalty: int


@dataclass(frozen=True)
class Problem:
    """One person's choice; ``n`` options of ``n_trainings`` trainings, in order of beginning.

    Attributes:
        training: which training an option is, int64 ``[n]``.
        n_trainings: how many trainings there are.
        clash: two options that cannot both be attended, bool ``[n, n]``, symmetric.
        ready: option i is over before option j begins, bool ``[n, n]``; i stands before j.
        needs: per option, the trainings that must be in the plan and over before it.
        part_option, part_competency: one entry per outcome, ordered by option.
        part_need: milli-levels that must be covered before the outcome counts; ≤ 0 none.
        part_mask: segments the outcome covers, bool ``[n_parts, n_segments]``.
        segment_competency, segment_length: milli-levels.
        segment_weight: micro-points.
        extra: micro-points of the option by itself, any sign.
        badge, badge_weight: one-time gains: bool ``[n, n_badges]`` and micro-points.
        hours: milli-JP; ``load``: the same by month ``[n, 12]``, 0 where undated.
        cost: rupiah.
        mix: 0, 1, 2 for the 70, 20 and 10 classes, −1 none.
        locked: options that are in every plan; they clash with nothing locked.
    """

    training: Whole
    n_trainings: int
    clash: Flags
    ready: Flags
    needs: tuple[tuple[int, ...], ...]
    part_option: Whole
    part_competency: Whole
    part_need: Whole
    part_mask: Flags
    segment_competency: Whole
    segment_length: Whole
    segment_weight: Whole
    extra: Whole
    badge: Flags
    badge_weight: Whole
    hours: Whole
    load: Whole
    cost: Whole
    mix: NDArray[np.int8]
    locked: Flags
    limits: Limits

    def __len__(self) -> int:
        return len(self.training)

    @cached_property
    def undated_hours(self) -> Whole:
        """Milli-JP of the options that have no dates."""
        return np.where((self.load > 0).any(axis=1), 0, self.hours)

    @cached_property
    def counted_hours(self) -> Whole:
        """Milli-JP that count against the year's limit: longer courses are counted apart."""
        return np.where(self.hours > self.limits.year, 0, self.hours)


@dataclass(frozen=True)
class Course:
    """One option within a plan.

    Attributes:
        option: the option.
        own: segments that it covers by itself, whatever others cover.
        covered: segments that are covered after it, bool ``[n_segments]``.
        added: segments that it adds.
        badges: badges that it adds.
    """

    option: int
    own: Flags
    covered: Flags
    added: Flags
    badges: Flags


@dataclass(frozen=True)
class Evaluation:
    """What a plan is worth, and how it comes about course by course."""

    value: int
    courses: tuple[Course, ...]


def evaluate(problem: Problem, chosen: Sequence[int]) -> Evaluation | None:
    """Return what a set of options is worth, ``None`` where a limit forbids it.

    Parameters:
        chosen: distinct options in any order.
    """
    order = sorted(chosen)
    if not _allowed(problem, order):
        return None
    covered = np.zeros(len(problem.segment_weight), bool)
    badges = np.zeros(len(problem.badge_weight), bool)
    own: dict[int, Flags] = {}
    courses: list[Course] = []
    for option in order:
        # Only what is over before a course begins can be built on in it.
        before = np.zeros_like(covered)
        for earlier, reached in own.items():
            if problem.ready[earlier, option]:
                before |= reached
        own[option] = counted(problem, option, before)
        added, new = own[option] & ~covered, problem.badge[option] & ~badges
        covered, badges = covered | own[option], badges | new
        courses.append(Course(option, own[option], covered, added, new))
    value = int(problem.segment_weight @ covered) + int(problem.badge_weight @ badges)
    value += int(problem.extra[order].sum())
    value -= hours_penalty(problem.limits, int(problem.hours[order].sum()))
    value -= mix_penalty(problem, order)
    return Evaluation(value, tuple(courses))


def counted(problem: Problem, option: int, before: Flags) -> Flags:
    """Return the segments an option covers for somebody who has covered ``before``."""
    low, high = np.searchsorted(problem.part_option, [option, option + 1])
    found = np.zeros(len(before), bool)
    for part in range(int(low), int(high)):
        same = problem.segment_competency == problem.part_competency[part]
        reached = int(problem.segment_length @ (before & same))
        if reached >= problem.part_need[part]:
            found |= problem.part_mask[part]
    return found


def hours_penalty(limits: Limits, hours: int) -> int:
    """Return the penalty for the hours (milli-JP) that are missing to the target."""
    return limits.hour_penalty * max(0, limits.target - hours)


def mix_penalty(problem: Problem, options: Sequence[int]) -> int:
    """Return the penalty for the distance of the planned hours from the wanted mix."""
    by_class = [0, 0, 0]
    for option in options:
        if problem.mix[option] >= 0:
            by_class[problem.mix[option]] += int(problem.hours[option])
    total = sum(by_class)
    if total == 0:
        return 0
    shares = problem.limits.mix
    off = sum(
        abs(1000 * hours - share * total) for hours, share in zip(by_class, shares, strict=True)
    )
    return problem.limits.mix_penalty * off // (2000 * total)


def _allowed(problem: Problem, order: list[int]) -> bool:
    """Return whether a set of options, in their order, keeps every limit."""
    limits, chosen = problem.limits, np.array(order, np.int64)
    locked = problem.locked
    trainings = problem.training[chosen].tolist()
    if len(set(trainings)) < len(order) or not set(np.flatnonzero(locked)) <= set(order):
        return False
    if len(order) > max(limits.courses, int(locked.sum())):
        return False
    if problem.clash[np.ix_(chosen, chosen)].any():
        return False
    if not all(_prepared(problem, order, option) for option in order):
        return False
    free = chosen[~locked[chosen]]
    spent, paid = int(problem.cost[chosen].sum()), bool(problem.cost[free].any())
    if limits.budget != NO_LIMIT and paid and spent > limits.budget:
        return False
    counted = int(problem.counted_hours[chosen].sum())
    if len(free) and limits.year != NO_LIMIT and counted > limits.year:
        return False
    if limits.load == NO_LIMIT:
        return True
    load = problem.load[chosen].sum(axis=0)
    full = (load > limits.load) & ((problem.load[chosen] > 0).sum(axis=0) > 1)
    if ((problem.load[free] > 0).any(axis=0) & full).any():
        return False
    loose = int(problem.undated_hours[chosen].sum())
    taken = int(np.minimum(load, limits.load).sum())
    return (
        limits.room == NO_LIMIT
        or not problem.undated_hours[free].any()
        or loose + taken <= limits.room
    )


def _prepared(problem: Problem, order: list[int], option: int) -> bool:
    """Return whether all that an option needs is in the plan and over before it."""
    if problem.locked[option]:
        return True
    done = {int(problem.training[i]) for i in order if problem.ready[i, option]}
    return set(problem.needs[option]) <= done
