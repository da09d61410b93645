"""Succession: for each key post, who stands ready when, and how far the post is at risk.

In: an engine, key posts and the people compared. Out: an ``Outlook`` per post. Depth is a count per
group of readiness, risk is a word with its reasons in sentences; people have no order by a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from recommender.eligibility.dates import as_date
from recommender.engine import Engine
from recommender.pipeline import Progress
from recommender.scenario import months_after
from recommender.succession.choosing import Chosen, choose
from recommender.succession.limits import GROUPS, Group, Limits
from recommender.succession.posts import KeyPost
from recommender.succession.readiness import Readiness, Standing
from recommender.workers import in_order
from training_data.messages import Text, text

Risk = Literal["tinggi", "sedang", "rendah"]
RISKS: tuple[Risk, ...] = ("tinggi", "sedang", "rendah")
BLOCK = 16
"""People judged at a time; changes how evenly processes are busy, never an answer."""


@dataclass(frozen=True)
class Outlook:
    """One key post with those who could follow on it.

    Attributes:
        depth: how many are ready, by group; of those ready today it counts everybody.
        people: who was looked at, by group, the best match first.
        unassessed: how many no rule keeps from the post, but who are not assessed.
        falls_on: day on which the post falls vacant, the day itself where it is; ``None`` where
            nothing is known to open it soon (``Limits.soon`` months).
        risk: a word; ``reasons`` why, in sentences.
    """

    post: KeyPost
    depth: Mapping[Group, int]
    people: Mapping[Group, tuple[Standing, ...]]
    unassessed: int
    falls_on: date | None
    risk: Risk
    reasons: tuple[Text, ...]


def succession(
    engine: Engine,
    posts: Sequence[KeyPost],
    employees: Sequence[str] | None = None,
    progress: Progress | None = None,
    workers: int = 1,
) -> tuple[Outlook, ...]:
    """Return the outlook of each post, in the order given.

    Parameters:
        employees: the people compared, everybody by default.
        workers: processes that judge people; the answer is the same.
    """
    index = engine.snapshot.jobs.index.rows
    jobs = np.array(sorted({index[post.job] for post in posts}), np.int64)
    people = np.arange(len(engine.employee_ids), dtype=np.int64)
    if employees is not None:
        people = np.array(sorted({engine.row_of(e) for e in employees}), np.int64)
    if len(jobs) == 0:
        return ()
    readiness = Readiness(engine)
    asked = np.stack([readiness.asked(int(job)) for job in jobs])
    chosen = choose(engine, jobs, asked, people)
    found = _judged(readiness, chosen, workers, progress)
    limits = readiness.limits
    return tuple(
        _outlook(engine, limits, p, chosen[index[p.job]], found[index[p.job]]) for p in posts
    )


def _judged(
    readiness: Readiness, chosen: Mapping[int, Chosen], workers: int, progress: Progress | None
) -> dict[int, dict[Group, tuple[Standing, ...]]]:
    """Return the standing of everybody chosen by post and group, each person's posts at once."""
    wanted: dict[int, list[int]] = {}
    for job, one in chosen.items():
        for row in one.everybody:
            wanted.setdefault(row, []).append(job)
    people = sorted(wanted.items())
    tasks = [people[start : start + BLOCK] for start in range(0, len(people), BLOCK)]
    standings: dict[tuple[int, int], Standing] = {}
    for done, block in enumerate(in_order(readiness, _standings, tasks, workers), 1):
        standings |= {(standing.job, standing.row): standing for standing in block}
        if progress:
            progress("succession", min(done * BLOCK, len(people)), len(people))
    found: dict[int, dict[Group, tuple[Standing, ...]]] = {}
    for job, one in chosen.items():
        mine = [standings[job, row] for row in one.everybody if (job, row) in standings]
        groups: tuple[Group, ...] = (*GROUPS, "later", "unassessed")
        found[job] = {g: tuple(s for s in mine if s.group == g) for g in groups}
    return found


def _standings(readiness: Readiness, people: Sequence[tuple[int, Sequence[int]]]) -> list[Standing]:
    return [standing for row, jobs in people for standing in readiness.of_person(row, jobs)]


def _outlook(
    engine: Engine,
    limits: Limits,
    post: KeyPost,
    chosen: Chosen,
    people: Mapping[Group, tuple[Standing, ...]],
) -> Outlook:
    depth: dict[Group, int] = {group: len(people[group]) for group in GROUPS}
    depth["now"] = chosen.ready_count
    falls_on, reasons = _falls(engine, limits, post)
    in_time = [
        s
        for group in GROUPS
        for s in people[group]
        if falls_on is None or (s.ready_on is not None and s.ready_on <= falls_on)
    ]
    risk: Risk
    if falls_on is not None:
        risk = "sedang" if in_time else "tinggi"
    else:
        risk = "rendah" if in_time else "sedang"
    total = sum(depth.values())
    if falls_on is None:
        reasons.append(text("succession.reason.stays", months=limits.soon))
    if total == 0:
        reasons.append(text("succession.reason.nobody"))
    elif not in_time:
        reasons.append(text("succession.reason.too_late"))
    elif total < limits.enough:
        reasons.append(text("succession.reason.thin", count=total))
    else:
        reasons.append(text("succession.reason.enough", count=total))
    if chosen.unassessed_count:
        reasons.append(text("succession.reason.unassessed", count=chosen.unassessed_count))
    return Outlook(post, depth, people, chosen.unassessed_count, falls_on, risk, tuple(reasons))


def _falls(engine: Engine, limits: Limits, post: KeyPost) -> tuple[date | None, list[Text]]:
    """Return when a post falls vacant, as far as that is near, and what is known of it."""
    today, reasons = engine.as_of, []
    days: list[date] = []
    if post.vacant:
        days.append(today)
        since = post.vacant_since
        code = "succession.reason.vacant" + ("" if since is None else "_since")
        reasons.append(text(code, **({} if since is None else {"day": since})))
    if post.acting or post.stand_in:
        days.append(today)
        reasons.append(text("succession.reason.acting"))
    for holder in post.holders:
        row = engine.row_of(holder)
        first, last = (as_date(d[row]) for d in engine.eligibility.facts.retires_on)
        if first is None or last is None:
            reasons.append(text("succession.reason.retirement_unknown"))
        elif first <= months_after(today, limits.soon):
            code = "retires" if first == last else "retires_between"
            reasons.append(text(f"succession.reason.{code}", day=first, last=last))
            days.append(max(first, today))
    return min(days, default=None), list(dict.fromkeys(reasons))
