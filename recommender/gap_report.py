"""Gaps of one person on the present and the next post, as people and pages read them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recommender.columns import MILLI, UNKNOWN
from recommender.estimate.levels import Estimates
from recommender.nextpost import HOW, NO_NEXT
from recommender.pipeline import Prepared
from recommender.results import GapRow, Gaps, Interval, Standard
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.messages import Text, text

_GROUPS = {"M": 0, "SK": 1, "T": 2}


def gaps_of(prepared: Prepared, person: int) -> Gaps:
    """Return both standards beside the person's levels; a missing one carries its reason."""
    facts = prepared.facts
    now_row, next_row = int(facts.now[person]), int(facts.following.row[person])
    now = standard_of(prepared, person, now_row, None)
    if now is not None and not now.rows:
        now = None
    why_none = NO_NEXT[int(facts.following.why_none[person])]
    how = HOW[int(facts.following.how[person])]
    following = standard_of(
        prepared, person, next_row, text(f"next.{how}") if next_row >= 0 else None
    )
    return Gaps(
        now,
        following,
        None if now else text("now.none"),
        None if following else text(f"next.none_{why_none}"),
    )


def standard_of(prepared: Prepared, person: int, row: int, why: Text | None) -> Standard | None:
    """Return one standard beside the person's levels, ``None`` for no standard."""
    if row < 0:
        return None
    facts = prepared.facts
    snapshot, standards = facts.snapshot, facts.standards
    asked = np.flatnonzero(standards.required[row] > UNKNOWN)
    rows = [_gap_row(prepared, person, row, int(c)) for c in asked]
    rows.sort(key=lambda r: (_GROUPS.get(r.group, 3), r.competency_code))
    is_job = row < standards.n_jobs
    tier = int(snapshot.jobs.tier[row]) if is_job else row - standards.n_jobs
    title = post_title(prepared, row)
    value, low, high = facts.policy.jpm.interval(rows)
    return Standard(
        snapshot.jobs.index.codes[row] if is_job else None,
        title if isinstance(title, str) else title.id,
        reference.tiers()[tier].code if tier >= 0 else None,
        tuple(rows),
        value,
        low,
        high,
        why,
    )


def _gap_row(prepared: Prepared, person: int, row: int, c: int) -> GapRow:
    facts = prepared.facts
    snapshot, standards, profile = facts.snapshot, facts.standards, facts.profile
    required = int(standards.required[row, c])
    entry = profile.entry(person, c)
    level = None if entry is None else int(profile.level[entry])
    source = day = None
    stale = False
    if entry is not None:
        if profile.source[entry] >= 0:
            source = reference.choices("score_source")[profile.source[entry]]
        if not np.isnat(profile.assessed_on[entry]):
            day = profile.assessed_on[entry].astype(object)
            stale = bool(profile.valid_until[entry] <= np.datetime64(snapshot.as_of, "D"))
    return GapRow(
        competency_code=snapshot.competencies.codes[c],
        name=snapshot.competency_names[c],
        group=snapshot.competency_groups[c],
        required=required / MILLI,
        level=None if level is None else level / MILLI,
        gap=None if level is None else max(0, required - level) / MILLI,
        surplus=None if level is None else max(0, level - required) / MILLI,
        importance=int(standards.importance[row, c]),
        origin="tier" if standards.from_tier[row, c] else "job",
        source=source,
        assessed_on=day,
        stale=stale,
        max_level=int(snapshot.max_level[c]) / MILLI,
    )


def estimated(gaps: Gaps, snapshot: Snapshot, estimates: Estimates, person: int) -> Gaps:
    """Return the gaps with the estimate beside every known level."""

    def beside(standard: Standard | None) -> Standard | None:
        if standard is None:
            return None
        rows = [replace(row, estimate=interval(row.competency_code)) for row in standard.rows]
        return replace(standard, rows=tuple(rows))

    def interval(code: str) -> Interval | None:
        at = estimates.entry(person, snapshot.competencies.rows[code])
        if at is None:
            return None
        ends = (estimates.level[at], estimates.low[at], estimates.high[at])
        return Interval(*(round(float(end), 6) for end in ends))

    return replace(gaps, now=beside(gaps.now), next=beside(gaps.next))


def post_title(prepared: Prepared, row: int) -> str | Text:
    """Return the title of a standard row: a job's, or words for a tier's default."""
    n = len(prepared.facts.snapshot.jobs)
    if row < n:
        return prepared.facts.snapshot.jobs.titles[row]
    tier = reference.tiers()[row - n]
    return text("post.tier_standard", tier=tier.name)
