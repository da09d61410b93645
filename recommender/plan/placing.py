"""The calendar of a plan: in which month undated courses are best taken, and the order to read in.

In: a solved problem. Out: a month per option, and the courses by date, each with what it adds
there. Courses that raise one competency, or ask for one another, keep the order of the solution.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.plan.basis import Case
from recommender.plan.layout import EARLY
from recommender.plan.learner import Window
from recommender.plan.problem import Course


def months_of(case: Case, window: Window) -> dict[int, int]:
    """Return the month of each chosen option; undated ones go where least is planned."""
    problem, options = case.layout.problem, case.solution.options
    load = problem.load[list(options)].sum(axis=0)
    months: dict[int, int] = {}
    for option in options:
        session = case.layout.options[option].session
        if session is not None:
            months[option] = session.begin.month
    for option in options:
        if option in months:
            continue
        placed = [o for o in options if o in months]
        before = [
            _last_month(case, o, months) for o in placed if o < option if _linked(case, o, option)
        ]
        after = [months[o] for o in placed if o > option if _linked(case, option, o)]
        begin = max([window.first.month, *before])
        end = max(begin, min([12, *after]))
        months[option] = min(range(begin, end + 1), key=lambda m: (int(load[m - 1]), m))
        load[months[option] - 1] += problem.hours[option]
    return months


def by_date(case: Case, courses: Sequence[Course], months: dict[int, int]) -> tuple[Course, ...]:
    """Return the courses in the order of the calendar, each with what it adds there."""
    problem = case.layout.problem
    found: list[Course] = []
    covered = np.zeros(len(problem.segment_weight), bool)
    badges = np.zeros(len(problem.badge_weight), bool)
    for course in sorted(courses, key=lambda c: _when(case, c.option, months)):
        added = course.own & ~covered
        new = problem.badge[course.option] & ~badges
        covered, badges = covered | course.own, badges | new
        found.append(Course(course.option, course.own, covered, added, new))
    return tuple(found)


def _when(case: Case, option: int, months: dict[int, int]) -> tuple[int, int, int, int]:
    """Return the place of an option: undated ones at the edge of their month, where linked."""
    chosen = case.layout.options[option]
    if chosen.session is not None:
        return months[option], 1, chosen.session.begin.day, option
    return months[option], 0 if chosen.slot == EARLY else 2, 0, option


def _linked(case: Case, first: int, second: int) -> bool:
    """Whether a course asks for another, or both raise one competency."""
    problem = case.layout.problem
    if int(problem.training[first]) in problem.needs[second]:
        return True
    raises = [
        set(problem.part_competency[problem.part_option == o].tolist()) for o in (first, second)
    ]
    return bool(raises[0] & raises[1])


def _last_month(case: Case, option: int, months: dict[int, int]) -> int:
    session = case.layout.options[option].session
    return session.end.month if session else months[option]
