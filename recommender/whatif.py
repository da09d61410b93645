"""What if: the same answers after hypothetical trainings, levels or another target post.

In: an engine, a person and a ``Supposition``. Out: ``WhatIf``: where the person stands beside the
post before and after, what is then suggested, the plan after it, the shortest path to the post
and the post after that. Nothing is stored; the person's small world is changed and asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from recommender.columns import MILLI, UNKNOWN
from recommender.errors import ImpossibleWish, UnknownItem
from recommender.plan.path import Path, PathFinder
from recommender.plan.results import Plan
from recommender.results import Check, Item, Outcome
from recommender.scenario import Change, Complete, RaiseLevel, SetFact, claimed, raises
from recommender.supposition import Supposition
from training_data.messages import Text, text

if TYPE_CHECKING:
    from recommender.engine import Engine


@dataclass(frozen=True)
class Standing:
    """Where somebody stands beside a post; null where not known.

    Attributes:
        match: share of the post's requirements that is met, 0 … 1, and its interval.
        jpm: job person match in percent; ``jpm_now`` on the present post.
        below, unknown: competencies known to be below the standard, and not assessed.
        eligibility, checks: what the rules say of the post.
        earliest: from when the rules allow it, where they do not today and a way is known.
        closed: why there is no way.
        jp, ip_asn: learning hours of the year, points of IP ASN.
    """

    match: float | None
    match_low: float | None
    match_high: float | None
    jpm: float | None
    jpm_now: float | None
    below: tuple[str, ...]
    unknown: tuple[str, ...]
    eligibility: Outcome | None
    checks: tuple[Check, ...]
    steps: tuple[Text, ...]
    earliest: date | None
    closed: Text | None
    jp: float | None
    ip_asn: float | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "match": self.match,
            "match_low": self.match_low,
            "match_high": self.match_high,
            "jpm": self.jpm,
            "jpm_now": self.jpm_now,
            "below": list(self.below),
            "unknown": list(self.unknown),
            "eligibility": self.eligibility,
            "checks": [c.as_json() for c in self.checks],
            "steps": [s.as_dict() for s in self.steps],
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "closed": self.closed.as_dict() if self.closed else None,
            "jp": self.jp,
            "ip_asn": self.ip_asn,
        }


@dataclass(frozen=True)
class Next:
    """The post after the one aimed at: how it was found, and the path from there."""

    job_code: str | None
    title: str
    why: Text | None
    path: Path | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "job_code": self.job_code,
            "title": self.title,
            "why": self.why.as_dict() if self.why else None,
            "path": self.path.as_json() if self.path else None,
        }


@dataclass(frozen=True)
class WhatIf:
    """The answer.

    Attributes:
        supposed: what was supposed, in words.
        job_code, title: the post that standings speak of; null where there is none.
        path: the fewest trainings to it, from today as it is.
        then: the post after it, supposing the path was gone.
    """

    supposed: tuple[Text, ...]
    job_code: str | None
    title: str | None
    before: Standing
    after: Standing
    trainings: tuple[Item, ...]
    roles: tuple[Item, ...]
    plan: Plan
    path: Path | None
    then: Next | None
    then_reason: Text | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "supposed": [s.as_dict() for s in self.supposed],
            "job_code": self.job_code,
            "title": self.title,
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "trainings": [i.as_json() for i in self.trainings],
            "roles": [i.as_json() for i in self.roles],
            "plan": self.plan.as_json(),
            "path": self.path.as_json() if self.path else None,
            "then": self.then.as_json() if self.then else None,
            "then_reason": self.then_reason.as_dict() if self.then_reason else None,
        }


def what_if(
    engine: Engine, employee_id: str, supposed: Supposition, *, year: int | None = None, k: int = 5
) -> WhatIf:
    """Answer a supposition about one person.

    Parameters:
        year: of the plan, that of the day by default.
        k: length of the lists.

    Raises:
        UnknownEmployee, UnknownItem: a code does not exist.
        ImpossibleWish: a level lies outside the scale, or the year is over.
    """
    changes = changes_of(engine, employee_id, supposed)
    after = engine.supposing(employee_id, changes)
    job = supposed.target or engine.next_job(employee_id)
    path = path_to(engine, employee_id, job) if job is not None else None
    then, why_not = _then(engine, employee_id, job, path)
    return WhatIf(
        supposed=_said(engine, supposed),
        job_code=job,
        title=engine.snapshot.jobs.titles[engine.snapshot.jobs.index.rows[job]] if job else None,
        before=standing(engine, employee_id, job),
        after=standing(after, employee_id, job),
        trainings=tuple(after.recommend(employee_id, "training", k)),
        roles=tuple(after.recommend(employee_id, "role", k)),
        plan=after.plan(employee_id, year),
        path=path,
        then=then,
        then_reason=why_not,
    )


def changes_of(engine: Engine, employee_id: str, supposed: Supposition) -> list[Change]:
    """Return what has to change in a person's world for a supposition to hold.

    Raises:
        UnknownEmployee, UnknownItem: a code does not exist.
        ImpossibleWish: a level lies outside the scale.
    """
    snapshot = engine.snapshot
    row = engine.row_of(employee_id)
    levels = engine.prepared.facts.profile.levels(np.array([row]))[0]
    limits = engine.prepared.facts.policy.limits
    changes: list[Change] = []
    after = levels
    for code in supposed.trainings:
        if code not in snapshot.trainings.index.rows:
            raise UnknownItem(f"No training has the code {code!r}.")
        changes.append(Complete(code))
        after = claimed(snapshot.trainings, snapshot.trainings.index.rows[code], after, limits)
    changes += raises(levels, after, snapshot.competencies.codes)
    for code, level in supposed.levels.items():
        if code not in snapshot.competencies.rows:
            raise UnknownItem(f"No competency has the code {code!r}.")
        top = int(snapshot.max_level[snapshot.competencies.rows[code]]) / MILLI
        if not 0 <= level <= top:
            raise ImpossibleWish(f"The level of {code} must lie between 0 and {top:g}.")
        changes = [
            c for c in changes if not (isinstance(c, RaiseLevel) and c.competency_code == code)
        ]
        changes.append(RaiseLevel(code, level))
    if supposed.target is not None:
        if supposed.target not in snapshot.jobs.index.rows:
            raise UnknownItem(f"No post has the code {supposed.target!r}.")
        changes.append(SetFact("target_job_code", supposed.target))
    return changes


def standing(engine: Engine, employee_id: str, job: str | None) -> Standing:
    """Return where a person stands beside a post, and beside the year."""
    gaps = engine.gaps(employee_id)
    figures = engine.figures(employee_id)
    jpm_now = gaps.now.jpm if gaps.now else None
    common = (figures.jp.value, figures.ip_asn.value)
    if job is None:
        return Standing(None, None, None, None, jpm_now, (), (), None, (), (), None, None, *common)
    item = engine.explain(employee_id, job, "role")
    standard = engine.standard_of(employee_id, job)
    rows = standard.rows if standard else ()
    way = item.way
    return Standing(
        match=item.figures["match"],
        match_low=item.figures["match_low"],
        match_high=item.figures["match_high"],
        jpm=standard.jpm if standard else None,
        jpm_now=jpm_now,
        below=tuple(r.name for r in rows if r.gap),
        unknown=tuple(r.name for r in rows if r.level is None),
        eligibility=item.eligibility,
        checks=tuple(c for c in item.checks if c.outcome != "lolos"),
        steps=way.steps if way else (),
        earliest=way.earliest if way else None,
        closed=item.closed,
        jp=common[0],
        ip_asn=common[1],
    )


def path_to(engine: Engine, employee_id: str, job: str) -> Path:
    """Return the fewest trainings that bring a person to a post's standard.

    Raises:
        UnknownEmployee, UnknownItem: one of the two does not exist.
    """
    if job not in engine.snapshot.jobs.index.rows:
        raise UnknownItem(f"No post has the code {job!r}.")
    finder = PathFinder(engine.planner)
    return finder.to(engine.row_of(employee_id), engine.snapshot.jobs.index.rows[job])


def _then(
    engine: Engine, employee_id: str, job: str | None, path: Path | None
) -> tuple[Next | None, Text | None]:
    """Return the post after one, for somebody who holds it and has its levels; or why none."""
    if job is None or path is None:
        return None, engine.gaps(employee_id).next_reason
    row = engine.row_of(employee_id)
    levels = engine.prepared.facts.profile.levels(np.array([row]))[0]
    asked = PathFinder(engine.planner).asked(engine.snapshot.jobs.index.rows[job])
    reached = np.where((levels != UNKNOWN) & (asked > levels), asked, levels)
    changes: Sequence[Change] = (
        *raises(levels, reached, engine.snapshot.competencies.codes),
        *(Complete(step.item_code) for step in path.steps),
        SetFact("job_code", job),
        SetFact("tier", None),
        SetFact("target_job_code", None),
    )
    later = engine.supposing(employee_id, changes)
    found = later.gaps(employee_id)
    if found.next is None:
        return None, found.next_reason
    code = found.next.job_code
    onward = path_to(later, employee_id, code) if code is not None else None
    return Next(code, found.next.title, found.next.why, onward), None


def _said(engine: Engine, supposed: Supposition) -> tuple[Text, ...]:
    snapshot = engine.snapshot
    found = []
    for code in supposed.trainings:
        title = snapshot.trainings.titles[snapshot.trainings.index.rows[code]]
        found.append(text("whatif.training", title=title))
    for code, level in supposed.levels.items():
        name = snapshot.competency_names[snapshot.competencies.rows[code]]
        found.append(text("whatif.level", competency=name, level=level))
    if supposed.target is not None:
        title = snapshot.jobs.titles[snapshot.jobs.index.rows[supposed.target]]
        found.append(text("whatif.target", title=title))
    return tuple(found)
